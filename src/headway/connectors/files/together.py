"""Several files of one export: parts of the same shape are read by one mapping, and a file given twice counts once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from headway.connectors.files.landed import LandedFile
from headway.connectors.mistakes import REPEATED_FILE
from headway.core.diagnostics import Diagnostic
from headway.core.mapping import FileMapping
from headway.core.positions import Location

V = TypeVar("V")


def once(landed: Sequence[LandedFile]) -> tuple[tuple[LandedFile, ...], list[Diagnostic]]:
    """The files without those whose content came before, and a word on each of these."""
    kept: dict[tuple[str, str], LandedFile] = {}
    said: list[Diagnostic] = []
    for file in landed:
        same = kept.setdefault((file.sha256, file.sheet), file)
        if same is not file:
            message = f"{file.title} holds the same as {same.title}; it is read once"
            remedy = "nothing to do, or name the file that was meant"
            place = Location(str(file.path), 1)
            said.append(REPEATED_FILE.at(place, message, remedy=remedy, severity="warning"))
    return tuple(kept.values()), said


def told_apart(landed: Sequence[LandedFile]) -> tuple[LandedFile, ...]:
    """The files, those of one name in several folders called by their folder too."""
    for whole in (False, True):
        titles = [file.title for file in landed]
        landed = [_in_folder(file, whole) if titles.count(file.title) > 1 else file for file in landed]
    return tuple(landed)


def _in_folder(file: LandedFile, whole: bool) -> LandedFile:
    return replace(file, folder=str(file.path.resolve().parent) if whole else file.path.resolve().parent.name)


def joined(one: FileMapping, other: FileMapping) -> FileMapping | None:
    """One mapping that reads what either reads; None where they differ in what cannot be had both ways."""
    key = one.key if set(one.key) >= set(other.key) else other.key
    dates = _dates(one.dates, other.dates)
    at_odds = (
        one.thing != other.thing
        or _folded(one.headers) != _folded(other.headers)
        or one.made_key != other.made_key
        or not set(key) >= {*one.key, *other.key}
        or _fields(one) != _fields(other)
        or (one.decimal, one.currency, one.coverage) != (other.decimal, other.currency, other.coverage)
        or any(one.stages[label] != status for label, status in other.stages.items() if label in one.stages)
    )
    if at_odds or dates is None:
        return None
    repairs = {
        column: {**other.repairs.get(column, {}), **one.repairs.get(column, {})}
        for column in (*one.repairs, *other.repairs)
    }
    return replace(
        one,
        key=key,
        dates=dates,
        stages={**other.stages, **one.stages},
        repairs=repairs,
        stage_entries={**other.stage_entries, **one.stage_entries},
    )


def brought_up_to_date(known: FileMapping, first: FileMapping, second: FileMapping) -> FileMapping:
    """What two files read by one known mapping add to it, together."""
    columns = {column.field: column for column in (*second.columns, *first.columns)}
    repairs = {
        column: {**second.repairs.get(column, {}), **first.repairs.get(column, {})}
        for column in (*first.repairs, *second.repairs)
    }
    made = replace(
        first,
        headers=_union(first.headers, second.headers),
        columns=tuple(columns.values()),
        dimensions=_union(first.dimensions, second.dimensions),
        ignored=_union(first.ignored, second.ignored),
        dates=_dates(first.dates, second.dates) or first.dates,
        stages={**second.stages, **first.stages},
        repairs=repairs,
        stage_entries={**second.stage_entries, **first.stage_entries},
        notes={**second.notes, **first.notes},
    )
    return known if made.meaning == known.meaning else made


def _dates(one: Mapping[str, str], other: Mapping[str, str]) -> dict[str, str] | None:
    """The patterns of both; None where a column is day first in one and month first in the other."""
    found = dict(other) | dict(one)
    for column in set(one) & set(other):
        if one[column] != other[column]:
            numbers = {part for text in (one[column], other[column]) for part in text.split(" | ") if part[:2] != "%Y"}
            if len({part[:2] for part in numbers}) > 1:
                return None
            found[column] = " | ".join(_union(one[column].split(" | "), other[column].split(" | ")))
    return found


def _fields(mapping: FileMapping) -> set[tuple[str, str, str]]:
    return {(column.field, column.column.casefold(), column.format) for column in mapping.columns}


def _folded(headers: Sequence[str]) -> set[str]:
    return {header.casefold() for header in headers}


def _union(one: Sequence[V], other: Sequence[V]) -> tuple[V, ...]:
    return tuple(dict.fromkeys((*one, *other)))
