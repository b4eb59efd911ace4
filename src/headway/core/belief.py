"""What a plan assumes against what has come since: each assumed value, what was measured, and whether it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from headway.core.plan import Assumption, Estimate
from headway.core.rows import Rows
from headway.core.sheet import key_of

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
    as it does. `outside` is what shows that it does not hold: the latest span, where that is outside, else the actual;
    `against` is what the plan says of that span.
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
    outside: Observed | None = None
    against: float | None = None

    @property
    def key(self) -> str:
        """How this one value is named: its assumption, with its members in brackets."""
        return key_of(self.assumption.name, self.members)


@dataclass(frozen=True)
class Register:
    """Every belief of a plan as known on a day, those that need an answer first.

    `risk` holds what each assumption moves the plan's figure by. `prices` say, by their keys, what the plan would lose
    or gain if values that do not hold were all along as they were last seen.
    """

    plan: str
    as_of: date
    currency: str | None
    beliefs: tuple[Belief, ...]
    run: str = ""
    risk: Rows = field(default=Rows((), ()))
    prices: Mapping[str, float] = field(default_factory=dict[str, float])

    def count(self, holds: Holds) -> int:
        """How many beliefs stand that way."""
        return sum(1 for belief in self.beliefs if belief.holds == holds)
