"""`headway note` and `headway log`."""

from __future__ import annotations

import os
from getpass import getuser

import click

from headway.cli import terminal
from headway.cli.main import Session
from headway.cli.options import json_option
from headway.core.record import record_rows


@click.command()
@click.argument("subject")
@click.argument("text")
@click.option("--by", metavar="WHO", help="Who says it. Without it: the HEADWAY_ACTOR variable, or who is logged in.")
@click.option("--seen", metavar="HASH", default="", help="The content hash of what it is said about.")
@json_option
@click.pass_obj
def note(session: Session, subject: str, text: str, by: str | None, seen: str, as_json: bool) -> None:
    """Write down a comment about a subject: an assumption, a metric, a plan, anything with a name. It is kept for good.

    Example: headway -C acme note win_rate.eventual "two new partners since May"
    """
    kept = session.project().comment(subject, text, by or os.environ.get("HEADWAY_ACTOR") or getuser(), seen)
    if as_json:
        terminal.envelope("note", terminal.json_rows(record_rows([kept])))
    else:
        terminal.out(f"kept as record {kept.number}: {kept.actor} about {kept.subject}")


@click.command()
@click.argument("subject", required=False)
@json_option
@click.pass_obj
def log(session: Session, subject: str | None, as_json: bool) -> None:
    """Show what people wrote down, about one subject or about all, and check that none of it was altered.

    Example: headway -C acme log win_rate.eventual
    """
    found = session.project().records_of(subject)
    if as_json:
        terminal.envelope("log", terminal.json_rows(record_rows(found)))
    elif found:
        terminal.table(record_rows(found))
    else:
        terminal.out("nothing was written down yet" + (f" about {subject}" if subject else ""))
