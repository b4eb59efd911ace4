"""What was worked out, kept while it is asked for: what nobody asked for longest goes first."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

T = TypeVar("T")


class Kept:
    """So many answers by what was asked."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: dict[Hashable, object] = {}

    def once(self, key: Hashable, ask: Callable[[], T]) -> T:
        """The answer kept, or the one given now, which is kept from here on."""
        found = self._answers.pop(key) if key in self._answers else ask()
        while len(self._answers) >= self._most:
            del self._answers[next(iter(self._answers))]
        self._answers[key] = found
        return cast(T, found)
