"""Aalen-Johansen: against hand-made examples, against a deal-by-deal implementation, and identities that always hold."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.core.errors import Fault
from headway.statistics.survival import (
    DAYS_PER_MONTH,
    Ages,
    Curve,
    aalen_johansen,
    eventual_interval,
    lag_kernel,
    survival_intervals,
    time_to_win,
    win_by,
)


@dataclass(frozen=True)
class Deal:
    entry: int
    exit: int
    end: str  # won, lost, open


def counted(deals: list[Deal]) -> Ages:
    length = max((d.exit for d in deals), default=-1) + 1

    def by_age(ages: list[int]) -> np.ndarray:
        return np.bincount(np.array(ages, dtype=np.int64), minlength=length)

    return Ages(
        by_age([d.entry for d in deals]),
        by_age([d.exit for d in deals]),
        by_age([d.exit for d in deals if d.end == "won"]),
        by_age([d.exit for d in deals if d.end == "lost"]),
    )


def deal_by_deal(deals: list[Deal]) -> tuple[Fraction, Fraction, Fraction]:
    """The definition itself, in exact fractions: one pass over ages, counting the risk set from the deals each time."""
    still_open, won, lost = Fraction(1), Fraction(0), Fraction(0)
    for age in range(max(d.exit for d in deals) + 1):
        risk = sum(1 for d in deals if d.entry <= age <= d.exit)
        if risk:
            wins = sum(1 for d in deals if d.exit == age and d.end == "won")
            losses = sum(1 for d in deals if d.exit == age and d.end == "lost")
            won += still_open * Fraction(wins, risk)
            lost += still_open * Fraction(losses, risk)
            still_open *= 1 - Fraction(wins + losses, risk)
    return won, lost, still_open


def deals(ends: tuple[str, ...] = ("won", "lost", "open"), late: bool = True) -> st.SearchStrategy[list[Deal]]:
    one = st.tuples(st.integers(0, 12) if late else st.just(0), st.integers(0, 25), st.sampled_from(ends))
    return st.lists(one.map(lambda d: Deal(d[0], d[0] + d[1], d[2])), min_size=1, max_size=40)


def test_by_hand() -> None:
    """Four deals: won at 1, open when last seen at 2, lost at 3, won at 4. Of 4, then 2, then 1 at risk."""
    curve = aalen_johansen(counted([Deal(0, 1, "won"), Deal(0, 2, "open"), Deal(0, 3, "lost"), Deal(0, 4, "won")]))
    assert curve.win == pytest.approx([0, 1 / 4, 1 / 4, 1 / 4, 1 / 4 + 3 / 8])
    assert curve.loss == pytest.approx([0, 0, 0, 3 / 8, 3 / 8])
    assert list(curve.at_risk) == [4, 4, 3, 2, 1]


def test_late_entry_by_hand() -> None:
    """A deal first seen at age 5 says nothing about earlier ages, so the loss at 2 weighs one in one there."""
    curve = aalen_johansen(counted([Deal(0, 2, "lost"), Deal(0, 9, "won"), Deal(5, 9, "won"), Deal(5, 9, "lost")]))
    assert curve.eventual == pytest.approx(1 / 2 * 2 / 3)
    assert curve.loss[-1] == pytest.approx(1 / 2 + 1 / 2 * 1 / 3)


@given(deals())
def test_agrees_with_the_definition(sample: list[Deal]) -> None:
    curve = aalen_johansen(counted(sample))
    won, lost, still_open = deal_by_deal(sample)
    assert (curve.win[-1], curve.loss[-1], curve.open[-1]) == (
        pytest.approx(float(won), abs=1e-12),
        pytest.approx(float(lost), abs=1e-12),
        pytest.approx(float(still_open), abs=1e-12),
    )


@given(deals())
def test_won_lost_and_open_are_everything_at_every_age(sample: list[Deal]) -> None:
    curve = aalen_johansen(counted(sample))
    assert curve.win + curve.loss + curve.open == pytest.approx(np.ones(curve.win.size))
    assert np.all(np.diff(curve.win) >= 0)
    assert np.all(np.diff(curve.loss) >= 0)


@given(deals(("won", "lost"), late=False))
def test_seen_from_start_to_end_it_is_the_plain_share(sample: list[Deal]) -> None:
    curve = aalen_johansen(counted(sample))
    share = sum(d.end == "won" for d in sample) / len(sample)
    assert curve.eventual == pytest.approx(share)
    assert curve.variance == pytest.approx(share * (1 - share) / len(sample), abs=1e-12)


@given(deals())
def test_interval_holds_the_estimate(sample: list[Deal]) -> None:
    curve = aalen_johansen(counted(sample))
    interval = eventual_interval(curve)
    if curve.eventual is None:
        assert interval is None
        return
    assert interval is not None
    assert -1e-12 <= interval[0] <= curve.eventual + 1e-12
    assert curve.eventual - 1e-12 <= interval[1] <= 1 + 1e-12


def test_interval_covers_as_often_as_it_says() -> None:
    """Deals won with 40 %, lost with 60 %, at random ages, censored at random: 80 % intervals cover about 80 %."""
    draw = np.random.default_rng(7)
    covered = 0
    for _ in range(400):
        ages, censor = draw.geometric(0.02, 150), draw.integers(20, 200, 150)
        won = draw.random(150) < 0.4
        sample = [
            Deal(0, int(min(a, c)), ("won" if w else "lost") if a <= c else "open")
            for a, c, w in zip(ages, censor, won, strict=True)
        ]
        low, high = eventual_interval(aalen_johansen(counted(sample))) or (1.0, 0.0)
        tail = 0.4 * (1 - 0.98 ** max(d.exit for d in sample))
        covered += low <= tail <= high
    assert 0.75 <= covered / 400 <= 0.86


def test_nothing_decided_is_undefined_not_zero() -> None:
    curve = aalen_johansen(counted([Deal(0, 30, "open"), Deal(3, 40, "open")]))
    assert curve.eventual is None
    assert eventual_interval(curve) is None
    assert lag_kernel(curve) is None
    assert time_to_win(curve) is None


def test_no_deals_at_all() -> None:
    none = np.zeros(0, dtype=np.int64)
    curve = aalen_johansen(Ages(none, none, none, none))
    assert curve.eventual is None
    assert np.isnan(win_by(curve, np.array([3]), np.array([5]))).all()


def test_more_exits_than_deals_is_our_mistake() -> None:
    one, two = np.array([1]), np.array([2])
    with pytest.raises(Fault):
        Ages(one, two, one, one)


def sample_curve() -> Curve:
    ends = [Deal(0, 10, "won"), Deal(0, 20, "lost"), Deal(0, 30, "won"), Deal(0, 60, "won"), Deal(0, 70, "lost")]
    return aalen_johansen(counted(ends))


def test_win_by_conditions_on_still_being_open() -> None:
    """Of the three open after day 20 one is won by day 30, two by day 60."""
    chance = win_by(sample_curve(), np.array([[20]]), np.array([9, 10, 40, 500]))
    assert chance[0] == pytest.approx([0, 1 / 3, 2 / 3, 2 / 3])


def test_win_by_knows_nothing_of_deals_older_than_any_seen() -> None:
    assert np.isnan(win_by(sample_curve(), np.array([70]), np.array([30]))).all()


def test_time_to_win_allows_for_open_deals() -> None:
    assert time_to_win(sample_curve()) == 30
    assert time_to_win(sample_curve(), 0.99) == 60


def test_kernel_spreads_creation_over_the_month() -> None:
    """Won after exactly half a month: half of the deals close in the month they were created in, half in the next."""
    age = round(DAYS_PER_MONTH / 2)
    kernel = lag_kernel(aalen_johansen(counted([Deal(0, age, "won"), Deal(0, age, "lost")])))
    assert kernel is not None
    assert kernel == pytest.approx([1 - age / DAYS_PER_MONTH, age / DAYS_PER_MONTH])


@given(deals(), st.integers(1, 5))
def test_kernel_sums_to_one_whatever_its_length(sample: list[Deal], months: int) -> None:
    curve = aalen_johansen(counted(sample))
    for kernel in (lag_kernel(curve), lag_kernel(curve, months)):
        if kernel is not None:
            assert kernel.sum() == pytest.approx(1)
            assert np.all(kernel >= -1e-15)
    if lag_kernel(curve) is not None:
        assert len(lag_kernel(curve, months)) == months


@given(deals(("won", "lost"), late=False))
def test_kernel_keeps_the_mean_age(sample: list[Deal]) -> None:
    """Interpolation between months moves nothing: the mean lag is the mean age of wins in months."""
    wins = [d.exit for d in sample if d.end == "won"]
    kernel = lag_kernel(aalen_johansen(counted(sample)))
    if wins and kernel is not None:
        assert kernel @ np.arange(kernel.size) == pytest.approx(np.mean(wins) / DAYS_PER_MONTH)


def test_the_remission_times_of_freireich_give_the_published_survival_and_intervals() -> None:
    """Freireich et al. (1963): 21 patients under 6-MP in weeks; shares, and 95 % log-log intervals, as in textbooks."""
    went = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    seen = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    size = 36
    wins = np.bincount(went, minlength=size)
    exits = wins + np.bincount(seen, minlength=size)
    entries = np.zeros(size, dtype=np.int64)
    entries[0] = 21
    made = aalen_johansen(Ages(entries, exits, wins, np.zeros(size, dtype=np.int64)))
    low, high = survival_intervals(made, 0.95)
    published = {
        6: (0.857, 0.620, 0.952),
        7: (0.807, 0.563, 0.923),
        10: (0.753, 0.503, 0.889),
        13: (0.690, 0.432, 0.849),
        16: (0.627, 0.368, 0.805),
        22: (0.538, 0.268, 0.747),
        23: (0.448, 0.188, 0.680),
    }
    for week, told in published.items():
        assert (made.open[week], low[week], high[week]) == pytest.approx(told, abs=6e-4)
    assert low[5] < high[5] == 1.0
