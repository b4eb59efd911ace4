"""What happened: metrics measured on the facts as they were known on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial

from headway.core.answers import Measured
from headway.core.calendar import Period
from headway.core.definition import Definition
from headway.core.diagnostics import Diagnostic
from headway.core.errors import UserMistake, sound
from headway.core.explanation import Explanation
from headway.core.hygiene import Hygiene
from headway.core.rows import Rows, under_each_other
from headway.core.settings import Settings
from headway.metrics import Parameters, resolve
from headway.metrics import explain as explained
from headway.metrics import measure as measured
from headway.metrics.confidence import graded, once_asked
from headway.metrics.hygiene import check_rules, hygiene, shipped_rules
from headway.planning import BoundPlan
from headway.planning.answers import planned_in, sold_towards
from headway.project.documents import definitions
from headway.project.intent import chosen_plan
from headway.tables import Facts, Store
from headway.text import plan_names, read_connectors, read_rules


def parameters(settings: Settings, numbers: Mapping[str, Decimal] | None = None) -> Parameters:
    """What numbers need from outside the facts: targets, the start of history, the place for compiled queries."""
    compiled = settings.folder / ".headway" / "compiled"
    return Parameters(numbers or {}, settings.observed_from, None, settings.currency, compiled)


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
    named, span, store = (
        _named(settings, metric),
        settings.period(period),
        Store.of(settings),
    )
    against = _against(settings, named, as_of or store.last_load, plan)
    with store.days(against.plan.scope if against else None) as on:
        facts = on(as_of)
        given = replace(parameters(settings, remaining(settings, against, facts, span)), facts_at=on)
        known, load = once_asked(partial(checked, settings, facts)), store.last_load
        answers = {d.name: graded(measured(d, facts, span, by, where, given), d, facts, load, known) for d in named}
        wrong = {name: answer for name, answer in answers.items() if not isinstance(answer, Rows)}
        if len(wrong) == len(answers):  # of several variants, those that can be asked so are given
            raise UserMistake(tuple(dict.fromkeys(d for found in wrong.values() for d in found)))
        without = (f"without {name}: {found[0].message}" for name, found in wrong.items())
        told = under_each_other([a for a in answers.values() if isinstance(a, Rows)])
        return Measured(facts.day, told, (*without, *facts.notes))


def explain(
    settings: Settings,
    metric: str,
    period: str | None,
    where: Mapping[str, str],
    as_of: date | None,
    limit: int,
    plan: str | None = None,
) -> Explanation:
    """One metric taken apart; of a bare name, its first variant. With a plan, of the opportunities that it is about."""
    definition, span, store = (
        _named(settings, metric)[0],
        settings.period(period),
        Store.of(settings),
    )
    known = as_of or store.last_load
    against = _against(settings, (definition,), known, plan)
    followed = chosen_plan(settings, plan, known) if plan else against
    with store.days(followed.plan.scope if followed else None) as on:
        facts = on(as_of)
        given = replace(parameters(settings, remaining(settings, against, facts, span)), facts_at=on)
        told = explained(definition, facts, span, (), where, given, limit)
        if not isinstance(told, Explanation):
            raise UserMistake(told)
        return told


def checked(settings: Settings, facts: Facts) -> Hygiene:
    """What the hygiene rules, shipped and own, find on the facts."""
    rules = sound(read_rules(shipped_rules(), settings, check_rules))
    return hygiene(facts, settings, sound(read_connectors(settings.folder)), *rules)


def _named(settings: Settings, name: str) -> tuple[Definition, ...]:
    """The metric of that name, or the variants of a bare one."""
    found = resolve(name, definitions(settings))
    if isinstance(found, Diagnostic):
        raise UserMistake([found])
    return found


def _against(settings: Settings, asked: Sequence[Definition], day: date | None, name: str | None) -> BoundPlan | None:
    """The plan whose target some of these metrics are measured against, on a day; none, where none is or there is no plan."""
    needed = any(part.parameter == "remaining_target" for d in asked for part in d.parts)
    return chosen_plan(settings, name, day) if needed and plan_names(settings.folder) else None


def remaining(settings: Settings, bound: BoundPlan | None, facts: Facts, period: Period | None) -> dict[str, Decimal]:
    """What the plan's target still misses in the period (its whole one, if none is named), as known on the facts' day."""
    span, known = period or (bound.horizon if bound else None), definitions(settings)
    planned = planned_in(bound, span) if bound and span else None
    if bound is None or planned is None or (line := sold_towards(bound)) not in known:
        return {}
    won = measured(known[line], facts, span, (), {}, parameters(settings))
    missing = Decimal(repr(planned)) - (won.total("value") if isinstance(won, Rows) else 0)
    return {"remaining_target": max(missing, Decimal(0))}
