"""From a file to landed tables: every source row is landed as text or listed with its reason."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from headway.connectors.files.delimited import NAMES, Record, find_delimiter, records
from headway.connectors.files.landed import ROW, LandedFile
from headway.connectors.files.layout import LOOK_AT, Layout, Tally, data_rows, find_layout
from headway.connectors.files.sniffing import Sniffed, sniff
from headway.connectors.files.workbook import sheet_records, sheets
from headway.connectors.mistakes import (
    CUT_OFF,
    EMPTY_FILE,
    HEADER_ONLY,
    LANDING_NOT_WRITABLE,
    MIXED_DELIMITERS,
    NO_HEADER,
    NOT_A_TABLE,
    OPEN_QUOTE,
    RAGGED_ROWS,
)
from headway.connectors.warehouse.finding import is_warehouse, parquet_in
from headway.connectors.warehouse.reading import read_warehouse
from headway.core.diagnostics import Diagnostic, errors
from headway.core.errors import UserMistake
from headway.core.positions import Location
from headway.core.progress import Progress, untold
from headway.tables.engine import Engine, literal

_TABLES = frozenset((".csv", ".tsv", ".xlsx", ".duckdb", ".ddb"))


@dataclass(frozen=True)
class _Table:
    """One table of a source: the whole of a text file, or one sheet of a workbook."""

    path: Path
    sniffed: Sniffed
    sheet: str = ""
    delimiter: str = ""

    @property
    def title(self) -> str:
        return f"{self.path.name} [{self.sheet}]" if self.sheet else self.path.name

    def records(self) -> Iterator[Record]:
        if self.sheet:
            return sheet_records(self.path, self.sheet)
        return records(self.path, self.sniffed.encoding, self.delimiter)

    def at(self, row: int) -> Location:
        return Location(str(self.path), row)


def read_file(path: Path, engine: Engine, landing: Path) -> tuple[LandedFile, ...] | list[Diagnostic]:
    """Land a CSV file, or each sheet of a workbook that holds a table, in the folder `landing`; or say why it cannot be.

    Landed tables are Parquet, all text, with the source row number in `_row`; outer blanks of cells are dropped. Memory
    does not grow with the file. What was odd but did not stop the file is in each `LandedFile.diagnostics`.
    """
    if is_warehouse(path):
        return _of_warehouse([path], engine, landing)
    sniffed = sniff(path)
    if isinstance(sniffed, Diagnostic):
        return [sniffed]
    tables = _tables(path, sniffed)
    if isinstance(tables, Diagnostic):
        return [tables]
    results = [_land(table, engine, landing) for table in tables]
    landed = [result for result in results if isinstance(result, LandedFile)]
    problems = [problem for result in results if isinstance(result, list) for problem in result]
    if not landed:
        return problems or [EMPTY_FILE.at(Location(str(path), 1), f"{path.name} holds no filled sheet")]
    passed_over = tuple(replace(problem, severity="warning") for problem in problems)
    return (replace(landed[0], diagnostics=landed[0].diagnostics + passed_over), *landed[1:])


def read_files(
    paths: Sequence[Path],
    engine: Engine,
    landing: Path,
    progress: Progress = untold,
    wanted: Collection[str] = (),
) -> tuple[LandedFile, ...]:
    """Land several files; raises with what is wrong in any of them, and then none counts.

    `wanted` names the tables of a warehouse that are landed whatever they seem to hold.
    """
    landed: list[LandedFile] = []
    wrong: list[Diagnostic] = []
    kept = [path for path in paths if is_warehouse(path) or parquet_in(path)]
    beside = [file for path in paths for file in _tables_in(path) if is_warehouse(file)]
    if kept or beside:
        read = _of_warehouse([*kept, *beside], engine, landing, wanted, progress)
        landed, wrong = (landed, read) if isinstance(read, list) else (list(read), wrong)
    paths = [path for path in in_folders(paths) if path not in (*kept, *beside)]
    sizes = [path.stat().st_size if path.is_file() else 0 for path in paths]
    for number, path in enumerate(paths):
        progress(f"reading {path.name}", sum(sizes[:number]), sum(sizes) if number else 0)
        read = read_file(path, engine, landing)
        if isinstance(read, list):
            wrong += read
        else:
            landed += read
    if wrong:
        raise UserMistake(wrong)
    return tuple(landed)


def _of_warehouse(
    paths: Sequence[Path],
    engine: Engine,
    landing: Path,
    wanted: Collection[str] = (),
    progress: Progress = untold,
) -> tuple[LandedFile, ...] | list[Diagnostic]:
    """The tables of warehouses, landed together, since they belong to each other; what was noticed goes with the first."""
    landed, said = read_warehouse(paths, engine, landing, wanted, progress)
    if errors(said) or not landed:
        return said
    return (replace(landed[0], diagnostics=tuple(said)), *landed[1:])


def in_folders(paths: Sequence[Path]) -> list[Path]:
    """The paths, each folder among them replaced by the tables that lie in it, in the order of their names."""
    found: list[Path] = []
    for path in paths:
        found += _tables_in(path) or [path]
    return found


def _tables_in(folder: Path) -> list[Path]:
    try:
        return sorted(one for one in folder.iterdir() if one.suffix.casefold() in _TABLES)
    except OSError:  # no folder, or one that may not be read: what is wrong is said where it is opened
        return []


def _tables(path: Path, sniffed: Sniffed) -> list[_Table] | Diagnostic:
    if sniffed.kind == "text":
        return [_Table(path, sniffed, delimiter=find_delimiter(path, sniffed.encoding))]
    names = sheets(path)
    if isinstance(names, str):
        message = f"{path.name} is a workbook that cannot be opened"
        return NOT_A_TABLE.at(Location(str(path), 1), message, detail=names, remedy="save it again as XLSX, or as CSV")
    return [_Table(path, sniffed, name) for name in names if next(sheet_records(path, name), None)]


def _land(table: _Table, engine: Engine, landing: Path) -> LandedFile | list[Diagnostic]:
    try:
        return _try_to_land(table, engine, landing)
    except csv.Error as error:
        message = f"{table.title}: a cell is longer than any real one, most likely from a quote that is never closed"
        return [OPEN_QUOTE.at(table.at(1), message, detail=str(error), remedy="export it again, or close the quote")]
    except UnicodeError as error:
        remedy = "export it again as UTF-8"
        return [NOT_A_TABLE.at(table.at(1), f"{table.title} cannot be read as text", detail=str(error), remedy=remedy)]
    except OSError as error:
        message = f"cannot write to '{landing}': {error.strerror}"
        remedy = "make the folder writable, free some space, or work in another folder"
        return [LANDING_NOT_WRITABLE.at(None, message, remedy=remedy)]


def _try_to_land(table: _Table, engine: Engine, landing: Path) -> LandedFile | list[Diagnostic]:
    source = table.records()
    first = list(islice(source, LOOK_AT))
    if not any(cell.strip() for record in first for cell in record.cells):
        return [EMPTY_FILE.at(table.at(1), f"{table.title} is empty", remedy="export it again")]
    layout = find_layout(first)
    if layout is None:
        remedy = "export it with a header row"
        message = f"{table.title} has no row of column names"
        return [NO_HEADER.at(table.at(first[0].row), message, detail=_sample(first[0]), remedy=remedy)]
    landing.mkdir(parents=True, exist_ok=True)
    tally = Tally(listed=list(layout.above))
    rows = data_rows(chain(first, source), layout, table.delimiter, tally)
    parquet = _free_name(landing, table_name(table.path, table.sheet))
    _write(rows, layout, parquet, engine)
    fatal = _fatal(table, layout, tally)
    if fatal:
        parquet.unlink(missing_ok=True)
        return [fatal]
    return LandedFile(
        name=table_name(table.path, table.sheet),
        path=table.path,
        sha256=table.sniffed.sha256,
        headers=layout.headers,
        columns=layout.columns,
        rows=tally.landed,
        listed=tuple(tally.listed),
        landing=parquet,
        sheet=table.sheet,
        encoding=table.sniffed.encoding.removesuffix("-sig"),
        delimiter=table.delimiter,
        blank=tally.blank,
        diagnostics=tuple(_oddities(table, tally)),
    )


def _write(rows: Iterable[list[str]], layout: Layout, parquet: Path, engine: Engine) -> None:
    """Through a clean CSV on disk, so that neither side holds the table in memory."""
    clean = parquet.with_suffix(".csv.part")
    try:
        with clean.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle, lineterminator="\n").writerows(rows)
        kinds = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in layout.columns)
        engine.run(
            f"COPY (SELECT * FROM read_csv({literal(str(clean))}, header = false, auto_detect = false, delim = ',', "
            f"quote = '\"', escape = '\"', nullstr = '', parallel = false, max_line_size = 33554432, "
            f"columns = {{{literal(ROW)}: 'BIGINT', {kinds}}})) "
            f"TO {literal(str(parquet))} (FORMAT parquet, COMPRESSION zstd)"
        )
    finally:
        clean.unlink(missing_ok=True)


def _fatal(table: _Table, layout: Layout, tally: Tally) -> Diagnostic | None:
    """What makes the whole file untrustworthy, whatever did land."""
    if tally.split_by:
        other, found = max(tally.split_by.items(), key=lambda item: len(item[1]))
        message = f"{table.title} separates cells by {NAMES[table.delimiter]} and by {NAMES[other]}"
        rows = _rows_named(found)
        detail = f"the header has {layout.width} columns by {NAMES[table.delimiter]}; by {NAMES[other]}: {rows}"
        remedy = "export it again in one form, or import the two parts as files of their own"
        return MIXED_DELIMITERS.at(table.at(found[0]), message, detail=detail, remedy=remedy)
    misfits = [listed for listed in tally.listed if listed.kind == "ragged"]
    if misfits and len(misfits) > tally.landed:
        message = f"{table.title}: {len(misfits):,} rows do not fit under the header, {tally.landed:,} do"
        detail = "\n".join(f"row {m.row}: {m.reason}" for m in misfits[:3])
        remedy = "check the header row and the delimiter, and export it again"
        return RAGGED_ROWS.at(table.at(misfits[0].row), message, detail=detail, remedy=remedy)
    if not tally.landed:
        message = f"{table.title} has column names and no rows"
        remedy = "export it again without a filter, or leave it out"
        return HEADER_ONLY.at(table.at(layout.row), message, detail=", ".join(layout.headers[:12]), remedy=remedy)
    return None


def _oddities(table: _Table, tally: Tally) -> Iterator[Diagnostic]:
    for kind, mistake, words in (
        ("ragged", RAGGED_ROWS, "rows with too few or too many cells are listed and not loaded"),
        ("cut off", CUT_OFF, "the file ends inside its last row, which is listed and not loaded"),
        ("open quote", OPEN_QUOTE, "rows are listed and not loaded, because a quote above them is never closed"),
    ):
        found = [listed for listed in tally.listed if listed.kind == kind]
        if found:
            count = "" if kind == "cut off" else f"{len(found):,} "
            detail = "\n".join(f"row {f.row}: {f.reason}: {f.text[:80]}" for f in found[:3])
            remedy = "mend those rows or export the file again"
            message = f"{table.title}: {count}{words}"
            yield mistake.at(table.at(found[0].row), message, detail=detail, remedy=remedy, severity="warning")


def _rows_named(rows: list[int]) -> str:
    listed = ", ".join(str(row) for row in rows[:5])
    return f"row{'s' if len(rows) > 1 else ''} {listed}" + (f" and {len(rows) - 5:,} more" if len(rows) > 5 else "")


def _sample(record: Record) -> str:
    return f"row {record.row}: {', '.join(record.cells)[:120]}"


def table_name(path: Path, sheet: str = "") -> str:
    """A plain name for what a file holds: its own name without dates and counters, and the sheet's."""
    stem = re.sub(r"[-_ (]*(\d{4}[-_.]?\d{2}[-_.]?\d{2}|\d{6,}|\(\d+\))[-_ \d)]*$", "", path.stem) or path.stem
    words = re.findall(r"[a-z0-9]+", f"{stem} {sheet}".casefold())
    return "_".join(words) or "file"


def _free_name(landing: Path, name: str) -> Path:
    place, count = landing / f"{name}.parquet", 1
    while place.exists():
        count += 1
        place = landing / f"{name}-{count}.parquet"
    return place
