"""Numbers as people write them: 24%, 1,200, 16.0m EUR. Exact, never through binary fractions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal

_SCALE = {None: Decimal(1), "k": Decimal(1_000), "m": Decimal(1_000_000), "bn": Decimal(1_000_000_000)}
_PERCENT = Decimal("0.01")
_FORM = re.compile(
    r"(?:(?P<before>[A-Z]{3})\s+)?(?P<number>[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*(?P<scale>k|m|bn)?"
    r"(?P<percent>%)?(?:\s+(?P<after>[A-Z]{3}))?",
    re.ASCII,
)


@dataclass(frozen=True)
class Quantity:
    """An exact number and, where one was written, its currency."""

    value: Decimal
    currency: str | None = None

    @classmethod
    def parse(cls, text: str) -> Quantity | None:
        """The quantity a user wrote; None if it is none. Underscores are refused: they have corrupted numbers before."""
        found = _FORM.fullmatch(text.strip())
        if not found or (found["before"] and found["after"]) or (found["percent"] and found["scale"]):
            return None
        scale = _PERCENT if found["percent"] else _SCALE[found["scale"]]
        exact = Context(prec=len(found["number"]) + 12)  # the default keeps 28 digits only
        return cls(exact.multiply(Decimal(found["number"].replace(",", "")), scale), found["before"] or found["after"])
