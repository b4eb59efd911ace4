"""Agreements: who said what about which thing, when, and what they saw. A record is written once and stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from headway.core.rows import Cell, Column, Rows

Told: TypeAlias = "str | int | bool | None"

COMMENT = "comment"
ACKNOWLEDGEMENT = "acknowledgement"


@dataclass(frozen=True)
class Record:
    """One thing said about a subject. `subject_hash` is the hash of what the actor saw, "" where nothing was shown.

    `number` counts the records of a book from 1; it is 0 for one that is not kept yet.
    """

    kind: str
    subject: str
    subject_hash: str
    actor: str
    time: datetime
    body: Mapping[str, Told]
    number: int = 0

    @property
    def text(self) -> str:
        """The words of a comment, or the reason of an acknowledgement."""
        return str(self.body.get("text") or "")


_COLUMNS = ("number", "time", "kind", "subject", "actor", "text", "seen")


def record_rows(records: Sequence[Record]) -> Rows:
    """Records as a table, in the order they were written."""
    columns = tuple(Column(name, "integer" if name == "number" else "text") for name in _COLUMNS)
    return Rows.of(columns, (_cells(one) for one in records))


def _cells(one: Record) -> tuple[Cell, ...]:
    time = one.time.isoformat(timespec="seconds")
    return (one.number, time, one.kind, one.subject, one.actor, one.text, one.subject_hash or None)
