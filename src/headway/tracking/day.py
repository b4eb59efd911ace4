"""The day a plan is followed to: the one asked for, as far as the plan reaches and anything is known."""

from __future__ import annotations

from datetime import date

from headway.core.calendar import Period
from headway.core.errors import UserMistake
from headway.tracking.mistakes import OUTSIDE_PLAN


def day_to_follow(
    plan: str, horizon: Period, asked: date | None, last_load: date | None
) -> tuple[date, tuple[str, ...]]:
    """The day, and a note where it is not the one asked for; no later than the latest load, without one asked as late
    as can be. Raises where the plan says nothing about it."""
    last, known = horizon.last_day, last_load or horizon.last_day
    wanted = asked or min(known, last)
    day = min(wanted, known) if horizon.start <= wanted <= last else wanted
    if not horizon.start <= day <= last:
        remedy = f"choose a day (as of) from {horizon.start} to {last}, or another plan"
        message = f"the plan '{plan}' says nothing about {day}"
        if day < wanted:
            remedy, message = "import a newer export", f"{message}, and nothing later is loaded"
        raise UserMistake([OUTSIDE_PLAN.at(None, message, remedy=remedy)])
    stale = f"followed to {day}, the day of the latest load, not to {wanted}: nothing later is known"
    return day, (stale,) if day < wanted else ()
