"""How far an estimate can be trusted: intervals for shares and means. Two-sided; 80 % runs from P10 to P90."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import sqrt
from statistics import NormalDist

import numpy as np

LEVEL = 0.80
"""The level used throughout: ranges in plans are P10 to P90, so measured ones are too."""


@cache
def normal_deviate(level: float = LEVEL) -> float:
    """How many standard errors to each side hold this share of a normal distribution: 1.2816 for 80 %."""
    return NormalDist().inv_cdf(0.5 + level / 2)


def wilson(successes: int, trials: int, level: float = LEVEL) -> tuple[float, float] | None:
    """The score interval of a share (Wilson 1927); None without trials. Stays inside 0..1, unlike the normal one."""
    if trials <= 0:
        return None
    z = normal_deviate(level)
    share = successes / trials
    centre = share + z * z / (2 * trials)
    reach = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    low = 0.0 if successes == 0 else (centre - reach) / scale
    high = 1.0 if successes == trials else (centre + reach) / scale
    return low, high


def around_ratio(
    numerator: float, denominator: float, squares: tuple[float, float, float], count: int, level: float = LEVEL
) -> tuple[float, float] | None:
    """The interval of one sum divided by another over the same records, linearised (the ratio estimator); None below two.

    `squares` are the sums over records of numerator squared, numerator times denominator, denominator squared: a few
    large records make it wide, as they should.
    """
    if count < 2 or not denominator:
        return None
    ratio = numerator / denominator
    above, across, below = squares
    scatter = max(0.0, above - 2 * ratio * across + ratio * ratio * below) * count / (count - 1)
    reach = normal_deviate(level) * sqrt(scatter) / abs(denominator)
    return ratio - reach, ratio + reach


def around_ratio_of(pairs: Sequence[tuple[float, float]], level: float = LEVEL) -> tuple[float, float] | None:
    """The same interval, from the numerator and the denominator of each record."""
    above, below = (sum(pair[side] for pair in pairs) for side in (0, 1))
    squares = (sum(a * a for a, _ in pairs), sum(a * b for a, b in pairs), sum(b * b for _, b in pairs))
    return around_ratio(above, below, squares, len(pairs), level)


def around_quantile(
    share: float, shares: Sequence[float], values: Sequence[float], count: int, level: float = LEVEL
) -> tuple[float, float] | None:
    """The interval of a median or quantile: the values that far to each side in rank; None below two records.

    How many of `count` records lie below the true quantile is binomial, whatever the values are like. `values` are
    those at each of the ascending `shares`, read off between them on the straight line.
    """
    if count < 2:
        return None
    reach = normal_deviate(level) * sqrt(share * (1 - share) / count)
    low, high = np.interp([share - reach, share + reach], shares, values)
    return float(low), float(high)


def around_mean(mean: float, variance: float, count: int, level: float = LEVEL) -> tuple[float, float] | None:
    """The interval of a mean from the sample variance, by the normal approximation; None below two records."""
    if count < 2:
        return None
    reach = normal_deviate(level) * sqrt(max(0.0, variance) / count)
    return mean - reach, mean + reach
