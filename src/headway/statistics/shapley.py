"""Shapley shares: what each of several changes adds to a difference, fairly over every order of making them.

Shapley, L. S. (1953), "A value for n-person games"; here the players are drivers and the game is a model's output.
"""

from __future__ import annotations

from math import factorial

import numpy as np
from numpy.typing import NDArray

from headway.core.errors import Fault

MOST_DRIVERS = 16
"""Above this the table of subsets is larger than any bridge is readable."""


def subsets(drivers: int) -> NDArray[np.bool_]:
    """Every subset of so many drivers, in the order `shapley` reads: (2**drivers, drivers), row by binary number."""
    if not 0 <= drivers <= MOST_DRIVERS:
        raise Fault(f"{drivers} drivers: a Shapley table holds at most {MOST_DRIVERS}")
    rows: NDArray[np.int64] = np.arange(2**drivers, dtype=np.int64)[:, None]
    return np.bitwise_and(rows >> np.arange(drivers, dtype=np.int64)[None, :], 1).astype(np.bool_)


def shapley(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each driver's share of `values[-1] - values[0]`; the shares add up to it.

    values: (2**n, ...), the output with each subset of the n drivers changed, in the order of `subsets`.
    Returns (n, ...).
    """
    count = _drivers(values)
    sizes = subsets(count).sum(axis=1)
    shares: list[NDArray[np.float64]] = []
    for driver in range(count):
        without = _without(count, driver)
        weights = np.array([_weight(count, int(size)) for size in sizes[without]])
        shares.append(np.tensordot(weights, _marginal(values, driver, without), axes=1))
    return np.stack(shares) if shares else np.zeros((0, *values.shape[1:]))


def order_range(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The least and the most each driver adds over all orders: how far the attribution is a matter of order."""
    count = _drivers(values)
    steps = [_marginal(values, driver, _without(count, driver)) for driver in range(count)]
    return np.stack([s.min(axis=0) for s in steps]), np.stack([s.max(axis=0) for s in steps])


def _drivers(values: NDArray[np.float64]) -> int:
    count = int(values.shape[0]).bit_length() - 1
    if values.shape[0] != 2**count:
        raise Fault(f"a Shapley table has 2**n rows, not {values.shape[0]}")
    return count


def _without(count: int, driver: int) -> NDArray[np.intp]:
    return np.flatnonzero(~subsets(count)[:, driver])


def _marginal(values: NDArray[np.float64], driver: int, without: NDArray[np.intp]) -> NDArray[np.float64]:
    return values[without | (1 << driver)] - values[without]


def _weight(count: int, size: int) -> float:
    return factorial(size) * factorial(count - size - 1) / factorial(count)
