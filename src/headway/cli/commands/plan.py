"""`headway plan propose`, `headway plan show` and `headway plan set`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from headway.cli import terminal
from headway.cli.main import Session
from headway.cli.options import conditions, json_option
from headway.core.history import Breakdown
from headway.core.revision import Change

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
@click.option(
    "--by",
    multiple=True,
    type=click.Choice(["source", "segment"]),
    help="Plan each source, or each segment, for itself. May be repeated.",
)
@click.option(
    "--where",
    multiple=True,
    metavar="COLUMN=VALUE",
    help="Plan only the opportunities that have this value, such as motion='New Business'. May be repeated.",
)
@json_option
@click.pass_obj
def propose(
    session: Session,
    history: str,
    year: str,
    target: str | None,
    name: str | None,
    replace: bool,
    by: tuple[str, ...],
    where: tuple[str, ...],
    as_json: bool,
) -> None:
    """Propose a plan from history's own rates, each assumption with its evidence and n, and write it as text.

    Example: headway -C acme plan propose --history 2026-01..2026-06 --year 2026
    """
    asked = Breakdown(conditions(where), tuple(dict.fromkeys(by)))
    _tell("plan.propose", session.project().intent.propose(history, year, target, name, replace, asked), as_json)


@plan.command()
@click.argument("name", required=False)
@json_option
@click.pass_obj
def show(session: Session, name: str | None, as_json: bool) -> None:
    """Show a plan: assumptions, months, the bridge to the target, the opportunities it needs, the gap in words.

    Example: headway -C acme plan show
    """
    _tell("plan.show", session.project().intent.show(name), as_json)


@plan.command("set")
@click.argument("name", metavar="PLAN")
@click.argument("assumption")
@click.argument("value")
@click.option("--at", metavar="MEMBERS", help="Which value: the member of each dimension, such as inbound,mid.")
@click.option("--range", "ends", metavar="LOW,HIGH", help="The range the value lies in, P10 and P90.")
@click.option("--why", metavar="TEXT", help="The reason: becomes the evidence, and the basis becomes judgement.")
@click.option("--owner", metavar="WHO", help="Who answers for the assumption.")
@click.option("--review-by", metavar="DATE", help="When it is to be looked at again.")
@click.option("--if-match", metavar="HASH", help="Write only if the file still has this content hash.")
@click.option("--dry-run", is_flag=True, help="Show what would change; write nothing.")
@json_option
@click.pass_obj
def set_value(
    session: Session,
    name: str,
    assumption: str,
    value: str,
    if_match: str | None,
    dry_run: bool,
    as_json: bool,
    **words: str | None,
) -> None:
    """Change one value of an assumption in the plan's text, leaving every other character as it is; show the diff.

    An edit that would make the plan wrong is refused with what would be wrong, and nothing is written.

    Example: headway -C acme plan set fy27 win_rate.eventual 23% --at inbound,mid --why "two new partners"
    """
    change = _change(assumption, value, words)
    done = session.project().intent.revise(name, change, if_match, not dry_run)
    if as_json:
        row = {"plan": name, "assumption": assumption, "at": list(change.at), "file": done.file, "before": done.before}
        row |= {"after": done.after, "written": done.written, "diff": done.diff}
        terminal.envelope("plan.set", [row], noticed=terminal.json_diagnostics(done.noticed))
        return
    terminal.out(done.diff.rstrip("\n") if done.diff else "it says so already")
    terminal.diagnostics(done.noticed)
    ended = (
        f"written: {done.file}" if done.written else f"nothing written; {done.file} has the content hash {done.before}"
    )
    terminal.note(ended)


def _change(assumption: str, value: str, words: Mapping[str, str | None]) -> Change:
    at, ends, why = words["at"], words["ends"], words["why"]
    told = dict(Change.because(why)) if why else dict[str, str | None]()
    told |= {key: word for key in ("owner", "review_by") if (word := words[key])}
    low, sign, high = ends.partition(",") if ends else ("", ",", "")
    if not sign:
        raise click.UsageError(f"--range is written LOW,HIGH, not '{ends}'")
    members = tuple(one.strip() for one in at.split(",")) if at else ()
    return Change(assumption, value, members, (low.strip(), high.strip()) if ends else None, told)


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
