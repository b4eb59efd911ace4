"""A monthly plan seen week by week: what should have come in by now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from headway.core import calendar
from headway.core.calendar import Period
from headway.core.series import Axis, Header, Series
from headway.core.weekly import TO_DATE, DayWeight, flow_to_date, stock_at, working_days
from headway.planning.bound import BoundPlan
from headway.planning.evaluation import PERIOD, by_month, evaluate

Array = NDArray[np.float64]

RATIOS = {
    "win_rate.eventual": ("eventual_wins", "opportunities_created"),
    "deal_size.mean": ("won_value", "won_deals"),
    "contract_term": ("won_value", "new_arr"),
}
"""Rates the plan stands on, each the quotient of two of its lines."""

CYCLE = "sales_cycle.won_median"

UNITS = {
    "win_rate.eventual": "deal/opportunity",
    "deal_size.mean": "currency/deal",
    "contract_term": "year",
    CYCLE: "day",
}


def weeks_until(horizon: Period, as_of: date) -> tuple[Period, ...]:
    """The weeks of a horizon, the one that holds the as-of day cut short on that day, so both sides end alike."""
    return tuple(
        Period(week.start, as_of + timedelta(days=1), week.label, week.grain) if week.holds(as_of) else week
        for week in calendar.weeks(horizon)
    )


def weekly(
    bound: BoundPlan,
    evaluation: Mapping[str, Series],
    weeks: Sequence[Period],
    weight: DayWeight = working_days,
) -> dict[str, Series]:
    """The plan at the end of each week, for every step of the model's journey it can tell, and its target line.

    In the order of the journey; a target line that is no step of it comes last.
    Flows are to date (added up from the plan's start, so they no longer add over weeks), stocks as they stand, rates
    constant over the plan. `weight` is how much each day counts within its month; Monday to Friday alike if not given.
    """
    ends = [week.last_day for week in weeks]
    rates = _rates(bound, evaluation, weeks)
    plan: dict[str, Series] = {}
    for name in dict.fromkeys((*bound.model.text.journey, bound.aim)):
        if name in rates:
            plan[name] = rates[name]
        elif name in evaluation and bound.model.lines[name].monthly and bound.kind(name) != "ratio":
            values = to_date(bound, name, by_month(evaluation[name]), ends, weight)
            plan[name] = _series(name, evaluation[name].header, values, weeks)
    return plan


def to_date(
    bound: BoundPlan, line: str, monthly: Array, ends: Sequence[date], weight: DayWeight = working_days
) -> Array:
    """A line's plan by the close of each day: a flow since the plan's start, a stock as it stands."""
    if bound.kind(line) == "stock":
        return stock_at(monthly, opening(bound, line, monthly), bound.months, ends, weight)
    return flow_to_date(monthly, bound.months, ends, weight)


def opening(bound: BoundPlan, line: str, monthly: Array) -> Array:
    """What a stock stood at before the plan; where the model does not say, its first month stands in."""
    name = f"opening_{line}"
    if not bound.can(name):
        return monthly[0]
    before = float(by_month(evaluate(bound, [name])[name])[0])
    return np.full(monthly.shape[1:], before)


def openings(bound: BoundPlan) -> dict[str, float]:
    """What the levels among a plan's journey and its aim start from, where the model says."""
    names = [name for name in dict.fromkeys((*bound.model.text.journey, bound.aim)) if bound.can(f"opening_{name}")]
    return {name: float(opening(bound, name, np.zeros(1))) for name in names}


def planned_rate(evaluation: Mapping[str, Series], metric: str) -> float | None:
    """A rate the plan stands on, over its whole horizon; None where it cannot tell."""
    above, below = RATIOS[metric]
    if above not in evaluation or below not in evaluation:
        return None
    whole = float(by_month(evaluation[below]).sum())
    return float(by_month(evaluation[above]).sum()) / whole if whole else None


def _rates(bound: BoundPlan, evaluation: Mapping[str, Series], weeks: Sequence[Period]) -> dict[str, Series]:
    rates = {metric: planned_rate(evaluation, metric) for metric in RATIOS}
    rates[CYCLE] = float(bound.values[CYCLE].mean()) if CYCLE in bound.values else None
    made: dict[str, Series] = {}
    for metric, value in rates.items():
        if value is not None:
            header = Header(metric, "plan", UNITS[metric], "ratio", currency=_currency(bound, UNITS[metric]))
            made[metric] = _series(metric, header, np.full(len(weeks), value), weeks)
    return made


def _series(name: str, header: Header, values: Array, weeks: Sequence[Period]) -> Series:
    """Along weeks; a to-date figure stands at the end of a week, so it is a stock even where its line is a flow."""
    flow = header.adds_up == "flow"
    axes = (Axis(PERIOD, tuple(week.label for week in weeks)),)
    note = TO_DATE if flow else header.note
    return Series(header, axes, values).with_header(adds_up="stock" if flow else header.adds_up, note=note, metric=name)


def _currency(bound: BoundPlan, unit: str) -> str | None:
    return bound.plan.currency if "currency" in unit else None
