from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.core.quantity import Quantity

EXACT = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**40), max_value=10**40)


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("24%", "0.24", None),
        ("1,200", "1200", None),
        ("12000.50", "12000.50", None),
        ("16.0m EUR", "16000000", "EUR"),
        ("EUR 25k", "25000", "EUR"),
        ("-0.5", "-0.5", None),
        ("+3", "3", None),
        ("2bn", "2000000000", None),
        ("5 %", "0.05", None),
        (" 7 ", "7", None),
    ],
)
def test_numbers_as_people_write_them(text: str, value: str, currency: str | None):
    assert Quantity.parse(text) == Quantity(Decimal(value), currency)


@pytest.mark.parametrize(
    "text",
    ["", "12_000.50", "1,20", "1,2000", "1.2.3", "abc", "1e5", ".5", "EUR 1 USD", "5k%", "EUR", "nan", "٣", "1 2"],
)
def test_anything_else_is_no_number(text: str):
    assert Quantity.parse(text) is None


@given(EXACT)
def test_a_number_of_any_length_is_exact(value: Decimal):
    text = format(value, "f")
    percent = Quantity.parse(f"{text}%")
    millions = Quantity.parse(f"{text}m")
    assert Quantity.parse(text) == Quantity(value)
    assert percent is not None and millions is not None
    assert _whole(percent.value, 8) == _whole(value, 6)
    assert _whole(millions.value, 6) == _whole(value, 6) * 10**6


def _whole(value: Decimal, places: int) -> int:
    """The value in units of its last place, as an integer: exact at any length."""
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int) and exponent >= -places
    number = int("".join(map(str, digits))) * 10 ** (exponent + places)
    return -number if sign else number
