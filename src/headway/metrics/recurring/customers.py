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

Attributes = Mapping[str, Mapping[str, str]]
"""For each customer's key, the member it is of each dimension."""


def dimensions(facts: Facts) -> tuple[str, ...]:
    """What recurring revenue can be broken down by: customer, account, currency, and the texts of both."""
    texts = {name for name, kind in facts.schema("customer").items() if kind == "VARCHAR" and name not in _OWN}
    texts |= set(_account_columns(facts))
    return tuple(sorted({*texts, CUSTOMER, ACCOUNT, CURRENCY}))


def attributes(facts: Facts, day: date) -> Attributes:
    """The customers with what is known of them and of their accounts, as the accounts were on a day."""
    loads = once(facts, "loads of accounts", tuple, lambda: _loads(facts))
    key = ("attributes", bisect_right(loads, day))  # between two loads nothing changes
    return once(facts, key, dict, lambda: _as_on(facts, day))


def _loads(facts: Facts) -> tuple[date, ...]:
    found = facts.run("SELECT DISTINCT loaded_on FROM account_version ORDER BY 1")
    return tuple(day for (day,) in found if isinstance(day, date))


def _as_on(facts: Facts, day: date) -> dict[str, Mapping[str, str]]:
    own = [name for name, kind in facts.schema("customer").items() if kind == "VARCHAR" and name not in _OWN]
    accounts = _account_columns(facts)
    columns = {name: f"c.{quoted(name)}" for name in own if name != CURRENCY}
    for name in accounts:
        theirs = f"v.{quoted(name)}"
        columns[name] = f"coalesce({columns[name]}, {theirs})" if name in columns else theirs
    columns |= {CUSTOMER: "coalesce(c.name, c.source_id)", ACCOUNT: "v.name"}
    chosen = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in columns.items())
    as_then = (
        "SELECT * FROM account_version WHERE NOT deleted QUALIFY row_number() OVER (PARTITION BY id ORDER BY "
        f"loaded_on <= DATE '{day}' DESC, CASE WHEN loaded_on <= DATE '{day}' THEN -seq ELSE seq END) = 1"
    )
    found = facts.rows(
        f"SELECT c.key AS of_customer, {chosen} FROM customer c "
        f"LEFT JOIN entity_link k ON k.a_thing = 'customer' AND k.a_id = c.id AND k.b_thing = 'account' "
        f"LEFT JOIN ({as_then}) v ON v.id = k.b_id"
    )
    return {str(row["of_customer"]): _members(row) for row in found}


def _members(row: Mapping[str, Cell]) -> dict[str, str]:
    return {name: str(cell) for name, cell in row.items() if cell is not None and name != "of_customer"}


def _account_columns(facts: Facts) -> tuple[str, ...]:
    return tuple(
        name for name, kind in facts.schema("account_version").items() if kind == "VARCHAR" and name not in _KEPT
    )


def accounts(facts: Facts) -> dict[str, str]:
    """For each customer's key, the key of the account it belongs to, where one was found."""
    found = facts.run(
        "SELECT c.key, a.key FROM customer c JOIN entity_link k ON k.a_thing = 'customer' AND k.a_id = c.id "
        "AND k.b_thing = 'account' JOIN (SELECT DISTINCT id, key FROM account_version) a ON a.id = k.b_id"
    )
    return {str(customer): str(account) for customer, account in found}
