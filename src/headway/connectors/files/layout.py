"""Where the header stands, which rows are data, and why each other row is not."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from headway.connectors.files.delimited import DELIMITERS, Record
from headway.connectors.files.landed import ROW, ListedKind, ListedRow

LOOK_AT = 200
"""How many rows are looked at to find the header."""

_HEADER_WITHIN = 40
_MOST_LISTED = 200_000
_DATA_LIKE = re.compile(
    r"[-+(]?[$€£]?\s?\d[\d.,\s]*[%)]?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?|\S+@\S+\.\w+|(true|false)", re.IGNORECASE
)
_FOOTERS = (
    (re.compile(r"(grand\s+)totals?\b.*", re.IGNORECASE), "the export's grand total"),
    (re.compile(r"sub-?\s?totals?\b.*", re.IGNORECASE), "a sub-total of the export"),
    (re.compile(r"totals?\s*:?\s*(\([\d.,\s]+(records?|rows?)\))?\s*:?", re.IGNORECASE), "a total of the export"),
    (re.compile(r"[\d.,\s]+records?|records?\s*:\s*[\d.,]+", re.IGNORECASE), "a count of records"),
    (re.compile(r"confidential information\b.*|.*\bdo not distribute\b.*", re.IGNORECASE), "a note on confidentiality"),
    (re.compile(r"copyright\b.*|©.*|.*\ball rights reserved\b.*", re.IGNORECASE), "a copyright line"),
    (
        re.compile(r"(generated|exported|created|report run|run)\s+(by|on|at)\b.*", re.IGNORECASE),
        "a note of the export",
    ),
)
_OF_TOTALS = re.compile(r"(record )?count|sum|average|avg\.?|median|minimum|maximum|min\.?|max\.?", re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """The header of a table: the row it stands on, its names as written and made unique, and the rows above it."""

    row: int
    headers: tuple[str, ...]
    columns: tuple[str, ...]
    above: tuple[ListedRow, ...] = ()

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.columns)


@dataclass
class Tally:
    """What became of the rows while they were read: landed, blank, listed, and those split by another sign."""

    landed: int = 0
    blank: int = 0
    listed: list[ListedRow] = field(default_factory=list[ListedRow])
    split_by: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    after_footer: bool = False

    def put(self, row: int, kind: ListedKind, reason: str, text: str) -> None:
        """List one row."""
        self.listed.append(ListedRow(row, kind, reason, text[:500]))


def find_layout(first: Sequence[Record]) -> Layout | None:
    """The header among the first rows: the first one that names most columns; None where that row looks like data."""
    filled = [record for record in first if any(cell.strip() for cell in record.cells)]
    widths = Counter(len(record.cells) for record in filled)
    width = max(widths.items(), key=lambda item: (item[1], item[0]))[0]
    for index, record in enumerate(filled[:_HEADER_WITHIN]):
        names = [cell.strip() for cell in record.cells]
        named = [name for name in names if name]
        if len(named) >= max(min(2, width), 0.6 * width):
            if sum(1 for name in named if _DATA_LIKE.fullmatch(name)) * 3 >= len(named):
                return None
            names += [""] * (width - len(names))
            above = tuple(
                ListedRow(r.row, "preamble", "stands above the header", ", ".join(c for c in r.cells if c)[:500])
                for r in filled[:index]
            )
            return Layout(record.row, tuple(names), unique(names), above)
    return None


def unique(headers: Sequence[str]) -> tuple[str, ...]:
    """Column names that differ whatever their case: blank ones numbered, repeated ones counted."""
    made: list[str] = []
    seen = {ROW}
    for place, header in enumerate(headers, 1):
        name = stem = re.sub(r"\s+", " ", header).strip() or f"column {place}"
        count = 1
        while name.casefold() in seen:
            count += 1
            name = f"{stem} ({count})"
        seen.add(name.casefold())
        made.append(name)
    return tuple(made)


def data_rows(records: Iterable[Record], layout: Layout, delimiter: str, tally: Tally) -> Iterator[list[str]]:
    """The rows that fit under the header, trimmed, their number in front; all others go to the tally.

    A sheet (no delimiter) leaves out blank cells at the end of a row; delimited text does not.
    """
    width = layout.width
    sparse = width - max(2, width // 2)
    for row, cells, flaw in records:
        if row <= layout.row:
            continue
        trimmed = list(map(str.strip, cells))
        if not delimiter and len(trimmed) < width:
            trimmed += [""] * (width - len(trimmed))
        blanks = trimmed.count("")
        if blanks == len(trimmed):
            tally.blank += 1
        elif flaw == "open quote" or len(trimmed) != width or blanks >= sparse:
            kept = _examine(Record(row, trimmed, flaw), width, delimiter, tally)
            if kept:
                tally.landed += 1
                yield [str(row), *kept]
        else:
            tally.landed += 1
            yield [str(row), *trimmed]
        if len(tally.listed) > _MOST_LISTED:
            return


def _examine(record: Record, width: int, delimiter: str, tally: Tally) -> list[str] | None:
    """A row that is not plainly data: its cells if it is after all, else None and an entry in the list."""
    row, cells, flaw = record
    text = delimiter.join(cells) if delimiter else ", ".join(cell for cell in cells if cell)
    if flaw == "open quote":
        tally.put(row, "open quote", "a quote that opens here, or above, is never closed", text)
        return None
    filled = [cell for cell in cells if cell]
    footer = _footer(filled[0]) if len(filled) <= max(2, width // 2) or len(cells) < width else ""
    if not footer and tally.after_footer and len(filled) == 1 and width > 1:
        footer = "a line below the totals"
    if not footer and tally.after_footer and _OF_TOTALS.fullmatch(filled[0]) and len(filled) <= max(2, width // 2):
        footer = "a line of the totals"
    if footer:
        tally.after_footer = True
        tally.put(row, "footer", footer, text)
        return None
    if len(cells) > width and not any(cells[width:]):
        cells = cells[:width]
    if len(cells) == width:
        return cells
    _misfit(record, width, text, delimiter, tally)
    return None


def _misfit(record: Record, width: int, text: str, delimiter: str, tally: Tally) -> None:
    row, cells, flaw = record
    if flaw == "no line end" and len(cells) < width:
        tally.put(row, "cut off", f"the file ends inside this row: {len(cells)} of {width} cells", text)
        return
    other = _other_delimiter(text, width, delimiter)
    if other:
        tally.split_by.setdefault(other, []).append(row)
    tally.put(row, "ragged", f"{len(cells)} cells under {width} column names", text)


def _other_delimiter(text: str, width: int, delimiter: str) -> str:
    if width < 2 or not delimiter:
        return ""
    for other in DELIMITERS:
        if (
            other != delimiter
            and text.count(other) >= width - 1
            and len(next(csv.reader([text], delimiter=other))) == width
        ):
            return other
    return ""


def _footer(cell: str) -> str:
    return next((reason for pattern, reason in _FOOTERS if pattern.fullmatch(cell)), "")
