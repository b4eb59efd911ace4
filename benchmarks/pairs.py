"""Two things timed in turn, round by round; their ratio with an interval that assumes nothing about its shape."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb
from statistics import median
from time import perf_counter

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Ratio:
    """How many times as long ours takes as the rival: the median of the rounds and its interval."""

    ours: float
    rival: float
    middle: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        seconds = f"{_seconds(self.ours)} against {_seconds(self.rival)}"
        return f"{self.middle:.2f} times [{self.low:.2f}, {self.high:.2f}], n = {self.n} rounds ({seconds})"


def paired(ours: Callable[[], object], rival: Callable[[], object], rounds: int) -> Ratio:
    """Time both once to warm up, then in turn, each round giving one ratio."""
    return ratio_of([_round(ours, rival, ours_first=bool(i % 2)) for i in range(-1, rounds)][1:])


def ratio_of(pairs: Sequence[tuple[float, float]]) -> Ratio:
    """The ratio that pairs of timings, ours and the rival's, give."""
    middle, low, high = middle_of([a / b for a, b in pairs])
    return Ratio(median(a for a, _ in pairs), median(b for _, b in pairs), middle, low, high, len(pairs))


def middle_of(values: Sequence[float]) -> tuple[float, float, float]:
    """The median, and the interval that holds it whatever the values' distribution."""
    ordered, outer = sorted(values), _outer(len(values))
    return median(ordered), ordered[outer], ordered[-1 - outer]


def _round(ours: Callable[[], object], rival: Callable[[], object], *, ours_first: bool) -> tuple[float, float]:
    if ours_first:
        mine = timed(ours)
        return mine, timed(rival)
    other = timed(rival)
    return timed(ours), other


def timed(work: Callable[[], object]) -> float:
    """The seconds one call takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


def machine() -> str:
    """What it ran on, as far as a reader needs it to judge the figures."""
    return f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores"


def _outer(n: int) -> int:
    """How many of the smallest and of the largest ratios an interval for the median leaves out."""
    outside, left = 0.0, 0
    while outside + 2 * comb(n, left) / 2**n <= 1 - CONFIDENCE:
        outside += 2 * comb(n, left) / 2**n
        left += 1
    return max(0, left - 1)


def _seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.2f} ms" if value >= 0.001 else f"{value * 1e6:.0f} µs"
