"""The plan week by week."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.core.plan import ModelText
from headway.core.series import Axis, Series
from headway.planning import by_month, evaluate, openings, weekly, weeks_until
from headway.tracking import Context, review
from tests.planning.chain import whole_chain
from tests.plans import assume, bound, plan, recurring, sales


@settings(max_examples=20, deadline=None)
@given(created=st.lists(st.integers(0, 200), min_size=6, max_size=6), day=st.integers(0, 180))
def test_weeks_sum_to_the_months_whichever_day_it_is(saas: ModelText, created: list[int], day: int) -> None:
    months = [f"2027-{i:02d}" for i in range(1, 7)]
    creation = assume("opportunities_created", "opportunity", dict(zip(months, created, strict=True)), ("month",))
    ready = bound(plan(*sales(lag=("0.5", "0.5")), creation, months=6), saas)
    evaluation = evaluate(ready)
    weeks = weeks_until(ready.horizon, date.fromordinal(date(2027, 1, 1).toordinal() + day))
    by_week = weekly(ready, evaluation, weeks)
    for line in ("opportunities_created", "won_value"):
        to_date = by_week[line].values
        assert to_date[-1] == by_month(evaluation[line]).sum()
        assert (np.diff(to_date) >= -1e-9).all()
        assert by_week[line].header.adds_up == "stock"


def test_at_a_month_end_the_plan_is_the_sum_of_its_months(saas: ModelText) -> None:
    ready = bound(plan(*sales()), saas)
    weeks = weeks_until(ready.horizon, date(2027, 3, 31))
    by_week = weekly(ready, evaluate(ready), weeks)
    week = by_week["won_deals"].axis("period").index("2027-W13")
    assert by_week["won_deals"].values[week] == 3 * 160 * 0.25
    assert weeks[week].last_day == date(2027, 3, 31)


def test_working_days_carry_the_month_unless_history_says_otherwise(saas: ModelText) -> None:
    ready = bound(plan(*sales(opportunities=31), months=1), saas)
    evaluation = evaluate(ready)
    weeks = weeks_until(ready.horizon, date(2027, 1, 3))
    assert weekly(ready, evaluation, weeks)["opportunities_created"].values[0] == pytest.approx(31 / 21)
    every_day = weekly(ready, evaluation, weeks, lambda _: 1.0)
    assert every_day["opportunities_created"].values[0] == pytest.approx(3)


def test_rates_stay_as_planned_and_recurring_revenue_is_a_level(saas: ModelText) -> None:
    made = plan(
        *sales(),
        *recurring(4_000_000),
        assume("sales_cycle.won_median", "day", 68),
        target=("arr", "2027-12", 9_000_000),
    )
    ready = bound(made, saas)
    weeks = weeks_until(ready.horizon, date(2027, 1, 31))
    by_week = weekly(ready, evaluate(ready), weeks)
    assert set(by_week["win_rate.eventual"].values) == {0.25}
    assert set(by_week["deal_size.mean"].values) == {25_000.0}
    assert set(by_week["sales_cycle.won_median"].values) == {68.0}
    assert by_week["arr"].values[0] == pytest.approx(4_000_000 + 1_000_000 * 1 / 21)
    assert by_week["arr"].values[-1] == pytest.approx(4_000_000 + 12 * 1_000_000)


def test_a_plan_evaluated_twice_is_the_same(saas: ModelText) -> None:
    ready = bound(plan(*sales(lag=("0.3", "0.7")), *recurring(churn="0.013")), saas)
    one, two = evaluate(ready), evaluate(ready)
    assert all((one[line].values == two[line].values).all() for line in one)


def test_a_level_is_its_opening_and_its_movements_in_every_week(saas: ModelText) -> None:
    ready = bound(plan(*sales(lag=("0.3", "0.7")), *recurring(4_000_000, "0.013", "0.002", "0.01")), saas)
    by_week = weekly(ready, evaluate(ready), weeks_until(ready.horizon, date(2027, 8, 18)))
    moves = by_week["new_arr"].values + by_week["expansion_arr"].values
    moves = moves - by_week["churned_arr"].values - by_week["contraction_arr"].values
    assert by_week["arr"].values == pytest.approx(openings(ready)["arr"] + moves)


def test_the_whole_chain_gives_a_milestone_for_every_step_with_its_slack(saas: ModelText) -> None:
    """From the visit to the renewal: what came is what was planned for two weeks later, so each step is two weeks ahead."""
    ready = bound(whole_chain(), saas)
    day = ready.months[5].last_day
    weeks = weeks_until(ready.horizon, day)
    planned = weekly(ready, evaluate(ready), weeks)
    assert set(saas.journey) - planned.keys() == {"reactivated_arr"}  # nobody plans on customers who come back
    later = weekly(ready, evaluate(ready), [replace(week, end=week.end + timedelta(14)) for week in weeks])
    begun = [week for week in weeks if week.start <= day]
    actual = {
        name: Series(one.header, (Axis("period", tuple(week.label for week in begun)),), one.values[: len(begun)])
        for name, one in later.items()
    }
    context = Context("fy27", day, weeks, "won_value", currency="EUR", openings=openings(ready))
    found = {one.metric: one for one in review(planned, actual, context).milestones}
    growing = (
        "visits",
        "leads",
        "qualified_leads",
        "meetings",
        "opportunities_created",
        "won_deals",
        "won_value",
        "new_arr",
    )
    for name in (*growing, "onboardings_completed", "renewed_arr"):
        assert found[name].slack_weeks == pytest.approx(2, abs=0.7), name
    assert found["churned_arr"].slack_weeks == pytest.approx(-2, abs=0.7)
