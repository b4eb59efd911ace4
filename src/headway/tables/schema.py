"""The canonical columns: what each table keeps, of which type, and how source columns are named beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from headway.core.mapping import FileMapping, Thing
from headway.core.things import RECORDS, Kind

SQL_TYPE: Mapping[Kind, str] = {
    "text": "VARCHAR",
    "date": "DATE",
    "moment": "TIMESTAMP",
    "money": "DECIMAL(18,4)",
    "number": "DECIMAL(28,10)",
    "percent": "DECIMAL(28,10)",
    "share": "DOUBLE",
    "flag": "BOOLEAN",
}

VERSIONED: tuple[Thing, ...] = ("opportunity", "account", "user", "product", *RECORDS)
"""The things kept version by version; stage histories become dated stage entries."""

REFERENCES: tuple[Thing, ...] = ("account", "user", "product")

READ_ONLY = ("status", "is_won", "is_closed", "won_date", "lost_date", "won_amount", "is_deleted")
"""Fields of a deal that are read only to tell its status, the day it closed, what it was won for, whether it is gone."""

FIELDS: Mapping[Thing, Mapping[str, Kind]] = {
    "opportunity": {
        "name": "text",
        "status": "text",
        "stage": "text",
        "pipeline": "text",
        "amount": "money",
        "list_price": "money",
        "currency": "text",
        "created_date": "date",
        "close_date": "date",
        "closed_date": "date",
        "account": "text",
        "account_id": "text",
        "owner": "text",
        "owner_id": "text",
        "product": "text",
        "product_id": "text",
        "source_channel": "text",
        "motion": "text",
        "segment": "text",
        "probability": "share",
        "forecast_category": "text",
        "loss_reason": "text",
        "next_step": "text",
        "last_activity_date": "date",
    },
    "account": {"name": "text"},
    "user": {"name": "text"},
    "product": {"name": "text", "list_price": "money", "currency": "text"},
    "stage_history": {
        "opportunity_id": "text",
        "opportunity": "text",
        "stage": "text",
        "entered_at": "moment",
        "amount": "money",
        "close_date": "date",
        "probability": "share",
        "forecast_category": "text",
    },
    "other": {},
    **{
        thing: {name: field.kind for name, field in record.fields.items() if name != "id"}
        for thing, record in RECORDS.items()
    },
}
"""The typed fields of each thing, always present; a mapped field beyond these is kept as text under its own name."""

_OWN = frozenset(
    ("id", "key", "source_id", "connector", "mapping", "run", "seq", "loaded_on", "deleted", "row_hash")
) | {
    *("reason", "unread", "reconstructed", "value", "value_basis", "created_value", "file", "row", "first_seq", "gone")
}
"""Names the tables and views use themselves, which no source column may take."""


@dataclass(frozen=True)
class Kept:
    """One column a table keeps: its name, type and source column, whether it is canonical, how its text is taken."""

    name: str
    kind: Kind
    column: str
    canonical: bool
    format: str = ""


def snake_case(header: str) -> str:
    """A source header as a column name: words in lower case joined by underscores, custom-field suffixes dropped."""
    text = re.sub(r"__[cr]\b", "", header.strip())
    text = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", text)
    text = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", text)
    text = re.sub(r"\W+", "_", text.lower()).strip("_")
    text = re.sub(r"_+", "_", text)
    return text if text and not text[0].isdigit() else f"column_{text}".rstrip("_")


def kept_columns(mapping: FileMapping) -> tuple[Kept, ...]:
    """The columns a mapping fills: canonical fields in order of the mapping, then its dimensions."""
    kinds = FIELDS[mapping.thing]
    kept: dict[str, Kept] = {}
    for mapped in mapping.columns:
        name = mapped.field
        if name in ("id", "is_deleted") or (mapping.thing == "opportunity" and name in READ_ONLY):
            continue
        if name not in kept:
            kept[name] = Kept(name, kinds.get(name, "text"), mapped.column, True, mapped.format)
    taken = {*kept, *kinds, *_OWN}
    for column in mapping.dimensions:
        name = _free(snake_case(column), taken)
        taken.add(name)
        kept[name] = Kept(name, "text", column, False)
    return tuple(kept.values())


def table_columns(thing: Thing, mappings: Iterable[FileMapping]) -> Mapping[str, Kind]:
    """All columns of a thing's table over the mappings that fill it: the canonical ones, then the others by name."""
    columns: dict[str, Kind] = dict(FIELDS[thing])
    further: dict[str, Kind] = {
        k.name: k.kind for m in mappings if m.thing == thing for k in kept_columns(m) if k.name not in columns
    }
    for name in sorted(further):
        columns[name] = further[name]
    return columns


def _free(name: str, taken: Iterable[str]) -> str:
    names = set(taken)
    number, candidate = 2, name
    while candidate in names:
        candidate, number = f"{name}_{number}", number + 1
    return candidate
