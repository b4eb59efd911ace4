"""Where a piece of the user's text stands: file, line, column, and the text itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Location:
    """A place in a file; line and column count from 1, in characters; length is what the caret underlines."""

    file: str
    line: int
    column: int = 1
    length: int = 1
    excerpt: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Row:
    """One physical row of a piece of text: where it starts, the row as it stands, and the whole line it is in."""

    line: int
    column: int
    text: str
    whole: str


@dataclass(frozen=True)
class Piece:
    """A scalar as the user wrote it: its value and the physical rows it came from, so a part can be pointed at."""

    value: str
    file: str
    rows: tuple[Row, ...]

    def __str__(self) -> str:
        return self.value

    @property
    def location(self) -> Location:
        """The whole first row."""
        return self.part(0, 0, len(self.rows[0].text))

    def part(self, row: int, start: int, end: int) -> Location:
        """The characters start to end of a row (both from 0), as a location in the file."""
        here = self.rows[min(row, len(self.rows) - 1)]
        return Location(self.file, here.line, here.column + start, max(1, end - start), here.whole)

    @classmethod
    def of(cls, value: str, file: str = "<text>", line: int = 1) -> Piece:
        """A piece that did not come from a file: typed on the command line, or in a test."""
        rows = tuple(Row(line + i, 1, text, text) for i, text in enumerate(value.split("\n")))
        return cls(value, file, rows)
