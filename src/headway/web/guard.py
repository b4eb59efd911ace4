"""Who may ask, and what every answer carries: the pages are for the browser on this machine and nobody else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from headway.core.diagnostics import Diagnostic
from headway.web.mistakes import REFUSED_HOST

LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")

SAFE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""No scripts, nothing from elsewhere, in no frame, kept in no cache."""

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

        refusal = refuse_host(Headers(scope=scope).getlist("host"), self._hosts)
        if refusal is None:
            await self._app(scope, receive, send_safely)
        else:
            await PlainTextResponse(refusal.render() + "\n", 421)(scope, receive, send_safely)


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
