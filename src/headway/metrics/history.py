"""What a period of history shows about every driver of a plan, as it was known at the period's end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from headway.core.calendar import Period, months
from headway.core.definition import Definition
from headway.core.diagnostics import Diagnostic
from headway.core.errors import UserMistake
from headway.core.history import History, Rate
from headway.core.plan import Horizon
from headway.metrics.estimate import Estimate, amounts
from headway.metrics.eventual import win_curve
from headway.metrics.facts import Facts
from headway.metrics.measure import estimates, wrong_with
from headway.metrics.mistakes import CURRENCIES_APART, NOTHING_WON
from headway.metrics.outlook import expected_wins
from headway.metrics.question import Parameters, Question
from headway.statistics.survival import lag_kernel

CREATED, WIN_RATE = "opportunities_created", "win_rate.eventual"


def measured_history(
    definitions: Mapping[str, Definition],
    facts: Facts,
    period: Period,
    horizon: Horizon,
    currency: str | None,
    parameters: Parameters,
) -> History:
    """Every driver over the period; raises where nothing was won in it, or amounts are in several currencies.

    currency: the company's; where it declares none, that of the deals won.
    """

    def one(name: str) -> Estimate:
        return _only(definitions[name], _asked(Question(definitions[name], period), facts, parameters))

    curve = win_curve(facts, period, parameters)
    kernel = lag_kernel(curve) if curve else None
    if curve is None or kernel is None:
        message = f"no deal was won in {period}, as known on {facts.day}"
        raise UserMistake([NOTHING_WON.at(None, message, remedy="choose a longer history")])
    by_month = _asked(Question(definitions[CREATED], period, ("month",)), facts, parameters)
    created = {e.members[0]: int(e.value or 0) for e in by_month}
    rate, deal_size = one(WIN_RATE), one("deal_size.mean")
    open_deals = expected_wins(facts, curve, horizon.each)
    method = f"Aalen-Johansen on {rate.n:,} deals followed; {'; '.join(rate.notes)}"
    return History(
        period,
        period.last_day,
        horizon,
        currency or deal_size.currency,
        {m.label: created.get(m.label, 0) for m in months(period)},
        Rate(float(rate.value or 0), rate.low, rate.high, rate.n, method),
        tuple(float(share) for share in kernel),
        amounts(deal_size, one("deal_size.median")),
        amounts(one("opportunity_value.mean"), one("opportunity_value.median")),
        amounts(one("sales_cycle.won_mean"), one("sales_cycle.won_median")),
        open_deals.wins,
        open_deals.count,
    )


def _asked(question: Question, facts: Facts, parameters: Parameters) -> tuple[Estimate, ...]:
    found: tuple[Diagnostic, ...] = wrong_with(question, facts)
    if found:
        raise UserMistake(found)
    return estimates(question, facts, parameters)


def _only(definition: Definition, made: Sequence[Estimate]) -> Estimate:
    if len(made) == 1:
        return made[0]
    named = " and ".join(sorted(e.currency or "unknown" for e in made))
    remedy = "a plan is in one currency: load deals of one, or convert amounts before the import"
    raise UserMistake([CURRENCIES_APART.at(None, f"{definition.name} is in {named}", remedy=remedy)])
