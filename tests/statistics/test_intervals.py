"""Intervals: published values, bounds, and what holds for every sample."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.statistics.intervals import around_mean, around_quantile, around_ratio, normal_deviate, wilson


def test_80_percent_runs_from_p10_to_p90() -> None:
    assert normal_deviate(0.80) == pytest.approx(1.2815515655)
    assert normal_deviate(0.95) == pytest.approx(1.9599639845)


def test_wilson_against_the_textbook() -> None:
    low, high = wilson(1, 10, 0.95) or (0, 0)
    assert (low, high) == (pytest.approx(0.0178762131), pytest.approx(0.4041500268))


def test_nothing_tried_is_no_interval() -> None:
    assert wilson(0, 0) is None
    assert around_mean(5.0, 1.0, 1) is None


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_stays_inside(pair: tuple[int, int]) -> None:
    won, tried = pair
    low, high = wilson(won, tried) or (-1, -1)
    assert 0 <= low <= won / tried <= high <= 1
    mirrored = wilson(tried - won, tried) or (-1, -1)
    assert mirrored == (pytest.approx(1 - high), pytest.approx(1 - low))


def test_mean_interval_narrows_with_the_root_of_n() -> None:
    low, high = around_mean(10.0, 4.0, 100) or (0, 0)
    assert high - 10 == pytest.approx(1.2815515655 * 0.2)
    assert 10 - low == pytest.approx(high - 10)


def test_ratio_of_equal_records_is_the_normal_interval_of_a_share() -> None:
    """40 of 100 records worth 5 each: linearised, that is the plain share."""
    low, high = around_ratio(200, 500, (40 * 25, 40 * 25, 100 * 25), 100) or (0, 0)
    assert (low + high) / 2 == pytest.approx(0.4)
    assert high - 0.4 == pytest.approx(1.2815515655 * (0.4 * 0.6 / 99) ** 0.5)


def test_one_large_record_makes_a_ratio_uncertain() -> None:
    """The same total and the same ratio, with all that was won in a single record."""
    even = around_ratio(200, 500, (40 * 25, 40 * 25, 100 * 25), 100) or (0, 0)
    lumpy = around_ratio(200, 500, (200**2, 200**2, 200**2 + 300**2 / 99), 100) or (0, 0)
    assert lumpy[1] - lumpy[0] > 4 * (even[1] - even[0])
    assert around_ratio(1, 0, (1, 0, 0), 5) is None
    assert around_ratio(1, 1, (1, 1, 1), 1) is None


def test_quantile_interval_is_that_far_to_each_side_in_rank() -> None:
    shares = [i / 20 for i in range(21)]
    low, high = around_quantile(0.5, shares, [100 * share for share in shares], 64) or (0, 0)
    assert (low, high) == (pytest.approx(50 - 8.0097, abs=1e-3), pytest.approx(50 + 8.0097, abs=1e-3))
    assert around_quantile(0.5, shares, shares, 1) is None


def test_four_of_five_quantile_intervals_hold_the_true_median() -> None:
    drawn = np.random.default_rng(7).exponential(60.0, (2_000, 112))
    shares = [i / 20 for i in range(21)]
    found = [around_quantile(0.5, shares, list(np.quantile(row, shares)), 112) or (0, 0) for row in drawn]
    held = np.mean([low <= 60 * np.log(2) <= high for low, high in found])
    assert 0.77 < held < 0.84
