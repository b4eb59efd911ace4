"""`headway init`: a project folder."""

from __future__ import annotations

from pathlib import Path

import click

from headway.cli import terminal
from headway.cli.main import Session
from headway.cli.options import json_option


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option("--name", help="The company's name. Without it: the folder's.")
@click.option("--currency", metavar="CODE", help="The company's currency, such as EUR.")
@click.option("--fiscal-start", type=click.IntRange(1, 12), default=1, help="The month the fiscal year starts in.")
@json_option
@click.pass_obj
def init(
    session: Session, folder: Path, name: str | None, currency: str | None, fiscal_start: int, as_json: bool
) -> None:
    """Make a project folder with headway.yaml in it; an existing one is never overwritten.

    Example: headway init acme --currency EUR
    """
    from headway.project.hall import Project

    where = session.folder / folder
    made = Project.create(where, name or where.resolve().name, currency, fiscal_start)
    if as_json:
        terminal.envelope("init", [{"file": file} for file in made])
        return
    for file in made:
        terminal.out(f"made {where / file}")
    terminal.note(f"\nNext: headway -C {where} import your-export.csv")
