"""The account of every load: what each file held, what was loaded, what was not and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from headway.core.diagnostics import Diagnostic
from headway.core.errors import Fault
from headway.core.formatting import plural
from headway.tables.convert import staged_names
from headway.tables.deals import label_status
from headway.tables.engine import Engine, literal, parquet, quoted
from headway.tables.history import Counts
from headway.tables.landing import RunManifest
from headway.tables.mistakes import (
    HISTORY_DISAGREES,
    ODD_DATES,
    OLD_EXPORT,
    ROWS_REJECTED,
    UNKNOWN_STAGE,
    VALUES_UNREAD,
)
from headway.tables.staging import Load, Source

_STALE_AFTER = 31
"""How many days an export's newest date may lie back before it is asked when the export was taken."""

COUNTS = (
    "SELECT run, thing, connector, mapping, seen, new, changed, unchanged, deleted, rejected, listed, coverage "
    "FROM load_count ORDER BY seq, thing, connector, mapping"
)
_TABLES = (
    "about (name VARCHAR, value VARCHAR)",
    "run (seq INTEGER, run VARCHAR, exported_on DATE, loaded_at TIMESTAMP)",
    "load_file (seq INTEGER, run VARCHAR, connector VARCHAR, mapping VARCHAR, thing VARCHAR, file VARCHAR, "
    "sha256 VARCHAR, rows BIGINT, loaded BIGINT, rejected BIGINT, listed BIGINT)",
    "load_count (seq INTEGER, run VARCHAR, thing VARCHAR, connector VARCHAR, mapping VARCHAR, seen BIGINT, "
    "new BIGINT, changed BIGINT, unchanged BIGINT, deleted BIGINT, rejected BIGINT, listed BIGINT, coverage VARCHAR)",
    "rejected (seq INTEGER, run VARCHAR, connector VARCHAR, mapping VARCHAR, file VARCHAR, row BIGINT, kind VARCHAR, "
    "reason VARCHAR, text VARCHAR)",
)


def create_tables(engine: Engine) -> None:
    """The empty tables of the account."""
    for table in _TABLES:
        engine.run(f"CREATE TABLE {table}")


def record_runs(engine: Engine, runs: Sequence[RunManifest]) -> None:
    """The runs, in order, and the files that are landed and kept without being mapped to a thing."""
    for seq, manifest in enumerate(runs, start=1):
        values = [seq, manifest.run, manifest.exported_on, _utc(manifest.loaded_at)]
        engine.run("INSERT INTO run VALUES (?, ?, ?, ?)", values)
        known = {record[0] for record in engine.run("SELECT file FROM load_file WHERE run = ?", [manifest.run])}
        for entry in manifest.files:
            if entry.name not in known:
                kept = [0, manifest.run, entry.connector, entry.mapping, "other", entry.name, entry.sha256]
                numbers = [entry.rows, entry.landed, 0, len(entry.listed)]
                engine.run("INSERT INTO load_file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [*kept, *numbers])


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def record_load(engine: Engine, load: Load, counts: Counts) -> list[Diagnostic]:
    """Write one staged load into the account; give what the user should know about it."""
    rejected = listed = 0
    for source in load.sources:
        refused = _record_rejects(engine, load, source)
        _record_file(engine, load, source, refused)
        rejected, listed = rejected + refused, listed + len(source.entry.listed)
    numbers = [counts.seen, counts.new, counts.changed, counts.unchanged, counts.deleted, rejected, listed]
    names = [load.mapping.thing, load.connector.name, load.mapping.name]
    engine.run(
        "INSERT INTO load_count VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [load.seq, load.manifest.run, *names, *numbers, counts.coverage],
    )
    said = (_rejects_said, _stages_said, _unread_said, _age_said)
    return [found for say in said for found in say(engine, load)]


def _record_rejects(engine: Engine, load: Load, source: Source) -> int:
    who = [load.seq, load.manifest.run, load.connector.name, load.mapping.name, source.entry.name]
    for row in source.entry.listed:
        engine.run(
            "INSERT INTO rejected VALUES (?, ?, ?, ?, ?, ?, 'listed', ?, ?)", [*who, row.row, row.reason, row.text]
        )
    headers = [name for name in engine.schema(parquet(source.path)) if name != "_row"]
    text = f"concat_ws(', ', {', '.join(quoted(name) for name in headers)})"
    engine.run(
        f"INSERT INTO rejected SELECT ?, ?, ?, ?, ?, r.row, 'rejected', r.reason, p.text "
        f"FROM (SELECT row, reason FROM scratch.rows WHERE reason IS NOT NULL AND file = {source.number}) r "
        f"JOIN (SELECT _row, {text} AS text FROM {parquet(source.path)}) p ON p._row = r.row",
        who,
    )
    return engine.count(
        "SELECT count(*) FROM rejected WHERE kind = 'rejected' AND seq = ? AND run = ? AND connector = ? "
        "AND mapping = ? AND file = ?",
        who,
    )


def _record_file(engine: Engine, load: Load, source: Source, rejected: int) -> None:
    entry, listed = source.entry, len(source.entry.listed)
    came = engine.count("SELECT count(*) FROM scratch.rows WHERE reason IS NULL AND file = ?", [source.number])
    if came + rejected + listed != entry.rows:
        raise Fault(f"{entry.name}: {entry.rows} rows, but {came} loaded, {rejected} rejected and {listed} listed")
    who = [load.seq, load.manifest.run, load.connector.name, load.mapping.name, load.mapping.thing, entry.name]
    engine.run(
        "INSERT INTO load_file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [*who, entry.sha256, entry.rows, came, rejected, listed],
    )


def _rejects_said(engine: Engine, load: Load) -> list[Diagnostic]:
    said: list[Diagnostic] = []
    for source in load.sources:
        where = "FROM rejected WHERE kind = 'rejected' AND seq = ? AND file = ? AND mapping = ?"
        who = [load.seq, source.entry.name, load.mapping.name]
        count = engine.count(f"SELECT count(*) {where}", who)
        if count:
            first = engine.run(f"SELECT row, reason {where} ORDER BY row LIMIT 5", who)
            detail = "\n".join(f"row {row}: {reason}" for row, reason in first) + ("\n..." if count > 5 else "")
            rows = "row was" if count == 1 else "rows were"
            message = f"{count:,} of {source.entry.rows:,} {rows} not loaded from '{source.entry.name}'"
            remedy = "each is listed with its reason; correct them in the source or edit the mapping, then import again"
            said.append(
                ROWS_REJECTED.at(load.mapping.location, message, detail=detail, remedy=remedy, severity="warning")
            )
    return said


def _stages_said(engine: Engine, load: Load) -> list[Diagnostic]:
    """Stage labels the mapping gives no status, where the label is what decides."""
    mapping = load.mapping
    if mapping.thing != "opportunity" or not mapping.column("stage") or _told_otherwise(load):
        return []
    unknown = engine.run(
        f"SELECT stage, count(*) FROM scratch.rows WHERE reason IS NULL AND stage IS NOT NULL "
        f"AND {label_status(mapping, 'stage')} IS NULL GROUP BY stage ORDER BY count(*) DESC, stage"
    )
    remedy = "say open, won or lost for it under `stages` in the mapping"
    return [
        UNKNOWN_STAGE.at(
            mapping.location,
            f"stage '{stage}' ({plural(int(str(count)), 'deal')}) has no status; it counts as open",
            remedy=remedy,
            severity="warning",
        )
        for stage, count in unknown
    ]


def _told_otherwise(load: Load) -> bool:
    return any(load.mapping.column(name) for name in ("is_won", "is_closed", "status"))


def _unread_said(engine: Engine, load: Load) -> list[Diagnostic]:
    found = engine.run(
        "SELECT unread, count(*) FROM scratch.rows WHERE reason IS NULL AND unread IS NOT NULL "
        "GROUP BY unread ORDER BY count(*) DESC, unread"
    )
    file, remedy = load.sources[0].entry.name, "look at the column; correct its pattern, or leave it out of the mapping"
    return [
        VALUES_UNREAD.at(
            load.mapping.location,
            f"'{file}': {plural(int(str(count)), 'row')} with something in {columns} that cannot be read; it is left empty",
            remedy=remedy,
            severity="warning",
        )
        for columns, count in found
    ]


def _age_said(engine: Engine, load: Load) -> list[Diagnostic]:
    """That deals stop long before the day the export is taken for, where nobody told that day."""
    dated = [name for name in ("created_date", "closed_date") if name in staged_names(load.mapping)]
    if load.mapping.thing != "opportunity" or not load.manifest.day_assumed or not dated:
        return []
    today = load.manifest.exported_on
    newest = ", ".join(f"max({name}) FILTER ({name} <= DATE '{today.isoformat()}')" for name in dated)
    (day,) = engine.run(f"SELECT greatest({newest}) FROM scratch.rows WHERE reason IS NULL")[0]
    if not isinstance(day, date) or (today - day).days <= _STALE_AFTER:
        return []
    file = load.sources[0].entry.name
    message = f"'{file}': the newest deal was created or closed on {day}; the export is taken for the state of {today}"
    remedy = f"if it was taken earlier, say when: import the same file again with --exported-on {day}"
    return [OLD_EXPORT.at(None, message, remedy=remedy, severity="warning")]


def odd_dates(engine: Engine) -> list[Diagnostic]:
    """Deals of the newest state that closed before they were created, or after the day of the export."""
    said: list[Diagnostic] = []
    for words, condition in ODD.items():
        found = engine.run(odd_sql(condition))
        if found:
            examples = ", ".join(literal(str(record[0])) for record in found[:3])
            message = f"{plural(len(found), 'deal')} {words}, such as {examples}"
            remedy = "they are kept as they are; correct the dates in the source"
            said.append(ODD_DATES.at(None, message, remedy=remedy, severity="warning"))
    return said


def history_disagrees(engine: Engine) -> list[Diagnostic]:
    """Deals that end otherwise in their change history than they stand in the export of deals."""
    newest = "(SELECT * FROM opportunity_version QUALIFY seq = max(seq) OVER (PARTITION BY id)) v"
    last = "(SELECT opportunity_id, arg_max({0}, (changed_at, source_row)) AS told FROM deal_state GROUP BY 1) h"
    apart = {
        "amount": "v.amount <> h.told",
        "close date": "coalesce(v.closed_date, v.close_date) <> h.told",
    }
    said, named = list[str](), dict[str, None]()
    for words, condition in apart.items():
        field = words.replace(" ", "_")
        if field not in engine.schema("deal_state") or field not in engine.schema("opportunity_version"):
            continue
        joined = f"{newest} JOIN {last.format(field)} ON h.opportunity_id = v.id"
        found = engine.run(f"SELECT source_id FROM {joined} WHERE NOT v.deleted AND {condition} ORDER BY v.key")
        named |= dict.fromkeys(str(one) for (one,) in found)
        said += [f"{len(found):,} in their {words}"] if found else []
    if not said:
        return []
    examples = ", ".join(literal(one) for one in [*named][:3])
    message = f"{plural(len(named), 'deal')} end otherwise in their change history than in the export of deals "
    message += f"({', '.join(said)}), such as {examples}"
    remedy = "export both on one day; until then the past follows the history, and today the export of deals"
    return [HISTORY_DISAGREES.at(None, message, remedy=remedy, severity="warning")]


ODD = {
    "closed before being created": "closed_date < created_date",
    "closed after the day of the export": "closed_date > loaded_on",
}
"""What is odd about dates, in words and as a condition."""


def odd_sql(condition: str) -> str:
    """The deals of the newest state that meet a condition: source id, key, created, closed, amount, owner."""
    return (
        f"SELECT source_id, key, created_date, closed_date, amount, owner "
        f"FROM (SELECT * FROM opportunity_version WHERE NOT deleted AND {condition}) v "
        f"ANTI JOIN opportunity_version later ON later.id = v.id AND later.seq > v.seq ORDER BY key"
    )
