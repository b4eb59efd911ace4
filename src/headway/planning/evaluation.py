"""Evaluating a bound plan: the engine's one primitive, and the few ways its answers are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from headway.core.dimensions import DRAW, MONTH
from headway.core.errors import Fault
from headway.core.series import Axis, Series
from headway.model import compile_model
from headway.planning.bound import ASSUMED, BoundPlan
from headway.planning.composition import standing_in

Array = NDArray[np.float64]
PERIOD = "period"


def evaluate(
    bound: BoundPlan, outputs: Iterable[str] | None = None, draws: Mapping[str, Array] | None = None
) -> dict[str, Series]:
    """The lines asked for (all that can be evaluated, if none are named) as plan Series by month.

    draws: replacement values for some inputs, each of the input's shape with a draw axis added at the end; the
    answers then carry a draw axis too.
    """
    wanted = tuple(outputs) if outputs is not None else bound.outputs
    needed = {name: bound.values[name] for name in bound.model.needs(wanted)}
    used = {name: values for name, values in (draws or {}).items() if name in needed}
    evaluator = bound.model.on(bound.months[0], len(bound.months))
    answers = evaluator.evaluate(used, needed, wanted)
    return {name: _as_planned(bound, series, draws, used) for name, series in answers.items()}


def by_month(series: Series) -> Array:
    """The company's figure by month (and draw): every dimension added up."""
    kept = (PERIOD, DRAW)
    over = tuple(i for i, axis in enumerate(series.axes) if axis.name not in kept)
    return np.asarray(series.values.sum(axis=over))


def reached(bound: BoundPlan, line: str, monthly: Array, due: int | None = None) -> Array:
    """What a line has come to by the month the target is due: a flow added up from the start, a stock as it stands."""
    last = bound.due if due is None else due
    return monthly[last] if bound.kind(line) == "stock" else monthly[: last + 1].sum(axis=0)


def standing_on(bound: BoundPlan, *lines: str) -> BoundPlan:
    """The same plan with lines' own values assumed in their place, so that they can be drawn whatever they stand on."""
    chosen = [line for line in lines if bound.input_for(line) is None and bound.can(line)]
    if not chosen:
        return bound
    text = bound.model.text
    for line in chosen:
        text = standing_in(text, bound.model, line)
    checked, found = compile_model(text)
    if checked is None:
        raise Fault(f"{chosen} cannot stand on their own values: {[one.message for one in found]}")
    values = dict(bound.values)
    for line, series in evaluate(bound, chosen).items():
        monthly = MONTH in checked.text.inputs[line + ASSUMED].by
        values[line + ASSUMED] = np.moveaxis(series.values, 0, -1) if monthly else series.values
    return replace(bound, model=checked, values=values)


def _as_planned(
    bound: BoundPlan, series: Series, draws: Mapping[str, Array] | None, used: Mapping[str, Array]
) -> Series:
    """The answer under the plan's currency; where no draw reaches a line, its one answer stands for all of them."""
    currency = bound.plan.currency if "currency" in series.header.unit else None
    named = series.with_header(currency=currency)
    if not draws or used:
        return named
    return _repeated(named, next(iter(draws.values())).shape[-1])


def _repeated(series: Series, count: int) -> Series:
    values = np.repeat(series.values[..., None], count, axis=-1)
    return Series(series.header, (*series.axes, Axis(DRAW, tuple(str(i) for i in range(count)))), values)
