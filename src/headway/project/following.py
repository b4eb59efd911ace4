"""Are we on the way: the plan by week against what was known on a day."""

from __future__ import annotations

from datetime import date, timedelta

from headway.core.calendar import Period
from headway.core.definition import Definition
from headway.core.errors import UserMistake
from headway.core.review import Review
from headway.core.rows import Rows
from headway.core.series import Series
from headway.core.settings import Settings
from headway.metrics import measure
from headway.metrics import weekly as measured_weekly
from headway.metrics.estimate import Estimate
from headway.metrics.outlook import wins_of_deals_open_on
from headway.metrics.to_date import to_date
from headway.planning import ActualDrivers, BoundPlan, causes, evaluate, weekly, weeks_until
from headway.project.documents import read_definitions
from headway.project.intent import chosen_plan
from headway.project.measuring import parameters
from headway.project.mistakes import OUTSIDE_PLAN
from headway.tables import Facts, Store
from headway.tracking import Context, Evidence
from headway.tracking import review as reviewed

RATES = ("win_rate.eventual", "deal_size.mean", "sales_cycle.won_median")


def review(settings: Settings, as_of: date | None, name: str | None) -> Review:
    """The plan's review on a day; without one, the day of the latest load, or the plan's last day if that is earlier."""
    store = Store.open(settings.folder)
    bound = chosen_plan(settings, name, as_of)
    last = bound.horizon.last_day
    day = as_of or min(store.last_load or last, last)
    if not bound.horizon.start <= day <= last:
        remedy = f"choose an --as-of from {bound.horizon.start} to {last}, or another --plan"
        message = f"the plan '{bound.plan.name}' says nothing about {day}"
        raise UserMistake([OUTSIDE_PLAN.at(None, message, remedy=remedy)])
    with store.as_of(day) as facts:
        return _review(settings, bound, facts, day)


def _review(settings: Settings, bound: BoundPlan, facts: Facts, day: date) -> Review:
    definitions = read_definitions(settings)
    weeks = weeks_until(bound.horizon, day)
    plan = weekly(bound, evaluate(bound, bound.outputs), weeks)
    elapsed = [week for week in weeks if week.start <= day]
    actual, found = _actual(settings, definitions, facts, elapsed, plan)
    aim = bound.aim
    spent = float(actual[aim].values.sum()) if aim in actual else 0.0
    drivers = _drivers(settings, bound, facts, actual, found, elapsed)
    context = Context(
        bound.plan.name,
        day,
        weeks,
        aim,
        float(bound.plan.target.value) if bound.plan.target else None,
        bound.plan.target.at.label if bound.plan.target else "",
        bool(bound.plan.target and bound.plan.target.proposed),
        bound.plan.currency,
        {name: _evidence(e) for name, e in found.items()},
        causes(bound, aim, day, spent, drivers) if aim in actual else (),
        tuple(facts.notes),
    )
    return reviewed(plan, actual, context)


def _actual(
    settings: Settings,
    definitions: dict[str, Definition],
    facts: Facts,
    weeks: list[Period],
    plan: dict[str, Series],
) -> tuple[dict[str, Series], dict[str, Estimate]]:
    """Every planned metric that is measured: amounts by week, rates since the start of the plan."""
    given = parameters(settings)
    span = Period(weeks[0].start, weeks[-1].end, f"{weeks[0].start}..{weeks[-1].last_day}", "range")
    series: dict[str, Series] = {}
    found: dict[str, Estimate] = {}
    for name in (name for name in plan if name in definitions):
        if name in RATES:
            series[name], last = to_date(definitions[name], facts, span.start, weeks, given)
            found |= {name: last} if last else {}
            continue
        answer = measured_weekly(definitions[name], lambda _: facts, span, weeks, None, given)
        if not isinstance(answer, Series):
            raise UserMistake(answer)
        series[name] = answer
    return series, found


def _drivers(
    settings: Settings,
    bound: BoundPlan,
    facts: Facts,
    actual: dict[str, Series],
    found: dict[str, Estimate],
    weeks: list[Period],
) -> ActualDrivers:
    created = actual.get("opportunities_created")
    eve = bound.horizon.start - timedelta(days=1)
    return ActualDrivers(
        None if created is None else _by_month(settings, facts, weeks),
        wins_of_deals_open_on(facts, eve),
        _value(found.get("win_rate.eventual")),
        _value(found.get("deal_size.mean")),
    )


def _by_month(settings: Settings, facts: Facts, weeks: list[Period]) -> dict[str, float]:
    """Opportunities created in each month since the start of the plan."""
    span = Period(weeks[0].start, weeks[-1].end, "to date", "range")
    definition = read_definitions(settings)["opportunities_created"]
    answer = measure(definition, facts, span, ("month",), {}, parameters(settings))
    return {str(row["month"]): float(str(row["value"])) for row in answer} if isinstance(answer, Rows) else {}


def _value(found: Estimate | None) -> float | None:
    return None if found is None or found.value is None else float(found.value)


def _evidence(found: Estimate) -> Evidence:
    return Evidence(found.n, found.low, found.high, "; ".join(found.notes))
