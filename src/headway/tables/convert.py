"""From landed text to canonical columns: one SELECT per landed file, with the reason beside each row that cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from headway.core.diagnostics import Diagnostic
from headway.core.mapping import FileMapping
from headway.tables import cells, deals
from headway.tables.engine import literal, quoted
from headway.tables.mistakes import COLUMN_ABSENT, DATE_PATTERN
from headway.tables.schema import FIELDS, Kept, kept_columns

_HISTORY = ("stage", "entered_at")


@dataclass(frozen=True)
class Field:
    """One column in the making: its raw text, its typed value, and what to say around a text that cannot be read.

    A `strict` field rejects its row when the text cannot be read; any other is left empty and counted.
    """

    name: str
    raw: str
    typed: str
    complaint: tuple[str, str] = ("", "")
    strict: bool = True

    @property
    def kept_raw(self) -> str:
        """The column that carries the raw text along."""
        return quoted(f"raw {self.name}")


def conversion(mapping: FileMapping, relation: str, headers: Iterable[str], number: int) -> str:
    """The SELECT that reads one landed file: file, row, source_key, reason, unread, then the canonical columns.

    `relation` is the landed file with its text columns `headers` and `_row`; `number` tells the files of a load apart.
    """
    source = deals.SourceFile(mapping, relation, {header.lower(): header for header in headers})
    fields = [*(_field(source, kept) for kept in kept_columns(mapping)), *_dated(source)]
    read = [f"{_source_key(source)} AS source_key", *(f"{f.raw} AS {f.kept_raw}" for f in fields)]
    if mapping.thing == "opportunity":
        read.append(f"{deals.status(source)} AS status_read")
    if deals.may_be_gone(mapping):
        read.append(f"{deals.gone(source)} AS gone")
    typed = [f"{f.typed} AS {quoted(f.name)}" for f in fields]
    columns = ["source_key", f"{_reason(mapping, fields)} AS reason", f"{_unread(fields)} AS unread"]
    return (
        f"SELECT {number} AS file, CAST(_row AS BIGINT) AS row, {', '.join([*columns, *_finished(mapping, fields)])} "
        f"FROM (SELECT {', '.join(['*', *typed])} FROM (SELECT _row, {', '.join(read)} FROM {relation}))"
    )


def staged_names(mapping: FileMapping) -> tuple[str, ...]:
    """The columns of its thing's table that a conversion fills."""
    names = [kept.name for kept in kept_columns(mapping)]
    return tuple(dict.fromkeys([*names, *_made(mapping, names)]))


def entry_name(position: int) -> str:
    """The name of the staged column that says when a deal entered the stage at this position."""
    return f"entered {position}"


def mapping_mistakes(mapping: FileMapping, headers: Iterable[str], file: str) -> list[Diagnostic]:
    """Columns the mapping names and the file lacks, and date patterns that cannot be read."""
    present = {header.lower() for header in headers}
    found = [_no_key(mapping, column, file, present) for column in mapping.key if column.lower() not in present]
    named = {kept.name for kept in kept_columns(mapping)}
    lacking = [name for name in _HISTORY if name not in named] if mapping.thing == "stage_history" else []
    if lacking or (mapping.thing == "stage_history" and not named & {"opportunity", "opportunity_id"}):
        message = f"mapping '{mapping.name}' does not say which deal entered which stage when"
        remedy = "map opportunity_id (or opportunity), stage and entered_at"
        found.append(COLUMN_ABSENT.at(mapping.location, message, remedy=remedy))
    read = {*(c.column for c in mapping.columns), *mapping.dimensions, *mapping.stage_entries.values()}
    for column in sorted({c for c in read if c.lower() not in present} - set(mapping.key)):
        message = f"'{file}' has no column '{column}', which mapping '{mapping.name}' reads; it is left empty there"
        remedy = "nothing to do if the export gained or lost the column; else correct the mapping"
        found.append(COLUMN_ABSENT.at(mapping.location, message, remedy=remedy, severity="warning"))
    return found + pattern_mistakes(mapping)


def pattern_mistakes(mapping: FileMapping) -> list[Diagnostic]:
    """Date patterns of a mapping that cannot be read."""
    remedy = "write year, month and day as in %Y-%m-%d or %m/%d/%Y %H:%M; or epoch_s, epoch_ms"
    return [
        DATE_PATTERN.at(mapping.location, f"the date pattern '{p}' of column '{c}' cannot be read", remedy=remedy)
        for c, p in sorted(mapping.dates.items())
        if p and not cells.good_pattern(p)
    ]


def _no_key(mapping: FileMapping, column: str, file: str, present: Iterable[str]) -> Diagnostic:
    message = f"the key column '{column}' of mapping '{mapping.name}' is not in '{file}'"
    remedy = f"name the column that identifies a row under `key`; the file has {', '.join(sorted(present)[:12])}"
    return COLUMN_ABSENT.at(mapping.location, message, remedy=remedy)


def _field(source: deals.SourceFile, kept: Kept) -> Field:
    raw, cell = source.cell(kept.column, kept.format), quoted(f"raw {kept.name}")
    decimal = source.mapping.decimal
    if kept.kind in ("date", "moment"):
        return _date_field(source, kept.name, kept.column, as_day=kept.kind == "date")
    if kept.kind == "money":
        amount = cells.money(cell, decimal, kept.format)
        if kept.format == "minor":
            amount = cells.minor(cell, decimal, _currency_cell(source))
        return Field(kept.name, raw, amount, (f"'{kept.column}' holds ", ", which is no amount"))
    if kept.kind in ("number", "percent"):
        read = cells.number if kept.kind == "number" else cells.percent
        return Field(kept.name, raw, read(cell, decimal), (f"'{kept.column}' holds ", ", which is no number"))
    if kept.kind == "flag":
        told = f"(CASE WHEN {cells.filled(cell)} THEN {cells.flag(cell)} END)"
        return Field(kept.name, raw, told, (f"'{kept.column}'", ""), strict=False)
    if kept.kind == "share":
        percent = "TRUE" if kept.format == "percent" else _counts_to_hundred(source, kept.column)
        return Field(kept.name, raw, cells.share(cell, decimal, percent), (f"'{kept.column}'", ""), strict=False)
    if kept.name == "currency" and kept.format == "symbol":
        return Field(kept.name, cells.currency_sign(raw, source.mapping.currency), cell)
    return Field(kept.name, raw, cell)


def _currency_cell(source: deals.SourceFile) -> str:
    """The currency a row's amounts are in, read beside them; it says how many of the smallest unit make one."""
    return quoted("raw currency") if source.field("currency") else literal(source.mapping.currency or "")


def _dated(source: deals.SourceFile) -> list[Field]:
    """What is read and not kept under its own name: dates of stage entries, of winning and of losing, the won amount."""
    columns = source.mapping.stage_entries.values()
    made = [_date_field(source, entry_name(n), c, as_day=False, strict=False) for n, c in enumerate(columns, start=1)]
    if source.mapping.thing == "opportunity":
        ends = [source.mapping.column(name) for name in deals.ENDS]
        made += [_date_field(source, end.field, end.column, as_day=True) for end in ends if end]
        won = source.mapping.column(deals.WON_AMOUNT)
        made += [_field(source, Kept(won.field, "money", won.column, True, won.format))] if won else []
    return made


def _date_field(source: deals.SourceFile, name: str, column: str, *, as_day: bool, strict: bool = True) -> Field:
    pattern = source.mapping.dates.get(column, "")
    cell = quoted(f"raw {name}")
    typed = cells.day(cell, pattern) if as_day else cells.moment(cell, pattern)
    after = f", which is no date of the form {pattern}" if pattern else ", which is no date"
    complaint = (f"'{column}' holds ", after) if strict else (f"'{column}'", "")
    return Field(name, source.cell(column), typed, complaint, strict)


def _counts_to_hundred(source: deals.SourceFile, column: str) -> str:
    number = cells.share_number(source.cell(column), source.mapping.decimal)
    return f"((SELECT max({number}) FROM {source.relation}) > 1)"


def _source_key(source: deals.SourceFile) -> str:
    mapping = source.mapping
    formats = {c.column: c.format for c in mapping.columns if c.format == "salesforce_id"}
    parts = [source.bare_cell(column, formats.get(column, "")) for column in mapping.key]
    if not parts:
        return "CAST(_row AS VARCHAR)"
    if len(parts) == 1:
        return parts[0]
    together = ", ".join(f"coalesce({part}, '')" for part in parts)
    rule = " AND " if mapping.made_key else " OR "
    absent = rule.join(f"{part} IS NULL" for part in parts)
    return f"(CASE WHEN {absent} THEN NULL ELSE concat_ws('|', {together}) END)"


def _reason(mapping: FileMapping, fields: Iterable[Field]) -> str:
    key = ", ".join(f"'{column}'" for column in mapping.key)
    found = [f"CASE WHEN source_key IS NULL THEN {literal(f'no value in {key}, which identifies the row')} END"]
    for field in fields:
        if field.strict and field.complaint[0]:
            before, after = (literal(words) for words in field.complaint)
            said = f"concat({before}, '''', {field.kept_raw}, '''', {after})"
            found.append(f"CASE WHEN {_unreadable(field)} THEN {said} END")
    return f"nullif(concat_ws('; ', {', '.join(found)}), '')"


def _unread(fields: Iterable[Field]) -> str:
    found = [f"CASE WHEN {_unreadable(f)} THEN {literal(f.complaint[0])} END" for f in fields if not f.strict]
    return f"nullif(concat_ws(', ', {', '.join(found)}), '')" if found else deals.ABSENT


def _unreadable(field: Field) -> str:
    return f"{quoted(field.name)} IS NULL AND {cells.filled(field.kept_raw)}"


def _finished(mapping: FileMapping, fields: Sequence[Field]) -> list[str]:
    """The columns as they go into the table: the fields, and those made from several of them."""
    names = [field.name for field in fields]
    made = {name: quoted(name) for name in names if name not in (*deals.ENDS, deals.WON_AMOUNT)}
    made |= _made(mapping, names)
    if deals.may_be_gone(mapping):
        made["gone"] = "gone"
    return [f"{expression} AS {quoted(name)}" for name, expression in made.items()]


def _made(mapping: FileMapping, names: Sequence[str]) -> Mapping[str, str]:
    made: dict[str, str] = {}
    if mapping.thing == "opportunity":
        ends = [name for name in deals.ENDS if mapping.column(name)]
        made |= {"status": "status_read", "closed_date": deals.closed_date([*names, *ends])}
        made |= {"amount": deals.amount(names)} if mapping.column(deals.WON_AMOUNT) else {}
    has_money = "currency" in FIELDS[mapping.thing]
    if has_money and ("currency" in names or mapping.currency):
        written = "upper(currency)" if "currency" in names else deals.ABSENT
        default = literal(mapping.currency) if mapping.currency else deals.ABSENT
        made["currency"] = f"coalesce({written}, {default})"
    if mapping.thing == "user" and "name" not in names and {"first_name", "last_name"} & set(names):
        parts = ", ".join(name for name in ("first_name", "last_name") if name in names)
        made["name"] = f"nullif(concat_ws(' ', {parts}), '')"
    return made
