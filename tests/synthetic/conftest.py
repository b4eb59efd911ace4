"""The demo company, made once, and its files as rows."""

from __future__ import annotations

import csv
import io
from functools import cached_property
from time import process_time

import pytest

from headway.connectors.synthetic.demo import Made, make

Row = dict[str, str]


class Demo:
    """The demo company as a reader of its files sees it."""

    def __init__(self) -> None:
        begun = process_time()
        self.made: Made = make()
        self.seconds = process_time() - begun
        self._rows: dict[str, list[Row]] = {}

    def rows(self, file: str) -> list[Row]:
        """The rows of an export."""
        if file not in self._rows:
            self._rows[file] = list(csv.DictReader(io.StringIO(self.made.exports[file])))
        return self._rows[file]

    def truth(self, file: str) -> list[Row]:
        """The rows of a hidden table."""
        return list(csv.DictReader(io.StringIO(self.hidden[file])))

    @cached_property
    def hidden(self) -> dict[str, str]:
        """The hidden tables."""
        return self.made.truth()


@pytest.fixture(scope="session")
def demo() -> Demo:
    return Demo()
