"""`headway changes`: what changed about the open pipeline between two days, and the deals behind each line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import click

from headway.cli import terminal
from headway.cli.main import Session
from headway.cli.options import conditions, json_option, since_option, until_option, where_option
from headway.core.changes import END, LINES, START, PipelineChanges, PipelineScope
from headway.core.formatting import day, exact_money, money
from headway.core.rows import Cell, Column, Rows

WAYS = {"pulled_in": "from later", "pushed_in": "from earlier", "pushed_out": "to later", "pulled_out": "to earlier"}
"""Which way a close date went, as it is told beside the line."""


@click.command()
@since_option
@until_option
@click.option("--by", multiple=True, metavar="DIMENSION", help="Break down by this column. May be repeated.")
@where_option
@click.option("--closing", metavar="PERIOD", help="Only what is expected to close in this period, such as 2026-Q4.")
@click.option("--list", "line", type=click.Choice(list(LINES)), metavar="LINE", help="The deals of one line.")
@json_option
@click.pass_obj
def changes(
    session: Session,
    since: date,
    until: date | None,
    by: tuple[str, ...],
    where: tuple[str, ...],
    closing: str | None,
    line: str | None,
    as_json: bool,
) -> None:
    """Say what changed about the open pipeline from the end of one day to the end of another, as a bridge that adds up.

    LINE is one of start, created, reopened, pulled_in, pushed_in, moved_in, increased, decreased, valued, revalued,
    pushed_out, pulled_out, moved_out, won, lost, deleted, end.

    Example: headway -C acme changes --since 2026-09-01 --until 2026-10-01 --closing 2026-Q4
    """
    project = session.project()
    pipeline = PipelineScope(by, conditions(where), project.settings.period(closing))
    told = project.facts.changes(since, until, pipeline)
    if as_json:
        _json(told, line)
        return
    terminal.out(f"{told.headline}\n")
    if line:
        listed = _listed(told, line)
        terminal.table(listed, LINES[line]) if len(listed) else terminal.out(f"{LINES[line]}: no deal")
    elif told.scope.by:
        terminal.table(_by_group(told))
    else:
        terminal.table(_bridge(told))
    for text in told.notes:
        terminal.note(text)


def _json(told: PipelineChanges, line: str | None) -> None:
    deals = [row for row in _objects(told.deals) if line in (None, row["line"])]
    terminal.envelope(
        "changes",
        _objects(told.lines),
        told.until,
        since=told.since,
        until=told.until,
        closing=told.scope.closing.label if told.scope.closing else None,
        where=dict(told.scope.where),
        headline=told.headline,
        deals=deals,
        notes=list(told.notes),
    )


def _objects(rows: Rows) -> list[dict[str, object]]:
    """Records for the envelope, each with an object of its dimensions."""
    places = [place for place, column in enumerate(rows.columns) if column.type == "dimension"]
    made: list[dict[str, object]] = []
    for record in rows.records:
        own = {
            column.name: cell for column, cell in zip(rows.columns, record, strict=True) if column.type != "dimension"
        }
        made.append({**own, "dimensions": {rows.names[place]: record[place] for place in places}})
    return made


def _bridge(told: PipelineChanges) -> Rows:
    """The bridge from top to bottom: each line with what it adds and how many deals are in it."""
    columns = [
        Column("line"),
        Column("amount", "number"),
        Column("deals", "integer"),
        Column("of unknown worth", "integer"),
    ]
    if not any(told.lines.column("unvalued")):
        columns.pop()
    records = [
        (_title(row, told), _amount(row), row["n"], row["unvalued"] or None)[: len(columns)] for row in told.lines
    ]
    return Rows.of(columns, records)


def _title(row: Mapping[str, Cell], told: PipelineChanges) -> str:
    line = str(row["line"])
    if line in (START, END):
        return f"Open pipeline on {day(told.since if line == START else told.until)}"
    way = WAYS.get(line)
    return f"  {LINES[line]}" + (f" ({way})" if way else "")


def _amount(row: Mapping[str, Cell]) -> str:
    currency = None if row["currency"] is None else str(row["currency"])
    value = Decimal(str(row["value"]))
    return exact_money(value, currency, signed=row["line"] not in (START, END))


def _by_group(told: PipelineChanges) -> Rows:
    """One row for each group: start, what was added by each line, end; and all groups together, where they add up."""
    by, names = told.scope.by, told.lines.names
    occurring = [line for line in LINES if line in told.lines.column("line")]
    groups: dict[tuple[Cell, ...], dict[str, Decimal]] = defaultdict(dict)
    places = [names.index(name) for name in (*by, "currency")]
    line_at, value_at = names.index("line"), names.index("value")
    for record in told.lines.records:
        key = tuple(record[place] for place in places)
        groups[key][str(record[line_at])] = Decimal(str(record[value_at]))
    currencies = {key[-1] for key in groups}
    if len(currencies) == 1 and len(groups) > 1:
        total = {line: sum((g.get(line, Decimal()) for g in groups.values()), Decimal()) for line in occurring}
        groups["all", *("" for _ in by[1:]), *currencies] = total
    columns = [*(Column(name) for name in by), *(Column(line.replace("_", " "), "number") for line in occurring)]
    return Rows.of(columns, [(*key[:-1], *_amounts(own, occurring, key[-1])) for key, own in groups.items()])


def _amounts(own: Mapping[str, Decimal], lines: list[str], currency: Cell) -> list[str]:
    code = None if currency is None else str(currency)
    return ["" if line not in own else money(own[line], code, signed=line not in (START, END)) for line in lines]


def _listed(told: PipelineChanges, line: str) -> Rows:
    """The deals of one line, the largest first."""
    shown = [
        place
        for place, name in enumerate(told.deals.names)
        if name not in ("line", "key", "worth_before", "worth_after")
    ]
    at = told.deals.names.index("line")
    return Rows.of(
        [told.deals.columns[place] for place in shown],
        [tuple(record[place] for place in shown) for record in told.deals.records if record[at] == line],
    )
