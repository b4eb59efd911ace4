"""What of a model's text could not be read, so that the rest of it can still be checked without false alarm."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TypeVar

from headway.core.plan import Gaps
from headway.core.positions import Piece
from headway.core.units import Unit
from headway.text.binding import meant
from headway.text.nodes import Entry, MapNode, Node, Scalar

T = TypeVar("T")

_FORMULAS = ("formula", "before")


def entry_meant(node: MapNode, key: str, known: Collection[str]) -> Entry | None:
    """The entry of a key; where there is none, the one whose key nobody knows and that was meant to be it."""
    strangers = (e for e in node.entries if e.key.text not in known and meant(e.key.text, known) == key)
    return node.entry(key) or next(strangers, None)


def without_cut(node: Node, read: dict[str, T]) -> dict[str, T]:
    """Named entries but those that a comma cut off: what is left of them says something else."""
    return {name: value for name, value in read.items() if not _is_cut(node, name)}


def gaps_of(node: Node, read: Collection[str]) -> Gaps:
    """The entries of a part that are not among those read: their names, unit words, and formulas."""
    if not isinstance(node, MapNode):
        return Gaps(any_name=not (isinstance(node, Scalar) and node.is_empty))
    gaps = Gaps()
    for entry in node.entries:
        if entry.key.text not in read:
            gaps |= Gaps(frozenset((entry.key.text,)), frozenset(_unit_words(entry)), tuple(_formulas(entry)))
    return gaps


def _is_cut(node: Node, name: str) -> bool:
    """Whether the entry after this one, inside braces, is the rest of its value."""
    if not isinstance(node, MapNode) or not node.flow:
        return False
    names = [entry.key.text for entry in node.entries]
    following = node.entries[names.index(name) + 1 :][:1]
    return any(isinstance(entry.value, Scalar) and entry.value.is_empty for entry in following)


def _parts(entry: Entry) -> Iterator[tuple[str, Piece]]:
    """What an entry says under each key; of keys misspelt, under the one that was meant."""
    for part in entry.value.entries if isinstance(entry.value, MapNode) else ():
        whole = isinstance(part.value, Scalar) and not part.value.is_empty
        if isinstance(part.value, Scalar) and whole and not _is_cut(entry.value, part.key.text):
            yield meant(part.key.text, (*_FORMULAS, "unit")) or part.key.text, part.value.piece


def _formulas(entry: Entry) -> Iterator[Piece]:
    yield from (piece for key, piece in _parts(entry) if key in _FORMULAS)


def _unit_words(entry: Entry) -> Iterator[str]:
    for key, piece in _parts(entry):
        unit = Unit.parse(piece.value) if key == "unit" else None
        yield from unit.names if unit is not None else ()
