"""Within billing and the books: what runs against what is invoiced for the same days, and that against revenue booked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TypeVar

from headway.core.calendar import Period, month
from headway.core.formatting import plural
from headway.core.reconciliation import ZERO, Difference, Evidence, Pair, Tolerances
from headway.metrics.reconciling.billing import Billing, Invoiced, Running
from headway.metrics.reconciling.ledger import Booked, closed_months
from headway.metrics.reconciling.money import FOUR

_MONTHS = Decimal(12)

_MONTH_APART = Decimal("0.12")
"""How far apart a part of a month by days and by months can be: 31 days are a ninth more than 28."""


def over(arr: Decimal, start: date, end: date) -> Decimal:
    """What so much a year comes to from a day until another: a twelfth for a month, parts of one by its days."""
    total, day = ZERO, start
    while day < end:
        whole = month(day)
        until = min(end, whole.end)
        total += arr / _MONTHS * (until - day).days / whole.days
        day = until
    return total.quantize(FOUR)


@dataclass(frozen=True)
class _Stretch:
    """Days over which nothing of a contract changes: what it is worth a year, what is invoiced, what is credited."""

    start: date
    end: date
    runs: bool
    worth: Decimal
    billed: Decimal
    credited: Decimal


def service_pair(
    billing: Billing, period: Period, tolerances: Tolerances, day: date, name: Callable[[str], str]
) -> Pair:
    """What subscriptions come to in a period against what invoices cover of it; both as revenue, months by months.

    Where subscriptions carry no amount, each is worth what is invoiced for it while it runs.
    """
    by_contract = all(line.contract for line in billing.invoiced)
    running = _held(_within(billing.running, period), by_contract)
    invoiced = _held(_within(billing.invoiced, period), by_contract)
    first = min((line.start for line in billing.invoiced), default=period.end)
    totals, made, back = [ZERO, ZERO], list[Difference](), list[Decimal]()
    for key in sorted({*running, *invoiced}):
        owner = (*invoiced[key], *running[key])[0].customer
        about = _About(
            owner, name(owner), key if by_contract else "", running[key], invoiced[key], tolerances, day, first
        )
        found = about.compared(_stretches(about.running, about.invoiced, period, billing.valued), period)
        totals = [totals[0] + found.worth, totals[1] + found.invoiced]
        made += found.differences
        back += [found.back] if found.back else []
    words = ["MRR x months against invoice lines spread over their service periods"]
    if not billing.valued:
        words.append("subscriptions carry no amount, so each is worth what is invoiced while it runs")
    if back:
        total = f"{sum(back, ZERO):,.2f}"
        many = plural(len(back), "contract was", "contracts were")
        words.append(f"{many} invoiced past the end and credited back: {total} in these days")
    return Pair(
        "service",
        "subscriptions, for the days they run",
        "invoices, for the days they cover",
        totals[0],
        totals[1],
        tuple(made),
        unit="currency",
        words="; ".join(words),
        n_left=sum(map(len, running.values())),
        n_right=sum(map(len, invoiced.values())),
    )


@dataclass(frozen=True)
class _Compared:
    """Both sides of one contract in a period, what they differ by, and what was invoiced past its end and credited back."""

    worth: Decimal
    invoiced: Decimal
    differences: tuple[Difference, ...]
    back: Decimal


@dataclass(frozen=True)
class _About:
    """One contract and what tells why its sides differ."""

    owner: str
    account: str
    contract: str
    running: Sequence[Running]
    invoiced: Sequence[Invoiced]
    tolerances: Tolerances
    day: date
    first: date

    def compared(self, stretches: Iterable[_Stretch], period: Period) -> _Compared:
        """What it differs by over the period, one for each class."""
        sums, days = defaultdict[str, Decimal](Decimal), dict[str, tuple[date, date]]()
        worth = invoiced = back = ZERO
        for s in stretches:
            own, billed, credited = (over(arr, s.start, s.end) for arr in (s.worth, s.billed, s.credited))
            worth, invoiced = worth + own, invoiced + billed + credited
            parts = self._running(s, own, billed, credited) if s.runs else self._ended(s, billed + credited)
            for kind, amount in parts:
                sums[kind] += amount
                days[kind] = (days.get(kind, (s.start, s.end))[0], s.end)
            back += -credited if not s.runs and s.billed else ZERO
        return _Compared(worth, invoiced, tuple(self._told(sums, days, period)), back)

    def _told(
        self, sums: Mapping[str, Decimal], days: Mapping[str, tuple[date, date]], period: Period
    ) -> Iterator[Difference]:
        """What is small in every class is rounding; the rest stands as it is."""
        small = {kind: amount for kind, amount in sums.items() if abs(amount) <= self.tolerances.amount}
        rest = {kind: amount for kind, amount in sums.items() if kind not in small}
        if rounding := sum(small.values(), ZERO):
            rest["rounding"] = rest.get("rounding", ZERO) + rounding
        for kind, amount in rest.items():
            first, last = days.get(kind, (period.start, period.end))
            words = f"{_WORDS[kind]} ({self.contract or 'all'}, {first} to {last - timedelta(days=1)})"
            yield Difference(self.account, kind, amount, words, self._evidence(first, last), self.owner)

    def _ended(self, s: _Stretch, net: Decimal) -> Iterator[tuple[str, Decimal]]:
        """Days on which nothing runs: what credit notes leave of what is invoiced for them."""
        left = sum((by_days(line, s.start, s.end) for line in self.invoiced), ZERO)
        yield "timing" if s.credited and abs(left) <= self.tolerances.amount else "unlogged_churn", net

    def _running(
        self, s: _Stretch, worth: Decimal, billed: Decimal, credited: Decimal
    ) -> Iterator[tuple[str, Decimal]]:
        if not s.billed and not s.credited:
            yield self._unbilled(s), -worth
            return
        yield "credit", credited
        yield self._amount(s), billed - worth

    def _unbilled(self, s: _Stretch) -> str:
        """Why days of a running contract are not invoiced."""
        if s.end <= self.first:
            return "scope"
        since = max((line.end for line in self.invoiced if line.end <= s.start), default=s.start)
        later = any(line.start >= s.start for line in self.invoiced)
        if not later and (self.day - since).days <= self.tolerances.days:
            return "timing"
        return "missing_invoice" if later or not self.invoiced else "unlogged_churn"

    def _amount(self, s: _Stretch) -> str:
        """What an amount other than the subscription's is: nothing to speak of, parts of months by days, or another."""
        if self.tolerances.alike(s.billed / _MONTHS, s.worth / _MONTHS):
            return "rounding"
        parts = sum((line.arr for line in self.invoiced if not line.whole and line.start <= s.start < line.end), ZERO)
        return "timing" if abs(s.billed - s.worth) <= abs(parts) * _MONTH_APART else "amount"

    def _evidence(self, first: date, last: date) -> tuple[Evidence, ...]:
        own = [
            Evidence("left", "subscription", f"{r.record} to {r.end or '...'}", r.start, r.arr)
            for r in self.running
            if r.start < last and (r.end is None or r.end >= first - timedelta(days=self.tolerances.days))
        ]
        lines = [
            Evidence("right", "invoice line", f"{i.record} to {i.end}", i.start, i.amount)
            for i in self.invoiced
            if i.start < last and i.end > first
        ]
        return (*own[-4:], *lines[-6:])


_WORDS = {
    "timing": "parts of months by days, or not invoiced yet",
    "scope": "before the first invoice that is loaded",
    "missing_invoice": "runs, and these days are on no invoice",
    "unlogged_churn": "ended on one side, and the other goes on",
    "credit": "credited while it runs on",
    "amount": "invoiced at another amount",
    "rounding": "within tolerance",
}


T = TypeVar("T", Running, Invoiced)


def _within(records: Iterable[T], period: Period) -> list[T]:
    return [one for one in records if one.start < period.end and (one.end is None or one.end > period.start)]


def _held(records: Iterable[T], by_contract: bool) -> defaultdict[str, list[T]]:
    held = defaultdict[str, list[T]](list)
    for one in records:
        held[one.contract if by_contract else one.customer].append(one)
    return held


def _stretches(
    running: Sequence[Running], invoiced: Sequence[Invoiced], period: Period, valued: bool
) -> Iterator[_Stretch]:
    """The period cut wherever something of a contract changes."""
    edges = {period.start, period.end}
    for one in (*running, *invoiced):
        edges |= {day for day in (one.start, one.end) if day and period.start < day < period.end}
    cuts = sorted(edges)
    for start, end in pairwise(cuts):
        own = [one for one in running if one.start <= start and (one.end is None or one.end > start)]
        lines = [one.arr for one in invoiced if one.start <= start < one.end]
        billed = sum((arr for arr in lines if arr > 0), ZERO)
        credited = sum((arr for arr in lines if arr < 0), ZERO)
        worth = sum((one.arr for one in own), ZERO) if valued else billed if own else ZERO
        runs = bool(own) and (worth > 0 or not valued)
        if worth or billed or credited:
            yield _Stretch(start, end, runs, worth, billed, credited)


def by_days(line: Invoiced, start: date, end: date) -> Decimal:
    """A line's part for some days, each day worth the same."""
    first, last = max(line.start, start), min(line.end, end)
    if last <= first:
        return ZERO
    return (line.amount * (last - first).days / (line.end - line.start).days).quantize(FOUR)


def booked_pair(
    billing: Billing, booked: Booked, period: Period, tolerances: Tolerances, name: Callable[[str], str]
) -> Pair | None:
    """What is invoiced (else what runs) for the months whose books are closed, against their recurring revenue."""
    span = closed_months(booked, period)
    if span is None:
        return None
    awaited, revenue = expected(billing, span), booked.by_customer(span)
    if set(revenue) == {""}:  # a ledger that names no customers ties as a whole
        awaited = {"": (sum((m for m, _ in awaited.values()), ZERO), sum((d for _, d in awaited.values()), ZERO))}
    made, totals = list[Difference](), [ZERO, ZERO]
    for customer in sorted({*awaited, *revenue}):
        (by_month, by_day), found = awaited.get(customer, (ZERO, ZERO)), revenue.get(customer, ZERO)
        totals[0] += by_month
        totals[1] += found
        label = name(customer) if customer else "(no customer named)"
        evidence = (
            Evidence(
                "left", "invoiced" if billing.invoiced else "runs", customer.rsplit(":", 1)[-1], span.start, by_month
            ),
            Evidence("right", "revenue", customer.rsplit(":", 1)[-1], span.last_day, found),
        )
        parts = booked_classes(by_month, by_day, found, tolerances, booked.stopped(customer, span))
        made += [Difference(label, kind, amount, words, evidence, customer) for kind, amount, words in parts if amount]
    left = "invoices, for the days they cover" if billing.invoiced else "subscriptions, for the days they run"
    return Pair(
        "books",
        left,
        "recurring revenue in the general ledger",
        totals[0],
        totals[1],
        tuple(made),
        unit="currency",
        words=f"{span.start} to {span.last_day}, the months whose books are closed",
        n_left=len(awaited),
        n_right=len(revenue),
    )


def expected(billing: Billing, span: Period) -> dict[str, tuple[Decimal, Decimal]]:
    """What each customer's invoices (without any, subscriptions) come to in a span, spread by months and by days."""
    sums = defaultdict[str, list[Decimal]](lambda: [ZERO, ZERO])
    for line in billing.invoiced:
        start, end = max(line.start, span.start), min(line.end, span.end)
        if start < end:
            sums[line.customer][0] += over(line.arr, start, end)
            sums[line.customer][1] += by_days(line, start, end)
    for one in () if billing.invoiced else billing.running:
        start, end = max(one.start, span.start), min(one.end or span.end, span.end)
        if start < end:
            sums[one.customer][0] += over(one.arr, start, end)
            sums[one.customer][1] += (one.arr * (end - start).days / 365).quantize(FOUR)
    return {customer: (by_month, by_day) for customer, (by_month, by_day) in sums.items()}


def booked_classes(
    by_month: Decimal, by_day: Decimal, found: Decimal, tolerances: Tolerances, stopped: bool
) -> list[tuple[str, Decimal, str]]:
    """What revenue and the figure it is held against differ by, in parts that add up: class, amount, words."""
    gap = found - by_month
    if tolerances.alike(found, by_month) and abs(found - by_month) <= abs(found - by_day):
        return [("rounding", gap, "within tolerance")]
    spread, rest = by_day - by_month, found - by_day
    made = [("timing", spread, "spread by days in the books, by months in MRR")]
    if tolerances.alike(found, by_day):
        return [*made, ("rounding", rest, "within tolerance")]
    if not by_month:
        return [("missing_invoice", gap, "revenue, and nothing is invoiced or runs")]
    if not found:
        ceased = ("unlogged_churn", gap, "revenue stopped while billing goes on")
        return [ceased if stopped else ("missing_revenue", gap, "no revenue in these months")]
    if stopped:
        return [*made, ("unlogged_churn", rest, "revenue stopped while billing goes on")]
    return [*made, ("amount", rest, "revenue differs")]
