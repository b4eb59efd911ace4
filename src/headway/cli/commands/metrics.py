"""`headway metrics list` and `headway metrics show`."""

from __future__ import annotations

from datetime import date

import click

from headway.cli import terminal
from headway.cli.main import Session
from headway.cli.options import as_of_option, by_option, conditions, json_option, period_option, where_option


@click.group()
def metrics() -> None:
    """What happened: every metric has a definition, a version, an as-of day and an n."""


@metrics.command("list")
@json_option
@click.pass_obj
def list_metrics(session: Session, as_json: bool) -> None:
    """List the metrics: name, title, unit, how they are decided.

    Example: headway -C acme metrics list
    """
    rows = session.project().catalogue()
    if as_json:
        terminal.envelope("metrics.list", terminal.json_rows(rows))
    else:
        terminal.table(rows)


@metrics.command("show")
@click.argument("metric")
@by_option
@where_option
@period_option
@as_of_option
@click.option("--plan", metavar="NAME", help="The plan whose target coverage is measured against.")
@json_option
@click.pass_obj
def show(
    session: Session,
    metric: str,
    by: tuple[str, ...],
    where: tuple[str, ...],
    period: str | None,
    as_of: date | None,
    plan: str | None,
    as_json: bool,
) -> None:
    """Show a metric. A bare name such as win_rate answers with its variants side by side.

    Example: headway -C acme metrics show win_rate.closed_count --by owner --period 2026-Q2
    """
    answer = session.project().measure(metric, period, by, conditions(where), as_of, plan)
    if as_json:
        terminal.envelope("metrics.show", terminal.json_rows(answer.rows), answer.as_of, notes=list(answer.notes))
        return
    terminal.table(answer.rows)
    for text in answer.notes:
        terminal.note(text)
