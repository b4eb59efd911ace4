"""From the tables of a warehouse to landed files: what is of use is made plain and copied, the rest is named."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from headway.connectors.files.landed import LandedFile
from headway.connectors.files.names import listed
from headway.connectors.files.profiling import one, profile
from headway.connectors.files.things import identify
from headway.connectors.mistakes import UNKNOWN_TABLE
from headway.connectors.warehouse import billing, deals
from headway.connectors.warehouse.finding import tables_of
from headway.connectors.warehouse.known_names import known_name
from headway.connectors.warehouse.plain import Plain, made_plain
from headway.core.diagnostics import Diagnostic
from headway.core.mapping import Thing
from headway.core.positions import Location
from headway.core.progress import Progress, untold
from headway.tables.engine import Engine, quoted
from headway.tables.warehouse import ROW, Table, copied

_LOOK_AT = 2000
_VERSIONS = re.compile(r"_(history|snapshot|snapshots)(?=_|$)")


@dataclass(frozen=True)
class _Landing:
    """One file to be landed: the rows as SQL, its columns, where they come from, and what it is known to hold."""

    table: Table
    part: str
    select: str
    notes: tuple[str, ...]
    holds: Thing | None = None


def read_warehouse(
    paths: Sequence[Path],
    engine: Engine,
    landing: Path,
    wanted: Collection[str] = (),
    progress: Progress = untold,
) -> tuple[tuple[LandedFile, ...], list[Diagnostic]]:
    """Land the tables of DuckDB files, Parquet files and folders of them that hold what Headway keeps; or say what is wrong.

    `wanted` names tables that are landed whatever they seem to hold. Tables that belong to others (labels of stages,
    prices, merges) are read into these. Each schema or folder is a group of its own.
    """
    tables, wrong = tables_of(paths, engine)
    if wrong:
        return (), wrong
    landing.mkdir(parents=True, exist_ok=True)
    made: list[LandedFile] = []
    passed_over: list[str] = []
    for group in dict.fromkeys(table.schema for table in tables):
        plains = [made_plain(table, engine) for table in tables if table.schema == group]
        for number, plain in enumerate(plains):
            progress(f"reading {plain.table.title}", number, len(plains))
            others = [other for other in plains if other is not plain]
            told = {name.casefold() for name in wanted}
            landings = list(_of_use(plain, others, engine, landing, told)) if _rows(plain, engine) else []
            made += [_landed(one_of, engine, landing, group) for one_of in landings]
            if not landings and not _is_read_into_others(plain):
                passed_over.append(plain.table.title)
    said = _passed_over(paths, passed_over, bool(made))
    return tuple(made), said


def _of_use(
    plain: Plain, others: Sequence[Plain], engine: Engine, landing: Path, wanted: Collection[str]
) -> Iterator[_Landing]:
    table = plain.table
    if deals.is_property_history(plain):
        derived = deals.fields_as_history(plain, others, engine)
        if derived:
            yield _Landing(table, "", derived.select, derived.notes, "stage_history")
    elif deals.is_stage_timing(plain):
        derived = deals.timing(plain, others, engine)
        yield _Landing(table, "", derived.select, derived.notes, "stage_history")
    elif deals.is_deals(plain):
        yield from _deals(plain, others, engine)
    elif billing.is_items(plain):
        if not any(billing.is_items(other) and other.versions and not plain.versions for other in others):
            finished = billing.completed(plain, others)
            yield _Landing(table, "", finished.select(), finished.notes, "subscription_item")
    elif table.name.casefold() in wanted or table.title.casefold() in wanted:
        yield _Landing(table, "", plain.select(), plain.notes)
    elif not _is_read_into_others(plain) and not _has_current(plain, others):
        named = known_name(plain)
        if named != "other" and (named or _holds_something(plain, engine, landing)):
            yield _Landing(table, "", plain.select(), plain.notes, named)


def _deals(plain: Plain, others: Sequence[Plain], engine: Engine) -> Iterator[_Landing]:
    finished = deals.completed(plain, others, engine)
    rivals = [
        other for other in others if deals.is_deals(other) and _better(other, plain) and _same_ids(plain, other, engine)
    ]
    if not rivals:
        yield _Landing(plain.table, "", finished.select(), finished.notes, "opportunity")
    if plain.versions:
        derived = deals.versions_as_history(finished)
        yield _Landing(plain.table, "versions", derived.select, derived.notes, "stage_history")


def _better(one_of: Plain, other: Plain) -> bool:
    """Which of two tables of the same deals is read: the one without versions, then what a loader copied, then the first."""
    return _rank(one_of) < _rank(other)


def _rank(plain: Plain) -> tuple[bool, bool, str]:
    return plain.versions, plain.loader is None, plain.table.title


def _same_ids(plain: Plain, other: Plain, engine: Engine) -> bool:
    own, theirs = (p.cell(p.named("opportunity", "id")) for p in (plain, other))
    shared, all_of_them = one(
        engine,
        f"SELECT count(b.id), count(*) FROM (SELECT DISTINCT {own} AS id FROM {plain.source}) a "
        f"LEFT JOIN (SELECT DISTINCT {theirs} AS id FROM {other.source}) b USING (id)",
    )
    return 2 * shared >= all_of_them


def _has_current(plain: Plain, others: Sequence[Plain]) -> bool:
    """Whether a table of versions stands beside the table of what holds now, which is read instead."""
    stem = _VERSIONS.sub("", plain.table.name.casefold())
    return stem != plain.table.name.casefold() and any(other.table.name.casefold() == stem for other in others)


def _is_read_into_others(plain: Plain) -> bool:
    lists = (deals.is_stage_list, deals.is_pipeline_list, deals.is_merge_list, deals.is_company_link)
    prices = (billing.is_prices, billing.is_coupons, billing.is_discounts)
    return any(is_one(plain) for is_one in (*lists, *prices))


def _holds_something(plain: Plain, engine: Engine, landing: Path) -> bool:
    """Whether the first rows look like something Headway keeps."""
    look = _Landing(plain.table, "", f"SELECT * FROM ({plain.select()}) LIMIT {_LOOK_AT}", ())
    seen = _landed(look, engine, landing, plain.table.schema)
    try:
        return identify(profile(seen, engine), engine).thing != "other"
    finally:
        seen.landing.unlink(missing_ok=True)


def _rows(plain: Plain, engine: Engine) -> bool:
    return bool(engine.run(f"SELECT 1 FROM {plain.table.relation} t LIMIT 1"))


def _landed(one_of: _Landing, engine: Engine, landing: Path, group: str) -> LandedFile:
    table = one_of.table
    columns = tuple(name for name in engine.schema(f"({one_of.select})") if name not in ("~order", ROW))
    name = "_".join(re.findall(r"[a-z0-9]+", f"{table.name} {one_of.part}".casefold())) or "table"
    place = landing / f"{'_'.join(filter(None, (re.sub(r'[^a-z0-9]+', '_', group.casefold()), name)))}.parquet"
    count = 1
    while place.exists():
        count += 1
        place = place.with_name(f"{name}-{count}.parquet")
    order = ", ".join(('"~order"', *map(quoted, columns)))
    rows, digest = copied(engine, one_of.select, columns, order, place)
    alone = table.place.is_dir() or table.place.suffix.casefold() in (".parquet", ".pq")
    sheet = one_of.part if alone else f"{table.title} {one_of.part}".strip()
    headers = (name, table.place, digest, columns, columns, rows, (), place)
    notes = tuple(filter(None, one_of.notes))
    return LandedFile(
        *headers, sheet=sheet, folder=group if alone else "", group=group, holds=one_of.holds, notes=notes
    )


def _passed_over(paths: Sequence[Path], names: Sequence[str], is_any: bool) -> list[Diagnostic]:
    if not names and is_any:
        return []
    place = Location(str(paths[0]), 1)
    message = f"{len(names):,} tables are not read: {listed(names, 8)}" if names else f"{paths[0].name} holds no tables"
    remedy = "if one holds something Headway keeps, say so: --as TABLE=THING"
    return [UNKNOWN_TABLE.at(place, message, remedy=remedy, severity="note" if is_any else "error")]
