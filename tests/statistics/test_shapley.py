"""Shapley shares, against the worked numbers of the methods page."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.core.errors import Fault
from headway.statistics.shapley import order_range, shapley, subsets

PLAN = np.array([1000, 0.12, 0.25, 30])
ACTUAL = np.array([1100, 0.10, 0.20, 33])


def product_table(plan: np.ndarray, actual: np.ndarray) -> np.ndarray:
    return np.where(subsets(len(plan)), actual, plan).prod(axis=1)


def test_leads_conversion_win_rate_and_deal_size_share_a_shortfall() -> None:
    shares = shapley(product_table(PLAN, ACTUAL))
    assert shares == pytest.approx([77.98, -148.43, -181.52, 77.97], abs=0.006)
    assert shares.sum() == pytest.approx(726 - 900, abs=1e-9)


def test_the_order_range_shows_how_ambiguous_a_share_is() -> None:
    low, high = order_range(product_table(PLAN, ACTUAL))
    assert low == pytest.approx([60, -181.5, -217.8, 60])
    assert high == pytest.approx([99, -120, -150, 99])


def test_trailing_axes_are_attributed_one_by_one() -> None:
    table = product_table(PLAN, ACTUAL)
    both = shapley(np.stack([table, 2 * table], axis=1))
    assert both[:, 1] == pytest.approx(2 * both[:, 0])


def test_no_drivers_and_a_broken_table() -> None:
    assert shapley(np.array([5.0])).shape == (0,)
    with pytest.raises(Fault, match="not 3"):
        shapley(np.zeros(3))
    with pytest.raises(Fault, match="at most"):
        subsets(40)


numbers = st.floats(-1e6, 1e6)


@settings(deadline=None)
@given(st.integers(1, 5).flatmap(lambda n: st.lists(numbers, min_size=2**n, max_size=2**n)))
def test_shares_add_up_to_the_difference(table: list[float]) -> None:
    values = np.array(table)
    assert shapley(values).sum() == pytest.approx(values[-1] - values[0], abs=1e-6)


@settings(deadline=None)
@given(st.lists(numbers, min_size=1, max_size=6))
def test_in_a_sum_each_driver_gets_its_own_change(changes: list[float]) -> None:
    table = (subsets(len(changes)) * np.array(changes)).sum(axis=1)
    assert shapley(table) == pytest.approx(np.array(changes), abs=1e-6)


@settings(deadline=None)
@given(st.lists(numbers, min_size=8, max_size=8))
def test_relabelling_the_drivers_changes_nothing(table: list[float]) -> None:
    values = np.array(table)
    order = [2, 0, 1]
    renamed = np.array([values[sum(1 << order[j] for j in range(3) if row >> j & 1)] for row in range(8)])
    assert shapley(renamed) == pytest.approx(shapley(values)[order], abs=1e-6)
