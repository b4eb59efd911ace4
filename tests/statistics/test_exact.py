"""Exact tests: published values, symmetry, and what adjusting for many tests promises."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.statistics.exact import binomial_tail, fisher, holm

counts = st.integers(0, 25)


def test_the_lady_tasting_tea() -> None:
    """Fisher 1935: 3 of 4 cups right has 17/70 on its side, and as much on the other."""
    assert fisher(3, 1, 1, 3) == pytest.approx(34 / 70)
    assert fisher(4, 0, 0, 4) == pytest.approx(2 / 70)


@given(counts, counts, counts, counts)
def test_fisher_is_a_chance_and_does_not_mind_which_group_comes_first(a: int, b: int, c: int, d: int) -> None:
    p = fisher(a, b, c, d)
    assert 0 < p <= 1
    assert (
        p == pytest.approx(fisher(c, d, a, b)) == pytest.approx(fisher(b, a, d, c)) == pytest.approx(fisher(a, c, b, d))
    )


@given(st.integers(1, 40), st.integers(0, 41), st.floats(0.01, 0.99))
def test_the_binomial_tail_is_the_sum_of_its_parts(n: int, k: int, share: float) -> None:
    by_hand = sum(comb(n, i) * share**i * (1 - share) ** (n - i) for i in range(k, n + 1))
    assert binomial_tail(k, n, share) == pytest.approx(by_hand, abs=1e-12)


def test_large_counts_stay_exact() -> None:
    """Checked against exact whole numbers."""
    n, ones, other = 800, 12, 40
    total = comb(n, ones + other)
    exact = [comb(400, x) * comb(400, ones + other - x) / total for x in range(ones + other + 1)]
    want = sum(p for p in exact if p <= exact[ones] * (1 + 1e-9))
    assert fisher(ones, 400 - ones, other, 400 - other) == pytest.approx(want, rel=1e-6)


def test_holm_by_hand() -> None:
    """Four tests as in Holm's own step-down: the least is taken four times, the next three times, never falling."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))


@given(st.lists(st.floats(0, 1), max_size=20))
def test_holm_never_lowers_a_chance_nor_turns_the_order(chances: list[float]) -> None:
    adjusted = holm(chances)
    assert all(a >= p for a, p in zip(adjusted, chances, strict=True))
    pairs = sorted(zip(chances, adjusted, strict=True))
    assert [a for _, a in pairs] == sorted(a for _, a in pairs)
