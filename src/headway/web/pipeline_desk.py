"""Answers for the Pipeline page, its tables and its charts."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from headway.web import pages, pipeline
from headway.web.desk import Desk
from headway.web.pipeline_answer import PipelineAnswer, gather
from headway.web.query import PIPELINE_WORDS, Asked


class PipelineDesk:
    """Answers requests about what is open."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def page(self, request: Request) -> Response:
        """The Pipeline page, or what has to be done before there is one."""
        found = self._asked(request)
        if isinstance(found, Response):
            return found
        asked, answer = found
        parts = (answer.changes, answer.curve, answer.covers, answer.since, answer.until)
        return self._desk.drawn(
            request, answer.held, lambda: pipeline.page(answer, asked, self._desk.source), beside=parts
        )

    def table(self, request: Request, name: str) -> Response:
        """A table of the Pipeline page as a file."""
        found = self._asked(request)
        if isinstance(found, Response):
            return found
        asked, answer = found
        return self._desk.table_of(pipeline.tables(answer, asked), name, str(answer.day))

    def picture(self, request: Request, name: str) -> Response:
        """A chart of the Pipeline page as a picture."""
        found = self._asked(request)
        if isinstance(found, Response):
            return found
        return self._desk.picture_of(pipeline.pictures(found[1]), name, str(found[1].day))

    def _asked(self, request: Request) -> tuple[Asked, PipelineAnswer] | Response:
        """What the address asks for and what it stands on; or the page that says why not."""
        asked, source = self._desk.asked(request, PIPELINE_WORDS), self._desk.source
        if not isinstance(asked, Asked):
            return self._desk.mistaken(asked)
        found = self._desk.ask(lambda: gather(asked, source))
        if isinstance(found, PipelineAnswer):
            return asked, found
        if asked == Asked() and self._desk.ask(lambda: source.last_load) is None:
            return HTMLResponse(pages.empty_page(asked, source, found, "pipeline"))
        return self._desk.mistaken(found)
