"""`headway plan propose` and `headway plan show`."""

from __future__ import annotations

import click

from headway.cli import terminal
from headway.cli.main import Session
from headway.cli.options import json_option
from headway.core.rows import Rows


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
    answer = session.project().propose(history, year, target, name, replace)
    if as_json:
        terminal.envelope(
            "plan.propose",
            terminal.json_rows(answer.assumptions),
            answer.as_of,
            **_tables(answer.tables),
            words=list(answer.words),
            plan=answer.plan,
            files=list(answer.files),
        )
        return
    terminal.table(answer.in_words, f"Assumptions of {answer.plan}")
    _show(answer.tables, answer.words)
    for file in answer.files:
        terminal.note(f"written: {file}")


@plan.command()
@click.argument("name", required=False)
@json_option
@click.pass_obj
def show(session: Session, name: str | None, as_json: bool) -> None:
    """Show a plan: assumptions, months, the bridge to the target, the opportunities it needs, the gap in words.

    Example: headway -C acme plan show
    """
    answer = session.project().show_plan(name)
    if as_json:
        terminal.envelope(
            "plan.show",
            terminal.json_rows(answer.assumptions),
            answer.as_of,
            **_tables(answer.tables),
            words=list(answer.words),
            plan=answer.plan,
        )
        return
    terminal.table(answer.in_words, f"Assumptions of {answer.plan}")
    _show(answer.tables, answer.words)


def _tables(tables: tuple[tuple[str, Rows], ...]) -> dict[str, object]:
    return {name.lower().replace(" ", "_"): terminal.json_rows(rows) for name, rows in tables}


def _show(tables: tuple[tuple[str, Rows], ...], words: tuple[str, ...]) -> None:
    for name, rows in tables:
        terminal.out()
        terminal.table(rows, name)
    terminal.out()
    for sentence in words:
        terminal.out(sentence)
