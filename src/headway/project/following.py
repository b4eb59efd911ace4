"""Are we on the way: the plan by week against what was known on a day."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from functools import cache

from headway.core.errors import UserMistake
from headway.core.review import Review
from headway.core.settings import Settings
from headway.core.weekly import DayWeight
from headway.metrics import MeasuredJourney, measured_journey
from headway.metrics.estimate import Estimate
from headway.metrics.weekdays import day_weights
from headway.planning import ActualDrivers, BoundPlan, causes, evaluate, weekly, weeks_until
from headway.project.documents import period_of, read_definitions
from headway.project.intent import chosen_plan
from headway.project.measuring import parameters
from headway.project.mistakes import OUTSIDE_PLAN
from headway.tables import Facts, Store
from headway.tracking import Context, Evidence
from headway.tracking import review as reviewed

A_YEAR = 365
"""The days rates are followed over where a plan does not say which history its own were measured over."""


def review(settings: Settings, as_of: date | None, name: str | None) -> Review:
    """The plan's review on a day, or on that of the latest load if nothing later is known; without one, as late as can be."""
    store = Store.open(settings.folder)
    bound = chosen_plan(settings, name, as_of)
    last, known = bound.horizon.last_day, store.last_load or bound.horizon.last_day
    asked = as_of or min(known, last)
    day = min(asked, known) if bound.horizon.start <= asked <= last else asked
    if not bound.horizon.start <= day <= last:
        remedy = f"choose a day (as of) from {bound.horizon.start} to {last}, or another plan"
        message = f"the plan '{bound.plan.name}' says nothing about {day}"
        if day < asked:
            remedy, message = "import a newer export", f"{message}, and nothing later is loaded"
        raise UserMistake([OUTSIDE_PLAN.at(None, message, remedy=remedy)])
    stale = f"followed to {day}, the day of the latest load, not to {asked}: nothing later is known"
    with ExitStack() as opened:

        @cache
        def facts_at(on: date) -> Facts:
            return opened.enter_context(store.as_of(on))

        weeks = weeks_until(bound.horizon, day)
        history = period_of(settings, bound.plan.history or None)
        weight = day_weights(facts_at(day), history)
        plan = weekly(bound, evaluate(bound), weeks, weight)
        elapsed = [week for week in weeks if week.start <= day]
        given, definitions = parameters(settings), read_definitions(settings)
        window = history.days if history else A_YEAR
        found = measured_journey(definitions, tuple(plan), facts_at(day), facts_at, elapsed, window, given)
        facts = facts_at(day)
        series = {name: one.with_header(run=facts.provenance) for name, one in found.series.items()}
        notes = (stale, *facts.notes) if day < asked else facts.notes
        return reviewed(plan, series, _context(bound, day, found, notes, weight))


def _context(bound: BoundPlan, day: date, found: MeasuredJourney, notes: tuple[str, ...], weight: DayWeight) -> Context:
    target, aim = bound.plan.target, bound.aim
    drivers = ActualDrivers(found.created, found.won_from_open, found.rate("win_rate.eventual"), found.deal_size)
    measured = found.series.get(aim)
    return Context(
        bound.plan.name,
        day,
        weeks_until(bound.horizon, day),
        aim,
        float(target.value) if target else None,
        target.at.label if target else "",
        bool(target and target.proposed),
        bound.plan.currency,
        {name: _evidence(estimate) for name, estimate in {**found.rates, **found.partial}.items()},
        causes(bound, aim, day, float(measured.values.sum()), drivers, weight) if measured is not None else (),
        notes,
    )


def _evidence(found: Estimate) -> Evidence:
    return Evidence(found.n, found.low, found.high, "; ".join(found.notes), found.excluded)
