"""A file as one mapping, and files of named entries: what every reader of this room begins with."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from headway.core.calendar import FiscalCalendar
from headway.core.diagnostics import Diagnostic
from headway.core.positions import Location
from headway.text import mistakes
from headway.text.binding import Gathered, Shape, bind_entries
from headway.text.nodes import MapNode, sort_of
from headway.text.source import Source, load, read_nodes, shown

T = TypeVar("T")


def read_document(source: Source | Diagnostic, gathered: Gathered, holds: str = "") -> MapNode | None:
    """The mapping a file consists of. `holds` says what an empty file should have held; "" where it may be empty."""
    if isinstance(source, Diagnostic):
        gathered.found.append(source)
        return None
    node, found = read_nodes(source)
    gathered.found.extend(found)
    if isinstance(node, MapNode):
        return node
    if node is not None:
        words = f"'{source.file}' should hold entries of the form key: value, not {sort_of(node)}"
        gathered.wrong(mistakes.WRONG_TYPE, node.place, words)
    elif holds and not found:
        place, remedy = Location(source.file, 1), f"write {holds}"
        gathered.wrong(mistakes.EMPTY_TEXT, place, f"'{source.file}' is empty", remedy=remedy)
    return None


def read_entries(
    path: Path, shape: Shape, fiscal: FiscalCalendar | None = None, root: Path | None = None
) -> tuple[dict[str, object], tuple[Diagnostic, ...]]:
    """A file of `name: {...}` entries as the dataclass of a shape; the sound ones, and everything found wrong."""
    gathered = Gathered(fiscal or FiscalCalendar())
    node = read_document(load(path, root), gathered)
    bound = bind_entries(node, shape, gathered) if node else {}
    return bound, gathered.in_order()


def read_mappings_of(
    paths: Iterable[Path], made: type[T], fiscal: FiscalCalendar | None = None, root: Path | None = None
) -> tuple[dict[str, T], tuple[Diagnostic, ...]]:
    """Several files of `name: {...}` entries as one; a name that stands in two of them is a mistake."""
    read: dict[str, T] = {}
    found: list[Diagnostic] = []
    places: dict[str, Location] = {}
    for path in paths:
        bound, wrong = read_mapping_of(path, made, fiscal, root)
        found += wrong
        for name, value in bound.items():
            place = getattr(value, "location", None) or Location(shown(path, root), 1)
            if name in places:
                first, words = places[name], f"'{name}' is written twice, in two files"
                remedy = f"keep one of the two: the first is at {first.file}:{first.line}"
                found.append(mistakes.DUPLICATE_KEY.at(place, words, remedy=remedy))
            places.setdefault(name, place)
        read |= bound
    return read, tuple(found)


def read_mapping_of(
    path: Path, made: type[T], fiscal: FiscalCalendar | None = None, root: Path | None = None, key: str = "name"
) -> tuple[dict[str, T], tuple[Diagnostic, ...]]:
    """A file of `name: {...}` entries as a frozen dataclass; its field `key` takes the name, `location` the place."""
    bound, found = read_entries(path, Shape(made, key=key), fiscal, root)
    return {name: value for name, value in bound.items() if isinstance(value, made)}, found
