"""Rows of cells from the sheets of a workbook."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

from headway.connectors.files.delimited import Record


def sheets(path: Path) -> tuple[str, ...] | str:
    """The names of the visible sheets, in order; or why the workbook cannot be opened."""
    with path.open("rb") as handle:
        try:
            book = _open(handle)
        except Exception as error:
            return str(error) or type(error).__name__
        return tuple(str(sheet.title) for sheet in book.worksheets if sheet.sheet_state == "visible")


def sheet_records(path: Path, name: str) -> Iterator[Record]:
    """The rows of one sheet that hold anything, numbered as the spreadsheet shows them, each cell as text."""
    with path.open("rb") as handle:
        sheet = _open(handle)[name]
        sheet.reset_dimensions()
        for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
            cells = [_text(value) for value in cast("tuple[object, ...]", values)]
            if any(cells):
                yield Record(number, cells)


def _open(handle: BinaryIO) -> Any:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load_workbook(handle, read_only=True, data_only=True)


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            whole = value.replace(microsecond=0)
            return whole.date().isoformat() if whole.time() == time() else whole.isoformat(" ")
        case date() | time() | timedelta():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case _:
            return str(value)
