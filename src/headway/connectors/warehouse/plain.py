"""One warehouse table made plain: text, one row for each record, deleted ones marked, every version kept as history."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from headway.connectors.files.landed import DELETED
from headway.connectors.files.names import fold, spellings
from headway.connectors.files.profiling import one
from headway.connectors.files.vocabulary import ALIASES
from headway.connectors.warehouse.loaders import Loader, is_technical, loader_of
from headway.core.mapping import Thing
from headway.tables.engine import Engine, literal, quoted
from headway.tables.warehouse import Table, as_text

CHANGED_AT = "changed_at"
"""The landed column that says from when on a version held."""

_VARIANT = re.compile(r"(.+)__v_(text|double|bigint|bool|timestamp|date|decimal|wei|json|complex)", re.IGNORECASE)
_OPEN_BAG = ("properties", "_airbyte_data")
_MOST_KEYS = 400
_WHOLE = 0.99


@dataclass(frozen=True)
class Plain:
    """A table in plain columns: each name with the SQL that gives its text, from `relation`, called `t` there.

    `key` is the column that says which record a row is about; `versions` whether a record may have several rows, of which
    the newest holds. `reasons` are SQL texts that say why a row is gone. `joins` are further relations the columns need.
    """

    table: Table
    loader: Loader | None
    columns: Mapping[str, str]
    key: str = ""
    versions: bool = False
    reasons: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    hidden: frozenset[str] = field(default=frozenset())

    def named(self, thing: Thing, name: str) -> str:
        """The column that a field of a thing is read from, by its name; empty where there is none."""
        wanted = ALIASES[thing].get(name, "").split()
        found = [(wanted.index(form), c) for c in self.columns for form in spellings(c, thing) if form in wanted]
        return min(found)[1] if found else ""

    def has(self, *folded: str) -> str:
        """The first of these columns, named without case and signs, that the table has."""
        own = {fold(re.sub(r"^propert(y|ies)_(hs_)?", "", name, flags=re.IGNORECASE)): name for name in self.columns}
        return next((own[name] for name in folded if name in own), "")

    def with_columns(self, made: Mapping[str, str], *joins: str, note: str = "") -> Plain:
        """The table with further columns; one of a name there is takes its place, and the old one gets `_code`."""
        columns = dict(self.columns)
        for name, sql in made.items():
            there = next((own for own in columns if own.casefold() == name.casefold()), "")
            if there:
                columns[f"{there}_code"] = columns[there]
            columns[there or name] = sql
        notes = (*self.notes, note) if note else self.notes
        return replace(self, columns=columns, joins=(*self.joins, *joins), notes=notes)

    def gone(self, reason: str, *joins: str, note: str = "") -> Plain:
        """The table with a further reason for which a row may be gone, as SQL that is NULL where it is not."""
        notes = (*self.notes, note) if note else self.notes
        return replace(self, reasons=(*self.reasons, reason), joins=(*self.joins, *joins), notes=notes)

    @property
    def source(self) -> str:
        """The table and what is joined to it, for SQL."""
        return " ".join((f"{self.table.relation} t", *self.joins))

    def cell(self, name: str) -> str:
        """The SQL of one column."""
        return self.columns[name]

    def select(self, *, history: bool = False) -> str:
        """The plain rows: the newest of each record, or as `history` every version with the moment it began."""
        cells = [f"{sql} AS {quoted(name)}" for name, sql in self.columns.items()]
        cells += [f"{self._began} AS {quoted(CHANGED_AT)}"] if history else []
        because = self._because
        cells += [f"coalesce({', '.join(because)}, NULL) AS {quoted(DELETED)}"] if because and not history else []
        order = f'{self.order} AS "~order"'
        rows = f"SELECT {', '.join([*cells, order])} FROM {self.source}"
        if not self.versions or history:
            return rows
        tie = ", ".join(quoted(name) for name in self.columns)
        return (
            f"SELECT * FROM ({rows}) WHERE {quoted(self.key)} IS NOT NULL QUALIFY row_number() OVER "
            f'(PARTITION BY {quoted(self.key)} ORDER BY "~order" DESC NULLS LAST, {tie}) = 1'
        )

    @property
    def order(self) -> str:
        """What says which of two rows is the newer one, as SQL; of rows alike in it their text decides."""
        loader = self.loader or Loader("")
        parts = [_epoch(self.table, name) for name in filter(None, (loader.start, *loader.stamps[:1]))]
        return f"[{', '.join(f'coalesce({part}, 0)' for part in parts)}]" if parts else "[0.0]"

    @property
    def _began(self) -> str:
        loader = self.loader or Loader("")
        column = loader.start or next(iter(loader.stamps), "")
        moment = f"make_timestamp(CAST({_epoch(self.table, column)} * 1000000 AS BIGINT))" if column else "NULL"
        return f"strftime({moment}, '%Y-%m-%d %H:%M:%S')"

    @property
    def _because(self) -> list[str]:
        """Why a row may be gone, each as SQL that is NULL where it is not."""
        loader = self.loader or Loader("")
        found = list(self.reasons)
        found += [f"CASE WHEN {_yes(name)} THEN 'deleted in the system' END" for name in loader.deleted]
        found += [
            f"CASE WHEN t.{quoted(name)} IS NOT NULL THEN concat('deleted at ', CAST(t.{quoted(name)} AS VARCHAR)) END"
            for name in loader.deleted_at
        ]
        if loader.active and loader.start and self.versions:
            found.append(f"CASE WHEN NOT {_yes(loader.active)} THEN 'its last version has ended' END")
        elif loader.end and self.versions:
            ended = f"t.{quoted(loader.end)} IS NOT NULL AND CAST(t.{quoted(loader.end)} AS VARCHAR) < '2199'"
            found.append(f"CASE WHEN {ended} THEN 'its last version has ended' END")
        own = self._own_flags if found or self.loader else []
        return [*found, *(f"CASE WHEN {_yes(name)} THEN 'deleted in the system' END" for name in own)]

    @property
    def _own_flags(self) -> list[str]:
        return [name for name in self.table.columns if fold(name) in ("isdeleted", "archived", "isarchived")]


def made_plain(table: Table, engine: Engine) -> Plain:
    """A table as its plain columns, with the tool that copied it, and whether it holds several versions of a record."""
    loader = loader_of(table.columns)
    columns = {
        name: as_text(f"t.{quoted(name)}", kind) for name, kind in table.columns.items() if not is_technical(name)
    }
    columns = _variants_joined(columns)
    columns |= _bag_opened(table, columns, engine)
    plain = Plain(table, loader, columns, notes=(f"copied by {loader.name}",) if loader else ())
    return _keyed(plain, engine)


def _variants_joined(columns: Mapping[str, str]) -> dict[str, str]:
    """Columns that a tool split by type (`amount`, `amount__v_double`) as one again."""
    made: dict[str, str] = {}
    for name, sql in columns.items():
        variant = _VARIANT.fullmatch(name)
        if variant and variant[1] in columns:
            made[variant[1]] = f"coalesce({made.get(variant[1], columns[variant[1]])}, {sql})"
        else:
            made[name] = made.get(name, sql)
    return made


def _bag_opened(table: Table, columns: Mapping[str, str], engine: Engine) -> dict[str, str]:
    """The entries of a JSON column that holds all properties of a record, each as a column, where nobody laid them flat."""
    bag = next((n for n, kind in table.columns.items() if n.casefold() in _OPEN_BAG and _is_json(kind)), "")
    if not bag or any(name.casefold().startswith(f"{bag.casefold()}_") for name in columns):
        return {}
    cell = f"CAST(t.{quoted(bag)} AS JSON)"
    looked_at = f"(SELECT {cell} AS bag FROM {table.relation} t WHERE t.{quoted(bag)} IS NOT NULL LIMIT 2000)"
    keys = engine.run(
        f"SELECT DISTINCT unnest(json_keys(bag)) AS key FROM {looked_at} WHERE json_type(bag) = 'OBJECT' "
        f"ORDER BY 1 LIMIT {_MOST_KEYS}"
    )
    return {
        f"{bag}_{key}": as_text(f"json_extract({cell}, {literal('$.' + quoted(str(key)))})", "JSON") for (key,) in keys
    }


def _is_json(kind: str) -> bool:
    return kind.upper() in ("JSON", "VARCHAR") or kind.upper().startswith(("STRUCT", "MAP"))


def _keyed(plain: Plain, engine: Engine) -> Plain:
    """Find what says which record a row is about, and whether there are several rows for one."""
    loader, table = plain.loader, plain.table
    if loader is None or not (loader.start or loader.appends):
        return plain
    stem = re.sub(r"(_history|_snapshot|_snapshots|_data)$", "", table.name.casefold())
    own = [stem + "id", stem.removesuffix("s") + "id", stem.rsplit("_", 1)[-1].removesuffix("s") + "id"]
    key = plain.has("id", "hsobjectid", "recordid", *(fold(name) for name in own))
    if not key and loader.start:
        key = next((name for name in plain.columns if fold(name).endswith("id")), "")
    if not key:
        return plain
    cell = plain.cell(key)
    rows, filled, distinct = one(
        engine, f"SELECT count(*), count({cell}), count(DISTINCT {cell}) FROM {table.relation} t"
    )
    if not rows or filled < _WHOLE * rows:
        return plain
    if loader.start or distinct < filled:
        words = f"the newest of {rows:,} versions for each of {distinct:,} ids" if distinct < rows else ""
        return replace(plain, key=key, versions=True, notes=(*plain.notes, words) if words else plain.notes)
    return replace(plain, key=key)


def _epoch(table: Table, column: str) -> str:
    kind, name = table.columns[column].upper(), f"t.{quoted(column)}"
    if kind.startswith(("TIMESTAMP", "DATE")):
        return f"epoch(CASE WHEN isfinite({name}) THEN CAST({name} AS TIMESTAMP) END)"
    text = f"CAST({name} AS VARCHAR)"
    return f"coalesce(try_cast({text} AS DOUBLE), epoch(try_cast({text} AS TIMESTAMP)))"


def _yes(column: str) -> str:
    return f"(lower(coalesce(CAST(t.{quoted(column)} AS VARCHAR), '')) IN ('true', 't', 'yes', '1'))"
