"""Quotas as spans of months: the version in force on the day looked back from, shared out evenly over its months."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from headway.core.calendar import FiscalCalendar, Period, months, same_day
from headway.core.definition import Selling
from headway.core.rows import Cell
from headway.metrics.currencies import in_one_currency
from headway.metrics.facts import Facts
from headway.metrics.question import Parameters
from headway.metrics.selling.sellers import Sellers

MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Quota:
    """What one person is held to over a span, in one version."""

    who: str
    name: str
    span: Period
    amount: Fraction
    currency: str | None
    kind: str
    segment: str
    version: date

    def in_month(self, month: Period, window: Period) -> Fraction:
        """What of it falls in the part of a month that lies in a window: by months where it runs over whole ones."""
        inside = month.clip(window)
        if inside is None or self.span.clip(inside) is None:
            return Fraction(0)
        if self.span.start.day == 1 and self.span.end.day == 1:
            return self.amount / len(months(self.span)) * Fraction(inside.days, month.days)
        shared = self.span.clip(inside)
        return self.amount * Fraction(shared.days, self.span.days) if shared else Fraction(0)


def quotas(facts: Facts, people: Sellers, policy: Selling, parameters: Parameters) -> tuple[tuple[Quota, ...], str]:
    """Every quota there is on the facts' day, each in every version known by then; and how currencies were made one."""
    read_from = in_one_currency("quota", facts, facts.schema("quota"), parameters.base, ())
    found = facts.run(
        f"SELECT owner_id, owner, period, start_date, end_date, amount, currency, kind, segment, in_force_from "
        f"FROM {read_from.relation} WHERE amount IS NOT NULL AND (in_force_from IS NULL OR in_force_from <= ?) "
        f"ORDER BY start_date, key",
        [facts.day],
    )
    starts = defaultdict[str, set[date]](set)
    for owner_id, owner, _, start, *_ in found:
        if isinstance(start, date):
            starts[people.key(owner_id, owner)].add(start)
    length = MONTHS.get(policy.lasts) or _usual(starts.values())
    made = list[Quota]()
    for owner_id, owner, period, start, end, amount, currency, kind, segment, version in found:
        who, span = people.key(owner_id, owner), span_of(period, start, end, length)
        if span is None:
            continue
        one = Quota(
            who,
            people.label(who, owner if owner is not None else owner_id),
            span,
            Fraction(str(amount)),
            str(currency) if currency is not None else parameters.base,
            str(kind or ""),
            str(segment or ""),
            version if isinstance(version, date) else date.min,
        )
        made.append(one)
    return tuple(made), read_from.note


def in_force(every: Sequence[Quota], month: Period) -> list[Quota]:
    """Of one person's quotas those in force in a month: of each kind and segment the newest version, then the shortest span.

    Several of one kind, segment, version and length add up: each is a line of its own.
    """
    there = [quota for quota in every if quota.span.clip(month) is not None]
    best = dict[tuple[str, str], tuple[date, int]]()
    for quota in there:
        rank = (quota.version, -quota.span.days)
        best[quota.kind, quota.segment] = max(best.get((quota.kind, quota.segment), rank), rank)
    return [q for q in there if (q.version, -q.span.days) == best[q.kind, q.segment]]


def _usual(starts: Iterable[set[date]]) -> int:
    """How many months a quota runs, by the commonest distance between two starts of one person; one, where none tells."""
    gaps = Counter[int]()
    for own in starts:
        days = sorted(own)
        for one, two in pairwise(days):
            apart = (two.year - one.year) * 12 + two.month - one.month
            if apart in MONTHS.values():
                gaps[apart] += 1
    return gaps.most_common(1)[0][0] if gaps else 1


def span_of(period: Cell, start: Cell, end: Cell, length: int) -> Period | None:
    """The span a quota or a forecast is for: its own days, so many months from its start, or the period it names."""
    if isinstance(start, date):
        until = end + timedelta(days=1) if isinstance(end, date) and end >= start else same_day(start, length)
        return Period(start, until, f"{start}", "range")
    if period is None:
        return None
    told = FiscalCalendar().parse(str(period))
    return told if isinstance(told, Period) else None
