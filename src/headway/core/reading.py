"""How the user says an import is to be read, where the files leave it open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from headway.core.diagnostics import USAGE_MISTAKE, Diagnostic, Mistake
from headway.core.mapping import Thing

UNREADABLE_OPTION = Mistake(
    "unreadable-option",
    "An option that cannot be read",
    "Options of the command line follow the same spellings as the text files.",
    USAGE_MISTAKE,
)

DateOrder = Literal["day-first", "month-first"]


@dataclass(frozen=True)
class Reading:
    """What was settled beforehand: the system, the order of dates, the decimal mark ("." or ","), the currency of
    amounts that name none, what a file holds, and the day the export was taken."""

    connector: str | None = None
    dates: DateOrder | None = None
    decimal: str | None = None
    currency: str | None = None
    things: Mapping[str, Thing] = field(default_factory=dict[str, Thing])
    exported_on: date | None = None

    def mistakes(self, today: date) -> tuple[Diagnostic, ...]:
        """What was said that would be written down and could not be read again."""
        wrong: list[Diagnostic] = []
        if self.connector and not re.fullmatch(r"\w[\w-]*", self.connector):
            remedy = "use letters, digits, - and _, as in --connector crm-emea"
            wrong.append(UNREADABLE_OPTION.at(None, f"'{self.connector}' cannot name a connector", remedy=remedy))
        if self.currency and not re.fullmatch(r"[A-Za-z]{3}", self.currency):
            remedy = "write its code, such as EUR"
            wrong.append(UNREADABLE_OPTION.at(None, f"'{self.currency}' is not a currency", remedy=remedy))
        if self.exported_on and self.exported_on > today:
            message = f"{self.exported_on} is still to come: no export can be of that day"
            wrong.append(UNREADABLE_OPTION.at(None, message, remedy="name the day the export was taken"))
        return tuple(wrong)
