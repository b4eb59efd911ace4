"""What the books say: recurring revenue by customer and month, up to the last closed one."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from headway.core.calendar import Period, month
from headway.core.reconciliation import ZERO
from headway.metrics.facts import Facts
from headway.metrics.reconciling.money import Exchange

_REVENUE = re.compile(r"\b(revenue|income|sales|turnover)\b", re.IGNORECASE)
_ONCE = re.compile(
    r"\b(services|professional|one[- ]?(off|time)|set-?up|implementation|training|consult\w*|interest|other)\b",
    re.IGNORECASE,
)
_COST = re.compile(r"\b(costs?|expenses?|cogs)\b", re.IGNORECASE)

_LINES = (
    "SELECT l.date, l.kind, concat_ws(' ', l.account_name, l.account_code), l.amount, l.currency, "
    "coalesce(c.key, l.customer_id, l.customer, '') FROM ledger_line l "
    "LEFT JOIN tie_link k ON k.a_thing = 'ledger_line' AND k.a_id = l.id AND k.b_thing = 'customer' "
    "LEFT JOIN customer c ON c.id = k.b_id WHERE l.date IS NOT NULL AND l.amount IS NOT NULL"
)


@dataclass(frozen=True)
class Booked:
    """Recurring revenue by customer and month, the months the books are closed for, and revenue that does not recur."""

    amounts: Mapping[tuple[str, date], Decimal]
    span: Period | None
    once: Mapping[date, Decimal]
    notes: tuple[str, ...] = ()

    def by_customer(self, period: Period) -> dict[str, Decimal]:
        """What each customer's revenue comes to in a period."""
        sums = defaultdict[str, Decimal](Decimal)
        for (customer, day), amount in self.amounts.items():
            if period.holds(day):
                sums[customer] += amount
        return dict(sums)

    def stopped(self, customer: str, period: Period) -> bool:
        """Whether there was revenue before the last month of a period and none in it."""
        days = self._days.get(customer, [])
        before = days[: bisect_left(days, period.end)]
        return bool(before) and before[-1] < month(period.last_day).start

    @cached_property
    def _days(self) -> Mapping[str, list[date]]:
        """The days each customer has revenue on, in order."""
        held = defaultdict[str, list[date]](list)
        for customer, day in sorted(at for at, amount in self.amounts.items() if amount):
            held[customer].append(day)
        return held


def closed_months(booked: Booked, period: Period) -> Period | None:
    """The whole months of a period whose books are closed; None where there are none."""
    span = period.clip(booked.span) if booked.span else None
    if span is None:
        return None
    start = span.start if span.start.day == 1 else month(span.start).end
    end = span.end if span.end.day == 1 else month(span.end).start
    return Period(start, end, span.label, "range") if start < end else None


def ledger(facts: Facts, exchange: Exchange) -> Booked:
    """The ledger's revenue as known on the day of the facts."""
    sums, once = defaultdict[tuple[str, date], Decimal](Decimal), defaultdict[date, Decimal](Decimal)
    unknown, days = 0, list[date]()
    for day, kind, account, amount, currency, customer in facts.run(_LINES):
        if (
            not isinstance(day, date)
            or not isinstance(amount, Decimal)
            or not _is_revenue(str(kind or ""), str(account))
        ):
            continue
        worth = exchange.base(amount, str(currency) if currency else None)
        if worth is None:
            unknown += 1
            continue
        days.append(day)
        if _ONCE.search(str(account)):
            once[day] += worth
        else:
            sums[str(customer), day] += worth
    span = Period(month(min(days)).start, month(max(days)).end, "", "range") if days else None
    notes = (f"{unknown:,} ledger lines are in a currency without a rate and are left out",) if unknown else ()
    return Booked(sums, span, once, notes)


def _is_revenue(kind: str, account: str) -> bool:
    if _REVENUE.search(kind):
        return True
    return not kind and bool(_REVENUE.search(account)) and not _COST.search(account)


def once_in(booked: Booked, period: Period) -> Decimal:
    """Revenue of a period that does not recur."""
    return sum((amount for day, amount in booked.once.items() if period.holds(day)), ZERO)
