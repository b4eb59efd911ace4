"""The pages served by a real server, and a real browser to open them; `SHOTS` is where their pictures are kept."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from headway.web.app import create_app
from headway.web.source import Source

SHOTS = Path(__file__).parents[1] / "screenshots"


@contextmanager
def serving(source: Source) -> Iterator[str]:
    """The address of the pages of a source, while they are served from a thread."""
    server = uvicorn.Server(uvicorn.Config(create_app(source), host="127.0.0.1", port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    if not server.started:
        pytest.fail("the server did not start within 20 seconds")
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A real browser; a test fails where there is none."""
    where = os.environ.get("HEADWAY_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    if not os.path.exists(where):
        pytest.fail(
            f"these tests open a real browser, and there is none at {where}: install chromium, or set HEADWAY_CHROMIUM"
        )
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=where, args=["--no-sandbox"])
        yield opened
        opened.close()
