"""`headway plan propose` and `headway plan show`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from headway.cli import terminal
from headway.cli.main import Session
from headway.cli.options import json_option

if TYPE_CHECKING:
    from headway.core.answers import PlanAnswer


@click.group()
def plan() -> None:
    """What must be true: a plan made of assumptions with their evidence."""


@plan.command()
@click.option(
    "--history", required=True, metavar="PERIOD", help="The months the rates are measured in, such as 2017-01..2017-06."
)
@click.option("--year", required=True, metavar="PERIOD", help="The year to plan: what is left of it after the history.")
@click.option(
    "--target", metavar="AMOUNT", help="The amount to commit to, such as 3.2m. Without it: what the rates yield."
)
@click.option("--name", help="The plan's name. Without it: from the year.")
@click.option("--replace", is_flag=True, help="Write over a plan of this name.")
@json_option
@click.pass_obj
def propose(
    session: Session, history: str, year: str, target: str | None, name: str | None, replace: bool, as_json: bool
) -> None:
    """Propose a plan from history's own rates, each assumption with its evidence and n, and write it as text.

    Example: headway -C acme plan propose --history 2026-01..2026-06 --year 2026
    """
    _tell("plan.propose", session.project().propose(history, year, target, name, replace), as_json)


@plan.command()
@click.argument("name", required=False)
@json_option
@click.pass_obj
def show(session: Session, name: str | None, as_json: bool) -> None:
    """Show a plan: assumptions, months, the bridge to the target, the opportunities it needs, the gap in words.

    Example: headway -C acme plan show
    """
    _tell("plan.show", session.project().show_plan(name), as_json)


def _tell(command: str, answer: PlanAnswer, as_json: bool) -> None:
    if as_json:
        tables = {name.lower().replace(" ", "_"): terminal.json_rows(rows) for name, rows in answer.tables}
        more = {"plan": answer.plan, "words": list(answer.words), "files": list(answer.files), **tables}
        terminal.envelope(command, terminal.json_rows(answer.assumptions), answer.as_of, **more)
        return
    terminal.table(answer.in_words, f"Assumptions of {answer.plan}")
    for name, rows in answer.tables:
        terminal.out()
        terminal.table(rows, name)
    terminal.out()
    for sentence in answer.words:
        terminal.out(sentence)
    for file in answer.files:
        terminal.note(f"written: {file}")
