"""Coverage required from history: the formula of decision 0007, its refusals, and the groups it is taken of."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from headway.core.calendar import FiscalCalendar, Period
from headway.core.definition import Definition
from headway.metrics.coverage import required_from_history
from headway.metrics.required import MOST, earlier


def quarter(label: str) -> Period:
    found = FiscalCalendar().parse(label)
    assert isinstance(found, Period)
    return found


def test_earlier_periods_are_taken_at_the_same_point() -> None:
    found = list(earlier(quarter("2026-Q3"), date(2026, 7, 14), date(2025, 7, 1)))
    assert [(p.start, p.last_day, point) for p, point in found] == [
        (date(2026, 4, 1), date(2026, 6, 30), date(2026, 4, 14)),
        (date(2026, 1, 1), date(2026, 3, 31), date(2026, 1, 14)),
        (date(2025, 10, 1), date(2025, 12, 31), date(2025, 10, 14)),
    ], "the quarter before needs a whole one of known deals before it"


def test_a_quarter_that_has_not_begun_is_seen_from_as_far_before() -> None:
    found = list(earlier(quarter("2026-Q4"), date(2026, 7, 14), date(2020, 1, 1)))
    assert len(found) == MOST
    assert all(period.last_day <= date(2026, 7, 14) for period, _ in found), "a quarter still running is no past"
    assert all(point == period.start + (date(2026, 7, 14) - date(2026, 10, 1)) for period, point in found)


def test_spans_that_are_no_months_go_back_by_their_days() -> None:
    span = Period(date(2026, 6, 3), date(2026, 6, 13), "ten days", "range")
    found = list(earlier(span, date(2026, 6, 5), date(2026, 5, 1)))
    assert [(p.start, p.days, point - p.start) for p, point in found] == [
        (date(2026, 5, 24), 10, timedelta(2)),
        (date(2026, 5, 14), 10, timedelta(2)),
    ]


def test_nothing_is_learned_from_a_young_history() -> None:
    assert list(earlier(quarter("2026-Q3"), date(2026, 7, 14), date(2026, 2, 1))) == []
    assert list(earlier(quarter("2026-Q3"), date(2026, 7, 14), date.max)) == []


@pytest.mark.parametrize(("pipeline", "from_open", "later"), [(900.0, 200.0, 100.0), (50.0, 10.0, 0.0)])
def test_pipeline_over_bookings_is_one_less_c_over_k(pipeline: float, from_open: float, later: float) -> None:
    k, c = from_open / pipeline, later / (from_open + later)
    assert required_from_history(k, c) == pytest.approx(pipeline / (from_open + later))


def test_it_is_a_metric_like_any_other(definitions: dict[str, Definition]) -> None:
    assert definitions["coverage.required"].shape == "required"
    assert not definitions["coverage.required"].dated
