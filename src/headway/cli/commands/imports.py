"""`headway import`: exports in, canonical tables out, every inference shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from headway.cli import terminal
from headway.cli.main import Session
from headway.cli.options import exported_on_option, json_option
from headway.cli.said import Said, reading_of, reading_options

if TYPE_CHECKING:
    from headway.core.answers import ImportAnswer, Proposed


@click.command("import")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Accept what is proposed.")
@click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@reading_options
@exported_on_option
@json_option
@click.pass_obj
def import_files(
    session: Session, files: tuple[Path, ...], yes: bool, dry_run: bool, as_json: bool, **said: Unpack[Said]
) -> None:
    """Load exports into the project: CSV, TSV or XLSX of HubSpot, Salesforce or any other system; or a folder of them.

    A DuckDB file, Parquet files or a folder of them are read as a warehouse: landings of Fivetran, Airbyte and dlt are known
    by their columns, and so are tables that somebody made by hand.

    What each column means is inferred from its name, its values and its keys, and shown with the evidence. It is
    written to connectors/NAME.yaml, where any inference can be edited or refused. Without FILES, the tables are built
    again from every load kept, under the mapping as it stands.

    Example: headway -C acme import deals.csv companies.csv --yes
    """
    accept = _accept(yes or as_json, quiet=as_json)
    answer = session.project().import_files(files, reading_of(said), None if dry_run else accept, terminal.progress)
    if as_json:
        _json(answer)
    else:
        _show(answer, dry_run)
    click.get_current_context().exit(0 if answer.loaded or dry_run else 2)


def _accept(yes: bool, *, quiet: bool) -> Callable[[Proposed], bool]:
    def accept(proposed: Proposed) -> bool:
        if not quiet and len(proposed.evidence):
            terminal.table(proposed.evidence, f"What each column was taken to mean ({proposed.file})")
            terminal.out()
        if yes or proposed.unchanged:
            return True
        question = f"Load under this mapping? (It is kept in {proposed.file} for you to edit)"
        return terminal.ask(question)

    return accept


def _json(answer: ImportAnswer) -> None:
    terminal.envelope(
        "import",
        terminal.json_rows(answer.rows),
        answer.as_of,
        run=answer.run,
        loaded=answer.loaded,
        message=answer.message,
        mapping=terminal.json_rows(answer.evidence),
        listed=terminal.json_rows(answer.listed),
        diagnostics=terminal.json_diagnostics(answer.diagnostics),
    )


def _show(answer: ImportAnswer, dry_run: bool) -> None:
    if dry_run:
        terminal.table(answer.evidence, "What each column would be taken to mean")
    if len(answer.rows):
        terminal.table(answer.rows)
    if len(answer.listed):
        terminal.out()
        terminal.table(answer.listed, "Rows not loaded, each with its reason", most=20)
    terminal.diagnostics(answer.diagnostics)
    terminal.out(answer.message)
