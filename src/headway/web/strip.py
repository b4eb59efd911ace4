"""Whether CRM, billing and the books tell of the same revenue, as a strip: each pair, what is not explained, its causes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from headway.core import formatting
from headway.core.reconciliation import EXPLAINED, Difference, Pair, Reconciliation, told
from headway.core.rows import Rows
from headway.core.titles import capital
from headway.web import pages
from headway.web.query import Asked
from headway.web.source import Source

TABLES = ("reconciliation", "classes", "differences", "unmatched", "links")
"""The tables of the strip by the names they have in an address."""

CAUSES = 10
"""How many differences to settle the page lists; the file holds every difference."""


@dataclass(frozen=True)
class Tie:
    """One pair of the strip, written out."""

    left: str
    left_amount: str
    right: str
    right_amount: str
    gap: str
    unexplained: str
    settled: bool
    made_of: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class Cause:
    """One difference to settle: whose, in which pair, how much, why, and the records of both sides."""

    account: str
    pair: str
    kind: str
    amount: str
    why: str
    left: str
    right: str


def page(found: Reconciliation, asked: Asked, source: Source) -> str:
    """The strip as a page of its own; the Revenue and Data pages show its part."""
    return pages.render(
        "reconciliation.html",
        pages.frame(source, asked, headline(found), "", found.as_of, asked.as_of is not None),
        found=found,
        headline=headline(found),
        take=_take(found),
        ties=tuple(_tie(one, found) for one in found.pairs),
        causes=tuple(_cause(pair, one, found) for pair, one in found.to_settle[:CAUSES]),
        to_settle=len(found.to_settle),
        apart=tuple(
            (capital(one.what), formatting.money(one.amount, found.currency), formatting.count(one.n), one.largest)
            for one in found.unmatched
            if one.n or one.amount
        ),
        tied=tuple(one.what for one in found.unmatched if not (one.n or one.amount)),
    )


def tables(found: Reconciliation) -> Mapping[str, Rows]:
    """The strip and everything below it, by the names they have in an address."""
    return dict(zip(TABLES, (found.strip, found.classes, found.listed(), found.apart, found.linked()), strict=True))


def headline(found: Reconciliation) -> str:
    """The finding: how far the systems are apart, and how much of it nobody has explained."""
    if not found.pairs:
        return "There is nothing to hold against each other yet."
    left = [one for one in found.pairs if one.unexplained]
    if not left:
        return f"{formatting.plural(len(found.pairs), 'pair')} of figures tie, or differ by what is explained."
    worst = max(left, key=lambda one: abs(one.unexplained))
    amount = formatting.money(abs(worst.unexplained), found.currency)
    return f"{amount} between {worst.left} and {worst.right} is not explained."


def _take(found: Reconciliation) -> str:
    ties = [one for one in found.pairs if not one.unexplained]
    many = formatting.plural(len(found.to_settle), "difference")
    said = f"{len(ties)} of {formatting.plural(len(found.pairs), 'pair')} tie or differ by what is explained"
    return f"{said}; {many} to settle." if found.to_settle else f"{said}."


def _tie(one: Pair, found: Reconciliation) -> Tie:
    money = partial(formatting.money, currency=found.currency)
    made_of = [f"{_kind(kind)} {money(amount, signed=True)}" for kind, (amount, _) in one.by_class.items()]
    return Tie(
        capital(one.left),
        money(one.left_total),
        one.right,
        money(one.right_total),
        money(one.gap, signed=True),
        money(one.unexplained, signed=True),
        not any(each.kind not in EXPLAINED for each in one.differences),
        tuple(made_of),
        one.words,
    )


def _cause(pair: Pair, one: Difference, found: Reconciliation) -> Cause:
    return Cause(
        one.account,
        f"{pair.left} to {pair.right}",
        capital(_kind(one.kind)),
        formatting.money(one.amount, found.currency, signed=True),
        one.words,
        told(one.records, "left"),
        told(one.records, "right"),
    )


def _kind(kind: str) -> str:
    return kind.replace("_", " ")
