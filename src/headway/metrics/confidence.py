"""How far a number can be trusted: a grade from A to D by the data beneath it, with every reason that lowers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache

from headway.core.definition import Definition
from headway.core.diagnostics import Diagnostic
from headway.core.hygiene import Hygiene
from headway.core.rows import Cell, Column, Rows
from headway.metrics.facts import Facts

GRADES = "ABCD"
_SOME, _MANY = 0.05, 0.20
"""The shares of records left out, not trusted or reconstructed from which a number loses one grade, and two."""

_STALE, _OLD = 7, 31
"""How many days behind the as-of day the newest load may be before a number loses one grade, and two."""

_COMPLETE = {"count", "sum"}
"""Shapes that count all there is: a small n says nothing against them."""

Reason = tuple[int, str]


def graded(
    measured: Rows | tuple[Diagnostic, ...],
    definition: Definition,
    facts: Facts,
    last_load: date | None,
    hygiene: Callable[[], Hygiene],
) -> Rows | tuple[Diagnostic, ...]:
    """Measured rows with their confidence: A where nothing speaks against one, D where much does or too few records tell.

    Each reason takes one or two grades away, too few records all of them. What severe hygiene rules say is asked only where
    open deals are measured, because that is what they speak of.
    """
    if not isinstance(measured, Rows):
        return measured
    about_all = [*_age(facts.day, last_load), *_rebuilt(definition, facts), *_distrust(definition, hygiene)]
    told = [
        _grade([*_of_row(row, definition), *about_all]) if row["value"] is not None else ("", "") for row in measured
    ]
    columns = (*measured.columns, Column("confidence"), Column("because"))
    return Rows(columns, tuple((*record, *cells) for record, cells in zip(measured.records, told, strict=True)))


def _grade(reasons: Sequence[Reason]) -> tuple[str, str]:
    lost = min(len(GRADES) - 1, sum(steps for steps, _ in reasons))
    return GRADES[lost], "; ".join(words for _, words in sorted(reasons, key=lambda reason: -reason[0]))


def _of_row(row: Mapping[str, Cell], definition: Definition) -> list[Reason]:
    n, excluded = int(str(row["n"] or 0)), int(str(row["excluded"] or 0))
    reasons = list[Reason]()
    complete = definition.shape in _COMPLETE or (definition.shape == "movements" and definition.adds_up != "ratio")
    if not complete and n < definition.enough:
        reasons.append((3, f"n = {n}: cannot tell yet"))
    elif not complete and n < 2 * definition.enough:
        reasons.append((1, f"n = {n}: few"))
    return reasons + _share(excluded, n + excluded, "of its records left out")


def _age(day: date, last_load: date | None) -> list[Reason]:
    behind = (day - last_load).days if last_load else 0
    if behind <= _STALE:
        return []
    return [(1 + (behind > _OLD), f"nothing is loaded of the last {behind} days")]


def _rebuilt(definition: Definition, facts: Facts) -> list[Reason]:
    """Records as they were on a past day are worked out from dates; what nobody dated is as it became later."""
    things = {part.records or definition.records for part in definition.parts if not part.parameter} or {"opportunity"}
    counted = [0, 0]
    for thing in things:
        if "reconstructed" in facts.schema(thing):
            rebuilt, n = facts.run(f"SELECT count(*) FILTER (reconstructed), count(*) FROM {thing}")[0]
            counted = [counted[0] + int(str(rebuilt)), counted[1] + int(str(n))]
    found = _share(counted[0], counted[1], "reconstructed from later loads")
    return [(1, words) for _, words in found]


def _distrust(definition: Definition, hygiene: Callable[[], Hygiene]) -> list[Reason]:
    if not any(part.status == ("open",) and not part.records for part in definition.parts):
        return []
    line = hygiene().pipeline
    if definition.columns and line.raw:
        return _share(line.raw - line.trusted, line.raw, "of the open pipeline not trusted (headway hygiene)")
    return _share(line.distrusted, line.deals, "of open deals not trusted (headway hygiene)")


def _share(part: float, whole: float, words: str) -> list[Reason]:
    share = part / whole if whole else 0.0
    return [(1 + (share > _MANY), f"{share:.0%} {words}")] if share > _SOME else []


def once_asked(make: Callable[[], Hygiene]) -> Callable[[], Hygiene]:
    """The same answer for every metric of a question, worked out for the first that needs it."""
    return cache(make)
