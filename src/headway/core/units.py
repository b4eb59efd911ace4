"""Units of measure: a count of deals is not money, a yearly rate is not a monthly one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

PLAIN = ("rate", "share", "number", "1", "percent")
"""Spellings of a plain number: a share of something is no unit of its own."""


@dataclass(frozen=True)
class Unit:
    """A product of base units with whole powers: `currency/year` is currency once, year minus once."""

    powers: tuple[tuple[str, int], ...] = field(default=())

    @classmethod
    def of(cls, powers: Mapping[str, int]) -> Unit:
        """The unit with these powers; zeros fall away."""
        return cls(tuple(sorted((name, power) for name, power in powers.items() if power)))

    @classmethod
    def parse(cls, text: str) -> Unit | None:
        """A unit as users write it: `deal/opportunity`, `currency/year/deal`, `currency*month`; None if it is none."""
        words = re.split(r"\s*([*/])\s*", text.strip())
        powers: dict[str, int] = {}
        for i in range(0, len(words), 2):
            found = re.fullmatch(r"([A-Za-z_]\w*|1)(?:\^(\d{1,2}))?", words[i])
            if not found:
                return None
            name, power = found[1], int(found[2] or 1)
            if name not in PLAIN:
                powers[name] = powers.get(name, 0) + (-power if i and words[i - 1] == "/" else power)
        return cls.of(powers)

    def __mul__(self, other: Unit) -> Unit:
        powers = dict(self.powers)
        for name, power in other.powers:
            powers[name] = powers.get(name, 0) + power
        return Unit.of(powers)

    def __truediv__(self, other: Unit) -> Unit:
        return self * other**-1

    def __pow__(self, exponent: int) -> Unit:
        return Unit.of({name: power * exponent for name, power in self.powers})

    def __str__(self) -> str:
        above = [name if power == 1 else f"{name}^{power}" for name, power in self.powers if power > 0]
        below = [name if power == -1 else f"{name}^{-power}" for name, power in self.powers if power < 0]
        if not above and not below:
            return "number"
        return "/".join(["*".join(above) or "1", *below])

    @property
    def is_plain(self) -> bool:
        """Whether it is a plain number."""
        return not self.powers

    @property
    def names(self) -> frozenset[str]:
        """The base units in it."""
        return frozenset(name for name, _ in self.powers)

    def power(self, name: str) -> int:
        """The power of one base unit; 0 where it does not occur."""
        return dict(self.powers).get(name, 0)

    def each_step(self, step: str = "month") -> Unit:
        """The unit seen from inside a grid of this step: `per month`, over one month, is the amount itself.

        This is what catches annual churn in a monthly line: share/month becomes a number, share/year does not.
        """
        powers = dict(self.powers)
        if powers.get(step, 0) < 0:
            powers[step] += 1
        return Unit.of(powers)


NUMBER = Unit()
