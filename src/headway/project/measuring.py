"""What happened: metrics measured on the facts as they were known on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial

from headway.core.answers import Measured
from headway.core.ask import Ask
from headway.core.calendar import Period
from headway.core.changes import PipelineChanges, PipelineScope
from headway.core.definition import Definition
from headway.core.errors import answered, sound, told
from headway.core.explanation import Explanation
from headway.core.hygiene import Hygiene
from headway.core.policies import PolicyBridge
from headway.core.readiness import Readiness
from headway.core.rows import Rows
from headway.core.settings import Settings
from headway.metrics import Parameters, another_policy, by_age, policy_bridge, resolve, shipped, side_by_side
from headway.metrics import changes as changed
from headway.metrics import explain as explained
from headway.metrics import measure as measured
from headway.metrics.confidence import graded, once_asked
from headway.metrics.hygiene import check_rules, hygiene, shipped_rules
from headway.metrics.readiness import readiness as ready
from headway.planning import BoundPlan
from headway.planning.answers import planned_in, sold_towards
from headway.project.documents import definitions
from headway.project.intent import chosen_plan
from headway.tables import Facts, Store
from headway.text import plan_names, read_connectors, read_rules, read_shipped


def parameters(settings: Settings, numbers: Mapping[str, Decimal] | None = None) -> Parameters:
    """What numbers need from outside the facts: targets, the start of history, the place for compiled queries."""
    compiled = settings.folder / ".headway" / "compiled"
    return Parameters(numbers or {}, settings.observed_from, None, settings.currency, compiled)


def measure(settings: Settings, ask: Ask) -> Measured:
    """One metric, or the variants of a bare name under each other; of several, those that can be asked so."""
    named, span, store = _named(settings, ask.metric), settings.period(ask.period), Store.of(settings)
    against = _against(settings, named, ask.as_of or store.last_load, ask.plan)
    with store.days(against.plan.scope if against else None) as on:
        facts = on(ask.as_of)
        given = replace(parameters(settings, remaining(settings, against, facts, span)), facts_at=on)
        known, load = once_asked(partial(checked, settings, facts)), store.last_load
        measure_one = partial(measured, facts=facts, period=span, by=ask.by, where=ask.where, parameters=given)
        answers = {d.name: graded(measure_one(d), d, facts, load, known) for d in named}
        return answered(side_by_side(answers, facts))


def explain(settings: Settings, ask: Ask) -> Explanation:
    """One metric taken apart; of a bare name, its first variant. With a plan, of the opportunities that it is about."""
    definition, span, store = _named(settings, ask.metric)[0], settings.period(ask.period), Store.of(settings)
    known = ask.as_of or store.last_load
    against = _against(settings, (definition,), known, ask.plan)
    followed = chosen_plan(settings, ask.plan, known) if ask.plan else against
    with store.days(followed.plan.scope if followed else None) as on:
        facts = on(ask.as_of)
        given = replace(parameters(settings, remaining(settings, against, facts, span)), facts_at=on)
        return answered(explained(definition, facts, span, (), ask.where, given, ask.limit))


def curve(settings: Settings, ask: Ask) -> Measured:
    """The share of deals won by each age."""
    definition, span = _named(settings, ask.metric)[0], settings.period(ask.period)
    with Store.of(settings).as_of(ask.as_of) as facts:
        made = answered(by_age(definition, facts, span, ask.by, ask.where, parameters(settings)))
        return Measured(facts.day, made, tuple(facts.notes))


def policies(settings: Settings, ask: Ask, said: Mapping[str, str]) -> PolicyBridge:
    """A metric under its own policy against the one said, or the one it is shipped with."""
    own, span, store = _named(settings, ask.metric)[0], settings.period(ask.period), Store.of(settings)
    other = answered(another_policy(own, said)) if said else read_shipped(shipped(), settings).get(own.name, own)
    with store.as_of(ask.as_of) as facts:
        return answered(policy_bridge(own, other, facts, span, ask.where, parameters(settings)))


def changes(settings: Settings, since: date, until: date | None, pipeline: PipelineScope) -> PipelineChanges:
    """What changed about the open pipeline between two days."""
    with Store.of(settings).days() as on:
        return sound(changed(on(since), on(until), pipeline, parameters(settings)))


def readiness(settings: Settings, as_of: date | None) -> Readiness:
    """Can the data support the numbers, as known on a day: every metric, graded, and what to mend first."""
    store = Store.of(settings)
    with store.days() as on:
        facts, given = on(as_of), replace(parameters(settings), facts_at=on)
        return ready(
            definitions(settings), facts, store.last_load, once_asked(partial(checked, settings, facts)), given
        )


def checked(settings: Settings, facts: Facts) -> Hygiene:
    """What the hygiene rules, shipped and own, find on the facts."""
    rules = sound(read_rules(shipped_rules(), settings, check_rules))
    return hygiene(facts, settings, sound(read_connectors(settings.folder)), *rules)


def _named(settings: Settings, name: str) -> tuple[Definition, ...]:
    """The metric of that name, or the variants of a bare one."""
    return told(resolve(name, definitions(settings)))


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
