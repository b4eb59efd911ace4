"""`headway demo`: a made-up company to look around in."""

from __future__ import annotations

from pathlib import Path

import click

from headway.cli import terminal
from headway.cli.commands.serve import serve_pages
from headway.cli.main import Session, clock
from headway.cli.options import json_option, port_option
from headway.core.errors import UserMistake
from headway.core.review import Review


@click.command()
@click.option(
    "--dir", "folder", type=click.Path(path_type=Path), default=Path("headway-demo"), show_default=True,
    help="The folder it lives in; what is there already is opened again.",
)  # fmt: skip
@click.option("--open/--no-open", "show", default=True, help="Serve its pages and open the browser, or only make it.")
@port_option
@json_option
@click.pass_obj
def demo(session: Session, folder: Path, show: bool, port: int, as_json: bool) -> None:
    """Make a demo company, whose exports, text and tables are yours to play with, and open its pages.

    It needs no network and is the same for everybody. Example: headway demo
    """
    from headway.project.hall import Project
    from headway.web.hall import HallSource

    where = session.folder / folder
    made = not (where / "headway.yaml").is_file()
    if made:
        Project.demo(where, lambda step: terminal.note(f"{step} ..."), terminal.progress)
    source = HallSource(Project.find(where, clock))
    review = source.review(None, None)
    if not isinstance(review, Review):
        raise UserMistake(review)
    if as_json:
        terminal.envelope("demo", [{"folder": str(where), "made": made}], review.as_of, headline=review.headline)
    else:
        terminal.out(f"{source.title}, as of {review.as_of}, in {where}\n\n{review.sentence}\n")
    if show and not as_json:
        serve_pages(source, port, browser=True)
    else:
        terminal.note(f"Its pages: {terminal.typed()} -C {where} serve")
