"""What a period of history shows about every driver of a plan, as it was known at the period's end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from headway.core.calendar import Period, months
from headway.core.definition import Definition
from headway.core.diagnostics import Diagnostic
from headway.core.errors import UserMistake
from headway.metrics.estimate import Estimate
from headway.metrics.eventual import win_curve
from headway.metrics.facts import Facts
from headway.metrics.measure import estimates
from headway.metrics.mistakes import CURRENCIES_APART, NOTHING_WON
from headway.metrics.outlook import OpenDeals, expected_wins
from headway.metrics.question import Parameters, Question, check
from headway.statistics.survival import lag_kernel

CREATED, WIN_RATE = "opportunities_created", "win_rate.eventual"


@dataclass(frozen=True)
class MeasuredHistory:
    """The drivers as measured: opportunities by month, the win rate, the lag from creation to win by month, amounts
    and days (mean and median), and what the deals still open at the end are expected to bring."""

    created: Mapping[str, int]
    win_rate: Estimate
    close_lag: tuple[float, ...]
    deal_size: tuple[Estimate, Estimate]
    opportunity_value: tuple[Estimate, Estimate]
    cycle: tuple[Estimate, Estimate]
    open_deals: OpenDeals


def measured_history(
    definitions: Mapping[str, Definition],
    facts: Facts,
    period: Period,
    ahead: Sequence[Period],
    parameters: Parameters,
) -> MeasuredHistory:
    """Every driver over the period; raises where nothing was won in it, or amounts are in several currencies."""

    def one(name: str) -> Estimate:
        return _only(definitions[name], _asked(Question(definitions[name], period), facts, parameters))

    curve = win_curve(facts, period, parameters)
    kernel = lag_kernel(curve) if curve else None
    if curve is None or kernel is None:
        message = f"no deal was won in {period}, as known on {facts.day}"
        raise UserMistake([NOTHING_WON.at(None, message, remedy="choose a longer history")])
    by_month = _asked(Question(definitions[CREATED], period, ("month",)), facts, parameters)
    created = {e.members[0]: int(e.value or 0) for e in by_month}
    return MeasuredHistory(
        {m.label: created.get(m.label, 0) for m in months(period)},
        one(WIN_RATE),
        tuple(float(share) for share in kernel),
        (one("deal_size.mean"), one("deal_size.median")),
        (one("opportunity_value.mean"), one("opportunity_value.median")),
        (one("sales_cycle.won_mean"), one("sales_cycle.won_median")),
        expected_wins(facts, curve, ahead),
    )


def _asked(question: Question, facts: Facts, parameters: Parameters) -> tuple[Estimate, ...]:
    found: tuple[Diagnostic, ...] = check(question, facts)
    if found:
        raise UserMistake(found)
    return estimates(question, facts, parameters)


def _only(definition: Definition, made: Sequence[Estimate]) -> Estimate:
    if len(made) == 1:
        return made[0]
    named = " and ".join(sorted(e.currency or "unknown" for e in made))
    remedy = "a plan is in one currency: load deals of one, or convert amounts before the import"
    raise UserMistake([CURRENCIES_APART.at(None, f"{definition.name} is in {named}", remedy=remedy)])
