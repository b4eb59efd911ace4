"""Which driver caused the difference."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.core.plan import ModelText
from headway.planning import ActualDrivers, attribute, causes, evaluate, replacements, weekly, weeks_until
from tests.plans import assume, bound, plan, recurring, sales

AS_OF = date(2027, 3, 31)
QUARTER = {"2027-01": 150.0, "2027-02": 140.0, "2027-03": 145.0}


def test_causes_add_up_to_the_variance_and_name_both_figures(saas: ModelText) -> None:
    ready = bound(plan(*sales(open_wins=4)), saas)
    actual = ActualDrivers(QUARTER, {"2027-01": 3.0, "2027-02": 4.0, "2027-03": 2.0}, 0.22, 26_000)
    found = causes(ready, "won_value", AS_OF, 2_700_000, actual)
    planned = 3 * (160 * 0.25 + 4) * 25_000
    assert [cause.driver for cause in found] == [
        "opportunities_created",
        "win_rate.eventual",
        "deal_size.mean",
        "won_from_open",
        "timing and the rest",
    ]
    assert sum(cause.amount for cause in found) == pytest.approx(2_700_000 - planned)
    assert found[0].words == "435 opportunities created against 480 planned (−9.4%)"
    assert found[1].words == "win rate 22.0% against 25.0% planned (−3.0 pt)"
    assert found[2].words == "mean won deal €26.0k against €25.0k planned (+4.0%)"
    assert found[3].words == "9 wins of deals already open against 12 planned (−25.0%)"
    assert found[0].amount < 0 < found[2].amount


def test_with_every_driver_replaced_the_plan_becomes_what_happened(saas: ModelText) -> None:
    ready = bound(plan(*sales()), saas)
    found = attribute(ready, "won_value", AS_OF, replacements(ready, AS_OF, ActualDrivers(QUARTER, None, 0.2, 30_000)))
    assert found.replaced == pytest.approx(435 * 0.2 * 30_000)
    assert found.planned + sum(found.shares.values()) == pytest.approx(found.replaced)


def test_as_planned_there_is_nothing_to_explain(saas: ModelText) -> None:
    ready = bound(plan(*sales()), saas)
    same = ActualDrivers(dict.fromkeys(QUARTER, 160.0), None, 0.25, 25_000)
    assert all(abs(c.amount) < 1e-6 for c in causes(ready, "won_value", AS_OF, 3 * 160 * 0.25 * 25_000, same))


@settings(max_examples=20, deadline=None)
@given(
    created=st.lists(st.integers(0, 400), min_size=3, max_size=3),
    win_rate=st.floats(0.01, 0.9),
    size=st.integers(1, 90_000),
    actual=st.integers(0, 10**7),
    day=st.dates(date(2027, 1, 4), date(2027, 12, 31)),
)
def test_causes_always_add_up(
    saas: ModelText, created: list[int], win_rate: float, size: int, actual: int, day: date
) -> None:
    made = plan(*sales(lag=("0.2", "0.5", "0.3"), open_wins=1), *recurring(churn="0.01"))
    ready = bound(made, saas)
    drivers = ActualDrivers(dict(zip(QUARTER, map(float, created), strict=True)), None, win_rate, size)
    for line in ("won_value", "arr"):
        found = causes(ready, line, day, actual, drivers)
        planned = attribute(ready, line, day, ()).planned
        assert sum(c.amount for c in found) == pytest.approx(actual - planned, rel=1e-9, abs=1e-6)


def test_the_plan_side_is_the_weekly_plan(saas: ModelText) -> None:
    ready = bound(plan(*sales(lag=("0.2", "0.5", "0.3"))), saas)
    day = date(2027, 5, 12)
    week = weekly(ready, evaluate(ready), weeks_until(ready.horizon, day))["won_value"].pick(period="2027-W19")
    assert attribute(ready, "won_value", day, ()).planned == pytest.approx(week.scalar())


def test_the_running_month_counts_by_the_days_it_has_run(saas: ModelText) -> None:
    ready = bound(plan(*sales()), saas)
    day = date(2027, 2, 12)
    drivers = ActualDrivers({"2027-01": 160.0, "2027-02": 80.0})
    (created,) = replacements(ready, day, drivers)
    found = attribute(ready, "opportunities_created", day, (created,))
    assert found.replaced == pytest.approx(240)


def test_drivers_keep_their_proportions_over_sources_and_leads(saas: ModelText) -> None:
    made = plan(
        *(a for a in sales() if a.name not in ("opportunities_created", "won_from_open")),
        assume("leads", "lead/month", {"inbound": 1000, "outbound": 500}, ("source",)),
        assume("lead_to_opportunity", "opportunity/lead", {"inbound": "0.1", "outbound": "0.12"}, ("source",)),
        assume("won_from_open", "deal", {"inbound": 1, "outbound": 0}, ("source",)),
        dimensions={"source": ("inbound", "outbound")},
    )
    ready = bound(made, saas)
    (created,) = replacements(ready, AS_OF, ActualDrivers(QUARTER))
    assert created.input == "opportunities_created.assumed"
    found = attribute(ready, "opportunities_created", AS_OF, (created,))
    assert found.replaced == pytest.approx(435)


def test_a_month_with_nothing_planned_still_takes_what_happened(saas: ModelText) -> None:
    ready = bound(plan(*sales(open_wins=0)), saas)
    (happened,) = replacements(ready, AS_OF, ActualDrivers(None, {"2027-02": 6.0}))
    assert attribute(ready, "won_deals", AS_OF, (happened,)).shares["won_from_open"] == pytest.approx(6)


BASE_MOVES = {
    "churned_arr": {"2027-01": 90_000.0, "2027-02": 10_000.0, "2027-03": 60_000.0},
    "contraction_arr": {"2027-01": 0.0, "2027-02": 12_000.0, "2027-03": 0.0},
    "expansion_arr": {"2027-01": 20_000.0, "2027-02": 30_000.0, "2027-03": 80_000.0},
}


def test_a_level_is_explained_by_its_start_and_by_every_way_it_moves(saas: ModelText) -> None:
    ready = bound(plan(*sales(), *recurring(4_000_000, "0.02", "0.004", "0.01", "1.25")), saas)
    drivers = ActualDrivers(QUARTER, None, 0.2, 30_000, 4_100_000, 1.2, BASE_MOVES)
    moved = -160_000 - 12_000 + 130_000
    ends_at = 4_100_000 + moved + 435 * 0.2 * 30_000 / 1.2
    found = causes(ready, "arr", AS_OF, ends_at, drivers)
    planned = attribute(ready, "arr", AS_OF, ()).planned
    assert [one.driver for one in found] == [
        "arr_at_start",
        "opportunities_created",
        "win_rate.eventual",
        "deal_size.mean",
        "contract_term",
        "churned_arr",
        "contraction_arr",
        "expansion_arr",
        "timing and the rest",
    ]
    assert sum(one.amount for one in found) == pytest.approx(ends_at - planned)
    assert found[-1].amount == pytest.approx(0, abs=1)
    assert found[0].words == "ARR at the start €4.10m as known now against €4.00m planned (+2.5%)"
    (churned,) = [one for one in found if one.driver == "churned_arr"]
    assert churned.words.startswith("churned ARR €160k against €")


def test_what_a_figure_does_not_stand_on_is_no_cause_of_it(saas: ModelText) -> None:
    ready = bound(plan(*sales(), *recurring(churn="0.02")), saas)
    drivers = ActualDrivers(QUARTER, None, 0.2, 30_000, 4_100_000, 1.2, BASE_MOVES)
    named = {one.driver for one in causes(ready, "won_value", AS_OF, 2_000_000, drivers)}
    assert named == {"opportunities_created", "win_rate.eventual", "deal_size.mean", "timing and the rest"}
