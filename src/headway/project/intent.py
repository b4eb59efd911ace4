"""What must be true: a plan with its bridge, what it needs by month, the gap in words; and its numbers explained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from headway.core.calendar import Period
from headway.core.errors import UserMistake
from headway.core.explanation import Explanation
from headway.core.rows import Rows
from headway.core.settings import Settings
from headway.planning import BoundPlan, bridge, gap_words, required
from headway.planning.answers import assumed_in_words, assumption_rows, month_rows, planned_in, taken_apart
from headway.project.documents import bound_plan, period_of, plan_names, read_definitions
from headway.project.mistakes import NO_PLAN

if TYPE_CHECKING:
    from headway.tables import Facts

MONTHLY = ("opportunities_created", "pipeline_created", "won_deals", "won_value", "new_arr", "arr")


@dataclass(frozen=True)
class PlanAnswer:
    """A plan as it is shown: each value assumed, the assumptions as people read them, tables by title, sentences."""

    plan: str
    as_of: date | None
    assumptions: Rows
    in_words: Rows
    tables: tuple[tuple[str, Rows], ...]
    words: tuple[str, ...]
    files: tuple[str, ...] = ()


def show(settings: Settings, name: str | None) -> PlanAnswer:
    """A plan with everything that follows from it."""
    bound = chosen_plan(settings, name, None)
    needed = required(bound)
    lines = tuple(dict.fromkeys((*MONTHLY, bound.aim)))
    tables = [("Plan by month", month_rows(bound, lines)), ("Bridge", bridge(bound))]
    tables += [("Required opportunities", needed.rows)] if len(needed.rows) else []
    gap = gap_words(bound)
    words = (*gap, *(one for one in needed.words if not any(said.endswith(one) for said in gap)))
    in_words = assumed_in_words(bound)
    return PlanAnswer(bound.plan.name, bound.plan.as_of, assumption_rows(bound), in_words, tuple(tables), words)


def explain(settings: Settings, metric: str, period: str | None, name: str | None) -> Explanation:
    """A planned number down to its assumptions."""
    return taken_apart(chosen_plan(settings, name, None), metric, period_of(settings, period))


def chosen_plan(settings: Settings, name: str | None, day: date | None) -> BoundPlan:
    """The plan of that name; without one, the only one, or of those that cover the day the one that starts last."""
    names = (name,) if name else plan_names(settings.folder)
    if not names:
        remedy = "propose one: headway plan propose --history 2026-01..2026-06 --year 2026"
        raise UserMistake([NO_PLAN.at(None, "there is no plan in this project yet", remedy=remedy)])
    if len(names) == 1:
        return bound_plan(settings, names[0])
    plans = [bound_plan(settings, one) for one in names]
    covering = [one for one in plans if day is None or one.horizon.holds(day)] or plans
    return max(covering, key=lambda one: (one.horizon.start, one.plan.name))


def remaining_target(settings: Settings, facts: Facts, period: Period | None, name: str | None) -> Decimal | None:
    """What the target still misses in a period (the plan's whole one, if none is named), as known on the facts' day."""
    from headway.metrics import Parameters, measure

    if not plan_names(settings.folder):
        return None
    bound = chosen_plan(settings, name, facts.day)
    span = period or bound.horizon
    planned, definitions = planned_in(bound, span), read_definitions(settings)
    if planned is None or bound.aim not in definitions:
        return None
    answer = measure(definitions[bound.aim], facts, span, (), {}, Parameters())
    won = answer.column("value") if isinstance(answer, Rows) else ()
    return Decimal(repr(planned)) - sum((Decimal(str(value or 0)) for value in won), Decimal(0))
