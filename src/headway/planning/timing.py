"""The last days on which creating an opportunity still helps the target, source by source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil

import numpy as np
from numpy.typing import NDArray

from headway.core.formatting import day, days
from headway.core.rows import Cell, Column, Rows
from headway.planning.bound import BoundPlan

KERNEL, CYCLE, SOURCE = "close_lag", "sales_cycle.won_median", "source"

HALF = 0.5
"""The share of wins that still lands in time for a day to count as on time."""

FEW = 0.05
"""The share of wins below which creating more hardly helps."""

DAYS_A_MONTH = 365.25 / 12


def last_create_dates(bound: BoundPlan) -> Rows:
    """By source: the last day to create so that wins land by the due month, from the median cycle and from the lags.

    `by_median` takes the cycle for a constant. `half_lands` is the last day after which less than half of a day's
    wins land in time, `any_lands` the one after which less than 5 % do: what is created later is too late.
    """
    due = bound.months[bound.due].last_day
    sources = bound.model.text.dimensions[SOURCE].members if SOURCE in bound.model.text.dimensions else ("all",)
    columns = (
        "source",
        Column("median_cycle", "number", "day"),
        Column("by_median", "date"),
        Column("half_lands", "date"),
        Column("any_lands", "date"),
    )
    told = [(name, *_dates(bound, place, due)) for place, name in enumerate(sources)]
    alike = len({record[1:] for record in told}) == 1
    return Rows.of(columns, [("all", *told[0][1:])] if alike else told) if _known(told) else Rows.of(columns, [])


def last_create_words(bound: BoundPlan) -> tuple[str, ...]:
    """What is already too late to create, in a sentence for each source."""
    due = bound.months[bound.due]
    said: list[str] = []
    for row in last_create_dates(bound):
        whose, until = "" if row["source"] == "all" else f" from {row['source']}", row["by_median"]
        if isinstance(until, date):
            cycle = days(float(str(row["median_cycle"])))
            said.append(
                f"At the median cycle of {cycle}, what{whose} is created after {day(until)} closes after {due}."
            )
    return tuple(said)


def last_day(due: date, cycle: float) -> date:
    """The last day on which what takes so many days still ends by the due day."""
    return due - timedelta(days=ceil(cycle))


def days_until(share: float, kernel: Sequence[float] | NDArray[np.float64]) -> float | None:
    """The days after creation by which this share of the wins has come, from their shares by month; None without any.

    A monthly share averages over creation spread evenly through the month, so what has come by the end of month l is
    about what has come l and a half months after creation; between those points the curve is a straight line.
    """
    landed = np.cumsum(np.asarray(kernel, dtype=np.float64))
    if not len(landed) or landed[-1] <= 0:
        return None
    ages = np.array([0.0, *((lag + 0.5) * DAYS_A_MONTH for lag in range(len(landed)))])
    curve = np.array([0.0, *(landed / landed[-1])])
    place = int(np.searchsorted(curve, share, side="left"))
    if place == 0:
        return 0.0
    rise = curve[place] - curve[place - 1]
    return float(ages[place - 1] + (ages[place] - ages[place - 1]) * (share - curve[place - 1]) / rise)


def _dates(bound: BoundPlan, place: int, due: date) -> tuple[float | None, date | None, date | None, date | None]:
    kernel, cycle = _of_source(bound, KERNEL, place), _of_source(bound, CYCLE, place)
    median = None if cycle is None else float(cycle)
    ends = [None if kernel is None else days_until(share, kernel) for share in (HALF, FEW)]
    half, few = (None if end is None else last_day(due, end) for end in ends)
    return median, None if median is None else last_day(due, median), half, few


def _of_source(bound: BoundPlan, name: str, place: int) -> NDArray[np.float64] | None:
    """An input's values for one source; the same for each where it is not by source, none where it is by more."""
    values = bound.values.get(name)
    if values is None:
        return None
    by = bound.model.text.inputs[name].by
    if SOURCE not in by:
        return values if len(by) < 2 else None
    taken = np.take(values, place, axis=by.index(SOURCE))
    return taken if taken.ndim < 2 else None


def _known(told: Sequence[tuple[Cell, ...]]) -> bool:
    return any(cell is not None for record in told for cell in record[1:])
