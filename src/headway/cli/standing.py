"""`headway` alone: where things stand, and the one next command to type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from headway.cli import terminal
from headway.core.errors import UserMistake
from headway.core.formatting import plural

if TYPE_CHECKING:
    from headway.cli.main import Session
    from headway.core.checkup import Checkup
    from headway.project.hall import Project


def tell(ctx: click.Context) -> int:
    """In a project: what is in it, where the plan stands, what is stale, the next step. Elsewhere: how to begin."""
    session: Session = ctx.obj
    try:
        project = session.project()
    except UserMistake as mistake:
        if not session.folder.exists():
            raise mistake
        _outside(ctx)
        return 0
    glance = project.checkup(glance=True)
    wrong = [finding for finding in glance.findings if finding.severity == "error"]
    for finding in wrong:
        terminal.out(f"{project.folder.name}: {finding.what}")
    if wrong:
        terminal.out(f"Next: {session.typed(wrong[0].remedy)}")
        return glance.exit_code
    day, plans = project.last_load, project.plans
    stands = f", its clock stands at {project.settings.today}" if project.settings.today else ""
    terminal.out(f"{project.settings.name}: {f'data of {day}' if day else 'no data yet'}, {_counted(plans)}{stands}")
    for sentence in _headline(project) if day and plans else ():
        terminal.out(sentence)
    for finding in glance.findings if day else ():
        terminal.out(f"{finding.what[:1].upper()}{finding.what[1:]}.")
    terminal.out(f"Next: {session.typed(_next(project, glance))}")
    return 0


def _outside(ctx: click.Context) -> None:
    """No project here: one to look at, where there is one, and how to make your own."""
    group = ctx.command
    known = group.list_commands(ctx) if isinstance(group, click.Group) else []
    terminal.out("There is no project here.\n")
    if "demo" in known:
        terminal.out("See a company that lives in it:  headway demo")
    terminal.out("Make a project of your own:      headway init acme")
    terminal.out("All commands:                    headway --help")


def _headline(project: Project) -> Iterator[str]:
    """Where the plan stands; why it cannot be told, where it cannot."""
    terminal.progress("measuring")
    try:
        review = project.tracking.review(None, None)
    except UserMistake as mistake:
        yield f"The plan cannot be followed: {mistake.diagnostics[0].message}."
        return
    yield f"{review.headline}, by the plan {review.plan}."
    for bet in review.failing[:1]:
        more = f" ({len(review.failing) - 1} more do not hold)" if review.failing[1:] else ""
        yield f"An assumption does not hold: {bet.what} is {bet.evidence}{more}."


def _next(project: Project, glance: Checkup) -> str:
    """The command that brings this project on."""
    day = project.last_load
    if day is None:
        return "headway import your-export.csv"
    pressing = [finding.remedy for finding in glance.findings if finding.severity == "warning"]
    if not project.plans:
        history, year = project.settings.fiscal.usual_plan(day)
        pressing.append(f"headway plan propose --history {history} --year {year}")
    return pressing[0] if pressing else "headway track"


def _counted(plans: tuple[str, ...]) -> str:
    return "no plan yet" if not plans else f"plan {plans[0]}" if len(plans) == 1 else plural(len(plans), "plan")
