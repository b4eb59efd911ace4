"""What the CRM says: deals won with their yearly value, renewals, and which accounts it counts as customers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from headway.core.rows import Cell
from headway.metrics.facts import Facts, quoted
from headway.metrics.reconciling.money import Exchange

_YEARLY = ("arr", "arr_amount", "annual_recurring_revenue", "acv", "annual_contract_value")
_TERM = ("term_months", "contract_term_months", "contract_months", "contract_term", "term")
_ONE_OFF = ("one_time_amount", "one_off_amount", "services_amount", "setup_fee")
_NOT_RECURRING = re.compile(
    r"\b(one[- ]?(off|time)|professional services|services|set-?up|implementation|onboarding|training|workshop|"
    r"consult\w*|migration)\b",
    re.IGNORECASE,
)
_YES = ("true", "yes", "y", "1", "churned")
_GONE = re.compile(r"\b(churned|former customer|ex-customer|lost customer|past customer|cancel(l)?ed)\b", re.IGNORECASE)
_STATUS = re.compile(r"(lifecycle|status|type|stage)")


@dataclass(frozen=True)
class Deal:
    """A won deal of one account: its day, its yearly value in the company's currency, and as it is written."""

    record: str
    account: str
    name: str
    day: date
    amount: Decimal
    own_amount: Decimal
    own_currency: str | None
    one_off: bool = False
    expands: bool = False


@dataclass(frozen=True)
class Renewing:
    """A deal that renews: whose, when it closed or is expected to, and how it stands."""

    record: str
    account: str
    day: date | None
    status: str
    amount: Decimal


@dataclass(frozen=True)
class Crm:
    """The CRM's side: deals won, renewals, accounts by node with their names, and those it says have left."""

    deals: tuple[Deal, ...]
    renewals: tuple[Renewing, ...]
    accounts: Mapping[str, str]
    left: Mapping[str, str]
    notes: tuple[str, ...] = ()

    @property
    def began(self) -> date | None:
        """The first day on which it shows a deal as won."""
        return min((deal.day for deal in self.deals), default=None)


def crm(facts: Facts, exchange: Exchange) -> Crm:
    """What the CRM holds as known on the day of the facts."""
    notes = list[str]()
    deals = tuple(_deals(facts, exchange, notes))
    renewals = tuple(_renewals(facts, exchange))
    names = {f"a:{key}": str(name or source) for key, source, name in facts.run(_ACCOUNTS)}
    named = {node: node.removeprefix("d:") for node in (one.account for one in (*deals, *renewals))}
    return Crm(deals, renewals, named | names, _left(facts), tuple(notes))


_ACCOUNTS = "SELECT key, source_id, name FROM base_account ORDER BY key"
_NODE = "coalesce('a:' || b.key, 'd:' || coalesce(o.account, o.account_id), 'd:' || o.name, 'd:' || o.key)"
_OF_ACCOUNT = (
    "LEFT JOIN (SELECT source_id, any_value(key) AS key, any_value(name) AS name FROM base_account GROUP BY 1 "
    "HAVING count(*) = 1) b "
    "ON b.source_id = o.account_id"
)


_WITHOUT_ACCOUNT = (
    "CASE WHEN coalesce(b.name, o.account, '') = '' THEN o.name "
    "ELSE replace(lower(o.name), lower(coalesce(b.name, o.account)), ' ') END"
)
"""A deal's name without its account's, which may be that of a training company."""


def _deals(facts: Facts, exchange: Exchange, notes: list[str]) -> Iterator[Deal]:
    schema = facts.schema("opportunity")
    yearly, term, one_off = (_first(schema, names) for names in (_YEARLY, _TERM, _ONE_OFF))
    further = {"yearly": yearly, "term": term, "one_off": one_off}
    columns = ", ".join(f"{_number(name)} AS {label}" for label, name in further.items())
    found = facts.rows(
        f"SELECT o.key, {_NODE} AS node, o.name, o.closed_date, o.amount, o.currency, "
        f"concat_ws(' ', {_WITHOUT_ACCOUNT}, o.motion, o.pipeline, o.product) AS words, o.motion, {columns} "
        f"FROM opportunity o {_OF_ACCOUNT} WHERE o.status = 'won' ORDER BY o.closed_date, o.key"
    )
    without = unknown = 0
    for row in found:
        day, value = row["closed_date"], _value(row)
        if not isinstance(day, date) or value is None:
            without += 1
            continue
        code = None if row["currency"] is None else str(row["currency"])
        amount = exchange.base(value, code)
        if amount is None:
            unknown += 1
            continue
        words = str(row["words"])
        expands = bool(re.search(r"expan|upsell|add-?on|existing|cross", str(row["motion"] or ""), re.IGNORECASE))
        one = bool(_NOT_RECURRING.search(words))
        yield Deal(_id(row["key"]), str(row["node"]), str(row["name"] or ""), day, amount, value, code, one, expands)
    if without:
        notes.append(f"{without:,} won deals have no amount or no closing day and are left out")
    if unknown:
        notes.append(f"{unknown:,} won deals are in a currency without a rate and are left out")
    told = [f"{label} from `{name}`" for label, name in further.items() if name]
    notes.append(f"deals: {', '.join(told)}" if told else "deals: their amounts are taken as yearly values")


def _value(row: Mapping[str, Cell]) -> Decimal | None:
    """A deal's yearly value, as far as its export tells: named as such, or its amount brought to twelve months."""
    amount, yearly, term, once = (
        cell if isinstance(cell := row[name], Decimal) else None for name in ("amount", "yearly", "term", "one_off")
    )
    if yearly is not None:
        return yearly
    if amount is None:
        return None
    amount -= once or Decimal(0)
    return (amount * 12 / term).quantize(Decimal("0.0001")) if term and term > 0 else amount


def _renewals(facts: Facts, exchange: Exchange) -> Iterator[Renewing]:
    found = facts.run(
        f"SELECT o.key, {_NODE}, coalesce(o.closed_date, o.close_date), o.status, o.amount, o.currency "
        f"FROM renewal o {_OF_ACCOUNT} ORDER BY o.key"
    )
    for key, node, day, status, amount, currency in found:
        worth = exchange.base(amount, str(currency) if currency else None) if isinstance(amount, Decimal) else None
        yield Renewing(_id(key), str(node), day if isinstance(day, date) else None, str(status), worth or Decimal(0))


def _left(facts: Facts) -> Mapping[str, str]:
    """The accounts that a column of theirs says have left, with what it says."""
    texts = [
        name
        for name, kind in facts.schema("base_account").items()
        if kind == "VARCHAR" and ("churn" in name or _STATUS.search(name)) and "date" not in name
    ]
    found = dict[str, str]()
    for name in texts:
        for key, cell in facts.run(f"SELECT key, {quoted(name)} FROM base_account WHERE {quoted(name)} IS NOT NULL"):
            word = str(cell).strip()
            if ("churn" in name and word.lower() in _YES) or (_STATUS.search(name) and _GONE.search(word)):
                found.setdefault(f"a:{key}", f"{name} = {word}")
    return found


def by_account(deals: Sequence[Deal]) -> Mapping[str, list[Deal]]:
    """The deals of each account, in order."""
    held = defaultdict[str, list[Deal]](list)
    for deal in deals:
        held[deal.account].append(deal)
    return held


def _first(schema: Mapping[str, str], names: Sequence[str]) -> str:
    return next((name for name in names if name in schema), "")


def _number(name: str) -> str:
    """A further column as an exact number; nothing where it holds none."""
    cell = f"replace(CAST(o.{quoted(name)} AS VARCHAR), ',', '')" if name else "NULL"
    return f"TRY_CAST({cell} AS DECIMAL(18,4))"


def _id(key: Cell) -> str:
    return str(key).rsplit(":", 1)[-1]
