"""What is loaded: every load and what it did, how exports are read, and what is wrong with the records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from headway.core.hygiene import Hygiene, Quality
from headway.core.mapping import Connector
from headway.core.rows import Rows


@dataclass(frozen=True)
class Holdings:
    """The facts of a project as a store of records, newest load last."""

    as_of: date | None
    run: str
    runs: Rows
    rejected: Rows
    connectors: tuple[Connector, ...]
    quality: tuple[Quality, ...]
    catalogue: Rows
    currency: str | None
    notes: tuple[str, ...] = ()
    hygiene: Hygiene | None = None
