"""A number of recurring revenue taken apart: the movements behind it, or the customers, and how the stock came about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from headway.core import formatting
from headway.core.definition import Ledger
from headway.core.explanation import Step
from headway.core.rows import Column, Rows
from headway.metrics.facts import Facts
from headway.metrics.question import Parameters, Question
from headway.metrics.recurring.book import Book, Window, book
from headway.metrics.recurring.customers import CUSTOMER, attributes
from headway.metrics.recurring.estimates import ADDING, FLOWS, RENEWING, STOCKS, kept_of
from headway.metrics.recurring.measures import windows
from headway.metrics.recurring.members import grouped
from headway.metrics.recurring.movements import ZERO, Holder, Movement

_SOURCES = {
    "items": "subscription items",
    "subscriptions": "subscriptions with an amount",
    "invoice_lines": "invoice lines, spread over their service periods",
}
_ENDS = {"last_day": "the last day of service", "day_after": "the day after the last day of service"}


def records(
    question: Question, facts: Facts, limit: int, parameters: Parameters
) -> tuple[list[tuple[str, Rows]], tuple[Step, ...]]:
    """The records behind a number, the largest first, and the steps of its arithmetic."""
    kept = book(question, facts, parameters)
    if kept.read.is_empty:
        return [], ()
    window = next(iter(windows(question, kept)), None)
    if window is None:
        return [], ()
    take = (question.definition.ledger or Ledger()).take
    day = kept.day if take in (*ADDING, *RENEWING) else window.eve
    who, groups = attributes(facts, day), grouped(question, facts, kept, day, kept.holders, heads=False)
    names = {customer: who.get(customer, {}).get(CUSTOMER, customer) for customer, _ in kept.holders}
    read = Step("read from", _SOURCES[kept.read.source], 0, f"an end is {_ENDS[kept.read.ends]}")
    if take in RENEWING:
        return _contracts(kept, window, groups, names, limit, read)
    if take in FLOWS:
        found = [m for m in kept.within(window) if m.kind == take and (m.customer, m.currency) in groups]
        return [("movements", _moved(found, kept, names, limit))], (read, _counted("movements", len(found), limit))
    opening = {h: level for h, level in kept.at(window.eve).items() if level > 0 and h in groups}
    closing = {h: level for h, level in kept.at(window.last).items() if h in groups}
    if take in STOCKS:
        there = sorted(((h, level) for h, level in closing.items() if level), key=lambda one: (-one[1], one[0][0]))
        rows = Rows.of(_columns("arr"), [(names[h[0]], h[1], level) for h, level in there[:limit]])
        steps = _bridge(kept, window, groups) if question.period else ()
        return [("customers", rows)], (read, *steps, _counted("customers", len(there), limit))
    return _cohort(take, opening, closing, kept.within(window), names, limit, read)


def _contracts(
    kept: Book,
    window: Window,
    groups: Mapping[Holder, object],
    names: Mapping[str, str],
    limit: int,
    read: Step,
) -> tuple[list[tuple[str, Rows]], tuple[Step, ...]]:
    """The contracts whose term ended, the largest first: what was due, and what goes on."""
    inside = [one for one in kept.contracts if window.first <= one.day <= window.last]
    found = sorted(
        (one for one in inside if (one.customer, one.currency) in groups),
        key=lambda one: (-one.due, one.day, one.customer),
    )
    columns = [Column("customer"), Column("day", "date"), Column("months", "integer"), Column("currency")]
    rows = Rows.of(
        [*columns, Column("due", "money"), Column("goes_on", "money")],
        [(names[one.customer], one.day, one.months, one.currency, one.due, one.after) for one in found[:limit]],
    )
    sums = list[Step]()
    for code in sorted({one.currency for one in found}, key=str):
        own = [one for one in found if one.currency == code]
        due, renewed = (sum((getattr(one, side) for one in own), ZERO) for side in ("due", "renewed"))
        sums += [
            Step("due", formatting.exact_money(due, code), 0, f"{len(own):,} contracts"),
            Step("of contracts that go on", formatting.exact_money(renewed, code)),
        ]
    return [("contracts", rows)], (read, *sums, _counted("contracts", len(found), limit))


class _Kept(NamedTuple):
    """One customer who was there at the start: what it had, what it has, what of it counts as kept."""

    customer: str
    currency: str | None
    at_start: Decimal
    at_end: Decimal
    kept: Decimal


def _cohort(
    take: str,
    opening: dict[Holder, Decimal],
    closing: dict[Holder, Decimal],
    entries: Sequence[Movement],
    names: dict[str, str],
    limit: int,
    read: Step,
) -> tuple[list[tuple[str, Rows]], tuple[Step, ...]]:
    """Those who were there at the start, with what they had, what they have, and what of it counts as kept."""
    made = list[_Kept]()
    for holder, start in sorted(opening.items(), key=lambda one: (-one[1], one[0][0])):
        own = [m for m in entries if (m.customer, m.currency) == holder and m.kind in ("churn", "contraction")]
        end, lost = closing.get(holder, ZERO), -sum((m.amount for m in own), ZERO)
        kept = kept_of(take, start, end, lost) if take in ("nrr", "grr", "grr_by_movements") else end
        made.append(_Kept(names[holder[0]], holder[1], start, end, kept))
    steps = list[Step]()
    for code in sorted({row.currency for row in made}, key=str):
        of_code = [row for row in made if row.currency == code]
        start = sum((row.at_start for row in of_code), ZERO)
        end = sum((row.at_end for row in of_code), ZERO)
        kept = sum((row.kept for row in of_code), ZERO)
        steps += [
            Step("at the start", formatting.exact_money(start, code), 0, f"{len(of_code):,} customers"),
            Step("the same customers at the end", formatting.exact_money(end, code)),
            Step("of it counted as kept", formatting.exact_money(kept, code)),
        ]
    rows = Rows.of(_columns("at_start", "at_end", "kept"), made[:limit])
    return [("customers at the start", rows)], (read, *steps, _counted("customers", len(made), limit))


def _bridge(kept: Book, window: Window, groups: dict[Holder, tuple[tuple[str, ...], str | None]]) -> list[Step]:
    """Opening, movements by kind, closing; each currency by itself."""
    steps = list[Step]()
    for code in sorted({currency for _, currency in groups}, key=str):
        holders = {h for h in groups if h[1] == code}
        opening = sum((level for h, level in kept.at(window.eve).items() if h in holders), ZERO)
        closing = sum((level for h, level in kept.at(window.last).items() if h in holders), ZERO)
        moved = [m for m in kept.within(window) if (m.customer, m.currency) in holders]
        steps.append(Step(f"opening {window.eve}", formatting.exact_money(opening, code)))
        for kind in FLOWS:
            total = sum((m.amount for m in moved if m.kind == kind), ZERO)
            steps.append(Step(kind, formatting.exact_money(total, code), 1))
        steps.append(Step(f"closing {window.last}", formatting.exact_money(closing, code)))
    return steps


def _moved(found: Sequence[Movement], kept: Book, names: dict[str, str], limit: int) -> Rows:
    """The largest movements, each with its cause."""
    largest = sorted(found, key=lambda m: (-abs(m.amount), m.day, m.customer))[:limit]
    columns = [Column("customer"), Column("day", "date"), Column("kind"), Column("amount", "money"), Column("currency")]
    told = kept.caused(largest)
    records = [(names[m.customer], m.day, m.kind, m.amount, m.currency, m.cause) for m in told]
    return Rows.of([*columns, Column("cause")], records)


def _columns(*amounts: str) -> list[Column]:
    return [Column("customer"), Column("currency"), *(Column(name, "money") for name in amounts)]


def _counted(what: str, total: int, limit: int) -> Step:
    shown = f"the largest {limit:,} of {total:,} are listed" if total > limit else ""
    return Step(what, formatting.count(total), 0, shown)
