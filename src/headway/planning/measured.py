"""What history shows of a driver: as a whole, and of its parts where enough was seen of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import product

import numpy as np

from headway.core.dimensions import MONTH, MONTH_OF_YEAR
from headway.core.formatting import listed
from headway.core.history import Figure, Key, Measured
from headway.core.plan import Assumption, Estimate, Input
from headway.planning.unit_checks import is_amount

SMALL = 30
"""Below this many cases a rate is not told apart, and an assumption says so in its evidence."""

FEWEST = 10
"""Below this many cases an interval is no evidence either: a part is never told apart."""

SEASON_YEARS = 2
"""A season is taken from history only where it saw each month of the year at least this often."""


def measured_assumption(
    name: str, meant: Input, found: Measured, members: Mapping[str, Sequence[str]]
) -> Assumption | None:
    """A driver as an assumption, each part with its own value where enough cases were seen, else with the whole's.

    `members` are those of the dimensions a plan is broken down by; a driver measured by another stands as a whole, and
    a dimension without members counts months. None where history does not tell it: a count with a part missing is not
    guessed, nor is a rate of which no whole is known.
    """
    by = found.by if found.parts and set(found.by) <= members.keys() else ()
    keys = list(product(*(members[one] or _counted_months(found, place) for place, one in enumerate(by))))
    counted = is_amount(meant.unit.value)
    values: dict[Key, Estimate] = {}
    pooled: list[str] = []
    for key in keys:
        part = found.parts.get(key) if by else found.whole
        if by and not counted and (part is None or not _stands_alone(part, _coarser(found, key))):
            pooled.append(".".join(key))
            part = _coarser(found, key)
        if part is None:
            return None
        values[key] = estimate(part.value, part.low, part.high)
    if by and len(pooled) == len(keys) and len({one.value for one in values.values()}) == 1:
        by, values = (), {(): next(iter(values.values()))}
    told = [part.n for key, part in found.parts.items() if len(key) == len(found.by)]
    n = found.whole.n if found.whole is not None else sum(told)
    unit = meant.unit.value if MONTH not in meant.by or "/month" in meant.unit.value else f"{meant.unit.value}/month"
    return Assumption(name, unit, values, by, "history", "".join(_told(found, pooled, keys, n)), n)


def _stands_alone(part: Figure, larger: Figure | None) -> bool:
    """Whether a part is told apart: by its cases, or, with few, by an interval that the larger group is outside of."""
    if part.n >= SMALL or larger is None:
        return part.n >= SMALL
    known = part.low is not None and part.high is not None
    return known and part.n >= FEWEST and not float(part.low or 0) <= larger.value <= float(part.high or 0)


def _coarser(found: Measured, key: Key) -> Figure | None:
    """The figure of the next larger group: without the first dimension, then without the second, then the whole."""
    shorter = (found.parts.get(key[place:]) for place in range(1, len(key)))
    return next((part for part in shorter if part is not None), found.whole)


def _counted_months(found: Measured, place: int) -> Sequence[str]:
    """The months a driver was measured over, from 0, where a dimension counts them."""
    far = len(found.by)
    return [str(month) for month in sorted({int(key[place]) for key in found.parts if len(key) == far})]


def season(monthly: Mapping[str, float]) -> Mapping[int, float] | None:
    """How each month of the year stands to its year's mean, 1 on average; None where history is too short to tell.

    Whole years only, each against its own mean, so that growth from year to year is no season.
    """
    labels = sorted(monthly)
    years = [labels[place : place + 12] for place in range(0, len(labels) - 11, 12)]
    if len(years) < SEASON_YEARS:
        return None
    shares: dict[int, list[float]] = {}
    for year in years:
        mean = sum(monthly[label] for label in year) / 12
        if mean <= 0:
            return None
        for label in year:
            shares.setdefault(int(label[5:7]), []).append(monthly[label] / mean)
    return {number: float(np.mean(shares[number])) for number in sorted(shares)}


def seasonal(one: Assumption, shares: Mapping[int, float]) -> Assumption:
    """A monthly amount by month of the year, in the proportion of the season."""
    values = {
        (*key, str(number)): Estimate(figure(float(e.value) * share))
        for key, e in one.values.items()
        for number, share in shares.items()
    }
    told = f"{one.evidence}; by month of the year as in the whole years of the history"
    return Assumption(one.name, one.unit, values, (*one.by, MONTH_OF_YEAR), one.basis, told, one.n)


def estimate(value: float, low: float | None, high: float | None) -> Estimate:
    """A value with its range, where there is one that holds it."""
    if low is None or high is None or not low <= value <= high:
        return Estimate(figure(value))
    return Estimate(figure(value), figure(low), figure(high))


def figure(value: float) -> Decimal:
    """At least six significant digits: short enough to read, long enough to be checked by hand."""
    exact = Decimal(repr(float(value)))
    if not exact:
        return Decimal(0)
    places = max(2, 5 - exact.adjusted())
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP).normalize() + Decimal(0)


def _told(found: Measured, pooled: Sequence[str], keys: Sequence[Key], n: int) -> Iterator[str]:
    yield found.method
    if pooled and len(pooled) == len(keys):
        yield f"; the same for every {' and '.join(found.by)}, none of them with {SMALL} cases"
    elif pooled:
        yield f"; as a whole for {listed(list(pooled))}, with fewer than {SMALL} cases each"
    if n < SMALL:
        yield f"; only n = {n}: take it with care"
