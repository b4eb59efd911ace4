"""What stands in each landed column: how full it is, how varied, what sort of values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from headway.connectors.files.landed import ROW, LandedFile, relation
from headway.connectors.files.vocabulary import NOTHING
from headway.core.errors import Fault
from headway.core.rows import Cell
from headway.tables.engine import Engine, quoted

ColumnKind = Literal["empty", "date", "number", "percent", "flag", "email", "text"]

FEW = 300
"""Up to so many different values a column is looked at value by value."""

_SAMPLE = 200
_COUNT_EXACTLY = 100_000
_AT_ONCE = 16
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DATE = re.compile(
    rf"(\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.](\d{{4}}|\d{{2}})|(19|20)\d{{6}}|1\d{{12}}"
    rf"|\d{{1,2}}[-/ .]+({_MONTHS})[a-z]*[-/ ,.]+(\d{{4}}|\d{{2}})|({_MONTHS})[a-z]*\.? \d{{1,2}},? \d{{4}})"
    r"([ T,]+\d{1,2}:\d{2}.*)?",
    re.IGNORECASE,
)
_CODE = r"(?:[A-Z]{1,3}\$|(?-i:[A-Z]{3})|kr\.?|zł|[$€£¥₹₩₽])"
_NUMBER = re.compile(
    rf"[-+−(]*\s*{_CODE}?\s*[-+−(]*\s*\d[\d.,'’\s]*\s*(k|m|mn|mm|mio|tsd|bn|b|mrd)?\.?\s*\)?\s*{_CODE}?\s*[-)]?",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"[-+]?\d+([.,]\d+)?\s*%")
_FLAG = re.compile(r"true|false|yes|no|y|n|0|1|0\.0|1\.0", re.IGNORECASE)
_EMAIL = re.compile(r"\S+@\S+\.\S+")


@dataclass(frozen=True)
class ColumnProfile:
    """One column: filled rows, about how many different values, the first ones, and their sort."""

    name: str
    filled: int
    distinct: int
    sample: tuple[str, ...]
    kind: ColumnKind


@dataclass(frozen=True)
class Profile:
    """One landed file and its columns."""

    landed: LandedFile
    columns: Mapping[str, ColumnProfile]

    @property
    def relation(self) -> str:
        """The landed table, as SQL names it."""
        return relation(self.landed)


def profile(landed: LandedFile, engine: Engine) -> Profile:
    """Look at every column of a landed file."""
    source = relation(landed)
    different = "count(DISTINCT {0})" if landed.rows <= _COUNT_EXACTLY else "approx_count_distinct({0})"
    counts: list[int] = []
    for start in range(0, len(landed.columns), _AT_ONCE):
        names = [quoted(name) for name in landed.columns[start : start + _AT_ONCE]]
        asked = ", ".join(f"count({name}), {different.format(name)}" for name in names)
        counts += one(engine, f"SELECT {asked} FROM {source}")
    columns: dict[str, ColumnProfile] = {}
    for place, name in enumerate(landed.columns):
        sample = _sample(engine, source, name)
        filled, distinct = counts[2 * place : 2 * place + 2]
        columns[name] = ColumnProfile(name, filled, min(filled, distinct), sample, _kind(sample))
    return Profile(landed, columns)


def _sample(engine: Engine, source: str, name: str) -> tuple[str, ...]:
    found: list[str] = []
    for direction in ("ASC", "DESC"):
        sql = f"SELECT {quoted(name)} FROM {source} WHERE {quoted(name)} IS NOT NULL ORDER BY {ROW} {direction}"
        found += [str(value) for (value,) in engine.run(f"{sql} LIMIT {_SAMPLE}")]
    return tuple(dict.fromkeys(found))


def _kind(sample: Iterable[str]) -> ColumnKind:
    values = [value for value in sample if value.casefold() not in NOTHING]
    if not values:
        return "empty"
    tests: tuple[tuple[ColumnKind, re.Pattern[str], float], ...] = (
        ("flag", _FLAG, 1.0),
        ("date", _DATE, 0.6),
        ("percent", _PERCENT, 0.8),
        ("number", _NUMBER, 0.8),
        ("email", _EMAIL, 0.8),
    )
    for kind, pattern, share in tests:
        if sum(1 for value in values if pattern.fullmatch(value)) >= share * len(values):
            return kind
    return "text"


def counts_of(engine: Engine, profiled: Profile, name: str, most: int = FEW) -> dict[str, int]:
    """The values of a column and how often each occurs, the most frequent first, up to a limit."""
    records = engine.run(
        f"SELECT {quoted(name)} AS value, count(*) AS n FROM {profiled.relation} WHERE {quoted(name)} IS NOT NULL "
        f"GROUP BY ALL ORDER BY n DESC, value LIMIT {most}"
    )
    return {str(value): whole(n) for value, n in records}


def whole(cell: Cell) -> int:
    """A count that came from SQL."""
    if isinstance(cell, int):
        return cell
    if cell is None:
        return 0
    raise Fault(f"expected a count, got {cell!r}")


def one(engine: Engine, sql: str) -> tuple[int, ...]:
    """The counts in the one record a query gives."""
    return tuple(whole(cell) for cell in engine.run(sql)[0])
