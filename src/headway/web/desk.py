"""How any request is answered: one at a time, with a page, a file, or everything that stands in the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup
from starlette.exceptions import HTTPException

from headway.core.diagnostics import USAGE_MISTAKE, Diagnostic
from headway.core.errors import UserMistake
from headway.core.review import Review
from headway.core.rows import Rows
from headway.web import download, pages
from headway.web.guard import SAFE_HEADERS
from headway.web.kept import Kept
from headway.web.mistakes import UNKNOWN_PAGE
from headway.web.picture import as_png
from headway.web.query import Asked, read_query
from headway.web.source import Source, Trouble

T = TypeVar("T")

KEPT = 64
"""How many drawn pages are kept; the oldest go first."""


@dataclass
class Drawn:
    """A page as it was drawn, from which answer, and with what around it."""

    answer: object
    around: object
    page: str


class Desk:
    """Answers requests, one at a time: the project behind it reads its tables through a single connection."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._lock = Lock()
        self._drawn = Kept(KEPT)

    def asked(self, request: Request, words: Sequence[str]) -> Asked | tuple[Diagnostic, ...]:
        """What an address asks for, or what is wrong with it; the project is looked at here, once for the whole request."""
        self.ask(self._still)
        return read_query(request.query_params.multi_items(), words)

    def ask(self, question: Callable[[], T | Trouble]) -> T | Trouble:
        """The project's answer, or what stands in its way."""
        with self._lock:
            try:
                return question()
            except UserMistake as mistake:
                return mistake.diagnostics

    def _still(self) -> None:
        self.source.stand_still()

    def review(self, asked: Asked) -> Review | Trouble:
        """The week's answer for an address."""
        return self.ask(lambda: self.source.review(asked.as_of, asked.plan))

    def drawn(self, request: Request, answer: object, draw: Callable[[], str], beside: object = None) -> Response:
        """A page drawn from an answer; the very same answer at the same address, on the same day, is drawn once, as
        long as what stands beside it is alike."""
        address = f"{request.url.path}?{request.url.query}"
        s = self.source
        around = self.ask(lambda: (s.title, s.currency, s.plans, s.as_of_days, s.last_load, s.day_now, beside))
        known = self._drawn.once(address, lambda: Drawn(answer, around, draw()))
        if known.answer is not answer or known.around != around:
            known.answer, known.around, known.page = answer, around, draw()
        return HTMLResponse(known.page)

    @property
    def waits(self) -> bool:
        """Whether there is nothing to track yet: no data, or no plan."""
        return self.ask(lambda: self.source.last_load is not None and bool(self.source.plans)) is False

    def mistaken(self, found: Sequence[Diagnostic]) -> Response:
        """A page that says what has to be mended: in the address (400), or in text and data (409)."""
        usage = any(d.mistake.exit_code == USAGE_MISTAKE for d in found)
        return HTMLResponse(pages.mistake_page(found, self.source), 400 if usage else 409)

    def missing(self, message: str, remedy: str, status: int = 404) -> Response:
        """A page for an address that leads nowhere."""
        return HTMLResponse(pages.mistake_page([UNKNOWN_PAGE.at(None, message, remedy=remedy)], self.source), status)

    def table_of(self, known: Mapping[str, Rows], name: str, stem: str) -> Response:
        """One of a page's tables as a file, its name with what the page is of."""
        if name not in known:
            return self.missing(f"there is no table called '{name}'", f"known here: {', '.join(known)}")
        return table(known[name], f"{name}-{stem}.csv")

    def picture_of(self, known: Mapping[str, Markup], name: str, stem: str) -> Response:
        """One of a page's charts as a picture, its name with what the page is of."""
        if name not in known:
            return self.missing(f"there is no chart called '{name}'", f"known here: {', '.join(known)}")
        return file(as_png(known[name]), f"{name}-{stem}.png", "image/png")

    def refused(self, request: Request, error: Exception) -> Response:
        """A page that does not exist, or a request that would change something."""
        status = error.status_code if isinstance(error, HTTPException) else 404
        if status == 405:
            return self.missing(f"nothing can be sent to '{request.url.path}'", "this page only shows things", status)
        return self.missing(f"there is no page '{request.url.path}'", "the Track page is at /", status)

    def failed(self, request: Request, error: Exception) -> Response:  # noqa: ARG002 - the signature is the framework's
        """A mistake of ours; the details stay in the terminal. This answer is made outside the guard."""
        return HTMLResponse(pages.fault_page(self.source), 500, headers=SAFE_HEADERS)


def table(rows: Rows, name: str) -> Response:
    """Rows as a file to keep."""
    return file(download.as_csv(rows).encode(), name, "text/csv; charset=utf-8")


def file(content: bytes, name: str, media_type: str) -> Response:
    """A file to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
