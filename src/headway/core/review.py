"""Are we on the way: each milestone of the journey against its plan, the verdict, the causes, what to look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from headway.core.finding import Finding
from headway.core.rows import Rows
from headway.core.series import Series
from headway.core.weekly import TO_DATE

Verdict = Literal["on track", "ahead", "behind", "cannot tell yet"]
Standing = Literal["holding", "watch", "worse", "better", "unknown"]


IF_SO = "if the whole plan ran so"
"""What the price of an assumption that does not hold supposes."""


@dataclass(frozen=True)
class Evidence:
    """What a measured figure rests on: how many cases, its interval, and what to know about it.

    `excluded` cases belong to an amount and had to be left out of it, because what they are worth is not known.
    """

    n: int | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""
    excluded: int = 0


@dataclass(frozen=True)
class Milestone:
    """One row of the journey.

    `plan` and `actual` run along `period` (weeks): to date for flows, at week end for stocks, per week for ratios;
    `plan_to_date` and `actual_to_date` are where they stand on the as-of day. `slack_weeks` is how far ahead (+) or
    behind (-) the plan's own pace; None where it cannot be told.
    """

    metric: str
    title: str
    plan: Series
    actual: Series
    plan_to_date: float | None
    actual_to_date: float | None
    standing: Standing
    slack_weeks: float | None = None
    n: int | None = None
    low: float | None = None
    high: float | None = None
    lower_is_better: bool = False
    note: str = ""

    @property
    def variance(self) -> float | None:
        """Actual minus plan on the as-of day."""
        if self.plan_to_date is None or self.actual_to_date is None:
            return None
        return self.actual_to_date - self.plan_to_date

    @property
    def is_to_date(self) -> bool:
        """Whether its numbers add up since the plan's first day."""
        headers = (self.plan.header, self.actual.header)
        return any(header.adds_up == "flow" or header.note == TO_DATE for header in headers)

    def measured_over(self, begins: date, day: date) -> str | None:
        """The period its actual number on a day stands for: from the plan's first day for what came, the days before
        for a trailing rate, none for what is there."""
        trailing = self.actual.header.trailing
        if trailing is not None:
            return f"{day - timedelta(days=trailing - 1)}..{day}"
        there = self.plan.header.adds_up == "stock" and not self.is_to_date
        return None if there else f"{begins}..{day}"


@dataclass(frozen=True)
class Cause:
    """One driver's share of the variance, in the unit of the target; the shares add up to the whole."""

    driver: str
    amount: float
    words: str


@dataclass(frozen=True)
class Review:
    """The week's answer, with everything it stands on. `journey` is the week-by-week table."""

    as_of: date
    plan: str
    verdict: Verdict
    headline: str
    lead: str
    currency: str | None
    milestones: tuple[Milestone, ...]
    causes: tuple[Cause, ...]
    look_at: tuple[Finding, ...]
    journey: Rows
    notes: tuple[str, ...] = field(default=())
    begins: date | None = None
    """The plan's first day."""
    because: str = ""
    """The causes alone, as the lead tells them."""
    failing: tuple[Finding, ...] = ()
    """What the plan assumes and what does not hold, the most pressing first; `where` is the value's key."""

    @property
    def sentence(self) -> str:
        """Headline and lead as the one sentence the terminal ends with."""
        joint = ", " if self.lead.startswith("Mainly") else "; "
        return f"{self.headline}{joint}{self.lead[:1].lower()}{self.lead[1:]}" if self.lead else f"{self.headline}."
