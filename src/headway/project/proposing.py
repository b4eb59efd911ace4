"""A plan from history's own rates: what the metrics measured in the past becomes what the plan assumes."""

from __future__ import annotations

from dataclasses import replace

from headway.core.calendar import Period, add_months, month, months
from headway.core.errors import UserMistake
from headway.core.plan import Horizon, Plan, Target
from headway.core.quantity import Quantity
from headway.core.reading import UNREADABLE_OPTION
from headway.core.settings import Settings
from headway.metrics import measured_history
from headway.metrics.estimate import Estimate
from headway.planning import Amounts, History, Rate
from headway.planning import propose as proposed
from headway.project.documents import period_of, read_definitions, shipped_model
from headway.project.intent import PlanAnswer, show
from headway.project.measuring import parameters
from headway.tables import Facts, Store
from headway.text import save, write_plan

MODEL = "saas"


def propose(
    settings: Settings, history: str, year: str, target: str | None, name: str | None, replacing: bool
) -> PlanAnswer:
    """Measure the history as it was known at its end, propose a plan for the rest of the year, write it as text."""
    past, whole = period_of(settings, history), period_of(settings, year)
    if past is None or whole is None:
        raise UserMistake([UNREADABLE_OPTION.at(None, "a plan needs --history and --year")])
    horizon = _horizon(past, whole)
    with Store.open(settings.folder).as_of(past.last_day) as facts:
        evidence = _evidence(settings, facts, past, horizon)
    plan = proposed(evidence, shipped_model(MODEL), name or f"{whole.label.lower()}-from-{horizon.start}")
    if target is not None:
        plan = replace(plan, target=_target(target, plan))
    files = save(settings.folder / "plans" / plan.name, write_plan(plan), replace=replacing)
    return replace(show(settings, plan.name), files=tuple(f"plans/{plan.name}/{file}" for file in files))


def _horizon(past: Period, whole: Period) -> Horizon:
    """What is left of the year after the history, in whole months."""
    first = month(max(past.end, whole.start))
    left = months(Period(first.start, whole.end, whole.label, "range")) if first.start < whole.end else ()
    if not left:
        remedy = "choose a later --year, or a history that ends earlier"
        message = f"nothing of {whole} is left to plan after the history {past}"
        raise UserMistake([UNREADABLE_OPTION.at(None, message, remedy=remedy)])
    return Horizon(first, len(left))


def _evidence(settings: Settings, facts: Facts, past: Period, horizon: Horizon) -> History:
    ahead = [month(add_months(horizon.start.start, i)) for i in range(horizon.months)]
    found = measured_history(read_definitions(settings), facts, past, ahead, parameters(settings))
    rate = found.win_rate
    method = f"Aalen-Johansen on {rate.n:,} deals followed; {'; '.join(rate.notes)}"
    return History(
        past,
        past.last_day,
        horizon,
        settings.currency or found.deal_size[0].currency,
        found.created,
        Rate(float(rate.value or 0), rate.low, rate.high, rate.n, method),
        found.close_lag,
        _amounts(*found.deal_size),
        _amounts(*found.opportunity_value),
        _amounts(*found.cycle),
        found.open_deals.wins,
        found.open_deals.count,
    )


def _amounts(mean: Estimate, median: Estimate) -> Amounts:
    return Amounts(float(mean.value or 0), float(median.value or 0), mean.low, mean.high, mean.n)


def _target(text: str, plan: Plan) -> Target:
    amount = Quantity.parse(text)
    if amount is None or plan.target is None:
        remedy = "write it like 3.2m, 3200000, or 3.2m EUR"
        raise UserMistake([UNREADABLE_OPTION.at(None, f"'{text}' is not an amount", remedy=remedy)])
    return replace(plan.target, value=amount.value, currency=amount.currency or plan.currency, proposed=False)
