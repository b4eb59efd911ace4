"""Who the customers are: what they can be broken down by, as it was known on a day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date

from headway.core.rows import Cell
from headway.metrics.currencies import CURRENCY
from headway.metrics.facts import Facts, once, quoted

CUSTOMER, ACCOUNT = "customer", "account"
_OWN = frozenset(
    ("id", "key", "source_id", "connector", "name", "email", "email_domain", "account_id", "reconstructed")
)
_KEPT = frozenset(
    ("id", "key", "source_id", "connector", "mapping", "seq", "run", "loaded_on", "deleted", "row_hash", "name")
)
_NOT_MEMBERS = ("key", "who", "grain")

Attributes = Mapping[str, Mapping[str, str]]
"""For each customer's key, the member it is of each dimension."""


def dimensions(facts: Facts) -> tuple[str, ...]:
    """What recurring revenue can be broken down by: customer, account, currency, and the texts of both."""
    texts = {*_own_columns(facts), *_account_columns(facts)}
    return tuple(sorted({*texts, CUSTOMER, ACCOUNT, CURRENCY}))


def attributes(facts: Facts, day: date) -> Attributes:
    """The customers with what is known of them and of their accounts, as the accounts were on a day."""
    table = laid_attributes(facts, day)
    return once(facts, ("attributes", table), dict, lambda: _read(facts, table))


def laid_attributes(facts: Facts, day: date) -> str:
    """A table of the same: `who` (the number of a customer or an account), `key`, `grain`.

    Each dimension is a column, named as users name it, but for the currency, which belongs to the revenue.
    """
    loads = once(facts, "loads of accounts", tuple, lambda: _loads(facts))
    place = bisect_right(loads, day)  # between two loads nothing changes
    return once(facts, ("attributes laid", place), str, lambda: _lay(facts, day, f"customer_on_{place}"))


def _loads(facts: Facts) -> tuple[date, ...]:
    found = facts.run("SELECT DISTINCT loaded_on FROM account_version ORDER BY 1")
    return tuple(day for (day,) in found if isinstance(day, date))


def _lay(facts: Facts, day: date, table: str) -> str:
    theirs = _account_columns(facts)
    own = {name: f"c.{quoted(name)}" for name in _own_columns(facts) if name != CURRENCY}
    accounts = {name: f"v.{quoted(name)}" for name in theirs}
    both = own | accounts | {name: f"coalesce({own[name]}, {accounts[name]})" for name in own if name in accounts}
    customers = both | {CUSTOMER: "coalesce(c.name, c.source_id)", ACCOUNT: "v.name"}
    alone = dict.fromkeys(both, "NULL") | accounts | {CUSTOMER: "v.name", ACCOUNT: "v.name"}
    as_then = (
        "SELECT * FROM account_version WHERE NOT deleted QUALIFY row_number() OVER (PARTITION BY id ORDER BY "
        f"loaded_on <= DATE '{day}' DESC, CASE WHEN loaded_on <= DATE '{day}' THEN -seq ELSE seq END) = 1"
    )
    facts.run(
        f"CREATE OR REPLACE TEMP TABLE {table} AS WITH v AS ({as_then}) "
        f"SELECT c.id AS who, c.key AS key, 'customer' AS grain, {_chosen(customers)} FROM customer c "
        f"LEFT JOIN entity_link k ON k.a_thing = 'customer' AND k.a_id = c.id AND k.b_thing = 'account' "
        f"LEFT JOIN v ON v.id = k.b_id UNION ALL "
        f"SELECT e.id, e.key, 'account', {_chosen(alone)} FROM v RIGHT JOIN "
        "(SELECT id, any_value(key) AS key FROM account_version GROUP BY id) e ON e.id = v.id"
    )
    return table


def _chosen(columns: Mapping[str, str]) -> str:
    return ", ".join(f"CAST({sql} AS VARCHAR) AS {quoted(name)}" for name, sql in columns.items())


def _read(facts: Facts, table: str) -> dict[str, Mapping[str, str]]:
    return {str(row["key"]): _members(row) for row in facts.rows(f"SELECT * FROM {table} ORDER BY grain DESC")}


def _members(row: Mapping[str, Cell]) -> dict[str, str]:
    return {name: str(cell) for name, cell in row.items() if cell is not None and name not in _NOT_MEMBERS}


def _own_columns(facts: Facts) -> tuple[str, ...]:
    return tuple(n for n, kind in facts.schema("customer").items() if kind == "VARCHAR" and n not in _OWN)


def _account_columns(facts: Facts) -> tuple[str, ...]:
    return tuple(
        name for name, kind in facts.schema("account_version").items() if kind == "VARCHAR" and name not in _KEPT
    )
