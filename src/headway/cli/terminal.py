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
from typing import Any, TextIO, cast

from click import ClickException, confirm

from headway.cli.bar import Bar
from headway.core.diagnostics import Diagnostic, errors
from headway.core.rows import Cell, Column, Rows

NUMERIC = {"integer", "number", "money", "ratio"}


@dataclass
class _Wishes:
    """How this run wants to be spoken to."""

    quiet: bool = False
    plain: bool = False


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
    """Records as an aligned table, numbers to the right; as wide as it needs where it is not read on a screen."""
    from rich.console import Console
    from rich.table import Table

    drawn = Table(box=None, title=title or None, title_justify="left", title_style="bold", pad_edge=False)
    for column in rows.columns:
        numeric = column.type in NUMERIC
        drawn.add_column(column.name, justify="right" if numeric else "left", no_wrap=numeric, overflow="fold")
    for record in rows.records[:most]:
        drawn.add_row(*(cell_text(cell) for cell in record))
    on_screen = sys.stdout.isatty()
    styles = None if _wishes.plain else "auto"
    console = Console(width=None if on_screen else 1000, highlight=False, markup=False, color_system=styles)
    with console.capture() as captured:
        console.print(drawn)
    for line in captured.get().splitlines():
        out(line.rstrip())
    if most is not None and len(rows) > most:
        out(f"... {len(rows) - most:,} more")


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
