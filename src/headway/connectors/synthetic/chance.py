"""Draws made from uniform numbers alone, so that a seed gives the same company with any release of the library."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from statistics import NormalDist
from typing import TypeVar

import numpy as np

Kind = TypeVar("Kind")
_NORMAL = NormalDist()


def happens(rng: np.random.Generator, chance: float) -> bool:
    """Whether something of this probability happens."""
    return float(rng.random()) < chance


def one_of(rng: np.random.Generator, things: Sequence[Kind], weights: Sequence[float] | None = None) -> Kind:
    """One of the things, each as likely as its weight."""
    shares = weights or [1.0] * len(things)
    place = float(rng.random()) * sum(shares)
    for thing, share in zip(things, shares, strict=True):
        place -= share
        if place < 0:
            return thing
    return things[-1]


def count(rng: np.random.Generator, mean: float) -> int:
    """A Poisson count."""
    limit, product, drawn = math.exp(-mean), float(rng.random()), 0
    while product > limit:
        product *= float(rng.random())
        drawn += 1
    return drawn


def lognormal(rng: np.random.Generator, middle: float, spread: float) -> float:
    """A positive amount around its middle; the spread is that of its logarithm."""
    share = min(max(float(rng.random()), 1e-9), 1 - 1e-9)
    return middle * math.exp(spread * _NORMAL.inv_cdf(share))


def working_moment(rng: np.random.Generator, monday: date) -> datetime:
    """A minute of the working hours of a week."""
    day = monday + timedelta(days=int(float(rng.random()) * 5))
    minutes = int(float(rng.random()) * 9 * 60)
    return datetime.combine(day, time(8)) + timedelta(minutes=minutes)
