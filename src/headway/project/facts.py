"""What happened: metrics measured on the facts as they were known on a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from headway.core.answers import Measured, Together
from headway.core.ask import Ask
from headway.core.calendar import Period
from headway.core.changes import PipelineChanges, PipelineScope
from headway.core.definition import Definition
from headway.core.errors import answered, sound, told
from headway.core.explanation import Explanation
from headway.core.holdings import Holdings
from headway.core.hygiene import Hygiene
from headway.core.policies import PolicyBridge
from headway.core.readiness import Readiness
from headway.core.reconciliation import Reconciliation
from headway.core.rows import Rows
from headway.core.settings import Settings
from headway.metrics import Parameters, another_policy, by_age, policy_bridge, resolve, shipped, side_by_side
from headway.metrics import catalogue as listed
from headway.metrics import changes as changed
from headway.metrics import explain as explained
from headway.metrics import hygiene as judging
from headway.metrics import measure as measured
from headway.metrics.confidence import graded, once_asked
from headway.metrics.readiness import readiness as ready
from headway.metrics.together import together as asked_together
from headway.planning import BoundPlan
from headway.planning.answers import planned_in, sold_towards
from headway.project.documents import chosen_plan, definitions
from headway.tables import Facts, Store
from headway.text import plan_names, read_connectors, read_rules, read_shipped


def parameters(
    settings: Settings, numbers: Mapping[str, Decimal] | None = None, on: Callable[[date | None], Facts] | None = None
) -> Parameters:
    """What numbers need from outside the facts: targets, the start of history, the place for compiled queries, other days."""
    compiled = settings.folder / ".headway" / "compiled"
    return Parameters(numbers or {}, settings.observed_from, None, settings.currency, compiled, facts_at=on)


@dataclass(frozen=True)
class ProjectFacts:
    """The facts of a project, as they were known on a day."""

    settings: Settings

    def catalogue(self) -> Rows:
        """The metrics there are."""
        return listed(definitions(self.settings))

    def measure(self, ask: Ask) -> Measured:
        """One metric, or the variants of a bare name under each other; of several, those that can be asked so."""
        own, span = self.settings, self.settings.period(ask.period)
        named, store = _named(own, ask.metric), Store.of(own)
        against = _against(own, named, ask.as_of or store.last_load, ask.plan)
        with store.days(against.plan.scope if against else None) as on:
            facts = on(ask.as_of)
            given = parameters(own, remaining(own, against, facts, span), on)
            known, load = _judged(own, facts, named, ask), store.last_load
            measure_one = partial(measured, facts=facts, period=span, by=ask.by, where=ask.where, parameters=given)
            answers = {d.name: graded(measure_one(d), d, facts, load, known) for d in named}
            return answered(side_by_side(answers, facts))

    def together(self, asks: Sequence[Ask], as_of: date | None, ahead: int = 0) -> Together:
        """Several metrics that need no plan, and the contracts due in the days ahead, from one opening of the facts."""
        own, store = self.settings, Store.of(self.settings)
        with store.days() as on:
            facts, given = on(as_of), parameters(own, on=on)
            grades = store.last_load, once_asked(partial(checked, own, facts))
            return asked_together(asks, definitions(own), facts, own, given, grades, ahead)

    def explain(self, ask: Ask) -> Explanation:
        """One metric taken apart; of a bare name, its first variant. With a plan, of the opportunities that it is about."""
        own, span = self.settings, self.settings.period(ask.period)
        definition, store = _named(own, ask.metric)[0], Store.of(own)
        known = ask.as_of or store.last_load
        against = _against(own, (definition,), known, ask.plan)
        followed = chosen_plan(own, ask.plan, known) if ask.plan else against
        with store.days(followed.plan.scope if followed else None) as on:
            facts = on(ask.as_of)
            given = parameters(own, remaining(own, against, facts, span), on)
            _judged(own, facts, (definition,), ask)
            return answered(explained(definition, facts, span, (), ask.where, given, ask.limit))

    def curve(self, ask: Ask) -> Measured:
        """A metric as a curve: the share of deals won by each age, productivity by month in role, forecasts by horizon."""
        definition, span = _named(self.settings, ask.metric)[0], self.settings.period(ask.period)
        with Store.of(self.settings).days() as on:
            facts = on(ask.as_of)
            made = answered(by_age(definition, facts, span, ask.by, ask.where, parameters(self.settings, on=on)))
            return Measured(facts.day, made, tuple(facts.notes))

    def policies(self, ask: Ask, said: Mapping[str, str]) -> PolicyBridge:
        """A metric under its own policy against the one said, or the one it is shipped with."""
        own, span = self.settings, self.settings.period(ask.period)
        mine = _named(own, ask.metric)[0]
        other = answered(another_policy(mine, said)) if said else read_shipped(shipped(), own).get(mine.name, mine)
        with Store.of(own).days() as on:
            return answered(policy_bridge(mine, other, on(ask.as_of), span, ask.where, parameters(own, on=on)))

    def changes(self, since: date, until: date | None, pipeline: PipelineScope) -> PipelineChanges:
        """What changed about the open pipeline between two days."""
        with Store.of(self.settings).days() as on:
            return sound(changed(on(since), on(until), pipeline, parameters(self.settings)))

    def readiness(self, as_of: date | None) -> Readiness:
        """Can the data support the numbers, as known on a day: every metric, graded, and what to mend first."""
        own, store = self.settings, Store.of(self.settings)
        with store.days() as on:
            facts, given = on(as_of), parameters(own, on=on)
            known = once_asked(partial(checked, own, facts))
            judging.lay_judgement(facts, known())
            return ready(definitions(own), facts, store.last_load, known, given)

    def reconcile(self, period: str | None, as_of: date | None) -> Reconciliation:
        """CRM, billing and the books held against each other in a period, as known on a day."""
        from headway.metrics.reconciling import reconcile

        own = self.settings
        with Store.of(own).as_of(as_of) as facts:
            return reconcile(facts, own.currency, own.reconciliation, own.period(period))

    def holdings(self, as_of: date | None, plan: str | None = None) -> Holdings:
        """What is loaded, how it was read, what is wrong with it; with a plan ("": the one meant), its coverage trusted."""
        own, store, known = self.settings, Store.of(self.settings), self.catalogue()
        connectors, rows = sound(read_connectors(own.folder)), (store.runs(), store.rejected())
        if store.is_empty and plan is None:
            return Holdings(None, "", *rows, connectors, (), known, own.currency)
        with store.as_of(as_of or store.last_load) as facts:
            made = checked(own, facts)
        if plan is not None and plan_names(own.folder):
            bound = chosen_plan(own, plan or None, made.as_of)
            with store.as_of(made.as_of, bound.plan.scope) as facts:
                made = judging.against_target(made, facts, bound.plan.name, remaining(own, bound, facts, None))
        return Holdings(made.as_of, made.run, *rows, connectors, made.found, known, own.currency, made.notes, made)


def checked(settings: Settings, facts: Facts) -> Hygiene:
    """What the hygiene rules, shipped and own, find on the facts."""
    rules = sound(read_rules(judging.shipped_rules(), settings, judging.check_rules))
    return judging.hygiene(facts, settings, sound(read_connectors(settings.folder)), *rules)


def _judged(settings: Settings, facts: Facts, asked: Sequence[Definition], ask: Ask) -> Callable[[], Hygiene]:
    """What hygiene finds, looked for once it is asked; its columns are laid where an answer reads them."""
    known = once_asked(partial(checked, settings, facts))
    if judging.asks_for_judgement(asked, ask):
        judging.lay_judgement(facts, known())
    return known


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
