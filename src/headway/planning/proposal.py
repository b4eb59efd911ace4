"""A plan made from history: every assumption a measured rate, with its period, its n, its interval and its method."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from headway.core.calendar import FiscalCalendar, Period, add_months, month, months
from headway.core.diagnostics import Diagnostic
from headway.core.errors import UserMistake
from headway.core.formatting import day, exact_money, interval, percent, plural
from headway.core.history import Amounts, History
from headway.core.plan import Assumption, Estimate, Horizon, ModelText, Plan, Target
from headway.core.quantity import Quantity
from headway.core.reading import UNREADABLE_OPTION
from headway.planning import mistakes
from headway.planning.binding import bind
from headway.planning.bound import USUAL_TARGET
from headway.planning.evaluation import by_month, evaluate, reached

SMALL = 30
"""Below this many cases an assumption says so in its evidence."""


def propose(
    evidence: History, model: ModelText, name: str = "baseline", target: Target | None = None, why: str = ""
) -> Plan:
    """A plan that goes on as the history went. Its target is what its rates yield, unless one is given."""
    problems = tuple(_too_thin(evidence))
    if problems:
        raise UserMistake(problems)
    assumptions = {a.name: a for a in _assumptions(evidence)}
    reason = why or f"what the rates of {evidence.period} yield, if nothing changes"
    plan = Plan(
        name,
        reason,
        evidence.horizon,
        model.name,
        assumptions,
        target,
        evidence.currency,
        history=evidence.period.label,
        as_of=evidence.as_of,
    )
    return plan if target is not None else replace(plan, target=_yielded(plan, model))


def left_after(past: Period, whole: Period) -> Horizon:
    """What is left of a year after the history, in whole months."""
    first = month(max(past.end, whole.start))
    left = months(Period(first.start, whole.end, whole.label, "range")) if first.start < whole.end else ()
    if not left:
        remedy = "choose a later --year, or a history that ends earlier"
        message = f"nothing of {whole} is left to plan after the history {past}"
        raise UserMistake([UNREADABLE_OPTION.at(None, message, remedy=remedy)])
    return Horizon(first, len(left))


def usual_plan(fiscal: FiscalCalendar, day: date) -> tuple[str, str]:
    """The history and the year to plan with, where data ends on a day: the twelve whole months before, and the year
    that has at least a quarter left."""
    next_month = month(day + timedelta(days=1)).start
    past = f"{month(add_months(next_month, -12))}..{month(add_months(next_month, -1))}"
    number = next(n for n in range(day.year - 1, day.year + 3) if fiscal.year(n).end >= add_months(next_month, 3))
    return past, str(number) if fiscal.first_month == 1 else fiscal.year(number).label


def aimed_at(plan: Plan, amount: str) -> Plan:
    """The plan with an amount to commit to, as the user wrote it, in place of what its rates yield."""
    read = Quantity.parse(amount)
    if read is None or plan.target is None:
        remedy = "write it like 3.2m, 3200000, or 3.2m EUR"
        raise UserMistake([UNREADABLE_OPTION.at(None, f"'{amount}' is not an amount", remedy=remedy)])
    target = replace(plan.target, value=read.value, currency=read.currency or plan.currency, proposed=False)
    return replace(plan, target=target)


def _yielded(plan: Plan, model: ModelText) -> Target:
    """What the plan's own assumptions come to by its last month, to the cent."""
    bound, found = bind(plan, model)
    if bound is None:
        raise UserMistake(found)
    monthly = by_month(evaluate(bound, [USUAL_TARGET])[USUAL_TARGET])
    value = Decimal(repr(float(reached(bound, USUAL_TARGET, monthly))))
    return Target(USUAL_TARGET, bound.months[-1], _cents(value), plan.currency, proposed=True)


def _too_thin(evidence: History) -> Iterator[Diagnostic]:
    remedy = "choose a longer --history"
    if not sum(evidence.created.values()):
        message = f"no opportunity was created in {evidence.period}, so there is no volume to plan with"
        yield mistakes.HISTORY_TOO_THIN.at(None, message, remedy=remedy)
    if not evidence.deal_size.n:
        message = f"no deal with an amount was won in {evidence.period}, so there is no deal size to plan with"
        yield mistakes.HISTORY_TOO_THIN.at(None, message, remedy=remedy)
    if not evidence.win_rate.n or not sum(evidence.close_lag) > 0:
        message = f"no deal was followed to a win in {evidence.period}, so there is no win rate to plan with"
        yield mistakes.HISTORY_TOO_THIN.at(None, message, remedy=remedy)


def _assumptions(evidence: History) -> Iterator[Assumption]:
    yield _created(evidence)
    if evidence.created_value.n:
        yield _mean(
            "opportunity_value",
            "currency/opportunity",
            "opportunities created",
            evidence.created_value,
            evidence,
        )
    yield _win_rate(evidence)
    yield _close_lag(evidence)
    yield _mean("deal_size.mean", "currency/deal", "won deals", evidence.deal_size, evidence)
    yield _won_from_open(evidence)
    if evidence.cycle.n:
        yield _cycle(evidence)


def _created(evidence: History) -> Assumption:
    counted, lasting = sum(evidence.created.values()), len(evidence.created)
    monthly = [Decimal(count) for count in evidence.created.values()]
    mean = Decimal(counted) / lasting
    low, high = min(monthly), max(monthly)
    told = (
        f"{counted:,} created in {evidence.period}, {plural(lasting, 'month')}: {_cents(mean)} a month; "
        f"the least {low:,}, the most {high:,} in a month"
    )
    estimate = Estimate(_cents(mean))
    return _assumption("opportunities_created", "opportunity/month", {(): estimate}, told, counted)


def _win_rate(evidence: History) -> Assumption:
    rate = evidence.win_rate
    known = rate.low is not None and rate.high is not None
    ends = f", P10 to P90 {interval(rate.low, rate.high)}" if known else ""
    told = f"{rate.method}, {evidence.period}: {percent(rate.value)}{ends}"
    estimate = _estimate(rate.value, rate.low, rate.high)
    return _assumption("win_rate.eventual", "deal/opportunity", {(): estimate}, told, rate.n)


def _close_lag(evidence: History) -> Assumption:
    shares = _whole_shares(evidence.close_lag)
    told = f"months from creation to win, {evidence.lag_method}, {evidence.period}; entry spread evenly over its month"
    values = {(str(lag),): Estimate(share) for lag, share in enumerate(shares)}
    return _assumption("close_lag", "share", values, told, evidence.win_rate.n, ("lag",))


def _mean(name: str, unit: str, what: str, amounts: Amounts, evidence: History) -> Assumption:
    median = exact_money(amounts.median, evidence.currency)
    told = f"mean of {amounts.n:,} {what}, {evidence.period}; median {median}"
    if amounts.low is not None and amounts.high is not None:
        told += "; P10 to P90 of the mean, normal interval"
    estimate = _estimate(amounts.mean, amounts.low, amounts.high)
    return _assumption(name, unit, {(): estimate}, told, amounts.n)


def _won_from_open(evidence: History) -> Assumption:
    ahead = [one.label for one in evidence.horizon.each]
    expected = [*evidence.won_from_open, *(0.0 for _ in ahead)][: len(ahead)]
    values = {(label,): Estimate(_figure(wins)) for label, wins in zip(ahead, expected, strict=True)}
    told = f"{plural(evidence.open_deals, 'deal')} open on {day(evidence.as_of)}: {evidence.open_method}"
    return _assumption("won_from_open", "deal", values, told, evidence.open_deals, ("month",))


def _cycle(evidence: History) -> Assumption:
    told = f"median of {evidence.cycle.n:,} won deals, created to won, {evidence.period}; mean {evidence.cycle.mean:.1f} days"
    estimate = Estimate(_figure(evidence.cycle.median))
    return _assumption("sales_cycle.won_median", "day", {(): estimate}, told, evidence.cycle.n)


def _assumption(
    name: str, unit: str, values: Mapping[tuple[str, ...], Estimate], evidence: str, n: int, by: tuple[str, ...] = ()
) -> Assumption:
    told = evidence if n >= SMALL else f"{evidence}; only n = {n}: take it with care"
    return Assumption(name, unit, values, by, "history", told, n)


def _estimate(value: float, low: float | None, high: float | None) -> Estimate:
    """A value with its range, where there is one that holds it."""
    if low is None or high is None or not low <= value <= high:
        return Estimate(_figure(value))
    return Estimate(_figure(value), _figure(low), _figure(high))


def _figure(value: float) -> Decimal:
    """At least six significant digits: short enough to read, long enough to be checked by hand."""
    exact = Decimal(repr(float(value)))
    if not exact:
        return Decimal(0)
    places = max(2, 5 - exact.adjusted())
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP).normalize() + Decimal(0)


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _whole_shares(shares: Sequence[float]) -> list[Decimal]:
    """Shares to six places that still add up to what they did; empty months at the end fall away."""
    last = max(i for i, share in enumerate(shares) if share > 0)
    kept = [Decimal(repr(float(share))) for share in shares[: last + 1]]
    whole = min(Decimal(1), sum(kept, Decimal(0)).quantize(Decimal("0.000001"), rounding=ROUND_HALF_UP))
    rounded = [share.quantize(Decimal("0.000001"), rounding=ROUND_HALF_UP) for share in kept]
    largest = max(range(len(rounded)), key=lambda i: rounded[i])
    rounded[largest] += whole - sum(rounded, Decimal(0))
    return rounded
