"""What becomes of deals as they age: won, lost or still open, estimated from counts per day of age.

The estimator is that of Aalen & Johansen (1978), "An empirical transition matrix for non-homogeneous Markov chains
based on censored observations", Scandinavian Journal of Statistics 5, 141-150: winning and losing compete, deals still
open are censored, and a deal enters the risk set only at the age at which it came under observation (late entry).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, log1p, sqrt

import numpy as np
from numpy.typing import NDArray

from headway.core.errors import Fault
from headway.statistics.intervals import LEVEL, normal_deviate, wilson

Counts = NDArray[np.int64]
Values = NDArray[np.float64]

DAYS_PER_MONTH = 365.25 / 12
"""The length of a month when ages in days become lags in months."""


@dataclass(frozen=True)
class Ages:
    """Deals by day of age, all arrays of one length (age 0, 1, 2, ...).

    `entries` come under observation at that age; `exits` leave at the end of it, for whatever reason; `wins` and
    `losses` are those of the exits that were decided. A deal is at risk on both its first and its last day.
    """

    entries: Counts
    exits: Counts
    wins: Counts
    losses: Counts

    def __post_init__(self) -> None:
        if not self.entries.shape == self.exits.shape == self.wins.shape == self.losses.shape:
            raise Fault("the counts by age have different lengths")
        if np.any(self.at_risk < self.exits) or np.any(self.exits < self.wins + self.losses):
            raise Fault("more deals leave an age than are at risk in it")

    @property
    def at_risk(self) -> Counts:
        """Deals under observation on each day of age."""
        return np.cumsum(self.entries) - np.cumsum(self.exits) + self.exits

    @property
    def total(self) -> int:
        """Deals observed at any age."""
        return int(self.entries.sum())

    @property
    def decided(self) -> int:
        """Deals seen to be won or lost."""
        return int(self.wins.sum() + self.losses.sum())


@dataclass(frozen=True)
class Curve:
    """By the end of each day of age: the share won, lost and open (they sum to 1), and what they stand on.

    `variance` is that of the share won at the last age, by the delta method over the hazards of every age.
    """

    win: Values
    loss: Values
    open: Values
    at_risk: Counts
    wins: Counts
    losses: Counts
    total: int
    variance: float

    @property
    def eventual(self) -> float | None:
        """The share won in the end; None where nothing was decided, because then nothing is known."""
        return float(self.win[-1]) if self.decided else None

    @property
    def unresolved(self) -> float | None:
        """The share still open at the last age observed; None where nothing was decided."""
        return float(self.open[-1]) if self.decided else None

    @property
    def decided(self) -> int:
        """Deals seen to be won or lost."""
        return int(self.wins.sum() + self.losses.sum())


def aalen_johansen(ages: Ages) -> Curve:
    """The shares won, lost and open by age, from counts per day of age."""
    risk = ages.at_risk
    safe = np.maximum(risk, 1)
    win_hazard: Values = ages.wins / safe
    loss_hazard: Values = ages.losses / safe
    open_after = np.cumprod(1 - (ages.wins + ages.losses) / safe, dtype=np.float64)
    open_before = np.append(1.0, open_after)[:-1]
    win = np.cumsum(open_before * win_hazard)
    loss = np.cumsum(open_before * loss_hazard)
    variance = _variance(win, open_before, win_hazard, loss_hazard, safe)
    return Curve(win, loss, open_after, risk, ages.wins, ages.losses, ages.total, variance)


def _variance(win: Values, open_before: Values, win_hazard: Values, loss_hazard: Values, risk: Counts) -> float:
    """The variance of the last share won: Greenwood's, carried over to competing ends.

    With d the derivative of the share by each age's two hazards, and those hazards multinomial within their age;
    without censoring it is the binomial variance to the last digit.
    """
    if not win.size:
        return 0.0
    hazard = win_hazard + loss_hazard
    later = np.where(hazard < 1, (win[-1] - win) / np.where(hazard < 1, 1 - hazard, 1.0), 0.0)
    own = open_before**2 * win_hazard * (1 - win_hazard)
    crossed = 2 * open_before * later * win_hazard * (1 - hazard)
    through = later**2 * hazard * (1 - hazard)
    return float(np.sum((own - crossed + through) / risk))


def eventual_interval(curve: Curve, level: float = LEVEL) -> tuple[float, float] | None:
    """The interval of the share won in the end, on the complementary log-log scale; None where nothing was decided."""
    share = curve.eventual
    if share is None:
        return None
    if not 0 < share < 1 or curve.variance <= 0:
        return wilson(round(share * curve.decided), curve.decided, level)
    missing = log1p(-share)
    reach = normal_deviate(level) * sqrt(curve.variance) / ((1 - share) * -missing)
    centre = log(-missing)
    return 1 - exp(-exp(centre - reach)), 1 - exp(-exp(centre + reach))


def survival_intervals(curve: Curve, level: float = LEVEL) -> tuple[Values, Values]:
    """The interval of the share still open by the end of each age, low and high, on the complementary log-log scale.

    With Greenwood's variance (1926) of the hazard of leaving for any reason. Where nobody has left yet, or nobody is left,
    the score interval of those at risk.
    """
    gone, risk = curve.wins + curve.losses, np.maximum(curve.at_risk, 1)
    left = risk - gone
    spread = np.cumsum(np.where(left > 0, gone / (risk * np.maximum(left, 1)), 0.0))
    inner = (curve.open > 0) & (curve.open < 1)
    share = np.where(inner, curve.open, 0.5)
    reach = np.exp(normal_deviate(level) * np.sqrt(spread) / np.abs(np.log(share)))
    low, high = share**reach, share ** (1 / reach)
    for age in np.flatnonzero(~inner):
        low[age], high[age] = wilson(round(curve.open[age] * risk[age]), int(risk[age]), level) or (0.0, 1.0)
    return low, high


def win_by(curve: Curve, ages: NDArray[np.int64], days: NDArray[np.int64]) -> Values:
    """The probability that a deal open at each age is won within so many more days; the two arrays broadcast.

    Beyond the last age observed nothing more is credited. Not a number where no deal was ever open that long.
    """
    if not curve.win.size:
        return np.full(np.broadcast_shapes(ages.shape, days.shape), np.nan)
    last = curve.win.size - 1
    here, then = np.clip(ages, 0, last), np.clip(ages + days, 0, last)
    still_open = curve.open[here]
    gained = curve.win[then] - curve.win[here]
    return np.where(still_open > 0, gained / np.where(still_open > 0, still_open, 1.0), np.nan)


def time_to_win(curve: Curve, share: float = 0.5) -> int | None:
    """The age in days by which this share of those that will be won are won; open deals are allowed for."""
    if not curve.win.size or curve.win[-1] <= 0:
        return None
    return int(np.searchsorted(curve.win / curve.win[-1], share - 1e-12))


def lag_kernel(curve: Curve, months: int | None = None) -> Values | None:
    """Of the deals that will be won, the share won 0, 1, 2, ... months after the month they were created in.

    Creation is spread evenly over its month, so a deal that takes T days closes in the month T or one later. The
    shares sum to 1; what lies beyond `months` goes into the last. None where no deal was won.
    """
    if not curve.win.size or curve.win[-1] <= 0:
        return None
    share: Values = np.diff(np.append(0.0, curve.win)) / curve.win[-1]
    lag = np.arange(share.size, dtype=np.float64) / DAYS_PER_MONTH
    whole = np.floor(lag).astype(np.int64)
    late: Values = share * (lag - whole)
    kernel = np.zeros(int(whole[-1]) + 2)
    np.add.at(kernel, whole, share - late)
    np.add.at(kernel, whole + 1, late)
    return _fold(kernel, months or int(np.flatnonzero(kernel)[-1]) + 1)


def _fold(kernel: Values, months: int) -> Values:
    """The kernel cut to a length, its tail gathered in the last month; zeros where it is shorter."""
    padded = np.pad(kernel, (0, max(0, months - kernel.size)))
    return np.append(padded[: months - 1], padded[months - 1 :].sum())
