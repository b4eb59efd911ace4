"""Answers for the Plan page: the plan as written, or with some of its values tried otherwise, whole or while a hand moves."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from headway.core.sheet import Sheet
from headway.web import pages, plan
from headway.web.desk import Desk
from headway.web.query import PLAN_WORDS, Asked
from headway.web.source import Trouble


class PlanDesk:
    """Answers requests about one plan laid out."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def page(self, request: Request) -> Response:
        """The Plan page, or what has to be done before there is one."""
        return self._laid_out(request, "frame.html")

    def what_if(self, request: Request) -> Response:
        """The Plan page without its frame, for a page that paints only what changed."""
        return self._laid_out(request, "bare.html")

    def table(self, request: Request, name: str) -> Response:
        """A table of the Plan page as a file."""
        found = self._asked(request)
        if isinstance(found, Response):
            return found
        return self._desk.table_of(plan.tables(found[1]), name, found[1].plan.name)

    def picture(self, request: Request, name: str) -> Response:
        """A chart of the Plan page as a picture."""
        found = self._asked(request)
        if isinstance(found, Response):
            return found
        asked, sheet = found
        return self._desk.picture_of(plan.pictures(sheet, self._day(asked)), name, sheet.plan.name)

    def _laid_out(self, request: Request, base: str) -> Response:
        found = self._asked(request)
        if isinstance(found, Response):
            return found
        asked, sheet = found

        def draw() -> str:
            return plan.page(sheet, asked, self._desk.source, base, self._day(asked))

        return HTMLResponse(draw()) if asked.tried else self._desk.drawn(request, sheet, draw)

    def _asked(self, request: Request) -> tuple[Asked, Sheet] | Response:
        """What the address asks for and the plan laid out so; or the page that says why not."""
        asked = self._desk.asked(request, PLAN_WORDS)
        if not isinstance(asked, Asked):
            return self._desk.mistaken(asked)
        found = self._tried(asked)
        if isinstance(found, Sheet):
            return asked, found
        if asked == Asked() and self._desk.waits:
            return HTMLResponse(pages.empty_page(asked, self._desk.source, found, "plan"))
        return self._desk.mistaken(found)

    def _tried(self, asked: Asked) -> Sheet | Trouble:
        source = self._desk.source
        written = self._desk.ask(lambda: source.sheet(asked.plan, {}))
        if not isinstance(written, Sheet) or not asked.tried:
            return written
        tried = plan.read_tried(written, asked.tried)
        if isinstance(tried, tuple):
            return tried
        found = self._desk.ask(lambda: source.sheet(asked.plan, tried))
        return found if isinstance(found, Sheet) else plan.not_to_try(found)

    def _day(self, asked: Asked) -> plan.Day:
        loaded = self._desk.ask(lambda: self._desk.source.last_load)
        return asked.as_of or (None if isinstance(loaded, tuple) else loaded)
