"""YAML as a tree that remembers where each piece stands: scalars, lists and mappings with file, row and column."""

from __future__ import annotations

from dataclasses import dataclass, field

from headway.core.positions import Location, Piece, Row

EMPTY = ("", "~", "null", "Null", "NULL")
"""The spellings of nothing, when not quoted."""


@dataclass(frozen=True)
class Span:
    """The characters of a text from `start` up to `end`, both counted from 0."""

    start: int
    end: int


_NOWHERE = Span(0, 0)


@dataclass(frozen=True)
class Scalar:
    """A single value as written; numbers, dates and formulas stay text until somebody asks for their meaning.

    `style` is how it is set off: by ' or ", as a block by | or >, or, plain, not at all.
    """

    piece: Piece
    style: str = ""
    span: Span = field(default=_NOWHERE, compare=False)

    @property
    def quoted(self) -> bool:
        """Whether it is set off, so that no word of it means nothing, yes or no."""
        return bool(self.style)

    @property
    def text(self) -> str:
        """What it says."""
        return self.piece.value

    @property
    def place(self) -> Location:
        """Where it stands: its first row."""
        return self.piece.location

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written (`key:` alone, or `~`)."""
        return not self.quoted and self.text in EMPTY


@dataclass(frozen=True)
class ListNode:
    """Values in order."""

    items: tuple[Node, ...]
    place: Location
    flow: bool = False
    span: Span = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True)
class Entry:
    """One `key: value`."""

    key: Scalar
    value: Node


@dataclass(frozen=True)
class MapNode:
    """Entries in the order written, each key once; `flow` is true for the one-row form in braces."""

    entries: tuple[Entry, ...]
    place: Location
    flow: bool = False
    span: Span = field(default=_NOWHERE, compare=False)

    def entry(self, key: str) -> Entry | None:
        """The entry of that key, if there is one."""
        return next((e for e in self.entries if e.key.text == key), None)


Node = Scalar | ListNode | MapNode


def sort_of(node: Node) -> str:
    """What a node is, in words for a message."""
    if isinstance(node, MapNode):
        return "a mapping (key: value)"
    if isinstance(node, ListNode):
        return "a list"
    return "nothing" if node.is_empty else f"'{shortened(node.text)}'"


def shortened(text: str, width: int = 60) -> str:
    """A value as messages quote it: on one row, and not endless."""
    flat = " ".join(text.split())
    return flat if len(flat) <= width else flat[: width - 3] + "..."


def row_of(line: int, column: int, text: str, whole: str) -> Row:
    """A physical row from positions that count from 0."""
    return Row(line + 1, column + 1, text, whole)
