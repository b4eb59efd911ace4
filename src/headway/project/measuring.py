"""What happened: metrics measured on the facts as they were known on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from headway.core.calendar import Period
from headway.core.definition import Definition
from headway.core.diagnostics import Diagnostic
from headway.core.errors import UserMistake
from headway.core.explanation import Explanation
from headway.core.rows import Rows, under_each_other
from headway.core.settings import Settings
from headway.metrics import Parameters, resolve
from headway.metrics import explain as explained
from headway.metrics import measure as measured
from headway.project.documents import period_of, read_definitions
from headway.project.intent import remaining_target
from headway.tables import Facts, Store


@dataclass(frozen=True)
class Measured:
    """A metric's rows, the day they are as of, and what a reader should know about the facts behind them."""

    as_of: date
    rows: Rows
    notes: tuple[str, ...]


def definitions_named(settings: Settings, name: str) -> tuple[Definition, ...]:
    """The metric of that name, or the variants of a bare one."""
    found = resolve(name, read_definitions(settings))
    if isinstance(found, Diagnostic):
        raise UserMistake([found])
    return found


def parameters(settings: Settings, numbers: Mapping[str, Decimal] | None = None) -> Parameters:
    """What numbers need from outside the facts: targets, the start of history, the place for compiled queries."""
    return Parameters(numbers or {}, settings.observed_from, None, settings.folder / ".headway" / "compiled")


def measure(
    settings: Settings,
    metric: str,
    period: str | None,
    by: Sequence[str],
    where: Mapping[str, str],
    as_of: date | None,
    plan: str | None,
) -> Measured:
    """One metric, or the variants of a bare name under each other."""
    definitions, span = definitions_named(settings, metric), period_of(settings, period)
    with Store.open(settings.folder).as_of(as_of) as facts:
        given = parameters(settings, remaining(settings, definitions, facts, span, plan))
        answers = [measured(d, facts, span, by, where, given) for d in definitions]
        wrong = [d for answer in answers if not isinstance(answer, Rows) for d in answer]
        if wrong:
            raise UserMistake(tuple(dict.fromkeys(wrong)))
        return Measured(facts.day, under_each_other([a for a in answers if isinstance(a, Rows)]), tuple(facts.notes))


def explain(
    settings: Settings, metric: str, period: str | None, where: Mapping[str, str], as_of: date | None, limit: int
) -> Explanation:
    """One metric taken apart; of a bare name, its first variant."""
    definition, span = definitions_named(settings, metric)[0], period_of(settings, period)
    with Store.open(settings.folder).as_of(as_of) as facts:
        given = parameters(settings, remaining(settings, (definition,), facts, span, None))
        told = explained(definition, facts, span, (), where, given, limit)
        if not isinstance(told, Explanation):
            raise UserMistake(told)
        return told


def remaining(
    settings: Settings, definitions: Sequence[Definition], facts: Facts, span: Period | None, plan: str | None
) -> dict[str, Decimal]:
    """What the plan's target still misses in the period, where a metric is measured against it."""
    asks = any(part.parameter == "remaining_target" for d in definitions for part in d.parts)
    if not asks:
        return {}
    missing = remaining_target(settings, facts, span, plan)
    return {} if missing is None else {"remaining_target": missing}
