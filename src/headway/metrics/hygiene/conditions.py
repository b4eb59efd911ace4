"""The words a rule says of a column, as conditions in SQL: a value, `empty`, `not lost`, `> 1000`, `before today - 30`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from headway.core.hygiene import Conditions
from headway.metrics.facts import literal, quoted

_COMPARED = re.compile(r"(<=|>=|<|>)\s*(\S+)")
_DATED = re.compile(r"(before|after|until|since)\s+(\S+)(?:\s*([+-])\s*(\d+))?")
_SIGNS = {"before": "<", "after": ">", "until": "<=", "since": ">="}
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

RECORD = "d"
"""The alias under which every query here reads the record looked at."""


def all_hold(conditions: Conditions, day: date) -> str:
    """A condition in SQL that every one of some columns is as wanted; TRUE where nothing is."""
    return " AND ".join(_holds(name, wanted, day) for name, wanted in conditions.items()) or "TRUE"


def is_empty(column: str) -> str:
    """Whether a column says nothing: NULL, or blanks only."""
    return f"coalesce(trim(CAST({_column(column)} AS VARCHAR)), '') = ''"


def unreadable(conditions: Conditions) -> tuple[tuple[str, str], ...]:
    """Each column with the words about it that cannot be read."""
    words = [(name, word) for name, wanted in conditions.items() for word in _words(wanted)]
    return tuple((name, word) for name, word in words if _misread(word))


def columns_of(conditions: Conditions) -> tuple[str, ...]:
    """Every column some conditions read, those they compare with included."""
    named = list[str](conditions)
    for word in (word for wanted in conditions.values() for word in _words(wanted)):
        told = _COMPARED.fullmatch(word) or _DATED.fullmatch(word)
        if told and not _NUMBER.fullmatch(told[2]) and not _DAY.fullmatch(told[2]) and told[2] != "today":
            named.append(told[2])
    return tuple(dict.fromkeys(named))


def unknown(columns: Iterable[str], schema: Mapping[str, str]) -> tuple[str, ...]:
    """Those of some columns that the records do not have."""
    return tuple(dict.fromkeys(name for name in columns if name not in schema))


def _holds(name: str, wanted: str | tuple[str, ...], day: date) -> str:
    told = [_said(name, word, day) for word in _words(wanted)]
    return f"coalesce({' OR '.join(told)}, FALSE)" if told else "FALSE"


def _said(name: str, word: str, day: date) -> str:
    column = _column(name)
    if word == "empty":
        return is_empty(name)
    if word == "filled":
        return f"NOT ({is_empty(name)})"
    if word.startswith("not "):
        return f"lower(trim(CAST({column} AS VARCHAR))) <> {literal(word[4:].strip().lower())}"
    if compared := _COMPARED.fullmatch(word):
        other = compared[2] if _NUMBER.fullmatch(compared[2]) else f"TRY_CAST({_column(compared[2])} AS DOUBLE)"
        return f"TRY_CAST({column} AS DOUBLE) {compared[1]} {other}"
    if dated := _DATED.fullmatch(word):
        return f"TRY_CAST({column} AS DATE) {_SIGNS[dated[1]]} {_day(dated, day)}"
    return f"lower(trim(CAST({column} AS VARCHAR))) = {literal(word.strip().lower())}"


def _day(dated: re.Match[str], day: date) -> str:
    if dated[2] == "today":
        base = f"DATE '{day.isoformat()}'"
    elif _DAY.fullmatch(dated[2]):
        base = f"DATE {literal(dated[2])}"
    else:
        base = f"TRY_CAST({_column(dated[2])} AS DATE)"
    return f"{base} {dated[3]} {dated[4]}" if dated[3] else base


def _misread(word: str) -> bool:
    begins = re.match(r"(<|>|before\b|after\b|until\b|since\b)", word)
    return bool(begins) and not _COMPARED.fullmatch(word) and not _DATED.fullmatch(word)


def _words(wanted: str | tuple[str, ...]) -> tuple[str, ...]:
    return (wanted,) if isinstance(wanted, str) else wanted


def _column(name: str) -> str:
    return f"{RECORD}.{quoted(name)}"
