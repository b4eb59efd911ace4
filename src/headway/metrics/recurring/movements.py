"""The ledger: from what runs when to movements that add up, to the cent, for every customer and every day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from headway.core.calendar import month

Kind = Literal["new", "expansion", "contraction", "churn", "reactivation"]
Holder = tuple[str, str | None]
"""A customer, and the currency where each is kept by itself."""

ZERO = Decimal(0)


@dataclass(frozen=True)
class Span:
    """Recurring revenue that runs from one day until another, which is not part of it; no end: it runs on.

    What it is for (`plan`), how many, at which price and discount, is known where items are; the `contract` it stands
    under, with its current term, where subscriptions are. A term's end is no part of it either.
    """

    customer: str
    currency: str | None
    start: date
    end: date | None
    arr: Decimal
    source_id: str = ""
    plan: str = ""
    quantity: Decimal | None = None
    price: Decimal | None = None
    discount: Decimal | None = None
    contract: str = ""
    term_start: date | None = None
    term_end: date | None = None


@dataclass(frozen=True)
class Movement:
    """A step of one customer's ARR on one day: its kind, its signed amount, and its cause where it can be told."""

    customer: str
    currency: str | None
    day: date
    kind: Kind
    amount: Decimal
    cause: str = ""


def movements(
    spans: Iterable[Span], until: date, gap_days: int = 0, step: Literal["day", "month"] = "day"
) -> list[Movement]:
    """Every movement up to a day, in order. They add up to what runs on that day, for each customer and in all."""
    held: dict[Holder, list[Span]] = defaultdict(list)
    for span in spans:
        if span.start <= until and (span.end is None or span.end > span.start):
            held[span.customer, span.currency].append(span)
    made = [m for holder, own in held.items() for m in _of_one(holder, own, until, gap_days, step)]
    return sorted(made, key=lambda m: (m.day, m.customer, m.currency or ""))


def levels(ledger: Iterable[Movement], day: date) -> dict[Holder, Decimal]:
    """What each customer's movements up to the end of a day add up to."""
    found: dict[Holder, Decimal] = defaultdict(Decimal)
    for movement in ledger:
        if movement.day <= day:
            found[movement.customer, movement.currency] += movement.amount
    return found


def _of_one(
    holder: Holder, spans: Sequence[Span], until: date, gap_days: int, step: Literal["day", "month"]
) -> list[Movement]:
    changes: dict[date, Decimal] = defaultdict(Decimal)
    for span in spans:
        changes[_settled(span.start, until, step)] += span.arr
        if span.end is not None and span.end <= until:
            changes[_settled(span.end, until, step)] -= span.arr
    days = _bridged({day: change for day, change in sorted(changes.items()) if change}, gap_days)
    made, level, before = list[Movement](), ZERO, False
    for day, change in days.items():
        kind = _kind(level, level + change, before)
        cause = _cause(kind, spans, day) if step == "day" else ""
        made.append(Movement(*holder, day, kind, change, cause))
        level += change
        before = before or level > 0
    return made


def _settled(day: date, until: date, step: str) -> date:
    """The day a change counts on: its own, or the end of its month (the last day looked at, in the month still open)."""
    return day if step == "day" else min(month(day).last_day, until)


def _bridged(changes: Mapping[date, Decimal], gap_days: int) -> dict[date, Decimal]:
    """The changes by day; a customer that is back within the gap is taken to have stayed until the day of return."""
    days = dict(changes)
    if not gap_days:
        return days
    level = ZERO
    for day, following in pairwise(list(days)):
        back = level > 0 >= level + days[day] and level + days[day] + days[following] > 0
        if back and (following - day).days <= gap_days:
            days[following] += days[day]
            days[day] = ZERO
        level += days[day]
    return {day: change for day, change in days.items() if change}


def _kind(before: Decimal, after: Decimal, known: bool) -> Kind:
    if before <= 0 < after:
        return "reactivation" if known else "new"
    if before > 0 >= after:
        return "churn"
    return "expansion" if after > before else "contraction"


def _cause(kind: Kind, spans: Sequence[Span], day: date) -> str:
    """Why it moved, where the items that end and start on the day differ in one thing only."""
    if kind == "churn":
        return "cancel"
    if kind in ("new", "reactivation"):
        return ""
    ended, started = ([s for s in spans if s.end == day], [s for s in spans if s.start == day])
    if not started:
        return "cancel" if kind == "contraction" else ""
    if not ended:
        return "added" if kind == "expansion" else ""
    if sorted(s.plan for s in ended) != sorted(s.plan for s in started):
        return "plan"
    if any(s.quantity is None or s.price is None for s in (*ended, *started)):
        return ""
    differing = [
        name
        for name in ("quantity", "price", "discount")
        if sorted((s.plan, getattr(s, name) or ZERO) for s in ended)
        != sorted((s.plan, getattr(s, name) or ZERO) for s in started)
    ]
    return differing[0] if len(differing) == 1 else ""
