"""A planned number over part of a month: the model knows months, the plan's own weeks tell the days between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import numpy as np

from headway.core import calendar
from headway.core.calendar import Period
from headway.core.errors import UserMistake
from headway.core.explanation import Explanation, Origin, Step
from headway.core.formatting import day, quantity, unit_note
from headway.core.titles import capital, title
from headway.core.weekly import DayWeight
from headway.model.mistakes import NOT_IN_PLAN
from headway.planning.bound import BoundPlan
from headway.planning.evaluation import evaluate
from headway.planning.weekly import Array, to_date

_HOW = {
    "flow": "It is made by month; a week takes its share of the month's days.",
    "stock": "It is made by month; between month ends it moves evenly.",
}


def holds_whole_months(period: Period) -> bool:
    """Whether a period begins and ends with a month."""
    return period.start.day == 1 and period.end.day == 1


def in_whole_months(period: Period) -> Period:
    """The months a period touches."""
    first, last = calendar.month(period.start), calendar.month(period.last_day)
    return Period(first.start, last.end, f"{first}..{last}" if first != last else first.label, "range")


def told_by_week(bound: BoundPlan, line: str, period: Period, weight: Callable[[], DayWeight]) -> Explanation:
    """A flow or stock of the plan over a period that ends or begins inside a month, week by week."""
    name, over = line.partition("[")[0].strip(), period.clip(bound.horizon)
    if over is None:
        remedy = f"choose days from {bound.horizon.start} to {bound.horizon.last_day}"
        raise UserMistake([NOT_IN_PLAN.at(None, f"no day of {period} is in the plan", remedy=remedy)])
    checked, flow = bound.model.lines[name], bound.kind(name) == "flow"
    weeks = [week.clip(over) or week for week in calendar.weeks(over)]
    ends = [over.start - timedelta(days=1), *(week.last_day for week in weeks)]
    levels = to_date(bound, name, _monthly(bound, line, name), ends, weight())
    values = [float(value) for value in (levels[1:] - levels[0] if flow else levels[1:])]
    currency = bound.plan.currency if "currency" in checked.unit_text else None
    shown = [quantity(value, checked.unit_text, currency) + unit_note(checked.unit_text) for value in values]
    steps = [Step(f"{week.label}, by {day(week.last_day)}", text) for week, text in zip(weeks, shown, strict=True)]
    told = (f"plan {bound.plan.name}", str(period), "company", currency or "")
    as_of = f"as of {bound.plan.as_of}" if bound.plan.as_of else ""
    return Explanation(
        line,
        f"{capital(title(name))}{line[len(name) :].replace('[', ' of ').removesuffix(']')}, planned",
        f"{line} in plan {bound.plan.name}, model {bound.plan.model}",
        shown[-1],
        checked.unit_text,
        f"What the plan {bound.plan.name} expects by {day(over.last_day)}"
        + (f", from {day(over.start)} on. " if flow else ". ")
        + _HOW["flow" if flow else "stock"],
        steps=tuple(steps),
        provenance=" · ".join(one for one in (*told, as_of) if one),
        origin=Origin(period.label, bound.plan.as_of, value=values[-1], currency=currency),
    )


def _monthly(bound: BoundPlan, line: str, name: str) -> Array:
    """A line by month, of the members picked; every other dimension added up."""
    series = evaluate(bound, [name])[name]
    (asked,) = bound.model.outputs([line])
    picks = dict(asked.picks)
    chosen = series.values[tuple(picks.get(axis.name, slice(None)) for axis in series.axes)]
    return np.asarray(chosen.reshape(len(bound.months), -1).sum(axis=1))
