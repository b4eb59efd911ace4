"""What history shows of renewals: what falls due when, how much of it is renewed, and how it changes by that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from headway.core.calendar import add_months, month
from headway.core.history import Figure, Key, Measured
from headway.metrics.look import Look
from headway.metrics.question import NONE, Question
from headway.metrics.recurring.book import book
from headway.metrics.recurring.customers import attributes
from headway.metrics.recurring.renewals import Renewal, by_term
from headway.statistics.intervals import around_ratio_of, wilson

MOST_AHEAD = 36
"""How many months of what falls due are told; a plan takes those it has."""

ENOUGH = 0.5
"""The share of the ARR at the period's end that must be under a known term for renewals to be planned by their dates."""

PLACES = 4
"""The places amounts are kept to: what is smaller is left of sums, not of money."""

Monthly = Mapping[Key, Mapping[str, float]]
"""By group (the whole under the empty key): an amount for each month."""


@dataclass(frozen=True)
class Renewing:
    """The contracts whose terms ended in a period or end after it, each with the group its customer is in."""

    look: Look
    by: Key
    past: Sequence[tuple[Key, Renewal]]
    ahead: Sequence[tuple[Key, Renewal]]
    terms: Mapping[int, float]

    @classmethod
    def of(cls, look: Look, by: Key) -> Renewing | None:
        """The renewals; None where too little of what runs is under a known term, or nothing was up in the period."""
        kept = book(Question(look.definitions["arr"], look.period, by), look.facts, look.parameters)
        terms = {months: float(arr) for months, arr in by_term(kept.spans, look.period.last_day).items()}
        if not sum(terms.values()) or 1 - terms.get(0, 0.0) / sum(terms.values()) < ENOUGH:
            return None
        if len({one.currency for one in kept.contracts}) > 1:
            return None
        who = attributes(look.facts, look.facts.day)
        past, ahead = list[tuple[Key, Renewal]](), list[tuple[Key, Renewal]]()
        for one in kept.contracts:
            key = tuple(who.get(one.customer, {}).get(name, NONE) for name in by)
            if look.period.holds(one.day):
                past.append((key, one))
            elif look.period.last_day < one.day:
                ahead.append((key, one))
        return cls(look, by, past, ahead, terms) if past else None

    def drivers(self) -> Iterator[tuple[str, Measured]]:
        """What a plan needs to follow renewals by their dates."""
        period = self.look.period
        yield "arr_due_for_renewal", self._due()
        told = f"of {len(self.past):,} contracts up for renewal, {period}"
        yield "renewal_rate", self._share(f"renewed ARR {told}", lambda one: (one.renewed, one.due))
        went_on = f"of {sum(1 for _, one in self.past if one.renewed):,} contracts renewed, {period}"
        yield "renewal_contraction", self._share(f"ARR given up {went_on}", lambda one: (one.smaller, one.renewed))
        yield "renewal_uplift", self._share(f"ARR gained {went_on}", lambda one: (one.larger, one.renewed))
        yield "renewal_after", self._after()

    def besides(
        self, metric: str, moved: Monthly, events: Mapping[Key, int]
    ) -> tuple[dict[Key, dict[str, float]], dict[Key, int]]:
        """Movements of a metric and their number, less those that renewals brought."""
        left, counted = {key: dict(own) for key, own in moved.items()}, dict(events)
        for key, one in self.past:
            amount = float(_moved_by(one, metric))
            if not amount:
                continue
            for group in dict.fromkeys(((), key)):
                if group in left:
                    label = month(one.day).label
                    left[group][label] = max(0.0, round(left[group].get(label, 0.0) - amount, PLACES))
                    counted[group] = max(0, counted.get(group, 0) - 1)
        return left, counted

    def _due(self) -> Measured:
        """The ARR that falls due in each month ahead, each contract once; what has no group is shared out as the rest."""
        start = self.look.period.end
        labels = [month(add_months(start, place)).label for place in range(MOST_AHEAD)]
        sums: dict[tuple[Key, str], float] = defaultdict(float)
        counts: dict[tuple[Key, str], int] = defaultdict(int)
        for key, one in _first_of_each(self.ahead):
            sums[key, month(one.day).label] += float(one.due)
            counts[key, month(one.day).label] += 1
        groups = sorted({key for key, _ in sums if NONE not in key})
        known = sum(value for (key, _), value in sums.items() if key in groups)
        scale = sum(sums.values()) / known if known else 1.0
        parts = {
            (*key, label): Figure(sums.get((key, label), 0.0) * scale, n=counts.get((key, label), 0))
            for key in groups
            for label in labels
        }
        told = f"contracts as known on {self.look.period.last_day}, by the end of their terms"
        if scale > 1 + 1e-9:
            told += f"; {1 - 1 / scale:.1%} of it without a {' and '.join(self.by)}, shared out as the others"
        return Measured(told, None, (*self.by, "month"), parts)

    def _share(self, told: str, sides: Callable[[Renewal], tuple[Decimal, Decimal]]) -> Measured:
        pairs: dict[Key, list[tuple[float, float]]] = defaultdict(list)
        for key, one in self.past:
            above, below = (float(side) for side in sides(one))
            if below:
                for group in dict.fromkeys(((), key)):
                    pairs[group].append((above, below))
        figures = {key: _ratio(own) for key, own in pairs.items() if NONE not in key}
        parts = {key: one for key, one in figures.items() if key and one is not None}
        return Measured(told, figures.get(()), self.by if parts else (), parts)

    def _after(self) -> Measured:
        """When what begins now comes up again: by the months of the terms that run, in ARR."""
        known = {months: arr for months, arr in self.terms.items() if months}
        total = sum(known.values())
        shares = {months: round(arr / total, 6) for months, arr in known.items()}
        largest = max(shares, key=lambda months: shares[months])
        shares[largest] = round(1 - sum(share for months, share in shares.items() if months != largest), 6)
        parts = {(str(place),): Figure(shares.get(place + 1, 0.0), n=len(self.past)) for place in range(max(known))}
        told = f"terms of the ARR that ran on {self.look.period.last_day}: "
        told += ", ".join(f"{arr / total:.0%} {months} months" for months, arr in sorted(known.items()))
        return Measured(told, Figure(1.0, n=len(self.past)), ("term",), parts)


def _first_of_each(ahead: Sequence[tuple[Key, Renewal]]) -> Iterator[tuple[Key, Renewal]]:
    seen: set[str] = set()
    for key, one in ahead:  # in the order of their days
        if one.contract not in seen:
            seen.add(one.contract)
            yield key, one


def _moved_by(one: Renewal, metric: str) -> Decimal:
    if metric == "churned_arr":
        return one.due - one.renewed
    return one.smaller if metric == "contraction_arr" else one.larger


def _ratio(pairs: Sequence[tuple[float, float]]) -> Figure | None:
    above, below = sum(a for a, _ in pairs), sum(b for _, b in pairs)
    if not below:
        return None
    low, high = around_ratio_of(pairs) or (None, None)
    count = len(pairs)
    if not above:  # nothing seen is not nothing possible
        high = (wilson(0, count) or (0.0, 1.0))[1]
    elif above == below:
        low = (wilson(count, count) or (0.0, 1.0))[0]
    return Figure(
        above / below, None if low is None else max(0.0, low), None if high is None else min(1.0, high), count
    )
