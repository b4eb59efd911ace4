"""Which driver caused the difference: the plan evaluated with every subset of its drivers as they turned out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from headway.core.dimensions import MONTH
from headway.core.formatting import count, money, percent, points, relative
from headway.core.review import Cause
from headway.core.titles import title
from headway.core.weekly import DayWeight, flow_to_date, working_days
from headway.planning.bound import BoundPlan
from headway.planning.evaluation import by_month, evaluate, standing_on
from headway.planning.weekly import RATIOS, to_date
from headway.statistics.shapley import shapley, subsets

Array = NDArray[np.float64]

CREATED, WIN_RATE, DEAL_SIZE, OPEN = "opportunities_created", "win_rate.eventual", "deal_size.mean", "won_from_open"
OPENING, TERM = "arr_at_start", "contract_term"
BASE = ("churned_arr", "contraction_arr", "expansion_arr", "reactivated_arr")
"""How the recurring revenue that customers already bring moves."""
SAME = 1e-6
"""Amounts that differ by a smaller share than this are the same."""
REST = "timing and the rest"


@dataclass(frozen=True)
class ActualDrivers:
    """How the plan's drivers turned out up to a day; None where it is not known, and then it is left to the rest.

    `opportunities_created` and `won_from_open` (wins of deals that were open when the plan began) are counts by month
    label, the last month only up to the day; `win_rate` and `deal_size` are as measured for the time of the plan.
    `opening_arr` is what ran when the plan began, `contract_term` the won value for each unit of new ARR, `base` the
    movements of the recurring revenue that was there, by line and month label.
    """

    opportunities_created: Mapping[str, float] | None = None
    won_from_open: Mapping[str, float] | None = None
    win_rate: float | None = None
    deal_size: float | None = None
    opening_arr: float | None = None
    contract_term: float | None = None
    base: Mapping[str, Mapping[str, float]] = field(default_factory=dict[str, Mapping[str, float]])


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
    bound = standing_on(bound, CREATED, *BASE)
    needed = bound.model.needs([line])
    replaced = [one for one in replacements(bound, as_of, actual, weight) if one.input in needed]
    found = attribute(bound, line, as_of, replaced, weight)
    named = [Cause(r.driver, found.shares[r.driver], r.words) for r in replaced]
    rest = (actual_to_date - found.planned) - sum(cause.amount for cause in named)
    words = "deals closing sooner or later than planned, and what no driver explains"
    return (*named, Cause(REST, rest, words))


def attribute(
    bound: BoundPlan,
    line: str,
    as_of: date,
    replaced: Sequence[Replacement],
    weight: DayWeight = working_days,
) -> Attribution:
    """Shapley shares of the drivers in a line's figure to date: one batch of draws, one for every subset of them."""
    bound, chosen = standing_on(bound, CREATED, *BASE), subsets(len(replaced))
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
    bound = standing_on(bound, CREATED, *BASE)
    told = _Telling(bound, as_of, weight)
    made = (
        _opening(bound, actual.opening_arr),
        told.counts(CREATED, actual.opportunities_created, "opportunities created"),
        told.rate(WIN_RATE, "win rate", actual.win_rate, percent, points),
        told.rate(DEAL_SIZE, "mean won deal", actual.deal_size, told.amount, None),
        told.counts(OPEN, actual.won_from_open, "wins of deals already open"),
        told.rate(TERM, "won for 1 of new ARR", actual.contract_term, "{:.2f}".format, None),
        *(told.amounts(line, actual.base.get(line)) for line in BASE),
    )
    return tuple(one for one in made if one is not None)


def _opening(bound: BoundPlan, actual: float | None) -> Replacement | None:
    """The recurring revenue a plan starts from, where what is known of it now is not what the plan took."""
    planned = float(bound.values[OPENING].sum()) if OPENING in bound.values else 0.0
    if actual is None or not planned or abs(actual - planned) < SAME * planned:
        return None
    shown = [money(value, bound.plan.currency) for value in (actual, planned)]
    words = f"ARR at the start {shown[0]} as known now against {shown[1]} planned ({relative(actual, planned)})"
    return Replacement(OPENING, OPENING, bound.values[OPENING] * (actual / planned), words)


@dataclass(frozen=True)
class _Telling:
    """One plan on one day: what each driver turned out to be, and the words for it."""

    bound: BoundPlan
    as_of: date
    weight: DayWeight

    def counts(self, line: str, actual: Mapping[str, float] | None, noun: str) -> Replacement | None:
        """Counts by month: each planned month in the proportion it turned out, the running one by the days it has run."""
        return self._flow(line, actual, lambda so_far, due: f"{count(so_far)} {noun} against {count(due)} planned")

    def amounts(self, line: str, actual: Mapping[str, float] | None) -> Replacement | None:
        """Amounts of recurring revenue by month, in the same way."""
        write, noun = self.amount, title(line)
        return self._flow(line, actual, lambda so_far, due: f"{noun} {write(so_far)} against {write(due)} planned")

    def amount(self, value: float | None) -> str:
        """Money in the plan's currency."""
        return money(value, self.bound.plan.currency)

    def _flow(
        self, line: str, actual: Mapping[str, float] | None, write: Callable[[float, float], str]
    ) -> Replacement | None:
        name = self.bound.input_for(line)
        if name is None or actual is None or not (self.bound.can(line) or name == line):
            return None
        planned = _monthly(self.bound, line, name)
        run = _run_of_month(self.bound, self.as_of, self.weight)
        place = self.bound.model.text.inputs[name].by.index(MONTH)
        values = np.moveaxis(self.bound.values[name], place, 0).copy()
        for m, month in enumerate(self.bound.months):
            if run[m] <= 0:
                continue
            happened = actual.get(month.label, 0.0) / run[m]
            values[m] = values[m] * (happened / planned[m]) if planned[m] else _evenly(values[m], happened)
        so_far, due = sum(actual.values()), float((planned * run).sum())
        words = f"{write(so_far, due)} ({relative(so_far, due)})"
        return Replacement(line, name, np.moveaxis(values, 0, place), words)

    def rate(
        self,
        metric: str,
        noun: str,
        actual: float | None,
        write: Callable[[float], str],
        differ: Callable[[float | None], str] | None,
    ) -> Replacement | None:
        """A rate: every member in the proportion the whole turned out."""
        bound = self.bound
        name = bound.input_for("deal_size" if metric == DEAL_SIZE and DEAL_SIZE not in bound.values else metric)
        if name is None or actual is None:
            return None
        planned = _rate_to_date(bound, metric, self.as_of, self.weight)
        if not planned:
            return None
        difference = differ(actual - planned) if differ else relative(actual, planned)
        words = f"{noun} {write(actual)} against {write(planned)} planned ({difference})"
        return Replacement(metric, name, bound.values[name] * (actual / planned), words)


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


def _rate_to_date(bound: BoundPlan, metric: str, as_of: date, weight: DayWeight) -> float | None:
    """The plan's own rate over what it expects by the day."""
    above, below = RATIOS[metric]
    if not (bound.can(above) and bound.can(below)):
        return None
    answers = evaluate(bound, [above, below])
    parts = [float(to_date(bound, line, by_month(answers[line]), [as_of], weight)[0]) for line in (above, below)]
    return parts[0] / parts[1] if parts[1] else None
