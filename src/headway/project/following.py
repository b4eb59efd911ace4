"""Are we on the way: the plan by week against what was known on a day."""

from __future__ import annotations

from datetime import date

from headway.core.review import Review
from headway.core.settings import Settings
from headway.core.weekly import DayWeight
from headway.metrics import MeasuredJourney, measured_journey
from headway.metrics.weekdays import day_weights
from headway.planning import ActualDrivers, BoundPlan, causes, evaluate, openings, weekly, weeks_until
from headway.project.documents import definitions
from headway.project.intent import chosen_plan
from headway.project.measuring import parameters
from headway.tables import Store
from headway.tracking import Context, day_to_follow
from headway.tracking import review as reviewed

A_YEAR = 365
"""The days rates are followed over where a plan does not say which history its own were measured over."""


def review(settings: Settings, as_of: date | None, name: str | None) -> Review:
    """The plan's review on a day, or on that of the latest load if nothing later is known; without one, as late as can be."""
    store, bound = Store.of(settings), chosen_plan(settings, name, as_of)
    day, late = day_to_follow(bound.plan.name, bound.horizon, as_of, store.last_load)
    with store.days(bound.plan.scope) as facts_at:
        facts, history = facts_at(day), settings.period(bound.plan.history or None)
        weeks, weight = weeks_until(bound.horizon, day), day_weights(facts, history)
        plan = weekly(bound, evaluate(bound), weeks, weight)
        elapsed = [week for week in weeks if week.start <= day]
        given, window = parameters(settings), history.days if history else A_YEAR
        found = measured_journey(definitions(settings), tuple(plan), facts, facts_at, elapsed, window, given)
        series = {name: one.with_header(run=facts.provenance) for name, one in found.series.items()}
        return reviewed(plan, series, _context(bound, day, found, (*late, *facts.notes), weight))


def _context(bound: BoundPlan, day: date, found: MeasuredJourney, notes: tuple[str, ...], weight: DayWeight) -> Context:
    target, aim = bound.plan.target, bound.aim
    rate, reached = found.rate("win_rate.eventual"), found.to_date(aim)
    drivers = ActualDrivers(
        found.created, found.won_from_open, rate, found.deal_size, found.opening_arr, found.contract_term, found.base
    )
    return Context(
        bound.plan.name,
        day,
        weeks_until(bound.horizon, day),
        aim,
        float(target.value) if target else None,
        target.at.label if target else "",
        bool(target and target.proposed),
        bound.plan.currency,
        found.evidence,
        causes(bound, aim, day, reached, drivers, weight) if reached is not None else (),
        notes,
        openings(bound),
    )
