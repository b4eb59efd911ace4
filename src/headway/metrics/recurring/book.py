"""The ledger as known on a day: its change points in a table, and what is read of them one customer at a time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from headway.core.definition import Ledger
from headway.metrics.currencies import CURRENCY
from headway.metrics.facts import Facts, once
from headway.metrics.question import Parameters, Question
from headway.metrics.recurring.changes import KINDS, lay_changes
from headway.metrics.recurring.customers import laid_attributes
from headway.metrics.recurring.movements import ZERO, Holder, Movement, Span, cause_of
from headway.metrics.recurring.renewals import Renewal, renewals
from headway.metrics.recurring.spans import Running, amount_of, running, spans_of


@dataclass(frozen=True)
class Window:
    """A span of days a number is taken over, both ends included, under its label; stocks are taken at its end."""

    label: str
    first: date
    last: date

    @property
    def eve(self) -> date:
        """The day before it."""
        return self.first - timedelta(days=1)


@dataclass(frozen=True)
class Book:
    """The ledger under one policy, in one currency or in each customer's own.

    `changes` names the table of its change points (see `changes.lay_changes`); all else is read when it is asked for. Where
    `only` names currencies, what is read one by one is in those.
    """

    facts: Facts
    day: date
    policy: Ledger
    read: Running
    changes: str
    only: tuple[str | None, ...] | None = None

    @property
    def note(self) -> str:
        """What is to be known of its currencies."""
        return self.read.note

    @property
    def codes(self) -> tuple[str | None, ...]:
        """The currencies it is in, by their number."""
        return self.read.codes or (None,)

    @cached_property
    def first_day(self) -> date:
        """The day of the first movement; its own day where there is none."""
        ((found,),) = self.facts.run(f"SELECT min(day) FROM {self.changes}")
        return found if isinstance(found, date) else self.day

    @cached_property
    def spans(self) -> Sequence[Span]:
        """What runs when, span by span."""
        if self.read.is_empty:
            return ()
        found = spans_of(self.facts, self.read)
        return found if self.only is None else [span for span in found if span.currency in self.only]

    @cached_property
    def contracts(self) -> tuple[Renewal, ...]:
        """Every contract whose term ended or will end, on the day after."""
        return tuple(renewals(self.spans, self.policy.grace_days))

    @cached_property
    def entries(self) -> tuple[Movement, ...]:
        """Every movement up to the day, in order, by whom; without its cause."""
        if self.read.is_empty:
            return ()
        found = self.facts.run(
            f"SELECT coalesce(a.key, u.named), c.code, c.day, c.kind, c.amount FROM {self.changes} c "
            f"LEFT JOIN {laid_attributes(self.facts, self.day)} a ON a.who = c.who "
            f"LEFT JOIN {self.read.unnamed} u ON u.who = c.who ORDER BY c.day, 1, c.code"
        )
        made = (
            Movement(str(key), self.codes[int(str(code))], day, KINDS[int(str(kind))], amount_of(amount))
            for key, code, day, kind, amount in found
            if isinstance(day, date)
        )
        return tuple(m for m in made if self.only is None or m.currency in self.only)

    def caused(self, entries: Iterable[Movement]) -> list[Movement]:
        """Movements with their causes; by month nothing tells which of several changes it was."""
        given, own = list(entries), dict[Holder, list[Span]]()
        if self.policy.step == "month":
            return given
        whose = {(m.customer, m.currency) for m in given}
        for span in self.spans:
            if (span.customer, span.currency) in whose and (span.end is None or span.end > span.start):
                own.setdefault((span.customer, span.currency), []).append(span)
        return [replace(m, cause=cause_of(m.kind, own.get((m.customer, m.currency), ()), m.day)) for m in given]

    @cached_property
    def holders(self) -> tuple[Holder, ...]:
        """Everybody who ever had recurring revenue."""
        return tuple(dict.fromkeys((m.customer, m.currency) for m in self.entries))

    def at(self, day: date) -> Mapping[Holder, Decimal]:
        """The ARR of each customer at the end of a day; worked out from the nearest day before that was asked for."""
        place = bisect_right(self._days, day)
        if place not in self._levels:
            before = max((known for known in self._levels if known < place), default=0)
            found = dict(self._levels.get(before, {}))
            for m in self.entries[before:place]:
                found[m.customer, m.currency] = found.get((m.customer, m.currency), ZERO) + m.amount
            self._levels[place] = found
        return self._levels[place]

    def within(self, window: Window) -> Sequence[Movement]:
        """The movements inside a window."""
        return self.entries[bisect_left(self._days, window.first) : bisect_right(self._days, window.last)]

    @cached_property
    def _days(self) -> list[date]:
        return [m.day for m in self.entries]

    @cached_property
    def _levels(self) -> dict[int, dict[Holder, Decimal]]:
        """The levels after so many entries."""
        return {}


def book(question: Question, facts: Facts, parameters: Parameters) -> Book:
    """The ledger a question is about; the same one for every measure of the same policy."""
    policy = replace(question.definition.ledger or Ledger(), take="arr")
    total_in = parameters.base if CURRENCY not in (*question.by, *question.where) else None
    key = ("book", policy, parameters.currency, total_in)
    return once(facts, key, Book, lambda: _written(facts, policy, parameters.currency, total_in))


def heads_of(kept: Book) -> str:
    """The table of changes in whether customers are there at all, whatever currencies they pay in: 1 each."""
    if len(kept.codes) == 1:
        return kept.changes
    table = f"{kept.changes}_heads"
    there = f"SELECT who, 0 AS code, day AS starts, until AS ends, 1 AS arr FROM {kept.changes} WHERE after > 0"
    once(kept.facts, table, list, lambda: _laid(kept.facts, table, there, kept.day))
    return table


def _laid(facts: Facts, table: str, spans: str, day: date) -> list[str]:
    lay_changes(facts, table, spans, day)
    return [table]


def _written(facts: Facts, policy: Ledger, currency: str | None, total_in: str | None) -> Book:
    read = running(facts, policy, currency, total_in)
    names = once(facts, "ledgers", list, list[str])
    table = f"arr_change_{len(names)}"
    names.append(table)
    lay_changes(
        facts, table, read.sql, facts.day, gap_days=policy.gap_days, step=policy.step, currencies=len(read.codes)
    )
    return Book(facts, facts.day, policy, read, table)
