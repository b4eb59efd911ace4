"""A number taken apart, as values for its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from headway.core import formatting
from headway.core.calendar import FiscalCalendar, Period
from headway.core.explanation import Explanation, Step
from headway.core.review import Milestone, Review
from headway.core.rows import Column, Rows
from headway.core.titles import capital
from headway.web import figures
from headway.web.figures import Figure, Mark
from headway.web.pace import Point, pace_of
from headway.web.query import Asked
from headway.web.source import Trouble
from headway.web.weeks import cell_text

SHOWN = 20
"""How many records of each part the page shows; the file holds those the explanation holds."""

_BY_WEEK = {
    "flow": " It is made by month; a week takes its share of the month's days.",
    "stock": " It is made by month; between month ends it moves evenly.",
}

_NUMBERS = {"integer", "number", "money", "ratio"}


@dataclass(frozen=True)
class Records:
    """One set of records behind a number: headings with their alignment, the first rows, and where all of them are."""

    name: str
    heads: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[str, ...], ...]
    count: int
    address: str


@dataclass(frozen=True)
class Against:
    """The number as the Track page compares it with its plan."""

    mark: Mark
    actual: Figure
    plan: str
    difference: str
    tone: str
    note: str


def records(told: Explanation, asked: Asked) -> tuple[Records, ...]:
    """The record sets behind a number, cut to what a page can show."""
    return tuple(_records(name, rows, asked.records(told.metric, i)) for i, (name, rows) in enumerate(told.parts))


def against(metric: str, review: Review) -> Against | None:
    """How the number stands against the plan, where it is one of the journey's milestones."""
    milestone = next((m for m in review.milestones if m.metric == metric), None)
    return None if milestone is None else _against(milestone)


def planned(metric: str, review: Review, period: str | None, told: Explanation | Trouble) -> Explanation | Trouble:
    """A planned number as its link showed it: the model knows months, so by a day inside one the plan's weeks tell it,
    and so they do where the model cannot take it apart."""
    milestone = next((m for m in review.milestones if m.metric == metric), None)
    asked = FiscalCalendar().parse(period) if period else None
    day = asked.last_day if isinstance(asked, Period) else review.as_of
    known = isinstance(told, Explanation)
    ratio, month_end = milestone and milestone.plan.header.adds_up == "ratio", (day + timedelta(days=1)).day == 1
    if milestone is None or (known and (ratio or month_end)):
        return told
    weeks = _weeks_to(milestone, review, day)
    return _by_week(milestone, review, day, weeks, told) if weeks else told


def _weeks_to(milestone: Milestone, review: Review, day: date) -> tuple[Point, ...]:
    """Where the plan stands at the end of each week up to a day; none where no week of it ends on that day."""
    ends = tuple(point for point in pace_of(milestone, review).plan if point.day <= day)
    return ends if ends and ends[-1].day == day else ()


def _by_week(
    milestone: Milestone, review: Review, day: date, weeks: tuple[Point, ...], told: Explanation | Trouble
) -> Explanation:
    header = milestone.plan.header
    known = isinstance(told, Explanation)
    currency = header.currency if "currency" in header.unit else None
    made_on = told.origin.as_of if known and told.origin.as_of else review.as_of
    span = f"{review.begins or weeks[0].day}..{day}"
    origin = (f"plan {review.plan}", span, header.scope, currency, f"as of {made_on}")
    return Explanation(
        milestone.metric,
        f"{milestone.title}, planned",
        told.definition if known else header.definition or milestone.metric,
        figures.written(weeks[-1].value, header),
        header.unit,
        f"What the plan {review.plan} expects of {_inside(milestone.title)} by {formatting.day(day)}."
        + _BY_WEEK.get(header.adds_up if not milestone.is_to_date else "flow", ""),
        told.policy if known else (),
        tuple(
            Step(f"{point.label}, by {formatting.day(point.day)}", figures.written(point.value, header))
            for point in weeks
        ),
        provenance=" · ".join(part for part in origin if part),
        notes=() if known else tuple(diagnostic.message for diagnostic in told),
    )


def _inside(title: str) -> str:
    """A title inside a sentence; abbreviations keep their capitals."""
    return title if title[:2].isupper() else f"{title[:1].lower()}{title[1:]}"


def _against(milestone: Milestone) -> Against:
    header = milestone.actual.header
    plan = figures.written(milestone.plan_to_date, header) if milestone.plan_to_date is not None else "no plan"
    return Against(
        figures.mark(milestone),
        figures.figure(milestone.actual_to_date, header),
        plan,
        figures.signed(milestone.variance, header),
        figures.tone(milestone.standing),
        milestone.note,
    )


def _records(name: str, rows: Rows, address: str) -> Records:
    told = [i for i in range(len(rows.columns)) if any(record[i] is not None for record in rows.records)]
    told.sort(
        key=lambda i: rows.columns[i].name == "key"
    )  # the long key last: what a reader knows a deal by comes first
    heads = tuple((_heading(rows.columns[i]), rows.columns[i].type in _NUMBERS) for i in told)
    shown = tuple(tuple(cell_text(record[i], rows.columns[i]) for i in told) for record in rows.records[:SHOWN])
    return Records(capital(name), heads, shown, len(rows), address)


def _heading(column: Column) -> str:
    words = capital(column.name.replace("_", " "))
    return f"{words}, {column.unit}" if column.unit else words
