"""What is loaded: every load and what it did, how exports are read, and what is wrong with the records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from headway.core.mapping import Connector
from headway.core.rows import Rows


@dataclass(frozen=True)
class Quality:
    """What one rule found: how many of how many records, and what they are worth where that is known.

    `at_risk` is the part of the worth that stands in the open pipeline, `owners` how many people answer for the records,
    `waived` how many more are waived. `note` says what else to know, or why nothing could be judged (`judged`).
    """

    name: str
    title: str
    subject: str
    meaning: str
    count: int
    of: int
    worth: float | None
    records: Rows
    at_risk: float | None = None
    owners: int = 0
    waived: int = 0
    severe: bool = False
    fix: str = ""
    note: str = ""
    judged: bool = True


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
    trusted: str = ""
