"""The whole business on one page: bring the facts in, measure, plan, track, explain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from headway.core.answers import Accept, ImportAnswer
from headway.core.checkup import Checkup
from headway.core.diagnostics import Diagnostic
from headway.core.errors import sound
from headway.core.progress import Progress, untold
from headway.core.proof import Receipt
from headway.core.reading import Reading
from headway.core.record import ACKNOWLEDGEMENT, Record
from headway.core.settings import Settings
from headway.core.suggestion import Suggested
from headway.project import documents
from headway.records import Book, acknowledgement, book_of, comment
from headway.text import create_project, find_project, plan_names, read_settings, text_state

if TYPE_CHECKING:
    from headway.project.facts import ProjectFacts
    from headway.project.intent import ProjectIntent
    from headway.project.tracking import ProjectTracking


@dataclass(frozen=True)
class Project:
    """A company's project: its folder, and the machine's clock. Rooms are opened only when a question needs them."""

    folder: Path
    clock: Callable[[], datetime]
    records: str = ""

    @classmethod
    def find(cls, start: Path, clock: Callable[[], datetime], records: str = "") -> Project:
        """The project a folder is in; `records` is where agreements are kept, if not where headway.yaml says."""
        return cls(find_project(start), clock, records)

    @staticmethod
    def create(folder: Path, name: str, currency: str | None, first_month: int) -> tuple[str, ...]:
        """Make a project in a folder that has none; gives the files made."""
        return create_project(folder, name, currency, first_month)

    @staticmethod
    def demo(folder: Path, say: Callable[[str], None], progress: Progress) -> None:
        """The demo company in a folder that has no project yet; `say` hears each step."""
        from headway.project.demonstration import make_demo

        make_demo(folder, say, progress)

    @cached_property
    def settings(self) -> Settings:
        """What headway.yaml says."""
        return sound(read_settings(self.folder / "headway.yaml"))

    @property
    def now(self) -> datetime:
        """The moment it is for the company: by the clock, or where headway.yaml says that it stands."""
        return self.settings.at(self.clock())

    @property
    def plans(self) -> tuple[str, ...]:
        """The plans in the folder."""
        return plan_names(self.folder)

    @property
    def planned_days(self) -> tuple[date, date] | None:
        """The first and the last day any plan covers."""
        spans = [documents.bound_plan(self.settings, name).horizon for name in self.plans]
        return (min(s.start for s in spans), max(s.last_day for s in spans)) if spans else None

    @property
    def last_load(self) -> date | None:
        """The day the newest export tells of."""
        from headway.tables import Store

        return Store.open(self.folder).last_load

    def check(self, data: bool = False) -> tuple[tuple[Diagnostic, ...], tuple[str, ...]]:
        """Every mistake in the project's text, and the files read; with `data`, what names columns no table has too."""
        return documents.check(self.folder, data)

    def checkup(self, *, mend: bool = False, glance: bool = False) -> Checkup:
        """What is to be mended in the installation and the project; with `mend`, after mending what can be."""
        from headway.project import checkup

        if glance:
            return checkup.at_a_glance(self.folder, self.clock())
        look = checkup.mended if mend else checkup.looked_at
        return look(self.folder, self.clock(), self.records)

    def import_files(
        self, files: Sequence[Path], reading: Reading, accept: Accept | None, progress: Progress = untold
    ) -> ImportAnswer:
        """Exports in, under a mapping the user accepts; without `accept`, only what would be done."""
        from headway.project.importing import Importing

        return Importing(self.settings, files, reading, self.now, progress).load(accept)

    def suggest(self, sources: Sequence[Path], reading: Reading, write: bool, progress: Progress) -> Suggested:
        """How files or a warehouse would be read, field by field; with `write` the mapping is kept as text."""
        from headway.project.importing import Importing

        return Importing(self.settings, sources, reading, self.now, progress).suggest(write)

    def proofs(self, name: str | None, *, anew: bool) -> tuple[Receipt, ...]:
        """The receipts of the connectors' mappings, or of one: proved `anew`, or as they were last."""
        from headway.project import importing

        return importing.proofs(self.folder, name, self.now if anew else None)

    @cached_property
    def facts(self) -> ProjectFacts:
        """What happened, as it was known on a day."""
        from headway.project.facts import ProjectFacts

        return ProjectFacts(self.settings)

    @cached_property
    def intent(self) -> ProjectIntent:
        """What must be true."""
        from headway.project.intent import ProjectIntent

        return ProjectIntent(self.settings)

    @cached_property
    def tracking(self) -> ProjectTracking:
        """Are we on the way."""
        from headway.project.tracking import ProjectTracking

        return ProjectTracking(self.settings)

    @property
    def stands_on(self) -> tuple[object, ...]:
        """What every answer stands on: the text as it lies on disk, and the tables that hold. Alike, answers are too."""
        from headway.tables import Store

        return text_state(self.folder), Store.open(self.folder).tables

    def comment(self, subject: str, text: str, actor: str, seen: str = "") -> Record:
        """A remark about a subject, kept for good; `seen` is the hash of what its author saw."""
        return self._book.append(comment(subject, text, actor, self.now, seen))

    def acknowledge(self, subject: str, text: str, actor: str, seen: str) -> Record:
        """That somebody has seen a finding as it stood, and what they mean to do about it."""
        return self._book.append(acknowledgement(subject, text, actor, self.now, seen))

    def records_of(self, subject: str | None = None) -> tuple[Record, ...]:
        """What was said about a subject; of all subjects, after following the chain from the first record."""
        return self._book.everything() if subject is None else self._book.of(subject)

    def acknowledged(self) -> dict[str, Record]:
        """The newest acknowledgement of each subject that has one."""
        return self._book.latest(ACKNOWLEDGEMENT)

    @cached_property
    def _book(self) -> Book:
        return book_of(self.settings, self.records)
