"""`headway track`: one sentence, the milestones, why, what to look at; the journey week by week for who asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import click

from headway.cli import terminal
from headway.cli.main import Session
from headway.cli.options import as_of_option, json_option
from headway.core.finding import Finding
from headway.core.formatting import count, money, points, quantity, relative
from headway.core.review import Milestone, Review
from headway.core.rows import Cell, Column, Rows
from headway.core.titles import beside, title


@click.command()
@as_of_option
@click.option(
    "--plan", metavar="NAME", help="The plan to track. Without it: the only one, or the newest that covers the day."
)
@click.option("--weeks", is_flag=True, help="The journey week by week instead of where each milestone stands.")
@click.option("--fail-on", type=click.Choice(["behind"]), help="End with 8 when this is the verdict.")
@json_option
@click.pass_obj
def track(
    session: Session, as_of: date | None, plan: str | None, weeks: bool, fail_on: str | None, as_json: bool
) -> None:
    """Say whether the plan is on track, where each milestone stands, why, and what to look at this week.

    Example: headway -C acme track --as-of 2026-09-30
    """
    review = session.project().tracking.review(as_of, plan)
    if as_json:
        _json(review)
    else:
        _show(review, session, weeks)
    click.get_current_context().exit(8 if fail_on == review.verdict else 0)


def _json(review: Review) -> None:
    terminal.envelope(
        "track",
        [_milestone(m, review) for m in review.milestones],
        review.as_of,
        plan=review.plan,
        verdict=review.verdict,
        headline=review.headline,
        lead=review.lead,
        causes=[{"driver": c.driver, "amount": c.amount, "words": c.words} for c in review.causes],
        failing=[_finding(one) | {"owner": one.owner} for one in review.failing],
        look_at=[_finding(one) for one in review.look_at],
        journey=terminal.json_rows(review.journey),
        notes=list(review.notes),
    )


def _finding(one: Finding) -> dict[str, object]:
    return {"what": one.what, "where": one.where, "evidence": one.evidence, "price": one.price}


def _milestone(milestone: Milestone, review: Review) -> dict[str, object]:
    header = milestone.actual.header
    return {
        "metric": milestone.metric,
        "definition": header.definition,
        "period": milestone.measured_over(review.begins, review.as_of) if review.begins else None,
        "dimensions": {},
        "value": milestone.actual_to_date,
        "plan": milestone.plan_to_date,
        "variance": milestone.variance,
        "slack_weeks": milestone.slack_weeks,
        "standing": milestone.standing,
        "unit": header.unit,
        "currency": header.currency,
        "n": milestone.n,
        "low": milestone.low,
        "high": milestone.high,
        "note": milestone.note,
    }


def _show(review: Review, session: Session, weeks: bool) -> None:
    terminal.out(f"{review.sentence}\n")
    known = f"{review.plan} as known on {review.as_of}"
    if weeks:
        terminal.table(_journey(review), f"The journey by week, actual / plan to date: {known}")
    else:
        terminal.table(_milestones(review), f"The journey to date: {known}")
    terminal.out()
    for cause in review.causes:
        name = title(cause.driver)
        terminal.out(f"  {money(cause.amount, review.currency, signed=True):>8}  {name}: {beside(name, cause.words)}")
    if review.failing or review.look_at:
        terminal.out("\nLook at this week")
    for finding in (*review.failing, *review.look_at):
        terminal.out(f"  {finding.what}: {finding.evidence}")
    terminal.note()
    for text in review.notes:
        terminal.note(text)
    terminal.note(f"\nThe page: headway -C {session.folder} serve")


def _milestones(review: Review) -> Rows:
    """One line a milestone: both sides, the difference, how many weeks ahead or behind, and whether that is enough."""
    names = ("milestone", "actual", "plan", "difference", "weeks", "standing", "n", "note")
    columns = [Column(name, "text" if name in ("milestone", "standing", "note") else "number") for name in names]
    records: list[tuple[Cell, ...]] = []
    for m in review.milestones:
        unit = m.plan.header.unit or m.actual.header.unit
        sides = [
            NOT_YET if v is None else quantity(v, unit, review.currency) for v in (m.actual_to_date, m.plan_to_date)
        ]
        slack = "" if m.slack_weeks is None else f"{m.slack_weeks:+.1f}"
        records.append((m.title, *sides, _difference(m), slack, m.standing, "" if m.n is None else count(m.n), m.note))
    return Rows.of(columns, records)


def _difference(milestone: Milestone) -> str:
    if milestone.variance is None or not milestone.plan_to_date:
        return ""
    if milestone.plan.header.unit == "deal/opportunity":
        return points(milestone.variance)
    return relative(milestone.actual_to_date, milestone.plan_to_date)


def _journey(review: Review) -> Rows:
    """The journey with one column a milestone, both sides in each cell."""
    shown = [m for m in review.milestones if f"{m.metric}.plan" in review.journey.names]
    columns = [Column("week"), Column("until"), *(Column(m.title, "number") for m in shown)]
    records = [
        (str(row["week"]), str(row["until"]), *(_pair(row, m, review.currency) for m in shown))
        for row in review.journey
    ]
    return Rows.of(columns, records)


def _pair(row: Mapping[str, Cell], milestone: Milestone, currency: str | None) -> str:
    unit = milestone.plan.header.unit
    sides = (row[f"{milestone.metric}.actual"], row[f"{milestone.metric}.plan"])
    return " / ".join(NOT_YET if side is None else quantity(float(str(side)), unit, currency) for side in sides)


NOT_YET = "-"
"""What stands where there is nothing to measure yet."""
