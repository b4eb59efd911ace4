"""What each assumption is worth, whom it belongs to, when it is too late, and what binds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.core.plan import Assumption, Estimate, ModelText
from headway.planning import capacity, capacity_words, family_of, last_create_dates, last_create_words, sensitivity
from headway.planning.timing import days_until
from tests.planning.chain import by_role, whole_chain
from tests.plans import assume, bound, plan, recurring, sales


def rows(ready) -> dict[str, dict[str, object]]:
    return {str(row["assumption"]): dict(row) for row in sensitivity(ready)}


def test_effects_are_differences_of_the_plan_itself(saas: ModelText) -> None:
    made = plan(*sales(), *recurring(churn="0.01"), target=("arr", "2027-12", 1))
    found = rows(bound(made, saas))
    new = 160 * 0.25 * 25_000
    growing = new * (1 - 0.99**12) / 0.01
    assert found["win_rate.eventual"]["more"] == pytest.approx(0.1 * growing)
    assert found["win_rate.eventual"]["less"] == pytest.approx(-0.1 * growing)
    assert found["arr_at_start"]["less"] == pytest.approx(-400_000 * 0.99**12)
    assert {name: row["worse_if"] for name, row in found.items() if row["less"]} == {
        "arr_at_start": "lower",
        "opportunities_created": "lower",
        "win_rate.eventual": "lower",
        "deal_size.mean": "lower",
        "contract_term": "higher",
        "churn_rate": "higher",
    }


def test_the_range_is_priced_and_the_widest_comes_first(saas: ModelText) -> None:
    wide = Assumption(
        "win_rate.eventual", "deal/opportunity", {(): Estimate(Decimal("0.25"), Decimal("0.10"), Decimal("0.30"))}
    )
    ready = bound(plan(*sales(), wide, target=("won_value", "2027-12", 1)), saas)
    found = rows(ready)
    assert next(iter(found)) == "win_rate.eventual"
    assert found["win_rate.eventual"]["at_low"] == pytest.approx(12 * 160 * -0.15 * 25_000)
    assert found["win_rate.eventual"]["at_high"] == pytest.approx(12 * 160 * 0.05 * 25_000)
    assert found["deal_size.mean"]["at_low"] is None


def test_a_slower_cycle_costs_and_parts_of_a_whole_have_no_more_or_less(saas: ModelText) -> None:
    found = rows(bound(whole_chain(), saas))
    assert found["close_lag"]["more"] < 0 < found["close_lag"]["less"]
    assert (found["mix"]["less"], found["mix"]["worse_if"]) == (None, "cannot tell")
    assert found["renewal_rate"]["more"] > 0
    assert found["gross_margin"]["worse_if"] == "neither"  # it moves the margin, not the ARR


def test_a_share_near_its_whole_is_moved_no_further_than_that(saas: ModelText) -> None:
    found = rows(bound(whole_chain(), saas))
    assert found["renewal_rate"]["more"] < -found["renewal_rate"]["less"]


def test_every_assumption_of_the_shipped_model_has_one_of_seven_families(saas: ModelText) -> None:
    assert len(saas.families) == 7
    named = [name for names in saas.families.values() for name in names]
    assert set(saas.inputs) <= set(named) and len(named) == len(set(named))
    ready = bound(whole_chain(), saas)
    assert {family_of(ready, name) for name in ready.plan.assumptions} == set(saas.families)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=12), st.floats(0.01, 0.99))
def test_a_larger_share_of_wins_takes_longer(kernel: list[float], share: float) -> None:
    few, half = days_until(share / 2, kernel), days_until(share, kernel)
    assert few is not None and half is not None and 0 < few <= half
    assert days_until(share, [one * 3 for one in kernel]) == pytest.approx(half)


def test_each_source_has_its_own_last_day(saas: ModelText) -> None:
    ready = bound(whole_chain(), saas)
    found = {row["source"]: row for row in last_create_dates(ready)}
    assert found["inbound"]["by_median"] == date(2027, 10, 27)
    assert found["plg"]["by_median"] == date(2027, 12, 11)
    assert found["outbound"]["half_lands"] < found["inbound"]["half_lands"] < found["plg"]["half_lands"]
    assert all(row["half_lands"] <= row["any_lands"] for row in found.values())
    assert last_create_words(ready)[0] == (
        "At the median cycle of 65 days, what from inbound is created after 27 Oct 2027 closes after 2027-12."
    )


def test_without_a_lag_or_a_cycle_there_is_no_last_day(saas: ModelText) -> None:
    ready = bound(plan(assume("won_deals", "deal/month", 4), assume("won_value", "currency/month", 1)), saas)
    assert len(last_create_dates(ready)) == 0 and last_create_words(ready) == ()


def test_what_binds_is_the_resource_furthest_short(saas: ModelText) -> None:
    enough = bound(whole_chain(by_role("heads_at_start", "head", 40, 20, 20)), saas)
    assert capacity_words(enough) == ("The people planned can do what the plan asks of them in every month.",)
    few = bound(whole_chain(by_role("heads_at_start", "head", 2, 20, 20)), saas)
    binding = {row["limit"] for row in capacity(few) if row["binds"]}
    assert binding == {"sellers"}
    row = next(row for row in capacity(few) if row["binds"])
    assert row["gap"] == pytest.approx(row["asked"] - row["there_is"]) and row["gap"] > 0
    assert "is sellers" in capacity_words(few)[0]


def test_a_plan_that_says_nothing_of_people_says_nothing_of_capacity(saas: ModelText) -> None:
    ready = bound(plan(*sales(), *recurring()), saas)
    assert len(capacity(ready)) == 0 and capacity_words(ready) == ()
