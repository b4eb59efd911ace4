"""The engine adapter: DuckDB behind a handful of verbs."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from types import TracebackType

import duckdb

from headway.core.errors import UserMistake
from headway.core.rows import Cell, Column, Rows
from headway.tables.mistakes import tables_damaged

_TYPES = (("INT", "integer"), ("DECIMAL", "money"), ("DOUBLE", "number"), ("FLOAT", "number"), ("DATE", "date"))


def quoted(name: str) -> str:
    """An identifier, quoted for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text value, quoted for SQL."""
    return "'" + text.replace("'", "''") + "'"


class Engine:
    """One connection to DuckDB; in memory unless a file is named. Used by one thread at a time.

    `scratch` is the folder that takes what does not fit into `memory`; a file has one beside it by default.
    """

    def __init__(
        self, file: Path | None = None, *, read_only: bool = False, memory: str = "1GB", scratch: Path | None = None
    ) -> None:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory,
            "threads": "2",
            "preserve_insertion_order": "false",
        }
        if scratch is not None:
            config["temp_directory"] = str(scratch)
        self._connection = duckdb.connect(str(file) if file else ":memory:", read_only=read_only, config=config)
        self._connection.execute("SET TimeZone = 'UTC'")
        self._tables = file.name if file and read_only else ""

    def run(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Cell, ...]]:
        """Run one query or statement and give its records."""
        with self._sound():
            return self._connection.execute(sql, list(values)).fetchall()

    def rows(self, sql: str, values: Sequence[object] = ()) -> Rows:
        """Run one query and give its records under their columns."""
        with self._sound():
            answer = self._connection.execute(sql, list(values))
            columns = tuple(Column(str(name), _type_name(str(kind))) for name, kind, *_ in answer.description or ())
            return Rows(columns, tuple(tuple(record) for record in answer.fetchall()))

    def count(self, sql: str, values: Sequence[object] = ()) -> int:
        """Run one query that answers with a single whole number; nothing counts as zero."""
        records = self.run(sql, values)
        return int(str(records[0][0] or 0)) if records else 0

    def insert(self, table: str, records: Sequence[Sequence[object]]) -> None:
        """Append a few records to a table, in one statement."""
        if records:
            places = ", ".join(f"({', '.join('?' for _ in record)})" for record in records)
            self.run(f"INSERT INTO {quoted(table)} VALUES {places}", [cell for record in records for cell in record])

    def schema(self, relation: str) -> dict[str, str]:
        """The columns of a table, view or `read_parquet(...)` expression, with their DuckDB types."""
        described = self.run(f"DESCRIBE SELECT * FROM {relation}")
        return {str(record[0]): str(record[1]) for record in described}

    @contextmanager
    def _sound(self) -> Generator[None]:
        """Finished tables whose bytes cannot be read are damaged: for the user to build again, not a fault of ours."""
        try:
            yield
        except (
            duckdb.IOException,
            duckdb.InternalException,
            duckdb.SerializationException,
            duckdb.FatalException,
        ) as error:
            if not self._tables:
                raise
            message = f"'{self._tables}' opens, and a part of it cannot be read"
            raise UserMistake([tables_damaged(message)]) from error

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_to_read(file: Path, memory: str = "1GB") -> Engine | None:
    """A database to read from; None where the file is none this engine can open."""
    try:
        return Engine(file, read_only=True, memory=memory)
    except duckdb.Error:
        return None


def unreadable(file: Path) -> str:
    """The table of a database in which a value cannot be read, from the first to the last one; empty where all can."""
    name = file.name
    try:
        with Engine(file, read_only=True) as engine:
            for (table,) in engine.run("SELECT table_name FROM duckdb_tables() ORDER BY table_name"):
                name = str(table)
                engine.run(f"SELECT bit_xor(hash(t)) FROM {quoted(name)} t")
    except (duckdb.Error, UserMistake):
        return name
    return ""


def parquet(path: Path) -> str:
    """A Parquet file as a relation, for SQL."""
    return f"read_parquet({literal(str(path))})"


def parquet_rows(engine: Engine, path: Path) -> int | None:
    """How many rows a Parquet file holds; None where it cannot be read."""
    try:
        return engine.count(f"SELECT count(*) FROM {parquet(path)}")
    except duckdb.Error:
        return None


def _type_name(kind: str) -> str:
    upper = kind.upper()
    if upper == "BOOLEAN":
        return "flag"
    return next((name for start, name in _TYPES if start in upper), "text")


def exact(value: Cell) -> Decimal:
    """A money cell as an exact number; nothing counts as zero."""
    return value if isinstance(value, Decimal) else Decimal(str(value or 0))
