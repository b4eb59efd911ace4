"""Tests that are exact however few the records: of two shares, of one against a known share; and of many at once."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, exp, lgamma, log

_SLACK = 1e-7
"""Tables whose chances differ by no more than this, relatively, count as equally likely; floats differ by less."""


def fisher(a: int, b: int, c: int, d: int) -> float:
    """How likely two groups are to differ at least so much by chance: a of a + b in one group, c of c + d in the other.

    Two-sided, given the margins: all tables no likelier than the one seen (Fisher 1934, Statistical Methods for Research
    Workers, 5th edition, section 21.02). 1 where a margin is empty: then nothing can differ.
    """
    rows, columns, total = (a + b, c + d), (a + c, b + d), a + b + c + d
    if not all(rows) or not all(columns):
        return 1.0

    def chance(x: int) -> float:
        return _log_comb(rows[0], x) + _log_comb(rows[1], columns[0] - x) - _log_comb(total, columns[0])

    seen = chance(a)
    all_of_them = range(max(0, columns[0] - rows[1]), min(rows[0], columns[0]) + 1)
    return min(1.0, sum(exp(one) for x in all_of_them if (one := chance(x)) <= seen + _SLACK))


def binomial_tail(successes: int, trials: int, share: float) -> float:
    """How likely at least so many successes are, if each trial succeeds with this share."""
    if successes <= 0:
        return 1.0
    if not 0 < share < 1:
        return 1.0 if share >= 1 else 0.0
    return min(1.0, sum(_binomial(k, trials, share) for k in range(successes, trials + 1)))


def holm(chances: Sequence[float]) -> tuple[float, ...]:
    """Each of several tests' chances, adjusted so that all together are wrong no oftener than one would be.

    The step-down procedure of Holm (1979), "A simple sequentially rejective multiple test procedure", Scandinavian
    Journal of Statistics 6, 65-70; it asks nothing of how the tests depend on each other.
    """
    order = sorted(range(len(chances)), key=lambda i: chances[i])
    adjusted, highest = [0.0] * len(chances), 0.0
    for place, i in enumerate(order):
        highest = max(highest, min(1.0, (len(chances) - place) * chances[i]))
        adjusted[i] = highest
    return tuple(adjusted)


def _binomial(k: int, n: int, share: float) -> float:
    return exp(_log_comb(n, k) + k * log(share) + (n - k) * log(1 - share))


def _log_comb(n: int, k: int) -> float:
    if n < 60:
        return log(comb(n, k))
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
