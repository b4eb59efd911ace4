"""How many opportunities the target needs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume as given_that
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.core.plan import Estimate, ModelText
from headway.planning import by_month, evaluate, required
from tests.plans import assume, bound, plan, recurring, sales

LAG = ("0.1", "0.3", "0.4", "0.2")


def test_with_the_needed_creation_the_target_is_met_to_the_last_digit(saas: ModelText) -> None:
    made = plan(*sales(opportunities=20, lag=LAG, open_wins=3), target=("won_value", "2027-10", 3_000_000))
    needed = required(bound(made, saas))
    created = needed.rows.column("opportunities_needed")[0]
    met = replace(
        made,
        assumptions={**made.assumptions, **_by_name(assume("opportunities_created", "opportunity", repr(created)))},
    )
    won = by_month(evaluate(bound(met, saas), ["won_value"])["won_value"])
    assert won[:10].sum() == pytest.approx(3_000_000, rel=1e-9)


def _by_name(assumption):
    return {assumption.name: assumption}


@settings(max_examples=25, deadline=None)
@given(
    profile=st.lists(st.integers(0, 300), min_size=12, max_size=12),
    churn=st.integers(0, 5),
    target=st.integers(1, 9),
    due=st.integers(1, 12),
)
def test_forward_of_backward_meets_any_feasible_target(
    saas: ModelText, profile: list[int], churn: int, target: int, due: int
) -> None:
    months = [f"2027-{i:02d}" for i in range(1, 13)]
    creation = assume("opportunities_created", "opportunity", dict(zip(months, profile, strict=True)), ("month",))
    made = plan(
        *sales(lag=LAG),
        creation,
        *recurring(1_000_000, churn / 100),
        target=("arr", f"2027-{due:02d}", target * 1_000_000),
    )
    needed = required(bound(made, saas))
    given_that(needed.factor is not None and needed.factor > 0)
    values = {key: Estimate(Decimal(repr(float(e.value) * needed.factor))) for key, e in creation.values.items()}
    scaled = replace(made, assumptions={**made.assumptions, creation.name: replace(creation, values=values)})
    landed = by_month(evaluate(bound(scaled, saas), ["arr"])["arr"])[due - 1]
    assert landed == pytest.approx(target * 1_000_000, rel=1e-9)


def test_the_cycle_asks_for_more_than_arithmetic_without_it(saas: ModelText) -> None:
    needed = required(bound(plan(*sales(lag=LAG), target=("won_value", "2027-12", 10_000_000)), saas))
    assert needed.factor and needed.naive_factor
    assert needed.factor > needed.naive_factor
    assert needed.naive_factor * 160 * 12 * 0.25 * 25_000 == pytest.approx(10_000_000)


def test_late_months_yield_less_by_the_due_month(saas: ModelText) -> None:
    needed = required(bound(plan(*sales(lag=("0", "0.5", "0.5")), target=("won_value", "2027-06", 5_000_000)), saas))
    assert needed.rows.column("yield_by_due_month") == pytest.approx([1, 1, 1, 1, 0.5, 0])
    assert needed.last_useful_month == "2027-05"
    assert any("after 2027-05 hardly count" in words for words in needed.words)


def test_where_no_volume_can_help_it_says_so(saas: ModelText) -> None:
    needed = required(bound(plan(*sales(lag=("0", "0", "0", "1")), target=("won_value", "2027-02", 1)), saas))
    assert not needed.feasible
    assert needed.words == (
        "no volume of new opportunities can help: none created in the plan's months is won by the end of 2027-02",
    )
    assert needed.rows.column("opportunities_needed") == (None, None)


def test_where_open_deals_suffice_nothing_new_is_needed(saas: ModelText) -> None:
    needed = required(bound(plan(*sales(open_wins=10), target=("won_value", "2027-12", 1_000_000)), saas))
    assert needed.factor == 0
    assert needed.opportunities == 0


def test_a_plan_may_start_from_leads(saas: ModelText) -> None:
    assumptions = {a.name: a for a in sales()}
    del assumptions["opportunities_created"]
    made = plan(
        *assumptions.values(),
        assume("leads", "lead/month", 1000),
        assume("lead_to_opportunity", "opportunity/lead", "0.1"),
        target=("won_value", "2027-12", 15_000_000),
    )
    needed = required(bound(made, saas))
    assert needed.factor == pytest.approx(2)
    assert np.allclose(np.array(needed.rows.column("opportunities_needed"), float), 200)


def test_without_a_target_there_is_nothing_to_solve(saas: ModelText) -> None:
    needed = required(bound(plan(*sales()), saas))
    assert needed.words == ("there is nothing to scale: the plan has no target",)
