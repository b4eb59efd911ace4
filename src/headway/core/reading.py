"""How the user says an import is to be read, where the files leave it open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from headway.core.mapping import Thing

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
