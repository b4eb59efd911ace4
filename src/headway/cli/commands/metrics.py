"""`headway metrics list` and `headway metrics show`."""

from __future__ import annotations

from datetime import date

import click

from headway.cli import terminal
from headway.cli.main import Session
from headway.cli.options import as_of_option, by_option, conditions, json_option, period_option, where_option
from headway.cli.triangle import LEGEND, has_ages, triangle
from headway.core.answers import Measured
from headway.core.ask import Ask
from headway.core.rows import Rows


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
    rows = session.project().facts.catalogue()
    if as_json:
        terminal.envelope("metrics.list", terminal.json_rows(rows))
    else:
        terminal.table(rows.without("policy"))  # a sentence for each choice: the pages and --json show them


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

    Recurring revenue by cohort and age (--by cohort_quarter --by age_quarter) is laid out as a triangle.

    Example: headway -C acme metrics show win_rate.closed_count --by owner --period 2026-Q2
    """
    answer = session.project().facts.measure(Ask(metric, period, by, conditions(where), as_of, plan))
    aged = has_ages(answer.rows) and not as_json
    _tell("metrics.show", answer, as_json, triangle(answer.rows) if aged else answer.rows, LEGEND if aged else "")


@metrics.command("curve")
@click.argument("metric", default="win_rate.eventual")
@by_option
@where_option
@period_option
@as_of_option
@json_option
@click.pass_obj
def curve(
    session: Session,
    metric: str,
    by: tuple[str, ...],
    where: tuple[str, ...],
    period: str | None,
    as_of: date | None,
    as_json: bool,
) -> None:
    """Show a curve over age with its interval: the share of deals won, or of customers still there (logo_retention).

    Open deals count as long as they were seen, loss is a competing end. `of_won` is the share of those that will be won.
    Customers who are still there count until the as-of day; the period says when they came.
    ramp and time_to_productivity are curves by month in role, forecast_accuracy by the days before the period's end.

    Example: headway -C acme metrics curve logo_retention --by segment --period 2026
    """
    answer = session.project().facts.curve(Ask(metric, period, by, conditions(where), as_of))
    _tell("metrics.curve", answer, as_json, answer.rows)


@metrics.command("policy")
@click.argument("metric")
@click.argument("policies", nargs=-1, metavar="[NAME=VALUE]...")
@where_option
@period_option
@as_of_option
@json_option
@click.pass_obj
def policy(
    session: Session,
    metric: str,
    policies: tuple[str, ...],
    where: tuple[str, ...],
    period: str | None,
    as_of: date | None,
    as_json: bool,
) -> None:
    """Show what another policy makes of a metric, and which customers or owners make the difference.

    Recurring revenue, sellers and forecasts are kept under policies; the reference of the metrics lists them.

    Without a policy, against the one the metric is shipped with; that is what a project's own entry changed.

    Example: headway -C acme metrics policy nrr churn_on=notice --period 2026
    """
    ask = Ask(metric, period, where=conditions(where), as_of=as_of)
    told = session.project().facts.policies(ask, _said(policies))
    if as_json:
        about = {"metric": told.metric, "period": told.period, "unit": told.unit, "currency": told.currency}
        sides = [
            {"policy": said, "value": value}
            for said, value in ((told.policy, told.value), (told.other_policy, told.other))
        ]
        rows = terminal.json_rows(told.customers)
        terminal.envelope("metrics.policy", rows, told.as_of, **about, sides=sides, notes=list(told.notes))
        return
    terminal.out(told.headline)
    if len(told.customers):
        terminal.out("")
        terminal.table(told.customers)
    for text in told.notes:
        terminal.note(text)


def _tell(schema: str, answer: Measured, as_json: bool, table: Rows, legend: str = "") -> None:
    """An answer as JSON, or as a table with what is to be known about it."""
    if as_json:
        terminal.envelope(schema, terminal.json_rows(answer.rows), answer.as_of, notes=list(answer.notes))
        return
    terminal.table(table)
    for text in filter(None, (legend, *answer.notes)):
        terminal.note(text)


def _said(words: tuple[str, ...]) -> dict[str, str]:
    """The policies typed after the metric."""
    pairs = [word.partition("=") for word in words]
    for name, sign, value in pairs:
        if not (name and sign and value):
            raise click.UsageError(f"a policy is written NAME=VALUE, such as churn_on=notice, not '{name}'")
    return {name.strip(): value.strip() for name, _, value in pairs}
