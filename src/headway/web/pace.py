"""One milestone through time: what was planned and what came, over the months of the plan."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from headway.core.calendar import FiscalCalendar, Period, months
from headway.core.diagnostics import Diagnostic
from headway.core.errors import Fault
from headway.core.review import Milestone, Review
from headway.core.series import Header, Series


@dataclass(frozen=True)
class Point:
    """Where a number stood at the close of a day."""

    label: str
    day: date
    value: float


@dataclass(frozen=True)
class Pace:
    """A milestone's way: plan and actual points, over a horizon, as of a day."""

    title: str
    header: Header
    horizon: Period
    as_of: date
    from_zero: bool
    plan: tuple[Point, ...]
    actual: tuple[Point, ...]

    @property
    def highest(self) -> float:
        """The largest number on the way."""
        return max((point.value for point in (*self.plan, *self.actual)), default=0.0)

    @property
    def lowest(self) -> float:
        """The smallest number on the way."""
        return min((point.value for point in (*self.plan, *self.actual)), default=0.0)

    def at_month_ends(self) -> tuple[Point, ...]:
        """The plan at the close of each month, or of each quarter over a long horizon, read off its line."""
        ends = [month.last_day for month in months(self.horizon)]
        kept = ends if len(ends) <= 12 else [day for day in ends if day.month % 3 == 0]
        found = (_between(self.plan, day) for day in kept)
        return tuple(point for point in found if point is not None)


def headline_milestone(review: Review) -> Milestone | None:
    """The milestone the page is about: the one the causes explain, else the last money that adds up, else the last count."""
    explained = sum(cause.amount for cause in review.causes)
    known = [m for m in review.milestones if review.causes and m.variance is not None]
    matching = [m for m in known if abs((m.variance or 0.0) - explained) <= 1e-6 * max(1.0, abs(explained))]
    adding = [m for m in review.milestones if m.is_to_date]
    money = [m for m in adding if m.plan.header.unit.startswith("currency")]
    return next(iter([*reversed(matching), *reversed(money), *reversed(adding)]), None)


def horizon_of(review: Review) -> Period | None:
    """What the plan covers. Its weeks are cut to its months, so it begins and ends with the months inside its first
    and last week; None where nothing is planned or measured."""
    labels = review.milestones[0].plan.axis("period").labels if review.milestones else ()
    if not labels:
        return None
    first, last = read_label(labels[0]), read_label(labels[-1])
    begins = next((day for day in _days(first) if day.day == 1), first.start)
    ends = next((day for day in _days(last) if day.day == 1 and day > first.start and day != last.start), last.end)
    return Period(begins, ends, f"{begins}..{ends - timedelta(days=1)}", "range")


def pace_of(milestone: Milestone, review: Review) -> Pace:
    """The way of a milestone, its weeks cut to the plan's horizon and its actuals to the as-of day."""
    horizon = horizon_of(review)
    if horizon is None:
        raise Fault(f"{milestone.metric} runs along no weeks")
    plan, actual = (_points(side, horizon, review.as_of) for side in (milestone.plan, milestone.actual))
    came = tuple(point for point in actual if point.day <= review.as_of)
    header = milestone.actual.header
    return Pace(milestone.title, header, horizon, review.as_of, milestone.is_to_date, plan, came)


@lru_cache(maxsize=2048)
def read_label(label: str) -> Period:
    """The period a label of a series names."""
    period = FiscalCalendar().parse(label)
    if isinstance(period, Diagnostic):
        raise Fault(f"a series runs along '{label}', which is no period")
    return period


def _points(series: Series, horizon: Period, as_of: date) -> tuple[Point, ...]:
    """Where the series stood at the close of each week; the week of the as-of day is cut short on it, on both sides."""
    labels = series.axis("period").labels
    spans = [read_label(label).clip(horizon) for label in labels]
    values = [float(value) for value in series.values]
    return tuple(
        Point(label, as_of if span.holds(as_of) else span.last_day, value)
        for label, span, value in zip(labels, spans, values, strict=True)
        if span is not None and not math.isnan(value)
    )


def _days(period: Period) -> list[date]:
    return [period.start + timedelta(days=i) for i in range(period.days)]


def _between(points: tuple[Point, ...], day: date) -> Point | None:
    """The number at the close of a day, on the straight line between the points around it."""
    for earlier, later in pairwise(points):
        if earlier.day <= day <= later.day:
            share = (day - earlier.day) / max(later.day - earlier.day, timedelta(days=1))
            return Point(later.label, day, earlier.value + (later.value - earlier.value) * share)
    return None
