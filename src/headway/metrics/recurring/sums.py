"""Movements and levels of groups of customers: one query for all kinds and days, from which any window is read."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate

from headway.metrics.facts import Facts, once
from headway.metrics.recurring.book import Window
from headway.metrics.recurring.changes import KINDS
from headway.metrics.recurring.grouping import Group, Grouping

_COMING, _GOING = (KINDS.index("new"), KINDS.index("reactivation")), KINDS.index("churn")


@dataclass
class Sums:
    """What happened to one group: on which days, how much of each kind and how often, and what that leaves.

    Amounts are whole ten-thousandths. Losses are negative.
    """

    days: list[date] = field(default_factory=list[date])
    moved: list[dict[int, tuple[int, int]]] = field(default_factory=list[dict[int, tuple[int, int]]])
    levels: list[int] = field(default_factory=list[int])
    there: list[int] = field(default_factory=list[int])

    def add(self, day: date, kind: int, amount: int, count: int) -> None:
        """Take one kind's movements of a day, which is not before the last one taken."""
        if not self.days or self.days[-1] != day:
            self.days.append(day)
            self.moved.append({})
        self.moved[-1][kind] = amount, count

    def settle(self) -> None:
        """Work out what runs after each day."""
        self.levels = list(accumulate(sum(amount for amount, _ in own.values()) for own in self.moved))
        self.there = list(accumulate(_net_count(own) for own in self.moved))

    def within(self, window: Window, kind: int) -> tuple[int, int]:
        """The amount and the number of a kind's movements in a window."""
        start, end = bisect_right(self.days, window.eve), bisect_right(self.days, window.last)
        found = [own[kind] for own in self.moved[start:end] if kind in own]
        return sum(amount for amount, _ in found), sum(count for _, count in found)

    def at(self, day: date) -> tuple[int, int]:
        """What runs at the end of a day, and how many customers have it."""
        place = bisect_right(self.days, day)
        return (self.levels[place - 1], self.there[place - 1]) if place else (0, 0)


def sums(facts: Facts, by: Grouping) -> Mapping[Group, Sums]:
    """The movements of every group that ever had any, by day; asked once for every measure, grain and period."""
    return once(facts, ("sums", by.key), dict, lambda: _summed(facts, by))


def _summed(facts: Facts, by: Grouping) -> dict[Group, Sums]:
    found = facts.run(
        f"SELECT {by.selected}c.day AS day, c.kind AS kind, sum(c.amount), count(*) FROM {by.source()} "
        f"GROUP BY ALL ORDER BY {by.named}day, kind",
        by.values,
    )
    made: dict[tuple[object, ...], Sums] = {}
    groups: dict[tuple[object, ...], Group] = {}
    for *cells, day, kind, amount, count in found:
        cell_key = tuple(cells)
        if cell_key not in made:
            made[cell_key], groups[cell_key] = Sums(), by.group(cell_key)
        if isinstance(day, date):
            made[cell_key].add(day, int(str(kind)), int(str(amount)), int(str(count)))
    for one in made.values():
        one.settle()
    return {groups[key]: one for key, one in made.items()}


def _net_count(moved: Mapping[int, tuple[int, int]]) -> int:
    return sum(moved[kind][1] for kind in _COMING if kind in moved) - moved.get(_GOING, (0, 0))[1]
