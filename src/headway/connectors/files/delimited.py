"""Rows of cells from delimited text, one at a time, with what is wrong at its end."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

DELIMITERS = (",", ";", "\t", "|")
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_LOOK_AT = 200

Flaw = Literal["", "no line end", "open quote"]


class Record(NamedTuple):
    """One row: the number of the line it starts on, its cells, and what is wrong with it."""

    row: int
    cells: list[str]
    flaw: Flaw = ""


def find_delimiter(path: Path, encoding: str) -> str:
    """The sign that splits most of the first rows into the same number of cells, two or more."""
    with path.open(encoding=encoding, errors="replace", newline="") as handle:
        lines = [line for _, line in zip(range(_LOOK_AT * 4), handle, strict=False)]
    return max(DELIMITERS, key=lambda delimiter: _consistency(lines, delimiter))


def _consistency(lines: list[str], delimiter: str) -> tuple[float, int]:
    try:
        widths = Counter(len(cells) for cells in csv.reader(lines, delimiter=delimiter) if any(cells))
    except csv.Error:
        return 0.0, 0
    widths.pop(1, None)
    if not widths:
        return 0.0, 0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    return count * min(width, 4) / max(1, len(lines)), width


def records(path: Path, encoding: str, delimiter: str) -> Iterator[Record]:
    """The rows of a file; after a quote that is never closed, every line it swallowed, as it stands."""
    with path.open(encoding=encoding, newline="") as handle:
        yield from _records(handle, delimiter)


def _records(lines: Iterable[str], delimiter: str) -> Iterator[Record]:
    taken: list[str] = []
    ended: list[bool] = []

    def feed() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line
        ended.append(True)

    reader = csv.reader(feed(), delimiter=delimiter)
    start = 1
    for cells in reader:
        if ended:
            yield from (Record(start + i, [line.rstrip("\r\n")], "open quote") for i, line in enumerate(taken))
            return
        yield Record(start, cells, "" if taken[-1].endswith(("\n", "\r")) else "no line end")
        taken.clear()
        start = reader.line_num + 1
