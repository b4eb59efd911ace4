"""The journey, milestone by milestone: plan and actual side by side, brought to the same weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from headway.core.calendar import Period
from headway.core.formatting import percent, plural
from headway.core.review import Cause, Evidence, Milestone, Standing
from headway.core.rows import Column, Rows
from headway.core.series import Axis, Header, Series
from headway.core.titles import capital, lower_is_better, title
from headway.core.weekly import TO_DATE
from headway.tracking.pace import (
    SHORT_RUN,
    SMALL_PART,
    SMALL_SAMPLE,
    STILL,
    amount_standing,
    is_partial,
    rate_standing,
    slack_weeks,
)

PERIOD = "period"

CASES = {
    "pipeline_created": "opportunities_created",
    "won_value": "won_deals",
    "new_arr": "won_deals",
    "arr": "won_deals",
}
"""Amounts of money, and the counts of the cases behind them."""


@dataclass(frozen=True)
class Context:
    """What a review needs beside the two sides: whose plan, which day, which weeks, and what lies behind the figures.

    `weeks` are those of the plan, the one holding the as-of day cut short on it. `metric` is what the plan is about,
    `target` its amount when due. `causes` share out the variance of that metric on the as-of day. `openings` are the
    levels the plan starts from, of what it follows as a level.
    """

    plan: str
    as_of: date
    weeks: Sequence[Period]
    metric: str
    target: float | None = None
    due: str = ""
    proposed: bool = False
    currency: str | None = None
    evidence: Mapping[str, Evidence] = field(default_factory=dict[str, Evidence])
    causes: tuple[Cause, ...] = ()
    notes: tuple[str, ...] = ()
    openings: Mapping[str, float] = field(default_factory=dict[str, float])

    @property
    def days_run(self) -> int:
        """How many days of the plan have run by the as-of day."""
        return (self.as_of - self.weeks[0].start).days + 1 if self.weeks else 0

    @property
    def elapsed(self) -> Sequence[Period]:
        """The weeks that have begun."""
        return [week for week in self.weeks if week.start <= self.as_of]


def milestones(plan: Mapping[str, Series], actual: Mapping[str, Series], context: Context) -> tuple[Milestone, ...]:
    """One milestone for each metric that is measured, and for what the plan is about, in the plan's own order."""
    left_out = set(unmeasured(plan, actual, context))
    sides = {name: _sides(name, plan, actual, context) for name in {**plan, **actual} if name not in left_out}
    return tuple(_milestone(name, sides, context) for name in sides)


def unmeasured(plan: Mapping[str, Series], actual: Mapping[str, Series], context: Context) -> tuple[str, ...]:
    """What is planned and no fact tells of, apart from what the plan is about: nothing of it is shown but its name."""
    silent = (name for name in plan if name not in actual or np.isnan(actual[name].values).all())
    return tuple(name for name in silent if name != context.metric) if context.elapsed else ()


def journey(found: Sequence[Milestone], context: Context) -> Rows:
    """Week by week up to the as-of day: plan and actual of every milestone."""
    columns = [Column("week"), Column("until", "date")]
    for one in found:
        unit = one.plan.header.unit or one.actual.header.unit
        columns += [Column(f"{one.metric}.plan", "number", unit), Column(f"{one.metric}.actual", "number", unit)]
    records = [
        (week.label, week.last_day, *(value for one in found for value in (_at(one.plan, week), _at(one.actual, week))))
        for week in context.elapsed
    ]
    return Rows.of(columns, records)


def _sides(
    name: str, plan: Mapping[str, Series], actual: Mapping[str, Series], context: Context
) -> tuple[Series, Series]:
    planned = _to_date(plan[name]) if name in plan else _nothing(name, "plan", actual[name].header, context.weeks)
    measured = _to_date(actual[name]) if name in actual else _nothing(name, "actual", planned.header, context.elapsed)
    return planned, measured


def _to_date(series: Series) -> Series:
    """A flow by week, added up since the first; anything else as it is."""
    if series.header.adds_up != "flow":
        return series
    added = Series(series.header, series.axes, np.cumsum(series.values, axis=0))
    return added.with_header(adds_up="stock", note=TO_DATE)


def _nothing(name: str, kind: str, like: Header, weeks: Sequence[Period]) -> Series:
    """A side that is not there: no number in any week."""
    header = Header(name, "plan" if kind == "plan" else "actual", like.unit, like.adds_up, currency=like.currency)
    return Series(header, (Axis(PERIOD, tuple(week.label for week in weeks)),), np.full(len(weeks), np.nan))


def _milestone(name: str, sides: Mapping[str, tuple[Series, Series]], context: Context) -> Milestone:
    planned, measured = sides[name]
    week = context.elapsed[-1] if context.elapsed else None
    at_plan, at_actual = (None if week is None else _at(side, week) for side in (planned, measured))
    evidence = context.evidence.get(name, Evidence())
    n = evidence.n if evidence.n is not None else _cases(name, sides, week, 1)
    n = measured.header.n if n is None else n
    standing = _standing(name, sides, context, evidence, n)
    amount = planned.header.adds_up != "ratio" and at_actual is not None and at_plan is not None
    amount = amount and not is_partial(evidence)
    slack = slack_weeks(planned, at_actual or 0.0, context.weeks, context.as_of) if amount else None
    if slack is not None and lower_is_better(name):
        slack = -slack  # more of it than planned by now is no lead
    return Milestone(
        name,
        capital(title(name)),
        planned,
        measured,
        at_plan,
        at_actual,
        standing,
        slack,
        n,
        evidence.low,
        evidence.high,
        lower_is_better(name),
        evidence.note or _remark(at_plan, at_actual, standing, n, too_early(name, planned, at_plan, context)),
    )


def _standing(
    name: str, sides: Mapping[str, tuple[Series, Series]], context: Context, evidence: Evidence, n: int | None
) -> Standing:
    planned, measured = sides[name]
    week = context.elapsed[-1] if context.elapsed else None
    at_plan, at_actual = (None if week is None else _at(side, week) for side in (planned, measured))
    if at_plan is None or at_actual is None:
        return "unknown"
    if planned.header.adds_up == "ratio":
        return rate_standing(at_actual, at_plan, n, evidence.low, evidence.high, lower_is_better(name))
    if is_partial(evidence) or too_early(name, planned, at_plan, context):
        return "unknown"
    known = [count for count in (_cases(name, sides, week, 0), _cases(name, sides, week, 1), n) if count is not None]
    base = opening_of(name, at_plan, context)
    return amount_standing(at_actual - base, at_plan - base, max(known) if known else None, lower_is_better(name))


def opening_of(name: str, at_plan: float, context: Context) -> float:
    """What a level is held against from: where the plan starts, if it plans to move from there; nothing for a flow."""
    opening = context.openings.get(name, 0.0)
    return opening if abs(at_plan - opening) >= STILL * abs(opening) else 0.0


def too_early(name: str, planned: Series, at_plan: float | None, context: Context) -> str:
    """Why the plan has not run far enough to hold an amount against it; nothing where it has."""
    if context.days_run < SHORT_RUN:
        return f"after {plural(context.days_run, 'day')} only"
    whole = context.target if name == context.metric and context.target else float(planned.values[-1])
    if at_plan is None or planned.header.note != TO_DATE or not np.isfinite(whole) or whole <= 0:
        return ""
    part = at_plan / whole
    of_what = "the target" if name == context.metric and context.target else "the whole plan"
    return f"when {percent(part)} of {of_what} was due" if part < SMALL_PART else ""


def _cases(name: str, sides: Mapping[str, tuple[Series, Series]], week: Period | None, side: int) -> int | None:
    """How many cases an amount is made of, planned (0) or actual (1): its own count, or that of the cases behind it."""
    counting = CASES.get(name, name)
    if week is None or counting not in sides:
        return None
    series = sides[counting][side]
    counted = series.header.adds_up != "ratio" and not series.header.unit.startswith("currency")
    value = _at(series, week)
    return round(value) if counted and value is not None else None


def _remark(planned: float | None, actual: float | None, standing: Standing, n: int | None, early: str) -> str:
    if actual is None:
        return "not measured"
    if planned is None:
        return "not planned"
    if standing == "unknown":
        if early and (n is None or n >= SMALL_SAMPLE):
            return f"{early}: cannot tell yet"
        return f"n = {n}: cannot tell yet" if n is not None else f"fewer than {SMALL_SAMPLE} cases: cannot tell yet"
    return ""


def _at(series: Series, week: Period) -> float | None:
    labels = series.axis(PERIOD).labels
    if week.label not in labels:
        return None
    value = float(series.values[labels.index(week.label)])
    return value if np.isfinite(value) else None
