"""links/*.yaml: which billing customer is which account, as people confirmed or refused it, and why."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from headway.core.diagnostics import Diagnostic, in_order
from headway.core.positions import Location
from headway.core.reconciliation import LinkSaid
from headway.text import mistakes
from headway.text.binding import Shape
from headway.text.documents import read_entries

SHAPE = Shape(LinkSaid, spelt={"refused": "not"}, key="customer")


def read_links(files: Iterable[Path], root: Path | None = None) -> tuple[tuple[LinkSaid, ...], tuple[Diagnostic, ...]]:
    """What people said of links, in every file of the folder, and everything found wrong."""
    said: dict[str, LinkSaid] = {}
    found: list[Diagnostic] = []
    for file in files:
        bound, wrong = read_entries(file, SHAPE, root=root)
        found += wrong
        for name, one in bound.items():
            if not isinstance(one, LinkSaid):
                continue
            found += _checked(one)
            if name in said:
                place = said[name].location or Location(str(file), 1)
                words = f"'{name}' is written twice, in two files"
                remedy = f"keep one of the two: the first is at {place.file}:{place.line}"
                found.append(mistakes.DUPLICATE_KEY.at(one.location, words, remedy=remedy))
            said.setdefault(name, one)
    return tuple(said.values()), in_order(found)


def _checked(one: LinkSaid) -> Iterable[Diagnostic]:
    both = [account for account in one.accounts if account in one.refused]
    if both:
        words = f"'{one.customer}' both is and is not account '{both[0]}'"
        remedy = "leave it under `accounts`, or under `not`"
        yield mistakes.CONTRADICTING_LINK.at(one.location, words, remedy=remedy)
    if not one.accounts and not one.refused:
        words = f"'{one.customer}' says neither which accounts it is nor which it is not"
        yield mistakes.MISSING_KEY.at(one.location, words, remedy="add 'accounts: [...]' or 'not: [...]'")
