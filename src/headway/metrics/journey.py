"""The measured side of a plan: amounts week by week, rates over a trailing window, and what became of its drivers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
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
from headway.metrics.recurring.billed import is_billed
from headway.metrics.trailing import trailing
from headway.metrics.weekly import weekly


@dataclass(frozen=True)
class MeasuredJourney:
    """Each metric by week, the estimates behind the rates, and by month: what was created, and the wins of deals that
    were open when the plan began. `partial` are the amounts whose deals are not all of known worth. `base` are the
    movements of recurring revenue by month, `opening_arr` what ran on the eve of the first week."""

    series: Mapping[str, Series]
    rates: Mapping[str, Estimate]
    created: Mapping[str, float]
    won_from_open: Mapping[str, float]
    partial: Mapping[str, Estimate]
    base: Mapping[str, Mapping[str, float]] = field(default_factory=dict[str, Mapping[str, float]])
    opening_arr: float | None = None

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
        return self._quotient("won_value", "won_deals")

    @property
    def contract_term(self) -> float | None:
        """What was won since the start of the plan for each unit of ARR that began, in years."""
        return self._quotient("won_value", "new_arr")

    def to_date(self, name: str) -> float | None:
        """What a metric has come to: a flow added up, a stock as it stands; None where it is not known."""
        if name not in self.series:
            return None
        values = self.series[name].values
        known = values[np.isfinite(values)]
        if not known.size:
            return None
        return float(known[-1] if self.series[name].header.adds_up == "stock" else known.sum())

    def _quotient(self, above: str, below: str) -> float | None:
        top, bottom = self.to_date(above), self.to_date(below)
        return top / bottom if top is not None and bottom else None


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
    moved = {
        name: {e.members[0]: float(e.value or 0) for e in made}
        for name in series
        if definitions[name].shape == "movements" and definitions[name].adds_up == "flow"
        if (made := _in_one(Question(definitions[name], span, ("month",)), facts, parameters))
    }
    opening = _opening_arr(definitions, facts, start, parameters) if moved else None
    return MeasuredJourney(series, rates, created, from_open, partial, moved, opening)


def _opening_arr(
    definitions: Mapping[str, Definition], facts: Facts, start: date, parameters: Parameters
) -> float | None:
    """The recurring revenue that ran on the day before, as known on the facts' day."""
    eve = Period(start - timedelta(days=1), start, str(start - timedelta(days=1)), "day")
    made = _in_one(Question(definitions["arr"], eve), facts, parameters)
    return float(made[0].value) if made and made[0].value is not None else None


def _in_one(question: Question, facts: Facts, parameters: Parameters) -> tuple[Estimate, ...]:
    """The estimates of a question, where they are all in one currency."""
    made = estimates(question, facts, parameters)
    return made if len({e.currency for e in made}) < 2 else ()


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
