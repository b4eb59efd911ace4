from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from headway.core.calendar import Period, add_months, month, weeks
from headway.core.weekly import flow_to_date, stock_at, working_days

AMOUNTS = st.floats(0, 1e9, allow_subnormal=False)


@st.composite
def plans(draw: st.DrawFn) -> tuple[list[Period], np.ndarray]:
    start, count = date(draw(st.integers(2015, 2030)), draw(st.integers(1, 12)), 1), draw(st.integers(1, 7))
    grid = [month(add_months(start, i)) for i in range(count)]
    return grid, draw(arrays(np.float64, (count, 2), elements=AMOUNTS))


def whole(grid: list[Period]) -> Period:
    return Period(grid[0].start, grid[-1].end, "all", "range")


@settings(max_examples=50)
@given(plans())
def test_a_flow_at_month_ends_is_the_sum_of_the_months_to_the_last_bit(plan: tuple[list[Period], np.ndarray]):
    grid, amounts = plan
    assert np.array_equal(flow_to_date(amounts, grid, [m.last_day for m in grid]), np.cumsum(amounts, axis=0))


@settings(max_examples=50)
@given(plans())
def test_weeks_of_a_flow_never_fall_and_come_to_the_whole(plan: tuple[list[Period], np.ndarray]):
    grid, amounts = plan
    ends = [w.last_day for w in weeks(whole(grid))]
    so_far = flow_to_date(amounts, grid, ends)
    assert np.all(np.diff(so_far, axis=0) >= 0)
    assert np.array_equal(so_far[-1], np.cumsum(amounts, axis=0)[-1])


@settings(max_examples=50)
@given(plans(), arrays(np.float64, 2, elements=AMOUNTS))
def test_a_stock_stands_at_its_month_ends_and_between_its_neighbours(plan: tuple[list[Period], np.ndarray], opening):
    grid, levels = plan
    assert np.array_equal(stock_at(levels, opening, grid, [m.last_day for m in grid]), levels)
    daily = stock_at(levels, opening, grid, [grid[0].start + timedelta(days=i) for i in range(grid[0].days)])
    low, high = np.minimum(opening, levels[0]), np.maximum(opening, levels[0])
    room = 1e-9 * (1 + high)
    assert np.all(daily >= low - room) and np.all(daily <= high + room)


def test_before_the_first_month_and_after_the_last():
    grid = [month(date(2027, 1, 1)), month(date(2027, 2, 1))]
    amounts, opening = np.array([10.0, 20.0]), np.array(5.0)
    days = [date(2026, 12, 31), date(2027, 3, 15)]
    assert flow_to_date(amounts, grid, days).tolist() == [0.0, 30.0]
    assert stock_at(amounts, opening, grid, days).tolist() == [5.0, 20.0]


def test_a_flow_rests_at_weekends_unless_told_otherwise():
    grid = [month(date(2027, 2, 1))]  # 20 working days; the 1st is a Monday
    days = [date(2027, 2, 5), date(2027, 2, 7), date(2027, 2, 8)]
    assert np.allclose(flow_to_date(np.array([20.0]), grid, days), [5, 5, 6])
    assert np.allclose(flow_to_date(np.array([28.0]), grid, days, lambda _: 1.0), [5, 7, 8])
    assert np.allclose(flow_to_date(np.array([28.0]), grid, days, lambda _: 0.0), [5, 7, 8])
    assert working_days(date(2027, 2, 6)) == 0.0
