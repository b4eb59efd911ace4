"""How much pipeline is enough: what the win rate alone would say, and what history says.

With k the share of a period's opening pipeline that was won within it, and c the share of the period's bookings that
came from deals created after it opened, the pipeline needed for each unit of target is (1 - c) / k. That is the
opening pipeline over all bookings, so k must not be mixed with a conversion that contains c already.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from headway.core.calendar import Period
from headway.core.rows import Cell
from headway.metrics.facts import Facts


@dataclass(frozen=True)
class Conversion:
    """What became of the pipeline that stood on the eve of some periods: money, added up over them."""

    periods: int
    pipeline: float
    won_from_it: float
    won_created_later: float

    @property
    def k(self) -> float | None:
        """The share of the opening pipeline won within the period; slips count as not won."""
        return self.won_from_it / self.pipeline if self.pipeline else None

    @property
    def c(self) -> float | None:
        """The share of the period's bookings from deals created after it opened."""
        booked = self.won_from_it + self.won_created_later
        return self.won_created_later / booked if booked else None


def coverage(pipeline: float, remaining_target: float) -> float | None:
    """Open pipeline for each unit of what is still missing; undefined when nothing is."""
    return pipeline / remaining_target if remaining_target > 0 else None


def implied_conversion(covered: float | None) -> float | None:
    """The share of the pipeline that has to be won to meet the target."""
    return 1 / covered if covered else None


def required_naive(win_rate: float | None) -> float | None:
    """1 / win rate: right only if the rate is by value, from the same stage, and every deal resolves in the period."""
    return 1 / win_rate if win_rate else None


def required_from_history(k: float | None, c: float | None) -> float | None:
    """(1 - c) / k, from what pipelines of earlier periods came to."""
    return (1 - c) / k if k and c is not None else None


def conversion(facts_at: Callable[[date], Facts], periods: Sequence[Period]) -> Conversion:
    """What earlier periods' opening pipelines came to, each as it was known on the eve of its period.

    Only records of one currency may stand behind it: whoever asks sees to that.
    """
    pipeline = won_from = won_later = 0.0
    for period in periods:
        eve = period.start - timedelta(days=1)
        opening = facts_at(eve).run("SELECT sum(value) FROM opportunity WHERE status = 'open'")
        closing = facts_at(period.last_day).run(
            "SELECT sum(amount) FILTER (WHERE created_date <= ?), sum(amount) FILTER (WHERE created_date > ?)"
            " FROM opportunity WHERE status = 'won' AND closed_date >= ? AND closed_date < ?",
            [eve, eve, period.start, period.end],
        )
        pipeline += _amount(opening[0][0])
        won_from += _amount(closing[0][0])
        won_later += _amount(closing[0][1])
    return Conversion(len(periods), pipeline, won_from, won_later)


def _amount(cell: Cell) -> float:
    return float(str(cell)) if cell is not None else 0.0
