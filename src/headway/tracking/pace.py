"""Whether a milestone keeps its pace: the bands, the small samples, and the slack in weeks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from headway.core.calendar import Period
from headway.core.review import Evidence, Standing, Verdict
from headway.core.series import Series
from headway.core.weekly import TO_DATE

PACE = 0.05
"""An amount within this share of its plan to date keeps its pace."""

FAR = 0.10
"""An amount further than this behind its plan to date is worse, not only to be watched."""

SHORT_RUN = 14
"""With fewer days than this run, a plan's amounts cannot be told from the weeks they are in."""

SMALL_PART = 0.05
"""While less than this share of what an amount should come to was due, a difference says nothing of the rest."""

STILL = 0.01
"""A level that is planned to move by less than this share of itself is held against itself, not against its move."""

SMALL_SAMPLE = 20
"""With fewer cases than this, planned and actual, a difference cannot be told from chance."""


def is_partial(evidence: Evidence) -> bool:
    """Whether so much was left out that an amount cannot be held against its plan."""
    return evidence.excluded > 0 and evidence.excluded > PACE * ((evidence.n or 0) + evidence.excluded)


def amount_standing(actual: float, planned: float, cases: float | None, lower_is_better: bool) -> Standing:
    """An amount against its plan to date. `cases` are the planned or actual cases behind it, whichever are more."""
    if cases is not None and cases < SMALL_SAMPLE:
        return "unknown"
    off = _off(actual, planned)
    if abs(off) <= PACE:
        return "holding"
    good = off < 0 if lower_is_better else off > 0
    return "better" if good else "watch" if abs(off) <= FAR else "worse"


def rate_standing(
    actual: float, planned: float, n: int | None, low: float | None, high: float | None, lower_is_better: bool
) -> Standing:
    """A rate against its plan: while the plan lies inside the interval of what was measured, it holds."""
    if n is not None and n < SMALL_SAMPLE:
        return "unknown"
    if low is None or high is None:
        return amount_standing(actual, planned, None, lower_is_better)
    if low <= planned <= high:
        return "holding"
    return "better" if (actual < planned) == lower_is_better else "worse"


def verdict(standing: Standing) -> Verdict:
    """What the standing of the figure the plan is about means for the plan."""
    if standing == "unknown":
        return "cannot tell yet"
    return {"holding": "on track", "better": "ahead"}.get(standing, "behind")  # type: ignore[return-value]


def slack_weeks(plan: Series, actual: float, weeks: Sequence[Period], as_of: date) -> float | None:
    """How many weeks ahead (+) or behind (-) the plan's own curve an amount stands; None where the curve is flat.

    The day the plan reaches the amount, less the as-of day. Where the plan stands still on the amount for some days,
    the nearest of them counts. An amount beyond the whole plan is as far ahead as the plan goes.
    """
    days = np.array([(week.last_day - as_of).days for week in weeks], dtype=np.float64)
    levels = plan.values
    if plan.header.note == TO_DATE:
        days = np.concatenate([[float((weeks[0].start - timedelta(days=1) - as_of).days)], days])
        levels = np.concatenate([[0.0], levels])
    if not np.isfinite(levels).all() or levels.max() == levels.min():
        return None
    return _nearest(days, levels, actual) / 7


def _nearest(
    days: np.ndarray[tuple[int], np.dtype[np.float64]],
    levels: np.ndarray[tuple[int], np.dtype[np.float64]],
    actual: float,
) -> float:
    """The day, from the as-of day, nearest to it among those on which the plan stands at the amount."""
    touching = 1e-9 * max(1.0, float(np.abs(levels).max()))
    crossings = [float(day) for day, level in zip(days, levels, strict=True) if abs(level - actual) <= touching]
    for i in range(len(levels) - 1):
        low, high = sorted((levels[i], levels[i + 1]))
        if low < actual < high:
            share = (actual - levels[i]) / (levels[i + 1] - levels[i])
            crossings.append(float(days[i] + share * (days[i + 1] - days[i])))
        elif abs(low - actual) <= touching and abs(high - actual) <= touching and days[i] <= 0 <= days[i + 1]:
            crossings.append(0.0)
    if crossings:
        return min(crossings, key=abs)
    return float(days[-1] if (actual > levels.max()) == (levels[-1] >= levels[0]) else days[0])


def _off(actual: float, planned: float) -> float:
    """How far an amount is from its plan, as a share of it; off a plan of nothing, anything is far."""
    if planned:
        return (actual - planned) / abs(planned)
    return 0.0 if not actual else float(np.sign(actual))
