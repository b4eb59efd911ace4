"""The estimates of recurring revenue, from sums of the ledger: value, n, interval, and what is to be known of each."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property

from headway.core.definition import Definition, Ledger
from headway.metrics.currencies import CURRENCY
from headway.metrics.estimate import Estimate, Number, small
from headway.metrics.question import GRAINS, Question
from headway.metrics.recurring.book import Book, Window, heads_of
from headway.metrics.recurring.changes import KINDS
from headway.metrics.recurring.grouping import AGES, Group
from headway.metrics.recurring.retention import Kept, Measure
from headway.metrics.recurring.spans import amount_of
from headway.metrics.recurring.sums import Sums
from headway.statistics.intervals import around_ratio, wilson

FLOWS: tuple[str, ...] = KINDS
STOCKS = ("arr", "mrr", "arpa", "customers")
ADDING = (*FLOWS, *STOCKS, "due", "renewed")
RENEWING = ("due", "renewed", "renewal_rate", "renewal_rate_a_year")
LOGOS = ("customers", "logo_retention", "logo_churn")

_NOTHING_RAN = "undefined: nothing ran at the start"


@dataclass(frozen=True)
class Making:
    """What all estimates of a question have in common: whose they are, and what is to be known of every one."""

    definition: Definition
    excluded: int = 0
    notes: tuple[str, ...] = ()

    @cached_property
    def take(self) -> str:
        """What is taken of the ledger."""
        return take_of(self.definition)

    def of(
        self, group: Group, value: Number | None, n: int, around: tuple[float, float] | None = None, note: str = ""
    ) -> Estimate:
        """The estimate of one group."""
        few = "" if self.take in ADDING else small(self.definition, n)
        low, high = around or (None, None)
        notes = (*((note,) if note else ()), *((few,) if few else ()), *self.notes)
        return Estimate(group[0], value, n, group[1], low, high, self.excluded, notes)

    def kept(self, group: Group, kept: Kept) -> Estimate:
        """What is left of those who were there at a start."""
        if self.take in LOGOS:
            if not kept.count:
                return self.of(group, None, 0, note="undefined: no customer was there at the start")
            count = kept.still if self.take == "logo_retention" else kept.count - kept.still
            return self.of(group, count / kept.count, kept.count, wilson(count, kept.count))
        measure: Measure = "nrr" if self.take == "nrr" else "grr" if self.take == "grr" else "grr_by_movements"
        if not kept.opening:
            return self.of(group, None, 0, note=_NOTHING_RAN)
        above, below = kept.kept[measure], kept.opening
        around = around_ratio(float(above), float(below), kept.squares[measure], kept.count)
        if around and measure == "grr":
            around = around[0], min(around[1], 1.0)
        return self.of(group, above / below, kept.count, around)

    def added(self, group: Group, own: Sums, window: Window) -> Estimate:
        """What moved in a window, or what runs at its end."""
        if self.take in STOCKS:
            return self._stock(group, *own.at(window.last))
        return self._moved(group, *own.within(window, [*FLOWS].index(self.take)))

    def _moved(self, group: Group, amount: int, count: int) -> Estimate:
        """The movements of one kind, without their sign."""
        return self.of(group, abs(amount_of(amount)), count)

    def _stock(self, group: Group, level: int, count: int) -> Estimate:
        """What runs at the end of a day."""
        total = amount_of(level)
        if self.take == "customers":
            return self.of(group, count, count)
        if self.take == "arpa":
            note = "" if count else "undefined: there is nothing to divide by"
            return self.of(group, total / count if count else None, count, note=note)
        return self.of(group, total / 12 if self.take == "mrr" else total, count)


def labelled(group: Group, question: Question, label: str) -> Group:
    """A group with the label of its span of time, or its age, where the question is by it."""
    members, code = group
    place = time_of(question.by)
    return group if place is None else ((*members[:place], label, *members[place + 1 :]), code)


@cache
def time_of(by: tuple[str, ...]) -> int | None:
    """Where among the breakdowns the one by time or by age stands."""
    return next((place for place, name in enumerate(by) if name in GRAINS or name in AGES), None)


def changes_of(question: Question, kept: Book) -> str:
    """The table of changes a question is answered from: of customers' ARR, or of whether they are there at all."""
    by_currency = CURRENCY in (*question.by, *question.where)
    return heads_of(kept) if take_of(question.definition) in LOGOS and not by_currency else kept.changes


def kept_of(take: str, opening: Decimal, closing: Decimal, lost: Decimal) -> Decimal:
    """What of a customer's opening ARR counts as kept: all it has now, no more than it had, or what movements left."""
    if take == "nrr":
        return closing
    return min(closing, opening) if take == "grr" else opening - lost


def take_of(definition: Definition) -> str:
    """What a metric takes of the ledger."""
    return (definition.ledger or Ledger()).take
