"""How a company's days weigh: the weekdays on which its deals are created and won, as its history shows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from headway.core.calendar import Period
from headway.core.weekly import DayWeight, working_days
from headway.metrics.estimate import as_count
from headway.metrics.facts import Facts
from headway.tables import Store

ENOUGH = 200
"""Below this many creations and wins, Monday to Friday count alike and the weekend nothing."""

_BY_WEEKDAY = (
    "SELECT isodow(day) - 1, count(*) FROM ("
    " SELECT created_date AS day FROM opportunity"
    " UNION ALL SELECT closed_date FROM opportunity WHERE status = 'won'"
    ") WHERE day >= ? AND day < ? GROUP BY ALL ORDER BY 1"
)


def day_weights_known(folder: Path, day: date, history: Period | None) -> DayWeight:
    """The weights as the facts of a project's folder tell them on a day; plain working days before the first import."""
    store = Store.open(folder)
    if history is None or store.is_empty:
        return working_days
    with store.as_of(day) as facts:
        return day_weights(facts, history)


def day_weights(facts: Facts, history: Period | None) -> DayWeight:
    """The weight of each day by its weekday, from creations and wins in the history; plain working days without it."""
    if history is None:
        return working_days
    counted = facts.run(_BY_WEEKDAY, [history.start, history.end])
    by_weekday = {as_count(weekday): as_count(number) for weekday, number in counted}
    total = sum(by_weekday.values())
    if total < ENOUGH:
        return working_days

    def weight(day: date) -> float:
        return by_weekday.get(day.weekday(), 0) / total

    return weight
