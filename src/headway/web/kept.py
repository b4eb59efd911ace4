"""One review kept for as long as nothing it stands on has changed: the project's text and the tables that hold."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")

MOST = 16
"""How many answers are kept at once: a reader looks at few days and plans at a time."""

_TEXT = ("headway.yaml", "connectors/*.yaml", "metrics/*.yaml", "models/*.yaml", "plans/**/*.y*ml")
_TABLES = ".headway/current"


class Kept(Generic[T]):
    """Answers kept by what was asked and by the state of the project's files when it was answered."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._answers: OrderedDict[Hashable, T] = OrderedDict()

    def answer(self, asked: Hashable, find: Callable[[], T]) -> T:
        """The answer kept for a question, or a fresh one; what was answered before a change is never given after it."""
        key = (asked, state_of(self._folder))
        if key in self._answers:
            self._answers.move_to_end(key)
            return self._answers[key]
        found = find()
        if state_of(self._folder) == key[1]:
            self._answers[key] = found
            while len(self._answers) > MOST:
                self._answers.popitem(last=False)
        return found


def state_of(folder: Path) -> Hashable:
    """Which files the project has, how large they are and when they were written; which tables hold."""
    files = sorted(file for pattern in (*_TEXT, _TABLES) for file in folder.glob(pattern))
    return tuple(_stamp(file) for file in files)


def _stamp(file: Path) -> tuple[str, int, int, int]:
    """A file that is gone when it is looked at differs from every file that is there."""
    try:
        known = file.stat()
    except OSError:
        return (str(file), -1, -1, -1)
    return (str(file), known.st_size, known.st_mtime_ns, known.st_ino)
