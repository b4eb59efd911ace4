"""What a period of history shows about the drivers of a plan: measured by one room, planned on by another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from headway.core.calendar import Period
from headway.core.plan import Horizon


@dataclass(frozen=True)
class Rate:
    """A measured share with its interval (P10 to P90) and the cases it rests on."""

    value: float
    low: float | None
    high: float | None
    n: int
    method: str


@dataclass(frozen=True)
class Amounts:
    """Measured amounts: their mean and median, the normal interval of the mean (P10 to P90), and their count."""

    mean: float
    median: float
    low: float | None
    high: float | None
    n: int


Key = tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """A measured number with its interval (P10 to P90), where it has one, and the cases it rests on."""

    value: float
    low: float | None = None
    high: float | None = None
    n: int = 0


@dataclass(frozen=True)
class Measured:
    """One driver as history shows it: the whole, its parts by members in the order of `by`, and how it was measured.

    A part that was not measured is left out of `parts`. What happens in a month (visits, spend, ARR up for renewal) is
    given for a month; `whole` may be None for an amount, whose parts stand for themselves.
    """

    method: str
    whole: Figure | None = None
    by: Key = ()
    parts: Mapping[Key, Figure] = field(default_factory=dict[Key, Figure])


@dataclass(frozen=True)
class Breakdown:
    """What a plan from history is to be about: which opportunities (`scope`), and by what (`source`, `segment`)."""

    scope: Mapping[str, str] = field(default_factory=dict[str, str])
    by: Key = ()


WHOLE = Breakdown()
"""All opportunities, not broken down."""


@dataclass(frozen=True)
class History:
    """What a period of history shows, as values: all a proposal needs.

    `created` counts opportunities by month label, for every month of `period`; `close_lag` holds, of deals that are
    won, the share won 0, 1, 2, ... months after the month they were created in; `won_from_open` the wins expected, in
    each month of the horizon, of the `open_deals` open on the as-of day. `cycle` are the days of won deals.
    `measured` holds whatever else was measured, by the name of the input or line of the model it stands for, and
    `members` the sources and segments it is broken down by; what is None is not assumed. `volume` counts, by month, what
    the plan's volume is made of, over whole years up to the as-of day.
    """

    period: Period
    as_of: date
    horizon: Horizon
    currency: str | None
    created: Mapping[str, int]
    win_rate: Rate
    close_lag: Sequence[float]
    deal_size: Amounts
    created_value: Amounts
    cycle: Amounts
    won_from_open: Sequence[float]
    open_deals: int
    lag_method: str = "from the same win curve"
    open_method: str = "each deal's chance to be won by its age, from the same win curve"
    notes: tuple[str, ...] = ()
    members: Mapping[str, Key] = field(default_factory=dict[str, Key])
    measured: Mapping[str, Measured | None] = field(default_factory=dict[str, Measured | None])
    volume: Mapping[str, float] = field(default_factory=dict[str, float])
