"""Which line needs which: the order of evaluation, rings through earlier months, and rings that cannot be."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from headway.core.diagnostics import Diagnostic
from headway.model.mistakes import MISSING_BEFORE, MONTH_AGGREGATE_IN_RING, RING_IN_MONTH
from headway.model.syntax import Reading

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class LineReadings:
    """What one line reads: in its formula, and in what holds before the plan (None where it says nothing)."""

    formula: tuple[Reading, ...]
    before: tuple[Reading, ...] | None = None

    @property
    def all(self) -> tuple[Reading, ...]:
        """Both together."""
        return self.formula + (self.before or ())


@dataclass(frozen=True)
class Component:
    """Lines evaluated together: one alone, or a ring that runs month by month in this order."""

    names: tuple[str, ...]
    ring: bool


def components(lines: Mapping[str, LineReadings]) -> tuple[Component, ...]:
    """All lines, what they need first; inside a ring in an order that holds within one month."""
    groups = _strong({name: [r.name for r in read.all if r.name in lines] for name, read in lines.items()})
    place = {name: i for i, name in enumerate(lines)}
    found: list[Component] = []
    for group in groups:
        members = sorted(group, key=place.__getitem__)
        ring = len(group) > 1 or any(r.name in group for r in lines[members[0]].all)
        inner = _strong({name: [r.name for r in _same_month(lines[name], group)] for name in members})
        found.append(Component(tuple(name for part in inner for name in sorted(part, key=place.__getitem__)), ring))
    return tuple(found)


def check_rings(lines: Mapping[str, LineReadings], found: Sequence[Component]) -> tuple[Diagnostic, ...]:
    """Every ring inside one month, every month figure its own months need, every look back without an end."""
    mistakes: list[Diagnostic] = []
    reported: set[str] = set()
    for component in found:
        if component.ring:
            inside = {name: lines[name] for name in component.names}
            wrong = _month_aggregates(inside) or _same_month_rings(inside)
            mistakes += wrong
            reported |= set(component.names) if wrong else set()
    return (*mistakes, *_endless_history({n: r for n, r in lines.items() if n not in reported}))


def _same_month(read: LineReadings, group: Iterable[str]) -> list[Reading]:
    return [r for r in read.all if r.name in group and not r.earlier]


def _month_aggregates(inside: Mapping[str, LineReadings]) -> list[Diagnostic]:
    mistakes: list[Diagnostic] = []
    for name, read in inside.items():
        for r in read.all:
            if r.name in inside and r.all_months and r.call is not None:
                message = f"{name} reads all months of {r.name}, and {r.name} needs {name}"
                if r.name == name:
                    message = f"{name} reads all months of itself"
                remedy = "read earlier months only, with previous(...), or take the figure from an input"
                mistakes.append(MONTH_AGGREGATE_IN_RING.at(r.call.location, message, remedy=remedy))
    return mistakes


def _same_month_rings(inside: Mapping[str, LineReadings]) -> list[Diagnostic]:
    edges = {name: [r.name for r in _same_month(read, inside)] for name, read in inside.items()}
    mistakes: list[Diagnostic] = []
    for group in _strong(edges):
        first = next(name for name in inside if name in group)
        if len(group) == 1 and first not in edges[first]:
            continue
        path = _way_round(edges, first, group)
        steps = [r for a, b in pairwise(path) for r in _same_month(inside[a], {b})[:1]]
        message = f"{first} needs itself in the same month: {' → '.join(path)}"
        detail = "spread(...) reads the same month too" if any(r.spread for r in steps) else ""
        remedy = "let one of them look at the month before, with previous(...)"
        mistakes.append(RING_IN_MONTH.at(steps[0].span.location, message, detail=detail, remedy=remedy))
    return mistakes


def _way_round(edges: Mapping[str, Sequence[str]], first: str, group: Iterable[str]) -> list[str]:
    """The shortest way from a line back to itself."""
    inside = set(group)
    ways = [[first]]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for following in edges[way[-1]]:
            if following == first:
                return [*way, first]
            if following in inside and following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return [first]


def _endless_history(lines: Mapping[str, LineReadings]) -> list[Diagnostic]:
    """Lines that look back and back: none of them says what held before the first month."""
    past = {name: read.formula if read.before is None else read.before for name, read in lines.items()}
    edges = {name: [r.name for r in read if r.name in lines and not r.all_months] for name, read in past.items()}
    place = {name: i for i, name in enumerate(lines)}
    mistakes: list[Diagnostic] = []
    for group in _strong(edges):
        told: set[str] = set()
        for name in sorted(group, key=place.__getitem__):
            for r in past[name]:
                if r.name in group and r.earlier and r.call is not None and r.name not in told:
                    told.add(r.name)
                    message = f"{r.call.text} needs a value before the first month"
                    remedy = f"add `before:` to {r.name}"
                    if lines[r.name].before is not None:
                        remedy = f"let the `before:` of {r.name} stand on inputs or numbers"
                    mistakes.append(MISSING_BEFORE.at(r.call.location, message, remedy=remedy))
    return mistakes


def _strong(edges: Mapping[Key, Sequence[Key]]) -> list[set[Key]]:
    """Groups of keys that reach each other, those reached first (Tarjan's algorithm, without recursion)."""
    number: dict[Key, int] = {}
    low: dict[Key, int] = {}
    stack: list[Key] = []
    open_keys: set[Key] = set()
    groups: list[set[Key]] = []
    for root in edges:
        work = [(root, 0)] if root not in number else []
        while work:
            key, place = work.pop()
            if key not in number:
                number[key] = low[key] = len(number)
                stack.append(key)
                open_keys.add(key)
            waiting = False
            for i in range(place, len(edges[key])):
                target = edges[key][i]
                if target not in number:
                    work += [(key, i), (target, 0)]
                    waiting = True
                    break
                if target in open_keys:
                    low[key] = min(low[key], low[target])
            if not waiting and low[key] == number[key]:
                group: set[Key] = set()
                while key not in group:
                    open_keys.discard(stack[-1])
                    group.add(stack.pop())
                groups.append(group)
    return groups
