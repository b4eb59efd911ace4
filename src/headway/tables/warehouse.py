"""Tables that others keep: a DuckDB file or Parquet files, looked at and copied as text; never written to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import duckdb

from headway.core.errors import Fault
from headway.tables.engine import Engine, literal, quoted

ROW = "_row"
"""The landed column that numbers the rows, in the order they were copied."""

_NESTED = ("STRUCT", "MAP", "UNION")
_INNER = ("information_schema", "pg_catalog")


@dataclass(frozen=True)
class Table:
    """One table as its warehouse holds it: where it lies, its columns with their types, and how SQL names it."""

    schema: str
    name: str
    columns: Mapping[str, str]
    relation: str
    place: Path

    @property
    def title(self) -> str:
        """The table as its warehouse calls it."""
        return f"{self.schema}.{self.name}" if self.schema else self.name


def database_tables(engine: Engine, file: Path) -> tuple[Table, ...] | str:
    """The tables and views of a DuckDB file; or why it cannot be opened."""
    alias = f"warehouse_{len(engine.run('FROM duckdb_databases()'))}"
    try:
        engine.run(f"ATTACH {literal(str(file))} AS {alias} (READ_ONLY)")
        named = engine.run(
            f"SELECT table_schema, table_name FROM information_schema.tables WHERE table_catalog = {literal(alias)} "
            f"AND table_schema NOT IN {_INNER} ORDER BY 1, 2"
        )
    except duckdb.Error as error:
        return str(error).splitlines()[0]
    found: list[Table] = []
    for schema, name in named:
        relation = f"{alias}.{quoted(str(schema))}.{quoted(str(name))}"
        columns = _columns(engine, relation)
        if columns:
            found.append(Table(str(schema), str(name), columns, relation, file))
    return tuple(found)


def parquet_table(engine: Engine, files: Sequence[Path], schema: str, name: str) -> Table | str:
    """One or more Parquet files as one table, the columns of all of them together; or why they cannot be read."""
    listed = ", ".join(literal(str(file)) for file in files)
    relation = f"read_parquet([{listed}], union_by_name = true, hive_partitioning = false)"
    try:
        return Table(schema, name, engine.schema(relation), relation, files[0])
    except duckdb.Error as error:
        return str(error).splitlines()[0]


def parquet_header(engine: Engine, file: Path) -> tuple[str, ...]:
    """The column names of a Parquet file; none where it cannot be read."""
    return tuple(_columns(engine, f"read_parquet({literal(str(file))}, hive_partitioning = false)"))


def as_text(column: str, kind: str) -> str:
    """A column of any type as the text an export would hold: dates year first, lists joined by semicolons, blanks gone."""
    upper, name = kind.upper(), column
    if upper.endswith("[]"):
        inner = upper.removesuffix("[]")
        simple = not inner.endswith("[]") and not inner.startswith(_NESTED)
        shown = f"array_to_string({name}, ';')" if simple else f"CAST(to_json({name}) AS VARCHAR)"
    elif upper.startswith(_NESTED):
        shown = f"CAST(to_json({name}) AS VARCHAR)"
    elif upper == "JSON":
        shown = (
            f"CASE json_type({name}) WHEN 'ARRAY' THEN CASE WHEN NOT contains(CAST({name} AS VARCHAR), '{{') THEN "
            f"array_to_string(from_json({name}, '[\"VARCHAR\"]'), ';') ELSE CAST({name} AS VARCHAR) END "
            f"WHEN 'NULL' THEN NULL ELSE {name} ->> '$' END"
        )
    elif "TIMESTAMP" in upper:
        moment = f"CAST({name} AS TIMESTAMP)"
        shown = f"CASE WHEN isfinite({moment}) THEN strftime({moment}, '%Y-%m-%d %H:%M:%S') END"
    elif upper == "DATE":
        shown = f"CASE WHEN isfinite({name}) THEN strftime({name}, '%Y-%m-%d') END"
    elif upper in ("DOUBLE", "FLOAT"):
        whole = f"{name} = floor({name}) AND abs({name}) < 1e15"
        shown = (
            f"CASE WHEN NOT isfinite({name}) THEN NULL WHEN {whole} THEN CAST(CAST({name} AS BIGINT) AS VARCHAR) "
            f"ELSE CAST({name} AS VARCHAR) END"
        )
    else:
        shown = f"CAST({name} AS VARCHAR)"
    return f"nullif(trim({shown}, {literal(' ' + chr(9) + chr(10) + chr(13) + chr(160))}), '')"


def copied(engine: Engine, select: str, columns: Sequence[str], order: str, parquet: Path) -> tuple[int, str]:
    """Copy text columns to a Parquet file with a row number; given are the rows, and a fingerprint of what they say.

    The fingerprint is the same for the same rows in any order: a table that nobody wrote to is known again.
    """
    listed = ", ".join(f"CAST({quoted(name)} AS VARCHAR) AS {quoted(name)}" for name in columns)
    told = ", ".join(f"coalesce({quoted(name)}, chr(30))" for name in columns)
    engine.run(
        f"COPY (SELECT row_number() OVER (ORDER BY {order}) AS {ROW}, {listed} FROM ({select}) ORDER BY 1) "
        f"TO {literal(str(parquet))} (FORMAT parquet, COMPRESSION zstd)"
    )
    rows, digest = engine.run(
        f"SELECT count(*), CAST(sum(CAST(CAST(concat('0x', substr(sha256(concat_ws(chr(31), {told})), 1, 15)) AS UBIGINT) "
        f"AS HUGEINT)) AS VARCHAR) FROM read_parquet({literal(str(parquet))})"
    )[0]
    if not isinstance(rows, int):
        raise Fault(f"no count of the rows of {parquet.name}")
    return rows, sha256(repr((tuple(columns), rows, str(digest))).encode()).hexdigest()


def _columns(engine: Engine, relation: str) -> dict[str, str]:
    try:
        return engine.schema(relation)
    except duckdb.Error:  # a view whose tables are elsewhere shows nothing here
        return {}
