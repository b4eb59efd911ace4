"""`headway hygiene`: what is wrong with the records, what it puts at risk, and who can mend it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import click

from headway.cli import terminal
from headway.cli.main import Session
from headway.cli.options import as_of_option, json_option
from headway.core.diagnostics import Mistake, did_you_mean
from headway.core.errors import Fault, UserMistake
from headway.core.formatting import exact_money, percent
from headway.core.hygiene import Hygiene, Pipeline
from headway.core.rows import Column, Rows

UNKNOWN_RULE = Mistake(
    "unknown-rule",
    "No hygiene rule of that name",
    "Rules have names such as past-close. `headway hygiene` lists the shipped ones and those of the hygiene/ folder.",
    exit_code=2,
)
UNKNOWN_OWNER = Mistake(
    "unknown-owner",
    "No owner of that name",
    "A fix list is of somebody who owns records, in the spelling the data has.",
    exit_code=2,
)
MOST = 25
"""How many rows a terminal shows; --json gives all."""


@click.command()
@click.option("--rule", metavar="NAME", help="The records that one rule names.")
@click.option("--owner", metavar="NAME", help="The fix list of one owner: every finding with what to do.")
@click.option("--queue", is_flag=True, help="The deals to inspect: those not trusted first, then by value.")
@click.option("--owners", is_flag=True, help="Everybody's score: how many of their open deals no rule names.")
@click.option("--stages", is_flag=True, help="Each stage's configured probability beside that of history.")
@click.option("--fit", is_flag=True, help="Win rate and open pipeline by how well accounts fit hygiene/icp.yaml.")
@click.option("--accounts", is_flag=True, help="Every account with its fit score and what it lacks.")
@click.option("--waivers", is_flag=True, help="The waivers of hygiene/waivers.yaml and how they stand.")
@click.option("--plan", metavar="NAME", help="The plan whose target coverage is measured against.")
@as_of_option
@json_option
@click.pass_obj
def hygiene(
    session: Session,
    rule: str | None,
    owner: str | None,
    queue: bool,
    owners: bool,
    stages: bool,
    fit: bool,
    accounts: bool,
    waivers: bool,
    plan: str | None,
    as_of: date | None,
    as_json: bool,
) -> None:
    """Say which records cannot be trusted, by which rule, what they put at risk, and what to do about them.

    Without an option: every rule with its records, owners and value, and pipeline and coverage raw and trusted.

    Example: headway -C acme hygiene --owner "AE North 3"
    """
    made = session.project().facts.holdings(as_of, plan or "").hygiene
    if made is None:
        raise Fault("loaded records were not looked at")
    lists = {"queue": (queue, made.queue), "owners": (owners, made.owners), "stages": (stages, made.stages)}
    lists |= {"waivers": (waivers, made.waivers), "fit": (fit, made.fit), "accounts": (accounts, made.accounts)}
    chosen = [(name, rows) for name, (wanted, rows) in lists.items() if wanted]
    chosen += [("records", _of_rule(made, rule))] if rule else []
    chosen += [("fixes", _of_owner(made, owner))] if owner else []
    name, rows = chosen[0] if chosen else ("rules", made.summary)
    if as_json:
        told = {"pipeline": _told(made.pipeline), "coverage": _told(made.covered) if made.covered else None}
        notes = list(made.notes)
        terminal.envelope(
            "hygiene", terminal.json_rows(rows), made.as_of, of=name, headline=made.headline, **told, notes=notes
        )
        return
    _show(made, name, rows)


def _show(made: Hygiene, name: str, rows: Rows) -> None:
    if name == "rules":
        terminal.out(f"{made.headline}\n")
        terminal.table(_in_words(made))
    elif len(rows):
        terminal.table(rows, most=None if name in ("stages", "waivers", "owners") else MOST)
    else:
        terminal.out(f"no {name}")
    for text in made.notes:
        terminal.note(text)
    if name == "rules":
        unjudged = [one for one in made.found if not one.judged]
        for one in unjudged:
            terminal.note(f"not judged: {one.name}: {one.note}")
        clean = [one.name for one in made.found if one.judged and not one.count]
        terminal.note(f"looked for and not found: {', '.join(clean)}" if clean else "")


def _in_words(made: Hygiene) -> Rows:
    """The rules that found something, as people read them."""
    columns = (Column("rule"), Column("severe", "flag"), Column("records", "integer"), Column("of", "integer"))
    columns += (Column("owners", "integer"), Column("at risk", "money"), Column("of open", "number"), Column("what"))
    raw = made.pipeline.raw
    return Rows.of(
        [Column(one.name, "integer" if one.name in ("at risk", "of open") else one.type) for one in columns],
        [
            (
                *(one.name, one.severe, one.count, one.of, one.owners),
                exact_money(one.at_risk and round(one.at_risk), made.currency) if one.at_risk is not None else None,
                percent(one.at_risk / raw) if one.at_risk is not None and raw else None,
                f"{one.title}{f' ({one.waived} waived)' if one.waived else ''}",
            )
            for one in made.found
            if one.count or one.waived
        ],
    )


def _told(pipeline: Pipeline) -> dict[str, object]:
    told: dict[str, object] = asdict(pipeline)
    return told | {"coverage": pipeline.coverage, "trusted_coverage": pipeline.trusted_coverage}


def _of_rule(made: Hygiene, name: str) -> Rows:
    found = made.of_rule(name)
    if found is None:
        remedy = did_you_mean(name, [one.name for one in made.found])
        raise UserMistake([UNKNOWN_RULE.at(None, f"there is no rule '{name}'", remedy=remedy)])
    if found.note:
        terminal.note(found.note if found.judged else f"not judged: {found.note}")
    return found.records


def _of_owner(made: Hygiene, name: str) -> Rows:
    known = {str(owner) for rows in (made.owners, made.fixes) for owner in rows.column("owner") if owner}
    meant = next((owner for owner in known if owner.lower() == name.lower()), None)
    if meant is None:
        remedy = did_you_mean(name, known)
        raise UserMistake([UNKNOWN_OWNER.at(None, f"nobody called '{name}' owns a record", remedy=remedy)])
    rows, place = made.fixes, made.fixes.names.index("owner")
    own = [record for record in rows.records if record[place] == meant]
    kept = [i for i, column in enumerate(rows.columns) if column.name not in ("owner", "title")]
    return Rows(tuple(rows.columns[i] for i in kept), tuple(tuple(record[i] for i in kept) for record in own))
