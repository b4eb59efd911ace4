"""A rate as it was believed at the end of each week: measured over the days before, the same number of them each time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from headway.core.calendar import Period
from headway.core.definition import Definition
from headway.core.rows import Cell
from headway.core.series import Axis, Header, Series
from headway.metrics.estimate import Estimate
from headway.metrics.facts import Facts
from headway.metrics.measure import estimates
from headway.metrics.question import Parameters, Question

_DEFAULT = Parameters()


def trailing(
    definition: Definition, facts: Facts, days: int, weeks: Sequence[Period], parameters: Parameters = _DEFAULT
) -> tuple[Series, Estimate | None]:
    """The rate over the `days` up to each week's end, and the last week's estimate with its n and interval.

    A rate over the weeks of a plan alone would start from a handful of quick closings, so the window has one length.
    Not a number where nothing was there to measure yet.
    """
    made = [_until(definition, facts, days, week, parameters) for week in weeks]
    values = np.array([_number(e.value) if e else np.nan for e in made], dtype=np.float64)
    last = made[-1] if made else None
    header = Header(
        definition.name,
        "actual",
        definition.unit,
        definition.adds_up,
        definition.label,
        facts.day,
        currency=last.currency if last else None,
        n=last.n if last else 0,
        note=f"over the {days} days up to each week's end",
        trailing=days,
    )
    return Series(header, (Axis("period", tuple(week.label for week in weeks)),), values), last


def _until(definition: Definition, facts: Facts, days: int, week: Period, parameters: Parameters) -> Estimate | None:
    span = Period(week.end - timedelta(days=days), week.end, f"{days} days to {week.last_day}", "range")
    made = estimates(Question(definition, span), facts, parameters)
    return made[0] if len(made) == 1 else None


def _number(value: Cell) -> float:
    return np.nan if value is None else float(str(value))
