"""One load of one mapping, staged: typed rows, their keys, the rows that cannot be loaded and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from headway.core.diagnostics import Diagnostic
from headway.core.errors import Fault
from headway.core.identity import natural_key
from headway.core.mapping import Connector, FileMapping
from headway.tables.convert import conversion, mapping_mistakes, staged_names
from headway.tables.deals import may_be_gone
from headway.tables.engine import Engine, literal, parquet, quoted
from headway.tables.landing import LandedEntry, RunManifest


@dataclass(frozen=True)
class Source:
    """One landed file of a load."""

    number: int
    entry: LandedEntry
    path: Path


@dataclass(frozen=True)
class Load:
    """The files of one run that one mapping reads; `seq` numbers the loads in the order of the days they tell of."""

    seq: int
    manifest: RunManifest
    connector: Connector
    mapping: FileMapping
    sources: tuple[Source, ...]

    @property
    def prefix(self) -> str:
        """What every natural key of this load starts with."""
        return natural_key(self.connector.system, self.connector.instance, self.mapping.thing, "")

    def key_of(self, thing: str, cell: str) -> str:
        """The surrogate of another thing of the same system, from SQL that gives its source id."""
        start = natural_key(self.connector.system, self.connector.instance, thing, "")
        return surrogate_sql(f"concat({literal(start)}, {cell})")


def surrogate_sql(key: str) -> str:
    """`core.identity.surrogate` as SQL: the first eight bytes of SHA-256 as a signed number."""
    number = f"CAST(CAST(concat('0x', substr(sha256({key}), 1, 16)) AS UBIGINT) AS HUGEINT)"
    return f"CAST(CASE WHEN {number} > 9223372036854775807 THEN {number} - 18446744073709551616 ELSE {number} END AS BIGINT)"


def stage(engine: Engine, load: Load) -> list[Diagnostic]:
    """Read a load into `scratch.rows` (row by row, `reason` filled where a row is not loaded); give the diagnostics.

    With an error among them nothing is staged.
    """
    headers = {s.number: _headers(engine, s) for s in load.sources}
    found = [d for s in load.sources for d in mapping_mistakes(load.mapping, headers[s.number], s.entry.name)]
    if any(d.is_error for d in found):
        return found
    parts = [conversion(load.mapping, parquet(s.path), headers[s.number], s.number) for s in load.sources]
    digest = _row_hash([*staged_names(load.mapping), *(["gone"] if may_be_gone(load.mapping) else [])])
    engine.run("DROP VIEW IF EXISTS scratch.rows")
    engine.run(
        f"CREATE OR REPLACE TABLE scratch.typed AS SELECT *, {digest} AS row_hash "
        f"FROM ({' UNION ALL BY NAME '.join(parts)})"
    )
    _number_twins(engine, load.mapping.made_key)
    _rows_view(engine, load)
    _check_accounted(engine, load)
    return found


def loaded(columns: Sequence[str]) -> str:
    """The staged rows that are loaded, as a relation with these columns."""
    return f"(SELECT {', '.join(columns)} FROM scratch.rows WHERE reason IS NULL)"


def _headers(engine: Engine, source: Source) -> list[str]:
    return [name for name in engine.schema(parquet(source.path)) if name != "_row"]


def _row_hash(names: Sequence[str]) -> str:
    texts = ", ".join(f"coalesce(CAST({quoted(name)} AS VARCHAR), chr(30))" for name in sorted(names))
    return f"md5(concat_ws(chr(31), {texts or literal('')}))"


def _number_twins(engine: Engine, made_key: bool) -> None:
    """Rows that share a key: which of them counts (the last), or, for made keys, their number among equals."""
    order = "row_hash, file, row" if made_key else "file DESC, row DESC"
    engine.run(
        "CREATE OR REPLACE TABLE scratch.shared AS SELECT source_key FROM scratch.typed "
        "WHERE reason IS NULL GROUP BY source_key HAVING count(*) > 1"
    )
    engine.run(
        f"CREATE OR REPLACE TABLE scratch.twins AS SELECT file, row, row_number() OVER w AS number, "
        f"first_value(row) OVER w AS kept_row, first_value(file) OVER w AS kept_file, "
        f"first_value(row_hash) OVER w AS kept_hash "
        f"FROM scratch.typed WHERE reason IS NULL AND source_key IN (FROM scratch.shared) "
        f"WINDOW w AS (PARTITION BY source_key ORDER BY {order})"
    )


def _rows_view(engine: Engine, load: Load) -> None:
    if load.mapping.made_key:
        source_id = "CASE WHEN w.number > 1 THEN concat(t.source_key, ' #', w.number) ELSE t.source_key END"
        twin = "NULL"
    else:
        source_id = "t.source_key"
        names = " ".join(f"WHEN {s.number} THEN {literal(f' of {s.entry.name}')}" for s in load.sources)
        kept = f"w.kept_row, CASE WHEN w.kept_file <> t.file THEN CASE w.kept_file {names} END ELSE '' END"
        twin = (
            f"CASE WHEN w.number > 1 AND t.row_hash = w.kept_hash THEN concat('duplicate of row ', {kept}, ', identical') "
            f"WHEN w.number > 1 THEN concat('same id as row ', {kept}, ', which comes later and is kept') END"
        )
    key = f"concat({literal(load.prefix)}, {source_id})"
    engine.run(
        f"CREATE VIEW scratch.rows AS SELECT t.* EXCLUDE (reason), coalesce(t.reason, {twin}) AS reason, "
        f"{source_id} AS source_id, {key} AS key, {surrogate_sql(key)} AS id "
        f"FROM scratch.typed t LEFT JOIN scratch.twins w USING (file, row)"
    )


def _check_accounted(engine: Engine, load: Load) -> None:
    """Every source row is loaded, rejected with a reason, or listed: anything else is our mistake."""
    for source in load.sources:
        staged = engine.count("SELECT count(*) FROM scratch.typed WHERE file = ?", [source.number])
        if staged != source.entry.landed:
            raise Fault(f"{source.entry.name}: {source.entry.landed} rows landed, {staged} staged")
    viewed = engine.count("SELECT count(*) FROM scratch.rows")
    typed = engine.count("SELECT count(*) FROM scratch.typed")
    if viewed != typed:
        raise Fault(f"{load.mapping.name}: {typed} rows were staged, {viewed} came through")
