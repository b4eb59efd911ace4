"""The demo's own draws: one stream of uniform numbers for each subject, so that one subject never disturbs another."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from statistics import NormalDist
from typing import Generic, TypeVar

import numpy as np

Kind = TypeVar("Kind")

_NORMAL = NormalDist()


@dataclass(frozen=True)
class Streams:
    """The streams of a company: what happens in the world, and what people make of it in their systems."""

    people: np.random.Generator
    market: np.random.Generator
    leads: np.random.Generator
    deals: np.random.Generator
    customers: np.random.Generator
    habits: np.random.Generator
    billing: np.random.Generator
    finance: np.random.Generator


def streams(seed: int) -> Streams:
    """The streams that belong to a seed."""
    made = (np.random.Generator(np.random.PCG64([seed, number])) for number in range(8))
    return Streams(*made)


def normal(rng: np.random.Generator) -> float:
    """A standard normal number, by inversion."""
    return _NORMAL.inv_cdf(min(max(float(rng.random()), 1e-9), 1 - 1e-9))


def waiting(rng: np.random.Generator, mean: float) -> int:
    """Whole days until something happens that is as likely every day."""
    return int(-math.log(1 - float(rng.random())) * mean)


def between(rng: np.random.Generator, low: float, high: float) -> float:
    """A number from an interval, each as likely."""
    return low + (high - low) * float(rng.random())


def share(rng: np.random.Generator, middle: float, spread: float) -> float:
    """A probability around its middle; the spread is that of its log odds."""
    odds = middle / (1 - middle) * math.exp(spread * normal(rng))
    return odds / (1 + odds)


def moment_on(rng: np.random.Generator, day: date) -> datetime:
    """A minute of a day's working hours."""
    return datetime.combine(day, time(8)) + timedelta(minutes=int(float(rng.random()) * 9 * 60))


def workday(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= 5 else day


class Choice(Generic[Kind]):
    """Things to draw one from, each as likely as its weight; made once, drawn from often."""

    def __init__(self, things: Iterable[Kind], weights: Iterable[float]) -> None:
        self._things = tuple(things)
        self._limits = tuple(accumulate(weights))

    def draw(self, rng: np.random.Generator) -> Kind:
        """One of the things."""
        place = bisect_right(self._limits, float(rng.random()) * self._limits[-1])
        return self._things[min(place, len(self._things) - 1)]


def choice(weighted: Iterable[tuple[Kind, float]]) -> Choice[Kind]:
    """A choice from things with their weights."""
    pairs = tuple(weighted)
    return Choice((thing for thing, _ in pairs), (weight for _, weight in pairs))


def pick(rng: np.random.Generator, weighted: Sequence[tuple[Kind, float]]) -> Kind:
    """One of some things, each as likely as its weight."""
    place = float(rng.random()) * sum(weight for _, weight in weighted)
    for thing, weight in weighted:
        place -= weight
        if place < 0:
            return thing
    return weighted[-1][0]
