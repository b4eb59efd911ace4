"""Whether systems tell of the same revenue: links between their records, and every difference with its class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from headway.core.positions import Location
from headway.core.rows import Column, Rows

ZERO = Decimal(0)

EXPLAINED = ("timing", "currency", "scope", "discount", "credit", "rounding")
"""The classes that tell why both sides are right; every other is a difference somebody has to settle."""

CLASSES: Mapping[str, str] = {
    "timing": "the same, but on the other side of the period's edge, or spread over its days otherwise",
    "currency": "the same number in another currency, or at another rate",
    "scope": "no new recurring revenue for one side: one-off work, a renewal, a whole contract, before the CRM began",
    "discount": "one side counts before a discount, or the discount has ended",
    "missing_subscription": "won in the CRM, never billed",
    "missing_deal": "billed, never won in the CRM",
    "unlinked": "on one side only, while it may belong to a record that waits to be confirmed",
    "missing_invoice": "a subscription runs and is not invoiced",
    "credit": "credit notes on what goes on running",
    "unlogged_churn": "ended on one side and still counted on the other",
    "missing_revenue": "invoiced, with no revenue in the general ledger",
    "amount": "both sides have it, with different amounts",
    "rounding": "within tolerance",
}
"""The classes a difference may have, in the order they are told, and what each means."""


@dataclass(frozen=True)
class Tolerances:
    """What counts as the same: amounts up to `amount` or a `share` of the larger apart, on days up to `days` apart."""

    amount: Decimal = Decimal(1)
    share: Decimal = Decimal("0.005")
    days: int = 14

    def alike(self, one: Decimal, other: Decimal) -> bool:
        """Whether two amounts are the same within tolerance."""
        return abs(one - other) <= max(self.amount, self.share * max(abs(one), abs(other)))


@dataclass(frozen=True)
class LinkSaid:
    """What a person said of a billing customer: the accounts it is, the first being its own, or those it is `not`."""

    customer: str
    by: str
    reason: str
    accounts: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    location: Location | None = None


@dataclass(frozen=True)
class Link:
    """How a billing customer and a CRM account belong together: taken, or a candidate that waits to be confirmed.

    `state` is taken, confirmed, refused, candidate (nothing else is known to belong), or none. `confidence` is 0 to 1.
    """

    customer: str
    customer_name: str
    account: str
    account_name: str
    state: str
    method: str
    confidence: Decimal
    words: str = ""
    arr: Decimal = ZERO
    won: Decimal = ZERO


@dataclass(frozen=True)
class Evidence:
    """One record behind a difference: the side it stands on, what it is, its day and its amounts."""

    side: str
    what: str
    record: str
    day: date | None
    amount: Decimal
    own_amount: Decimal | None = None
    own_currency: str | None = None


@dataclass(frozen=True)
class Difference:
    """A part of what a pair does not tie by: right minus left, of one account, in one class.

    `account` is what it is called, `key` what tells it from others of its name.
    """

    account: str
    kind: str
    amount: Decimal
    words: str
    records: tuple[Evidence, ...] = ()
    key: str = ""


@dataclass(frozen=True)
class Pair:
    """Two systems' figures for the same thing; their difference is the sum of its parts, exactly."""

    name: str
    left: str
    right: str
    left_total: Decimal
    right_total: Decimal
    differences: tuple[Difference, ...] = ()
    unit: str = "currency/year"
    words: str = ""
    n_left: int = 0
    n_right: int = 0

    @property
    def gap(self) -> Decimal:
        """The right figure less the left one."""
        return self.right_total - self.left_total

    def only(self, kind: str | None, account: str | None) -> tuple[Difference, ...]:
        """The differences of one class, of one account (any part of its name), or both."""
        wanted = (account or "").casefold()
        return tuple(one for one in self.differences if kind in (None, one.kind) and wanted in one.account.casefold())

    @property
    def unexplained(self) -> Decimal:
        """What of the difference is left once the classes are taken out by which both sides are right."""
        return sum((one.amount for one in self.differences if one.kind not in EXPLAINED), ZERO)

    @property
    def by_class(self) -> Mapping[str, tuple[Decimal, int]]:
        """What each class comes to, and over how many accounts, in the order of the classes."""
        sums, accounts = defaultdict[str, Decimal](Decimal), defaultdict[str, set[str]](set)
        for one in self.differences:
            sums[one.kind] += one.amount
            accounts[one.kind].add(one.key or one.account)
        return {kind: (sums[kind], len(accounts[kind])) for kind in CLASSES if kind in sums}


@dataclass(frozen=True)
class Unmatched:
    """What one side has that belongs to nothing on the other: a number of its own."""

    what: str
    amount: Decimal
    n: int
    largest: str = ""


@dataclass(frozen=True)
class Reconciliation:
    """The whole answer: the pairs, what is unmatched, the links, and what a reader should know."""

    as_of: date
    period: str
    currency: str | None
    tolerances: Tolerances
    pairs: tuple[Pair, ...]
    unmatched: tuple[Unmatched, ...]
    links: tuple[Link, ...]
    notes: tuple[str, ...] = ()
    provenance: str = ""

    @property
    def strip(self) -> Rows:
        """One row for each pair: both figures and their difference."""
        money = [Column("left_amount", "money"), Column("right_amount", "money"), Column("difference", "money")]
        columns = [Column("pair"), Column("left"), Column("right"), *money, Column("unit"), Column("currency")]
        counted = [Column("n_left", "integer"), Column("n_right", "integer")]
        return Rows.of(
            [*columns, *counted],
            [
                (
                    p.name,
                    p.left,
                    p.right,
                    p.left_total,
                    p.right_total,
                    p.gap,
                    p.unit,
                    self.currency,
                    p.n_left,
                    p.n_right,
                )
                for p in self.pairs
            ],
        )

    @property
    def to_settle(self) -> tuple[tuple[Pair, Difference], ...]:
        """What has to be settled, the largest first, with the pair it is a part of."""
        found = [(pair, one) for pair in self.pairs for one in pair.differences if one.kind not in EXPLAINED]
        return tuple(sorted(found, key=lambda two: (-abs(two[1].amount), two[0].name, two[1].account, two[1].kind)))

    @property
    def classes(self) -> Rows:
        """What each pair's difference is made of, class by class."""
        found = [
            (p.name, kind, amount, n, CLASSES[kind]) for p in self.pairs for kind, (amount, n) in p.by_class.items()
        ]
        columns = [Column("pair"), Column("class"), Column("amount", "money"), Column("accounts", "integer")]
        return Rows.of([*columns, Column("meaning")], found)

    def listed(self, kind: str | None = None, account: str | None = None) -> Rows:
        """Every difference asked for, the largest first, with its records on both sides."""
        chosen = [(p, d) for p in self.pairs for d in p.only(kind, account)]
        chosen.sort(key=lambda one: (-abs(one[1].amount), one[0].name, one[1].account, one[1].kind))
        columns = [Column("pair"), Column("account"), Column("class"), Column("amount", "money"), Column("why")]
        sides = [Column("left_records"), Column("right_records")]
        return Rows.of(
            [*columns, *sides],
            [
                (p.name, d.account, d.kind, d.amount, d.words, told(d.records, "left"), told(d.records, "right"))
                for p, d in chosen
            ],
        )

    @property
    def apart(self) -> Rows:
        """What belongs to nothing on the other side."""
        columns = [Column("unmatched"), Column("amount", "money"), Column("n", "integer"), Column("largest")]
        return Rows.of(columns, [(one.what, one.amount, one.n, one.largest) for one in self.unmatched])

    def linked(self, state: str | None = None) -> Rows:
        """The links, or those in one state."""
        texts = [Column(name) for name in ("customer", "customer_name", "account", "account_name", "state", "method")]
        amounts = [Column("confidence", "number"), Column("arr", "money"), Column("won", "money"), Column("why")]
        return Rows.of(
            [*texts, *amounts],
            [
                (
                    *(one.customer, one.customer_name, one.account, one.account_name, one.state, one.method),
                    *(one.confidence, one.arr, one.won, one.words),
                )
                for one in self.links
                if state in (None, one.state)
            ],
        )


def told(records: Sequence[Evidence], side: str) -> str:
    """The records of one side in a line."""
    return "; ".join(
        f"{one.what} {one.record}{f' {one.day}' if one.day else ''}: {one.amount:,.2f}"
        for one in records
        if one.side == side
    )
