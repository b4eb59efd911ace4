"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import click

from headway.core.calendar import parse_day
from headway.core.diagnostics import Diagnostic
from headway.core.errors import UserMistake

F = TypeVar("F", bound=Callable[..., Any])


def _day(_ctx: click.Context, _param: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    day = parse_day(value)
    if isinstance(day, Diagnostic):
        raise UserMistake([day])
    return day


def json_option(function: F) -> F:
    """--json: the answer as one documented JSON object."""
    return click.option("--json", "as_json", is_flag=True, help="Answer with one JSON object.")(function)


def as_of_option(function: F) -> F:
    """--as-of: what was known on a day."""
    text = "What was known on this day, year-month-day. Without it: the latest load."
    return click.option("--as-of", callback=_day, metavar="DATE", help=text)(function)


def since_option(function: F) -> F:
    """--since: the day changes are told from."""
    text = "The day to start from, year-month-day: what changed after it is told."
    return click.option("--since", callback=_day, metavar="DATE", required=True, help=text)(function)


def until_option(function: F) -> F:
    """--until: the day changes are told up to."""
    text = "The day to end with, year-month-day. Without it: the latest load."
    return click.option("--until", callback=_day, metavar="DATE", help=text)(function)


def exported_on_option(function: F) -> F:
    """--exported-on: when the export was taken."""
    text = "The day the export was taken, year-month-day. Without it: today."
    return click.option("--exported-on", callback=_day, metavar="DATE", help=text)(function)


def port_option(function: F) -> F:
    """--port: where the pages are served."""
    return click.option("--port", default=8642, show_default=True, help="The port on 127.0.0.1.")(function)


def period_option(function: F) -> F:
    """--period: a span of time."""
    text = "A period such as 2017-Q2, FY27-Q2, 2027-W05, 2027-03, 2017-01..2017-06. Without it: all time."
    return click.option("--period", metavar="PERIOD", help=text)(function)


def by_option(function: F) -> F:
    """--by: break down by dimensions."""
    text = "Break down by this dimension (any mapped column), or by week, month or quarter. May be repeated."
    return click.option("--by", multiple=True, metavar="DIMENSION", help=text)(function)


def where_option(function: F) -> F:
    """--where: keep only records with this value."""
    text = "Keep only records where DIMENSION has this VALUE. May be repeated."
    return click.option("--where", multiple=True, metavar="DIMENSION=VALUE", help=text)(function)


def conditions(where: tuple[str, ...]) -> dict[str, str]:
    """The conditions typed with --where."""
    pairs = [word.partition("=") for word in where]
    for name, sign, _ in pairs:
        if not sign or not name:
            raise click.UsageError(f"--where is written DIMENSION=VALUE, not '{name}'")
    return {name.strip(): value.strip() for name, _, value in pairs}
