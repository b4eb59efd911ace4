"""What lines are broken down by: named members with groups, or a count of months (lag, tenure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from headway.core.positions import Location

MONTH = "month"
MONTH_OF_YEAR = "month_of_year"
DRAW = "draw"


@dataclass(frozen=True)
class Dimension:
    """One way to break lines down. `months` is true for a month count 0..n-1, whose members are numbers as text."""

    name: str
    members: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    months: bool = False
    location: Location | None = field(default=None, compare=False)

    @classmethod
    def of_months(cls, name: str, count: int) -> Dimension:
        """A month count, such as the months from opportunity to close."""
        return cls(name, tuple(str(i) for i in range(count)), {}, True)

    def __len__(self) -> int:
        return len(self.members)
