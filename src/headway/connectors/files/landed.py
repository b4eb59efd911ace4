"""What reading a file leaves behind: the landed table, and every row that is not in it, with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from headway.core.diagnostics import Diagnostic
from headway.core.mapping import Thing
from headway.tables.engine import parquet

ListedKind = Literal["preamble", "footer", "ragged", "cut off", "open quote"]

ROW = "_row"
"""The landed column that holds the number of the source row, as an editor or a spreadsheet counts it."""

DELETED = "deleted_because"
"""The landed column that says why a record is gone; empty where it stands."""


@dataclass(frozen=True)
class ListedRow:
    """A row of the source that was not taken as data: its number, the reason, its text."""

    row: int
    kind: ListedKind
    reason: str
    text: str


@dataclass(frozen=True)
class LandedFile:
    """One table as it was exported, kept as text.

    `headers` are the column names as written, `columns` those they landed under (blank and repeated ones made unique).
    `rows` counts what landed in `landing` (Parquet); `listed` holds the rest; `blank` counts rows without any content.
    Of a table of a warehouse, `group` is the schema or folder it lies in, `holds` what it is known to hold beforehand,
    and `notes` say how it was made plain.
    """

    name: str
    path: Path
    sha256: str
    headers: tuple[str, ...]
    columns: tuple[str, ...]
    rows: int
    listed: tuple[ListedRow, ...]
    landing: Path
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    blank: int = 0
    diagnostics: tuple[Diagnostic, ...] = field(default=())
    folder: str = ""
    group: str = ""
    holds: Thing | None = None
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The file as users know it: with its sheet where it has several, its folder where another has its name."""
        name = f"{self.folder}/{self.path.name}" if self.folder else self.path.name
        return f"{name} [{self.sheet}]" if self.sheet else name


def relation(landed: LandedFile) -> str:
    """The landed table, as SQL names it."""
    return parquet(landed.landing)
