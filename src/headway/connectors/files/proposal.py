"""What is proposed for an import: the mapping, why, and what only the user can settle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from headway.connectors.files.dates import DateOrder
from headway.connectors.files.landed import LandedFile
from headway.connectors.files.profiling import Profile
from headway.core.diagnostics import Diagnostic, errors
from headway.core.mapping import ColumnMapping, Connector, Status, Thing
from headway.core.rows import Column, Rows
from headway.core.suggestion import Suggestion
from headway.tables import LandedEntry, ListedRow


@dataclass(frozen=True)
class Choices:
    """What the user said beforehand: how to read dates and amounts, the currency, what a file holds, yes to everything."""

    dates: DateOrder | None = None
    decimal: str | None = None
    currency: str | None = None
    things: Mapping[str, Thing] = field(default_factory=dict[str, Thing])
    connector: str | None = None
    yes: bool = False


@dataclass(frozen=True)
class Inference:
    """One thing concluded about a file: what, from which column, the evidence in one line, and whether it is sure."""

    file: str
    subject: str
    column: str
    evidence: str
    sure: bool = True


@dataclass(frozen=True)
class Proposal:
    """How an import would be read: `files` are the landed ones that are, `mappings` says by which file mapping each."""

    connector: Connector
    mappings: Mapping[str, str]
    questions: tuple[Inference, ...]
    diagnostics: tuple[Diagnostic, ...]
    evidence: Rows
    files: tuple[LandedFile, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def possible(self) -> bool:
        """Whether nothing stands against loading."""
        return not errors(self.diagnostics)

    @property
    def entries(self) -> tuple[LandedEntry, ...]:
        """The files as the manifest of their run names them."""
        return tuple(self._entry(file) for file in self.files)

    def _entry(self, file: LandedFile) -> LandedEntry:
        listed = tuple(ListedRow(row.row, row.reason, row.text) for row in file.listed)
        mapping, total = self.mappings[file.title], file.rows + len(listed)
        return LandedEntry(file.title, file.sha256, self.connector.name, mapping, total, file.landing.name, listed)


@dataclass(frozen=True)
class Proposals:
    """What is proposed for everything an import brings, one for each system."""

    each: tuple[Proposal, ...]

    @property
    def possible(self) -> bool:
        """Whether nothing stands against loading."""
        return all(one.possible for one in self.each)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What was noticed, of all systems."""
        return tuple(found for one in self.each for found in one.diagnostics)

    @property
    def entries(self) -> tuple[LandedEntry, ...]:
        """The files as the manifest of their run names them."""
        return tuple(entry for one in self.each for entry in one.entries)

    @property
    def evidence(self) -> Rows:
        """The evidence of all systems as one table."""
        return Rows(self.each[0].evidence.columns, tuple(r for one in self.each for r in one.evidence.records))

    @property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """What is suggested for each field of each table."""
        return tuple(found for one in self.each for found in one.suggestions)


def evidence_rows(inferences: list[Inference]) -> Rows:
    """The evidence as a table."""
    columns = [Column("file"), Column("subject"), Column("column"), Column("sure", "flag"), Column("evidence")]
    return Rows.of(columns, [(i.file, i.subject, i.column, i.sure, i.evidence) for i in inferences])


@dataclass
class Draft:
    """One file's mapping in the making; `settled` columns and stages have been in the user's hands, and stay as they are."""

    profiled: Profile
    thing: Thing
    matches: dict[str, ColumnMapping] = field(default_factory=dict[str, ColumnMapping])
    key: tuple[str, ...] = ()
    made_key: bool = False
    ignored: dict[str, str] = field(default_factory=dict[str, str])
    dates: dict[str, str] = field(default_factory=dict[str, str])
    decimal: str = "."
    currency: str | None = None
    stages: dict[str, Status] = field(default_factory=dict[str, Status])
    repairs: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    stage_entries: dict[str, str] = field(default_factory=dict[str, str])
    settled: frozenset[str] = frozenset()
    settled_stages: frozenset[str] = frozenset()
    inferences: list[Inference] = field(default_factory=list[Inference])
    diagnostics: list[Diagnostic] = field(default_factory=list[Diagnostic])

    @property
    def title(self) -> str:
        """The file as users know it."""
        return self.profiled.landed.title

    @property
    def rows(self) -> int:
        """How many rows landed."""
        return self.profiled.landed.rows

    def column(self, *fields: str) -> str:
        """The source column of the first of these fields that this file has; "" where it has none."""
        mapped = (self.matches[name].column for name in fields if name in self.matches)
        return next((column for column in mapped if column in self.profiled.columns), "")

    def match(self, name: str, column: str, evidence: str, *, sure: bool = True, form: str = "") -> None:
        """Map a canonical field to a column."""
        self.matches[name] = ColumnMapping(name, column, evidence, form)
        self.conclude(name, column, evidence, sure=sure)

    def conclude(self, subject: str, column: str, evidence: str, *, sure: bool = True) -> None:
        """Note something inferred."""
        self.inferences.append(Inference(self.title, subject, column, evidence, sure))

    def is_free(self, column: str) -> bool:
        """Whether a column has no meaning yet."""
        if column in self.settled:
            return False
        used = {m.column for m in self.matches.values()} | set(self.stage_entries.values()) | set(self.ignored)
        return column not in used and not (self.thing == "stage_history" and column in self.key)

    def mean_nothing(self, column: str, values: tuple[str, ...]) -> None:
        """Words that stand for an empty cell in a column."""
        if values:
            self.repairs.setdefault(column, {}).update(dict.fromkeys(values, ""))
            words = ", ".join(f"'{value}'" for value in values)
            self.conclude("empty cells", column, f"{words} taken for nothing")
