"""What a mapping would be, field by field: the column, how sure we are, what was seen, and what else it could be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from headway.core.diagnostics import Diagnostic
from headway.core.rows import Cell, Column, Rows

AUTOMATIC = 0.9
"""From this confidence on a field is mapped without asking."""


@dataclass(frozen=True)
class Suggestion:
    """One field of one table: where it would be read from, with the confidence (0 to 1) and what stands in the column.

    A field that is needed and has no column has an empty one, and no confidence. `alternatives` are other columns it could
    be read from, the likeliest first.
    """

    table: str
    thing: str
    field: str
    column: str
    confidence: float
    evidence: str
    filled: int
    rows: int
    distinct: int
    sample: tuple[str, ...]
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suggested:
    """What is suggested for everything looked at, the mappings' files, and what was noticed; `written` are those kept."""

    suggestions: tuple[Suggestion, ...]
    files: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    written: tuple[str, ...] = ()

    @property
    def tables(self) -> tuple[tuple[str, Rows], ...]:
        """One table of suggestions for each source table, under its name and what it holds."""
        names = dict.fromkeys((one.table, one.thing) for one in self.suggestions)
        return tuple(
            (f"{table}: {thing}", _rows([one for one in self.suggestions if (one.table, one.thing) == (table, thing)]))
            for table, thing in names
        )

    @property
    def sentence(self) -> str:
        """How much is certain, what is to be looked at, and what to do next."""
        mapped = [one for one in self.suggestions if one.column]
        asked = sum(1 for one in mapped if one.confidence < AUTOMATIC)
        lacking = sum(1 for one in self.suggestions if not one.column)
        told = f"{len(mapped):,} fields found, {asked:,} of them to look at, {lacking:,} needed and not found."
        if self.written:
            return f"{told} Written to {', '.join(self.written)}: edit what is wrong there, then import the same files."
        return f"{told} Nothing was written; with --write the mapping is kept in {', '.join(self.files)}."


def _rows(found: Sequence[Suggestion]) -> Rows:
    columns = [
        Column("field"),
        Column("column"),
        Column("confidence", "number"),
        Column("filled"),
        Column("different", "integer"),
    ]
    columns += [Column("seen"), Column("alternatives"), Column("evidence")]
    return Rows.of(columns, [_record(one) for one in found])


def _record(one: Suggestion) -> tuple[Cell, ...]:
    if not one.column:
        return one.field, "", None, "", None, "", ", ".join(one.alternatives), one.evidence
    share = f"{one.filled / one.rows:.0%}" if one.rows else ""
    seen = ", ".join(value[:24] for value in one.sample[:3])
    return one.field, one.column, one.confidence, share, one.distinct, seen, ", ".join(one.alternatives), one.evidence
