"""`headway explain`: a number taken apart."""

from __future__ import annotations

from datetime import date

import click

from headway.cli import terminal
from headway.cli.main import Session
from headway.cli.options import as_of_option, conditions, json_option, period_option, where_option
from headway.core.ask import Ask
from headway.core.explanation import Explanation


@click.command()
@click.argument("metric")
@where_option
@period_option
@as_of_option
@click.option("--plan", metavar="NAME", help="Explain the planned number of this plan instead of the measured one.")
@click.option("--limit", default=10, show_default=True, help="How many records of each part to show.")
@json_option
@click.pass_obj
def explain(
    session: Session,
    metric: str,
    where: tuple[str, ...],
    period: str | None,
    as_of: date | None,
    plan: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Say why a number is what it is: definition, policy, arithmetic, the records behind it, as-of day.

    Example: headway -C acme explain win_rate.closed_count --period 2026-Q2
    """
    project = session.project()
    if plan is not None:
        told = project.intent.explain(metric, period, plan)
    else:
        told = project.facts.explain(Ask(metric, period, where=conditions(where), as_of=as_of, limit=limit))
    if as_json:
        terminal.envelope("explain", [_as_row(told)], told.origin.as_of)
    else:
        _show(told)


def _as_row(told: Explanation) -> dict[str, object]:
    return {
        "metric": told.metric,
        "definition": told.definition,
        "title": told.title,
        "period": told.origin.period or None,
        "dimensions": dict(told.origin.dimensions),
        "value": told.origin.value,
        "shown": told.value,
        "unit": told.unit,
        "currency": told.origin.currency,
        "n": told.origin.n,
        "low": told.origin.low,
        "high": told.origin.high,
        "run": told.origin.run or None,
        "words": told.words,
        "policy": list(told.policy),
        "steps": [{"label": s.label, "value": s.value, "depth": s.depth, "note": s.note} for s in told.steps],
        "parts": {name: terminal.json_rows(rows) for name, rows in told.parts},
        "provenance": told.provenance,
        "notes": list(told.notes),
    }


def _show(told: Explanation) -> None:
    terminal.out(f"{told.title} = {told.value}")
    terminal.out(f"  {told.words}\n")
    for step in told.steps:
        remark = f"   {step.note}" if step.note else ""
        terminal.out(f"  {'    ' * step.depth}{step.label} = {step.value}{remark}")
    for sentence in told.policy:
        terminal.out(f"  policy: {sentence}")
    for name, rows in told.parts:
        terminal.out()
        terminal.table(rows, name)
    for sentence in told.notes:
        terminal.out(f"  {sentence}")
    terminal.out(f"\n{told.provenance}")
