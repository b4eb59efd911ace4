"""Answers for the Revenue page, its tables and its charts, and for the strip of what ties and what does not."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from headway.core.reconciliation import Reconciliation
from headway.web import pages, revenue, strip
from headway.web.desk import Desk, table
from headway.web.query import REVENUE_WORDS, TRACK_WORDS, Asked
from headway.web.revenue_answer import RevenueAnswer, gather
from headway.web.sample_contracts import CONTRACTS


class RevenueDesk:
    """Answers requests about what runs."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def page(self, request: Request) -> Response:
        """The Revenue page, or what has to be done before there is one."""
        found = self._asked(request)
        if isinstance(found, Response):
            return found
        asked, answer = found
        return self._desk.drawn(request, answer.answers, lambda: revenue.page(answer, asked, self._desk.source))

    def table(self, request: Request, name: str) -> Response:
        """A table of the Revenue page, or of the strip, as a file; `sample` is one to fill in where there is nothing yet."""
        if name == "sample":
            return table(CONTRACTS, "contracts.csv")
        if name in strip.TABLES:
            held = self._strip(request)
            return (
                held
                if isinstance(held, Response)
                else self._desk.table_of(strip.tables(held[1]), name, str(held[1].as_of))
            )
        found = self._asked(request)
        if isinstance(found, Response):
            return found
        return self._desk.table_of(revenue.tables(found[1]), name, str(found[1].day))

    def picture(self, request: Request, name: str) -> Response:
        """A chart of the Revenue page as a picture."""
        found = self._asked(request)
        if isinstance(found, Response):
            return found
        return self._desk.picture_of(revenue.pictures(found[1]), name, str(found[1].day))

    def reconciliation(self, request: Request) -> Response:
        """The strip, asked for after the page it is a part of: it takes longest."""
        found = self._strip(request)
        if isinstance(found, Response):
            return found
        asked, held = found
        return self._desk.drawn(request, held, lambda: strip.page(held, asked, self._desk.source))

    def _strip(self, request: Request) -> tuple[Asked, Reconciliation] | Response:
        asked = self._desk.asked(request, TRACK_WORDS)
        if not isinstance(asked, Asked):
            return self._desk.mistaken(asked)
        found = self._desk.ask(lambda: self._desk.source.reconcile(asked.as_of))
        return (asked, found) if isinstance(found, Reconciliation) else self._desk.mistaken(found)

    def _asked(self, request: Request) -> tuple[Asked, RevenueAnswer] | Response:
        """What the address asks for and what it stands on; or the page that says why not."""
        asked, source = self._desk.asked(request, REVENUE_WORDS), self._desk.source
        if not isinstance(asked, Asked):
            return self._desk.mistaken(asked)
        found = self._desk.ask(lambda: gather(asked, source))
        if found is None:
            return HTMLResponse(pages.empty_page(asked, source, (), "revenue"))
        if not isinstance(found, RevenueAnswer):
            return self._desk.mistaken(found)
        if found.is_empty:
            return HTMLResponse(pages.no_revenue_page(asked, source, found.day))
        return asked, found
