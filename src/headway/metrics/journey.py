"""The measured side of a plan: amounts week by week, rates over a trailing window, and what became of its drivers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from headway.core.calendar import Period
from headway.core.definition import Definition
from headway.core.errors import UserMistake
from headway.core.review import Evidence
from headway.core.series import Series
from headway.metrics.estimate import Estimate
from headway.metrics.facts import Facts
from headway.metrics.measure import estimates
from headway.metrics.mistakes import MISSING_COLUMN
from headway.metrics.outlook import wins_of_deals_open_on
from headway.metrics.question import Parameters, Question
from headway.metrics.recurring.spans import is_billed
from headway.metrics.trailing import trailing
from headway.metrics.weekly import weekly


@dataclass(frozen=True)
class MeasuredJourney:
    """Each metric by week, the estimates behind the rates, and by month: what was created, and the wins of deals that
    were open when the plan began. `partial` are the amounts whose deals are not all of known worth."""

    series: Mapping[str, Series]
    rates: Mapping[str, Estimate]
    created: Mapping[str, float]
    won_from_open: Mapping[str, float]
    partial: Mapping[str, Estimate]

    def rate(self, name: str) -> float | None:
        """A rate over the trailing window, where it is known."""
        found = self.rates.get(name)
        return None if found is None or found.value is None else float(found.value)

    @property
    def evidence(self) -> dict[str, Evidence]:
        """What rates rest on, and amounts that are not all known."""
        return {name: found.evidence for name, found in {**self.rates, **self.partial}.items()}

    @property
    def deal_size(self) -> float | None:
        """What a deal won since the start of the plan is worth on average."""
        if "won_deals" not in self.series or "won_value" not in self.series:
            return None
        deals, value = (float(np.nansum(self.series[name].values)) for name in ("won_deals", "won_value"))
        return value / deals if deals else None


def measured_journey(
    definitions: Mapping[str, Definition],
    names: Sequence[str],
    facts: Facts,
    facts_at: Callable[[date], Facts],
    weeks: Sequence[Period],
    window: int,
    parameters: Parameters,
) -> MeasuredJourney:
    """The metrics named, from the first week to the last: flows and rates as known on the facts' day, stocks on each.

    window: the days that rates are measured over, up to each week's end.
    """
    start = weeks[0].start
    span = Period(start, weeks[-1].end, f"{start}..{weeks[-1].last_day}", "range")
    series: dict[str, Series] = {}
    rates: dict[str, Estimate] = {}
    partial: dict[str, Estimate] = {}
    for definition in (definitions[name] for name in names if name in definitions):
        if definition.shape == "movements" and not is_billed(facts):
            continue
        if definition.adds_up == "ratio":
            series[definition.name], last = trailing(definition, facts, window, weeks, parameters)
            rates |= {definition.name: last} if last else {}
        else:
            made = _amounts(definition, facts, facts_at, span, weeks, parameters)
            if made is None:
                continue
            series[definition.name] = made
            partial |= _of_unknown_worth(definition, facts, span, parameters)
    asked = Question(definitions["opportunities_created"], span, ("month",))
    created = {e.members[0]: float(e.value or 0) for e in estimates(asked, facts, parameters)}
    from_open = wins_of_deals_open_on(facts, start - timedelta(days=1))
    return MeasuredJourney(series, rates, created, from_open, partial)


def _of_unknown_worth(
    definition: Definition, facts: Facts, span: Period, parameters: Parameters
) -> dict[str, Estimate]:
    """The amount over all weeks, where deals that belong to it had to be left out."""
    made = estimates(Question(definition, span), facts, parameters) if definition.shape == "sum" else ()
    return {definition.name: made[0]} if len(made) == 1 and made[0].excluded else {}


def _amounts(
    definition: Definition,
    facts: Facts,
    facts_at: Callable[[date], Facts],
    span: Period,
    weeks: Sequence[Period],
    parameters: Parameters,
) -> Series | None:
    """The metric by week; None where nothing that was loaded tells of it."""

    def as_known(on: date) -> Facts:
        return facts_at(on) if definition.adds_up == "stock" else facts

    answer = weekly(definition, as_known, span, weeks, None, parameters)
    if isinstance(answer, Series):
        return answer
    if all(one.mistake is MISSING_COLUMN for one in answer):
        return None
    raise UserMistake(answer)
