"""A number taken apart, as values for its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from headway.core import formatting
from headway.core.diagnostics import Diagnostic
from headway.core.explanation import Explanation, Step
from headway.core.review import Milestone, Review
from headway.core.rows import Column, Rows
from headway.core.titles import capital
from headway.web import figures
from headway.web.figures import Figure, Mark
from headway.web.query import Asked
from headway.web.weeks import cell_text

SHOWN = 20
"""How many records of each part the page shows; the file holds those the explanation holds."""

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


def from_plan(metric: str, review: Review, found: Sequence[Diagnostic]) -> Explanation | None:
    """A planned number as the review holds it, for one that the model cannot take apart; None where there is none."""
    milestone = next((m for m in review.milestones if m.metric == metric), None)
    if milestone is None or milestone.plan_to_date is None:
        return None
    header, day = milestone.plan.header, formatting.day(review.as_of)
    labels, values = milestone.plan.axis("period").labels, milestone.plan.values
    steps = [Step(week, figures.written(float(value), header)) for week, value in zip(labels, values, strict=True)]
    return Explanation(
        metric,
        f"{milestone.title}, planned",
        header.definition or metric,
        figures.written(milestone.plan_to_date, header),
        header.unit,
        f"What the plan {review.plan} expects of {milestone.title} by {day}; its weeks stand below.",
        steps=tuple(steps),
        provenance=f"plan {review.plan} · {header.scope} · as of {review.as_of}",
        notes=tuple(diagnostic.message for diagnostic in found),
    )


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
    heads = tuple((_heading(rows.columns[i]), rows.columns[i].type in _NUMBERS) for i in told)
    shown = tuple(tuple(cell_text(record[i], rows.columns[i]) for i in told) for record in rows.records[:SHOWN])
    return Records(capital(name), heads, shown, len(rows), address)


def _heading(column: Column) -> str:
    words = capital(column.name.replace("_", " "))
    return f"{words}, {column.unit}" if column.unit else words
