"""The ledger written out plainly, customer by customer and day by day: what the ledger in SQL must always agree with.

`movements` is the plain one; `written` puts the same spans through the tables of changes the ledger really uses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from headway.core.calendar import month
from headway.metrics.recurring.changes import KINDS, lay_changes
from headway.metrics.recurring.movements import ZERO, Holder, Kind, Movement, Span, cause_of
from headway.tables.engine import Engine


def written(
    spans: Iterable[Span], until: date, gap_days: int = 0, step: Literal["day", "month"] = "day"
) -> list[Movement]:
    """Every movement up to a day, from the table of changes in the database, in order."""
    given = list(spans)
    codes = sorted({span.currency for span in given}, key=str)
    whose = sorted({span.customer for span in given})
    with Engine() as engine:
        engine.run("CREATE TABLE span (who BIGINT, code TINYINT, starts DATE, ends DATE, arr BIGINT)")
        engine.insert(
            "span",
            [(whose.index(s.customer), codes.index(s.currency), s.start, s.end, int(s.arr.scaleb(4))) for s in given],
        )
        lay_changes(engine, "changes", "SELECT * FROM span", until, gap_days=gap_days, step=step, currencies=len(codes))  # type: ignore[arg-type]
        found = engine.run("SELECT who, code, day, kind, amount, after, until, since FROM changes")
    made = list[Movement]()
    own: dict[Holder, list[Span]] = defaultdict(list)
    for span in given:
        if span.end is None or span.end > span.start:
            own[span.customer, span.currency].append(span)
    for who, code, day, kind, amount, *_ in found:
        assert isinstance(who, int) and isinstance(code, int) and isinstance(kind, int) and isinstance(day, date)
        holder = whose[who], codes[code]
        cause = cause_of(KINDS[kind], own[holder], day) if step == "day" else ""
        made.append(Movement(*holder, day, KINDS[kind], Decimal(str(amount)).scaleb(-4), cause))
    return sorted(made, key=lambda m: (m.day, m.customer, m.currency or ""))


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
        cause = cause_of(kind, spans, day) if step == "day" else ""
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
