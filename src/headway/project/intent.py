"""What must be true: the plans in a project's text, proposed, shown, tried otherwise, changed, taken apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from headway.core.answers import PlanAnswer
from headway.core.diagnostics import Diagnostic
from headway.core.errors import UserMistake, sound
from headway.core.explanation import Explanation
from headway.core.history import WHOLE, Breakdown
from headway.core.reading import UNREADABLE_OPTION
from headway.core.revision import Change, Revision
from headway.core.settings import Settings
from headway.core.sheet import Sheet
from headway.planning import MODELS, NO_JUDGEMENT, Judgement, aimed_at, left_after, sheet
from headway.planning import propose as proposed
from headway.planning.answers import shown, taken_apart
from headway.project.documents import bind, chosen_plan, definitions
from headway.text import read_model, revise, save, write_plan

MODEL = "saas"


@dataclass(frozen=True)
class ProjectIntent:
    """The plans of a project."""

    settings: Settings

    def show(self, name: str | None) -> PlanAnswer:
        """A plan with its assumptions, months, bridge, required opportunities, and the gap in words."""
        return shown(chosen_plan(self.settings, name, None))

    def explain(self, metric: str, period: str | None, plan: str | None) -> Explanation:
        """A planned number down to its assumptions."""
        from headway.metrics.weekdays import day_weights_known

        own = self.settings
        bound, over = chosen_plan(own, plan, None), own.period(period)
        day, history = (over or bound.horizon).last_day, own.period(bound.plan.history or None)
        return taken_apart(bound, metric, over, lambda: day_weights_known(own.folder, day, history))

    def trial(self, plan: str | None) -> Callable[[Mapping[str, Decimal]], Sheet | tuple[Diagnostic, ...]]:
        """A plan read once, to be laid out with some of its values tried otherwise, again and again."""
        return partial(sheet, chosen_plan(self.settings, plan, None), self.settings.fiscal)

    def revise(self, plan: str, change: Change, seen: str | None = None, write: bool = True) -> Revision:
        """A plan's assumption changed in its text, if the file still is as seen and the plan stays sound."""
        bound = partial(bind, self.settings, plan)
        return revise(self.settings, plan, change, lambda texts: bound(texts)[1], seen, write=write)

    def propose(
        self,
        history: str,
        year: str,
        target: str | None,
        name: str | None,
        replacing: bool,
        asked: Breakdown = WHOLE,
        judgement: Judgement = NO_JUDGEMENT,
    ) -> PlanAnswer:
        """Measure the history as it was known at its end, propose a plan for the rest of the year, write it as text."""
        from headway.metrics import measured_drivers, measured_history
        from headway.project.facts import parameters
        from headway.tables import Store

        own = self.settings
        past, whole = own.period(history), own.period(year)
        if past is None or whole is None:
            raise UserMistake([UNREADABLE_OPTION.at(None, "a plan needs --history and --year")])
        horizon, given = left_after(past, whole), parameters(own)
        with Store.of(own).as_of(past.last_day, asked.scope) as facts:
            known = definitions(own)
            evidence = measured_history(known, facts, past, horizon, own.currency, given)
            found = measured_drivers(known, facts, past, given, asked.by)
            evidence = replace(evidence, members=found.members, measured=found.measured, volume=found.volume)
        model = sound(read_model(MODELS / f"{MODEL}.yaml"))
        plan = proposed(evidence, model, name or f"{whole.label.lower()}-from-{horizon.start}", judgement=judgement)
        plan = replace(plan, scope=asked.scope)
        if target is not None:
            plan = aimed_at(plan, target)
        files = save(own.folder / "plans" / plan.name, write_plan(plan), replace=replacing)
        return replace(self.show(plan.name), files=tuple(f"plans/{plan.name}/{file}" for file in files))
