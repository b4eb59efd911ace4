"""The words of the ledger: what runs when, the movements that makes, and why one happened where that can be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

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


def cause_of(kind: Kind, spans: Sequence[Span], day: date) -> str:
    """Why a customer's ARR moved, where the items that end and start on the day differ in one thing only."""
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
