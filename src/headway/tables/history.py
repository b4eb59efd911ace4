"""Facts kept version by version: what each load changed, what it no longer holds, and the changes that makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from headway.core.diagnostics import Diagnostic
from headway.core.errors import Fault
from headway.core.mapping import Coverage, FileMapping, Thing
from headway.tables.convert import staged_names
from headway.tables.deals import may_be_gone
from headway.tables.engine import Engine, literal, quoted
from headway.tables.mistakes import PARTIAL_EXPORT
from headway.tables.schema import SQL_TYPE, VERSIONED, Kind, table_columns
from headway.tables.staging import Load, loaded

_META = (
    "id BIGINT, key VARCHAR, source_id VARCHAR, connector VARCHAR, mapping VARCHAR, seq INTEGER, run VARCHAR, "
    "loaded_on DATE, deleted BOOLEAN, row_hash VARCHAR"
)
_CHANGE = (
    "id BIGINT, key VARCHAR, field VARCHAR, old_value VARCHAR, new_value VARCHAR, changed_at TIMESTAMP, "
    'observed_run VARCHAR, origin VARCHAR, "precision" VARCHAR, seq INTEGER'
)


@dataclass(frozen=True)
class Counts:
    """What one load did to one thing's table."""

    seen: int
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    coverage: Coverage = "full"


def version_table(thing: Thing) -> str:
    """The table that keeps a thing version by version."""
    return f"{thing}_version"


def create_tables(engine: Engine, mappings: Sequence[FileMapping]) -> None:
    """The empty canonical tables, with a column for every dimension the mappings keep."""
    for thing in VERSIONED:
        columns = "".join(f", {quoted(n)} {SQL_TYPE[k]}" for n, k in table_columns(thing, mappings).items())
        engine.run(f"CREATE TABLE {version_table(thing)} ({_META}{columns})")
    engine.run(f"CREATE TABLE opportunity_change ({_CHANGE})")


def merge(engine: Engine, load: Load) -> tuple[Counts, list[Diagnostic]]:
    """Add one staged load to its thing's versions: new and changed rows, and marks for the ones that are gone."""
    table = version_table(load.mapping.thing)
    engine.run(
        f"CREATE OR REPLACE TABLE scratch.known AS SELECT id, arg_max(row_hash, seq) AS row_hash, "
        f"arg_max(deleted, seq) AS deleted FROM {table} WHERE connector = ? AND mapping = ? GROUP BY id",
        [load.connector.name, load.mapping.name],
    )
    engine.run(
        f"CREATE OR REPLACE TABLE scratch.delta AS SELECT r.id, k.id IS NULL AS is_new "
        f"FROM {loaded(['id', 'row_hash'])} r LEFT JOIN scratch.known k USING (id) "
        f"WHERE k.id IS NULL OR k.row_hash <> r.row_hash"
    )
    seen = engine.count(f"SELECT count(*) FROM {loaded(['id'])}")
    new = engine.count("SELECT count(*) FROM scratch.delta WHERE is_new")
    changed = engine.count("SELECT count(*) FROM scratch.delta WHERE NOT is_new")
    coverage, found = _coverage(engine, load)
    _insert(engine, load, table)
    deleted = _mark_deleted(engine, load, table) if coverage == "full" else 0
    return Counts(seen, new, changed, seen - new - changed, deleted, coverage), found


def _insert(engine: Engine, load: Load, table: str) -> None:
    gone = "r.gone" if may_be_gone(load.mapping) else "FALSE"
    columns = ", ".join(f"r.{quoted(name)}" for name in staged_names(load.mapping))
    engine.run(
        f"INSERT INTO {table} BY NAME SELECT r.id, r.key, r.source_id, {_stamp(load)}, {gone} AS deleted, r.row_hash"
        f"{', ' + columns if columns else ''} FROM scratch.rows r SEMI JOIN scratch.delta d ON r.id = d.id "
        f"WHERE r.reason IS NULL"
    )


def _stamp(load: Load) -> str:
    day = load.manifest.exported_on.isoformat()
    return (
        f"{literal(load.connector.name)} AS connector, {literal(load.mapping.name)} AS mapping, {load.seq} AS seq, "
        f"{literal(load.manifest.run)} AS run, DATE '{day}' AS loaded_on"
    )


def _coverage(engine: Engine, load: Load) -> tuple[Coverage, list[Diagnostic]]:
    if load.mapping.coverage == "partial":
        return "partial", []
    known = engine.count("SELECT count(*) FROM scratch.known WHERE NOT deleted")
    if not known:
        return "full", []
    present = engine.count(
        f"SELECT count(*) FROM scratch.known k SEMI JOIN {loaded(['id'])} r ON k.id = r.id WHERE NOT k.deleted"
    )
    if present * 2 >= known:
        return "full", []
    files = ", ".join(f"'{s.entry.name}'" for s in load.sources)
    message = f"{files} holds {present:,} of {known:,} known {load.mapping.thing} records; it is taken as partial"
    remedy = "nothing was deleted; if the others are really gone, export again in full, or set coverage: partial"
    return "partial", [PARTIAL_EXPORT.at(load.mapping.location, message, remedy=remedy, severity="warning")]


def _mark_deleted(engine: Engine, load: Load, table: str) -> int:
    engine.run(
        "CREATE OR REPLACE TABLE scratch.gone AS SELECT k.id FROM scratch.known k "
        "ANTI JOIN (SELECT id FROM scratch.rows WHERE id IS NOT NULL) r ON k.id = r.id WHERE NOT k.deleted"
    )
    gone = engine.count("SELECT count(*) FROM scratch.gone")
    if gone:
        engine.run(
            f"INSERT INTO {table} BY NAME SELECT id, any_value(key) AS key, any_value(source_id) AS source_id, "
            f"{_stamp(load)}, TRUE AS deleted, '' AS row_hash "
            f"FROM {table} v SEMI JOIN scratch.gone g ON v.id = g.id GROUP BY id"
        )
    return gone


def check_identity(engine: Engine) -> None:
    """Two records that share a surrogate would be taken for one: the chance is tiny, and it is looked at each time."""
    for thing in VERSIONED:
        clashes = engine.run(
            f"SELECT id FROM (SELECT DISTINCT id, key FROM {version_table(thing)}) GROUP BY id HAVING count(*) > 1"
        )
        if clashes:
            raise Fault(f"{thing}: different keys share the surrogate {clashes[0][0]}")


def record_changes(engine: Engine, columns: Mapping[str, Kind]) -> None:
    """`opportunity_change`, from each version of a deal and the one before it in the same export."""
    table = version_table("opportunity")
    engine.run(
        f"CREATE OR REPLACE TABLE scratch.steps AS SELECT id, connector, mapping, seq, "
        f"lag(seq) OVER (PARTITION BY id, connector, mapping ORDER BY seq) AS before "
        f"FROM {table} SEMI JOIN (SELECT id FROM {table} GROUP BY id HAVING count(*) > 1) m USING (id)"
    )
    if not engine.count("SELECT count(*) FROM scratch.steps WHERE before IS NOT NULL"):
        return
    pairs = (
        f"FROM scratch.steps s JOIN {table} n ON (n.id, n.connector, n.mapping, n.seq) = "
        f"(s.id, s.connector, s.mapping, s.seq) JOIN {table} o ON (o.id, o.connector, o.mapping, o.seq) = "
        f"(s.id, s.connector, s.mapping, s.before)"
    )
    engine.run(f"CREATE OR REPLACE TABLE scratch.pairs AS SELECT n, o {pairs}")
    parts = (f"{_change(name)} FROM scratch.pairs WHERE {_differs(name)}" for name in ("deleted", *columns))
    engine.run(f"INSERT INTO opportunity_change {' UNION ALL '.join(parts)}")


def _differs(name: str) -> str:
    column = quoted(name)
    if name == "deleted":
        return "n.deleted <> o.deleted"
    return f"n.{column} IS DISTINCT FROM o.{column} AND NOT n.deleted AND NOT o.deleted"


def _change(name: str) -> str:
    column = quoted(name)
    at, precision = "CAST(n.loaded_on AS TIMESTAMP)", "'between_runs'"
    if name == "status":
        dated = "n.closed_date > o.loaded_on AND n.closed_date <= n.loaded_on"
        at = f"CAST(CASE WHEN {dated} THEN n.closed_date ELSE n.loaded_on END AS TIMESTAMP)"
        precision = f"CASE WHEN {dated} THEN 'day' ELSE 'between_runs' END"
    return (
        f"SELECT n.id, n.key, {literal(name)}, CAST(o.{column} AS VARCHAR), CAST(n.{column} AS VARCHAR), {at}, n.run, "
        f"'snapshot_diff', {precision}, n.seq"
    )
