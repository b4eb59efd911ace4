"""The journey week by week, its columns gathered under the milestones they belong to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from headway.core import formatting
from headway.core.calendar import FiscalCalendar, Period
from headway.core.review import Milestone, Review
from headway.core.rows import Cell, Column
from headway.web import figures
from headway.web.figures import Scale
from headway.web.pace import horizon_of
from headway.web.query import Asked, Kind
from headway.web.track import Linked, period_to

_PLANNED = {"plan", "planned"}


@dataclass(frozen=True)
class Head:
    """A heading over some columns: a milestone with its unit, or a column of its own."""

    text: str
    unit: str
    below: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """One week: its cells, whether it is the week of the as-of day, and whether it is still to come."""

    label: str
    cells: tuple[Linked, ...]
    current: bool
    to_come: bool


@dataclass(frozen=True)
class Weeks:
    """The table: headings over columns, one line a week."""

    heads: tuple[Head, ...]
    lines: tuple[Line, ...]

    @property
    def reaches_ahead(self) -> bool:
        """Whether it holds weeks that are still to come."""
        return any(line.to_come for line in self.lines)

    @property
    def is_grouped(self) -> bool:
        """Whether any heading spans several columns, so that a second row of headings is needed."""
        return any(len(head.below) > 1 for head in self.heads)


@dataclass(frozen=True)
class _Place:
    """What one column of the journey shows."""

    index: int
    column: Column
    milestone: Milestone | None
    kind: Kind
    scale: Scale


def weeks(review: Review, asked: Asked) -> Weeks | None:
    """The journey as a table; none where it has no weeks yet."""
    if not len(review.journey) or len(review.journey.columns) < 2:
        return None
    columns = enumerate(review.journey.columns)
    places = tuple(_place(i, column, review) for i, column in columns if i and _holds(review, column.name))
    lines = tuple(_line(record, places, review, asked) for record in review.journey.records)
    return Weeks(_heads(places), lines)


def column_of(name: str, milestones: tuple[Milestone, ...]) -> tuple[Milestone, Kind] | None:
    """Which milestone a column belongs to, and whether it holds the planned or the actual number."""
    key = _key(name)
    names = [(_key(word), m) for m in milestones for word in (m.metric, m.title, m.metric.split(".")[0])]
    for word, milestone in sorted(names, key=lambda pair: -len(pair[0])):
        rest = [part for part in key.replace(word, " ", 1).split() if part.strip("_")] if word in key else ["?"]
        left = {part.strip("_") for part in rest}
        if not left or left <= {"actual"}:
            return milestone, "actual"
        if left <= _PLANNED:
            return milestone, "plan"
    return None


def _holds(review: Review, name: str) -> bool:
    """Whether a column says anything: a milestone without a plan needs no column for it."""
    return any(cell is not None for cell in review.journey.column(name))


def _place(index: int, column: Column, review: Review) -> _Place:
    found = column_of(column.name, review.milestones)
    if found is None:
        return _Place(index, column, None, "actual", Scale(1.0, column.unit, column.unit))
    milestone, kind = found
    known = [abs(float(value)) for s in (milestone.plan, milestone.actual) for value in s.values if value == value]
    return _Place(index, column, milestone, kind, figures.scale_of(max(known, default=0.0), milestone.actual.header))


def _heads(places: tuple[_Place, ...]) -> tuple[Head, ...]:
    heads: list[Head] = []
    owner: Milestone | None = None
    for place in places:
        below = "Plan" if place.kind == "plan" else "Actual"
        if place.milestone is not None and place.milestone is owner:
            heads[-1] = Head(heads[-1].text, heads[-1].unit, (*heads[-1].below, below))
        elif place.milestone is not None:
            heads.append(Head(place.milestone.title, place.scale.short, (below,)))
        else:
            heads.append(Head(place.column.name.replace("_", " ").capitalize(), place.scale.short, ("",)))
        owner = place.milestone
    return tuple(heads)


def _line(record: tuple[Cell, ...], places: tuple[_Place, ...], review: Review, asked: Asked) -> Line:
    label = cell_text(record[0])
    span = FiscalCalendar().parse(label)
    period = span if isinstance(span, Period) else None
    cells = tuple(_cell(record[place.index], place, period, review, asked) for place in places)
    current = period is not None and period.holds(review.as_of)
    return Line(label, cells, current, period is not None and period.start > review.as_of)


def _cell(value: Cell, place: _Place, week: Period | None, review: Review, asked: Asked) -> Linked:
    if value is None:
        return Linked("", "")
    if isinstance(value, date):
        return Linked(formatting.day(value, review.as_of.year), "")
    if place.milestone is None or not isinstance(value, int | float | Decimal):
        return Linked(cell_text(value), "")
    text = figures.cell(float(value), place.milestone.actual.header, place.scale)
    period = _through(week, place, place.milestone, review) if week else None
    return Linked(text, asked.of(place.kind, period).why(place.milestone.metric))


def _through(week: Period, place: _Place, milestone: Milestone, review: Review) -> str:
    """The period a week's cell stands for, up to the week's end as the plan and the as-of day cut it."""
    horizon = horizon_of(review)
    ends = min(week.last_day, horizon.last_day) if horizon else week.last_day
    day = review.as_of if week.holds(review.as_of) else ends
    return period_to(review, milestone, place.kind, day) or week.label


def cell_text(cell: Cell, column: Column | None = None) -> str:
    """One cell of any table as text; a missing one as a word."""
    if cell is None:
        return "not given"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, date):
        return formatting.day(cell)
    if isinstance(cell, str):
        return cell
    if column is not None and column.type == "money":
        return formatting.exact_money(cell)
    return formatting.whole(cell) if float(cell).is_integer() else formatting.number(cell)


def _key(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
