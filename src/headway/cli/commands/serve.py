"""`headway serve`: the pages, on this machine only."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from headway.cli import terminal
from headway.cli.main import Session
from headway.cli.options import json_option, port_option

if TYPE_CHECKING:
    from headway.web.source import Source


@click.command()
@port_option
@json_option
@click.pass_obj
def serve(session: Session, port: int, as_json: bool) -> None:
    """Serve the pages on 127.0.0.1 until interrupted.

    Example: headway -C acme serve
    """
    if as_json:
        terminal.envelope("serve", [{"address": address_of(port)}])
    from headway.web.hall import HallSource

    serve_pages(HallSource(session.project()), port, quiet=as_json)


def serve_pages(source: Source, port: int, *, quiet: bool = False, browser: bool = False) -> None:
    """Serve a project's pages until interrupted; `browser` opens them where somebody sits at the terminal."""
    import uvicorn

    from headway.web.app import create_app

    app = create_app(source)
    if not quiet:
        terminal.note(f"Track is at {address_of(port)} (Ctrl+C to stop)")
    if browser and sys.stdout.isatty():
        click.launch(address_of(port))
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


def address_of(port: int) -> str:
    """Where the pages are."""
    return f"http://127.0.0.1:{port}/"
