"""Tables of the pages as comma-separated files, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Mapping
from datetime import date

from headway.core.review import Milestone, Review
from headway.core.rows import Cell, Column, Rows
from headway.web.pace import headline_milestone, pace_of

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(rows: Rows) -> str:
    """Records as text with one heading line; text that a spreadsheet would run as a formula gets an apostrophe."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([_safe(column.name) for column in rows.columns])
    writer.writerows([[_safe(cell) for cell in record] for record in rows.records])
    return file.getvalue()


def journey(review: Review) -> Rows:
    """The journey week by week, as the review holds it."""
    return review.journey


def milestones(review: Review) -> Rows:
    """Every milestone on the as-of day, against its plan."""
    names = "metric definition title unit currency as_of actual plan variance slack_weeks standing n low high note"
    return Rows.of(names.split(), (_milestone(m, review) for m in review.milestones))


def pace(review: Review) -> Rows:
    """The chart's numbers: actual and plan to date, week by week."""
    milestone = headline_milestone(review)
    columns = [Column("week"), Column("day", "date"), Column("actual", "number"), Column("plan", "number")]
    if milestone is None:
        return Rows.of(columns, ())
    way = pace_of(milestone, review)
    came, planned = ({point.label: point for point in points} for points in (way.actual, way.plan))
    days: dict[str, date] = {label: point.day for label, point in (*came.items(), *planned.items())}
    found = ((label, days[label], came.get(label), planned.get(label)) for label in sorted(days, key=lambda w: days[w]))
    return Rows.of(columns, ((label, day, a and a.value, p and p.value) for label, day, a, p in found))


def causes(review: Review) -> Rows:
    """What caused the difference."""
    columns = [Column("driver"), Column("amount", "number"), Column("words")]
    return Rows.of(columns, ((cause.driver, cause.amount, cause.words) for cause in review.causes))


TABLES: Mapping[str, Callable[[Review], Rows]] = {
    "causes": causes,
    "journey": journey,
    "milestones": milestones,
    "pace": pace,
}
"""The tables of the Track page by the name they have in an address."""


def _milestone(milestone: Milestone, review: Review) -> tuple[Cell, ...]:
    header = milestone.actual.header
    return (
        milestone.metric,
        header.definition,
        milestone.title,
        header.unit,
        header.currency,
        review.as_of,
        milestone.actual_to_date,
        milestone.plan_to_date,
        milestone.variance,
        milestone.slack_weeks,
        milestone.standing,
        milestone.n,
        milestone.low,
        milestone.high,
        milestone.note,
    )


def _safe(cell: Cell) -> str:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
    return cell.isoformat() if isinstance(cell, date) else str(cell)
