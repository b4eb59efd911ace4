"""Answers for the Data page, for what can be committed to, and for the tables of both and of the Track page."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from headway.core.holdings import Holdings
from headway.core.readiness import Readiness
from headway.core.review import Review
from headway.web import download, holdings, readiness
from headway.web.desk import Desk, table
from headway.web.query import DATA_FILE_WORDS, DATA_WORDS, TRACK_WORDS, Asked


class DataDesk:
    """Answers requests about what is loaded."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._source = desk.source

    def page(self, request: Request) -> Response:
        """What is loaded, and whether it can be trusted."""
        asked = self._desk.asked(request, DATA_WORDS)
        if not isinstance(asked, Asked):
            return self._desk.mistaken(asked)
        found = self._desk.ask(lambda: self._source.holdings(asked.as_of))
        if not isinstance(found, Holdings):
            return self._desk.mistaken(found)
        return self._desk.drawn(request, found, lambda: holdings.page(found, asked, self._source))

    def readiness(self, request: Request) -> Response:
        """What can be committed to, asked for after the page it is a part of: it measures every metric."""
        asked = self._desk.asked(request, TRACK_WORDS)
        if not isinstance(asked, Asked):
            return self._desk.mistaken(asked)
        found = self._desk.ask(lambda: self._source.readiness(asked.as_of))
        if not isinstance(found, Readiness):
            return self._desk.mistaken(found)
        return self._desk.drawn(request, found, lambda: readiness.page(found, asked, self._source))

    def table(self, request: Request, name: str) -> Response:
        """A table of the Track page, of what is loaded, or of what can be committed to, as a file."""
        asked = self._desk.asked(request, DATA_FILE_WORDS if name == "fixes" else TRACK_WORDS)
        if not isinstance(asked, Asked):
            return self._desk.mistaken(asked)
        if name in download.TABLES:
            review = self._desk.review(asked)
            if not isinstance(review, Review):
                return self._desk.mistaken(review)
            return table(download.TABLES[name](review), f"{name}-{review.as_of}.csv")
        if name in readiness.TABLES:
            ready = self._desk.ask(lambda: self._source.readiness(asked.as_of))
            if not isinstance(ready, Readiness):
                return self._desk.mistaken(ready)
            return table(readiness.tables(ready)[name], f"{name}-{ready.as_of}.csv")
        return self._held(asked, name)

    def _held(self, asked: Asked, name: str) -> Response:
        """A table of what is loaded; of fix lists, one owner's where the address names one."""
        held = self._desk.ask(lambda: self._source.holdings(asked.as_of))
        if not isinstance(held, Holdings):
            return self._desk.mistaken(held)
        known = holdings.tables(held)
        if name not in known:
            every = ", ".join([*download.TABLES, *readiness.TABLES, *known])
            return self._desk.missing(f"there is no table called '{name}'", f"known here: {every}")
        if asked.owner:
            return table(holdings.of_owner(known[name], asked.owner), f"{name}-of-one-owner.csv")
        return table(known[name], f"{name}.csv")
