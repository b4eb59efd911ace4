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
    (without,) = (row for row in by if row["source_channel"] == "(none)")
    assert "not attributed: spend on sales and marketing 150 of 900, new customers 0 of 3" in str(without["note"])
    spent = rows(measure(definitions["spend"], facts, period("2026-Q2"), by=["source_channel"]))
    won = rows(measure(definitions["new_customers"], facts, period("2026-Q2"), by=["source_channel"]))
    assert spent.total("value") == Decimal(900) and won.total("value") == 3


def test_what_is_spent_on_customers_one_has_wins_no_new_ones(
    definitions: Mapping[str, Definition], facts: HandMade
) -> None:
    facts.engine.run("UPDATE spend_line SET motion = 'Expansion' WHERE amount = 250")
    (found,) = rows(measure(definitions["cac.new_business"], facts, period("2026-Q2")))
    assert found["value"] == pytest.approx((900 - 250) / 3)
    (found,) = rows(measure(definitions["cac"], facts, period("2026-Q2")))
    assert found["value"] == 300.0


def test_margin_by_stream_says_what_costs_have_none(definitions: Mapping[str, Definition], facts: HandMade) -> None:
    for kind, function, amount, stream in (
        ("revenue", None, 1000, "Subscriptions"),
        ("cost", "cost_of_revenue", 200, "Subscriptions"),
        ("revenue", None, 400, "Services"),
        ("cost", "cost_of_revenue", 300, "Services"),
        ("cost", "cost_of_revenue", 100, None),
    ):
        facts.engine.run(
            "INSERT INTO ledger_line (date, amount, currency, kind, function, stream) "
            "VALUES ('2026-05-01', ?, 'EUR', ?, ?, ?)",
            [amount, kind, function, stream],
        )
    by = {
        row["stream"]: row
        for row in rows(measure(definitions["gross_margin"], facts, period("2026-Q2"), by=["stream"]))
    }
    assert {name: row["value"] for name, row in by.items()} == {"Subscriptions": 0.8, "Services": 0.25, "(none)": None}
    assert "not attributed: revenue 0 of 1,400, cost of revenue 100 of 600" in str(by["(none)"]["note"])


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
    assert {row["month"]: row["value"] for row in by_month} == {"2026-04": 500.0, "2026-05": 125.0}


def test_a_fully_loaded_one_takes_the_costs_of_the_function(
    definitions: Mapping[str, Definition], facts: HandMade
) -> None:
    (found,) = rows(measure(definitions["cac.loaded"], facts, period("2026-Q2")))
    assert found["value"] == pytest.approx(4000 / 3)
    told = explain(definitions["cac.loaded"], facts, period("2026-Q2"))
    assert not isinstance(told, tuple)
    assert [(name, len(part)) for name, part in told.parts] == [
        ("sales_and_marketing_cost", 1),
        ("new_customers", 3),
        ("new_customers: left out", 1),
    ]


def test_costs_nobody_told_of_are_unknown_not_zero(definitions: Mapping[str, Definition], facts: HandMade) -> None:
    facts.engine.run("UPDATE ledger_line SET function = NULL")
    (found,) = rows(measure(definitions["cac.loaded"], facts, period("2026-Q2")))
    assert found["value"] is None
    assert str(found["note"]).startswith("undefined: no cost of sales and marketing is known")


def test_without_billing_there_is_no_ratio_to_new_arr(definitions: Mapping[str, Definition], facts: HandMade) -> None:
    (found,) = rows(measure(definitions["cac_ratio"], facts, period("2026-Q2")))
    assert found["value"] is None and str(found["note"]).startswith("undefined")
    told = explain(definitions["cac_ratio"], facts, period("2026-Q2"))
    assert not isinstance(told, tuple) and told.value == "undefined"


TEXT = """
a: {title: A, words: A., shape: formula, unit: number, adds_up: ratio, formula: b}
b: {title: B, words: B., shape: formula, unit: number, adds_up: ratio, formula: a}
c: {title: C, words: C., shape: formula, unit: deal, adds_up: ratio, formula: deal * nobody}
d: {title: D, words: D., shape: formula, unit: deal, adds_up: ratio, formula: e + day}
e: {title: E, words: E., shape: count, of: {}, date: closed_date, unit: deal}
f:
  title: F
  words: F.
  shape: formula
  unit: deal
  formula: e / period
g: {title: G, words: G., shape: formula, unit: deal, adds_up: ratio}
h: {title: H, words: H., shape: formula, unit: deal, adds_up: ratio, formula: sqrt(e)}
i: {title: I, words: I., shape: formula, unit: deal, adds_up: ratio, formula: before(2)}
j: {title: J, words: J., shape: formula, unit: deal, adds_up: ratio, formula: lagged(e) + lagged(f) + e ** 2}
k: {title: K, words: K., shape: formula, unit: deal, adds_up: ratio, formula: "lagged(e, e) + lagged(f, 3)"}
"""


def test_formulas_of_metrics_are_checked_where_they_stand(tmp_path: Path) -> None:
    read = read_text(tmp_path, TEXT)
    found = check_definitions(read)
    said = {
        (d.location.line, d.location.excerpt[d.location.column - 1 :][: d.location.length], d.message)
        for d in found
        if d.location
    }
    assert said == {
        (2, "b", "a is made of itself"),
        (3, "a", "b is made of itself"),
        (4, "nobody", "there is no metric 'nobody'"),
        (5, "e + day", "deal and day do not go together"),
        (12, "e / period", "f is in deal, and its formula comes to deal/year"),
        (13, "g", "g: a formula and its shape go together"),
        (14, "sqrt(e)", "'sqrt' is no function of metrics"),
        (15, "before(2)", "before asks for one metric"),
        (16, "lagged(e)", "lagged asks for one metric"),
        (16, "lagged(f)", "lagged asks for one metric"),
        (16, "e ** 2", "this is not part of a formula of metrics"),
        (17, "lagged(e, e)", "'e' measures no days"),
        (17, "lagged(f, 3)", "'f' is not of dated records"),
    }
    assert linked(read)["a"].others == {} and linked(read)["f"].others.keys() == {"e"}


def test_a_formula_sets_a_period_against_the_one_before(definitions: Mapping[str, Definition], facts: HandMade) -> None:
    for day, amount in ((date(2026, 2, 1), 900), (date(2026, 5, 1), 1000), (date(2026, 6, 1), 500)):
        facts.engine.run(
            "INSERT INTO ledger_line (date, amount, currency, kind) VALUES (?, ?, 'EUR', 'Revenue')", [day, amount]
        )
    facts.engine.run(
        "INSERT INTO ledger_line (date, amount, currency, function) VALUES ('2026-03-31', 800, 'EUR', 'sales_and_marketing')"
    )
    magic = definitions["magic_number"]
    (found,) = rows(measure(magic, facts, period("2026-Q2")))
    assert found["value"] == pytest.approx((1500 - 900) * 4 / 800)
    by = rows(measure(magic, facts, period("2026-Q2"), by=["quarter"]))
    assert [(row["quarter"], row["value"]) for row in by] == [("2026-Q2", found["value"])]
    by = rows(measure(magic, facts, by=["month"]))
    assert {row["month"]: row["value"] for row in by} == {
        "2026-02": None,
        "2026-05": pytest.approx(1000 * 12 / 4000),
        "2026-06": None,
    }
    (early,) = rows(measure(magic, facts, period("2026-Q3")))
    assert early["value"] is None and "once it is over, on 2026-09-30" in str(early["note"])
    answer = measure(magic, facts)
    assert isinstance(answer, tuple) and [d.mistake.code for d in answer] == ["no-deciding-date"]


def test_the_margin_of_the_company_stands_for_every_segment(
    definitions: Mapping[str, Definition], tmp_path: Path, facts: HandMade
) -> None:
    for kind, function, amount in (("revenue", None, 1000), ("cost", "cost_of_revenue", 250)):
        facts.engine.run(
            "INSERT INTO ledger_line (date, amount, currency, kind, function) VALUES ('2026-05-01', ?, 'EUR', ?, ?)",
            [amount, kind, function],
        )
    text = "mine: {title: P, words: P., shape: formula, unit: currency, formula: spend * whole(gross_margin)}"
    own = linked({**definitions, **read_text(tmp_path, text)})["mine"]
    by = rows(measure(own, facts, period("2026-Q2"), by=["source_channel"]))
    assert {row["source_channel"]: row["value"] for row in by} == {"ads": 375.0, "events": 187.5, "(none)": 112.5}
    by = rows(measure(own, facts, period("2026-Q2"), by=["source_channel", "month"]))
    assert {(row["source_channel"], row["month"]): row["value"] for row in by} == {
        ("ads", "2026-04"): None,
        ("events", "2026-05"): 187.5,
        ("(none)", "2026-05"): 112.5,
    }
