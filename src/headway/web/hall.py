"""The hall as a source of pages: answers, or the diagnostics that stand in their way."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from headway.core.answers import Measured, Together
from headway.core.ask import Ask
from headway.core.belief import Register
from headway.core.calendar import FiscalCalendar, Period
from headway.core.changes import PipelineChanges, PipelineScope
from headway.core.errors import UserMistake
from headway.core.explanation import Explanation
from headway.core.holdings import Holdings
from headway.core.readiness import Readiness
from headway.core.reconciliation import Reconciliation
from headway.core.record import Record
from headway.core.review import Review
from headway.core.revision import Change, Revision
from headway.core.sheet import Sheet
from headway.project.hall import Project
from headway.web.kept import Kept
from headway.web.source import Trouble

T = TypeVar("T")

RECORDS = 200
"""How many of the records behind a number a page lists, and its CSV holds."""

KEPT, TRIED = 256, 32
"""How many answers are kept, and how many plans with values tried otherwise: a moving hand asks for a new one all the time,
and must not drive out what took seconds to measure."""

_STILL: ContextVar[object] = ContextVar("still", default=None)
"""The source whose disk the request at hand has looked at already."""


class HallSource:
    """A project behind the pages; a question that cannot be answered comes back as its diagnostics.

    Answers are kept as long as what they stand on, text and tables, lies on disk unchanged.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._stands_on: tuple[object, ...] = ()
        self._kept, self._tried = Kept(KEPT), Kept(TRIED)

    def stand_still(self) -> None:
        """From here to the end of a request, what lies on disk is taken to be as it is now."""
        self._look()
        _STILL.set(self)

    @property
    def title(self) -> str:
        """The company's name."""
        return self._current().settings.name

    @property
    def currency(self) -> str | None:
        """The company's currency, where one is declared."""
        return self._current().settings.currency

    @property
    def plans(self) -> tuple[str, ...]:
        """The names of the plans in the folder."""
        return self._current().plans

    @property
    def as_of_days(self) -> tuple[date, ...]:
        """The first and the last day that the plans cover."""
        return self._once("days", lambda: self._project.planned_days or ())

    @property
    def last_load(self) -> date | None:
        """The day the newest data were taken."""
        return self._once("load", lambda: self._project.last_load)

    @property
    def day_now(self) -> date:
        """The day it is, by the project's own clock."""
        return self._current().now.date()

    @property
    def clock_stands(self) -> date | None:
        """The day the project's clock stands at, where its text says so."""
        return self._current().settings.today

    def review(self, as_of: date | None, plan: str | None) -> Review | Trouble:
        """The week's answer."""
        return self._answer(("review", as_of, plan), lambda: self._project.tracking.review(as_of, plan))

    def explain(
        self, metric: str, period: str | None, where: Mapping[str, str], as_of: date | None, plan: str | None
    ) -> Explanation | Trouble:
        """A measured number taken apart; with a plan, of the opportunities that plan is about."""
        ask = Ask(metric, period, (), where, as_of, plan, RECORDS)
        key = ("explain", metric, period, tuple(sorted(where.items())), as_of, plan)
        return self._answer(key, lambda: self._project.facts.explain(ask))

    def explain_planned(self, metric: str, period: str | None, plan: str | None) -> Explanation | Trouble:
        """A planned number taken apart."""
        key = ("planned", metric, period, plan)
        return self._answer(key, lambda: self._project.intent.explain(metric, period, plan))

    def sheet(self, plan: str | None, tried: Mapping[str, Decimal]) -> Sheet | Trouble:
        """A plan laid out; the plan is read once, what is tried changes with every move of a hand."""
        trial = self._answer(("trial", plan), lambda: self._project.intent.trial(plan))
        if not callable(trial):
            return trial
        key = ("sheet", plan, tuple(sorted(tried.items())))
        return self._answer(key, lambda: trial(tried), tried=bool(tried))

    def register(self, as_of: date | None, plan: str | None) -> Register | Trouble:
        """What a plan assumes against what was measured."""
        return self._answer(("register", as_of, plan), lambda: self._project.tracking.register(as_of, plan))

    def holdings(self, as_of: date | None, plan: str | None = None) -> Holdings | Trouble:
        """What is loaded, how it was read, and what is wrong with it; with a plan ("": the one meant), its coverage."""
        return self._answer(("holdings", as_of, plan), lambda: self._project.facts.holdings(as_of, plan))

    @property
    def fiscal(self) -> FiscalCalendar:
        """The company's year."""
        return self._current().settings.fiscal

    def measure(self, ask: Ask) -> Measured | Trouble:
        """A metric's rows, as they were known on a day."""
        return self._answer(("measure", *_key(ask)), lambda: self._project.facts.measure(ask))

    def together(self, asks: Sequence[Ask], as_of: date | None, ahead: int) -> Together | Trouble:
        """Several metrics of one day, and the contracts due in the days ahead."""
        key = ("together", tuple(_key(ask) for ask in asks), as_of, ahead)
        return self._answer(key, lambda: self._project.facts.together(asks, as_of, ahead))

    def reconcile(self, as_of: date | None) -> Reconciliation | Trouble:
        """CRM, billing and the books held against each other, over the twelve months up to a day."""
        return self._answer(("reconcile", as_of), lambda: self._project.facts.reconcile(None, as_of))

    def readiness(self, as_of: date | None) -> Readiness | Trouble:
        """Whether the data can support each metric, and what to mend first."""
        return self._answer(("readiness", as_of), lambda: self._project.facts.readiness(as_of))

    def curve(self, ask: Ask) -> Measured | Trouble:
        """The share of deals won by each age, with its interval."""
        return self._answer(("curve", *_key(ask)), lambda: self._project.facts.curve(ask))

    def changes(self, since: date, until: date | None, closing: Period | None) -> PipelineChanges | Trouble:
        """What changed about the open pipeline between two days."""
        scope = PipelineScope(closing=closing)
        return self._answer(
            ("changes", since, until, closing), lambda: self._project.facts.changes(since, until, scope)
        )

    def records_of(self, subject: str) -> tuple[Record, ...]:
        """What was said about a subject; never from memory."""
        return self._current().records_of(subject)

    def acknowledged(self) -> Mapping[str, Record]:
        """The newest acknowledgement of each subject that has one; never from memory."""
        return self._current().acknowledged()

    def comment(self, subject: str, text: str, actor: str, seen: str) -> Record:
        """A remark about a subject, kept for good."""
        return self._current().comment(subject, text, actor, seen)

    def acknowledge(self, subject: str, text: str, actor: str, seen: str) -> Record:
        """That somebody has seen a finding as it stood, and what they mean to do about it."""
        return self._current().acknowledge(subject, text, actor, seen)

    def revise(self, plan: str, change: Change, seen: str | None, write: bool) -> Revision | Trouble:
        """An assumption changed in the plan's text; never from memory."""
        self._look()
        try:
            return self._project.intent.revise(plan, change, seen, write)
        except UserMistake as mistake:
            return mistake.diagnostics

    def _current(self) -> Project:
        """The project as it lies on disk, looked at again with every question but once for a request that stands still."""
        if _STILL.get() is not self:
            self._look()
        return self._project

    def _look(self) -> None:
        """Look at the disk: whatever was kept is forgotten once the project's text or its tables have changed."""
        now = self._project.stands_on
        if now != self._stands_on:
            self._project = replace(self._project)
            self._stands_on, self._kept, self._tried = now, Kept(KEPT), Kept(TRIED)

    def _once(self, key: Hashable, ask: Callable[[], T]) -> T:
        self._current()
        return self._kept.once(key, ask)

    def _answer(self, key: Hashable, ask: Callable[[], T | Trouble], *, tried: bool = False) -> T | Trouble:
        def answered() -> T | Trouble:
            try:
                return ask()
            except UserMistake as mistake:
                return mistake.diagnostics

        self._current()
        return (self._tried if tried else self._kept).once(key, answered)


def _key(ask: Ask) -> tuple[Hashable, ...]:
    return ask.metric, ask.period, tuple(ask.by), tuple(sorted(ask.where.items())), ask.as_of, ask.plan
