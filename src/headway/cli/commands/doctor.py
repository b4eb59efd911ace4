"""`headway doctor`: what is wrong with the installation or the project, and how to mend it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import click

from headway.cli import terminal
from headway.cli.main import Session
from headway.cli.options import as_of_option, json_option
from headway.core.checkup import Checkup
from headway.core.errors import UserMistake
from headway.core.finding import Finding
from headway.core.machine import installation_checks
from headway.core.readiness import Readiness


@click.command()
@click.option("--fix", is_flag=True, help="Mend what can be mended without loss, such as tables behind their mapping.")
@click.option(
    "--data", is_flag=True, help="Whether the data can support the numbers: every metric, and what to mend first."
)
@as_of_option
@json_option
@click.pass_obj
def doctor(session: Session, fix: bool, data: bool, as_of: date | None, as_json: bool) -> None:
    """Look at the installation and, inside a project, at its text, folder, loads and tables; say what to do.

    With --data: can this data support the numbers you are about to commit to, metric by metric, and what to mend first.
    Changes nothing without --fix. Ends with 0 where nothing stops the work, whatever there is to note.

    Example: headway -C acme doctor
    """
    if data:
        _show_readiness(session.project().facts.readiness(as_of), as_json)
        return
    checkup = _looked(session, fix)
    if as_json:
        rows = [row | {"remedy": session.typed(str(row["remedy"]))} for row in terminal.json_rows(checkup.rows)]
        terminal.envelope("doctor", rows, sentence=checkup.sentence, mended=list(checkup.mended))
    else:
        _show(checkup, session)
    click.get_current_context().exit(checkup.exit_code)


def _show_readiness(found: Readiness, as_json: bool) -> None:
    if as_json:
        repairs = [asdict(one) for one in found.repairs]
        terminal.envelope("doctor", map(asdict, found.standings), found.as_of, sentence=found.sentence, repairs=repairs)
        return
    terminal.out(f"{found.sentence}\n")
    terminal.table(found.metrics)
    if found.repairs:
        terminal.out("")
        terminal.table(found.to_mend)


def _looked(session: Session, fix: bool) -> Checkup:
    """The whole checkup; of the installation alone where it is broken, or where there is no project."""
    here = Checkup(installation_checks())
    if here.exit_code:
        return here
    try:
        project = session.project()
    except UserMistake:
        if not session.folder.exists():
            raise
        return here
    return project.checkup(mend=fix)


def _show(checkup: Checkup, session: Session) -> None:
    for check in checkup.checks:
        if not check.findings:
            terminal.out(f"ok       {check.name}: {check.seen}")
        for finding in check.findings:
            _tell(check.name, finding, session)
    for done in checkup.mended:
        terminal.note(f"\nmended: {done}")
    terminal.note(f"\n{checkup.sentence}")
    for one in checkup.mendable:
        terminal.note(f"{session.typed('headway doctor --fix')}: {one}")


def _tell(name: str, finding: Finding, session: Session) -> None:
    terminal.out(f"{finding.severity:8} {name}: {finding.what}")
    told = (finding.evidence, session.typed(finding.remedy))
    for row in (row for text in told if text for row in text.split("\n")):
        terminal.out(f"         {row}")
