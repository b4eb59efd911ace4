import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.core.units import NUMBER, Unit

NAMES = st.sampled_from(["currency", "deal", "opportunity", "lead", "month", "year", "head"])
UNITS = st.dictionaries(NAMES, st.integers(-3, 3), max_size=4).map(Unit.of)


def unit(text: str) -> Unit:
    read = Unit.parse(text)
    assert read is not None
    return read


@given(UNITS)
def test_a_unit_reads_back_as_it_is_written(one: Unit):
    assert Unit.parse(str(one)) == one


@given(UNITS, UNITS)
def test_multiplying_and_dividing_undo_each_other(one: Unit, other: Unit):
    assert one * other / other == one
    assert one * other == other * one
    assert one / one == NUMBER


@pytest.mark.parametrize("text", ["", "deal/", "/deal", "deal//lead", "1.5", "deal lead", "deal^x", "a+b", "%"])
def test_what_is_no_unit(text: str):
    assert Unit.parse(text) is None


def test_shares_and_rates_are_plain_numbers():
    assert unit("share") == unit("rate") == unit("1") == NUMBER
    assert str(NUMBER) == "number"
    assert unit("share/month") == unit("1/month")


def test_conversions_cancel():
    assert unit("opportunity") * unit("deal/opportunity") * unit("currency/year/deal") == unit("currency/year")


def test_a_monthly_rate_is_a_number_in_a_monthly_line_and_a_yearly_one_is_not():
    assert unit("share/month").each_step().is_plain
    assert not unit("share/year").each_step().is_plain
    assert unit("currency/head/month").each_step() == unit("currency/head")
    assert unit("currency/year").each_step() == unit("currency/year")


def test_powers_and_names():
    assert unit("currency*month/deal").names == {"currency", "month", "deal"}
    assert unit("currency/deal").power("deal") == -1
    assert unit("currency").power("deal") == 0
    assert unit("head") ** 2 == unit("head*head") == unit("head^2")
