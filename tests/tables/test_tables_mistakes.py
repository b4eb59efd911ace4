"""Each mistake of this room, provoked by its file under tests/errors, says what is wrong and what to do."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tables_world import Export, bring, connector, content, deal, deals_mapping, land, read_csv

from headway.core.diagnostics import Diagnostic
from headway.core.errors import UserMistake
from headway.core.mapping import ColumnMapping, FileMapping
from headway.tables import Store, load, rebuild
from headway.tables.health import rebuild_check
from headway.tables.layout import alone
from headway.tables.mistakes import MISTAKES
from headway.text.connectors import read_connector

ERRORS = Path(__file__).parent.parent / "errors"


def refused(raised: pytest.ExceptionInfo[UserMistake], code: str) -> Diagnostic:
    found = [d for d in raised.value.diagnostics if d.mistake.code == code]
    assert found, raised.value.diagnostics
    assert found[0].remedy
    return found[0]


def warned(folder: Path, file: str, **changes: object) -> Diagnostic:
    rows = read_csv(ERRORS / file)
    made = deals_mapping(**{"headers": tuple(rows[0]), **changes})
    report = bring(folder, "r1", "2024-03-01", Export(made, rows))
    (found,) = report.diagnostics
    assert found.severity == "warning"
    assert found.mistake.code == Path(file).stem
    assert found.remedy
    return found


def test_every_mistake_has_a_file_that_provokes_it() -> None:
    names = {entry.name.split(".")[0] for entry in ERRORS.iterdir()}
    assert {m.code for m in MISTAKES} <= names


def test_rows_rejected(tmp_path: Path) -> None:
    found = warned(tmp_path, "rows-rejected.csv")
    assert found.message == "4 of 5 rows were not loaded from 'deals.csv'"
    assert "row 2: same id as row 3" in found.detail
    assert "'plenty', which is no amount" in found.detail


def test_unknown_stage(tmp_path: Path) -> None:
    assert "'Limbo' (1 deal) has no status; it counts as open" in warned(tmp_path, "unknown-stage.csv").message


def test_odd_dates(tmp_path: Path) -> None:
    assert "1 deal closed before being created, such as 'D1'" in warned(tmp_path, "odd-dates.csv").message


def test_history_disagrees(tmp_path: Path) -> None:
    rows = read_csv(ERRORS / "history-disagrees.csv")
    fields = {"opportunity_id": "Deal ID", "stage": "Deal Stage", "entered_at": "Changed At"}
    fields |= {"amount": "Amount", "close_date": "Close Date"}
    columns = tuple(ColumnMapping(field, column) for field, column in fields.items())
    dates = dict.fromkeys(("Changed At", "Close Date"), "%Y-%m-%d")
    history = FileMapping("history", "stage_history", tuple(rows[0]), columns, ("Deal ID",), dates=dates, made_key=True)
    deals = [deal(1, Amount="200", Closed="2024-04-01"), deal(2, Amount="100", Closed="2024-03-01")]
    report = bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), deals), Export(history, rows))
    (found,) = (d for d in report.diagnostics if d.mistake.code == "history-disagrees")
    assert found.severity == "warning" and "(1 in their amount), such as 'D1'" in found.message
    agreeing = [deal(1, Amount="250", Closed="2024-04-01"), deal(2, Amount="100", Closed="2024-03-01")]
    report = bring(tmp_path / "same", "r1", "2024-03-01", Export(deals_mapping(), agreeing), Export(history, rows))
    assert [d.mistake.code for d in report.diagnostics] == []


def test_old_export(tmp_path: Path) -> None:
    export = Export(deals_mapping(), read_csv(ERRORS / "old-export.csv"))
    (found,) = bring(tmp_path, "r1", "2024-03-01", export, day_assumed=True).diagnostics
    assert found.mistake.code == "old-export" and found.severity == "warning"
    assert "on 2023-12-20; the export is taken for the state of 2024-03-01" in found.message
    assert "--exported-on 2023-12-20" in found.remedy
    assert not bring(tmp_path / "told", "r1", "2024-03-01", export).diagnostics
    assert not bring(tmp_path / "fresh", "r1", "2024-01-10", export, day_assumed=True).diagnostics


def test_values_unread(tmp_path: Path) -> None:
    columns = (*deals_mapping().columns, ColumnMapping("probability", "Probability"))
    assert "'Probability'" in warned(tmp_path, "values-unread.csv", columns=columns).message


def test_partial_export(tmp_path: Path) -> None:
    for run, name in (("r1", "first"), ("r2", "second")):
        rows = read_csv(ERRORS / "partial-export" / f"{name}.csv")
        report = bring(tmp_path, run, f"2024-03-0{run[1]}", Export(deals_mapping(), rows))
    assert "holds 1 of 3 known opportunity records" in report.diagnostics[0].message


def test_column_absent_without_the_key_nothing_is_loaded(tmp_path: Path) -> None:
    rows = read_csv(ERRORS / "column-absent.csv")
    with pytest.raises(UserMistake) as raised:
        bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), rows, headers=tuple(rows[0])))
    assert "'Deal ID'" in refused(raised, "column-absent").message
    assert raised.value.exit_code == 3
    assert Store.open(tmp_path).is_empty
    assert not list((tmp_path / ".headway").glob("tables-*"))


def test_date_pattern(tmp_path: Path) -> None:
    pattern = (ERRORS / "date-pattern.txt").read_text(encoding="utf-8").split()[0]
    bad = deals_mapping(dates={"Created": pattern, "Closed": "whenever"})
    with pytest.raises(UserMistake) as raised:
        bring(tmp_path, "r1", "2024-03-01", Export(bad, [deal(1)]))
    assert [d.mistake.code for d in raised.value.diagnostics] == ["date-pattern"] * 2
    assert "'%Y-%m' of column 'Created'" in raised.value.diagnostics[1].message


def test_mapping_missing(tmp_path: Path) -> None:
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), [deal(1)]))
    emptied, mistakes = read_connector(ERRORS / "mapping-missing.yaml")
    assert emptied is not None, mistakes
    with pytest.raises(UserMistake) as raised:
        rebuild(tmp_path, [replace(emptied, name="crm")], "r2")
    assert "'deals.csv' was imported with the mapping 'deals'" in refused(raised, "mapping-missing").message


def test_nothing_imported(tmp_path: Path) -> None:
    with pytest.raises(UserMistake) as raised:
        Store.open(tmp_path).as_of()
    refused(raised, "nothing-imported")
    assert raised.value.exit_code == 4
    with pytest.raises(UserMistake) as raised:
        rebuild(tmp_path, [connector(deals_mapping())], "r1")
    refused(raised, "nothing-imported")
    assert Store.open(tmp_path).is_empty


@pytest.mark.parametrize("code", ["store-too-new", "tables-damaged"])
def test_a_pointer_that_cannot_be_followed(tmp_path: Path, code: str) -> None:
    (tmp_path / ".headway").mkdir()
    (tmp_path / ".headway" / "current").write_text((ERRORS / f"{code}.json").read_text(encoding="utf-8"))
    with pytest.raises(UserMistake) as raised:
        Store.open(tmp_path)
    refused(raised, code)


def test_tables_of_an_earlier_headway_are_told_and_built_again(tmp_path: Path) -> None:
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), [deal(1)]))
    before = content(tmp_path)
    pointer = tmp_path / ".headway" / "current"
    pointer.write_text((ERRORS / "store-too-old.json").read_text(encoding="utf-8"))
    with pytest.raises(UserMistake) as raised:
        Store.open(tmp_path).as_of()
    refused(raised, "store-too-old")
    assert "headway import" in raised.value.diagnostics[0].remedy
    check = rebuild_check(tmp_path, [connector(deals_mapping())])
    assert [one.what for one in check.findings] == ["the tables were built by an earlier Headway"] and check.mends
    rebuild(tmp_path, [connector(deals_mapping())], "r2")
    assert content(tmp_path) == before


@pytest.mark.parametrize("torn", ["", "no json", '{"format": "one"}'])
def test_a_torn_pointer_is_told_and_healed_by_building_again(tmp_path: Path, torn: str) -> None:
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), [deal(1)]))
    before = content(tmp_path)
    (tmp_path / ".headway" / "current").write_text(torn)
    with pytest.raises(UserMistake) as raised:
        Store.open(tmp_path)
    refused(raised, "tables-damaged")
    rebuild(tmp_path, [connector(deals_mapping())], "r2")
    assert content(tmp_path) == before


def test_tables_that_cannot_be_opened(tmp_path: Path) -> None:
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), [deal(1)]))
    (tmp_path / ".headway" / "tables-r1.duckdb").write_bytes(b"this is no database, or no longer one")
    with pytest.raises(UserMistake) as raised:
        Store.open(tmp_path).as_of()
    refused(raised, "tables-damaged")


def test_landing_damaged(tmp_path: Path) -> None:
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), [deal(1)]))
    manifest = tmp_path / ".headway" / "landing" / "r1" / "run.json"
    whole = manifest.read_text(encoding="utf-8")
    manifest.write_text((ERRORS / "landing-damaged" / "run.json").read_text(encoding="utf-8"))
    with pytest.raises(UserMistake) as raised:
        rebuild(tmp_path, [connector(deals_mapping())], "r2")
    refused(raised, "landing-damaged")
    manifest.write_text(whole, encoding="utf-8")
    (manifest.parent / "deals.csv.parquet").write_bytes(b"PAR1 and then nothing")
    with pytest.raises(UserMistake) as raised:
        rebuild(tmp_path, [connector(deals_mapping())], "r3")
    assert "'deals.csv' as landed in run r1 cannot be read" in refused(raised, "landing-damaged").message
    assert len(content(tmp_path)["opportunity_version"]) == 1


def test_import_running(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(UserMistake) as raised:
        bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), [deal(1)]))
    refused(raised, "import-running")
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), [deal(1)]))


@contextmanager
def as_somebody_else(folder: Path) -> Generator[None]:
    """Take away the right to write, for root too."""
    folder.chmod(0o555)
    for parent in folder.parents:
        if parent.stat().st_uid == os.getuid() and len(parent.parts) > 2:
            parent.chmod(parent.stat().st_mode | 0o055)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)


def test_folder_not_writable(tmp_path: Path) -> None:
    folder = tmp_path / "acme"
    folder.mkdir()
    with as_somebody_else(folder), pytest.raises(UserMistake) as raised:
        land(folder, "r1", date(2024, 3, 1), [Export(deals_mapping(), [deal(1)])])
    assert "cannot be written: Permission denied" in refused(raised, "folder-not-writable").message


def test_a_folder_that_became_read_only_keeps_what_it_had(tmp_path: Path) -> None:
    folder = tmp_path / "acme"
    bring(folder, "r1", "2024-03-01", Export(deals_mapping(), [deal(1)]))
    before = content(folder)
    later = land(folder, "r2", date(2024, 3, 8), [Export(deals_mapping(), [deal(1), deal(2)])])
    with as_somebody_else(folder / ".headway"), pytest.raises(UserMistake) as raised:
        load(folder, later, [connector(deals_mapping())])
    refused(raised, "folder-not-writable")
    assert content(folder) == before


def test_a_row_that_goes_missing_is_our_mistake(tmp_path: Path) -> None:
    manifest = land(tmp_path, "r1", date(2024, 3, 1), [Export(deals_mapping(), [deal(1), deal(2)])])
    lied = replace(manifest, files=(replace(manifest.files[0], rows=3),))
    with pytest.raises(UserMistake) as raised:
        load(tmp_path, lied, [connector(deals_mapping())])
    assert "holds 2 rows instead of 3" in refused(raised, "landing-damaged").message
