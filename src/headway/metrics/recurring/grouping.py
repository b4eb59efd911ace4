"""How a question breaks the ledger down: who is in which group, as SQL beside the table of changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from headway.core.rows import Cell
from headway.metrics.currencies import CURRENCY
from headway.metrics.facts import Facts, quoted
from headway.metrics.question import GRAINS, NONE, Question
from headway.metrics.recurring.book import Book
from headway.metrics.recurring.customers import CUSTOMER, laid_attributes

COHORTS: Mapping[str, str] = {"cohort_month": "month", "cohort_quarter": "quarter", "cohort_year": "year"}
"""When a customer had recurring revenue for the first time, by the month, quarter or year of that day."""

AGES: Mapping[str, str] = {"age_month": "month", "age_quarter": "quarter", "age_year": "year"}
"""How many months, quarters or years after its cohort's own."""

Group = tuple[tuple[str, ...], str | None]
"""The members a group has of the breakdowns, in their order (time is left empty), and its currency."""


@dataclass(frozen=True)
class Grouping:
    """Joins, columns and conditions that put each change `c` into its group, for queries over the table of changes."""

    changes: str
    joins: str = ""
    columns: tuple[str, ...] = ()
    labels: tuple[Callable[[Cell], str], ...] = ()
    conditions: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    codes: tuple[str | None, ...] | None = field(default=(None,))

    @property
    def key(self) -> tuple[object, ...]:
        """What tells groupings of the same ledger apart."""
        return (self.changes, self.joins, self.columns, self.conditions, self.values, self.codes is None)

    @property
    def selected(self) -> str:
        """The columns of the group, named g0, g1 and so on, the number of its currency last; each with a comma."""
        return "".join(f"{sql} AS {name}, " for name, sql in self._told.items())

    @property
    def named(self) -> str:
        """The names of these columns, each with a comma."""
        return "".join(f"{name}, " for name in self._told)

    @property
    def width(self) -> int:
        """How many columns that are."""
        return len(self._told)

    @property
    def _told(self) -> dict[str, str]:
        """The columns that differ between groups: neither time, which is left empty, nor the only currency there is."""
        told = {f"g{place}": sql for place, sql in enumerate(self.columns) if sql}
        return told if self.codes is None or len(self.codes) == 1 else told | {"code": "c.code"}

    def source(self, *conditions: str, changes: str = "") -> str:
        """The changes with what they are grouped by, where the question's filter keeps them and these conditions hold.

        changes: the same changes with more known of each, as a relation.
        """
        told = " AND ".join((*self.conditions, *conditions))
        return f"{changes or self.changes} c {self.joins}{f' WHERE {told}' if told else ''}"

    def group(self, cells: Sequence[Cell]) -> Group:
        """The group that such columns stand for."""
        left = iter(cells)
        members = tuple(label(next(left)) if sql else "" for label, sql in zip(self.labels, self.columns, strict=True))
        if self.codes is None or len(self.codes) == 1:
            return members, None if self.codes is None else self.codes[0]
        return members, self.codes[int(str(next(left)))]


def grouping(question: Question, facts: Facts, kept: Book, changes: str, day: date, *, heads: bool) -> Grouping:
    """The groups of a question, by what was known of customers on a day; heads have no currency."""
    columns, labels, conditions, values = list[str](), list[Callable[[Cell], str]](), list[str](), list[str]()
    for name in question.by:
        column, label = _column(name, kept)
        columns.append(column)
        labels.append(label)
    for name, member in question.where.items():
        column, _ = _column(name, kept)
        if name in COHORTS:
            column = _labelled(column, COHORTS[name])
        conditions.append(f"{column} IS NULL" if member == NONE else f"{column} = ?")
        values += [] if member == NONE else [member]
    asked = {n for n in (*question.by, *question.where) if n not in (*GRAINS, *COHORTS, *AGES, CURRENCY)}
    joins = f"LEFT JOIN {laid_attributes(facts, day)} a ON a.who = c.who " if asked else ""
    if CUSTOMER in asked:
        joins += f"LEFT JOIN {kept.read.unnamed} u ON u.who = c.who "
    codes = None if heads else kept.codes
    return Grouping(changes, joins, tuple(columns), tuple(labels), tuple(conditions), tuple(values), codes)


def started(grain: str) -> str:
    """The first day of the month, quarter or year in which a customer first had recurring revenue."""
    return f"CAST(date_trunc('{grain}', c.since) AS DATE)"


def _column(name: str, kept: Book) -> tuple[str, Callable[[Cell], str]]:
    if name in GRAINS or name in AGES:
        return "", str
    if name in COHORTS:
        label = GRAINS[COHORTS[name]]
        return started(COHORTS[name]), lambda cell: label(cell) if isinstance(cell, date) else NONE
    if name == CURRENCY:
        cases = " ".join(f"WHEN {n} THEN {_text(code)}" for n, code in enumerate(kept.codes))
        return f"(CASE c.code {cases} END)", _label
    return ("coalesce(a.customer, u.named)" if name == CUSTOMER else f"a.{quoted(name)}"), _label


def _labelled(day: str, grain: str) -> str:
    if grain == "quarter":
        return f"(year({day}) || '-Q' || quarter({day}))"
    return f"strftime({day}, '{'%Y-%m' if grain == 'month' else '%Y'}')"


def _label(cell: Cell) -> str:
    return NONE if cell is None else str(cell)


def _text(code: str | None) -> str:
    return "NULL" if code is None else "'" + code.replace("'", "''") + "'"
