"""What becomes of the deals that were open on a day: the wins to expect of them by month, and the wins that came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from headway.core.calendar import Period
from headway.metrics.estimate import as_count
from headway.metrics.facts import Facts
from headway.metrics.question import label_of
from headway.statistics.survival import Curve, win_by

_OPEN = (
    "SELECT date_diff('day', created_date, CAST(? AS DATE)), count(*) FROM opportunity"
    " WHERE status = 'open' AND created_date IS NOT NULL GROUP BY ALL ORDER BY 1"
)
_CAME = (
    "SELECT date_trunc('month', closed_date), count(*) FROM opportunity WHERE status = 'won'"
    " AND created_date <= ? AND closed_date > ? AND closed_date <= ? GROUP BY ALL ORDER BY 1"
)


@dataclass(frozen=True)
class OpenDeals:
    """The deals open on a day: how many, the wins to expect of them in each month, and how many are beyond telling."""

    count: int
    wins: tuple[float, ...]
    too_old: int


def expected_wins(facts: Facts, curve: Curve, months: Sequence[Period]) -> OpenDeals:
    """Of the deals open on the facts' day, the wins to expect month by month, each deal by its age on the win curve.

    Deals older than any that was ever seen to be decided are credited nothing, and counted.
    """
    aged = [(as_count(age), as_count(number)) for age, number in facts.run(_OPEN, [facts.day])]
    ages = np.array([age for age, _ in aged], dtype=np.int64)[:, None]
    number = np.array([count for _, count in aged], dtype=np.int64)
    ends = np.array([(month.last_day - facts.day).days for month in months], dtype=np.int64)[None, :]
    chance = win_by(curve, ages, ends) if aged else np.zeros((0, len(months)))
    beyond: NDArray[np.bool_] = ~np.isfinite(chance[:, 0]) if len(months) else np.zeros(len(aged), dtype=np.bool_)
    by_end = (np.nan_to_num(chance) * number[:, None]).sum(axis=0)
    wins = np.diff(np.concatenate([[0.0], by_end]))
    return OpenDeals(int(number.sum()), tuple(float(w) for w in wins), int(number[beyond].sum()))


def wins_of_deals_open_on(facts: Facts, eve: date) -> dict[str, float]:
    """Wins, by the month they came in, of deals that were open at the close of a day, up to the facts' own day."""
    came = facts.run(_CAME, [eve, eve, facts.day])
    return {label_of("month", month): float(as_count(number)) for month, number in came}
