"""A later export of a known system is read by the mapping that is there; what changed is named."""

from __future__ import annotations

from dataclasses import replace

from inlet import Inlet, Write, codes, columns, mapping_of

from headway.connectors.files import Choices

FIRST = (
    "Deal ID,Deal Name,Company,Stage,Amount,Created,Close Date,Region\n"
    "1,A,Alpha,Won,5,13/01/2024,14/02/2024,N\n2,B,Beta,Demo,6,15/01/2024,16/03/2024,S\n"
)
LATER = (
    "Deal ID,Deal Name,Company,Stage,Amount,Created,Close Date,Region,Tier\n"
    "1,A,Alpha,Won,5,13/01/2024,14/02/2024,N,x\n2,B,Beta,Closed Lost,6,05/01/2024,06/03/2024,S,y\n"
)


def test_the_known_mapping_is_reused_with_the_users_edits(inlet: Inlet, write: Write) -> None:
    known = inlet.propose(write("deals-2024-03-01.csv", FIRST)).connector
    (before,) = known.files
    edited = replace(known, files=(replace(before, stages={"Won": "won", "Demo": "lost"}, ignored=("Region",)),))
    proposal = inlet.propose(write("deals-2024-04-01.csv", LATER), known=(edited,))
    (after,) = proposal.connector.files
    assert proposal.possible and proposal.connector.name == known.name
    assert proposal.mappings == {"deals-2024-04-01.csv": before.name}
    assert columns(after) == columns(before) and after.dates == before.dates
    assert after.stages == {"Won": "won", "Demo": "lost", "Closed Lost": "lost"}
    assert "Tier" in after.dimensions and after.headers == (*before.headers, "Tier")
    (changed,) = [d for d in proposal.diagnostics if d.mistake.code == "columns-changed"]
    assert changed.severity == "warning" and "'Tier'" in changed.detail


def test_a_column_taken_out_of_the_mapping_stays_out(inlet: Inlet, write: Write) -> None:
    known = inlet.propose(write("deals.csv", FIRST)).connector
    (before,) = known.files
    without = tuple(column for column in before.columns if column.field != "account")
    edited = replace(known, files=(replace(before, columns=without, dimensions=()),))
    (after,) = inlet.propose(write("deals.csv", LATER), known=(edited,)).connector.files
    assert "account" not in columns(after) and after.dimensions == ("Tier",)


def test_the_same_export_changes_nothing(inlet: Inlet, write: Write) -> None:
    known = inlet.propose(write("deals.csv", FIRST)).connector
    again = inlet.propose(write("deals.csv", FIRST), known=(known,))
    assert again.connector == known and again.questions == ()


def test_headers_in_another_case_are_the_same_export(inlet: Inlet, write: Write) -> None:
    known = inlet.propose(write("deals.csv", FIRST)).connector
    header, rest = FIRST.split("\n", 1)
    again = inlet.propose(write("deals.csv", header.upper() + "\n" + rest), known=(known,))
    assert columns(mapping_of(again, "opportunity")) == columns(known.files[0])


def test_dates_turned_round_stop_the_import(inlet: Inlet, write: Write) -> None:
    known = inlet.propose(write("deals.csv", FIRST)).connector
    turned = (
        FIRST.replace("13/01", "01/13").replace("14/02", "02/14").replace("15/01", "01/15").replace("16/03", "03/16")
    )
    assert codes(inlet.propose(write("deals.csv", turned), known=(known,)), "error") == {"dates-changed"}


def test_a_new_form_that_cannot_be_mistaken_is_added(inlet: Inlet, write: Write) -> None:
    known = inlet.propose(write("deals.csv", FIRST)).connector
    iso = FIRST.replace("13/01/2024", "2024-01-13").replace("15/01/2024", "2024-01-15")
    proposal = inlet.propose(write("deals.csv", iso), known=(known,))
    assert proposal.possible
    assert mapping_of(proposal, "opportunity").dates["Created"] == "%d/%m/%Y | %Y-%m-%d"


def test_ambiguous_dates_of_a_later_export_follow_the_known_order(inlet: Inlet, write: Write) -> None:
    known = inlet.propose(write("deals.csv", FIRST)).connector
    text = FIRST.replace("13/01", "01/02").replace("14/02", "02/03").replace("15/01", "03/04").replace("16/03", "04/05")
    proposal = inlet.propose(write("deals.csv", text), known=(known,))
    assert proposal.possible and mapping_of(proposal, "opportunity").dates["Created"] == "%d/%m/%Y"


def test_the_decimal_mark_of_the_mapping_stands(inlet: Inlet, write: Write) -> None:
    commas = FIRST.replace(",5,", ',"5,50",').replace(",6,", ',"1.234",')
    known = inlet.propose(write("deals.csv", commas)).connector
    assert known.files[0].decimal == ","
    whole = inlet.propose(write("deals.csv", FIRST), known=(known,))
    assert whole.possible and whole.connector.files[0].decimal == ","
    points = FIRST.replace(",5,", ",5.50,")
    assert codes(inlet.propose(write("deals.csv", points), known=(known,)), "error") == {"amounts-in-two-styles"}


def test_companies_exported_later_complete_the_connector(inlet: Inlet, write: Write) -> None:
    known = inlet.propose(write("deals.csv", FIRST)).connector
    companies = write("companies.csv", "Company name,Industry,Country\nAlpha,Retail,DE\nBeta,Retail,FR\n")
    proposal = inlet.propose(companies, known=(known,))
    assert proposal.connector.name == known.name
    assert {m.thing for m in proposal.connector.files} == {"opportunity", "account"}
    assert "no-opportunities" not in codes(proposal)


def test_deals_of_another_shape_are_another_connector(inlet: Inlet, write: Write) -> None:
    known = inlet.propose(write("deals.csv", FIRST)).connector
    other = write("opps.csv", "Ref,Client,Rep,Phase,Value,Opened\n1,Alpha,Ann,Won,5,2024-01-01\n")
    proposal = inlet.propose(other, known=(known,))
    assert proposal.connector.name not in (known.name, "")
    named = inlet.propose(other, known=(known,), choices=Choices(connector="erp"))
    assert named.connector.name == "erp"


SPELT = (
    "Deal ID,Deal Name,Product,Stage,Amount,Created,Close Date\n"
    "1,A,Alpha Basic,Won,5,2024-01-13,2024-02-14\n2,B,AlphaBasic,Demo,6,2024-01-15,2024-03-16\n"
    "3,C,Beta Plus,Demo,6,2024-01-15,2024-03-16\n"
)
PRODUCTS = "Product,Series,List price\nAlpha Basic,A,5\nBeta Plus,B,7\n"


def test_files_joined_to_each_other_change_nothing_the_second_time(inlet: Inlet, write: Write) -> None:
    files = write("deals.csv", SPELT), write("products.csv", PRODUCTS)
    known = inlet.propose(*files).connector
    assert mapping_of(inlet.propose(*files), "opportunity").repairs == {"Product": {"AlphaBasic": "Alpha Basic"}}
    assert inlet.propose(*files, known=(known,)).connector == known


def test_a_repair_that_was_refused_or_edited_stays_so(inlet: Inlet, write: Write) -> None:
    files = write("deals.csv", SPELT), write("products.csv", PRODUCTS)
    known = inlet.propose(*files).connector
    for repairs in ({}, {"Product": {"AlphaBasic": "Beta Plus"}}):
        edited = replace(
            known, files=tuple(replace(f, repairs=repairs) if f.thing == "opportunity" else f for f in known.files)
        )
        again = inlet.propose(*files, known=(edited,))
        assert again.connector == edited
        pointed_out = [row["evidence"] for row in again.evidence if row["subject"] == "spelling"]
        assert len(pointed_out) == (0 if repairs else 1)


def test_a_reference_refused_is_not_found_again_by_its_values(inlet: Inlet, write: Write) -> None:
    files = write("deals.csv", SPELT), write("products.csv", PRODUCTS)
    known = inlet.propose(*files).connector
    kept = tuple(
        column for column in mapping_of(inlet.propose(*files), "opportunity").columns if column.field != "product"
    )
    edited = replace(
        known, files=tuple(replace(f, columns=kept, repairs={}) if f.thing == "opportunity" else f for f in known.files)
    )
    assert inlet.propose(*files, known=(edited,)).connector == edited
