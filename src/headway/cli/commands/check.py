"""`headway check`: every mistake in the project's text at once."""

from __future__ import annotations

import click

from headway.cli import terminal
from headway.cli.main import Session
from headway.cli.options import json_option


@click.command()
@click.option("--data", is_flag=True, help="Look at the data too: metrics that name a column no table has.")
@json_option
@click.pass_obj
def check(session: Session, data: bool, as_json: bool) -> None:
    """Read headway.yaml, connectors, metrics and plans, and report every mistake with its place and remedy.

    Ends with 0 when there is none, with 3 when there is one in the text, and with 4 when only the data lack something.
    Reads no data unless asked to.

    Example: headway -C acme check
    """
    from headway.core.diagnostics import DATA_PROBLEM, TEXT_MISTAKE, errors

    found, read = session.project().check(data)
    if as_json:
        terminal.envelope("check", terminal.json_diagnostics(found), files=list(read))
    else:
        terminal.diagnostics(found)
        wrong = len(errors(found))
        counted = f"{len(read)} {'file' if len(read) == 1 else 'files'}"
        beside = f", {len(found) - wrong} to look at" if len(found) > wrong else ""
        terminal.out(
            f"{wrong} {'mistake' if wrong == 1 else 'mistakes'} in {counted}{beside}"
            if wrong
            else f"{counted}, no mistakes{beside}"
        )
    in_text = [d for d in errors(found) if not data or d.mistake.exit_code != DATA_PROBLEM]
    click.get_current_context().exit(TEXT_MISTAKE if in_text else DATA_PROBLEM if errors(found) else 0)
