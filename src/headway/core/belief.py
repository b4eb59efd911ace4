"""What a plan assumes against what has come since: each assumed value, what was measured, and whether it holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from headway.core.plan import Assumption, Estimate
from headway.core.rows import Rows

Holds = Literal["holding", "drifting", "broken", "unknown"]


@dataclass(frozen=True)
class Observed:
    """A metric measured over a span: its value with interval and n; nothing where it could not be measured."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None


@dataclass(frozen=True)
class Belief:
    """One assumed value, for one group of members, and what has come of it.

    `planned` is what it says of the span that `actual` was measured over; `periods` are the latest spans, oldest first,
    each apart from the others. `period` is the actual's span as an address can ask for it. `words` say why it stands
    as it does.
    """

    assumption: Assumption
    members: tuple[str, ...]
    assumed: Estimate
    holds: Holds
    words: str
    planned: float | None = None
    actual: Observed | None = None
    period: str | None = None
    periods: tuple[Observed, ...] = ()
    better: bool | None = None


@dataclass(frozen=True)
class Register:
    """Every belief of a plan as known on a day; `risk` holds what each assumption moves the plan's figure by."""

    plan: str
    as_of: date
    currency: str | None
    beliefs: tuple[Belief, ...]
    run: str = ""
    risk: Rows = field(default=Rows((), ()))

    def count(self, holds: Holds) -> int:
        """How many beliefs stand that way."""
        return sum(1 for belief in self.beliefs if belief.holds == holds)
