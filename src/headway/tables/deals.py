"""What is particular to deals: whether one is open, won or lost, the day it closed, and whether it is gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from headway.core.mapping import FileMapping
from headway.tables import cells
from headway.tables.engine import literal

ABSENT = "CAST(NULL AS VARCHAR)"
ENDS = ("won_date", "lost_date")
WON_AMOUNT = "won_amount"


@dataclass(frozen=True)
class SourceFile:
    """A landed file under its mapping; `present` gives each column as it stands by its name in lower case."""

    mapping: FileMapping
    relation: str
    present: Mapping[str, str]

    def cell(self, column: str, form: str = "") -> str:
        """A source cell as text, mended where the mapping says so; NULL where the file lacks the column."""
        header = self.present.get(column.lower())
        if header is None:
            return ABSENT
        return _taken(cells.text(header, self.mapping.repairs.get(column)), form)

    def bare_cell(self, column: str, form: str = "") -> str:
        """A source cell as text without repairs, so that a key outlives a change of the mapping."""
        header = self.present.get(column.lower())
        return ABSENT if header is None else _taken(cells.text(header), form)

    def field(self, name: str) -> str:
        """The source cell of a canonical field; empty where it is not mapped or not in the file."""
        mapped = self.mapping.column(name)
        return self.cell(mapped.column) if mapped and mapped.column.lower() in self.present else ""


def _taken(cell: str, form: str) -> str:
    if form == "first":
        return cells.first_of_list(cell)
    return cells.short_id(cell) if form == "salesforce_id" else cell


def status(source: SourceFile) -> str:
    """Open, won or lost: by a status column, else by the system's own flags, else by what the stage stands for."""
    told = source.field("status")
    words = [label_status(source.mapping, told), _cases(told, {w: w for w in ("open", "won", "lost")})] if told else []
    stage = source.field("stage")
    by_stage = [label_status(source.mapping, stage)] if stage else []
    flags = _by_flags(source, by_stage)
    told_by = [*words, *flags, *by_stage] or _by_dates(source)
    return f"coalesce({', '.join([*told_by, literal('open')])})"


def _by_flags(source: SourceFile, by_stage: list[str]) -> list[str]:
    won, closed = source.field("is_won"), source.field("is_closed")
    if won and closed:
        return [f"CASE WHEN {cells.flag(won)} THEN 'won' WHEN {cells.flag(closed)} THEN 'lost' ELSE 'open' END"]
    if won:
        return [f"CASE WHEN {cells.flag(won)} THEN 'won' END"]
    if closed:
        ended = f"coalesce(nullif({by_stage[0]}, 'open'), 'lost')" if by_stage else "'lost'"
        return [f"CASE WHEN {cells.flag(closed)} THEN {ended} ELSE 'open' END"]
    return []


def _by_dates(source: SourceFile) -> list[str]:
    """Where nothing else tells the status: a deal with the day it was won is won, one with the day it was lost lost."""
    dates = zip(ENDS, ("won", "lost"), strict=True)
    return [f"CASE WHEN {cells.filled(cell)} THEN '{word}' END" for end, word in dates if (cell := source.field(end))]


def label_status(mapping: FileMapping, cell: str) -> str:
    """The status a stage or status label stands for, as SQL; NULL for a label the mapping does not name."""
    return _cases(cell, {label.strip().lower(): word for label, word in mapping.stages.items()})


def may_be_gone(mapping: FileMapping) -> bool:
    """Whether a mapping says which records its system marks as deleted; of deals it is always kept."""
    return mapping.thing == "opportunity" or mapping.column("is_deleted") is not None


def gone(source: SourceFile) -> str:
    """Whether the system itself marks the record as deleted."""
    flagged, mapped = source.field("is_deleted"), source.mapping.column("is_deleted")
    if flagged and mapped and mapped.format == "filled":
        return f"({flagged} IS NOT NULL)"
    return f"coalesce({cells.flag(flagged)}, FALSE)" if flagged else "FALSE"


def closed_date(names: Iterable[str]) -> str:
    """The day a won or lost deal closed, from whichever of the dates there are; NULL for an open one."""
    there = set(names)
    dates = ["closed_date"] if "closed_date" in there else []
    for end, word in zip(ENDS, ("won", "lost"), strict=True):
        if end in there:
            dates.append(f"CASE WHEN status_read = '{word}' THEN {end} END")
    dates += ["close_date"] if "close_date" in there else ["CAST(NULL AS DATE)"]
    return f"CASE WHEN status_read <> 'open' THEN coalesce({', '.join(dates)}) END"


def amount(names: Iterable[str]) -> str:
    """What a deal is worth: a won one what it was won for, where a column of its own tells that."""
    estimate = "amount" if "amount" in set(names) else "NULL"
    return f"CASE WHEN status_read = 'won' THEN coalesce({WON_AMOUNT}, {estimate}) ELSE {estimate} END"


def _cases(cell: str, words: Mapping[str, str]) -> str:
    if not words:
        return ABSENT
    cases = " ".join(f"WHEN {literal(word)} THEN {literal(meant)}" for word, meant in sorted(words.items()))
    return f"(CASE lower({cell}) {cases} END)"
