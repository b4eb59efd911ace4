"""The whole business on one page: bring the facts in, measure, plan, track, explain."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from headway.core.diagnostics import Diagnostic
from headway.core.explanation import Explanation
from headway.core.review import Review
from headway.core.rows import Rows
from headway.core.settings import Settings
from headway.project import documents
from headway.project.folder import find

if TYPE_CHECKING:
    from headway.core.mapping import Thing
    from headway.project.importing import Accept, ImportAnswer
    from headway.project.intent import PlanAnswer
    from headway.project.measuring import Measured


@dataclass(frozen=True)
class Project:
    """A company's project: its folder, and the clock. Rooms are opened only when a question needs them."""

    folder: Path
    clock: Callable[[], datetime]

    @classmethod
    def find(cls, start: Path, clock: Callable[[], datetime]) -> Project:
        """The project a folder is in."""
        return cls(find(start), clock)

    @cached_property
    def settings(self) -> Settings:
        """What headway.yaml says."""
        return documents.settings_of(self.folder)

    @property
    def plans(self) -> tuple[str, ...]:
        """The plans in the folder."""
        return documents.plan_names(self.folder)

    def check(self) -> tuple[tuple[Diagnostic, ...], tuple[str, ...]]:
        """Every mistake in the project's text, and the files read."""
        checked = documents.check(self.folder)
        return checked.diagnostics, checked.files

    def import_files(
        self,
        files: Sequence[Path],
        *,
        connector: str | None,
        dates: str | None,
        decimal: str | None,
        currency: str | None,
        things: Mapping[str, Thing],
        exported_on: date | None,
        accept: Accept | None,
    ) -> ImportAnswer:
        """Exports in, under a mapping the user accepts."""
        from headway.project import importing

        now = self.clock()
        choices = importing.choices(self.settings, connector, dates, decimal, currency, things)
        return importing.import_files(self.folder, files, choices, exported_on or now.date(), now, accept)

    def catalogue(self) -> Rows:
        """The metrics there are."""
        from headway.metrics import catalogue

        return catalogue(documents.read_definitions(self.settings))

    def measure(
        self,
        metric: str,
        period: str | None,
        by: Sequence[str],
        where: Mapping[str, str],
        as_of: date | None,
        plan: str | None = None,
    ) -> Measured:
        """What happened, as it was known on a day."""
        from headway.project import measuring

        return measuring.measure(self.settings, metric, period, by, where, as_of, plan)

    def explain(
        self, metric: str, period: str | None, where: Mapping[str, str], as_of: date | None, limit: int = 10
    ) -> Explanation:
        """A measured number taken apart."""
        from headway.project import measuring

        return measuring.explain(self.settings, metric, period, where, as_of, limit)

    def propose(self, history: str, year: str, target: str | None, name: str | None, replace: bool) -> PlanAnswer:
        """A plan from history's own rates, written as text."""
        from headway.project import proposing

        return proposing.propose(self.settings, history, year, target, name, replace)

    def show_plan(self, name: str | None) -> PlanAnswer:
        """A plan with its assumptions, months, bridge, required opportunities, and the gap in words."""
        from headway.project import intent

        return intent.show(self.settings, name)

    def explain_planned(self, metric: str, period: str | None, plan: str | None) -> Explanation:
        """A planned number taken apart."""
        from headway.project import intent

        return intent.explain(self.settings, metric, period, plan)

    def review(self, as_of: date | None, plan: str | None) -> Review:
        """Are we on the way: plan against what was known on a day, week by week."""
        from headway.project import following

        return following.review(self.settings, as_of, plan)
