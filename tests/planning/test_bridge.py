"""From the base kept to the target."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.core.plan import ModelText
from headway.planning import bridge, gap_words, take_apart
from tests.plans import bound, plan, recurring, sales

shares = st.floats(0, 0.2).map(lambda x: round(x, 6))


def test_the_rows_lead_from_the_base_to_the_target(saas: ModelText) -> None:
    made = plan(
        *sales(opportunities=10), *recurring(churn="0.01", expansion="0.005"), target=("arr", "2027-12", 6_000_000)
    )
    rows = {row["step"]: row for row in bridge(bound(made, saas))}
    steps = [row["what"] for row in bridge(bound(made, saas))]
    assert steps == [
        "ARR at the start",
        "churned ARR",
        "contraction",
        "ARR kept",
        "expansion",
        "new ARR",
        "ARR the assumptions yield",
        "gap",
        "target",
    ]
    assert rows["base"]["amount"] == pytest.approx(4_000_000)
    assert rows["plan"]["amount"] + rows["gap"]["amount"] == pytest.approx(rows["target"]["amount"])


@settings(max_examples=25, deadline=None)
@given(base=st.integers(1, 10**7), churn=shares, contraction=shares, expansion=shares, created=st.integers(0, 500))
def test_the_bridge_adds_up(
    saas: ModelText, base: int, churn: float, contraction: float, expansion: float, created: int
) -> None:
    made = plan(
        *sales(opportunities=created, lag=("0.2", "0.5", "0.3")),
        *recurring(base, churn, contraction, expansion),
        target=("arr", "2027-09", 5_000_000),
    )
    found = take_apart(bound(made, saas))
    assert found.base + sum(amount for _, amount in found.changes) == pytest.approx(found.planned, rel=1e-9)
    assert found.planned + found.gap == pytest.approx(5_000_000, rel=1e-12)
    assert len(found.changes) == 4


def test_a_plan_without_recurring_revenue_is_bridged_from_open_deals_and_new_ones(saas: ModelText) -> None:
    made = plan(*sales(opportunities=10, open_wins=2), target=("won_value", "2027-03", 500_000))
    found = take_apart(bound(made, saas))
    assert dict(found.changes) == {
        "won_value_from_open": pytest.approx(3 * 2 * 25_000),
        "won_value_from_new": pytest.approx(3 * 10 * 0.25 * 25_000),
    }
    assert found.gap == pytest.approx(500_000 - 150_000 - 187_500)


def test_a_gap_is_named_with_three_ways_to_close_it(saas: ModelText) -> None:
    made = plan(*sales(opportunities=16), target=("won_value", "2027-12", 2_400_000))
    words = gap_words(bound(made, saas))
    assert words[0] == (
        "The assumptions yield €1.20m of €2.40m won value by the end of 2027-12: €1.20m (50.0% of the target) is not "
        "explained by any assumption. Close it in one of three ways:"
    )
    assert [w.split(":")[0] for w in words[1:]] == ["add a source", "raise volume", "revise the target"]
    assert "384 opportunities instead of the planned 192" in words[2]
    assert "to €1.20m" in words[3]


def test_a_plan_above_its_target_says_by_how_much(saas: ModelText) -> None:
    made = plan(*sales(opportunities=16), target=("won_value", "2027-12", 1_000_000))
    assert gap_words(bound(made, saas)) == (
        "The assumptions yield €1.20m won value by the end of 2027-12, €200k above the target.",
    )


def test_a_proposed_target_has_no_gap(saas: ModelText) -> None:
    made = plan(*sales(opportunities=16), target=("won_value", "2027-12", 1_200_000), proposed=True)
    assert gap_words(bound(made, saas)) == (
        "The assumptions yield the target: €1.20m won value by the end of 2027-12.",
    )


def test_a_plan_without_a_target_says_what_it_yields(saas: ModelText) -> None:
    assert gap_words(bound(plan(*sales(opportunities=16)), saas)) == (
        "The plan has no target; its assumptions yield €1.20m won value.",
    )


def test_a_proposed_target_written_to_the_cent_leaves_no_row_of_rounding(saas: ModelText) -> None:
    """The file says the target to the cent; the third digit, left away in writing it, is no gap."""
    yields = take_apart(bound(plan(*sales(opportunities=3), target=None), saas)).planned
    written = Decimal(f"{yields + 0.004:.2f}")
    made = plan(*sales(opportunities=3), target=("won_value", "2027-12", 1))
    assert made.target is not None
    proposed = replace(made, target=replace(made.target, value=written, proposed=True))
    rows = [row["what"] for row in bridge(bound(proposed, saas))]
    assert rows[-2:] == ["won value the assumptions yield", "target"]
    edited = replace(proposed, target=replace(proposed.target, value=written + Decimal("0.02")))
    assert "gap" in [row["what"] for row in bridge(bound(edited, saas))]
