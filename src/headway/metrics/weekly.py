"""A metric week by week: flows by the week they fall in, stocks as they stood at each week's end, ratios per week."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from headway.core.calendar import Period
from headway.core.definition import Definition
from headway.core.diagnostics import Diagnostic
from headway.core.series import Axis, Header, Series
from headway.metrics.estimate import Estimate
from headway.metrics.facts import Facts
from headway.metrics.measure import estimates, wrong_with
from headway.metrics.mistakes import CURRENCIES_APART, NO_DECIDING_DATE
from headway.metrics.question import Parameters, Question, label_of

FactsAt = Callable[[date], Facts]

_DEFAULT = Parameters()


def weekly(
    definition: Definition,
    facts_at: FactsAt,
    period: Period,
    weeks: Sequence[Period],
    where: Mapping[str, str] | None = None,
    parameters: Parameters = _DEFAULT,
) -> Series | tuple[Diagnostic, ...]:
    """The metric along `period`, one value a week; weeks that had not begun on the facts' day are not a number.

    What the records date themselves, recurring revenue with its stocks too, is read once, as known on the last week's
    last day. Other stocks, and the eventual win rate with all that had been seen by then, are read as they were known
    at each week's end.
    """
    last = facts_at(weeks[-1].last_day)
    question = Question(definition, period, (), dict(where or {}))
    found = wrong_with(question, last) or _unfit(definition)
    if found:
        return found
    if definition.shape == "movements" or (question.dated and definition.adds_up != "stock"):
        made = _by_week(question, last, weeks, parameters)
    else:
        made = _at_week_ends(replace(question, period=None), facts_at, weeks, parameters)
    return _several(definition, made) or _series(definition, last, weeks, made, where or {})


def _unfit(definition: Definition) -> tuple[Diagnostic, ...]:
    if definition.shape != "transition":
        return ()
    message = f"{definition.name} is one number for each stage, not one for each week"
    return (NO_DECIDING_DATE.at(None, message, remedy=f"ask for it by period: headway metrics show {definition.name}"),)


def _by_week(
    question: Question, facts: Facts, weeks: Sequence[Period], parameters: Parameters
) -> list[tuple[int, Estimate]]:
    asked = replace(question, by=("week",))
    places = {label_of("week", week.start): place for place, week in enumerate(weeks)}
    made = estimates(asked, facts, parameters)
    return [(places[e.members[0]], e) for e in made if e.members[0] in places]


def _at_week_ends(
    question: Question, facts_at: FactsAt, weeks: Sequence[Period], parameters: Parameters
) -> list[tuple[int, Estimate]]:
    made = list[tuple[int, Estimate]]()
    for place, week in enumerate(weeks):
        facts = facts_at(week.last_day)
        if facts.day >= week.start:
            made += [(place, e) for e in estimates(question, facts, parameters)]
    return made


def _several(definition: Definition, made: Sequence[tuple[int, Estimate]]) -> tuple[Diagnostic, ...]:
    currencies = sorted({e.currency or "unknown" for _, e in made if e.n})
    if len(currencies) < 2:
        return ()
    message = f"{definition.name} is in {' and '.join(currencies)}"
    return (CURRENCIES_APART.at(None, message, remedy="name the one to follow"),)


def _series(
    definition: Definition,
    facts: Facts,
    weeks: Sequence[Period],
    made: Sequence[tuple[int, Estimate]],
    where: Mapping[str, str],
) -> Series:
    values = _begun(definition, facts, weeks)
    for place, e in made:
        if e.n or not np.isfinite(values[place]):
            values[place] = np.nan if e.value is None else float(e.value)
    header = Header(
        definition.name,
        "actual",
        definition.unit,
        definition.adds_up,
        definition.label,
        facts.day,
        scope=", ".join(f"{name}={member}" for name, member in where.items()) or "company",
        currency=next((e.currency for _, e in made if e.currency), None),
        n=_n(definition, made),
    )
    return Series(header, (Axis("period", tuple(week.label for week in weeks)),), values)


def _n(definition: Definition, made: Sequence[tuple[int, Estimate]]) -> int:
    """Records behind all weeks together; the same deals stand behind every week's end, so there the last one counts."""
    if definition.adds_up == "stock" or definition.shape == "survival":
        return made[-1][1].n if made else 0
    return sum(e.n for _, e in made)


def _begun(definition: Definition, facts: Facts, weeks: Sequence[Period]) -> NDArray[np.float64]:
    """Nothing, which is 0 for what adds up over weeks that had begun, and not known for everything else."""
    additive = definition.adds_up == "flow"
    return np.array([0.0 if additive and week.start <= facts.day else np.nan for week in weeks])
