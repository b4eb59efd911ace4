"""The hall as a source of pages: answers, or the diagnostics that stand in their way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from headway.core.errors import UserMistake
from headway.core.explanation import Explanation
from headway.core.review import Review
from headway.project.hall import Project
from headway.web.kept import Kept
from headway.web.source import Trouble

T = TypeVar("T")

RECORDS = 200
"""How many of the records behind a number a page lists, and its CSV holds."""


class HallSource:
    """A project behind the Track page; a question that cannot be answered comes back as its diagnostics."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._reviews = Kept[Review | Trouble](project.folder)

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
        return self._project.planned_days or ()

    @property
    def last_load(self) -> date | None:
        """The day the newest data were taken."""
        return self._project.last_load

    def review(self, as_of: date | None, plan: str | None) -> Review | Trouble:
        """The week's answer; each number's page shares it, until the text or the tables change."""
        return self._reviews.answer((as_of, plan), lambda: _answered(lambda: self._project.review(as_of, plan)))

    def explain(
        self, metric: str, period: str | None, where: Mapping[str, str], as_of: date | None
    ) -> Explanation | Trouble:
        """A measured number taken apart."""
        return _answered(lambda: self._project.explain(metric, period, where, as_of, RECORDS))

    def explain_planned(self, metric: str, period: str | None, plan: str | None) -> Explanation | Trouble:
        """A planned number taken apart."""
        return _answered(lambda: self._project.explain_planned(metric, period, plan))


def _answered(ask: Callable[[], T]) -> T | Trouble:
    try:
        return ask()
    except UserMistake as mistake:
        return mistake.diagnostics
