"""The whole business on one page: bring the facts in, measure, plan, track, explain."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from headway.core.answers import Accept, ImportAnswer, Measured, PlanAnswer
from headway.core.ask import Ask
from headway.core.belief import Register
from headway.core.changes import PipelineChanges, PipelineScope
from headway.core.checkup import Checkup
from headway.core.diagnostics import Diagnostic
from headway.core.errors import sound
from headway.core.explanation import Explanation
from headway.core.history import WHOLE, Breakdown
from headway.core.holdings import Holdings
from headway.core.policies import PolicyBridge
from headway.core.progress import Progress, untold
from headway.core.readiness import Readiness
from headway.core.reading import Reading
from headway.core.reconciliation import Reconciliation
from headway.core.record import ACKNOWLEDGEMENT, Record
from headway.core.review import Review
from headway.core.revision import Change, Revision
from headway.core.rows import Rows
from headway.core.settings import Settings
from headway.core.sheet import Sheet
from headway.project import documents
from headway.records import Book, acknowledgement, book_of, comment
from headway.text import create_project, find_project, plan_names, read_settings, text_state


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
        from headway.project import importing

        return importing.import_files(self.settings, files, reading, self.now, accept, progress)

    def catalogue(self) -> Rows:
        """The metrics there are."""
        from headway.metrics import catalogue

        return catalogue(documents.definitions(self.settings))

    def measure(self, ask: Ask) -> Measured:
        """What happened, as it was known on a day."""
        from headway.project import measuring

        return measuring.measure(self.settings, ask)

    def curve(self, ask: Ask) -> Measured:
        """The share of deals won by each age, with its interval."""
        from headway.project import measuring

        return measuring.curve(self.settings, ask)

    def readiness(self, as_of: date | None) -> Readiness:
        """Can the data support the numbers: every metric with its grade, and what to mend first."""
        from headway.project import measuring

        return measuring.readiness(self.settings, as_of)

    def policies(self, ask: Ask, said: Mapping[str, str]) -> PolicyBridge:
        """A metric of recurring revenue under another policy; without one said, under the one it is shipped with."""
        from headway.project import measuring

        return measuring.policies(self.settings, ask, said)

    def explain(self, ask: Ask) -> Explanation:
        """A measured number taken apart; with a plan, of the opportunities that plan is about."""
        from headway.project import measuring

        return measuring.explain(self.settings, ask)

    def reconcile(self, period: str | None, as_of: date | None) -> Reconciliation:
        """CRM, billing and the books held against each other in a period, as known on a day."""
        from headway.metrics.reconciling import reconcile
        from headway.tables import Store

        own = self.settings
        with Store.of(own).as_of(as_of) as facts:
            return reconcile(facts, own.currency, own.reconciliation, own.period(period))

    def changes(self, since: date, until: date | None, pipeline: PipelineScope) -> PipelineChanges:
        """What changed about the open pipeline between two days, as a bridge that adds up."""
        from headway.project import measuring

        return measuring.changes(self.settings, since, until, pipeline)

    def propose(
        self, history: str, year: str, target: str | None, name: str | None, replace: bool, asked: Breakdown = WHOLE
    ) -> PlanAnswer:
        """A plan from history's own rates, written as text; of which opportunities, and by what, is in `asked`."""
        from headway.project import proposing

        return proposing.propose(self.settings, history, year, target, name, replace, asked)

    def show_plan(self, name: str | None) -> PlanAnswer:
        """A plan with its assumptions, months, bridge, required opportunities, and the gap in words."""
        from headway.project import intent

        return intent.show(self.settings, name)

    def revise(self, plan: str, change: Change, seen: str | None = None, write: bool = True) -> Revision:
        """A plan's assumption changed in its text, if the file still is as seen and the plan stays sound."""
        return documents.revise_plan(self.settings, plan, change, seen, write)

    def explain_planned(self, metric: str, period: str | None, plan: str | None) -> Explanation:
        """A planned number taken apart."""
        from headway.project import intent

        return intent.explain(self.settings, metric, period, plan)

    def review(self, as_of: date | None, plan: str | None) -> Review:
        """Are we on the way: plan against what was known on a day, week by week, and which bets of it fail."""
        from headway.project import following
        from headway.tracking import with_bets

        return with_bets(following.review(self.settings, as_of, plan), self.register(as_of, plan))

    def trial(self, plan: str | None) -> Callable[[Mapping[str, Decimal]], Sheet | tuple[Diagnostic, ...]]:
        """A plan read once, to be laid out with some of its values tried otherwise."""
        from headway.project import pages

        return pages.trial(self.settings, plan)

    def register(self, as_of: date | None, plan: str | None) -> Register:
        """What a plan assumes against what was measured."""
        from headway.project import pages

        return pages.register(self.settings, as_of, plan)

    def holdings(self, as_of: date | None, plan: str | None = None) -> Holdings:
        """What is loaded, how it was read, what is wrong with it; with a plan ("": the one meant), its coverage trusted."""
        from headway.project import pages

        return pages.holdings(self.settings, as_of, plan)

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
