"""Contracts up for renewal: what ran under each until its term ended, and what of it went on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from headway.core.calendar import same_day
from headway.metrics.recurring.movements import ZERO, Holder, Span


@dataclass(frozen=True)
class Renewal:
    """One contract on the day after its term: the ARR that was due, and the ARR that goes on."""

    customer: str
    currency: str | None
    day: date
    months: int
    due: Decimal
    after: Decimal
    contract: str = ""

    @property
    def renewed(self) -> Decimal:
        """What was due, where the contract goes on at all: how much larger or smaller is told apart."""
        return self.due if self.after > 0 else ZERO

    @property
    def smaller(self) -> Decimal:
        """What a contract that goes on lost."""
        return max(ZERO, self.due - self.after) if self.after > 0 else ZERO

    @property
    def larger(self) -> Decimal:
        """What a contract that goes on gained."""
        return max(ZERO, self.after - self.due)


def renewals(spans: Iterable[Span], grace_days: int = 0) -> list[Renewal]:
    """Every end of a term under which something ran, in order; those that lie ahead too, as far as terms are known.

    Terms before the current one are taken to have been as long. A contract that is replaced by another of the same
    customer on that day goes on, and so does one that does within the days of grace.
    """
    held: dict[Holder, list[Span]] = defaultdict(list)
    for span in spans:
        if span.end is None or span.end > span.start:
            held[span.customer, span.currency].append(span)
    made = [one for holder, own in held.items() for one in _of_one(holder, own, grace_days)]
    return sorted(made, key=lambda one: (one.day, one.customer, one.currency or ""))


def a_year(contracts: Sequence[Renewal]) -> Iterator[tuple[float, float]]:
    """Contracts of any term, each as two amounts whose sums divide to the renewal rate of one year.

    Of each length of term the rate r of its y years is r ^ (1/y) a year; lengths weigh by what was due times their years.
    A contract's first amount is its part in that rate to the first order, so that the spread of a ratio holds for it, too.
    """
    sums: dict[int, tuple[float, float]] = {}
    for one in contracts:
        renewed, due = sums.get(one.months, (0.0, 0.0))
        sums[one.months] = renewed + float(one.renewed), due + float(one.due)
    for one in contracts:
        years, (renewed, due) = one.months / 12, sums[one.months]
        whole = renewed / due
        yearly = whole ** (1 / years)
        apart = (float(one.renewed) - whole * float(one.due)) * yearly / whole if whole else 0.0
        yield float(one.due) * years * yearly + apart, float(one.due) * years


def by_term(spans: Iterable[Span], day: date) -> Mapping[int, Decimal]:
    """The ARR that runs on a day, by the months its contract's term has; 0 where no term is known."""
    found: dict[int, Decimal] = defaultdict(Decimal)
    for span in spans:
        if span.start <= day and (span.end is None or span.end > day):
            found[_months(span)] += span.arr
    return found


def _of_one(holder: Holder, spans: Sequence[Span], grace_days: int) -> Iterator[Renewal]:
    contracts: dict[str, list[Span]] = defaultdict(list)
    for span in spans:
        if span.contract and _months(span):
            contracts[span.contract].append(span)
    for own in contracts.values():
        for day in _term_ends(own):
            due = _running(own, day - timedelta(days=1))
            if due > 0:
                after = _going_on(own, spans, day, due, grace_days)
                yield Renewal(*holder, day, _months(own[0]), due, after, own[0].contract)


def _going_on(own: Sequence[Span], every: Sequence[Span], day: date, due: Decimal, grace_days: int) -> Decimal:
    """What of a contract runs on the day: under itself, or under whatever else of the customer's began on it.

    Where nothing does, the first day of the grace on which it does counts.
    """
    last, before = day + timedelta(days=grace_days), _running(every, day - timedelta(days=1)) - due
    for start in (day, *sorted({s.start for s in every if day < s.start <= last})):
        after = _running(own, start)
        others = min(before, _running(every, day) - _running(own, day)) if start > day else before
        found = after if after > 0 else max(ZERO, _running(every, start) - others)
        if found > 0:
            return found
    return ZERO


def _term_ends(own: Sequence[Span]) -> Iterator[date]:
    """The day after each term of a contract, from the first one that ended since it began to the one that runs."""
    length, end = _months(own[0]), own[0].term_end
    begins = min(span.start for span in own)
    count = 0
    while end is not None and (day := same_day(end, -count * length)) > begins:
        yield day
        count += 1


def _running(spans: Iterable[Span], day: date) -> Decimal:
    return sum((s.arr for s in spans if s.start <= day and (s.end is None or s.end > day)), ZERO)


def _months(span: Span) -> int:
    """How many months a contract's term has; 0 where it has no whole number of them, or is not known."""
    start, end = span.term_start, span.term_end
    if start is None or end is None or end <= start:
        return 0
    months = (end.year - start.year) * 12 + end.month - start.month
    if same_day(start, months) == end or same_day(end, -months) == start:
        return months
    return 0
