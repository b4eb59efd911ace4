"""Several metrics of one day, answered from one opening of the facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from headway.core.answers import Measured, Together
from headway.core.ask import Ask
from headway.core.definition import Definition
from headway.core.diagnostics import Diagnostic
from headway.core.errors import UserMistake, answered, told
from headway.core.hygiene import Hygiene
from headway.core.settings import Settings
from headway.metrics.confidence import graded
from headway.metrics.facts import Facts
from headway.metrics.library import resolve
from headway.metrics.measure import measure, side_by_side
from headway.metrics.question import Parameters
from headway.metrics.recurring.customers import dimensions
from headway.metrics.recurring.due import contracts_due


def together(
    asks: Sequence[Ask],
    known: Mapping[str, Definition],
    facts: Facts,
    settings: Settings,
    parameters: Parameters,
    grades: tuple[date | None, Callable[[], Hygiene]],
    ahead: int,
) -> Together:
    """Each question answered, or told what stands in its way; with the contracts due in so many days ahead."""

    def one(ask: Ask) -> Measured | tuple[Diagnostic, ...]:
        try:
            named, span = told(resolve(ask.metric, known)), settings.period(ask.period)
            found = {d.name: measure(d, facts, span, ask.by, ask.where, parameters) for d in named}
            return answered(side_by_side({d.name: graded(found[d.name], d, facts, *grades) for d in named}, facts))
        except UserMistake as mistake:
            return mistake.diagnostics

    due = contracts_due(known["arr"], facts, parameters, ahead)
    return Together(facts.day, tuple(map(one, asks)), dimensions(facts), due, tuple(facts.notes), facts.provenance)
