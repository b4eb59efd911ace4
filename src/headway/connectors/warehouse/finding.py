"""The tables of what a user named: a DuckDB file, Parquet files, a folder of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from headway.connectors.mistakes import NOT_A_TABLE
from headway.connectors.warehouse.loaders import is_inner
from headway.core.diagnostics import Diagnostic
from headway.core.positions import Location
from headway.tables.engine import Engine
from headway.tables.warehouse import Table, database_tables, parquet_header, parquet_table

_PARTITION = re.compile(r"\w+=.*")
_GENERATED = re.compile(r"(part|data|chunk|file)?[-_.]?[\d\W_a-f-]*\d[\d\W_a-f-]*", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"\d{6,}|[0-9a-f]{8}-[0-9a-f]{4}")


def is_warehouse(path: Path) -> bool:
    """Whether a file is a DuckDB database or a Parquet file, told by its first bytes."""
    try:
        with path.open("rb") as handle:
            start = handle.read(12)
    except OSError:
        return False
    return start[:4] == b"PAR1" or start[8:12] == b"DUCK"


def parquet_in(folder: Path) -> list[Path]:
    """The Parquet files of a folder and the folders in it."""
    try:
        return sorted(
            file for file in folder.rglob("*") if file.suffix.casefold() in (".parquet", ".pq") and file.is_file()
        )
    except OSError:
        return []


def tables_of(paths: Sequence[Path], engine: Engine) -> tuple[list[Table], list[Diagnostic]]:
    """Every table of these files and folders, the book-keeping of loading tools left out; and what cannot be opened."""
    found: list[Table] = []
    wrong: list[Diagnostic] = []
    for path in paths:
        for read in _read(path, engine):
            if isinstance(read, Diagnostic):
                wrong.append(read)
            else:
                found.append(read)
    kept = [table for table in found if not is_inner(table.schema, table.name)]
    if len({table.schema for table in kept}) == 1:
        kept = [replace(table, schema="") if table.schema == "main" else table for table in kept]
    return kept, wrong


def _read(path: Path, engine: Engine) -> Iterable[Table | Diagnostic]:
    if path.is_dir():
        yield from _folder(path, engine)
        return
    with path.open("rb") as handle:
        parquet = handle.read(4) == b"PAR1"
    if parquet:
        yield _opened(parquet_table(engine, [path], "", path.stem), path, "Parquet")
        return
    tables = database_tables(engine, path)
    if isinstance(tables, str):
        yield _opened(tables, path, "a DuckDB database")
    else:
        yield from tables


def _folder(folder: Path, engine: Engine) -> Iterable[Table | Diagnostic]:
    by_folder: dict[Path, list[Path]] = {}
    for file in parquet_in(folder):
        place = file.parent
        while place != folder and _PARTITION.fullmatch(place.name):
            place = place.parent
        by_folder.setdefault(place, []).append(file)
    for place, files in by_folder.items():
        if place != folder and _parts_of_one(files, engine):
            schema = "" if place.parent == folder else place.parent.name
            yield _opened(_placed(parquet_table(engine, files, schema, place.name), place), place, "Parquet")
        else:
            schema = "" if place == folder else place.name
            for file in files:
                yield _opened(parquet_table(engine, [file], schema, file.stem), file, "Parquet")


def _parts_of_one(files: Sequence[Path], engine: Engine) -> bool:
    """Whether the files of a folder are parts of one table: no name of their own, and the same columns but for a few."""
    if not all(_GENERATED.fullmatch(file.stem) or _LONG_NUMBER.search(file.stem) for file in files):
        return False
    headers = [set(parquet_header(engine, file)) for file in files[:50]]
    common = headers[0].intersection(*headers[1:])
    return all(2 * len(common) >= len(header) for header in headers)


def _placed(table: Table | str, place: Path) -> Table | str:
    return table if isinstance(table, str) else replace(table, place=place)


def _opened(read: Table | str, path: Path, what: str) -> Table | Diagnostic:
    if isinstance(read, Table):
        return read
    message = f"{path.name} looks like {what} and cannot be opened"
    remedy = "close whatever is writing to it, or copy it anew"
    return NOT_A_TABLE.at(Location(str(path), 1), message, detail=read, remedy=remedy)
