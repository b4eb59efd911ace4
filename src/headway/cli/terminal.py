"""The one file that prints: data on stdout, everything else on stderr, or one JSON envelope."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from shutil import which
from textwrap import fill
from typing import TYPE_CHECKING, Any, TextIO, cast

from click import ClickException, confirm

from headway.cli.bar import Bar
from headway.core.diagnostics import Diagnostic, errors
from headway.core.rows import Cell, Column, Rows

if TYPE_CHECKING:
    from rich.console import RenderableType

NUMERIC = {"integer", "number", "money", "ratio"}


@dataclass
class _Wishes:
    """How this run wants to be spoken to."""

    quiet: bool = False
    plain: bool = False


_READABLE = 36
"""A text folded into fewer signs than this is no longer read."""

_wishes = _Wishes()
_bar = Bar()


def settle(*, quiet: bool, plain: bool) -> None:
    """Say for this run whether notes and progress are wanted, and whether text is plain; long work is followed now."""
    _wishes.quiet, _wishes.plain = quiet, plain or bool(os.environ.get("NO_COLOR"))
    progress("working")


def progress(what: str, done: int = 0, total: int = 0) -> None:
    """What is being done; seen on a terminal, once it has taken longer than a second, and nowhere else."""
    if sys.stderr.isatty() and not _wishes.quiet and os.environ.get("TERM") != "dumb":
        _bar.tell(what, done, total, plain=_wishes.plain)


def out(text: str = "") -> None:
    """Data, or the answer itself."""
    _bar.clear()
    print(text)


def note(text: str = "") -> None:
    """Anything beside the data: advice, where things were put. Not told where quiet is wished for."""
    if not _wishes.quiet:
        warn(text)


def typed() -> str:
    """How this command is typed: its name, or the path it was started by where the shell would not find the name."""
    return "headway" if which("headway") else sys.argv[0]


def warn(text: str) -> None:
    """What must be told beside the data even where quiet is wished for."""
    _bar.clear()
    sys.stdout.flush()
    print(text, file=sys.stderr, flush=True)


def ask(question: str) -> bool:
    """A yes or no; no, where nobody is there to ask."""
    _bar.clear()
    return sys.stdin.isatty() and confirm(question, err=True)


def usage(mistake: ClickException) -> None:
    """How a command is written, where it was not understood."""
    _bar.clear()
    mistake.show()


def diagnostics(found: Sequence[Diagnostic]) -> None:
    """Every finding once, gravest first; where quiet is wished for, mistakes only."""
    order = {"error": 0, "warning": 1, "note": 2}
    told = errors(found) if _wishes.quiet else found
    for finding in sorted(dict.fromkeys(told), key=lambda d: order[d.severity]):
        warn(finding.render() + "\n")


def table(rows: Rows, title: str = "", most: int | None = None) -> None:
    """Records as an aligned table, numbers to the right; on a screen too narrow for it, what repeats is told once above
    and long texts go under their row."""
    from rich.console import Console

    on_screen = sys.stdout.isatty()
    styles = None if _wishes.plain else "auto"
    console = Console(width=None if on_screen else 1000, highlight=False, markup=False, color_system=styles)
    shown = Rows(rows.columns, rows.records[:most])
    above, across, below = narrowed(shown, console.width)
    with console.capture() as captured:
        console.print(_drawn(shown, across, below, title))
    for line in captured.get().splitlines():
        out(line.rstrip())
    if above:
        out(fill(f"each of them: {above}", console.width, initial_indent="  ", subsequent_indent="  "))
    if most is not None and len(rows) > most:
        out(f"... {len(rows) - most:,} more")


def _drawn(rows: Rows, across: Sequence[int], below: Sequence[int], title: str) -> RenderableType:
    from rich.console import Group
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, title=title or None, title_justify="left", title_style="bold", pad_edge=False)
    widths = [max(len(cell_text(record[i])) for record in (rows.names, *rows.records)) for i in across]
    for i, width in zip(across, widths, strict=True):
        numeric = rows.columns[i].type in NUMERIC
        fixed = width if below else None
        drawn.add_column(
            rows.columns[i].name, justify="right" if numeric else "left", no_wrap=numeric, overflow="fold", width=fixed
        )
    if not below:
        for record in rows.records:
            drawn.add_row(*(cell_text(record[i]) for i in across))
        return drawn
    parts: list[RenderableType] = []
    for number, record in enumerate(rows.records):
        line = drawn if number == 0 else Table(box=None, show_header=False, pad_edge=False)
        for column in drawn.columns if number else ():
            line.add_column(justify=column.justify, width=column.width, no_wrap=True)
        line.add_row(*(cell_text(record[i]) for i in across))
        parts.append(line)
        for i in below:
            if text := cell_text(record[i]):
                parts.append(Padding(Text(f"{rows.columns[i].name}: {text}"), (0, 0, 0, 4)))
    return Group(*parts) if parts else drawn


def narrowed(rows: Rows, width: int) -> tuple[str, list[int], list[int]]:
    """How a table fits a width: what all its rows share, told once; the columns that stay; those that go under each row.

    A table that fits stays as it is, and so does one whose widest column can be folded and still be read.
    """
    columns = list(range(len(rows.columns)))
    widths = [max(len(cell_text(record[i])) for record in (rows.names, *rows.records)) for i in columns]

    def fits(kept: Sequence[int]) -> bool:
        needed, widest = sum(widths[i] for i in kept) + 2 * (len(kept) - 1), max(widths[i] for i in kept)
        return needed <= width or (widest > _READABLE and needed - widest + _READABLE <= width)

    if not rows.records or fits(columns):
        return "", columns, []
    words = [i for i in columns if rows.columns[i].type not in NUMERIC]
    shared = [i for i in words if len(rows) > 1 and len({record[i] for record in rows.records}) == 1]
    told = [f"{rows.columns[i].name} {cell_text(rows.records[0][i])}" for i in shared if cell_text(rows.records[0][i])]
    kept, below = [i for i in columns if i not in shared], list[int]()
    while len(kept) > 1 and not fits(kept):
        widest = max((i for i in kept[1:]), key=lambda i: (rows.columns[i].type not in NUMERIC, widths[i]))
        kept.remove(widest)
        below.append(widest)
    return ", ".join(told), kept, sorted(below)


def cell_text(cell: Cell) -> str:
    """One cell as text: thousands apart, nothing for nothing, full digits where they matter."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, Decimal):
        return f"{cell:,.2f}"
    if isinstance(cell, float):
        return f"{cell:,.4f}" if abs(cell) < 10 else f"{cell:,.2f}"
    return str(cell)


def envelope(command: str, rows: Iterable[Mapping[str, object]], as_of: date | None = None, **more: object) -> None:
    """The answer as JSON: schema, as-of day, rows, and what the command adds."""
    body: dict[str, object] = {"schema": f"headway.{command}/1", "as_of": as_of, "rows": list(rows), **more}
    out(json.dumps(body, default=_plain, ensure_ascii=False, indent=2))


def json_rows(rows: Rows) -> list[dict[str, object]]:
    """Records for the envelope; columns that are dimensions gather under `dimensions`."""
    return [_json_row(rows.columns, record) for record in rows.records]


def json_diagnostics(found: Sequence[Diagnostic]) -> list[dict[str, object]]:
    """Findings for the envelope."""
    return [
        {
            "code": d.mistake.code,
            "severity": d.severity,
            "message": d.message,
            "file": d.location.file if d.location else None,
            "line": d.location.line if d.location else None,
            "column": d.location.column if d.location else None,
            "detail": d.detail or None,
            "remedy": d.remedy or None,
        }
        for d in found
    ]


def _json_row(columns: Sequence[Column], record: Sequence[Cell]) -> dict[str, object]:
    cells = list(zip(columns, record, strict=True))
    row: dict[str, object] = {column.name: cell for column, cell in cells if column.type != "dimension"}
    members = {column.name: cell for column, cell in cells if column.type == "dimension" and cell is not None}
    return row | {"dimensions": members} if "metric" in row else row | members


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value()
        number = int(value) if whole else float(value)
        return number if Decimal(str(number)) == value else str(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


@contextmanager
def listened_to() -> Generator[None]:
    """A reader that goes away early, as in `headway ... | head -1`, changes nothing: work and exit code are the same."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast(TextIO, _Patient(stream)) for stream in before)
    try:
        yield
    finally:
        _bar.clear()
        sys.stdout.flush()
        sys.stderr.flush()
        sys.stdout, sys.stderr = before


class _Patient:
    """A stream that goes on into nothing when its reader has gone away."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except BrokenPipeError:
            self._turn_away()
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except BrokenPipeError:
            self._turn_away()

    def _turn_away(self) -> None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)
