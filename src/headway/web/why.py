"""A number taken apart, as values for its page."""

from __future__ import annotations

from dataclasses import dataclass

from headway.core.explanation import Explanation
from headway.core.review import Milestone, Review
from headway.core.rows import Column, Rows
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
    heads = tuple((_heading(column), column.type in _NUMBERS) for column in rows.columns)
    shown = tuple(
        tuple(cell_text(cell, column) for cell, column in zip(record, rows.columns, strict=True))
        for record in rows.records[:SHOWN]
    )
    return Records(name, heads, shown, len(rows), address)


def _heading(column: Column) -> str:
    words = column.name.replace("_", " ")
    words = words[:1].upper() + words[1:]
    return f"{words}, {column.unit}" if column.unit else words
