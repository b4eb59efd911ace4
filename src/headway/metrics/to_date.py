"""A metric over all that happened since a day, as it stood at the end of each week: how rates are followed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

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


def to_date(
    definition: Definition, facts: Facts, start: date, weeks: Sequence[Period], parameters: Parameters = _DEFAULT
) -> tuple[Series, Estimate | None]:
    """The metric from `start` to each week's end, read from one set of facts; and the last week's estimate with its n.

    Not a number where nothing was there to measure yet.
    """
    made = [_until(definition, facts, Period(start, week.end, week.label, "range"), parameters) for week in weeks]
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
        note="since the start of the plan",
    )
    return Series(header, (Axis("period", tuple(week.label for week in weeks)),), values), last


def _until(definition: Definition, facts: Facts, span: Period, parameters: Parameters) -> Estimate | None:
    made = estimates(Question(definition, span), facts, parameters)
    return made[0] if len(made) == 1 else None


def _number(value: Cell) -> float:
    return np.nan if value is None else float(str(value))
