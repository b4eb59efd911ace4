"""How the columns of a connected system become canonical tables: inferred, shown with evidence, edited as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from headway.core.diagnostics import USAGE_MISTAKE, Mistake, did_you_mean
from headway.core.errors import UserMistake
from headway.core.positions import Location
from headway.core.things import RECORDS, Thing

__all__ = ["FIELDS", "ColumnMapping", "Connector", "Coverage", "FileMapping", "Status", "Thing", "named", "stage_named"]

UNKNOWN_CONNECTOR = Mistake(
    "unknown-connector",
    "A connector nobody named",
    "Each connected system has a file connectors/NAME.yaml; the name asked for has none.",
    USAGE_MISTAKE,
)

Status = Literal["open", "won", "lost"]
Coverage = Literal["full", "partial"]


DATED_FIELDS = ("amount", "close_date", "probability", "forecast_category")
"""What a history of deals can date beside the stage."""

FIELDS: Mapping[str, tuple[str, ...]] = {
    "opportunity": (
        *("id", "name", "account", "account_id", "owner", "owner_id", "product", "product_id", "pipeline", "stage"),
        *(
            "status",
            "is_won",
            "is_closed",
            "amount",
            "won_amount",
            "currency",
            "created_date",
            "close_date",
            "closed_date",
        ),
        *("won_date", "lost_date", "probability", "forecast_category", "source_channel", "motion", "segment"),
        *("loss_reason", "next_step", "last_activity_date", "is_deleted", "lead_id"),
    ),
    "account": ("id", "name", "owner", "owner_id", "created_date", "domain", "is_deleted"),
    "user": ("id", "name", "first_name", "last_name", "email"),
    "product": ("id", "name", "list_price", "currency"),
    "stage_history": ("opportunity_id", "opportunity", "stage", "entered_at", *DATED_FIELDS),
    **{thing: (*record.fields, "is_deleted") for thing, record in RECORDS.items()},
}
"""The canonical fields of each thing. `account` is a label (joins account.name), `account_id` joins account.id; owner and
product likewise. `close_date` is the day a closed deal closed and the expected day of an open one; where a system keeps
the two apart, `closed_date` (or `won_date` and `lost_date`) is the day it closed. `won_amount` is what a won deal was won
for, where a system keeps it apart from the estimate."""


def stage_named(entry: str, stages: Iterable[str]) -> str:
    """The stage a column of entry dates is for: as listed, or as listed without the pipeline in brackets after it."""
    listed = {label.casefold(): label for label in stages}
    bare = re.sub(r"\s*\([^)]*\)$", "", entry)
    return listed.get(entry.casefold()) or listed.get(bare.casefold()) or entry


@dataclass(frozen=True)
class ColumnMapping:
    """One canonical field and the source column it is read from, with why we think so."""

    field: str
    column: str
    evidence: str = ""
    format: str = ""


@dataclass(frozen=True)
class FileMapping:
    """How one export is read.

    `headers` are the landed column names (as written; blank or repeated ones made unique). A landing that lacks a
    column named here has NULLs in its place. `columns` maps canonical fields (see `FIELDS`); `dimensions` are further
    source columns kept under their own snake_case name; `ignored` are refused or useless ones. `key` names the source
    columns that identify a row (`made_key` is true when no id column exists and the key is put together from others).

    `dates` is a strptime pattern per source column; where one column is written in several ways that cannot be
    mistaken for each other (2017-03-01 and 2017-03-01 09:30) the patterns are separated by " | "; "epoch_ms" and
    "epoch_s" stand for counts since 1970. `decimal` is "." or ",". `stages` gives each label of the stage column, and of
    the status column where there is one, its status, in the order deals go through them, won and lost last; a status
    column goes before is_won and is_closed, these before the stage. `repairs` maps, per source column, a spelling to the
    one in the reference table, or to "" where it means nothing (they apply before anything is read). `stage_entries`
    maps a stage label to the source column that says when it was entered. `notes` says, per source column, what else
    is known.

    A `ColumnMapping.format` is empty, or "first" (the first of a list joined by ";"), "salesforce_id" (taken by its
    first 15 characters, which the 15 and 18 character forms share), "symbol" (a currency, read from the signs or codes
    that stand in the amount column itself), "thousands" or "millions" (amounts counted in these), "minor" (amounts
    counted in the smallest unit of their currency: cents, but whole yen), "filled" (yes where anything stands there).
    """

    name: str
    thing: Thing
    headers: tuple[str, ...]
    columns: tuple[ColumnMapping, ...]
    key: tuple[str, ...]
    made_key: bool = False
    dimensions: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    dates: Mapping[str, str] = field(default_factory=dict[str, str])
    decimal: str = "."
    currency: str | None = None
    stages: Mapping[str, Status] = field(default_factory=dict[str, Status])
    repairs: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    stage_entries: Mapping[str, str] = field(default_factory=dict[str, str])
    coverage: Coverage = "full"
    notes: Mapping[str, str] = field(default_factory=dict[str, str])
    location: Location | None = None

    def column(self, canonical: str) -> ColumnMapping | None:
        """The mapping of one canonical field, if it has one."""
        return next((c for c in self.columns if c.field == canonical), None)

    @property
    def meaning(self) -> FileMapping:
        """The mapping without what changes no number: evidence, notes, headers, its place, the order of most entries.

        The order of the stages stays: it is the way deals go through them.
        """
        return replace(
            self,
            headers=(),
            columns=tuple(sorted((replace(c, evidence="") for c in self.columns), key=lambda c: (c.field, c.column))),
            dates=dict(sorted(self.dates.items())),
            repairs={name: dict(sorted(spelt.items())) for name, spelt in sorted(self.repairs.items())},
            notes={},
            location=None,
        )


@dataclass(frozen=True)
class Connector:
    """One connected system: its name in keys, its instance, and how each of its exports is read."""

    name: str
    system: str
    instance: str
    files: tuple[FileMapping, ...]
    location: Location | None = None


def named(name: str | None, connectors: Iterable[Connector]) -> None:
    """That a connector of this name is there, where one is named; raises with the names there are."""
    known = [one.name for one in connectors]
    if name is not None and name not in known:
        remedy = did_you_mean(name, known) or "nothing is connected yet: headway import FILES..."
        raise UserMistake(
            [UNKNOWN_CONNECTOR.at(None, f"no system is connected under the name '{name}'", remedy=remedy)]
        )
