"""What is kept of many draws: the mean and any percentile, gathered chunk by chunk."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log2

import numpy as np
from numpy.typing import NDArray

from headway.core.errors import Fault

Values = NDArray[np.float64]

_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d+)?|100)")


@dataclass
class Summary:
    """Gathers one output over chunks of draws.

    The mean is a running sum. Percentiles are exact, so the draws of the output (never those of the lines behind it)
    are held until all are in.
    """

    reducers: Sequence[str]
    _sum: Values | None = None
    _count: int = 0
    _held: list[Values] = field(default_factory=list[Values])

    def add(self, chunk: Values) -> None:
        """One more chunk; its draws are the last axis."""
        total = chunk.sum(axis=-1)
        self._sum = total if self._sum is None else self._sum + total
        self._count += chunk.shape[-1]
        if any(name != "mean" for name in self.reducers):
            self._held.append(chunk)

    def result(self) -> Values:
        """The summaries, along a last axis in the order asked."""
        if self._sum is None:
            raise Fault("a summary of no draws")
        asked = [percentile(name) for name in self.reducers if name != "mean"]
        draws = np.concatenate(self._held, axis=-1) if asked else None
        points = iter(np.quantile(draws, asked, axis=-1) if draws is not None else ())
        mean = self._sum / self._count
        return np.stack([mean if name == "mean" else next(points) for name in self.reducers], axis=-1)


def percentile(name: str) -> float:
    """The share of draws below a percentile such as p10; `mean` has none."""
    found = _PERCENTILE.fullmatch(name)
    if found is None:
        raise Fault(f"draws are summarised by mean or percentiles such as p10, not by {name}")
    return float(found.group(1)) / 100


def chunk_size(months: int, widest: int) -> int:
    """How many draws to evaluate at once, a power of two: one line then fills some 400 kB, which a core keeps near."""
    fitting = 400_000 / (8 * max(months, 1) * max(widest, 1))
    return 2 ** min(max(round(log2(fitting)), 4), 12)


def chunks(count: int, size: int) -> Sequence[slice]:
    """The draws, cut into chunks."""
    return [slice(start, min(start + size, count)) for start in range(0, count, size)]
