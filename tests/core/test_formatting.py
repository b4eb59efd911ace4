"""How numbers are written."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.core import formatting as f


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (13_330_000, "€13.33m"),
        (16_000_000, "€16.00m"),
        (236_400, "€236k"),
        (35_200, "€35.2k"),
        (2_360.91, "€2,361"),
        (999_499, "€999k"),
        (999_999, "€1.00m"),
        (99_999, "€100k"),
        (1_234_567_890, "€1.23bn"),
        (0, "€0"),
        (-98_000, "−€98.0k"),
        (Decimal("2.5"), "€3"),
    ],
)
def test_money_in_headlines(value: float, text: str) -> None:
    assert f.money(value, "EUR") == text


def test_money_without_a_currency_has_no_symbol_and_a_rare_one_its_code() -> None:
    assert f.money(2_980_000) == "2.98m"
    assert f.money(2_980_000, "CHF") == "CHF\N{NO-BREAK SPACE}2.98m"


def test_differences_always_have_a_sign() -> None:
    assert [f.whole(v, signed=True) for v in (8, -36, 0, 0.2)] == ["+8", "−36", "±0", "±0"]
    assert f.points(-0.004) == "−0.4 pt"
    assert f.weeks(-2.1) == "−2.1 w"
    assert f.money(-236_000, "EUR", signed=True) == "−€236k"
    assert f.relative(2.98, 3.21) == "−7.2%"


def test_what_is_missing_is_a_word_never_zero() -> None:
    assert f.money(None) == f.percent(None) == f.relative(None, 1) == "unknown"
    assert f.money(float("nan")) == f.relative(1, 0) == "undefined"
    assert f.whole(float("inf")) == "no limit"


def test_the_unit_chooses_the_form() -> None:
    assert f.quantity(2_000_000, "currency/year", "EUR") == "€2.00m"
    assert f.quantity(0.2213, "deal/opportunity") == "22.1%"
    assert f.quantity(-0.004, "share", signed=True) == "−0.4 pt"
    assert f.quantity(71, "day") == "71 days"
    assert f.quantity(0.008, "share/month") == "0.80% a month"
    assert [f.quantity(term, "year") for term in (1, 2.5)] == ["1 year", "2.50 years"]
    assert f.quantity(168.2, "opportunity") == "168"
    assert f.unit_note("currency/year") == " a year"


def test_counts_days_dates_and_lists_read_as_words() -> None:
    assert [f.count(v) for v in (7, 7.44, 168.4)] == ["7", "7.4", "168"]
    assert [f.plural(v, "deal") for v in (1, 3)] == ["1 deal", "3 deals"]
    assert [f.days(1), f.months(18), f.multiple(2.5)] == ["1 day", "18.0 mo", "2.5×"]
    assert [f.day(date(2017, 9, 30), 2017), f.day(date(2017, 9, 30))] == ["30 Sep", "30 Sep 2017"]
    assert f.listed(["win rate", "deal size", "timing"]) == "win rate, deal size and timing"


@settings(deadline=None)
@given(st.floats(allow_nan=True, allow_infinity=True), st.booleans())
def test_every_number_can_be_written(value: float, signed: bool) -> None:
    for write in (f.money, f.exact_money, f.whole, f.count, f.percent, f.multiple, f.days, f.weeks, f.number):
        text = write(value, signed=signed)
        assert text and "-" not in text


@settings(deadline=None)
@given(st.floats(0, 1e12), st.floats(0, 1e12))
def test_a_larger_amount_never_reads_smaller(one: float, other: float) -> None:
    def read(text: str) -> float:
        scale = {"k": 1e3, "m": 1e6, "n": 1e9}.get(text[-1], 1.0)
        return float(text.rstrip("kmbn").replace(",", "")) * scale

    low, high = sorted((one, other))
    assert read(f.money(low)) <= read(f.money(high)) + 1e-6 * high
