"""ARR at the end of the last month whose books are closed against that month's revenue times twelve."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from headway.core.calendar import Period, month
from headway.core.reconciliation import ZERO, Difference, Evidence, Pair, Tolerances
from headway.metrics.reconciling.billing import Billing
from headway.metrics.reconciling.ledger import Booked, closed_months
from headway.metrics.reconciling.service import booked_classes, expected, over

_TWELVE = 12


def run_rate_pair(
    billing: Billing, booked: Booked, period: Period, tolerances: Tolerances, name: Callable[[str], str]
) -> Pair | None:
    """What runs a year at the end of a month against the revenue of it, annualised."""
    span = closed_months(booked, period)
    if span is None:
        return None
    last = month(span.last_day)
    arr, awaited = billing.arr(last.last_day), expected(billing, last)
    running, revenue = _running(billing, last), booked.by_customer(last)
    credited = _credited(billing, last, running)
    if set(revenue) == {""}:  # a ledger that names no customers ties as a whole
        arr, running, credited = ({"": sum(one.values(), ZERO)} for one in (arr, running, credited))
        awaited = {"": (sum((m for m, _ in awaited.values()), ZERO), sum((d for _, d in awaited.values()), ZERO))}
    made = list[Difference]()
    for customer in sorted({*arr, *awaited, *running, *revenue}):
        level, found = arr.get(customer, ZERO), revenue.get(customer, ZERO)
        (by_month, by_day) = awaited.get(customer, (ZERO, ZERO))
        runs = running.get(customer, ZERO) if billing.valued else by_month - credited.get(customer, ZERO)
        months = [
            ("credit", credited.get(customer, ZERO), "credit notes"),
            _unlike(runs, by_month - credited.get(customer, ZERO), tolerances),
            *booked_classes(by_month, by_day, found, tolerances, booked.stopped(customer, last)),
        ]
        moved = ("timing", runs * _TWELVE - level, "began, changed or ended within the month")
        parts = [moved, *((kind, amount * _TWELVE, words) for kind, amount, words in months)]
        record = customer.rsplit(":", 1)[-1]
        records = (
            Evidence("left", "ARR", record, last.last_day, level),
            Evidence("right", f"revenue of {last} x 12", record, last.last_day, found * _TWELVE),
        )
        label = name(customer) if customer else "(no customer named)"
        made += [
            Difference(label, kind, amount, words, records, customer)
            for kind, amount, words in _summed(parts)
            if amount
        ]
    total = sum(revenue.values(), ZERO) * _TWELVE
    words = f"{last}, the last month of the period whose books are closed"
    sides = ("billing ARR", "recurring revenue in the general ledger x 12", sum(arr.values(), ZERO), total)
    return Pair("run rate", *sides, tuple(made), words=words, n_left=len(arr), n_right=len(revenue))


def _running(billing: Billing, span: Period) -> dict[str, Decimal]:
    """What each customer's subscriptions come to in a month, where they carry amounts."""
    sums = defaultdict[str, Decimal](Decimal)
    for one in billing.running if billing.valued else ():
        start, end = max(one.start, span.start), min(one.end or span.end, span.end)
        if start < end:
            sums[one.customer] += over(one.arr, start, end)
    return dict(sums)


def _credited(billing: Billing, span: Period, running: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """What credit notes take back, in a month, of what each customer's subscriptions come to."""
    sums = defaultdict[str, Decimal](Decimal)
    for line in billing.invoiced:
        start, end = max(line.start, span.start), min(line.end, span.end)
        if line.arr < 0 and start < end and (running.get(line.customer) or not billing.valued):
            sums[line.customer] += over(line.arr, start, end)
    return dict(sums)


def _unlike(running: Decimal, invoiced: Decimal, tolerances: Tolerances) -> tuple[str, Decimal, str]:
    """Why what is invoiced for a month is not what runs in it."""
    gap = invoiced - running
    if tolerances.alike(running, invoiced):
        return "rounding", gap, "within tolerance"
    if not invoiced:
        return "missing_invoice", gap, "runs, and is not invoiced"
    if not running:
        return "unlogged_churn", gap, "ended, and is invoiced"
    return "amount", gap, "invoiced at another amount"


def _summed(parts: list[tuple[str, Decimal, str]]) -> Iterator[tuple[str, Decimal, str]]:
    """The parts of each class together."""
    sums, words = defaultdict[str, Decimal](Decimal), dict[str, list[str]]()
    for kind, amount, why in parts:
        if amount:
            sums[kind] += amount
            words.setdefault(kind, []).append(why)
    return ((kind, amount, "; ".join(words[kind])) for kind, amount in sums.items())
