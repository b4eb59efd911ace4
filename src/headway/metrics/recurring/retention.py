"""What of the recurring revenue at the start of each window is there at its end: sums over change points, not customers.

A customer whose ARR does not change in a window has at its end what it had at its start, so all that is needed is what
runs at every start, and the customers that change inside.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from typing import Literal

from headway.metrics.facts import Facts, once
from headway.metrics.recurring.book import Window
from headway.metrics.recurring.grouping import Group, Grouping

Measure = Literal["nrr", "grr", "grr_by_movements"]
KEPT: Mapping[Measure, str] = {"nrr": "closing", "grr": "least(closing, opening)", "grr_by_movements": "opening - lost"}
"""What of a customer's opening ARR counts as kept: all it has now, no more than it had, or what movements left."""


@dataclass(frozen=True)
class Kept:
    """Of those there at a start: how many, how many still are, their ARR then, and for each measure what is kept.

    Amounts are whole ten-thousandths. `squares` are the sums, over customers, of what is kept squared, times what there
    was, and of what there was squared.
    """

    count: int = 0
    still: int = 0
    opening: int = 0
    kept: Mapping[Measure, int] = field(default_factory=dict[Measure, int])
    squares: Mapping[Measure, tuple[float, float, float]] = field(
        default_factory=dict[Measure, tuple[float, float, float]]
    )


def retained(facts: Facts, by: Grouping, windows: Sequence[Window]) -> Mapping[tuple[Group, str], Kept]:
    """What is kept in each of some windows that follow each other, by group and the window's label."""
    key = ("retained", by.key, tuple(windows))
    return once(facts, key, dict, lambda: _retained(facts, by, windows))


def _retained(facts: Facts, by: Grouping, windows: Sequence[Window]) -> dict[tuple[Group, str], Kept]:
    openings, moves = _openings(facts, by, windows), _moves(facts, by, windows)
    made: dict[tuple[Group, str], Kept] = {}
    for group, at_starts in openings.items():
        for place, window in enumerate(windows):
            count, opening, square = at_starts[place]
            made[group, window.label] = _kept(count, opening, square, moves.get((group, place)))
    return made


@dataclass(frozen=True)
class _Moved:
    """What the customers who changed in a window have more than they had, for each measure; how many are gone."""

    gone: int
    more: Mapping[Measure, tuple[int, float, float]]


def _kept(count: int, opening: int, square: float, moved: _Moved | None) -> Kept:
    more: Mapping[Measure, tuple[int, float, float]] = moved.more if moved else {}
    kept, squares = dict[Measure, int](), dict[Measure, tuple[float, float, float]]()
    for measure in KEPT:
        amount, own, across = more.get(measure, (0, 0.0, 0.0))
        kept[measure] = opening + amount
        squares[measure] = square + own, square + across, square
    return Kept(count, count - (moved.gone if moved else 0), opening, kept, squares)


def _openings(facts: Facts, by: Grouping, windows: Sequence[Window]) -> dict[Group, list[tuple[int, int, float]]]:
    """By group, for each window: how many had ARR at its start, how much, and the sum of its squares."""
    before, now = "greatest(c.after - c.amount, 0)", "greatest(c.after, 0)"
    found = facts.run(
        f"SELECT {by.selected}c.day AS day, sum(CAST({now} > 0 AS INT) - CAST({before} > 0 AS INT)), "
        f"sum({now} - {before}), sum(CAST({now} AS DOUBLE) * {now} - CAST({before} AS DOUBLE) * {before}) "
        f"FROM {by.source()} GROUP BY ALL ORDER BY {by.named}day",
        by.values,
    )
    steps: dict[Group, list[tuple[int, int, float]]] = {}
    eves = [window.eve for window in windows]
    for *cells, day, count, amount, square in found:
        own = steps.setdefault(by.group(tuple(cells)), [(0, 0, 0.0)] * len(windows))
        if isinstance(day, date):
            place = bisect_left(eves, day)
            if place == len(windows):  # after the last start
                continue
            known = own[place]
            own[place] = known[0] + int(str(count)), known[1] + int(str(amount)), known[2] + float(str(square))
    return {group: list(accumulate(own, _added)) for group, own in steps.items()}


def _added(one: tuple[int, int, float], other: tuple[int, int, float]) -> tuple[int, int, float]:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _moves(facts: Facts, by: Grouping, windows: Sequence[Window]) -> dict[tuple[Group, int], _Moved]:
    """By group and window, what those who had ARR at its start and changed inside it came to."""
    places = ", ".join(f"({place}, DATE '{window.first}')" for place, window in enumerate(windows))
    within = by.source(f"c.day >= DATE '{windows[0].first}'", f"c.day <= DATE '{windows[-1].last}'")
    lost = "coalesce(sum(-amount) FILTER (kind IN (2, 3)), 0)"
    ends = (
        f"SELECT {by.named}place, who, arg_min(after - amount, day) AS opening, arg_max(after, day) AS closing, "
        f"{lost} AS lost FROM (SELECT {by.selected}c.who AS who, c.code AS own, c.day AS day, c.kind AS kind, "
        f"c.amount AS amount, c.after AS after FROM {within}) m "
        f"ASOF JOIN (VALUES {places}) w(place, begins) ON m.day >= w.begins "
        f"GROUP BY {by.named}place, who, own HAVING opening > 0"
    )
    sides = ", ".join(
        f"sum({kept} - opening), sum(({kept})::DOUBLE ** 2 - opening::DOUBLE ** 2), "
        f"sum((({kept}) - opening)::DOUBLE * opening)"
        for kept in KEPT.values()
    )
    found = facts.run(
        f"SELECT {by.named}place, count(*) FILTER (closing <= 0), {sides} FROM ({ends}) GROUP BY {by.named}place",
        by.values,
    )
    made: dict[tuple[Group, int], _Moved] = {}
    width = by.width
    for record in found:
        place, gone, *more = record[width:]
        own: dict[Measure, tuple[int, float, float]] = {
            measure: (int(str(more[3 * n])), float(str(more[3 * n + 1])), float(str(more[3 * n + 2])))
            for n, measure in enumerate(KEPT)
        }
        made[by.group(tuple(record[:width])), int(str(place))] = _Moved(int(str(gone)), own)
    return made
