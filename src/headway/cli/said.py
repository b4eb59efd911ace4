"""How files are to be read, where they leave it open: the options that importing and suggesting share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypedDict, TypeVar, cast, get_args

import click

from headway.core.mapping import Thing
from headway.core.reading import DateOrder, Reading

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--connector", metavar="NAME", help="The system these files are from. Without it: found by their columns."
    ),
    click.option(
        "--dates",
        type=click.Choice(["day-first", "month-first"]),
        help="How dates are written, where the files leave it open.",
    ),
    click.option(
        "--decimal", type=click.Choice(["point", "comma"]), help="The decimal mark, where the files leave it open."
    ),
    click.option("--currency", metavar="CODE", help="The currency of amounts that name none."),
    click.option(
        "--as",
        "things",
        multiple=True,
        metavar="FILE=THING",
        help="What a file holds: opportunity, account, user, product, customer, subscription, spend_line, ...",
    ),
)


def reading_options(function: F) -> F:
    """--connector, --dates, --decimal, --currency, --as."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


class Said(TypedDict):
    """The options that say how files are to be read, as they were typed."""

    connector: str | None
    dates: DateOrder | None
    decimal: str | None
    currency: str | None
    things: tuple[str, ...]
    exported_on: date | None


def reading_of(said: Said) -> Reading:
    """The options as typed, as the hall takes them."""
    mark = {"point": ".", "comma": ","}.get(said["decimal"] or "")
    things = _things(said["things"])
    return Reading(said["connector"], said["dates"], mark, said["currency"], things, said["exported_on"])


def _things(typed: tuple[str, ...]) -> dict[str, Thing]:
    pairs = [word.partition("=") for word in typed]
    for name, _, thing in pairs:
        if thing not in get_args(Thing):
            raise click.UsageError(
                f"--as is written FILE=THING with one of {', '.join(get_args(Thing))}, not '{name}={thing}'"
            )
    return {name: cast(Thing, thing) for name, _, thing in pairs}
