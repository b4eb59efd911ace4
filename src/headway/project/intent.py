"""What must be true: the plan that is meant, shown, and its numbers taken apart."""

from __future__ import annotations

from datetime import date

from headway.core.answers import PlanAnswer
from headway.core.explanation import Explanation
from headway.core.settings import Settings
from headway.planning import BoundPlan, newest_covering
from headway.planning.answers import shown, taken_apart
from headway.project.documents import bound_plan
from headway.text import plans_asked_for


def show(settings: Settings, name: str | None) -> PlanAnswer:
    """A plan with everything that follows from it."""
    return shown(chosen_plan(settings, name, None))


def explain(settings: Settings, metric: str, period: str | None, name: str | None) -> Explanation:
    """A planned number down to its assumptions."""
    from headway.metrics.weekdays import day_weights_known

    bound, over = chosen_plan(settings, name, None), settings.period(period)
    day, history = (over or bound.horizon).last_day, settings.period(bound.plan.history or None)
    return taken_apart(bound, metric, over, lambda: day_weights_known(settings.folder, day, history))


def chosen_plan(settings: Settings, name: str | None, day: date | None) -> BoundPlan:
    """The plan of that name; without one, the only one, or of those that cover the day the one that starts last."""
    names = plans_asked_for(settings.folder, name)
    return newest_covering([bound_plan(settings, one) for one in names], day)
