"""What holds, drifts, is broken or cannot be told: by intervals, over two periods, whatever the sign."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from headway.core.belief import Belief
from headway.core.calendar import Period
from headway.core.rows import Column, Rows
from headway.tracking import Times, beliefs
from tests.plans import assume, months_of, plan

MONTHS = tuple(months_of("2027-01", 12))
AS_OF = date(2027, 6, 30)


def rows(value: float | None, n: int, low: float | None, high: float | None, unit: str = "deal/opportunity") -> Rows:
    columns = [Column(name) for name in ("value", "unit", "n", "low", "high")]
    return Rows.of(columns, [(value, unit, n, low, high)])


def belief(by_span: object, as_of: date = AS_OF, one=None) -> Belief:
    assumed = one or assume("win_rate.eventual", "deal/opportunity", "0.25")

    def observe(metric: str, span: Period, by: Sequence[str]) -> Rows | None:
        return by_span(span)  # type: ignore[operator]

    (found,) = beliefs(plan(assumed), Times(MONTHS, as_of, 365), observe)
    return found


def steady(value: float, room: float = 0.03, n: int = 60):
    return lambda span: rows(value, n, value - room, value + room)


def last_months(early: float, late: float, room: float = 0.03, n: int = 60):
    """One value over long spans and the month before last, another in the last month."""

    def seen(span: Period) -> Rows:
        last = span.days < 40 and span.start == date(2027, 6, 1)
        value = late if last else early
        return rows(value, n, value - room, value + room)

    return seen


@pytest.mark.parametrize("value", [0.23, 0.25, 0.27])
def test_inside_its_interval_it_holds_whatever_the_sign(value: float) -> None:
    found = belief(steady(value))
    assert found.holds == "holding" and found.words == ""
    assert found.better is (None if value == 0.25 else value > 0.25)


@pytest.mark.parametrize("value", [0.15, 0.35])
def test_outside_in_two_months_it_is_broken_on_either_side(value: float) -> None:
    found = belief(steady(value))
    assert found.holds == "broken"
    assert found.words.startswith("outside its 80% interval in two months: ")


def test_outside_in_the_latest_month_alone_it_is_drifting() -> None:
    found = belief(last_months(0.25, 0.15))
    assert found.holds == "drifting" and "in the latest of two months" in found.words


def test_what_shows_that_it_does_not_hold_is_the_latest_month_where_that_is_outside() -> None:
    found = belief(last_months(0.26, 0.15))
    assert found.outside is not None and (found.outside.label, found.outside.value) == ("2027-06", 0.15)
    assert found.better is False and found.against == pytest.approx(0.25), "the whole window would look better"
    held = belief(steady(0.25))
    assert held.outside is None and held.against is None


def test_outside_on_different_sides_is_not_broken() -> None:
    found = belief(last_months(0.35, 0.15))
    assert found.holds == "drifting"


def test_few_cases_cannot_tell_and_say_how_many() -> None:
    found = belief(steady(0.1, n=7))
    assert found.holds == "unknown" and found.words == "n = 7: cannot tell yet"


def test_small_months_are_put_together_until_there_are_enough() -> None:
    def seen(span: Period) -> Rows:
        n = 8 * round(span.days / 30.4)
        return rows(0.15, n, 0.12, 0.18)

    found = belief(seen)
    assert found.holds == "broken"
    assert [one.label for one in found.periods] == ["2027-01 to 2027-03", "2027-04 to 2027-06"]
    assert "in two periods of 3 months" in found.words


def test_before_a_month_is_over_nothing_is_told() -> None:
    found = belief(steady(0.1), date(2027, 1, 20))
    assert found.holds == "unknown" and found.words == "no month of the plan is over yet"


def test_after_one_month_nothing_is_broken_yet() -> None:
    found = belief(steady(0.1), date(2027, 2, 10))
    assert found.holds == "drifting" and "two periods with enough cases are not over yet" in found.words


def test_a_metric_of_another_unit_is_not_compared() -> None:
    found = belief(lambda span: rows(0.1, 60, 0.05, 0.15, "share"))
    assert found.holds == "unknown" and found.words == "no metric measures it by itself"


@pytest.mark.parametrize(("count", "holds"), [(100, "holding"), (80, "broken"), (120, "broken")])
def test_a_count_a_month_is_held_against_what_chance_makes_of_it(count: int, holds: str) -> None:
    created = assume("opportunities_created", "opportunity/month", 100)

    def seen(span: Period) -> Rows:
        came = round(count * span.days / (365 / 12))
        return rows(float(came), came, None, None, "opportunity")

    found = belief(seen, one=created)
    assert found.holds == holds
    assert found.planned == pytest.approx(600)
    assert found.period == "2027-01-01..2027-06-30"
