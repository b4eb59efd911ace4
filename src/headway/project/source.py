"""The hall as the pages see it: answers, or the diagnostics that stand in their way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from headway.core.diagnostics import Diagnostic
from headway.core.errors import UserMistake
from headway.core.explanation import Explanation
from headway.core.review import Review
from headway.project.hall import Project

T = TypeVar("T")
Trouble = tuple[Diagnostic, ...]


class HallSource:
    """A project behind the Track page; a question that cannot be answered comes back as its diagnostics."""

    def __init__(self, project: Project) -> None:
        self._project = project

    @property
    def title(self) -> str:
        """The company's name."""
        return self._project.settings.name

    @property
    def currency(self) -> str | None:
        """The company's currency, where one is declared."""
        return self._project.settings.currency

    @property
    def plans(self) -> tuple[str, ...]:
        """The names of the plans in the folder."""
        return self._project.plans

    @property
    def as_of_days(self) -> tuple[date, ...]:
        """The first and the last day that the plans cover."""
        from headway.project.documents import bound_plan

        spans = [bound_plan(self._project.settings, name).horizon for name in self.plans]
        return (min(s.start for s in spans), max(s.last_day for s in spans)) if spans else ()

    @property
    def last_load(self) -> date | None:
        """The day the newest data were taken."""
        from headway.tables import Store

        return Store.open(self._project.folder).last_load

    def review(self, as_of: date | None, plan: str | None) -> Review | Trouble:
        """The week's answer."""
        return _answered(lambda: self._project.review(as_of, plan))

    def explain(
        self, metric: str, period: str | None, where: Mapping[str, str], as_of: date | None
    ) -> Explanation | Trouble:
        """A measured number taken apart."""
        return _answered(lambda: self._project.explain(metric, period, where, as_of))

    def explain_planned(self, metric: str, period: str | None, plan: str | None) -> Explanation | Trouble:
        """A planned number taken apart."""
        return _answered(lambda: self._project.explain_planned(metric, period, plan))


def _answered(ask: Callable[[], T]) -> T | Trouble:
    try:
        return ask()
    except UserMistake as mistake:
        return mistake.diagnostics
