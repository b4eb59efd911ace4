"""Which driver caused the difference: the plan evaluated with every subset of its drivers as they turned out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from headway.core.dimensions import MONTH
from headway.core.formatting import count, money, percent, points, relative
from headway.core.review import Cause
from headway.core.weekly import DayWeight, flow_to_date, working_days
from headway.planning.bound import BoundPlan
from headway.planning.evaluation import by_month, evaluate, standing_on
from headway.planning.weekly import RATIOS, to_date
from headway.statistics.shapley import shapley, subsets

Array = NDArray[np.float64]

CREATED, WIN_RATE, DEAL_SIZE, OPEN = "opportunities_created", "win_rate.eventual", "deal_size.mean", "won_from_open"
REST = "timing and the rest"


@dataclass(frozen=True)
class ActualDrivers:
    """How the plan's drivers turned out up to a day; None where it is not known, and then it is left to the rest.

    `opportunities_created` and `won_from_open` (wins of deals that were open when the plan began) are counts by month
    label, the last month only up to the day; `win_rate` and `deal_size` are as measured for the time of the plan.
    """

    opportunities_created: Mapping[str, float] | None = None
    won_from_open: Mapping[str, float] | None = None
    win_rate: float | None = None
    deal_size: float | None = None


@dataclass(frozen=True)
class Replacement:
    """A driver as it turned out: the input it fills, its values, and the two figures in words."""

    driver: str
    input: str
    values: Array
    words: str


@dataclass(frozen=True)
class Attribution:
    """What a line should have come to, what it comes to with every driver as it turned out, and each one's share."""

    planned: float
    replaced: float
    shares: Mapping[str, float]


def causes(
    bound: BoundPlan,
    line: str,
    as_of: date,
    actual_to_date: float,
    actual: ActualDrivers,
    weight: DayWeight = working_days,
) -> tuple[Cause, ...]:
    """Each driver's share of actual minus plan on the as-of day, in journey order; the last is what none explains.

    The amounts add up to the variance: what the drivers do not explain is named as timing and the rest.
    """
    replaced = replacements(bound, as_of, actual, weight)
    found = attribute(bound, line, as_of, replaced, weight)
    named = [Cause(r.driver, found.shares[r.driver], r.words) for r in replaced]
    rest = (actual_to_date - found.planned) - sum(cause.amount for cause in named)
    words = "deals closing sooner or later than planned, and what no driver explains"
    return (*named, Cause(REST, rest, words))


def attribute(
    bound: BoundPlan,
    line: str,
    as_of: date,
    replaced: tuple[Replacement, ...],
    weight: DayWeight = working_days,
) -> Attribution:
    """Shapley shares of the drivers in a line's figure to date: one batch of draws, one for every subset of them."""
    bound, chosen = standing_on(bound, CREATED), subsets(len(replaced))
    draws = {
        one.input: np.where(chosen[:, place], one.values[..., None], bound.values[one.input][..., None])
        for place, one in enumerate(replaced)
    }
    series = evaluate(bound, [line], draws)[line]
    table = to_date(bound, line, by_month(series), [as_of], weight)[0]
    values = np.broadcast_to(table, (len(chosen),)) if np.ndim(table) == 0 else table
    shares = shapley(np.asarray(values))
    named = {one.driver: float(share) for one, share in zip(replaced, shares, strict=True)}
    return Attribution(float(values[0]), float(values[-1]), named)


def replacements(
    bound: BoundPlan, as_of: date, actual: ActualDrivers, weight: DayWeight = working_days
) -> tuple[Replacement, ...]:
    """The plan's inputs as they turned out, for the drivers that are known and that the plan assumes."""
    bound = standing_on(bound, CREATED)
    made = (
        _counts(bound, CREATED, bound.input_for(CREATED), actual.opportunities_created, as_of, weight),
        _rate(bound, WIN_RATE, actual.win_rate, as_of, weight, percent, points),
        _rate(bound, DEAL_SIZE, actual.deal_size, as_of, weight, _amount(bound), None),
        _counts(bound, OPEN, bound.input_for(OPEN), actual.won_from_open, as_of, weight),
    )
    return tuple(one for one in made if one is not None)


def _counts(
    bound: BoundPlan, line: str, name: str | None, actual: Mapping[str, float] | None, as_of: date, weight: DayWeight
) -> Replacement | None:
    """Counts by month: each planned month in the proportion it turned out, the running one by the days it has run."""
    if name is None or actual is None or not (bound.can(line) or name == line):
        return None
    planned = _monthly(bound, line, name)
    run = _run_of_month(bound, as_of, weight)
    values = np.moveaxis(bound.values[name], bound.model.text.inputs[name].by.index(MONTH), 0).copy()
    for m, month in enumerate(bound.months):
        if run[m] <= 0:
            continue
        happened = actual.get(month.label, 0.0) / run[m]
        values[m] = values[m] * (happened / planned[m]) if planned[m] else _evenly(values[m], happened)
    values = np.moveaxis(values, 0, bound.model.text.inputs[name].by.index(MONTH))
    so_far, due = sum(actual.values()), float((planned * run).sum())
    noun = "opportunities created" if line == CREATED else "wins of deals already open"
    return Replacement(
        line, name, values, f"{count(so_far)} {noun} against {count(due)} planned ({relative(so_far, due)})"
    )


def _evenly(values: Array, happened: float) -> Array:
    """A month with nothing planned: what happened is shared out evenly."""
    return np.full_like(values, happened / values.size)


def _monthly(bound: BoundPlan, line: str, name: str) -> Array:
    if bound.can(line):
        return by_month(evaluate(bound, [line])[line])
    place = bound.model.text.inputs[name].by.index(MONTH)
    return np.moveaxis(bound.values[name], place, 0).reshape(len(bound.months), -1).sum(axis=1)


def _run_of_month(bound: BoundPlan, as_of: date, weight: DayWeight) -> Array:
    """How much of each month has run by the as-of day: 1 for past months, 0 for coming ones."""
    ones = np.eye(len(bound.months))
    return flow_to_date(ones, bound.months, [as_of], weight)[0]


def _rate(
    bound: BoundPlan,
    metric: str,
    actual: float | None,
    as_of: date,
    weight: DayWeight,
    write: Callable[[float | None], str],
    differ: Callable[[float | None], str] | None,
) -> Replacement | None:
    """A rate: every member in the proportion the whole turned out."""
    name = bound.input_for("deal_size" if metric == DEAL_SIZE and "deal_size.mean" not in bound.values else metric)
    if name is None or actual is None:
        return None
    planned = _rate_to_date(bound, metric, as_of, weight)
    if not planned:
        return None
    difference = differ(actual - planned) if differ else relative(actual, planned)
    title = "win rate" if metric == WIN_RATE else "mean won deal"
    words = f"{title} {write(actual)} against {write(planned)} planned ({difference})"
    return Replacement(metric, name, bound.values[name] * (actual / planned), words)


def _rate_to_date(bound: BoundPlan, metric: str, as_of: date, weight: DayWeight) -> float | None:
    """The plan's own rate over what it expects by the day."""
    above, below = RATIOS[metric]
    if not (bound.can(above) and bound.can(below)):
        return None
    answers = evaluate(bound, [above, below])
    parts = [float(to_date(bound, line, by_month(answers[line]), [as_of], weight)[0]) for line in (above, below)]
    return parts[0] / parts[1] if parts[1] else None


def _amount(bound: BoundPlan) -> Callable[[float | None], str]:
    return lambda value: money(value, bound.plan.currency)
