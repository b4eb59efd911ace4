"""The way of each deal as its system dates it: entries into stages with the spans between them, and dated values."""

from __future__ import annotations

from collections.abc import Mapping

from headway.core.mapping import DATED_FIELDS, Connector, FileMapping, stage_named
from headway.tables.convert import entry_name
from headway.tables.engine import Engine, literal, quoted
from headway.tables.history import Counts
from headway.tables.schema import FIELDS, SQL_TYPE
from headway.tables.staging import Load, loaded

DATED: Mapping[str, str] = {name: SQL_TYPE[FIELDS["stage_history"][name]] for name in DATED_FIELDS}
"""The fields of a deal, beside its stage, whose values a history can date, with their types."""


def create_entries(engine: Engine) -> None:
    """The empty tables of stage entries and of dated values."""
    values = ", ".join(f"{name} {kind}" for name, kind in DATED.items())
    engine.run(
        f"CREATE TABLE deal_state (opportunity_id BIGINT, changed_at TIMESTAMP, {values}, source_row BIGINT, "
        f"seq INTEGER, run VARCHAR)"
    )
    engine.run(
        "CREATE TABLE stage_entry (opportunity_id BIGINT, stage VARCHAR, ord INTEGER, entered_at TIMESTAMP, "
        "closing BOOLEAN, source_row BIGINT, outcome VARCHAR, seq INTEGER, run VARCHAR)"
    )


def stage_order(connector: Connector, mapping: FileMapping) -> tuple[str, ...]:
    """The stage labels in the order of the way, as the mapping lists them, else that of the deals; entry columns of
    stages that are not listed come after."""
    files = (mapping, *(file for file in connector.files if file.thing == "opportunity"))
    order = next((tuple(file.stages) for file in files if file.stages), ())
    listed = {label.lower() for label in order}
    entered = (stage_named(label, order) for label in mapping.stage_entries)
    return (*order, *(label for label in entered if label.lower() not in listed))


def closing_stages(connector: Connector) -> dict[str, str]:
    """The stage labels, in lower case, that stand for won or lost, with which of the two."""
    stages = (pair for file in connector.files for pair in file.stages.items())
    return {label.strip().lower(): status for label, status in stages if status != "open"}


def add_entry_columns(engine: Engine, load: Load) -> None:
    """The entries that come as one date column per stage beside each deal."""
    order = stage_order(load.connector, load.mapping)
    places = {label.lower(): n for n, label in enumerate(order, start=1)}
    for position, entry_of in enumerate(load.mapping.stage_entries, start=1):
        label = stage_named(entry_of, order)
        column = quoted(entry_name(position))
        status = closing_stages(load.connector).get(label.lower())
        outcome = literal(status) if status else "CAST(NULL AS VARCHAR)"
        entry = (
            f"id AS opportunity_id, {literal(label)} AS stage, {places[label.lower()]} AS ord, {column} AS entered_at, "
            f"{outcome} IS NOT NULL AS closing, 0 AS source_row, {outcome} AS outcome"
        )
        _add(engine, load, f"SELECT {entry} FROM scratch.rows WHERE reason IS NULL AND {column} IS NOT NULL")


def add_history(engine: Engine, load: Load) -> Counts:
    """What comes as a file of its own, one row per deal and change: entries into stages, and dated values beside them.

    Given are the counts of rows.
    """
    labels = stage_order(load.connector, load.mapping)
    cases = " ".join(f"WHEN {literal(label.lower())} THEN {place}" for place, label in enumerate(labels, start=1))
    place = f"CASE lower(stage) {cases} END" if cases else "CAST(NULL AS INTEGER)"
    deal_column = "opportunity_id" if load.mapping.column("opportunity_id") else "opportunity"
    rows = loaded([deal_column, "stage", "entered_at", "row"])
    ends = sorted(closing_stages(load.connector).items())
    words = " ".join(f"WHEN {literal(label)} THEN {literal(status)}" for label, status in ends)
    outcome = f"CASE lower(stage) {words} END" if ends else "CAST(NULL AS VARCHAR)"
    by_id = bool(load.mapping.column("opportunity_id"))
    deal = load.key_of("opportunity", "opportunity_id") if by_id else "n.id"
    names = "" if by_id else f"JOIN {_by_name(load)} n ON n.name = lower(opportunity)"
    order = _order_of(engine, f"SELECT {deal} AS deal, entered_at, row FROM {rows} {names}")
    new = _add(
        engine,
        load,
        f"SELECT DISTINCT {deal} AS opportunity_id, stage, {place} AS ord, entered_at, "
        f"({outcome}) IS NOT NULL AS closing, {order} AS source_row, {outcome} AS outcome FROM {rows} {names} "
        f"WHERE stage IS NOT NULL AND entered_at IS NOT NULL",
    )
    _add_states(engine, load, deal, names, deal_column, order)
    seen = engine.count(f"SELECT count(*) FROM {rows}")
    return Counts(seen, new, 0, seen - new, 0, load.mapping.coverage)


def _order_of(engine: Engine, rows: str) -> str:
    """The order in which a history's rows of one moment came about: as they lie, or turned where the newest lie first."""
    ends = f"SELECT arg_max(row, entered_at) - arg_min(row, entered_at) AS way FROM ({rows}) GROUP BY deal"
    return "row" if engine.count(f"SELECT sum(sign(way)) FROM ({ends})") >= 0 else "-row"


def _add_states(engine: Engine, load: Load, deal: str, names: str, deal_column: str, order: str) -> None:
    """The values a history dates, row by row; a history that carries none adds nothing."""
    carried = [name for name in DATED if load.mapping.column(name)]
    if not carried:
        return
    rows = loaded([deal_column, "entered_at", *carried, "row"])
    columns = ", ".join(carried)
    same = " AND ".join(f"s.{name} IS NOT DISTINCT FROM e.{name}" for name in carried)
    engine.run(
        f"INSERT INTO deal_state BY NAME SELECT e.*, {load.seq} AS seq, {literal(load.manifest.run)} AS run FROM "
        f"(SELECT {deal} AS opportunity_id, entered_at AS changed_at, {columns}, {order} AS source_row FROM {rows} {names} "
        f"WHERE entered_at IS NOT NULL) e ANTI JOIN deal_state s ON s.opportunity_id = e.opportunity_id "
        f"AND s.changed_at = e.changed_at AND {same}"
    )


def _by_name(load: Load) -> str:
    """The deals of the same system that bear a name alone, for histories that name deals instead of numbering them."""
    return (
        f"(SELECT lower(name) AS name, any_value(id) AS id FROM opportunity_version "
        f"WHERE connector = {literal(load.connector.name)} GROUP BY lower(name) HAVING count(DISTINCT id) = 1)"
    )


def _add(engine: Engine, load: Load, entries: str) -> int:
    before = engine.count("SELECT count(*) FROM stage_entry")
    engine.run(
        f"INSERT INTO stage_entry SELECT e.*, {load.seq}, {literal(load.manifest.run)} FROM ({entries}) e "
        f"ANTI JOIN stage_entry s ON s.opportunity_id = e.opportunity_id AND s.stage = e.stage "
        f"AND s.entered_at = e.entered_at"
    )
    return engine.count("SELECT count(*) FROM stage_entry") - before


def lay_moves(engine: Engine, kind: str = "TABLE") -> None:
    """Table `stage_move`: every entry of a deal into another stage, and the day of the next one.

    `again`: whether it was in the stage before; `furthest`: the furthest place it had been at. An entry into the stage a deal
    is already in is no entry. What comes later changes nothing of an earlier row but when it is followed, so a day's view
    of it is a part of these rows.
    """
    engine.run(
        f"""
CREATE {kind} stage_move AS
WITH moves AS (
    SELECT *, lag(stage) OVER w AS stage_before FROM stage_entry
    WINDOW w AS (PARTITION BY opportunity_id ORDER BY entered_at, source_row, ord, stage)
)
SELECT opportunity_id, stage, ord, closing, CAST(entered_at AS DATE) AS entered_on,
    CAST(lead(entered_at) OVER w AS DATE) AS next_on,
    row_number() OVER (PARTITION BY opportunity_id, stage ORDER BY entered_at, source_row, ord) > 1 AS again,
    coalesce(max(ord) FILTER (NOT closing) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS furthest
FROM moves WHERE stage_before IS DISTINCT FROM stage
WINDOW w AS (PARTITION BY opportunity_id ORDER BY entered_at, source_row, ord, stage)"""
    )


def has_moves(engine: Engine) -> bool:
    """Whether the tables hold them; those of an earlier Headway do not."""
    return engine.count("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'stage_move'") > 0


def stays_sql(limit: str) -> str:
    """`stage_stay`: the stays in stages that are over by a day, with all that is known of their opportunities."""
    exited = _exited(limit)
    return (
        f"SELECT d.* EXCLUDE (stage), m.stage, m.entered_on AS entered_stage_on, {exited} AS left_stage_on "
        f"FROM stage_move m JOIN opportunity d ON d.id = m.opportunity_id "
        f"WHERE m.entered_on <= {limit} AND NOT m.closing AND {exited} IS NOT NULL"
    )


def _exited(limit: str) -> str:
    """The day a stay ended, as known on a day: with the next entry, or the last one of an ended deal with the deal."""
    return (
        f"coalesce(CASE WHEN m.next_on <= {limit} THEN m.next_on END, "
        "CASE WHEN d.closed_date >= m.entered_on THEN d.closed_date END)"
    )


def spans_sql(limit: str) -> str:
    """`stage_span`: the stays of opportunities in stages by a day; the last one of an ended deal ends with the deal."""
    exited = _exited(limit)
    return (
        f"SELECT m.opportunity_id, m.stage, m.ord, m.closing, m.entered_on AS entered_at, {exited} AS exited_at, "
        f"CAST({exited} - m.entered_on AS INTEGER) AS days, m.again, "
        "coalesce(m.ord > m.furthest + 1 AND NOT m.closing, FALSE) AS skipped, "
        "coalesce(m.ord < m.furthest AND NOT m.closing, FALSE) AS regression "
        f"FROM stage_move m JOIN opportunity d ON d.id = m.opportunity_id WHERE m.entered_on <= {limit}"
    )


def changes_sql(limit: str) -> str:
    """`deal_change`: what changed about deals by a day; where a system dates a field itself, only what it says counts."""
    own = "origin = 'native_history'"
    return (
        f"SELECT id, field, old_value, new_value, CAST(changed_at AS DATE) AS changed_on FROM opportunity_change "
        f"WHERE CAST(changed_at AS DATE) <= {limit} "
        f"QUALIFY {own} OR NOT bool_or({own}) OVER (PARTITION BY id, field)"
    )


def record_native_changes(engine: Engine) -> None:
    """`opportunity_change` for stages and dated values, from what the system itself dates."""
    for name in DATED:
        if engine.count(f"SELECT count({name}) FROM deal_state"):
            _record_native(engine, name, f"(SELECT *, {name} AS entry FROM deal_state)", "changed_at, source_row")
    if engine.count("SELECT count(*) FROM stage_entry"):
        entries = "(SELECT *, stage AS entry, entered_at AS changed_at FROM stage_entry)"
        _record_native(engine, "stage", entries, "changed_at, source_row, ord, stage")


def _record_native(engine: Engine, field: str, entries: str, order: str) -> None:
    """The changes of one field, from relation `entries` (opportunity_id, entry, changed_at, run, seq)."""
    engine.run(
        f"""
INSERT INTO opportunity_change
WITH moves AS (
    SELECT e.opportunity_id AS id, d.key, lag(e.entry) OVER w AS old_value, e.entry AS new_value,
        e.changed_at, e.run, e.seq
    FROM {entries} e JOIN (SELECT id, any_value(key) AS key FROM opportunity_version GROUP BY id) d
        ON d.id = e.opportunity_id
    WINDOW w AS (PARTITION BY e.opportunity_id ORDER BY {order})
)
SELECT id, key, {literal(field)}, CAST(old_value AS VARCHAR), CAST(new_value AS VARCHAR), changed_at, run,
    'native_history', CASE WHEN changed_at = CAST(changed_at AS DATE) THEN 'day' ELSE 'second' END, seq
FROM moves WHERE old_value IS DISTINCT FROM new_value"""
    )
