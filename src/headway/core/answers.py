"""What the hall answers with, beside explanations and reviews: numbers measured, a plan as it is shown, an import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from headway.core.diagnostics import Diagnostic
from headway.core.rows import Rows

NOTHING = Rows.of([], [])


@dataclass(frozen=True)
class Measured:
    """A metric's rows, the day they are as of, and what a reader should know about the facts behind them."""

    as_of: date
    rows: Rows
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Together:
    """Several metrics of one day, in the order they were asked, each with its rows or what stands in its way; beside them
    what customers can be broken down by, the contracts due next, and the run the facts end with."""

    as_of: date
    answers: tuple[Measured | tuple[Diagnostic, ...], ...]
    dimensions: tuple[str, ...]
    due: Rows
    notes: tuple[str, ...] = ()
    run: str = ""


@dataclass(frozen=True)
class PlanAnswer:
    """A plan as it is shown: each value assumed, the assumptions as people read them, tables by title, sentences."""

    plan: str
    as_of: date | None
    assumptions: Rows
    in_words: Rows
    tables: tuple[tuple[str, Rows], ...]
    words: tuple[str, ...]
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposed:
    """What an import would do, put before the user: the mapping with its evidence, and where it will be kept."""

    file: str
    evidence: Rows
    diagnostics: tuple[Diagnostic, ...]
    unchanged: bool

    def not_loaded(self, run: str, *, asked: bool) -> ImportAnswer:
        """The answer where the user said no, or was only to be shown what would be done (not `asked`)."""
        message = f"Nothing was loaded. Read {self.file}, edit what is wrong in it, then run again with --yes."
        if not asked:
            message = f"Nothing was loaded, nothing written. With --yes, this mapping is kept in {self.file}."
        return ImportAnswer(run, None, NOTHING, self.evidence, NOTHING, self.diagnostics, message, loaded=False)


@dataclass(frozen=True)
class ImportAnswer:
    """What an import did: rows per table, every row not loaded by reason, the mapping, one sentence."""

    run: str
    as_of: date | None
    rows: Rows
    evidence: Rows
    listed: Rows
    diagnostics: tuple[Diagnostic, ...]
    message: str
    loaded: bool = True


Accept = Callable[[Proposed], bool]
"""Asks the user whether to load under a proposed mapping."""
