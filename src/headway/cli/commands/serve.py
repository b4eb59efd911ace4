"""`headway serve`: the pages, on this machine only."""

from __future__ import annotations

import click

from headway.cli import terminal
from headway.cli.main import Session
from headway.cli.options import json_option


@click.command()
@click.option("--port", default=8642, show_default=True, help="The port on 127.0.0.1.")
@json_option
@click.pass_obj
def serve(session: Session, port: int, as_json: bool) -> None:
    """Serve the pages on 127.0.0.1 until interrupted.

    Example: headway -C acme serve
    """
    import uvicorn

    from headway.web.app import create_app
    from headway.web.hall import HallSource

    address = f"http://127.0.0.1:{port}/"
    app = create_app(HallSource(session.project()))
    if as_json:
        terminal.envelope("serve", [{"address": address}])
    else:
        terminal.note(f"Track is at {address} (Ctrl+C to stop)")
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")
