"""Who may ask, and what every answer carries: the pages are for the browser on this machine and nobody else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from headway.core.diagnostics import Diagnostic
from headway.web.mistakes import FOREIGN_WRITE, REFUSED_HOST

LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")

SAFE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # without a referrer, browsers call the origin of our own forms null
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Scripts only from our own files, nothing from elsewhere, in no frame, kept in no cache."""

READING = ("GET", "HEAD", "OPTIONS")
"""Requests that change nothing, whoever makes them."""

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]]*)(?::\d{1,5})?")


class Guard:
    """Refuses requests under foreign host names and sets the safe headers on every answer."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str] = LOCAL_NAMES) -> None:
        self._app = app
        self._hosts = tuple(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(SAFE_HEADERS)
            await send(message)

        headers = Headers(scope=scope)
        foreign = refuse_host(headers.getlist("host"), self._hosts)
        unasked = None if scope["method"] in READING else refuse_origin(headers)
        if foreign is not None:
            await PlainTextResponse(foreign.render() + "\n", 421)(scope, receive, send_safely)
        elif unasked is not None:
            await PlainTextResponse(unasked.render() + "\n", 403)(scope, receive, send_safely)
        else:
            await self._app(scope, receive, send_safely)


def refuse_origin(headers: Headers) -> Diagnostic | None:
    """The diagnostic where something is sent that no page of ours sent: its origin must be the host asked, both named
    by the browser. Browsers send both headers with every write; what comes without them comes from no page of ours."""
    origins, host = headers.getlist("origin"), headers.get("host", "").strip().lower()
    same = len(origins) == 1 and origins[0].strip().lower() in (f"http://{host}", f"https://{host}")
    if same and headers.get("sec-fetch-site", "same-origin") == "same-origin":
        return None
    remedy = "send it from the page itself, opened as 'headway serve' printed its address"
    return FOREIGN_WRITE.at(None, f"this was sent from {', '.join(origins) or 'no page'}", remedy=remedy)


def refuse_host(named: Sequence[str], allowed: Sequence[str]) -> Diagnostic | None:
    """The diagnostic where a request names another host, several, or none; None where it may pass."""
    found = _HOST.fullmatch(named[0].strip().lower()) if len(named) == 1 else None
    if found and found[1] in allowed:
        return None
    shown = ", ".join(named) or "no host"
    remedy = (
        f"open the page as http://127.0.0.1 with the port that 'headway serve' printed; allowed: {', '.join(allowed)}"
    )
    return REFUSED_HOST.at(None, f"this page does not answer to '{shown}'", remedy=remedy)
