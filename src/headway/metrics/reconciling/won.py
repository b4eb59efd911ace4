"""CRM won against what billing added: every difference of every company, in a class, adding up exactly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from headway.core.calendar import Period
from headway.core.reconciliation import ZERO, Difference, Evidence, Pair
from headway.metrics.reconciling.billing import Step
from headway.metrics.reconciling.crm import Crm, Deal, Renewing
from headway.metrics.reconciling.matching import Likeness, Match, matched

T = TypeVar("T")

UP = ("new", "expansion", "reactivation")
"""Billing's steps that a won deal can stand behind."""

_LEAD = timedelta(days=120)
"""How long before a term ends its renewal may be won."""


@dataclass(frozen=True)
class Sides:
    """Both systems' records and how they are compared, up to the day of the facts."""

    crm: Crm
    steps: Sequence[Step]
    likeness: Likeness
    of: Callable[[str], str]
    name: Callable[[str], str]
    waiting: frozenset[str]
    day: date


@dataclass(frozen=True)
class _Company:
    """One company: its matches, and what tells why one side stands alone."""

    key: str
    name: str
    matches: tuple[Match, ...]
    renewals: tuple[Renewing, ...]
    steps: tuple[Step, ...]


def won_pair(sides: Sides, period: Period) -> Pair:
    """Won new business and expansion against what billing added, in a period."""
    companies = tuple(_companies(sides))
    inside = [m for c in companies for m in c.matches]
    deals = [d for m in inside for d in m.deals if period.holds(d.day)]
    steps = [s for m in inside for s in m.steps if period.holds(s.day)]
    differences = [d for company in companies for d in _of_company(company, sides, period)]
    return Pair(
        "won",
        "CRM won",
        "billing ARR added",
        sum((d.amount for d in deals), ZERO),
        sum((s.amount for s in steps), ZERO),
        tuple(differences),
        words="new business and expansion won in the period, and new, expanded and reactivated ARR in billing",
        n_left=len(deals),
        n_right=len(steps),
    )


def _companies(sides: Sides) -> Iterator[_Company]:
    """Each company with all its records of all time matched, so that no period's edge decides what belongs together."""
    deals = _grouped(sides.crm.deals, lambda deal: sides.of(deal.account))
    steps = _grouped(sides.steps, lambda step: sides.of(step.customer))
    renewals = _grouped(sides.crm.renewals, lambda renewal: sides.of(renewal.account))
    for group in sorted({*deals, *steps}):
        up = [step for step in steps[group] if step.kind in UP]
        made = matched(deals[group], up, sides.likeness)
        yield _Company(group, sides.name(group), tuple(made), tuple(renewals[group]), tuple(steps[group]))


def _grouped(records: Iterable[T], company: Callable[[T], str]) -> Mapping[str, list[T]]:
    held = defaultdict[str, list[T]](list)
    for record in records:
        held[company(record)].append(record)
    return held


def _of_company(company: _Company, sides: Sides, period: Period) -> Iterator[Difference]:
    for match in company.matches:
        won = sum((deal.amount for deal in match.deals if period.holds(deal.day)), ZERO)
        added = sum((step.amount for step in match.steps if period.holds(step.day)), ZERO)
        if not match.steps or not match.deals:
            if added != won:
                kind, words = _alone(match, company, sides)
                yield Difference(company.name, kind, added - won, words, _evidence(match), company.key)
            continue
        landed = match.landed is not None and period.holds(match.landed)
        value = match.added - match.won if landed else ZERO
        if timing := added - won - value:
            yield Difference(company.name, "timing", timing, _apart(match), _evidence(match), company.key)
        if value:
            kind, words = _value(match, sides)
            yield Difference(company.name, kind, value, words, _evidence(match), company.key)


def _value(match: Match, sides: Sides) -> tuple[str, str]:
    """Why the same sale has two amounts."""
    if len(match.deals) == 1 == len(match.steps):
        deal, step = match.deals[0], match.steps[0]
        kind = sides.likeness.same(deal, step)
        words = {
            "rounding": "within tolerance",
            "currency": f"{deal.own_amount:,.2f} {deal.own_currency or ''} won, "
            f"{step.own_amount or ZERO:,.2f} {step.own_currency or ''} billed",
            "discount": "the deal is what it would be without the discount",
            "scope": f"the deal is the whole of {step.months} months, or one month, not a year",
        }
        if kind:
            return kind, words[kind]
    elif sides.likeness.tolerances.alike(match.won, match.added):
        return "rounding", "within tolerance"
    return "amount", f"won {match.won:,.2f}, billed {match.added:,.2f} a year"


def _alone(match: Match, company: _Company, sides: Sides) -> tuple[str, str]:
    """Why a deal, or a step, has nothing on the other side."""
    return _deal_alone(match.deals[0], company, sides) if match.deals else _step_alone(match.steps[0], company, sides)


def _deal_alone(deal: Deal, company: _Company, sides: Sides) -> tuple[str, str]:
    tolerances = sides.likeness.tolerances
    if deal.one_off:
        return "scope", "one-off work, by the words of the deal"
    ran = _level(company.steps, deal.day)
    if ran and tolerances.alike(ran, deal.amount):
        return "scope", "a renewal counted as new: so much already ran"
    if (sides.day - deal.day).days <= tolerances.days:
        return "timing", f"won {(sides.day - deal.day).days} days before {sides.day}: it may still be billed"
    if deal.account in sides.waiting:
        return "unlinked", "its account may be a customer that waits to be confirmed"
    up = [(step.day, step.amount) for step in company.steps if step.kind in UP]
    if later := _same_later(up, deal.day, deal.amount, sides):
        return "missing_subscription", f"nothing within {tolerances.days} days; the same amount was billed on {later}"
    return "missing_subscription", "won, and no subscription began or grew"


def _step_alone(step: Step, company: _Company, sides: Sides) -> tuple[str, str]:
    if step.cause == "discount":
        return "discount", "a discount ended"
    won = [renewal.day for renewal in company.renewals if renewal.status == "won" and renewal.day]
    renewed = any(step.day - _LEAD <= day <= step.day + _LEAD / 4 for day in won)
    if step.kind == "expansion" and (step.renews or renewed):
        return "scope", "grew as a term was renewed: kept business, no new deal"
    if step.kind == "expansion" and step.cause == "price":
        return "scope", "a price rise"
    began = sides.crm.began
    if began is None or step.day < began:
        return "scope", f"before the CRM's first won deal{f' of {began}' if began else ''}"
    if step.customer in sides.waiting:
        return "unlinked", "the customer may be an account that waits to be confirmed"
    return "missing_deal", "billed, and no deal was won"


def _level(steps: Sequence[Step], day: date) -> Decimal:
    """What ran on the eve of a day."""
    return sum((step.amount for step in steps if step.day < day), ZERO)


def _same_later(found: Iterable[tuple[date, Decimal]], day: date, amount: Decimal, sides: Sides) -> date | None:
    return next((d for d, a in sorted(found) if d > day and sides.likeness.tolerances.alike(a, amount)), None)


def _apart(match: Match) -> str:
    first, last = min(deal.day for deal in match.deals), max(step.day for step in match.steps)
    return f"won {first}, billed from {last}: {abs((last - first).days)} days apart, across the period's edge"


def _evidence(match: Match) -> tuple[Evidence, ...]:
    deals = [Evidence("left", "deal", d.record, d.day, d.amount, d.own_amount, d.own_currency) for d in match.deals]
    steps = [
        Evidence("right", s.kind, s.customer.rsplit(":", 1)[-1], s.day, s.amount, s.own_amount, s.own_currency)
        for s in match.steps
    ]
    return (*deals, *steps)
