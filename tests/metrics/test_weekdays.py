"""Days weigh as the history's weekdays do, once there are enough of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from headway.core.calendar import FiscalCalendar, Period
from headway.core.weekly import working_days
from headway.metrics.weekdays import ENOUGH, day_weights
from tests.metrics.handmade import facts_of

YEAR = FiscalCalendar().parse("2025")
assert isinstance(YEAR, Period)
SUNDAY, MONDAY = date(2026, 1, 4), date(2026, 1, 5)


def created(count: int, first: date) -> list[dict[str, object]]:
    return [{"status": "open", "created_date": first + timedelta(weeks=i % 50)} for i in range(count)]


def test_weekdays_weigh_as_often_as_they_occurred() -> None:
    facts = facts_of([*created(ENOUGH, date(2025, 1, 6)), *created(ENOUGH // 4, date(2025, 1, 5))], date(2025, 12, 31))
    weight = day_weights(facts, YEAR)
    assert weight(MONDAY) == pytest.approx(4 * weight(SUNDAY))
    assert weight(MONDAY + timedelta(days=1)) == 0
    assert sum(weight(MONDAY + timedelta(days=i)) for i in range(7)) == pytest.approx(1)


def test_a_thin_history_falls_back_to_working_days() -> None:
    facts = facts_of(created(ENOUGH - 1, date(2025, 1, 5)), date(2025, 12, 31))
    assert day_weights(facts, YEAR) is working_days
    assert day_weights(facts, None) is working_days
