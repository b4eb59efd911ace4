"""Deals that only name the lead they came from and the day they were won: recognised by shape, whatever they are called."""

from __future__ import annotations

from pathlib import Path

from inlet import Inlet, Write, codes, columns, mapping_of

from headway.connectors.files.reading import in_folders

LEADS = "lead_id,create_date,lead_source\n" + "".join(f"L{n},2026-01-{1 + n % 28:02d},web\n" for n in range(80))


def closed(rows: int = 60, lead: str = "L{}", kind: str = "wholesale") -> str:
    head = "lead_id,shop_id,seller_id,rep_id,won_date,business_type,business_segment\n"
    return head + "".join(
        f"{lead.format(n)},S{n},P{n},R{n % 7},2026-03-{1 + n % 28:02d} 10:00:00,{kind},toys\n" for n in range(rows)
    )


def test_closed_deals_beside_their_leads(inlet: Inlet, write: Write) -> None:
    proposal = inlet.propose(write("signed.csv", closed()), write("people.csv", LEADS))
    assert proposal.possible and not [q for q in proposal.questions if q.subject == "file"]
    deals = mapping_of(proposal, "opportunity")
    assert mapping_of(proposal, "lead").key == ("lead_id",)
    assert columns(deals) == {
        "lead_id": "lead_id",
        "owner_id": "rep_id",  # 'seller_id' is another one on every row: nobody owns one deal each
        "won_date": "won_date",
        "segment": "business_segment",
    }
    assert deals.key == ("lead_id",) and not deals.made_key
    assert set(deals.dimensions) == {"shop_id", "seller_id", "business_type"}
    said = {(row["subject"], row["column"]): str(row["evidence"]) for row in proposal.evidence}
    assert said["lead_id", "lead_id"] == "60 of 60 values are ids in people.csv"
    assert said["status", "won_date"].startswith("won: all 60 rows have the day")
    assert "no-stage" in codes(proposal)


def test_a_type_that_says_new_or_renewal_is_the_kind_of_deal(inlet: Inlet, write: Write) -> None:
    found = mapping_of(inlet.propose(write("signed.csv", closed(kind="New business"))), "opportunity")
    assert columns(found)["motion"] == "business_type"


def test_two_deals_of_one_lead_stay_two(inlet: Inlet, write: Write) -> None:
    text = closed() + "L0,S90,P90,R1,2026-03-29 10:00:00,wholesale,toys\n"
    found = mapping_of(inlet.propose(write("signed.csv", text)), "opportunity")
    assert found.key != ("lead_id",) and found.made_key


def test_a_list_of_leads_with_the_day_they_were_won_stays_one(inlet: Inlet, write: Write) -> None:
    text = "lead_id,create_date,won_date,lead_source\n" + "".join(
        f"L{n},2026-01-01,2026-02-01,web\n" for n in range(60)
    )
    assert mapping_of(inlet.propose(write("people.csv", text)), "lead").key == ("lead_id",)


def test_without_a_won_date_on_some_rows_the_rest_is_open(inlet: Inlet, write: Write) -> None:
    text = closed() + "L70,S90,P90,R1,,wholesale,toys\n"
    proposal = inlet.propose(write("signed.csv", text))
    said = {row["subject"]: str(row["evidence"]) for row in proposal.evidence}
    assert said["status"] == "tells won from the rest; the rest counts as open"


def test_a_folder_stands_for_the_tables_in_it(tmp_path: Path, write: Write) -> None:
    folder = write("b.csv", "x\n").parent
    for name in ("a.TSV", "notes.txt", "c.xlsx"):
        (folder / name).write_text("x\n")
    (folder / "deeper").mkdir()
    (folder / "deeper" / "d.csv").write_text("x\n")
    assert [path.name for path in in_folders([folder])] == ["a.TSV", "b.csv", "c.xlsx"]
    assert in_folders([folder / "b.csv", tmp_path / "absent.csv"]) == [folder / "b.csv", tmp_path / "absent.csv"]
    empty = tmp_path / "empty"
    empty.mkdir()
    assert in_folders([empty]) == [empty]
