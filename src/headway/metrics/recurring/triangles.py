"""What is left of each cohort with age: from what runs at the end of its first month, quarter or year, to each later end.

Every change point counts from the age it falls in until the age of the next one, so a cell is a running sum of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate

from headway.core.calendar import add_months
from headway.core.rows import Cell
from headway.metrics.facts import Facts, once
from headway.metrics.recurring.book import Book
from headway.metrics.recurring.grouping import Group, Grouping
from headway.metrics.recurring.retention import Kept, Measure

MONTHS: Mapping[str, int] = {"month": 1, "quarter": 3, "year": 12}
"""How many months one step of age has."""
_POINT_TO_POINT: Mapping[Measure, str] = {"nrr": "after", "grr": "least(after, opened)"}
_BY_MOVEMENTS: Mapping[Measure, str] = {"grr_by_movements": "opened - lost"}

Triangle = Mapping[Group, list[Kept]]
"""By group, its cohort among the members and the age left empty: what is kept of the cohort at each age."""


def triangle(facts: Facts, kept: Book, by: Grouping, grain: str, cohort: int, take: str) -> Triangle:
    """What is kept of every cohort at each age that was over on the ledger's day, by the groups of a question.

    `cohort` is the place of the cohort, in periods of the same grain, among the columns of the grouping.
    """
    measures = _BY_MOVEMENTS if take in _BY_MOVEMENTS else _POINT_TO_POINT
    key = ("triangle", by.key, grain, cohort, tuple(measures))
    return once(facts, key, dict, lambda: _cells(facts, kept, by, grain, cohort, measures))


def next_of(day: date, grain: str) -> date:
    """The first day of the first month, quarter or year that is not over on a day."""
    after = day + timedelta(days=1)
    months = MONTHS[grain]
    return add_months(after, -((after.month - 1) % months))


def age_of(day: date, cohort: date, grain: str) -> int:
    """How many months, quarters or years after the one that begins on `cohort` the one is that a day lies in."""
    return ((day.year - cohort.year) * 12 + day.month - cohort.month) // MONTHS[grain]


def _cells(
    facts: Facts, kept: Book, by: Grouping, grain: str, cohort: int, measures: Mapping[Measure, str]
) -> dict[Group, list[Kept]]:
    end = next_of(kept.day, grain)
    worths = ", ".join(f"{sql} AS {measure}" for measure, sql in measures.items())
    still = "" if "grr_by_movements" in measures else "AND after <> 0"
    lived = f"SELECT *, {worths} FROM ({_lived(kept, by, grain, end, measures)}) WHERE age >= 0 AND age < next {still}"
    totals = [f"sum({m}{times})" for m in measures for times in ("", f"::DOUBLE * {m}", "::DOUBLE * opened")]
    named = [f"t{n}" for n in range(1 + len(totals))]
    both = ", ".join(
        f"{sql} AS {name}" for name, sql in zip(named, ("count(*) FILTER (after > 0)", *totals), strict=True)
    )
    signed = ", ".join(f"sum(CASE WHEN age IS NULL THEN -{name} ELSE {name} END)" for name in named)
    found = facts.run(
        f"SELECT {by.named}coalesce(age, next) AS reached, {signed} FROM (SELECT {by.named}age, next, {both} FROM ({lived}) "
        f"GROUP BY GROUPING SETS (({by.named}age), ({by.named}next))) GROUP BY {by.named}reached",
        by.values,
    )
    width, place = by.width, sum(1 for column in by.columns[:cohort] if column)
    steps: dict[tuple[Cell, ...], list[list[float]]] = {}
    for record in found:
        cells, at = record[:width], record[width]
        own = steps.get(cells)
        if own is None:
            begun = cells[place]
            ages = age_of(end, begun, grain) if isinstance(begun, date) else 0
            own = steps[cells] = [[0] * len(named)] * ages
        if isinstance(at, int) and at < len(own):  # what leaves after the last age leaves no cell
            own[at] = [cell if isinstance(cell, int | float) else 0 for cell in record[width + 1 :]]
    return {by.group(cells): _at_each_age(own, tuple(measures)) for cells, own in steps.items()}


def _lived(kept: Book, by: Grouping, grain: str, end: date, measures: Mapping[Measure, str]) -> str:
    """Each change with the ages it counts from and until, and what its customer had at the end of its cohort's period."""
    limit = f"DATE '{end}'"
    age = f"date_diff('{grain}', c.since, c.day)"
    following = f"date_diff('{grain}', c.since, least(coalesce(c.until, {limit}), {limit}))"
    changes, lost = by.changes, ""
    if "grr_by_movements" in measures:
        amount = f"CASE WHEN c.kind IN (2, 3) AND {age} > 0 THEN -c.amount ELSE 0 END"
        run = f"sum({amount}) OVER (PARTITION BY c.who, c.code ORDER BY c.day)"
        changes, lost = f"(SELECT c.*, CAST({run} AS BIGINT) AS lost FROM {changes} c)", "c.lost AS lost, "
    if kept.policy.step == "day" or grain != "month":
        base = f"SELECT c.who, c.code, c.after FROM {by.changes} c WHERE {age} = 0 AND {following} > 0 AND c.after > 0"
        joined = f"{changes} c JOIN ({base}) b ON b.who = c.who AND b.code = c.code"
        changes = f"(SELECT c.* REPLACE (b.after AS opened) FROM {joined})"
    return (
        f"SELECT {by.selected}{age} AS age, {following} AS next, {lost}c.after AS after, c.opened AS opened "
        f"FROM {by.source(f'c.day < {limit}', changes=changes)}"
    )


def _at_each_age(steps: Sequence[Sequence[float]], measures: Sequence[Measure]) -> list[Kept]:
    if not steps:
        return []
    known = [list(accumulate(step[place] for step in steps)) for place in range(len(steps[0]))]
    count, opening, square = known[0][0], known[1][0], known[2][0]
    found = list[Kept]()
    for still, *own in zip(*known, strict=True):
        kept: dict[Measure, int] = {measure: int(own[3 * n]) for n, measure in enumerate(measures)}
        squares: dict[Measure, tuple[float, float, float]] = {
            measure: (own[3 * n + 1], own[3 * n + 2], square) for n, measure in enumerate(measures)
        }
        found.append(Kept(int(count), int(still), int(opening), kept, squares))
    return found
