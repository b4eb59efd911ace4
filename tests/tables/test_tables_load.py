"""Loading: every row accounted for, nothing done twice, later exports become history, crashes leave things whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tables_world import (
    DEALS_HEADERS,
    Export,
    ask,
    bring,
    connector,
    content,
    deal,
    deals_mapping,
    land,
    mapping,
)

from headway.core.identity import natural_key, surrogate
from headway.tables import ListedRow, Store, load, rebuild
from headway.tables.engine import Engine


def counts(report, thing="opportunity"):
    row = next(r for r in report.rows if r["thing"] == thing)
    return {name: row[name] for name in ("seen", "new", "changed", "unchanged", "deleted", "rejected")}


def test_every_source_row_is_loaded_rejected_or_listed(tmp_path: Path) -> None:
    rows = [
        deal(1, Amount="$1,200.50"),
        deal(2, Created="31/31/2024"),
        deal(3, Amount="a lot"),
        deal(""),
        deal(4, Stage="Won", Closed="2024-02-01", Amount="(10)"),
    ]
    footer = ListedRow(7, "a footer, no data", "Grand Totals (5 records)")
    report = bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), rows, listed=(footer,)))
    assert counts(report) == {"seen": 2, "new": 2, "changed": 0, "unchanged": 0, "deleted": 0, "rejected": 3}
    listed = {(r["row"], r["kind"]): r["reason"] for r in Store.open(tmp_path).rejected()}
    assert listed[(3, "rejected")] == "'Created' holds '31/31/2024', which is no date of the form %Y-%m-%d"
    assert listed[(4, "rejected")] == "'Amount' holds 'a lot', which is no amount"
    assert listed[(5, "rejected")] == "no value in 'Deal ID', which identifies the row"
    assert listed[(7, "listed")] == "a footer, no data"
    run = next(iter(Store.open(tmp_path).runs()))
    assert run["rows"] == 6 == run["loaded"] + run["rejected"] + run["listed"]
    amounts = ask(tmp_path, "SELECT key, amount, status FROM opportunity ORDER BY key").records
    assert amounts == (
        ("crm:main:opportunity:D1", Decimal("1200.5000"), "open"),
        ("crm:main:opportunity:D4", Decimal("-10.0000"), "won"),
    )


def test_a_repeated_id_keeps_the_last_row_and_lists_the_others(tmp_path: Path) -> None:
    rows = [deal(1, Amount="1"), deal(2), deal(1, Amount="3"), deal(2)]
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), rows))
    assert ask(tmp_path, "SELECT amount FROM opportunity WHERE key LIKE '%D1'").records == ((Decimal("3.0000"),),)
    reasons = [(r["row"], r["reason"]) for r in Store.open(tmp_path).rejected()]
    assert reasons == [(2, "same id as row 4, which comes later and is kept"), (3, "duplicate of row 5, identical")]


def test_made_keys_lose_no_row_and_do_not_depend_on_the_order(tmp_path: Path) -> None:
    made = deals_mapping(key=("Deal Name", "Company", "Created"), made_key=True)
    rows = [deal(1, Deal_Name="Same"), deal(2, Deal_Name="Same"), deal(3, Deal_Name="Same", Amount="7"), deal(4)]
    bring(tmp_path / "one", "r1", "2024-03-01", Export(made, rows))
    bring(tmp_path / "two", "r1", "2024-03-01", Export(made, rows[::-1]))
    assert Store.open(tmp_path / "one").rejected().records == ()
    asked = "SELECT key, amount FROM opportunity ORDER BY key"
    assert len(ask(tmp_path / "one", asked)) == 4
    assert ask(tmp_path / "one", asked) == ask(tmp_path / "two", asked)


def test_ids_are_the_surrogates_of_the_keys(tmp_path: Path) -> None:
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), [deal(n) for n in range(50)]))
    for number, key in ask(tmp_path, "SELECT id, key FROM opportunity").records:
        assert number == surrogate(str(key))
    assert ask(tmp_path, "SELECT key FROM opportunity WHERE key LIKE '%D7'").records == (
        (natural_key("crm", "main", "opportunity", "D7"),),
    )


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    export = Export(deals_mapping(), [deal(1), deal(2, Stage="Won", Closed="2024-02-02", Amount="9")])
    bring(tmp_path, "r1", "2024-03-01", export)
    tables = Store.open(tmp_path).tables
    assert tables is not None
    before = tables.read_bytes()
    report = bring(tmp_path, "r2", "2024-03-08", export)
    assert report.already_loaded == {"deals.csv": "r1"}
    assert not report.built
    assert Store.open(tmp_path).tables == tables
    assert tables.read_bytes() == before
    assert not (tmp_path / ".headway" / "landing" / "r2").exists()


def test_a_later_export_becomes_change_history(tmp_path: Path) -> None:
    first = [deal(1, Amount="10"), deal(2), deal(3), deal(4)]
    later = [deal(1, Amount="12"), deal(2, Stage="Won", Closed="2024-03-05", Amount="5"), deal(3)]
    later.append(deal(5, Created="2024-03-08"))
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), first))
    report = bring(tmp_path, "r2", "2024-03-08", Export(deals_mapping(), later))
    assert counts(report) == {"seen": 4, "new": 1, "changed": 2, "unchanged": 1, "deleted": 1, "rejected": 0}
    changes = {(r["key"][-2:], r["field"]): r for r in Store.open(tmp_path).changes()}
    assert (changes["D1", "amount"]["old_value"], changes["D1", "amount"]["new_value"]) == ("10.0000", "12.0000")
    assert changes["D1", "amount"]["precision"] == "between_runs"
    assert changes["D2", "status"]["precision"] == "day"
    assert changes["D2", "status"]["changed_at"].date() == date(2024, 3, 5)
    assert changes["D2", "stage"]["observed_run"] == "r2"
    assert ("D4", "deleted") in changes
    assert all(r["origin"] == "snapshot_diff" for r in changes.values())
    assert len(ask(tmp_path, "FROM opportunity", date(2024, 3, 7))) == 4
    assert {r[0][-2:] for r in ask(tmp_path, "SELECT key FROM opportunity").records} == {"D1", "D2", "D3", "D5"}


def test_a_deal_that_comes_back_is_there_again(tmp_path: Path) -> None:
    both, one = [deal(1), deal(2)], [deal(1)]
    later = [*both, deal(3, Created="2024-03-12")]
    for run, day, rows in (("r1", "2024-03-01", both), ("r2", "2024-03-08", one), ("r3", "2024-03-15", later)):
        bring(tmp_path, run, day, Export(deals_mapping(), rows))
    there = [len(ask(tmp_path, "FROM opportunity", date(2024, 3, day))) for day in (1, 8, 15)]
    assert there == [2, 1, 3]


def test_a_row_rejected_in_a_later_export_is_not_taken_for_deleted(tmp_path: Path) -> None:
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), [deal(1), deal(2)]))
    report = bring(tmp_path, "r2", "2024-03-08", Export(deals_mapping(), [deal(1), deal(2, Amount="??x")]))
    assert counts(report)["deleted"] == 0
    assert len(ask(tmp_path, "FROM opportunity")) == 2


def test_an_export_with_under_half_of_the_known_is_partial(tmp_path: Path) -> None:
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), [deal(n) for n in range(10)]))
    report = bring(tmp_path, "r2", "2024-03-08", Export(deals_mapping(), [deal(n) for n in range(4)]))
    assert counts(report)["deleted"] == 0
    assert [d.mistake.code for d in report.diagnostics] == ["partial-export"]
    assert "4 of 10 known" in report.diagnostics[0].message


def test_a_declared_partial_export_deletes_nothing(tmp_path: Path) -> None:
    partial = deals_mapping(coverage="partial")
    bring(tmp_path, "r1", "2024-03-01", Export(partial, [deal(1), deal(2)]))
    report = bring(tmp_path, "r2", "2024-03-08", Export(partial, [deal(2, Amount="5")]))
    assert (counts(report)["deleted"], report.diagnostics) == (0, ())


def test_a_deal_the_system_marks_deleted_is_gone(tmp_path: Path) -> None:
    columns = (*deals_mapping().columns, *mapping("x", "opportunity", {"name": "n", "is_deleted": "Gone"}).columns[1:])
    marked = deals_mapping(columns=columns, headers=(*DEALS_HEADERS, "Gone"))
    bring(tmp_path, "r1", "2024-03-01", Export(marked, [deal(1), {**deal(2), "Gone": "true"}]))
    assert [r[0][-2:] for r in ask(tmp_path, "SELECT key FROM opportunity").records] == ["D1"]


def test_an_older_export_brought_later_takes_its_place_in_time(tmp_path: Path) -> None:
    old, new = Export(deals_mapping(), [deal(1, Amount="1")]), Export(deals_mapping(), [deal(1, Amount="2")])
    bring(tmp_path / "a", "r1", "2024-03-01", old)
    bring(tmp_path / "a", "r2", "2024-03-08", new)
    bring(tmp_path / "b", "r1", "2024-03-08", new)
    bring(tmp_path / "b", "r2", "2024-03-01", old)
    for folder in (tmp_path / "a", tmp_path / "b"):
        asked = [ask(folder, "SELECT amount FROM opportunity", date(2024, 3, d)).records[0][0] for d in (5, 9)]
        assert asked == [Decimal("1.0000"), Decimal("2.0000")]


def test_rebuilding_gives_the_same_content(tmp_path: Path) -> None:
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), [deal(1), deal(2), deal("")]))
    bring(tmp_path, "r2", "2024-03-08", Export(deals_mapping(), [deal(1, Amount="4"), deal(3)]))
    before = content(tmp_path)
    report = rebuild(tmp_path, [connector(deals_mapping())], "again")
    assert content(tmp_path) == before
    assert [r["run"] for r in report.rows] == ["r1", "r2"]
    assert Store.open(tmp_path).tables == tmp_path / ".headway" / "tables-again.duckdb"


def test_an_edited_mapping_takes_effect_by_rebuilding(tmp_path: Path) -> None:
    export = Export(deals_mapping(), [deal(1, Stage="Signed", Closed="2024-02-01")])
    bring(tmp_path, "r1", "2024-03-01", export)
    assert ask(tmp_path, "SELECT status FROM opportunity").records == (("open",),)
    edited = deals_mapping(stages={"Signed": "won"})
    rebuild(tmp_path, [connector(edited)], "r1-edited")
    assert ask(tmp_path, "SELECT status FROM opportunity").records == (("won",),)


def test_the_same_file_under_an_edited_mapping_builds_again_without_a_new_load(tmp_path: Path) -> None:
    export = Export(deals_mapping(), [deal(1, Stage="Signed", Closed="2024-02-01")])
    bring(tmp_path, "r1", "2024-03-01", export)
    report = bring(tmp_path, "r2", "2024-03-08", replace(export, mapping=deals_mapping(stages={"Signed": "won"})))
    assert report.built
    assert report.already_loaded == {"deals.csv": "r1"}
    assert {r["run"] for r in Store.open(tmp_path).runs()} == {"r1"}
    assert ask(tmp_path, "SELECT status FROM opportunity").records == (("won",),)


def test_the_last_two_tables_are_kept(tmp_path: Path) -> None:
    for number in range(1, 5):
        rows = [deal(n) for n in range(number)]
        bring(tmp_path, f"r{number}", f"2024-03-0{number}", Export(deals_mapping(), rows))
    kept = sorted(file.name for file in (tmp_path / ".headway").glob("tables-*"))
    assert kept == ["tables-r3.duckdb", "tables-r4.duckdb"]


@pytest.mark.parametrize("name", ["tables-r2.duckdb.building", "tables-r2.duckdb.building.scratch", "current.new"])
def test_what_a_crash_left_behind_does_no_harm(tmp_path: Path, name: str) -> None:
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), [deal(1)]))
    before = content(tmp_path)
    (tmp_path / ".headway" / name).write_bytes(b"torn")
    assert content(tmp_path) == before
    bring(tmp_path, "r2", "2024-03-08", Export(deals_mapping(), [deal(1), deal(2)]))
    assert len(ask(tmp_path, "FROM opportunity")) == 2
    assert not list((tmp_path / ".headway").glob("*.building*"))


def test_a_crash_between_landing_and_tables_heals_with_the_next_import(tmp_path: Path) -> None:
    one, two = Export(deals_mapping(), [deal(1)]), Export(deals_mapping(), [deal(1), deal(2)])
    bring(tmp_path, "r1", "2024-03-01", one)
    pointer = tmp_path / ".headway" / "current"
    said = pointer.read_text(encoding="utf-8")
    bring(tmp_path, "r2", "2024-03-08", two)
    pointer.write_text(said, encoding="utf-8")
    assert len(ask(tmp_path, "FROM opportunity")) == 1
    report = bring(tmp_path, "r3", "2024-03-09", two)
    assert report.already_loaded == {"deals.csv": "r2"}
    assert len(ask(tmp_path, "FROM opportunity")) == 2


def test_landed_files_without_a_manifest_are_no_run(tmp_path: Path) -> None:
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), [deal(1)]))
    land(tmp_path, "r2", date(2024, 3, 8), [Export(deals_mapping(), [deal(1), deal(2)])])
    rebuild(tmp_path, [connector(deals_mapping())], "again")
    assert len(ask(tmp_path, "FROM opportunity")) == 1


def test_a_reader_keeps_its_tables_while_new_ones_are_published(tmp_path: Path) -> None:
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), [deal(1)]))
    with Store.open(tmp_path).as_of() as facts:
        bring(tmp_path, "r2", "2024-03-08", Export(deals_mapping(), [deal(1), deal(2)]))
        assert facts.run("SELECT count(*) FROM opportunity") == [(1,)]
    assert ask(tmp_path, "SELECT count(*) FROM opportunity").records == ((2,),)


def test_files_of_one_mapping_in_one_run_are_one_load(tmp_path: Path) -> None:
    made = deals_mapping()
    parts = [Export(made, [deal(1), deal(2)], "a.csv"), Export(made, [deal(2, Amount="8"), deal(3)], "b.csv")]
    manifest = land(tmp_path, "r1", date(2024, 3, 1), parts)
    report = load(tmp_path, manifest, [connector(made)])
    assert counts(report) == {"seen": 3, "new": 3, "changed": 0, "unchanged": 0, "deleted": 0, "rejected": 1}
    assert ask(tmp_path, "SELECT amount FROM opportunity WHERE key LIKE '%D2'").records == ((Decimal("8.0000"),),)


def test_a_file_of_no_known_thing_is_kept_and_counted(tmp_path: Path) -> None:
    other = mapping("misc", "other", {"name": "A"})
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), [deal(1)]), Export(other, [{"A": "x"}, {"A": "y"}]))
    kept = {r["file"]: (r["thing"], r["rows"]) for r in Store.open(tmp_path).runs()}
    assert kept["misc.csv"] == ("other", 2)


def test_an_older_landing_may_lack_a_column_of_the_present_mapping(tmp_path: Path) -> None:
    wide = deals_mapping(dimensions=("Deal Type",), headers=(*DEALS_HEADERS, "Deal Type"))
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), [deal(1)]))
    bring(tmp_path, "r2", "2024-03-08", Export(wide, [{**deal(1), "Deal Type": "new"}]))
    assert ask(tmp_path, "SELECT deal_type FROM opportunity").records == (("new",),)
    assert ask(tmp_path, "SELECT deal_type FROM opportunity", date(2024, 3, 2)).records == ((None,),)


def test_an_empty_store_says_so(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    assert store.is_empty
    assert store.first_load is None
    assert [len(rows) for rows in (store.runs(), store.rejected(), store.changes())] == [0, 0, 0]
    assert store.runs().names[0] == "run"


def test_first_and_last_load_are_the_days_of_the_exports(tmp_path: Path) -> None:
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), [deal(1)]))
    bring(tmp_path, "r2", "2024-04-01", Export(deals_mapping(), [deal(1), deal(2)]))
    store = Store.open(tmp_path)
    assert (store.first_load, store.last_load) == (date(2024, 3, 1), date(2024, 4, 1))


def test_odd_dates_are_kept_and_listed_as_findings(tmp_path: Path) -> None:
    rows = [
        deal(1, Stage="Won", Closed="2024-01-05", Amount="7"),
        deal(2, Stage="Lost", Closed="2031-01-01"),
        deal(3, Stage="Won", Closed="2024-02-05"),
    ]
    report = bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), rows))
    assert [d.mistake.code for d in report.diagnostics] == ["odd-dates", "odd-dates"]
    found = {f.where: f for f in Store.open(tmp_path).findings()}
    assert set(found) == {"opportunity D1", "opportunity D2"}
    assert (found["opportunity D1"].price, found["opportunity D1"].owner) == (7.0, "Ada")
    assert len(ask(tmp_path, "FROM opportunity")) == 3


def test_the_engine_counts_nothing_as_zero() -> None:
    with Engine() as engine:
        assert engine.count("SELECT NULL") == 0


def test_telling_the_day_of_an_export_afterwards_dates_its_load(tmp_path: Path) -> None:
    export = Export(deals_mapping(), [deal(1), deal(2, Stage="Won", Closed="2024-02-20")])
    bring(tmp_path, "r1", "2024-09-01", export, day_assumed=True)
    again = bring(tmp_path, "r2", "2024-03-01", export)
    assert again.redated == ("r1",) and Store.open(tmp_path).last_load == date(2024, 3, 1)
    assert [r["exported_on"] for r in Store.open(tmp_path).runs()] == [date(2024, 3, 1)]
    for day, assumed in (("2024-02-25", False), ("2024-09-05", True), ("2024-03-01", False)):
        report = bring(tmp_path, "r3", day, export, day_assumed=assumed)
        assert not report.built and Store.open(tmp_path).last_load == date(2024, 3, 1)


def test_what_is_wrong_with_an_older_export_is_told_when_it_comes_late(tmp_path: Path) -> None:
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), [deal(1)]))
    older = bring(tmp_path, "r2", "2024-02-01", Export(deals_mapping(), [deal(1), deal(2, Amount="a lot")]))
    assert [d.mistake.code for d in older.diagnostics] == ["rows-rejected"]


def test_amounts_counted_in_thousands(tmp_path: Path) -> None:
    columns = tuple(replace(c, format="thousands") if c.field == "amount" else c for c in deals_mapping().columns)
    rows = [
        deal(n, Amount=text) for n, text in enumerate(("12.5", "1,200", "2.5m", "€3", "-4", "", "37.08551"), start=1)
    ]
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(columns=columns), rows))
    found = ask(tmp_path, "SELECT amount FROM opportunity ORDER BY key").column("amount")
    whole = (Decimal(12_500), Decimal(1_200_000), Decimal(2_500_000), Decimal(3_000), Decimal(-4_000), None)
    assert found == (*whole, Decimal("37085.51")), "to the cent, however many places the thousands are written with"
