"""A plan laid out: it adds up, trying is exact and leaves the plan alone, windows lie a cycle before their quarters."""

from __future__ import annotations

import itertools
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.core.calendar import FiscalCalendar
from headway.core.diagnostics import Diagnostic
from headway.core.plan import ModelText
from headway.core.sheet import Sheet
from headway.planning import BoundPlan, effects, sheet
from tests.plans import assume, bound, plan, sales, shipped_saas

CALENDAR = FiscalCalendar()


def made(**more: object) -> BoundPlan:
    cycle = assume("sales_cycle.won_median", "day", 70)
    return bound(plan(*sales(lag=(0.2, 0.5, 0.3)), cycle, target=("won_value", "2027-12", 12_000_000), **more), SAAS)  # type: ignore[arg-type]


SAAS: ModelText = shipped_saas()
PLAN = made()


def laid_out(**tried: str) -> Sheet:
    found = sheet(PLAN, CALENDAR, {name.replace("__", "."): Decimal(value) for name, value in tried.items()})
    assert isinstance(found, Sheet), found
    return found


def test_the_bridge_adds_up_to_what_is_reached_and_with_the_gap_to_the_target() -> None:
    found = laid_out()
    parts = [step.amount for step in found.bridge if step.kind in ("base", "loss", "gain")]
    assert sum(parts) == pytest.approx(found.reached)
    gap = next(step.amount for step in found.bridge if step.kind == "gap")
    assert found.reached + gap == pytest.approx(12_000_000)


@given(st.decimals("0.01", "0.99", places=3))
def test_trying_a_rate_moves_the_aim_in_proportion_and_only_then(rate: Decimal) -> None:
    found = laid_out(win_rate__eventual=str(rate))
    assert found.reached == pytest.approx(found.untouched * float(rate) / 0.25, rel=1e-9)
    assert found.untouched == pytest.approx(laid_out().reached)
    assert PLAN.plan.assumptions["win_rate.eventual"].values[()].value == Decimal("0.25")


def test_the_effect_of_one_value_is_its_whole_difference_and_of_two_each_alone() -> None:
    one = laid_out(win_rate__eventual="0.3")
    assert one.tried[0].effect == pytest.approx(one.reached - one.untouched)
    both = laid_out(win_rate__eventual="0.3", deal_size__mean="30000")
    alone = {dial.key: dial.effect for dial in both.tried}
    assert alone["win_rate.eventual"] == pytest.approx(one.tried[0].effect)
    assert sum(effect or 0 for effect in alone.values()) < both.reached - both.untouched, "they multiply"


def test_what_a_value_is_worth_is_the_effect_of_trying_it_and_none_where_it_cannot_be() -> None:
    tried = laid_out(win_rate__eventual="0.3").tried[0].effect
    found = effects(PLAN, {"win_rate.eventual": 0.3, "close_lag[0]": 0.3, "nothing": 1.0})
    assert found == {"win_rate.eventual": pytest.approx(tried)}
    assert effects(PLAN, {"win_rate.eventual": 1.4}) == {}, "no share is above one"
    in_deals = bound(plan(*sales(lag=(0.2, 0.5, 0.3)), target=("won_deals", "2027-12", 400)), SAAS)
    assert effects(in_deals, {"win_rate.eventual": 0.3}) == {}, "a price is an amount of money"


def test_the_value_as_it_is_written_is_not_tried() -> None:
    assert laid_out(win_rate__eventual="0.25").tried == ()


def test_a_value_outside_its_bounds_is_a_diagnostic() -> None:
    found = sheet(PLAN, CALENDAR, {"win_rate.eventual": Decimal("1.4")})
    assert isinstance(found, tuple) and isinstance(found[0], Diagnostic)
    assert "a share lies between" in found[0].message


def test_what_runs_over_months_cannot_be_tried_as_one_number() -> None:
    assert "close_lag" not in {dial.assumption.name for dial in laid_out().dials}


def test_quarters_add_up_to_the_plan() -> None:
    found = laid_out()
    assert [str(one["quarter"]) for one in found.quarters] == ["2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4"]
    assert sum(float(str(cell)) for cell in found.quarters.column("won_value")) == pytest.approx(found.reached)


def test_quarters_follow_the_companys_year() -> None:
    found = sheet(PLAN, FiscalCalendar(4), {})
    assert isinstance(found, Sheet)
    assert [str(one["quarter"]) for one in found.quarters] == ["FY27-Q4", "FY28-Q1", "FY28-Q2", "FY28-Q3"]


def test_a_window_ends_a_cycle_before_its_quarter_does() -> None:
    windows = laid_out().windows
    assert [one.quarter for one in windows] == ["2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4"]
    assert all(after.first - before.last == timedelta(days=1) for before, after in itertools.pairwise(windows))
    assert windows[-1].last.isoformat() == "2027-10-22"  # 31 December less 70 days
