"""Deals as they were known on each of two days: what each was worth, where it stood, when it was to close."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from headway.core.rows import Cell
from headway.metrics.currencies import CURRENCY, Rate, rates
from headway.metrics.facts import Facts, quoted
from headway.metrics.question import NONE

_OF_THE_OUTCOME = ("status", "stage", "forecast_category", "loss_reason", "value_basis")
"""What closing a deal itself changes: a deal leaves from where it stood in these before it closed."""

_AMOUNT = "CASE WHEN status = 'lost' THEN nullif(amount, 0) ELSE amount END"
_WORTH = (
    f"CASE WHEN status = 'open' THEN value ELSE coalesce({_AMOUNT}, list_price) END, "
    f"CASE WHEN status = 'open' THEN value_basis WHEN {_AMOUNT} IS NOT NULL THEN 'amount' "
    "WHEN list_price IS NOT NULL THEN 'list_price' ELSE 'unknown' END"
)
"""What a deal is worth, and by what; an amount of 0 on a lost one is not known."""


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal as it was known on a day.

    `basis` says what its worth is taken from: its amount, its list price, or unknown. `members` are its values in the
    columns a question names.
    """

    id: int
    key: str
    name: str
    owner: str
    status: str
    worth: Decimal | None
    basis: str
    currency: str | None
    close_date: date | None
    closed_date: date | None
    created_date: date | None
    members: tuple[str, ...]
    renews: bool

    @property
    def is_open(self) -> bool:
        """Whether it was open."""
        return self.status == "open"

    @property
    def outcome(self) -> str:
        """Open, or how it ended and when."""
        return f"{self.status} {self.closed_date or 'on an unknown day'}" if not self.is_open else self.status


@dataclass(frozen=True)
class Rates:
    """What one unit of each currency is in the company's, on a day; a currency without a rate stays as it is."""

    base: str | None
    known: Mapping[str, Rate]

    @classmethod
    def on(cls, facts: Facts, base: str | None, columns: Sequence[str]) -> Rates:
        """The rates known on the facts' day; none where no company currency is known or a question is by currency."""
        return cls(base, rates(facts, base) if base is not None and CURRENCY not in columns else {})

    def amount(self, worth: Decimal, currency: str | None) -> Decimal:
        """An amount in the currency it is counted in."""
        rate = self.known.get(currency or "")
        return rate.of(worth) if rate else worth

    def counted_in(self, currency: str | None) -> str | None:
        """The currency an amount is counted in."""
        return self.base if currency in self.known else currency

    def words(self, currency: str | None) -> str:
        """The rate of a currency as it is told."""
        rate = self.known.get(currency or "")
        return rate.words if rate else f"{currency or 'no currency'} as it is"


def outcome_columns(facts: Facts, columns: Sequence[str]) -> frozenset[str]:
    """Which of the columns closing itself changes, also under the names the export has for them."""
    there = facts.schema("opportunity")
    same = [
        (name, f"bool_and(CAST({quoted(name)} AS VARCHAR) IS NOT DISTINCT FROM CAST({quoted(told)} AS VARCHAR))")
        for name in columns
        for told in _OF_THE_OUTCOME
        if told in there
    ]
    if not same:
        return frozenset()
    found = facts.run(f"SELECT {', '.join(sql for _, sql in same)} FROM opportunity")[0]
    alike = {name for (name, _), cell in zip(same, found, strict=True) if cell}
    return frozenset(alike | set(columns) & set(_OF_THE_OUTCOME))


def pairs(since: Facts, until: Facts, columns: Sequence[str]) -> list[tuple[Deal | None, Deal | None]]:
    """Every deal that was open on one of two days, or came and closed between them, as it was known on both."""
    before = _read(since, columns, "status = 'open'")
    news = "status = 'open' OR coalesce(closed_date > ?, TRUE) OR id IN (SELECT unnest(CAST(? AS BIGINT[])))"
    after = _read(until, columns, news, [since.day, list(before)])
    unseen = [number for number in after if number not in before]
    before |= _read(since, columns, "status <> 'open' AND id IN (SELECT unnest(CAST(? AS BIGINT[])))", [unseen])
    return [(before.get(number), after.get(number)) for number in sorted(before.keys() | after.keys())]


def _read(facts: Facts, columns: Sequence[str], condition: str, values: Sequence[object] = ()) -> dict[int, Deal]:
    """The deals that meet a condition, by id; deals that renew are told apart, not left out."""
    own = "id, key, name, owner, status, currency, close_date, closed_date, created_date"
    told = "".join(f", CAST({quoted(name)} AS VARCHAR)" for name in columns)
    parts = (
        f"SELECT {own}, {_WORTH}, {renews}{told} FROM {relation} WHERE {condition}"
        for relation, renews in (("opportunity", "FALSE"), ("renewal", "TRUE"))
    )
    return {deal.id: deal for deal in _deals(facts.run(" UNION ALL ".join(parts), [*values, *values]))}


def _deals(records: Iterable[Sequence[Cell]]) -> Iterable[Deal]:
    for number, key, name, owner, status, currency, due, closed, created, worth, basis, renews, *members in records:
        yield Deal(
            int(str(number)),
            str(key),
            str(name or ""),
            str(owner or ""),
            str(status),
            worth if isinstance(worth, Decimal) else None,
            str(basis),
            None if currency is None else str(currency),
            _day(due),
            _day(closed),
            _day(created),
            tuple(NONE if cell is None else str(cell) for cell in members),
            bool(renews),
        )


def _day(cell: Cell) -> date | None:
    return cell if isinstance(cell, date) else None
