"""Which group each customer is in, one by one: for contracts and explanations, which name their customers anyway."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from headway.metrics.currencies import CURRENCY
from headway.metrics.facts import Facts, once
from headway.metrics.question import GRAINS, NONE, Question
from headway.metrics.recurring.book import Book
from headway.metrics.recurring.customers import CUSTOMER, attributes, laid_attributes
from headway.metrics.recurring.grouping import COHORTS, Group
from headway.metrics.recurring.movements import Holder


def grouped(
    question: Question, facts: Facts, kept: Book, day: date, holders: Iterable[Holder], *, heads: bool
) -> dict[Holder, Group]:
    """The group each customer is in, where the filter keeps it: its members, and its currency unless heads are counted.

    Customers are as they were known on the day. Where a question is by a span of time, its place is left empty.
    """
    who, asked = attributes(facts, day), [name for name in (*question.by, *question.where) if name in COHORTS]
    begun = starts(facts, kept) if asked else {}
    found: dict[Holder, Group] = {}
    for customer, currency in holders:
        named = {CUSTOMER: customer, **who.get(customer, {}), CURRENCY: currency or NONE}
        start = begun.get((customer, currency))
        named |= {name: GRAINS[COHORTS[name]](start) for name in asked if start}
        if any(named.get(name, NONE) != member for name, member in question.where.items()):
            continue
        members = tuple("" if name in GRAINS else named.get(name, NONE) for name in question.by)
        found[customer, currency] = members, None if heads else currency
    return found


def starts(facts: Facts, kept: Book) -> dict[Holder, date]:
    """When each customer had recurring revenue for the first time."""
    return once(facts, ("starts", kept.changes), dict, lambda: _starts(facts, kept))


def _starts(facts: Facts, kept: Book) -> dict[Holder, date]:
    found = facts.run(
        f"SELECT coalesce(a.key, u.named), c.code, min(c.since) FROM {kept.changes} c "
        f"LEFT JOIN {laid_attributes(facts, facts.day)} a ON a.who = c.who "
        f"LEFT JOIN {kept.read.unnamed} u ON u.who = c.who GROUP BY ALL"
    )
    return {(str(key), kept.codes[int(str(code))]): day for key, code, day in found if isinstance(day, date)}
