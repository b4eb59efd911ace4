"""What the pages need from the project: one review, and an explanation for any number in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from headway.core.diagnostics import Diagnostic
from headway.core.explanation import Explanation
from headway.core.review import Review

Trouble = tuple[Diagnostic, ...]
"""Why an answer cannot be given: what the user has to mend, all of it."""


class TrackSource(Protocol):
    """The project as the pages see it. A question that cannot be answered comes back as its diagnostics."""

    @property
    def title(self) -> str:
        """The company's name."""
        ...

    @property
    def currency(self) -> str | None:
        """The company's currency, where one is declared."""
        ...

    @property
    def plans(self) -> tuple[str, ...]:
        """The names of the plans in the folder; none before the first one is written."""
        ...

    @property
    def as_of_days(self) -> tuple[date, ...]:
        """The first and the last day that can be asked for; empty where the data set no bounds."""
        ...

    @property
    def last_load(self) -> date | None:
        """The day the newest data were taken; None before the first import."""
        ...

    def review(self, as_of: date | None, plan: str | None) -> Review | Trouble:
        """The week's answer on a day, for a plan; without them, the latest load and the plan that covers it."""
        ...

    def explain(
        self, metric: str, period: str | None, where: Mapping[str, str], as_of: date | None
    ) -> Explanation | Trouble:
        """A measured number taken apart."""
        ...

    def explain_planned(self, metric: str, period: str | None, plan: str | None) -> Explanation | Trouble:
        """A planned number taken apart."""
        ...
