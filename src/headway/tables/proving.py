"""A mapping proved against its data: the newest load of each file read again, and held against what the tables have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from headway.core.currencies import CURRENCIES
from headway.core.diagnostics import errors
from headway.core.errors import UserMistake
from headway.core.formatting import plural
from headway.core.mapping import Connector, Thing
from headway.core.proof import State, Tested
from headway.core.things import record_of
from headway.tables import cells, deals
from headway.tables.build import loads_of
from headway.tables.convert import staged_names
from headway.tables.engine import Engine, literal, parquet, quoted
from headway.tables.history import version_table
from headway.tables.landing import landed_runs
from headway.tables.layout import current_tables
from headway.tables.mistakes import nothing_imported
from headway.tables.references import REFERENCES
from headway.tables.schema import FIELDS, kept_columns
from headway.tables.staging import Load, stage
from headway.tables.written import amount_written

FEW = 0.01
"""Of the rows, the share up to which what cannot be read is worth a note, and above which a mapping has failed."""

MANY = 0.2
"""Of the rows, the share above which a mapping has failed that rejects them, whatever the reasons."""

JOINS = 0.9
"""Of the references, the share that is found where all is well."""


def proved(folder: Path, connectors: Sequence[Connector], connector: Connector) -> tuple[Tested, ...]:
    """Every test of a connector's mappings, each against the newest load it reads."""
    tables = current_tables(folder)
    if tables is None:
        raise UserMistake([nothing_imported(folder)])
    newest: dict[str, Load] = {}
    for load in loads_of(folder, landed_runs(folder), connectors):
        if load.connector.name == connector.name:
            newest[load.mapping.name] = load
    with _opened(tables) as engine:
        return tuple(tested for load in newest.values() for tested in _of(engine, load))


@contextmanager
def _opened(tables: Path) -> Generator[Engine]:
    """The tables to compare with, and room to read a load anew."""
    with TemporaryDirectory() as room, Engine(scratch=Path(room)) as engine:
        engine.run(f"ATTACH {literal(str(tables))} AS held (READ_ONLY)")
        engine.run(f"ATTACH {literal(str(Path(room) / 'scratch.duckdb'))} AS scratch")
        yield engine


def _of(engine: Engine, load: Load) -> Iterator[Tested]:
    found = errors(stage(engine, load))
    if found:
        yield _said(load, "columns", "failed", found[0].message, found[0].remedy)
        return
    yield _rows_balance(engine, load)
    yield _types_parse(engine, load)
    yield _keys_are_unique(engine, load)
    if load.mapping.thing == "opportunity":
        yield from _deals(engine, load)
    if load.mapping.thing != "stage_history":
        yield from _references(engine, load)
        yield from _money_ties(engine, load)
    yield from _currencies(engine, load)


def _said(load: Load, test: str, state: State, seen: str, remedy: str = "") -> Tested:
    return Tested(load.mapping.name, load.mapping.thing, test, state, seen, "" if state == "ok" else remedy)


def _rows_balance(engine: Engine, load: Load) -> Tested:
    """Source rows = loaded + rejected + listed, and what is loaded is what the tables have, deleted ones marked so."""
    source = sum(engine.count(f"SELECT count(*) FROM {parquet(s.path)}") for s in load.sources)
    listed = sum(len(s.entry.listed) for s in load.sources)
    total = sum(s.entry.rows for s in load.sources)
    loaded = engine.count("SELECT count(*) FROM scratch.rows WHERE reason IS NULL")
    rejected = engine.count("SELECT count(*) FROM scratch.rows WHERE reason IS NOT NULL")
    may_be_gone = deals.may_be_gone(load.mapping)
    gone = engine.count("SELECT count(*) FROM scratch.rows WHERE reason IS NULL AND gone") if may_be_gone else 0
    lacking = engine.count(_lacking(load))
    seen = f"{total:,} rows: {loaded - gone:,} loaded, {gone:,} deleted, {rejected:,} rejected, {listed:,} listed"
    if source + listed != total or loaded + rejected != source:
        return _said(load, "rows", "failed", f"{seen}; {source:,} are kept", "import the file again")
    if lacking:
        remedy = "run `headway import` without files to build the tables again"
        return _said(load, "rows", "failed", f"{seen}; {lacking:,} of the loaded are not in the tables as read", remedy)
    state: State = "failed" if rejected > MANY * max(total, 1) else "note" if rejected else "ok"
    return _said(load, "rows", state, seen, "headway import lists each with its reason: mend the source or the mapping")


def _lacking(load: Load) -> str:
    """How many of the rows that are loaded the tables do not have as they are read now."""
    if load.mapping.thing == "stage_history":
        if not load.mapping.column("opportunity_id"):
            return "SELECT 0"
        deal = load.key_of("opportunity", "r.opportunity_id")
        return (
            "SELECT count(*) FROM scratch.rows r ANTI JOIN held.stage_entry s ON s.stage = r.stage AND "
            f"s.entered_at = r.entered_at AND s.opportunity_id = {deal} "
            "WHERE r.reason IS NULL AND r.stage IS NOT NULL AND r.entered_at IS NOT NULL"
        )
    return (
        f"SELECT count(*) FROM scratch.rows r ANTI JOIN {_held(load)} v ON v.id = r.id AND v.row_hash = r.row_hash "
        "WHERE r.reason IS NULL"
    )


def _held(load: Load) -> str:
    """The newest version of each record as this mapping gave it."""
    own = f"connector = {literal(load.connector.name)} AND mapping = {literal(load.mapping.name)}"
    return (
        f"(SELECT * FROM held.{version_table(load.mapping.thing)} WHERE {own} AND seq <= {load.seq} "
        f"QUALIFY row_number() OVER (PARTITION BY id ORDER BY seq DESC) = 1)"
    )


def _types_parse(engine: Engine, load: Load) -> Tested:
    rows = engine.count("SELECT count(*) FROM scratch.rows")
    wrong = engine.count("SELECT count(*) FROM scratch.rows WHERE contains(reason, ', which is no ')")
    empty = engine.count("SELECT count(*) FROM scratch.rows WHERE reason IS NULL AND unread IS NOT NULL")
    typed = [kept for kept in kept_columns(load.mapping) if kept.kind != "text"]
    if not wrong and not empty:
        return _said(load, "types", "ok", f"dates, amounts and numbers of {plural(len(typed), 'column')} are read")
    first = engine.run(
        "SELECT coalesce(reason, concat('something in ', unread)) FROM scratch.rows WHERE contains(reason, ', which is no ') "
        "OR reason IS NULL AND unread IS NOT NULL ORDER BY reason IS NULL, file, row LIMIT 1"
    )
    state: State = "failed" if wrong > FEW * rows else "note"
    seen = f"{wrong:,} rows rejected and {empty:,} with a value left empty, such as: {first[0][0]}"
    return _said(load, "types", state, seen, "correct the pattern under dates, the decimal mark, or the column")


def _keys_are_unique(engine: Engine, load: Load) -> Tested:
    rows = engine.count("SELECT count(*) FROM scratch.rows")
    blank = engine.count("SELECT count(*) FROM scratch.rows WHERE source_key IS NULL")
    alike = engine.count("SELECT count(*) FROM scratch.rows WHERE reason LIKE 'duplicate of row %'")
    twice = engine.count("SELECT count(*) FROM scratch.rows WHERE reason LIKE 'same id as row %'")
    named = ", ".join(f"'{column}'" for column in load.mapping.key) or "the row number"
    if not blank and not alike and not twice:
        state: State = "note" if load.mapping.made_key else "ok"
        seen = f"{named} tells all {rows:,} rows apart"
        made = f"{named} together stand in for an id: a change in one of them looks like a new row"
        return _said(load, "keys", state, made if load.mapping.made_key else seen, "export the id of the records too")
    state = "failed" if blank + twice > FEW * rows else "note"
    seen = (
        f"{named}: {blank:,} rows without one, {twice:,} with one that comes again otherwise, {alike:,} repeated alike"
    )
    return _said(load, "keys", state, seen, "name the column that identifies a row under key")


def _deals(engine: Engine, load: Load) -> Iterator[Tested]:
    """Stages that have a status, and a history that ends where the deals are now."""
    mapping = load.mapping
    labels = (
        engine.count("SELECT count(DISTINCT stage) FROM scratch.rows WHERE reason IS NULL")
        if _has(load, "stage")
        else 0
    )
    if labels:
        unknown = engine.run(
            f"SELECT stage, count(*) FROM scratch.rows WHERE reason IS NULL AND stage IS NOT NULL "
            f"AND {deals.label_status(mapping, 'stage')} IS NULL GROUP BY ALL ORDER BY 2 DESC, 1"
        )
        by_flags = any(mapping.column(name) for name in ("is_won", "is_closed", "status"))
        state: State = "ok" if not unknown else "note" if by_flags else "failed"
        listed = ", ".join(f"'{stage}' ({count:,})" for stage, count in unknown[:5])
        seen = (
            f"{len(unknown):,} of {labels:,} without a status: {listed}" if unknown else f"all {labels:,} have a status"
        )
        yield _said(load, "stages", state, seen, "give each open, won or lost under stages")
    entries = engine.count(
        "SELECT count(*) FROM held.stage_entry e SEMI JOIN scratch.rows r ON r.id = e.opportunity_id"
    )
    if entries and labels:
        yield _history_agrees(engine, load)


def _history_agrees(engine: Engine, load: Load) -> Tested:
    """Whether each deal's history ends in the stage it is in: loaders lose changes, and say nothing."""
    last = "SELECT opportunity_id AS id, arg_max(stage, (entered_at, source_row)) AS stage FROM held.stage_entry GROUP BY ALL"
    ((there, none, other),) = engine.run(
        f"SELECT count(*), count(*) FILTER (h.id IS NULL), count(*) FILTER (lower(h.stage) <> lower(r.stage)) "
        f"FROM scratch.rows r LEFT JOIN ({last}) h ON h.id = r.id WHERE r.reason IS NULL AND r.stage IS NOT NULL"
    )
    total, lacking, apart = (int(str(count or 0)) for count in (there, none, other))
    seen = f"of {total:,} deals {lacking:,} have no history, and {apart:,} end theirs in another stage than they are in"
    if not lacking and not apart:
        return _said(load, "history", "ok", f"the history of all {total:,} deals ends in the stage they are in")
    return _said(load, "history", "note", seen, "changes were lost on the way: copy the history anew, in full")


def _references(engine: Engine, load: Load) -> Iterator[Tested]:
    for name, thing, pairs in _pointing(load):
        there = [(own, theirs) for own, theirs in pairs if _has(load, own)]
        held = engine.count(f"SELECT count(*) FROM held.{version_table(thing)}")
        if not there or not held:
            continue
        hits = " OR ".join(
            f"({own} IS NOT NULL AND lower({own}) IN (SELECT word FROM {_words(thing, theirs)}))"
            for own, theirs in there
        )
        filled = " OR ".join(f"{own} IS NOT NULL" for own, _ in there)
        ((some, found),) = engine.run(
            f"SELECT count(*), count(*) FILTER ({hits}) FROM scratch.rows WHERE reason IS NULL AND ({filled})"
        )
        asked, met = int(str(some or 0)), int(str(found or 0))
        if asked:
            state: State = "failed" if not met else "note" if met < JOINS * asked else "ok"
            seen = f"{met:,} of {asked:,} rows that name one find theirs ({met / asked:.1%})"
            yield _said(
                load,
                f"{name} joins",
                state,
                seen,
                f"bring in the export of every {thing}, or map the column that holds its id",
            )


def _pointing(load: Load) -> list[tuple[str, Thing, tuple[tuple[str, str], ...]]]:
    if load.mapping.thing == "opportunity":
        return [
            (one.label, one.thing, ((one.id_column, "source_id"), (one.label, "name"), (one.label, "source_id")))
            for one in REFERENCES
        ]
    record = record_of(load.mapping.thing)
    return [
        (
            link.to,
            link.to,
            tuple(
                (own, "source_id" if theirs == "id" else theirs) for own, theirs in link.by if theirs != "plain_name"
            ),
        )
        for link in (record.links if record else ())
    ]


def _words(thing: Thing, column: str) -> str:
    known = column if column in FIELDS[thing] else "source_id"
    words = f"SELECT DISTINCT lower(CAST({quoted(known)} AS VARCHAR)) AS word FROM held.{version_table(thing)}"
    return f"({words} WHERE {quoted(known)} IS NOT NULL)"


def _money_ties(engine: Engine, load: Load) -> Iterator[Tested]:
    """Each column of money: what its cells add up to, read another way, against what the tables hold, to the cent."""
    for kept in kept_columns(load.mapping):
        if kept.kind == "money":
            written, cells_read = _written_totals(engine, load, kept.name, kept.column, kept.format)
            held = _held_totals(engine, load, kept.name)
            apart = {code: (written[code], held[code]) for code in {*written, *held} if written[code] != held[code]}
            told = ", ".join(f"{total:,.2f} {code}".strip() for code, total in sorted(held.items())) or "nothing"
            if not apart:
                yield _said(load, f"{kept.name} ties", "ok", f"{told} on both sides, of {cells_read:,} cells")
                continue
            off = "; ".join(
                f"{code or 'in all'}: {a:,.2f} in the source, {b:,.2f} in the tables"
                for code, (a, b) in sorted(apart.items())
            )
            remedy = "look at the decimal mark, the format and the currency of the column"
            yield _said(load, f"{kept.name} ties", "failed", off, remedy)


def _written_totals(engine: Engine, load: Load, name: str, column: str, form: str) -> tuple[dict[str, Decimal], int]:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    count = 0
    by_code = _tells_currency(load)
    for source in load.sources:
        headers = engine.schema(parquet(source.path))
        file = deals.SourceFile(load.mapping, parquet(source.path), {header.lower(): header for header in headers})
        cell, won = file.cell(column), file.field(deals.WON_AMOUNT)
        if won and name == "amount":
            cell = f"CASE WHEN r.status = 'won' THEN coalesce({won}, {cell}) ELSE {cell} END"
        code = "coalesce(r.currency, '')" if by_code else "''"
        for text, currency, rows in engine.run(
            f"SELECT {cell} AS cell, {code} AS code, count(*) FROM {parquet(source.path)} p JOIN (SELECT row, file, reason"
            f"{', currency' if by_code else ''}{', status' if won else ''} FROM scratch.rows) r ON r.row = p._row "
            f"WHERE r.file = {source.number} AND r.reason IS NULL AND {cells.filled(cell)} GROUP BY ALL"
        ):
            many = int(str(rows))
            value = amount_written(str(text), load.mapping.decimal, form, str(currency))
            totals[str(currency)] += (value or Decimal(0)) * many
            count += many
    return totals, count


def _held_totals(engine: Engine, load: Load, name: str) -> dict[str, Decimal]:
    code = "coalesce(currency, '')" if _tells_currency(load) else "''"
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for currency, total in engine.run(
        f"SELECT {code}, sum({quoted(name)}) FROM {_held(load)} v SEMI JOIN "
        f"(SELECT id FROM scratch.rows WHERE reason IS NULL) r ON r.id = v.id WHERE {quoted(name)} IS NOT NULL GROUP BY ALL"
    ):
        totals[str(currency)] += Decimal(str(total or 0))
    return totals


def _currencies(engine: Engine, load: Load) -> Iterator[Tested]:
    if not _tells_currency(load):
        return
    found = engine.run(
        "SELECT currency, count(*) FROM scratch.rows WHERE reason IS NULL GROUP BY ALL ORDER BY 2 DESC, 1"
    )
    counts = {str(code): int(str(rows)) for code, rows in found if code is not None}
    strange = {code: rows for code, rows in counts.items() if code not in CURRENCIES}
    worse = {code: rows for code, rows in strange.items() if not (len(code) == 3 and code.isalpha())}
    state: State = "failed" if worse else "note" if strange else "ok"
    shown = strange or counts
    listed = ", ".join(f"{code} ({rows:,})" for code, rows in list(shown.items())[:8]) or "none"
    seen = f"not known: {listed}" if strange else listed
    yield _said(load, "currencies", state, seen, "name the code under repairs of the currency's column")


def _tells_currency(load: Load) -> bool:
    return "currency" in staged_names(load.mapping)


def _has(load: Load, name: str) -> bool:
    return name in staged_names(load.mapping)
