"""Days, weeks, months, quarters and years, by the calendar or by the company's fiscal year; periods as users write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from headway.core.diagnostics import USAGE_MISTAKE, Diagnostic, Mistake
from headway.core.positions import Location

Grain = Literal["day", "week", "month", "quarter", "year", "range"]
FiscalLabel = Literal["end", "start"]

UNKNOWN_PERIOD = Mistake(
    "unknown-period",
    "A period that cannot be read",
    "Periods are written 2017 or 2017-Q2 (calendar), FY27 or FY27-Q2 (fiscal), 2027-03, 2027-W05 (ISO week), "
    "2027-03-14, and ranges of these as 2017-01..2017-06.",
    USAGE_MISTAKE,
)
UNKNOWN_DATE = Mistake(
    "unknown-date",
    "A date that cannot be read",
    "Dates on the command line and in text are written year-month-day: 2017-09-30.",
    USAGE_MISTAKE,
)


@dataclass(frozen=True, order=True)
class Period:
    """A span of whole days: first day included, `end` excluded; `label` is how users write it."""

    start: date
    end: date
    label: str
    grain: Grain

    def __str__(self) -> str:
        return self.label

    @property
    def days(self) -> int:
        """How many days it holds."""
        return (self.end - self.start).days

    @property
    def last_day(self) -> date:
        """The last day that belongs to it."""
        return self.end - timedelta(days=1)

    def holds(self, day: date) -> bool:
        """Whether the day lies inside."""
        return self.start <= day < self.end

    def clip(self, within: Period) -> Period | None:
        """The part that lies inside another period, under the same label; None where they do not meet."""
        start, end = max(self.start, within.start), min(self.end, within.end)
        return Period(start, end, self.label, self.grain) if start < end else None


@lru_cache(maxsize=1 << 14)
def month(day: date) -> Period:
    """The calendar month a day is in."""
    start = day.replace(day=1)
    return Period(start, add_months(start, 1), f"{start:%Y-%m}", "month")


def week(day: date) -> Period:
    """The ISO week a day is in: Monday to Sunday."""
    start = day - timedelta(days=day.weekday())
    year, number, _ = start.isocalendar()
    return Period(start, start + timedelta(days=7), f"{year}-W{number:02d}", "week")


def add_months(day: date, count: int) -> date:
    """The first of a month, so many months away."""
    index = day.year * 12 + day.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def same_day(day: date, count: int) -> date:
    """The same day so many months away, or the last of a shorter month."""
    first = add_months(day, count)
    return first.replace(day=min(day.day, month(first).days))


def trailing_year(last: date) -> Period:
    """The twelve months that end with a day."""
    end = last + timedelta(days=1)
    return Period(same_day(end, -12), end, f"twelve months up to {last}", "range")


def months(period: Period) -> tuple[Period, ...]:
    """The calendar months a period touches, in order."""
    return tuple(_walk(month(period.start), period, month))


def weeks(period: Period) -> tuple[Period, ...]:
    """The ISO weeks a period touches, clipped to it, so that they cover it exactly once."""
    clipped = (w.clip(period) for w in _walk(week(period.start), period, week))
    return tuple(w for w in clipped if w is not None)


def _walk(first: Period, within: Period, following: Callable[[date], Period]) -> Iterator[Period]:
    current = first
    while current.start < within.end:
        yield current
        current = following(current.end)


@dataclass(frozen=True)
class FiscalCalendar:
    """The company's year: the month it starts in, and whether FY27 is the year it ends (default) or starts in."""

    first_month: int = 1
    label: FiscalLabel = "end"

    def year_start(self, number: int) -> date:
        """The first day of the fiscal year written with this four-digit number."""
        earlier = self.label == "end" and self.first_month > 1
        return date(number - (1 if earlier else 0), self.first_month, 1)

    def year(self, number: int) -> Period:
        """A fiscal year, such as FY27."""
        start = self.year_start(number)
        return Period(start, add_months(start, 12), _fiscal_label(number), "year")

    def quarter(self, number: int, quarter: int) -> Period:
        """A fiscal quarter, such as FY27-Q2."""
        start = add_months(self.year_start(number), 3 * (quarter - 1))
        return Period(start, add_months(start, 3), f"{_fiscal_label(number)}-Q{quarter}", "quarter")

    def quarter_of(self, day: date) -> Period:
        """The fiscal quarter a day is in."""
        near = range(day.year - 1, day.year + 2)
        found = next(one for year in near for n in (1, 2, 3, 4) if (one := self.quarter(year, n)).holds(day))
        plain = self.first_month == 1  # the calendar's own quarters are written as such
        return replace(found, label=f"{found.start.year}-{found.label[-2:]}") if plain else found

    def usual_plan(self, day: date) -> tuple[str, str]:
        """The history and the year to plan with, where data ends on a day: the twelve whole months before, and the year
        that has at least a quarter left."""
        next_month = month(day + timedelta(days=1)).start
        past = f"{month(add_months(next_month, -12))}..{month(add_months(next_month, -1))}"
        number = next(n for n in range(day.year - 1, day.year + 3) if self.year(n).end >= add_months(next_month, 3))
        return past, str(number) if self.first_month == 1 else self.year(number).label

    def parse(self, text: str, location: Location | None = None) -> Period | Diagnostic:
        """The period a user wrote, or the diagnostic that says how periods are written."""
        parts = text.strip().split("..")
        if len(parts) == 1:
            return self._single(parts[0], location)
        if len(parts) > 2:
            return _unknown(text, location)
        first, last = self._single(parts[0], location), self._single(parts[1], location)
        if isinstance(first, Diagnostic) or isinstance(last, Diagnostic):
            return first if isinstance(first, Diagnostic) else last
        if last.end <= first.start:
            remedy = f"write {parts[1]}..{parts[0]}"
            return UNKNOWN_PERIOD.at(location, f"the range '{text}' ends before it starts", remedy=remedy)
        return Period(first.start, last.end, text.strip(), "range")

    def _single(self, text: str, location: Location | None) -> Period | Diagnostic:
        word = text.strip().upper()
        for pattern, build in _FORMS:
            found = re.fullmatch(pattern, word, re.ASCII)
            if found:
                try:
                    return build(self, *(int(group) for group in found.groups()))
                except (ValueError, OverflowError):  # month 13, week 60, the year 10000
                    break
        return _unknown(text, location)


def _unknown(text: str, location: Location | None) -> Diagnostic:
    remedy = "write 2017, 2017-Q2, FY17-Q2, 2017-03, 2017-W05, 2017-03-14, or a range such as 2017-01..2017-06"
    return UNKNOWN_PERIOD.at(location, f"'{text}' is not a period", remedy=remedy)


def _fiscal_label(number: int) -> str:
    """Two digits in this century, four in any other, so that a label reads back as the year it names."""
    return f"FY{number % 100:02d}" if 2000 <= number < 2100 else f"FY{number:04d}"


def _calendar_year(_: FiscalCalendar, year: int) -> Period:
    return Period(date(year, 1, 1), date(year + 1, 1, 1), f"{year:04d}", "year")


def _calendar_quarter(_: FiscalCalendar, year: int, quarter: int) -> Period:
    start = date(year, 3 * quarter - 2, 1)
    return Period(start, add_months(start, 3), f"{year:04d}-Q{quarter}", "quarter")


def _calendar_month(_: FiscalCalendar, year: int, number: int) -> Period:
    return month(date(year, number, 1))


def _iso_week(_: FiscalCalendar, year: int, number: int) -> Period:
    return week(date.fromisocalendar(year, number, 1))


def _day(_: FiscalCalendar, year: int, number: int, day: int) -> Period:
    start = date(year, number, day)
    return Period(start, start + timedelta(days=1), start.isoformat(), "day")


def _fiscal_year(calendar: FiscalCalendar, year: int) -> Period:
    return calendar.year(2000 + year if year < 100 else year)


def _fiscal_quarter(calendar: FiscalCalendar, year: int, quarter: int) -> Period:
    return calendar.quarter(2000 + year if year < 100 else year, quarter)


_FORMS = (
    (r"(\d{4})", _calendar_year),
    (r"(\d{4})-?Q([1-4])", _calendar_quarter),
    (r"(\d{4})-(\d{2})", _calendar_month),
    (r"(\d{4})-W(\d{2})", _iso_week),
    (r"(\d{4})-(\d{2})-(\d{2})", _day),
    (r"FY(\d{2}|\d{4})", _fiscal_year),
    (r"FY(\d{2}|\d{4})-?Q([1-4])", _fiscal_quarter),
)


def parse_day(text: str, location: Location | None = None) -> date | Diagnostic:
    """A date as users write it, year-month-day, or the diagnostic that says so."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip(), re.ASCII):
        try:
            return date.fromisoformat(text.strip())
        except ValueError:
            pass  # the 30th of February: said below, like any other word that is no date
    remedy = "write it year-month-day, such as 2017-09-30"
    return UNKNOWN_DATE.at(location, f"'{text}' is not a date", remedy=remedy)
