"""The pages and their addresses: Track, one number's explanation, and their tables as files. Nothing can be changed here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import TypeVar

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from headway import __version__
from headway.core.diagnostics import USAGE_MISTAKE, Diagnostic
from headway.core.errors import UserMistake
from headway.core.explanation import Explanation
from headway.core.review import Review
from headway.web import download, pages, why
from headway.web.guard import LOCAL_NAMES, SAFE_HEADERS, Guard
from headway.web.mistakes import UNKNOWN_PAGE
from headway.web.query import TRACK_WORDS, WHY_WORDS, Asked, read_query
from headway.web.source import TrackSource, Trouble

T = TypeVar("T")

READ = ["GET", "HEAD"]


def create_app(source: TrackSource, hosts: Sequence[str] = LOCAL_NAMES) -> FastAPI:
    """The pages of one project, for requests that name one of these hosts."""
    app = FastAPI(title="Headway", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard, hosts=hosts)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    desk = _Desk(source)
    app.add_api_route("/healthz", _health, methods=READ)
    app.add_api_route("/", desk.track, methods=READ, response_class=HTMLResponse)
    app.add_api_route("/data/{name}.csv", desk.data, methods=READ)
    app.add_api_route("/why/{metric}/{part}.csv", desk.records, methods=READ)
    app.add_api_route("/why/{metric}", desk.why, methods=READ, response_class=HTMLResponse)
    app.add_exception_handler(HTTPException, desk.refused)
    app.add_exception_handler(Exception, desk.failed)
    return app


def _health() -> Response:
    return JSONResponse({"status": "ok", "version": __version__})


class _Desk:
    """Answers requests, one at a time: the project behind it reads its tables through a single connection."""

    def __init__(self, source: TrackSource) -> None:
        self._source = source
        self._lock = Lock()

    def track(self, request: Request) -> Response:
        """The Track page, or what has to be done before there is one."""
        asked = read_query(request.query_params.multi_items(), TRACK_WORDS)
        if not isinstance(asked, Asked):
            return self._mistaken(asked)
        found = self._review(asked)
        if isinstance(found, Review):
            return HTMLResponse(pages.track_page(found, asked, self._source))
        if asked == Asked() and self._waits():
            return HTMLResponse(pages.empty_page(asked, self._source, found))
        return self._mistaken(found)

    def why(self, request: Request, metric: str) -> Response:
        """One number taken apart."""
        asked = read_query(request.query_params.multi_items(), WHY_WORDS)
        if not isinstance(asked, Asked):
            return self._mistaken(asked)
        told, review = self._explanation(metric, asked), self._review(asked)
        known = review if isinstance(review, Review) else None
        if known and asked.kind == "plan":
            told = why.planned(metric, known, asked.period, told)
        if not isinstance(told, Explanation):
            return self._mistaken(told)
        return HTMLResponse(pages.why_page(told, known, asked, self._source))

    def data(self, request: Request, name: str) -> Response:
        """A table of the Track page as a file."""
        asked = read_query(request.query_params.multi_items(), TRACK_WORDS)
        if not isinstance(asked, Asked):
            return self._mistaken(asked)
        if name not in download.TABLES:
            return self._missing(f"there is no table called '{name}'", f"known here: {', '.join(download.TABLES)}")
        found = self._review(asked)
        if not isinstance(found, Review):
            return self._mistaken(found)
        return _file(download.as_csv(download.TABLES[name](found)), f"{name}-{found.as_of}.csv")

    def records(self, request: Request, metric: str, part: str) -> Response:
        """The records behind a number as a file."""
        asked = read_query(request.query_params.multi_items(), WHY_WORDS)
        if not isinstance(asked, Asked):
            return self._mistaken(asked)
        told = self._explanation(metric, asked)
        if not isinstance(told, Explanation):
            return self._mistaken(told)
        if not (part.isdecimal() and int(part) < len(told.parts)):
            return self._missing(
                f"'{metric}' has no records numbered '{part}'", "open the number's page and follow its link"
            )
        return _file(download.as_csv(told.parts[int(part)][1]), "records.csv")

    def refused(self, request: Request, error: Exception) -> Response:
        """A page that does not exist, or a request that would change something."""
        status = error.status_code if isinstance(error, HTTPException) else 404
        if status == 405:
            return self._missing(f"nothing can be sent to '{request.url.path}'", "these pages only show things", status)
        return self._missing(f"there is no page '{request.url.path}'", "the Track page is at /", status)

    def failed(self, request: Request, error: Exception) -> Response:  # noqa: ARG002 - the signature is the framework's
        """A mistake of ours; the details stay in the terminal. This answer is made outside the guard."""
        return HTMLResponse(pages.fault_page(self._source), 500, headers=SAFE_HEADERS)

    def _waits(self) -> bool:
        """Whether there is nothing to track yet: no data, or no plan."""
        known = self._ask(lambda: self._source.last_load is not None and bool(self._source.plans))
        return known is False

    def _review(self, asked: Asked) -> Review | Trouble:
        return self._ask(lambda: self._source.review(asked.as_of, asked.plan))

    def _explanation(self, metric: str, asked: Asked) -> Explanation | Trouble:
        if asked.kind == "plan":
            return self._ask(lambda: self._source.explain_planned(metric, asked.period, asked.plan))
        return self._ask(lambda: self._source.explain(metric, asked.period, asked.where, asked.as_of))

    def _ask(self, question: Callable[[], T | Trouble]) -> T | Trouble:
        with self._lock:
            try:
                return question()
            except UserMistake as mistake:
                return mistake.diagnostics

    def _mistaken(self, found: Sequence[Diagnostic]) -> Response:
        usage = any(d.mistake.exit_code == USAGE_MISTAKE for d in found)
        return HTMLResponse(pages.mistake_page(found, self._source), 400 if usage else 409)

    def _missing(self, message: str, remedy: str, status: int = 404) -> Response:
        return HTMLResponse(pages.mistake_page([UNKNOWN_PAGE.at(None, message, remedy=remedy)], self._source), status)


def _file(text: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)
