"""How long customers stay: lives followed to their end or to the day, a customer at a time, give the same curve."""

from __future__ import annotations

import random
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from headway.core.calendar import Period
from headway.core.rows import Rows
from headway.metrics import by_age
from headway.metrics.question import Parameters
from tests.metrics.billing_world import export, known, load, under

TODAY = date(2026, 6, 30)
Life = tuple[date, date | None]


def lives(seed: int) -> list[Life]:
    """Forty customers of three years, some of whom went; ends are the first day without service."""
    luck, made = random.Random(seed), list[Life]()
    for _ in range(40):
        came = date(2023, 7, 1) + timedelta(days=luck.randrange(1090))
        went = came + timedelta(days=luck.choice([31, 200, 365, 366, 730, 731]))
        made.append((came, went if went <= TODAY and luck.random() < 0.7 else None))
    return made


def months_between(first: date, last: date) -> int:
    """The whole months that are over: the last one, once its day has come, or the end of a month that has no such day."""
    count = 12 * (last.year - first.year) + last.month - first.month
    come = last.day >= first.day or (last + timedelta(days=1)).month != last.month
    return count if come else count - 1


def one_by_one(made: list[Life]) -> dict[int, tuple[Fraction, int, int]]:
    """By month of age: the share still there, how many were seen at it, and how many had gone by its end."""
    ends = [(months_between(came, went or TODAY), went is not None) for came, went in made]
    share, gone, found = Fraction(1), 0, dict[int, tuple[Fraction, int, int]]()
    for age in range(max(age for age, _ in ends) + 1):
        at_risk = sum(1 for end, _ in ends if end >= age)
        left = sum(1 for end, went in ends if end == age and went)
        share, gone = share * (1 - Fraction(left, at_risk)), gone + left
        found[age] = share, at_risk, gone
    return found


def curve_of(folder: Path, made: list[Life], period: Period | None = None) -> Rows:
    rows = [
        {"customer_id": f"c{n}", "valid_from": str(came), "valid_to": str(went or ""), "unit_amount": "100"}
        for n, (came, went) in enumerate(made)
    ]
    load(folder, str(TODAY), export("subscription_item", rows))
    with known(folder, str(TODAY)) as facts:
        found = by_age(under("logo_retention", ends="day_after"), facts, period, parameters=Parameters(base="EUR"))
    assert isinstance(found, Rows)
    return found


@pytest.mark.parametrize("seed", range(3))
def test_the_curve_is_that_of_the_lives_one_by_one(tmp_path: Path, seed: int) -> None:
    made = lives(seed)
    right = one_by_one(made)
    rows = list(curve_of(tmp_path, made))
    assert len(rows) > 8 and rows[-1]["age"] == max(right)
    for row in rows:
        share, at_risk, gone = right[int(str(row["age"]))]
        assert row["value"] == pytest.approx(float(share), abs=1e-12)
        assert (row["at_risk"], row["gone"], row["n"]) == (at_risk, gone, len(made))
        assert float(str(row["low"])) <= float(share) <= float(str(row["high"]))
        assert bool(row["note"]) == (at_risk < 20)


def test_a_period_is_of_those_who_came_in_it(tmp_path: Path) -> None:
    made = lives(7)
    year = Period(date(2024, 1, 1), date(2025, 1, 1), "2024", "year")
    came = [one for one in made if year.start <= one[0] < year.end]
    right = one_by_one(came)
    for row in curve_of(tmp_path, made, year):
        share, at_risk, _ = right[int(str(row["age"]))]
        assert (row["value"], row["at_risk"], row["n"]) == (pytest.approx(float(share)), at_risk, len(came))
