"""Are we on the way: the plan by week against what was known on a day, and which of its bets fail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from headway.core.belief import Register
from headway.core.calendar import Period
from headway.core.review import Review
from headway.core.rows import Rows
from headway.core.settings import Settings
from headway.core.weekly import DayWeight
from headway.metrics import MeasuredJourney, measured_journey
from headway.metrics import measure as measured
from headway.metrics.weekdays import day_weights
from headway.planning import (
    ActualDrivers,
    BoundPlan,
    causes,
    effects,
    evaluate,
    openings,
    sensitivity,
    weekly,
    weeks_until,
)
from headway.project.documents import chosen_plan, definitions
from headway.project.facts import parameters
from headway.tables import Store
from headway.tracking import Context, Times, beliefs, day_to_follow, ordered, to_price, with_bets
from headway.tracking import review as reviewed

A_YEAR = 365
"""The days rates are followed over where a plan does not say which history its own were measured over."""


@dataclass(frozen=True)
class ProjectTracking:
    """A project's plan, held against what came."""

    settings: Settings

    def review(self, as_of: date | None, plan: str | None) -> Review:
        """The plan's review on a day, its failing bets named; without a day, as late as the facts tell of."""
        store, bound = Store.of(self.settings), chosen_plan(self.settings, plan, as_of)
        day, late = day_to_follow(bound.plan.name, bound.horizon, as_of, store.last_load)
        with store.days(bound.plan.scope) as facts_at:
            facts, history = facts_at(day), self.settings.period(bound.plan.history or None)
            weeks, weight = weeks_until(bound.horizon, day), day_weights(facts, history)
            planned = weekly(bound, evaluate(bound), weeks, weight)
            elapsed = [week for week in weeks if week.start <= day]
            given, window = parameters(self.settings), history.days if history else A_YEAR
            found = measured_journey(
                definitions(self.settings), tuple(planned), facts, facts_at, elapsed, window, given
            )
            series = {name: one.with_header(run=facts.provenance) for name, one in found.series.items()}
            review = reviewed(planned, series, _context(bound, day, found, (*late, *facts.notes), weight))
        return with_bets(review, self.register(as_of, plan))

    def register(self, as_of: date | None, plan: str | None) -> Register:
        """What a plan assumes against what was measured, as known on the day it is followed to."""
        store, bound = Store.of(self.settings), chosen_plan(self.settings, plan, as_of)
        day = day_to_follow(bound.plan.name, bound.horizon, as_of, store.last_load)[0]
        known = definitions(self.settings)
        history, given = self.settings.period(bound.plan.history or None), parameters(self.settings)
        with store.as_of(day, bound.plan.scope) as facts:

            def observe(metric: str, span: Period, by: Sequence[str]) -> Rows | None:
                found = measured(known[metric], facts, span, by, {}, given) if metric in known else None
                return found if isinstance(found, Rows) else None

            times = Times(bound.months, day, history.days if history else A_YEAR)
            found = beliefs(bound.plan, times, observe)
            risk, prices = sensitivity(bound), effects(bound, to_price(found))
            about = (bound.plan.name, day, bound.plan.currency)
            return Register(*about, ordered(found, prices, risk), facts.provenance, risk, prices)


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
