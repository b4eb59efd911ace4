"""Metrics on records other than opportunities, and ratios whose sides are of different records."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from headway.core.calendar import FiscalCalendar, Period
from headway.core.definition import Definition
from headway.core.diagnostics import Diagnostic
from headway.core.rows import Rows
from headway.metrics import Parameters, check_definitions, explain, measure, shipped
from headway.text.documents import read_mapping_of
from tests.metrics.handmade import HandMade, facts_of, read_text

TODAY = date(2026, 3, 31)
TEXT = """
leads:
  title: Leads
  words: How many leads came in.
  records: lead
  shape: count
  of: {}
  date: created_at
  unit: lead
qualified_share:
  title: Leads that qualified
  words: Of the leads of the period, how many qualified since.
  records: lead
  shape: ratio
  numerator: {present: [qualified_at]}
  denominator: {}
  date: created_at
  unit: share
  adds_up: ratio
spend_per_won_deal:
  title: Spend per won deal
  words: What was spent in the period for each deal won in it.
  shape: ratio
  numerator: {records: spend_line, value: amount, date: date}
  denominator: {status: [won], date: closed_date}
  unit: currency/deal
  adds_up: ratio
"""


@pytest.fixture
def facts() -> HandMade:
    deals = [
        {"status": "won", "closed_date": date(2026, 1, 9 + n), "source_channel": "ads" if n else "events"}
        for n in range(3)
    ]
    made = facts_of(deals, TODAY)
    made.engine.run(
        "CREATE OR REPLACE TABLE lead (key VARCHAR, created_at TIMESTAMP, qualified_at DATE, source_channel VARCHAR)"
    )
    made.engine.run(
        "INSERT INTO lead VALUES ('a', '2026-01-31 23:59:00', '2026-02-01', 'ads'), ('b', '2026-02-01', NULL, 'ads'), "
        "('c', '2026-01-02', NULL, 'ads'), ('d', NULL, NULL, 'events')"
    )
    made.engine.run(
        "CREATE OR REPLACE TABLE spend_line "
        "(key VARCHAR, date DATE, amount DECIMAL(18,4), currency VARCHAR, source_channel VARCHAR)"
    )
    made.engine.run(
        "INSERT INTO spend_line VALUES ('x', '2026-01-31', 300, 'EUR', 'ads'), ('y', '2026-01-31', 90, 'GBP', 'ads'), "
        "('z', '2026-02-01', 999, 'EUR', 'ads')"
    )
    return made


def period(text: str) -> Period:
    found = FiscalCalendar().parse(text)
    assert not isinstance(found, Diagnostic)
    return found


def rows(answer: object) -> Rows:
    assert isinstance(answer, Rows), answer
    return answer


def test_a_metric_counts_the_records_it_names(tmp_path: Path, facts: HandMade) -> None:
    definitions = read_text(tmp_path, TEXT)
    assert check_definitions(definitions) == ()
    (january,) = rows(measure(definitions["leads"], facts, period("2026-01")))
    assert (january["value"], january["excluded"], january["currency"]) == (2, 1, None)
    by_month = rows(measure(definitions["leads"], facts, by=["month"]))
    assert {row["month"]: row["value"] for row in by_month if row["month"] != "(none)"} == {"2026-01": 2, "2026-02": 1}


def test_records_are_chosen_by_a_column_that_holds_something(tmp_path: Path, facts: HandMade) -> None:
    (found,) = rows(measure(read_text(tmp_path, TEXT)["qualified_share"], facts, period("2026-01")))
    assert (found["value"], found["n"]) == (0.5, 2)


def test_sides_of_different_records_are_measured_apart_and_divided_by_currency(tmp_path: Path, facts: HandMade) -> None:
    definition = read_text(tmp_path, TEXT)["spend_per_won_deal"]
    found = rows(measure(definition, facts, period("2026-01")))
    assert {(row["currency"], row["value"], row["n"]) for row in found} == {("EUR", 100.0, 3), ("GBP", 30.0, 3)}
    by = rows(measure(definition, facts, period("2026-01"), by=["source_channel"]))
    assert {(row["source_channel"], row["currency"], row["value"]) for row in by} == {
        ("ads", "EUR", 150.0),
        ("ads", "GBP", 45.0),
        ("events", "EUR", 0.0),
        ("events", "GBP", 0.0),
    }
    (february,) = rows(measure(definition, facts, period("2026-02")))
    assert (february["value"], february["note"]) == (None, "undefined: there is nothing to divide by")


def test_each_side_is_explained_by_its_own_records(tmp_path: Path, facts: HandMade) -> None:
    told = explain(read_text(tmp_path, TEXT)["spend_per_won_deal"], facts, period("2026-01"))
    assert not isinstance(told, tuple)
    assert [(name, len(part)) for name, part in told.parts] == [("numerator", 2), ("denominator", 3)]
    assert told.steps[0].value == "2 spend lines, €300 and £90"


def test_a_dimension_must_be_known_to_both_sides(tmp_path: Path, facts: HandMade) -> None:
    found = measure(read_text(tmp_path, TEXT)["spend_per_won_deal"], facts, by=["owner"])
    assert isinstance(found, tuple)
    assert [d.message for d in found] == ["'owner' is not a dimension of spend lines"]


def test_records_are_left_out_by_a_word_in_any_case(tmp_path: Path, facts: HandMade) -> None:
    facts.engine.run(
        "CREATE OR REPLACE TABLE activity (key VARCHAR, kind VARCHAR, outcome VARCHAR, occurred_date DATE)"
    )
    facts.engine.run(
        "INSERT INTO activity VALUES ('a', 'MEETING', 'Completed', '2026-01-02'), ('b', 'Meeting', 'No Show', '2026-01-02'), "
        "('c', 'meeting', NULL, '2026-01-02'), ('d', 'Call', NULL, '2026-01-02'), ('e', NULL, NULL, '2026-01-02')"
    )
    shipped_ones = {name: d for file in shipped() for name, d in read_mapping_of(file, Definition)[0].items()}
    (held,) = rows(measure(shipped_ones["meetings"], facts, period("2026-01")))
    assert held["value"] == 2


def test_amounts_of_several_currencies_make_one_total_at_one_rate(tmp_path: Path) -> None:
    deals = [
        {"status": "won", "closed_date": date(2026, 1, 9), "amount": Decimal("100.10"), "currency": code}
        for code in ("EUR", "GBP", "GBP", "CHF")
    ]
    made = facts_of(deals, TODAY)
    made.engine.run("CREATE OR REPLACE TABLE fx_rate (date DATE, currency VARCHAR, rate DECIMAL(28,10))")
    made.engine.run(
        "INSERT INTO fx_rate VALUES ('2026-01-01', 'GBP', 1.1), ('2026-03-01', 'GBP', 1.2), ('2026-04-01', 'GBP', 9)"
    )
    won = {name: d for file in shipped() for name, d in read_mapping_of(file, Definition)[0].items()}["won_value"]
    found = rows(measure(won, made, parameters=Parameters(base="EUR")))
    assert {(row["currency"], row["value"], row["n"]) for row in found} == {
        ("EUR", Decimal("340.3400"), 3),
        ("CHF", Decimal("100.1000"), 1),
    }
    assert "in EUR: GBP at 1.2 of 2026-03-01, one rate for all days" in str(found.column("note"))
    apart = rows(measure(won, made, by=["currency"], parameters=Parameters(base="EUR")))
    assert {(row["currency"], row["value"]) for row in apart} == {
        ("EUR", Decimal("100.1000")),
        ("GBP", Decimal("200.2000")),
        ("CHF", Decimal("100.1000")),
    }
    told = explain(won, made, parameters=Parameters(base="EUR"))
    assert not isinstance(told, tuple)
    assert told.steps[0].value == "4 deals, CHF\u00a0100.10 and €340.34"
