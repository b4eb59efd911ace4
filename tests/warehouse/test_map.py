"""`headway map`: suggestions with their evidence, proofs that can fail, receipts that are kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from landings import DLT_HUBSPOT, database

from headway.cli import main as entry
from headway.tables import cells
from headway.tables.engine import Engine, literal
from headway.tables.written import amount_written

Run = Callable[..., tuple[int, Any]]
DEALS = "Deal ID,Deal Name,Stage,Amount,Currency,Created,Close Date\n" + "".join(
    f'{i},Deal {i},{"Won" if i % 2 else "Proposal"},"{i},000.50",{"EUR" if i % 3 else "USD"},2026-01-1{i},2026-03-1{i}\n'
    for i in range(1, 10)
)


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in a new project; given are its exit code and its JSON, or its text."""
    monkeypatch.setenv("HEADWAY_NOW", "2026-04-01T08:00:00+00:00")

    def run(*words: str) -> tuple[int, Any]:
        monkeypatch.setattr("sys.argv", ["headway", "-C", str(tmp_path / "acme"), *words])
        with pytest.raises(SystemExit) as ended:
            entry.main()
        told = capsys.readouterr().out
        return int(ended.value.code or 0), json.loads(told) if "--json" in words else told

    monkeypatch.setattr("sys.argv", ["headway", "init", str(tmp_path / "acme"), "--currency", "EUR"])
    with pytest.raises(SystemExit):
        entry.main()
    capsys.readouterr()
    return run


def state(told: Any, test: str) -> str:
    (found,) = [row["state"] for row in told["rows"] if row["test"] == test]
    return str(found)


def test_a_suggestion_shows_its_evidence_and_writes_nothing(acme: Run, tmp_path: Path) -> None:
    source = database(tmp_path / "w.duckdb", DLT_HUBSPOT, stages="pipelines_deals__stages")
    code, told = acme("map", "suggest", str(source), "--json")
    assert code == 0 and told["schema"] == "headway.map.suggest/1"
    amount = next(row for row in told["rows"] if row["thing"] == "opportunity" and row["field"] == "amount")
    assert (amount["column"], amount["filled"], amount["rows"], amount["distinct"]) == ("amount", 3, 3, 3)
    assert amount["confidence"] >= 0.9 and set(amount["sample"]) == {"1000.5", "2000", "300"}
    stage = next(row for row in told["rows"] if row["thing"] == "opportunity" and row["field"] == "stage")
    assert stage["column"] == "stage" and stage["alternatives"] == ["dealstage"]
    assert not list((tmp_path / "acme" / "connectors").glob("*.yaml"))
    assert not list((tmp_path / "acme" / ".headway" / "landing").iterdir())


def test_what_is_written_is_what_an_import_then_reads(acme: Run, tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text(DEALS, "utf-8")
    code, told = acme("map", "suggest", str(tmp_path / "deals.csv"), "--write", "--json")
    (written,) = told["written"]
    before = (tmp_path / "acme" / written).read_text("utf-8")
    assert code == 0
    assert acme("import", str(tmp_path / "deals.csv"), "--json")[0] == 0
    assert (tmp_path / "acme" / written).read_text("utf-8") == before


def test_a_field_that_is_needed_and_not_there_is_told(acme: Run, tmp_path: Path) -> None:
    text = DEALS.replace("Amount", "Colour").replace(",000.50", " blue")
    (tmp_path / "deals.csv").write_text(text, "utf-8")
    _, told = acme("map", "suggest", str(tmp_path / "deals.csv"), "--json")
    (lacking,) = [row for row in told["rows"] if not row["column"]]
    assert lacking["field"] == "amount" and lacking["confidence"] == 0


def test_a_mapping_that_holds_is_proved_and_the_receipt_kept(acme: Run, tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text(DEALS, "utf-8")
    acme("import", str(tmp_path / "deals.csv"), "--yes")
    assert "not proved yet: files" in acme("doctor")[1]
    code, told = acme("map", "check", "--json")
    assert code == 0 and {row["state"] for row in told["rows"]} == {"ok"}, told["rows"]
    seen = {row["test"]: row["seen"] for row in told["rows"]}
    assert seen["rows"] == "9 rows: 9 loaded, 0 deleted, 0 rejected, 0 listed"
    assert seen["amount ties"] == "27,003.00 EUR, 18,001.50 USD on both sides, of 9 cells"
    assert acme("map", "check", "--last", "--json")[1]["receipts"] == told["receipts"]
    assert "1 mapping proved, the last on 2026-04-01" in acme("doctor")[1]


@pytest.mark.parametrize(
    ("was", "now", "test"),
    [
        ("Proposal: open", "Offer: open", "stages"),
        ("created_date: {from: Created,", "created_date: {from: Deal Name,", "types"),
        ("currency: {from: Currency,", "currency: {from: Stage,", "currencies"),
        ("key: [Deal ID]", "key: [Stage]", "keys"),
    ],
)
def test_a_mapping_that_is_wrong_fails(acme: Run, tmp_path: Path, was: str, now: str, test: str) -> None:
    (tmp_path / "deals.csv").write_text(DEALS, "utf-8")
    acme("import", str(tmp_path / "deals.csv"), "--yes")
    acme("map", "check")
    file = tmp_path / "acme" / "connectors" / "files.yaml"
    text = file.read_text("utf-8")
    assert was in text, text
    file.write_text(text.replace(was, now, 1), "utf-8")
    late, last = acme("map", "check", "--last")
    code, told = acme("map", "check", "--json")
    assert code == 1 and state(told, test) == "failed", told["rows"]
    assert state(told, "rows") == ("ok" if test == "stages" else "failed"), "the tables do not follow the mapping yet"
    assert late == 1 and "the mapping has changed since" in last


def test_tables_that_lost_money_do_not_tie(acme: Run, tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text(DEALS, "utf-8")
    acme("import", str(tmp_path / "deals.csv"), "--yes")
    (tables,) = (tmp_path / "acme" / ".headway").glob("tables-*.duckdb")
    with Engine(tables) as engine:
        engine.run("UPDATE opportunity_version SET amount = amount - 1 WHERE source_id = '4'")
    code, told = acme("map", "check", "--json")
    assert code == 1 and state(told, "amount ties") == "failed"


def test_a_connector_nobody_named(acme: Run) -> None:
    code, told = acme("map", "check", "nobody", "--json")
    assert code == 2 and [d["code"] for d in told["diagnostics"]] == ["unknown-connector"]


@settings(max_examples=60)
@given(
    st.decimals(min_value=-99_999_999, max_value=99_999_999, places=2),
    st.sampled_from((".", ",")),
    st.sampled_from(("{}", "€{}", "{} EUR", "$ {}", "{}k", "({})")),
    st.booleans(),
    st.sampled_from(("", "thousands", "millions")),
)
def test_amounts_read_twice_are_the_same(value: Decimal, mark: str, form: str, grouped: bool, unit: str) -> None:
    """The second reading is written by itself, so that it can hold the first to account."""
    plain = f"{abs(value) if '(' in form else value:{',' if grouped else ''}.2f}"
    cell = form.format(plain if mark == "." else plain.translate(str.maketrans(",.", ".,")))
    sql = cells.money(literal(cell), mark, unit)
    ((read,),) = ENGINE.run(f"SELECT {sql}")
    assert read is None or amount_written(cell, mark, unit) == read, cell


ENGINE = Engine()
