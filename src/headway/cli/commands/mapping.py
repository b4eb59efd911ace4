"""`headway map`: what columns mean, suggested with evidence; and whether a mapping holds against its data."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from headway.cli import terminal
from headway.cli.main import Session
from headway.cli.options import exported_on_option, json_option
from headway.cli.said import Said, reading_of, reading_options
from headway.core.diagnostics import DATA_PROBLEM, FAILURE, errors

if TYPE_CHECKING:
    from headway.core.proof import Receipt
    from headway.core.suggestion import Suggested


@click.group("map")
def mapping() -> None:
    """What the columns of exports and warehouses mean: suggest a mapping, and prove one."""


@mapping.command("suggest")
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--write", is_flag=True, help="Keep the mapping in connectors/NAME.yaml.")
@reading_options
@exported_on_option
@json_option
@click.pass_obj
def suggest(session: Session, sources: tuple[Path, ...], write: bool, as_json: bool, **said: Unpack[Said]) -> None:
    """Suggest how files, a folder of Parquet files or a DuckDB file are read: which column each field comes from.

    Each field is shown with its column, the confidence (from 0.9 on nothing is asked), the share filled, how many different
    values there are, some of them, the columns it could be read from instead, and why. Nothing is loaded, and nothing is
    written without --write.

    Example: headway -C acme map suggest warehouse.duckdb
    """
    found = session.project().suggest(sources, reading_of(said), write, terminal.progress)
    if as_json:
        _suggested(found)
    else:
        for title, rows in found.tables:
            terminal.table(rows, title)
            terminal.out()
        terminal.diagnostics(found.diagnostics)
        terminal.out(found.sentence)
    click.get_current_context().exit(DATA_PROBLEM if errors(found.diagnostics) else 0)


@mapping.command("check")
@click.argument("name", required=False)
@click.option("--last", is_flag=True, help="Show the last receipt, and whether it still holds, without proving anew.")
@json_option
@click.pass_obj
def check(session: Session, name: str | None, last: bool, as_json: bool) -> None:
    """Prove a mapping against its data: of every connected system, or of the one of connectors/NAME.yaml.

    The newest load of each file is read again and held against the tables: every row is loaded, rejected, listed or deleted;
    types parse, keys are unique, references join, stages and currencies are known, histories end where the deals are, and
    money adds up to the same on both sides. A receipt is kept. Ends with 1 where a test fails.

    Example: headway -C acme map check
    """
    receipts = session.project().proofs(name, anew=not last)
    if as_json:
        rows = [row for receipt in receipts for row in terminal.json_rows(receipt.rows)]
        terminal.envelope("map.check", rows, receipts=[_receipt(receipt) for receipt in receipts])
    else:
        _show(receipts)
    click.get_current_context().exit(0 if all(receipt.holds for receipt in receipts) else FAILURE)


def _suggested(found: Suggested) -> None:
    terminal.envelope(
        "map.suggest",
        [asdict(one) for one in found.suggestions],
        files=list(found.files),
        written=list(found.written),
        message=found.sentence,
        diagnostics=terminal.json_diagnostics(found.diagnostics),
    )


def _receipt(receipt: Receipt) -> dict[str, object]:
    return {name: value for name, value in receipt.kept().items() if name != "tests"} | {"holds": receipt.holds}


def _show(receipts: tuple[Receipt, ...]) -> None:
    for receipt in receipts:
        terminal.table(receipt.rows)
        terminal.out()
    for receipt in receipts:
        terminal.out(receipt.sentence)
        terminal.note(f"mapping {receipt.mapping_hash[:12]}, data {receipt.data_hash[:12]}, {receipt.checked_at}")
    if not receipts:
        terminal.out("No mapping was proved yet.")
