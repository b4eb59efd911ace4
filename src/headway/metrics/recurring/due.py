"""Contracts whose term ends next, with what the facts know that speaks against their renewal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from headway.core import formatting
from headway.core.calendar import trailing_year
from headway.core.definition import Definition
from headway.core.rows import Cell, Column, Rows
from headway.metrics.facts import Facts
from headway.metrics.question import Parameters, Question
from headway.metrics.recurring.book import Book, book
from headway.metrics.recurring.customers import CUSTOMER, attributes
from headway.metrics.recurring.movements import ZERO, Holder
from headway.metrics.recurring.renewals import Renewal

NEAR = 92
"""How many days a renewal deal's close may lie from the end of the term for it to be the deal about that term; nearer than
that to its end, a term should have one."""

_DEALS = (
    "SELECT DISTINCT c.key, r.id, r.name, r.status, coalesce(r.closed_date, r.close_date) AS closes, r.owner, r.value "
    "FROM renewal r JOIN base_account a ON a.source_id = r.account_id OR (r.account_id IS NULL AND a.name = r.account) "
    "JOIN entity_link k ON k.a_thing = 'customer' AND k.b_thing = 'account' AND k.b_id = a.id "
    "JOIN customer c ON c.id = k.a_id WHERE coalesce(r.closed_date, r.close_date) >= ? ORDER BY 1, 5, 2"
)
_COLUMNS = (
    *(Column("customer"), Column("due_on", "date"), Column("months", "integer"), Column("currency")),
    *(Column("due", "money"), Column("goes_on", "money"), Column("given_up_before", "money")),
    *(Column("deal"), Column("deal_closes", "date"), Column("owner"), Column("reasons", "integer"), Column("against")),
)


@dataclass(frozen=True)
class RenewalDeal:
    """A renewal as the CRM has it: its state, the day it closed or is to close, who answers for it."""

    name: str
    status: str
    closes: date
    owner: str
    value: Decimal | None

    @property
    def told(self) -> str:
        """Its state in words."""
        day = formatting.day(self.closes)
        return {"won": f"won on {day}", "lost": f"lost on {day}"}.get(self.status, f"open, to close on {day}")


def contracts_due(arr: Definition, facts: Facts, parameters: Parameters, ahead: int) -> Rows:
    """Each contract whose term ends in so many days after the facts' day, in order of size, those something speaks against
    first."""
    kept = book(Question(arr), facts, parameters)
    if kept.read.is_empty:
        return Rows(_COLUMNS, ())
    last = facts.day + timedelta(days=ahead)
    due = {(one.contract, one.customer): one for one in reversed(kept.contracts) if facts.day < one.day <= last}
    who, given_up = attributes(facts, facts.day), _given_up(kept)
    deals = _deals(facts)
    chosen = _chosen(tuple(due.values()), deals or {})
    records = list[tuple[Cell, ...]]()
    for one in due.values():
        deal, smaller = chosen.get(one), given_up.get((one.customer, one.currency), ZERO)
        against = _against(one, deal, smaller, facts.day, any_deals=deals is not None)
        customer = who.get(one.customer, {}).get(CUSTOMER, one.customer)
        known = (customer, one.day, one.months, one.currency, one.due, one.after, smaller)
        told = (deal.told, deal.closes, deal.owner) if deal else ("", None, "")
        records.append((*known, *told, len(against), "; ".join(against)))
    return Rows(_COLUMNS, tuple(sorted(records, key=_order)))


def _order(record: Sequence[Cell]) -> tuple[bool, Decimal, str, str]:
    return not record[-2], -Decimal(str(record[4])), str(record[1]), str(record[0])


def _given_up(kept: Book) -> Mapping[Holder, Decimal]:
    """What each customer gave up while it stayed, in the twelve months up to the day."""
    year, found = trailing_year(kept.day), defaultdict[Holder, Decimal](Decimal)
    for move in kept.entries:
        if move.kind == "contraction" and year.holds(move.day):
            found[move.customer, move.currency] -= move.amount
    return found


def _deals(facts: Facts) -> Mapping[str, Sequence[RenewalDeal]] | None:
    """By customer, its renewals in the CRM that are near enough to matter; None where the CRM tells of no renewal at all."""
    if not facts.run("SELECT 1 FROM renewal LIMIT 1"):
        return None
    found = defaultdict[str, list[RenewalDeal]](list)
    for key, _, name, status, closes, owner, value in facts.run(_DEALS, [facts.day - timedelta(days=NEAR)]):
        if isinstance(closes, date):
            worth = Decimal(str(value)) if value is not None else None
            found[str(key)].append(RenewalDeal(str(name or ""), str(status), closes, str(owner or ""), worth))
    return found


def _chosen(due: Sequence[Renewal], deals: Mapping[str, Sequence[RenewalDeal]]) -> Mapping[Renewal, RenewalDeal]:
    """The deal about each contract: of its customer's, the nearest in time, then in worth; each deal is about one."""
    pairs = [
        (abs((deal.closes - one.day).days), abs((deal.value or ZERO) - one.due), place, one, deal)
        for one in due
        for place, deal in enumerate(deals.get(one.customer, ()))
        if abs((deal.closes - one.day).days) <= NEAR
    ]
    found, taken = dict[Renewal, RenewalDeal](), set[tuple[str, int]]()
    for _, _, place, one, deal in sorted(pairs, key=lambda pair: (*pair[:3], pair[3].contract)):
        if one not in found and (one.customer, place) not in taken:
            found[one] = deal
            taken.add((one.customer, place))
    return found


def _against(one: Renewal, deal: RenewalDeal | None, smaller: Decimal, day: date, *, any_deals: bool) -> list[str]:
    """What speaks against a renewal, the surest first; nothing is guessed from what the facts do not tell."""
    said = list[str]()
    if one.after <= 0:
        said.append("known to end")
    elif one.after < one.due:
        ending = formatting.money(one.due - one.after, one.currency)
        said.append(f"{ending} of it is known to end")
    if deal is not None and deal.status == "lost":
        said.append(f"renewal deal lost on {formatting.day(deal.closes)}")
    elif deal is not None and deal.status == "open" and deal.closes < day:
        said.append(f"renewal deal past its close date of {formatting.day(deal.closes)}")
    elif deal is None and any_deals and (one.day - day).days <= NEAR:
        said.append("no renewal deal in the CRM")
    if smaller > 0 and (deal is None or deal.status != "won"):
        said.append(f"gave up {formatting.money(smaller, one.currency)} in the last twelve months")
    return said
