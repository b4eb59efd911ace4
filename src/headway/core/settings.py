"""What `headway.yaml` says: name, currency, calendar, time zone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from headway.core.calendar import FiscalCalendar, Period
from headway.core.diagnostics import Diagnostic
from headway.core.errors import UserMistake

FORMAT = 1
"""The version of the text format this Headway writes; a newer one is refused politely."""


@dataclass(frozen=True)
class Settings:
    """The company as its project folder declares it."""

    name: str
    folder: Path
    currency: str | None = None
    fiscal: FiscalCalendar = field(default_factory=FiscalCalendar)
    time_zone: str = "UTC"
    format: int = FORMAT
    observed_from: date | None = None
    records: str = ""
    fixed_day: date | None = None

    def moment(self, now: datetime) -> datetime:
        """The moment it is: that of the clock, on the day the company stands still at, if it does."""
        return now if self.fixed_day is None else datetime.combine(self.fixed_day, now.timetz())

    def period(self, text: str | None) -> Period | None:
        """A period as the user wrote it, by the company's calendar; none where none was written."""
        if text is None:
            return None
        period = self.fiscal.parse(text)
        if isinstance(period, Diagnostic):
            raise UserMistake([period])
        return period
