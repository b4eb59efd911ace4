"""What is left of each quarter's new customers with age: a table whose cells are tinted, every value printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from headway.core import formatting
from headway.core.answers import Measured
from headway.core.rows import Cell, Rows
from headway.web.pipeline_answer import number
from headway.web.query import Asked
from headway.web.revenue_answer import AGE, ARR, COHORT, RevenueAnswer, rows_of
from headway.web.track import Linked

MOST = 16
"""How many cohorts the page shows, the newest; the file holds all."""

_UNSURE = "cannot tell yet"
_TINTS = ((1.1, "g2"), (1.0, "g1"), (0.9, "b1"), (0.75, "b2"))
"""From which share of the start on a cell has which tint; below all of them, the darkest."""


@dataclass(frozen=True)
class Share:
    """One cell: the share in whole percent, its tint; in brackets, without one, where too few customers tell."""

    text: str
    tint: str


@dataclass(frozen=True)
class CohortRow:
    """One quarter's new customers: how many, and what is left of their ARR at each age; None where that lies ahead."""

    name: Linked
    n: str
    cells: tuple[Share | None, ...]


@dataclass(frozen=True)
class Cohorts:
    """The whole part of the page; `why_not` where the facts do not allow it."""

    why_not: tuple[str, ...]
    take: str = ""
    ages: tuple[str, ...] = ()
    rows: tuple[CohortRow, ...] = ()
    left_out: int = 0


def told(found: RevenueAnswer, asked: Asked) -> Cohorts:
    """The triangle written out, the newest cohort last."""
    cells = rows_of(found.cohorts, found.currency)
    if not cells:
        messages = () if isinstance(found.cohorts, Measured) else tuple(one.message for one in found.cohorts)
        return Cohorts(messages or ("no quarter of new customers is over yet",))
    cohorts = _cohorts(cells)
    shown = list(cohorts)[-MOST:]
    oldest = max(max(cohorts[one]) for one in shown)
    at = replace(asked, period=None)
    rows = [
        CohortRow(
            Linked(one, replace(at, where={COHORT: one}).why(ARR)),
            formatting.count(number(next(iter(cohorts[one].values()))["n"])),
            tuple(_share(cohorts[one].get(age)) for age in range(1, oldest + 1)),
        )
        for one in shown
    ]
    return Cohorts(
        (), _take(cohorts), tuple(str(age) for age in range(1, oldest + 1)), tuple(rows), len(cohorts) - len(shown)
    )


def tables(found: RevenueAnswer) -> Mapping[str, Rows]:
    """Every cohort at every age."""
    return {"cohorts": found.cohorts.rows} if isinstance(found.cohorts, Measured) else {}


def _cohorts(cells: tuple[Mapping[str, Cell], ...]) -> dict[str, dict[int, Mapping[str, Cell]]]:
    made: dict[str, dict[int, Mapping[str, Cell]]] = {}
    for row in cells:
        made.setdefault(str(row[COHORT]), {})[int(str(row[AGE]))] = row
    return dict(sorted(made.items()))


def _share(row: Mapping[str, Cell] | None) -> Share | None:
    if row is None:
        return None
    value = number(row["value"]) or 0.0
    text = formatting.whole(value * 100)
    if _UNSURE in str(row["note"]):
        return Share(f"({text})", "none")
    return Share(text, next((tint for floor, tint in _TINTS if round(value, 2) >= floor), "b3"))


def _take(cohorts: Mapping[str, Mapping[int, Mapping[str, Cell]]]) -> str:
    """What is left after a year, of the cohorts that can tell."""
    year = [
        (name, number(rows[4]["value"]) or 0.0)
        for name, rows in cohorts.items()
        if 4 in rows and _UNSURE not in str(rows[4]["note"])
    ]
    if not year:
        return "No cohort of enough customers is a year old yet."
    above = sum(1 for _, value in year if value >= 1.0)
    name, value = year[-1]
    cohorts_told = formatting.plural(len(year), "cohort")
    verb = "was" if above == 1 else "were"
    newest = f"the newest, {name}, kept {formatting.percent(value)}"
    return f"A year on, {above} of {cohorts_told} that can tell {verb} worth as much as at the start or more; {newest}."
