from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.core.calendar import FiscalCalendar, Period, add_months, month, months, parse_day, week, weeks
from headway.core.diagnostics import Diagnostic

PLAIN, JULY = FiscalCalendar(), FiscalCalendar(7)
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start = draw(DAYS)
    return Period(start, start + timedelta(days=draw(st.integers(1, 900))), "x", "range")


def span(text: str, calendar: FiscalCalendar = PLAIN) -> tuple[date, date]:
    read = calendar.parse(text)
    assert isinstance(read, Period), read
    return read.start, read.last_day


@pytest.mark.parametrize(
    ("text", "first", "last", "label", "grain"),
    [
        ("2017", "2017-01-01", "2017-12-31", "2017", "year"),
        ("2017-Q2", "2017-04-01", "2017-06-30", "2017-Q2", "quarter"),
        ("2017q4", "2017-10-01", "2017-12-31", "2017-Q4", "quarter"),
        ("2027-03", "2027-03-01", "2027-03-31", "2027-03", "month"),
        ("2028-02", "2028-02-01", "2028-02-29", "2028-02", "month"),
        ("2027-W05", "2027-02-01", "2027-02-07", "2027-W05", "week"),
        ("2020-W53", "2020-12-28", "2021-01-03", "2020-W53", "week"),
        ("2027-03-14", "2027-03-14", "2027-03-14", "2027-03-14", "day"),
        ("FY27", "2026-07-01", "2027-06-30", "FY27", "year"),
        ("fy2027", "2026-07-01", "2027-06-30", "FY27", "year"),
        ("FY27-Q2", "2026-10-01", "2026-12-31", "FY27-Q2", "quarter"),
        ("2017-01..2017-06", "2017-01-01", "2017-06-30", "2017-01..2017-06", "range"),
        ("2017-Q2..2017-W40", "2017-04-01", "2017-10-08", "2017-Q2..2017-W40", "range"),
    ],
)
def test_every_form_of_a_period(text: str, first: str, last: str, label: str, grain: str):
    read = JULY.parse(text)
    assert isinstance(read, Period)
    assert (read.start.isoformat(), read.last_day.isoformat(), read.label, read.grain) == (first, last, label, grain)


@pytest.mark.parametrize(
    "text",
    ["", "17", "2017-13", "2017-Q5", "2017-00", "2021-W53", "2027-02-30", "FY", "FY2", "last year", "2017-01..",
     "a..b", "2017..2018..2019", "2017-06..2017-03", "9999", "9999-12-31", "9999-W52", "0000", "２０１７"],
)  # fmt: skip
def test_what_is_no_period_says_how_periods_are_written(text: str):
    read = FiscalCalendar().parse(text)
    assert isinstance(read, Diagnostic)
    assert "write" in read.remedy


def test_a_reversed_range_offers_the_right_one():
    read = FiscalCalendar().parse("2017-06..2017-03")
    assert isinstance(read, Diagnostic)
    assert read.remedy == "write 2017-03..2017-06"


def test_a_fiscal_year_is_named_after_its_end_or_its_start():
    assert span("FY27", FiscalCalendar(2, "end")) == (date(2026, 2, 1), date(2027, 1, 31))
    assert span("FY27", FiscalCalendar(2, "start")) == (date(2027, 2, 1), date(2028, 1, 31))
    assert span("FY27", FiscalCalendar(1, "end")) == span("2027")


@given(st.integers(1, 12), st.sampled_from(["end", "start"]), st.integers(1902, 2190))
def test_four_fiscal_quarters_are_the_year_and_labels_read_back(first_month: int, label: str, number: int):
    calendar = FiscalCalendar(first_month, label)  # type: ignore[arg-type]
    year = calendar.year(number)
    quarters = [calendar.quarter(number, q) for q in (1, 2, 3, 4)]
    assert quarters[0].start == year.start and quarters[3].end == year.end
    assert all(a.end == b.start for a, b in pairwise(quarters))
    assert calendar.parse(year.label) == year
    assert [calendar.parse(q.label) for q in quarters] == quarters


@given(DAYS)
def test_labels_of_days_weeks_and_months_read_back(day: date):
    calendar = FiscalCalendar()
    for period in (week(day), month(day)):
        assert period.holds(day)
        assert calendar.parse(period.label) == period
    assert span(day.isoformat()) == (day, day)


@given(periods())
def test_weeks_cover_a_period_exactly_once(period: Period):
    covered = weeks(period)
    assert covered[0].start == period.start and covered[-1].end == period.end
    assert all(a.end == b.start for a, b in pairwise(covered))
    assert sum(w.days for w in covered) == period.days


@given(periods())
def test_months_touch_every_day_of_a_period(period: Period):
    touched = months(period)
    assert touched[0].holds(period.start) and touched[-1].holds(period.last_day)
    assert all(a.end == b.start for a, b in pairwise(touched))


@given(DAYS, st.integers(-600, 600))
def test_months_added_can_be_taken_back(day: date, count: int):
    first = day.replace(day=1)
    assert add_months(add_months(first, count), -count) == first


def test_clipping_keeps_the_label_and_drops_what_does_not_meet():
    may, half = month(date(2017, 5, 9)), Period(date(2017, 5, 20), date(2017, 7, 1), "x", "range")
    clipped = may.clip(half)
    assert clipped is not None and (clipped.label, clipped.days) == ("2017-05", 12)
    assert may.clip(month(date(2017, 6, 1))) is None


@pytest.mark.parametrize("text", ["20170930", "2017-W05-1", "30.09.2017", "2017-02-30", "2017-9-30", ""])
def test_dates_are_written_in_one_way_only(text: str):
    assert isinstance(parse_day(text), Diagnostic)


def test_a_date_reads():
    assert parse_day(" 2017-09-30 ") == date(2017, 9, 30)
