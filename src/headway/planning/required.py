"""How many opportunities the target needs, month by month, when deals take their time to close."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from headway.core.dimensions import MONTH
from headway.core.formatting import count, multiple, percent, quantity
from headway.core.rows import Column, Rows
from headway.core.titles import title
from headway.planning.assumptions import kernels
from headway.planning.bound import BoundPlan
from headway.planning.evaluation import by_month, evaluate, reached, standing_on

Array = NDArray[np.float64]

USEFUL_YIELD = 0.05
"""Creation of a month is useful for the target while at least this share of its eventual wins still lands in time."""

MEETS = 1e-6
"""A factor this near to 1 is what is planned: a target to the cent moves it by no more."""

COUNTED = tuple(f"{thing}{time}" for thing in ("opportunity", "lead") for time in ("", "/month"))
"""The units of an input that says how much is created."""

CREATED, EVENTUAL, WON, PIPELINE = "opportunities_created", "eventual_wins", "won_deals", "pipeline_created"


@dataclass(frozen=True)
class Required:
    """What the target asks of creation. `factor` scales the planned creation; None where no volume can help.

    `rows` hold, for each month up to the due one, opportunities planned, needed and needed if deals closed at once,
    the deals and pipeline that come of the needed ones, and the share of their wins that lands in time. `words` say
    it in sentences, the first of them on its own.
    """

    rows: Rows
    factor: float | None
    naive_factor: float | None
    opportunities: float | None
    deals: float | None
    pipeline: float | None
    last_useful_month: str | None
    words: tuple[str, ...]

    @property
    def feasible(self) -> bool:
        """Whether some volume reaches the target."""
        return self.factor is not None


def required(bound: BoundPlan) -> Required:
    """The creation that meets the target, with the cycle's timing, found through two draws of the engine."""
    bound = standing_on(bound, CREATED)
    creation = _creation_input(bound)
    if bound.plan.target is None or creation is None:
        why = (
            "the plan has no target"
            if bound.plan.target is None
            else "no input of the plan counts opportunities or leads"
        )
        return _nothing(f"there is nothing to scale: {why}")
    if not bound.values[creation].any():
        return _from_nothing(bound, creation)
    return _found(bound, bound, creation)


def _from_nothing(bound: BoundPlan, creation: str) -> Required:
    """Where the plan creates nothing, the same number every month is what is scaled."""
    even = {**bound.values, creation: np.ones_like(bound.values[creation])}
    return _found(bound, replace(bound, values=even), creation)


def _found(bound: BoundPlan, profile: BoundPlan, creation: str) -> Required:
    """The answer for a plan, its creation having the course of `profile`."""
    factor = _solved(profile, creation, {})
    naive = _solved(profile, creation, _closing_at_once(profile))
    found = _assembled(bound, profile, factor, naive, _yields(profile, creation))
    answer = _landing(profile, creation, {})
    if factor is None and answer(2.0) > answer(1.0):
        words = f"no volume was found that reaches the target {_by(bound)}: something else in the model limits it"
        return replace(found, words=(words,))
    return found


def _creation_input(bound: BoundPlan) -> str | None:
    """What is scaled: the opportunities created, else the one input that counts opportunities or leads."""
    named = bound.input_for(CREATED)
    inputs = bound.model.text.inputs
    counting = [name for name in bound.values if inputs[name].unit.value.strip() in COUNTED]
    return named or (counting[0] if len(counting) == 1 else None)


def _solved(bound: BoundPlan, creation: str, others: dict[str, Array]) -> float | None:
    """The factor on planned creation at which the target is met; None where creation does not move it.

    Won lines are affine in creation, so two draws give the answer; a model of the user's own may bend, and then the
    secant through the last two draws closes in.
    """
    target = bound.plan.target
    if target is None:
        return None
    goal = float(target.value)
    answer = _landing(bound, creation, others)
    low, high = 0.0, 1.0
    at_low, at_high = answer(low), answer(high)
    if at_low >= goal:
        return 0.0
    if np.isnan(at_low):  # a share of nothing is undefined, so a model may have no answer without any creation
        low, at_low = 0.5, answer(0.5)
    for _ in range(60):
        slope = (at_high - at_low) / (high - low)
        if not np.isfinite(slope) or slope <= 1e-12 * max(1.0, abs(goal)):
            return None
        following = high + (goal - at_high) / slope
        if abs(following - high) <= 1e-13 * max(1.0, abs(following)):
            return max(0.0, following)
        low, at_low, high, at_high = high, at_high, following, answer(following)
        if abs(at_high - goal) <= 1e-12 * max(1.0, abs(goal)):
            return max(0.0, high)
    return None


def _landing(bound: BoundPlan, creation: str, others: dict[str, Array]) -> Callable[[float], float]:
    line = bound.aim

    def answer(factor: float) -> float:
        draws = {creation: (bound.values[creation] * factor)[..., None], **others}
        monthly = by_month(evaluate(bound, [line], draws)[line])
        return float(reached(bound, line, monthly)[0])

    return answer


def _closing_at_once(bound: BoundPlan) -> dict[str, Array]:
    """Lag kernels with all their mass in the first month: the arithmetic that forgets the cycle."""
    draws: dict[str, Array] = {}
    for name in sorted(kernels(bound.model) & bound.values.keys()):
        values = np.zeros_like(bound.values[name])
        values[..., 0] = bound.values[name].sum(axis=-1)
        draws[name] = values[..., None]
    return draws


def _yields(bound: BoundPlan, creation: str) -> Array | None:
    """For each month up to the due one, the share of its creation's eventual wins that lands by the due month."""
    if not (bound.can(WON) and bound.can(EVENTUAL)):
        return None
    months = len(bound.months)
    values = bound.values[creation]
    if MONTH not in bound.model.text.inputs[creation].by:
        return None
    place = bound.model.text.inputs[creation].by.index(MONTH)
    along = np.moveaxis(np.repeat(values[..., None], months + 1, axis=-1), place, 0)
    for month in range(months):
        along[month, ..., month] = 0.0  # draw m leaves out the creation of month m; the last leaves out none
    answers = evaluate(bound, [WON, EVENTUAL], {creation: np.moveaxis(along, 0, place)})
    won = by_month(answers[WON])[: bound.due + 1].sum(axis=0)
    eventual = by_month(answers[EVENTUAL]).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return ((won[-1] - won[:-1]) / (eventual[-1] - eventual[:-1]))[: bound.due + 1]


def _assembled(
    bound: BoundPlan, profile: BoundPlan, factor: float | None, naive: float | None, yields: Array | None
) -> Required:
    until = bound.due + 1
    lines = [line for line in (CREATED, EVENTUAL, PIPELINE) if bound.can(line)]
    monthly = {line: by_month(series)[:until] for line, series in evaluate(profile, lines).items()}
    totals = {line: None if factor is None else factor * float(values.sum()) for line, values in monthly.items()}
    useful = _last_useful(bound, yields)
    planned = by_month(evaluate(bound, [CREATED])[CREATED])[:until] if CREATED in monthly else np.zeros(until)
    all_in_time = yields is not None and bool((yields >= 1 - MEETS).all())
    return Required(
        _rows(bound, monthly, planned, factor, naive, yields),
        factor,
        naive,
        totals.get(CREATED),
        totals.get(EVENTUAL),
        totals.get(PIPELINE),
        useful,
        _words(bound, factor, naive, totals, float(planned.sum()), useful, all_in_time),
    )


def _rows(
    bound: BoundPlan,
    monthly: dict[str, Array],
    planned: Array,
    factor: float | None,
    naive: float | None,
    yields: Array | None,
) -> Rows:
    currency = bound.plan.currency or ""
    columns = (
        "month",
        Column("opportunities_planned", "number", "opportunity"),
        Column("opportunities_needed", "number", "opportunity"),
        Column("opportunities_needed_without_lag", "number", "opportunity"),
        Column("deals_from_needed", "number", "deal"),
        Column("pipeline_needed", "number", currency or "currency"),
        Column("yield_by_due_month", "number", "share"),
    )

    def times(by: float | None, line: str, month: int) -> float | None:
        return None if by is None or line not in monthly else by * float(monthly[line][month])

    records = [
        (
            bound.months[m].label,
            float(planned[m]) if CREATED in monthly else None,
            times(factor, CREATED, m),
            times(naive, CREATED, m),
            times(factor, EVENTUAL, m),
            times(factor, PIPELINE, m),
            None if yields is None or not np.isfinite(yields[m]) else float(yields[m]),
        )
        for m in range(bound.due + 1 if monthly else 0)
    ]
    return Rows.of(columns, records)


def _last_useful(bound: BoundPlan, yields: Array | None) -> str | None:
    useful = [] if yields is None else [m for m in range(len(yields)) if yields[m] >= USEFUL_YIELD]
    return bound.months[useful[-1]].label if useful else None


def _words(
    bound: BoundPlan,
    factor: float | None,
    naive: float | None,
    totals: dict[str, float | None],
    planned: float,
    useful: str | None,
    all_in_time: bool,
) -> tuple[str, ...]:
    due = _by(bound)
    if factor is None:
        return (f"no volume of new opportunities can help: none created in the plan's months is won {due}",)
    if factor == 0:
        return (f"no new opportunities are needed: what is there already reaches the target {due}",)
    said = (
        _volume(bound, factor, planned, totals.get(CREATED)),
        _what_they_bring(bound, totals, due if all_in_time else f"in the end, not all {due}"),
        _cost_of_the_cycle(factor, naive, totals.get(CREATED)),
        _when_too_late(bound, useful, due),
    )
    return tuple(words for words in said if words)


def _by(bound: BoundPlan) -> str:
    return f"by the end of {bound.months[bound.due]}"


def _volume(bound: BoundPlan, factor: float, planned: float, needed: float | None) -> str:
    if needed is None:
        words = title(_creation_input(bound) or CREATED)
        return (
            f"{multiple(factor) if factor >= 10 else percent(factor)} of the planned {words}, each month in proportion"
        )
    if not planned:
        return f"{count(needed)} opportunities where none are planned, as many in each month"
    if abs(factor - 1) <= MEETS:
        return f"the planned {count(planned)} opportunities meet the target"
    more = multiple(factor) if factor >= 10 else percent(factor - 1, signed=True)
    return f"{count(needed)} opportunities instead of the planned {count(planned)} ({more}), each month in proportion"


def _what_they_bring(bound: BoundPlan, totals: dict[str, float | None], when: str) -> str:
    pipeline, deals = totals.get(PIPELINE), totals.get(EVENTUAL)
    if pipeline is None or deals is None:
        return ""
    worth = quantity(pipeline, "currency", bound.plan.currency)
    return f"They are worth {worth} of pipeline and {count(deals)} deals {when}."


def _cost_of_the_cycle(factor: float, naive: float | None, needed: float | None) -> str:
    if not naive or needed is None or factor <= naive * (1 + MEETS):
        return ""
    without, more = count(needed * naive / factor), percent(factor / naive - 1)
    return f"Arithmetic that lets every deal close at once would ask for {without}; the cycle takes {more} more."


def _when_too_late(bound: BoundPlan, useful: str | None, due: str) -> str:
    if useful is None or useful == bound.months[bound.due].label:
        return ""
    little = percent(USEFUL_YIELD, digits=0)
    return f"Opportunities created after {useful} hardly count: under {little} of their wins land {due}."


def _nothing(why: str) -> Required:
    return Required(Rows.of(("month",), []), None, None, None, None, None, None, (why,))
