"""How far long work has come: rooms say it through a callback they are handed, and never print."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is (0 where that is not known)."""


def untold(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody follows."""
