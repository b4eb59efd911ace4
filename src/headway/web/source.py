"""What the pages need from the project: a review, a plan laid out, its beliefs, what is loaded, and explanations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from headway.core.answers import Measured, Together
from headway.core.ask import Ask
from headway.core.belief import Register
from headway.core.calendar import FiscalCalendar, Period
from headway.core.changes import PipelineChanges
from headway.core.diagnostics import Diagnostic
from headway.core.explanation import Explanation
from headway.core.holdings import Holdings
from headway.core.readiness import Readiness
from headway.core.reconciliation import Reconciliation
from headway.core.record import Record
from headway.core.review import Review
from headway.core.revision import Change, Revision
from headway.core.sheet import Sheet

Trouble = tuple[Diagnostic, ...]
"""Why an answer cannot be given: what the user has to mend, all of it."""


class Source(Protocol):
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

    def stand_still(self) -> None:
        """From here to the end of a request, the project is taken to be as it is now."""
        ...

    def review(self, as_of: date | None, plan: str | None) -> Review | Trouble:
        """The week's answer on a day, for a plan; without them, the latest load and the plan that covers it."""
        ...

    def explain(
        self, metric: str, period: str | None, where: Mapping[str, str], as_of: date | None, plan: str | None
    ) -> Explanation | Trouble:
        """A measured number taken apart; with a plan, of the opportunities that plan is about."""
        ...

    def explain_planned(self, metric: str, period: str | None, plan: str | None) -> Explanation | Trouble:
        """A planned number taken apart."""
        ...

    @property
    def day_now(self) -> date:
        """The day it is, by the project's own clock."""
        ...

    @property
    def clock_stands(self) -> date | None:
        """The day the project's clock stands at; None where it runs."""
        ...

    def sheet(self, plan: str | None, tried: Mapping[str, Decimal]) -> Sheet | Trouble:
        """A plan laid out, with some of its values tried otherwise."""
        ...

    def register(self, as_of: date | None, plan: str | None) -> Register | Trouble:
        """What a plan assumes against what was measured."""
        ...

    def holdings(self, as_of: date | None, plan: str | None = None) -> Holdings | Trouble:
        """What is loaded, how it was read, and what is wrong with it; with a plan ("": the one meant), its coverage."""
        ...

    @property
    def fiscal(self) -> FiscalCalendar:
        """The company's year."""
        ...

    def measure(self, ask: Ask) -> Measured | Trouble:
        """A metric's rows, as they were known on a day."""
        ...

    def together(self, asks: Sequence[Ask], as_of: date | None, ahead: int) -> Together | Trouble:
        """Several metrics of one day, and the contracts due in the days ahead."""
        ...

    def reconcile(self, as_of: date | None) -> Reconciliation | Trouble:
        """CRM, billing and the books held against each other, over the twelve months up to a day."""
        ...

    def readiness(self, as_of: date | None) -> Readiness | Trouble:
        """Whether the data can support each metric, and what to mend first."""
        ...

    def curve(self, ask: Ask) -> Measured | Trouble:
        """The share of deals won by each age, with its interval."""
        ...

    def changes(self, since: date, until: date | None, closing: Period | None) -> PipelineChanges | Trouble:
        """What changed about the open pipeline between two days."""
        ...

    def records_of(self, subject: str) -> tuple[Record, ...] | Trouble:
        """What was said about a subject."""
        ...

    def acknowledged(self) -> Mapping[str, Record]:
        """The newest acknowledgement of each subject that has one."""
        ...

    def comment(self, subject: str, text: str, actor: str, seen: str) -> Record | Trouble:
        """A remark about a subject, kept for good."""
        ...

    def acknowledge(self, subject: str, text: str, actor: str, seen: str) -> Record | Trouble:
        """That somebody has seen a finding as it stood, and what they mean to do about it."""
        ...

    def revise(self, plan: str, change: Change, seen: str | None, write: bool) -> Revision | Trouble:
        """An assumption changed in the plan's text, if the file still is as seen; shown only, without `write`."""
        ...
