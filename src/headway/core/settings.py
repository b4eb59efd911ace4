"""What `headway.yaml` says: name, currency, calendar, time zone, tolerances; and which links people confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from headway.core.calendar import FiscalCalendar, Period
from headway.core.diagnostics import Diagnostic
from headway.core.errors import UserMistake
from headway.core.reconciliation import LinkSaid, Tolerances

FORMAT = 1
"""The version of the text format this Headway writes; a newer one is refused politely."""


FUNCTIONS = (
    "cost_of_revenue",
    "customer_success",
    "sales_and_marketing",
    "research_and_development",
    "general_and_administration",
)
"""What costs are for, as an income statement by function has them; customer success stands alone, since some count it
as a cost of revenue and others as one of winning customers."""


@dataclass(frozen=True)
class Settings:
    """The company as its project folder declares it.

    `accounts` says for each function which accounts of the ledger are its costs: codes or names, with `*` for the rest
    of one.
    """

    name: str
    folder: Path
    currency: str | None = None
    fiscal: FiscalCalendar = field(default_factory=FiscalCalendar)
    time_zone: str = "UTC"
    format: int = FORMAT
    observed_from: date | None = None
    records: str = ""
    today: date | None = None
    accounts: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    reconciliation: Tolerances = field(default_factory=Tolerances)
    links: tuple[LinkSaid, ...] = ()

    def at(self, moment: datetime) -> datetime:
        """The company's moment at one of the machine's: where its clock stands at a day, that day."""
        return moment if self.today is None else datetime.combine(self.today, moment.timetz())

    def period(self, text: str | None) -> Period | None:
        """A period as the user wrote it, by the company's calendar; none where none was written."""
        if text is None:
            return None
        period = self.fiscal.parse(text)
        if isinstance(period, Diagnostic):
            raise UserMistake([period])
        return period
