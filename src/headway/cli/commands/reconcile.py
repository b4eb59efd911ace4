"""`headway reconcile`: CRM, billing and the books held against each other; `headway reconcile links`: who is who."""

from __future__ import annotations

from datetime import date

import click

from headway.cli import terminal
from headway.cli.main import Session
from headway.cli.options import as_of_option, json_option
from headway.core.formatting import plural
from headway.core.reconciliation import CLASSES, Pair, Reconciliation
from headway.core.rows import Cell, Column, Rows

_PERIOD = "A period such as 2026-Q3 or 2026-07. Without it: the twelve months up to the as-of day."
_STATES = ("taken", "confirmed", "refused", "candidate", "none")


@click.group(invoke_without_command=True)
@click.option("--period", metavar="PERIOD", help=_PERIOD)
@as_of_option
@click.option("--class", "kind", type=click.Choice([*CLASSES]), help="List the differences of this class.")
@click.option("--account", metavar="NAME", help="List the differences of accounts with this in their name.")
@json_option
@click.pass_context
def reconcile(
    ctx: click.Context, period: str | None, as_of: date | None, kind: str | None, account: str | None, as_json: bool
) -> None:
    """Hold CRM, billing and the books against each other: every difference in a class, with its records.

    Example: headway -C acme reconcile --period 2026-Q3 --class missing_subscription
    """
    if ctx.invoked_subcommand is not None:
        return
    session: Session = ctx.obj
    answer = session.project().facts.reconcile(period, as_of)
    listed = answer.listed(kind, account) if kind or account else None
    if as_json:
        _told(answer, listed)
    elif listed is not None:
        terminal.table(listed, f"Differences in {answer.period}, the largest first")
        terminal.note(f"{plural(len(listed), 'difference')}, {_sum(listed)} in all")
    else:
        _show(answer, session)


@reconcile.command("links")
@click.option("--state", type=click.Choice(_STATES), help="Only the links in this state.")
@as_of_option
@json_option
@click.pass_obj
def links(session: Session, state: str | None, as_of: date | None, as_json: bool) -> None:
    """Which billing customer is which CRM account: how it was found, how sure that is, what waits to be confirmed.

    Example: headway -C acme reconcile links --state candidate
    """
    answer = session.project().facts.reconcile(None, as_of)
    rows = answer.linked(state)
    if as_json:
        terminal.envelope("reconcile.links", terminal.json_rows(rows), answer.as_of)
        return
    terminal.table(rows)
    waiting = next((one for one in answer.links if one.state == "candidate"), None)
    if waiting is not None:
        terminal.note("To confirm or refuse one, write it into links/accounts.yaml, such as:")
        terminal.note(f"  {waiting.customer}:\n    accounts: [{waiting.account}]\n    by: Finance\n    reason: ...")


def _told(answer: Reconciliation, listed: Rows | None) -> None:
    terminal.envelope(
        "reconcile",
        terminal.json_rows(answer.strip),
        answer.as_of,
        period=answer.period,
        classes=terminal.json_rows(answer.classes),
        unmatched=terminal.json_rows(answer.apart),
        differences=terminal.json_rows(answer.listed() if listed is None else listed),
        tolerances={
            "amount": answer.tolerances.amount,
            "share": answer.tolerances.share,
            "days": answer.tolerances.days,
        },
        notes=[*answer.notes, *(f"{pair.name}: {pair.words}" for pair in answer.pairs if pair.words)],
        run=answer.provenance or None,
    )


def _show(answer: Reconciliation, session: Session) -> None:
    terminal.table(answer.strip, f"{answer.period}, as known on {answer.as_of}")
    for pair in answer.pairs:
        terminal.out()
        if pair.differences:
            terminal.table(_classes(pair), f"{pair.name}: {pair.left} to {pair.right}, {pair.gap:+,.2f}")
        else:
            terminal.out(f"{pair.name}: {pair.left} and {pair.right} tie")
        if pair.words:
            terminal.note(f"  {pair.words}")
    if answer.unmatched:
        terminal.out()
        terminal.table(answer.apart)
    for sentence in answer.notes:
        terminal.note(sentence)
    waiting = sum(1 for one in answer.links if one.state == "candidate")
    if waiting:
        found = plural(waiting, "candidate")
        terminal.note(f"{found} to confirm or refuse: {session.typed('headway reconcile links --state candidate')}")


def _classes(pair: Pair) -> Rows:
    """What a pair's difference is made of, each class with its largest account."""
    rows = list[tuple[Cell, ...]]()
    for kind, (amount, accounts) in pair.by_class.items():
        largest = max(pair.only(kind, None), key=lambda one: abs(one.amount))
        rows.append((kind, amount, accounts, f"{largest.account} ({largest.amount:,.2f})", CLASSES[kind]))
    columns = [Column("class"), Column("amount", "money"), Column("accounts", "integer"), Column("largest")]
    return Rows.of([*columns, Column("meaning")], rows)


def _sum(rows: Rows) -> str:
    return f"{rows.total('amount'):,.2f}"
