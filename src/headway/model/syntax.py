"""A formula as written: its parts, each knowing the place it came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from headway.core.positions import Location, Piece


@dataclass(frozen=True)
class Source:
    """The rows a formula is read from, and how far its first row stands inside the piece's own."""

    piece: Piece
    rows: tuple[str, ...]
    shift: int = 0
    exact: bool = True


@dataclass(frozen=True)
class Span:
    """Where a part of a formula starts and ends: rows and characters, both from 0."""

    source: Source
    row: int
    start: int
    end_row: int
    end: int

    @property
    def location(self) -> Location:
        """The place in the user's file; a part over several rows is shown by its first."""
        if not self.source.exact:
            return self.source.piece.location
        shift = self.source.shift if self.row == 0 else 0
        end = self.end if self.end_row == self.row else len(self.source.rows[self.row].rstrip())
        return self.source.piece.part(self.row, self.start + shift, end + shift)

    @property
    def text(self) -> str:
        """The part as written, on one row."""
        rows = self.source.rows
        if self.row == self.end_row:
            return rows[self.row][self.start : self.end]
        parts = [rows[self.row][self.start :], *rows[self.row + 1 : self.end_row], rows[self.end_row][: self.end]]
        return " ".join(part.strip() for part in parts)


@dataclass(frozen=True)
class Number:
    """A number."""

    value: float
    span: Span


@dataclass(frozen=True)
class Name:
    """A name, dots included."""

    name: str
    span: Span


@dataclass(frozen=True)
class Operation:
    """Two operands and the sign between them: + - * / **."""

    sign: str
    left: Syntax
    right: Syntax
    span: Span


@dataclass(frozen=True)
class Negation:
    """Minus something."""

    operand: Syntax
    span: Span


@dataclass(frozen=True)
class Comparison:
    """Two operands and how they are compared: == != < <= > >= in."""

    sign: str
    left: Syntax
    right: Syntax
    span: Span


@dataclass(frozen=True)
class Subscript:
    """x[member] or x[group], possibly several."""

    operand: Syntax
    keys: tuple[Syntax, ...]
    span: Span


@dataclass(frozen=True)
class Listing:
    """[a, b], as over= takes it."""

    items: tuple[Syntax, ...]
    span: Span


@dataclass(frozen=True)
class Call:
    """A function with its arguments and options."""

    function: Name
    arguments: tuple[Syntax, ...]
    options: tuple[tuple[str, Syntax], ...]
    span: Span

    def option(self, name: str) -> Syntax | None:
        """The value of an option, None where it is not given."""
        return dict(self.options).get(name)


@dataclass(frozen=True)
class Broken:
    """A part that could not be read; it has been reported."""

    span: Span


Syntax = Number | Name | Operation | Negation | Comparison | Subscript | Listing | Call | Broken


@dataclass(frozen=True)
class Reading:
    """One name a formula reads: whether only in earlier months, through spread, or over all months; and the call."""

    name: str
    span: Span
    earlier: bool = False
    spread: bool = False
    all_months: bool = False
    call: Span | None = None


def readings(node: Syntax, outer: Reading | None = None) -> Iterator[Reading]:
    """Every name a formula reads for its value, in the order written."""
    how = outer or Reading("", node.span)
    match node:
        case Name():
            yield Reading(node.name, node.span, how.earlier, how.spread, how.all_months, how.call)
        case Operation() | Comparison():
            yield from readings(node.left, how)
            yield from readings(node.right, how)
        case Negation():
            yield from readings(node.operand, how)
        case Subscript():
            yield from readings(node.operand, how)
        case Call():
            for argument in node.arguments:
                yield from readings(argument, _through(node, how))
        case Number() | Listing() | Broken():
            return


def _through(call: Call, how: Reading) -> Reading:
    function = call.function.name
    if function == "previous":
        return Reading("", call.span, True, how.spread, how.all_months, call.span)
    if function == "spread":
        return Reading("", call.span, how.earlier, True, how.all_months, how.call or call.span)
    if function == "last" or "month" in over_names(call):
        return Reading("", call.span, False, False, True, call.span)
    return how


def over_names(call: Call) -> tuple[str, ...]:
    """The dimensions named in over=."""
    over = call.option("over")
    items = over.items if isinstance(over, Listing) else (over,)
    return tuple(item.name for item in items if isinstance(item, Name))
