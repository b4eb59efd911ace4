"""Forecasts against what came: as locked at a horizon, by owner, with bias and ranges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.core.definition import Definition
from headway.core.explanation import Explanation
from headway.metrics import another_policy, by_age, explain, measure
from tests.metrics.handmade import HandMade
from tests.metrics.selling_world import period, refilled, rows, selling

Definitions = Mapping[str, Definition]
TABLES = selling(date(2026, 6, 30))
WON = [
    {"owner": "AE 1", "closed_date": date(2026, 3, 20), "amount": 100},
    {"owner": "AE 2", "closed_date": date(2026, 2, 20), "amount": 300},
    {"owner": "AE 3", "closed_date": date(2026, 1, 20), "amount": 50},
]
CALLS = [  # as of, owner, category, amount, low, high
    (date(2026, 1, 5), "AE 1", "Commit", 500, 90, 600),
    (date(2026, 2, 20), "AE 1", "Commit", 160, 90, 200),
    (date(2026, 2, 20), "AE 1", "Best Case", 900, None, None),
    (date(2026, 3, 25), "AE 1", "Commit", 100, 100, 100),
    (date(2026, 1, 5), "AE 2", "Commit", 240, 250, 280),
]


def forecasting(day: date, calls: Sequence[tuple[object, ...]] = CALLS) -> HandMade:
    facts = refilled(TABLES, day, won=WON)
    facts.engine.run("DELETE FROM forecast")
    for as_of, owner, category, amount, low, high in calls:
        facts.engine.run(
            "INSERT INTO forecast (as_of, owner, category, period, amount, low, high, currency) "
            "VALUES (?, ?, ?, '2026-Q1', ?, ?, ?, 'EUR')",
            [as_of, owner, category, amount, low, high],
        )
    return facts


def under(definition: Definition, **policy: str) -> Definition:
    made = another_policy(definition, policy)
    assert isinstance(made, Definition), made
    return made


def test_the_call_that_stood_at_the_horizon_is_held_against_what_came(definitions: Definitions) -> None:
    facts = forecasting(date(2026, 3, 31))
    # AE 1 called 160 on the last day 30 before the end, and 100 came; AE 2 240 for 300; AE 3 sold 50 without a call
    (found,) = rows(measure(definitions["forecast_accuracy"], facts, period("2026-Q1")))
    assert (found["value"], found["n"]) == (pytest.approx(1 - (60 + 60 + 50) / 450), 3)
    assert str(found["note"]).startswith("n = 3: cannot tell yet; as called 30 days before the end of 1 period")
    assert "1 owner sold without a call" in str(found["note"])
    (bias,) = rows(measure(definitions["forecast_bias"], facts, period("2026-Q1")))
    assert bias["value"] == pytest.approx((60 - 60 - 50) / 450)
    (whole,) = rows(measure(definitions["forecast_accuracy.company"], facts, period("2026-Q1")))
    assert whole["value"] == pytest.approx(1 - 50 / 450)
    (held,) = rows(measure(definitions["forecast_coverage"], facts, period("2026-Q1")))
    assert (held["value"], held["n"]) == (0.5, 2)


def test_other_horizons_and_categories(definitions: Definitions) -> None:
    facts, own = forecasting(date(2026, 3, 31)), definitions["forecast_accuracy"]
    asked = {"where": {"owner": "AE 1"}}
    for policy, value in (({"horizon": "80"}, 0.0), ({"horizon": "0"}, 1.0), ({"calls": "best_case"}, 0.0)):
        (found,) = rows(measure(under(own, **policy), facts, period("2026-Q1"), **asked))  # type: ignore[arg-type]
        assert found["value"] == value, policy
    curve = rows(by_age(own, facts, period("2026-Q1"), [], {"owner": "AE 1"}))
    assert {row["age"]: row["value"] for row in curve} == {90: None, 60: 0.0, 30: 0.4, 14: 0.4, 7: 0.4, 0: 1.0}


def test_a_period_that_is_not_over_is_held_against_nothing(definitions: Definitions) -> None:
    (found,) = rows(measure(definitions["forecast_accuracy"], forecasting(date(2026, 3, 30)), period("2026-Q1")))
    assert found["value"] is None and str(found["note"]).startswith("undefined: no period that was called lies in it")


def test_without_forecasts_or_categories_it_says_what_is_missing(definitions: Definitions) -> None:
    facts = forecasting(date(2026, 6, 30), [])
    (found,) = rows(measure(definitions["forecast_accuracy"], facts, period("2026-Q1")))
    assert found["value"] is None and str(found["note"]).startswith("undefined: no forecasts are loaded")
    locked = under(definitions["forecast_accuracy"], read="locked")
    (found,) = rows(measure(locked, facts, period("2026-Q1")))
    assert "import what was called for which period, and when" in str(found["note"])


def test_explain_lists_the_calls_furthest_off_first(definitions: Definitions) -> None:
    told = explain(definitions["forecast_accuracy"], forecasting(date(2026, 3, 31)), period("2026-Q1"))
    assert isinstance(told, Explanation)
    calls = dict(told.parts)["calls"]
    assert [(row["owner"], row["called"], row["came"]) for row in calls] == [
        ("AE 1", 160, 100),
        ("AE 2", 240, 300),
        ("AE 3", 0, 50),
    ]


@settings(max_examples=30, deadline=None)
@given(
    amounts=st.lists(
        st.tuples(st.sampled_from(["AE 1", "AE 2", "AE 3", "AE 4"]), st.decimals(0, 900, places=2)), max_size=4
    )
)
def test_owners_never_do_better_than_their_total(definitions: Definitions, amounts: list[tuple[str, Decimal]]) -> None:
    """Errors of owners can make up for each other in the total, never the other way round; biases are the same."""
    calls: list[tuple[object, ...]] = [(date(2026, 2, 1), who, "Commit", amount, None, None) for who, amount in amounts]
    facts, quarter = forecasting(date(2026, 3, 31), [*calls, *CALLS[-1:]]), period("2026-Q1")
    (by_owner,) = rows(measure(definitions["forecast_accuracy"], facts, quarter))
    (whole,) = rows(measure(definitions["forecast_accuracy.company"], facts, quarter))
    assert float(str(by_owner["value"])) <= float(str(whole["value"])) + 1e-12
    (bias,) = rows(measure(definitions["forecast_bias"], facts, quarter))
    (same,) = rows(measure(under(definitions["forecast_bias"], entity="company"), facts, quarter))
    assert bias["value"] == pytest.approx(same["value"])
