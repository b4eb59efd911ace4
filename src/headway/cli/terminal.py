"""The one file that prints: data on stdout, everything else on stderr, or one JSON envelope."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from headway.core.diagnostics import Diagnostic
from headway.core.rows import Cell, Column, Rows

NUMERIC = {"integer", "number", "money", "ratio"}


def out(text: str = "") -> None:
    """Data, or the answer itself."""
    print(text)


def note(text: str = "") -> None:
    """Anything beside the data: progress, advice, where things were put."""
    sys.stdout.flush()
    print(text, file=sys.stderr, flush=True)


@contextmanager
def reader_may_leave() -> Generator[None, None, None]:
    """Ends quietly where whoever reads the output has gone, such as `head`: what is still to be said goes nowhere."""
    try:
        yield
    except BrokenPipeError:
        pass
    finally:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except BrokenPipeError:
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def diagnostics(found: Sequence[Diagnostic]) -> None:
    """Every finding once, gravest first."""
    order = {"error": 0, "warning": 1, "note": 2}
    for finding in sorted(dict.fromkeys(found), key=lambda d: order[d.severity]):
        note(finding.render() + "\n")


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
    console = Console(width=None if on_screen else 1000, highlight=False, markup=False)
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
