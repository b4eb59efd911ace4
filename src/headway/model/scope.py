"""What the names in a formula stand for: lines and inputs, dimensions and members, calendar terms, units."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from headway.core.dimensions import MONTH, MONTH_OF_YEAR, Dimension
from headway.core.plan import WHOLE, Gaps
from headway.model.tree import Shape

FUNCTIONS = ("where", "min", "max", "previous", "spread", "sum", "product", "last")
CALENDAR = ("elapsed_months", "elapsed_years", "year")
RESERVED = frozenset((*FUNCTIONS, *CALENDAR, MONTH, MONTH_OF_YEAR, "draw", "period", "over", "when", "summary"))

_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


@dataclass(frozen=True)
class Scope:
    """The names one formula may use; `values` are the lines and inputs with their shapes, `gaps` what is not known."""

    dimensions: Mapping[str, Dimension]
    units: frozenset[str]
    values: Mapping[str, Shape]
    gaps: Gaps = WHOLE

    def is_unread(self, name: str) -> bool:
        """Whether a name stands, or may stand, for what could not be read."""
        return name in self.gaps.names or (self.gaps.any_name and name not in self.dimensions)

    def knows(self, by: Iterable[str]) -> bool:
        """Whether each of these dimensions could be read."""
        return all(name == MONTH or name in self.dimensions for name in by)

    def ordered(self, names: Iterable[str]) -> tuple[str, ...]:
        """Dimensions in the one order all arrays keep: month first, then as the model lists them."""
        wanted = set(names)
        return tuple(name for name in (MONTH, *self.dimensions) if name in wanted)

    def owners(self, word: str, among: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """The dimensions (with the bare word) that have this member or group; `dimension.member` names its own."""
        listed = [name for name in among if name in self.dimensions]
        plain = tuple((name, word) for name in listed if _has(self.dimensions[name], word))
        if plain:
            return plain
        split = [(name, word[len(name) + 1 :]) for name in listed if word.startswith(f"{name}.")]
        return tuple((name, rest) for name, rest in split if _has(self.dimensions[name], rest))

    def places(self, dimension: str, word: str) -> tuple[int, ...]:
        """Where a member stands, or the members of a group."""
        owner = self.dimensions[dimension]
        members = (word,) if word in owner.members else owner.groups[word]
        return tuple(owner.members.index(member) for member in members if member in owner.members)

    def words(self, among: Iterable[str]) -> tuple[str, ...]:
        """The members and groups of some dimensions."""
        listed = [self.dimensions[name] for name in among if name in self.dimensions]
        return tuple(word for dimension in listed for word in (*dimension.members, *dimension.groups))


def _has(dimension: Dimension, word: str) -> bool:
    return word in dimension.members or word in dimension.groups


def usable(name: str) -> bool:
    """Whether a formula can say this name."""
    return bool(_NAME.fullmatch(name)) and not any(keyword.iskeyword(part) for part in name.split("."))


def by_words(dims: Iterable[str]) -> str:
    """What something is by, in words."""
    listed = ", ".join(dims)
    return f"it is by {listed}" if listed else "it is one number"
