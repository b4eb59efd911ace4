"""What it costs to win a customer: spend and costs against new customers and new ARR, by source, with a lag."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from headway.core.calendar import FiscalCalendar, Period
from headway.core.definition import Definition
from headway.core.rows import Rows
from headway.metrics import check_definitions, explain, linked, measure
from tests.metrics.handmade import HandMade, facts_of, read_text

TODAY = date(2026, 6, 30)
WON = [  # day, account, source, bought as
    (date(2026, 4, 2), "Alder", "ads", "new customer"),
    (date(2026, 4, 20), "Alder", "ads", "existing customer"),
    (date(2026, 5, 4), "Birch", "events", "new customer"),
    (date(2026, 5, 5), "Cedar", "ads", "new customer"),
    (date(2026, 5, 6), None, "ads", None),
]
SPENT = [  # day, amount, source
    (date(2026, 2, 15), 100, "ads"),
    (date(2026, 4, 15), 500, "ads"),
    (date(2026, 5, 15), 250, "events"),
    (date(2026, 5, 31), 150, None),
]
COSTS = [(date(2026, 4, 30), 4000, "sales_and_marketing"), (date(2026, 5, 31), 900, "customer_success")]


@pytest.fixture
def facts() -> HandMade:
    made = facts_of(
        [
            {"status": "won", "created_date": day.replace(day=1), "closed_date": day, "account": account}
            | {"source_channel": source, "bought_as": bought}
            for day, account, source, bought in WON
        ],
        TODAY,
    )
    for day, amount, source in SPENT:
        made.engine.run(
            "INSERT INTO spend_line (date, amount, currency, source_channel) VALUES (?, ?, 'EUR', ?)",
            [day, amount, source],
        )
    for day, amount, function in COSTS:
        made.engine.run(
            "INSERT INTO ledger_line (date, amount, currency, function) VALUES (?, ?, 'EUR', ?)",
            [day, amount, function],
        )
    return made


def period(text: str) -> Period:
    found = FiscalCalendar().parse(text)
    assert isinstance(found, Period)
    return found


def rows(answer: object) -> Rows:
    assert isinstance(answer, Rows), answer
    return answer


def test_new_customers_are_first_wins_and_a_deal_of_nobody_is_left_out(
    definitions: Mapping[str, Definition], facts: HandMade
) -> None:
    (found,) = rows(measure(definitions["new_customers"], facts, period("2026-Q2")))
    assert (found["value"], found["excluded"], found["note"]) == (3, 1, "1 left out: no account")


def test_cac_by_source_reconciles_to_all_that_was_spent(definitions: Mapping[str, Definition], facts: HandMade) -> None:
    (whole,) = rows(measure(definitions["cac"], facts, period("2026-Q2")))
    assert (whole["value"], whole["n"], whole["excluded"]) == (300.0, 3, 1)
    by = rows(measure(definitions["cac"], facts, period("2026-Q2"), by=["source_channel"]))
    assert {row["source_channel"]: (row["value"], row["n"]) for row in by} == {
        "ads": (250.0, 2),
        "events": (250.0, 1),
        "(none)": (None, 0),
    }
    spent = rows(measure(definitions["spend"], facts, period("2026-Q2"), by=["source_channel"]))
    won = rows(measure(definitions["new_customers"], facts, period("2026-Q2"), by=["source_channel"]))
    assert spent.total("value") == Decimal(900) and won.total("value") == 3


def test_a_customer_is_set_against_what_was_spent_a_sales_cycle_before(
    definitions: Mapping[str, Definition], facts: HandMade
) -> None:
    # days from creation to winning: 1, 19, 3, 4, 5; their median is 4
    (found,) = rows(measure(definitions["cac.lagged"], facts, period("2026-05-18..2026-06-30")))
    assert found["value"] is None  # nobody was won then
    (found,) = rows(measure(definitions["cac.lagged"], facts, period("2026-04-19..2026-05-20")))
    assert found["value"] == (500 + 250) / 2
    assert "spend lines of 4 days before" in str(found["note"])
    by_month = rows(measure(definitions["cac.lagged"], facts, period("2026-Q2"), by=["month"]))
    assert {row["month"]: row["value"] for row in by_month} == {"2026-04": 500.0, "2026-05": 125.0, "2026-06": None}


def test_a_fully_loaded_one_takes_the_costs_of_the_function(
    definitions: Mapping[str, Definition], facts: HandMade
) -> None:
    (found,) = rows(measure(definitions["cac.loaded"], facts, period("2026-Q2")))
    assert found["value"] == pytest.approx(4000 / 3)
    told = explain(definitions["cac.loaded"], facts, period("2026-Q2"))
    assert not isinstance(told, tuple)
    assert [(name, len(part)) for name, part in told.parts] == [("numerator", 1), ("denominator", 3)]


def test_costs_nobody_told_of_are_unknown_not_zero(definitions: Mapping[str, Definition], facts: HandMade) -> None:
    facts.engine.run("UPDATE ledger_line SET function = NULL")
    (found,) = rows(measure(definitions["cac.loaded"], facts, period("2026-Q2")))
    assert found["value"] is None
    assert str(found["note"]).startswith("undefined: not one of the ledger lines it needs is known")


def test_without_billing_there_is_no_ratio_to_new_arr(definitions: Mapping[str, Definition], facts: HandMade) -> None:
    (found,) = rows(measure(definitions["cac_ratio"], facts, period("2026-Q2")))
    assert found["value"] is None and str(found["note"]).startswith("undefined")
    told = explain(definitions["cac_ratio"], facts, period("2026-Q2"))
    assert not isinstance(told, tuple) and told.value == "undefined"


TEXT = """
a: {title: A, words: A., shape: ratio, numerator: {metric: b}, denominator: {}, date: created_date, unit: number}
b: {title: B, words: B., shape: ratio, numerator: {metric: a}, denominator: {metric: nobody}, unit: number, adds_up: ratio}
c: {title: C, words: C., shape: count, of: {metric: a}, date: closed_date, unit: deal}
d: {title: D, words: D., shape: ratio, numerator: {metric: d}, denominator: {lag: e}, date: closed_date, unit: number}
e: {title: E, words: E., shape: count, of: {lag_days: -1}, date: closed_date, unit: deal}
"""


def test_metrics_that_name_others_are_checked(tmp_path: Path) -> None:
    read = read_text(tmp_path, TEXT)
    said = {(d.location.line if d.location else 0, d.message) for d in check_definitions(read)}
    assert {(line, message.split(": ", 1)[1]) for line, message in said} == {
        (2, "it is made of itself, by way of the metrics it names"),
        (3, "there is no metric 'nobody'"),
        (4, "a count of another metric"),
        (4, "it is made of itself, by way of the metrics it names"),
        (5, "it is made of itself, by way of the metrics it names"),
        (5, "'e' measures no days"),
        (6, "a part lies some days before the period, or a metric says how many"),
    }
    assert linked(read)["a"].others == {}
