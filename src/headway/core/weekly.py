"""A monthly plan seen week by week: flows by a profile of days, stocks as those move them, ratios from their parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from headway.core.calendar import Period

DayWeight = Callable[[date], float]

TO_DATE = "to date"
"""The note of a Series whose flow has been added up since its first period, so that it adds up over periods no more."""


def working_days(day: date) -> float:
    """The plain profile: Monday to Friday count one, the weekend nothing."""
    return 1.0 if day.weekday() < 5 else 0.0


def flow_to_date(
    monthly: NDArray[np.float64],
    months: Sequence[Period],
    ends: Sequence[date],
    weight: DayWeight = working_days,
) -> NDArray[np.float64]:
    """What a monthly flow has come to by the close of each day in `ends`, counted from the first month.

    monthly: (month, ...) amounts. Returns (day, ...). At a month's last day it is the sum of the months so far, to
    the last bit: parts never lose or gain against the whole.
    """
    before = np.concatenate([np.zeros((1, *monthly.shape[1:])), np.cumsum(monthly, axis=0)])
    rows: list[NDArray[np.float64]] = []
    for end in ends:
        index = sum(1 for m in months if m.end <= end + timedelta(days=1))
        if index == len(months) or end < months[0].start:
            rows.append(before[index] if end >= months[0].start else before[0])
            continue
        rows.append(before[index] + monthly[index] * _share(months[index], end, weight))
    return np.stack(rows)


def stock_at(
    monthly: NDArray[np.float64],
    opening: NDArray[np.float64],
    months: Sequence[Period],
    ends: Sequence[date],
    weight: DayWeight = working_days,
) -> NDArray[np.float64]:
    """A month-end stock at the close of each day; `opening` is before the first month.

    Between month ends it moves by the same profile of days as the flows that change it, so that on every day it is the
    opening and its movements to date.
    """
    levels = np.concatenate([opening[None, ...], monthly])
    rows: list[NDArray[np.float64]] = []
    for end in ends:
        index = sum(1 for m in months if m.end <= end + timedelta(days=1))
        if index == len(months) or end < months[0].start:
            rows.append(levels[index] if end >= months[0].start else levels[0])
            continue
        rows.append(levels[index] + (levels[index + 1] - levels[index]) * _share(months[index], end, weight))
    return np.stack(rows)


def _share(month: Period, end: date, weight: DayWeight) -> float:
    days = [month.start + timedelta(days=i) for i in range(month.days)]
    total = sum(weight(day) for day in days)
    if total <= 0:
        return ((end - month.start).days + 1) / month.days
    return sum(weight(day) for day in days if day <= end) / total
