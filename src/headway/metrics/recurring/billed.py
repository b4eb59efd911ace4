"""The records recurring revenue is read from, with the customer each belongs to: laid once for every ledger of the facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from headway.core.definition import Ledger
from headway.core.rows import Cell
from headway.metrics.facts import Facts, once

Source = Literal["items", "subscriptions", "invoice_lines"]

NOT_LIVE = ("incomplete", "incomplete_expired", "future", "void")
ON_TRIAL = ("trialing", "in_trial")
MANY = 50_000
"""So many records show as well as all of them how their export writes an end."""

_OWNER = (
    "LEFT JOIN billing_link k ON k.a_thing = '{thing}' AND k.a_id = i.id AND k.b_thing = 'customer' "
    "LEFT JOIN customer c ON c.id = k.b_id"
)
_SUBSCRIPTION = (
    "LEFT JOIN billing_link t ON t.a_thing = '{thing}' AND t.a_id = i.id AND t.b_thing = 'subscription' "
    "LEFT JOIN subscription s ON s.id = t.b_id "
    "LEFT JOIN billing_link sk ON sk.a_thing = 'subscription' AND sk.a_id = s.id AND sk.b_thing = 'customer' "
    "LEFT JOIN customer sc ON sc.id = sk.b_id"
)
_TERMS = (
    "s.source_id AS contract, s.trial_end AS trial_end, s.canceled_at AS notice, s.current_term_start AS term_start, "
    "s.current_term_end AS term_end"
)
_METERED = (
    "(i.usage_type IS NOT NULL AND lower(trim(i.usage_type)) IN "
    "('metered', 'usage', 'usage-based', 'overage', 'consumption') "
    "OR i.usage_type IS NULL AND i.minimum_amount IS NOT NULL) AS metered"
)
"""What is charged by use: it says so, or a least amount is agreed for it."""
_SELECT: Mapping[Source, str] = {
    "items": (
        "SELECT i.source_id, coalesce(c.id, sc.id) AS who, "
        "coalesce(i.customer_id, s.customer_id, s.source_id, i.subscription_id) AS named, "
        "coalesce(i.currency, s.currency, sc.currency, c.currency) AS currency, i.valid_from AS starts, "
        "least(i.valid_to, s.ended_at, s.end_date, s.cancel_at) AS ends, i.recurring, s.status AS status, "
        "coalesce(i.price_id, i.product_id) AS plan, i.unit_amount, i.quantity, i.discount_percent, i.discount_amount, "
        f"lower(trim(coalesce(i.interval, s.interval))) AS interval, i.interval_count, {_METERED}, "
        f"i.minimum_amount, {_TERMS} "
        f"FROM subscription_item i {_OWNER} {_SUBSCRIPTION}"
    ).replace("{thing}", "subscription_item"),
    "subscriptions": (
        "SELECT s.source_id, c.id AS who, coalesce(s.customer_id, s.customer, s.source_id) AS named, "
        "coalesce(s.currency, c.currency) AS currency, s.start_date AS starts, "
        "least(s.ended_at, s.end_date, s.cancel_at) AS ends, CAST(NULL AS BOOLEAN) AS recurring, s.status AS status, "
        f"s.plan, s.mrr AS monthly, s.arr AS yearly, s.contract_value, {_TERMS} "
        f"FROM subscription s {_OWNER.replace('i.id', 's.id')}"
    ).replace("{thing}", "subscription"),
    "invoice_lines": (
        "SELECT i.source_id, coalesce(c.id, vc.id, sc.id) AS who, coalesce(i.customer_id, v.customer_id, s.customer_id, "
        "i.subscription_id, i.invoice_id) AS named, coalesce(i.currency, v.currency) AS currency, i.period_start AS starts, "
        "least(i.period_end, s.ended_at, s.end_date, s.cancel_at) AS ends, i.recurring, v.status AS status, "
        f"i.product_id AS plan, i.amount, {_TERMS} FROM invoice_line i {_OWNER} {_SUBSCRIPTION} "
        "LEFT JOIN billing_link w ON w.a_thing = '{thing}' AND w.a_id = i.id AND w.b_thing = 'invoice' "
        "LEFT JOIN invoice v ON v.id = w.b_id "
        "LEFT JOIN billing_link vk ON vk.a_thing = 'invoice' AND vk.a_id = v.id AND vk.b_thing = 'customer' "
        "LEFT JOIN customer vc ON vc.id = vk.b_id"
    ).replace("{thing}", "invoice_line"),
}
_TAKEN: Mapping[Source, tuple[str, ...]] = {
    "items": (
        *("unit_amount", "quantity", "discount_percent", "discount_amount", "interval", "interval_count"),
        *("metered", "minimum_amount"),
    ),
    "subscriptions": ("monthly", "yearly", "contract_value"),
    "invoice_lines": ("amount",),
}
"""What the worth of a record of each kind is worked out from."""

_ALWAYS = (
    *("source_id", "currency", "starts", "ends", "trial_end", "notice"),
    *("plan", "contract", "term_start", "term_end"),
)
_LINKED = (
    "CREATE OR REPLACE TEMP TABLE billing_link AS SELECT * FROM entity_link WHERE a_thing IN "
    "('subscription_item', 'subscription', 'invoice_line', 'invoice') AND b_thing IN ('customer', 'subscription', 'invoice')"
)
"""What belongs to what is found by comparing words: once for every ledger written of the same facts."""

UNNAMED = "CAST(hash(named) >> 1 AS BIGINT)"
"""The number of whoever pays without being a customer the export knows: only its words are there."""


@dataclass(frozen=True)
class Billed:
    """The records of one kind in a table of their own, and what they show: their currencies, whether any is charged by use.

    `valued`: whether any says what its contract is worth in all.
    """

    table: str
    source: Source
    currencies: tuple[str | None, ...]
    metered: bool = False
    valued: bool = False

    @property
    def unnamed(self) -> str:
        """Whoever is billed without being a customer the export knows: a table of their number and what they are called."""
        return f"{self.table}_unnamed"


_COUNTS = f"(recurring IS DISTINCT FROM FALSE AND coalesce(status NOT IN {NOT_LIVE}, TRUE))"
_TRIES = f"coalesce(status IN {ON_TRIAL}, FALSE)"


def is_billed(facts: Facts) -> bool:
    """Whether anything is known that recurring revenue can be read from."""
    records = billed(facts, Ledger())
    return records.source != "invoice_lines" or _any(facts, records.table, "ends IS NOT NULL")


def billed(facts: Facts, ledger: Ledger) -> Billed:
    """The records a ledger is written of: what its policy says, or the nearest to what was agreed that there is."""
    if ledger.source == "auto":
        return once(facts, "billed", Billed, lambda: _nearest(facts))
    return _of(facts, ledger.source)


def written_ends(facts: Facts, records: Billed) -> str:
    """Whether ends are written as the last day of service or as the day after it, as most periods show.

    A period that ends on the day of the month it started on, or on the very day another of the customer's starts, is
    written with the day after. Of very many records a part is looked at, all of the same customers.
    """
    return once(facts, ("ends", records.table), str, lambda: _counted_ends(facts, records))


def _laid(facts: Facts, source: Source) -> Billed:
    once(facts, "billing links", list, lambda: facts.run(_LINKED))
    table = f"billed_{source}"
    columns = ", ".join((*_ALWAYS, *_TAKEN[source]))
    facts.run(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT coalesce(who, {UNNAMED}) AS who, "
        f"CASE WHEN who IS NULL THEN named END AS named, {_COUNTS} AS counts, {_TRIES} AS tries, {columns} "
        f"FROM ({_SELECT[source]})"
    )
    facts.run(
        f"CREATE OR REPLACE TEMP TABLE {table}_unnamed AS SELECT who, any_value(named) AS named FROM {table} "
        "WHERE named IS NOT NULL GROUP BY who"
    )
    found = facts.run(f"SELECT DISTINCT currency FROM {table} ORDER BY 1")
    metered = source == "items" and _any(facts, table, "metered")
    valued = source == "subscriptions" and _any(facts, table, "contract_value IS NOT NULL")
    return Billed(table, source, tuple(_text(code) for (code,) in found), metered, valued)


def _nearest(facts: Facts) -> Billed:
    items = _of(facts, "items")
    if _any(facts, items.table, "TRUE"):
        return items
    subscriptions = _of(facts, "subscriptions")
    if _any(facts, subscriptions.table, "coalesce(monthly, yearly, contract_value) IS NOT NULL"):
        return subscriptions
    return _of(facts, "invoice_lines")


def _of(facts: Facts, source: Source) -> Billed:
    return once(facts, ("billed", source), Billed, lambda: _laid(facts, source))


def _any(facts: Facts, table: str, condition: str) -> bool:
    """Whether some record is like that; asked of the table, where looking for one record cannot wait for a join."""
    return bool(facts.run(f"SELECT 1 FROM {table} WHERE {condition} LIMIT 1"))


def _counted_ends(facts: Facts, records: Billed) -> str:
    ((total,),) = facts.run(f"SELECT count(*) FROM {records.table}")
    parts = max(1, int(str(total)) // MANY)
    looked_at = f"(SELECT who, starts, ends FROM {records.table} WHERE who % {parts} = 0 AND starts IS NOT NULL)"
    starts = f"(SELECT DISTINCT who, starts FROM {looked_at})"
    ((after, last),) = facts.run(
        "SELECT count(*) FILTER (day(r.ends) = day(r.starts) OR a.who IS NOT NULL), "
        "count(*) FILTER (day(r.ends + 1) = day(r.starts) OR l.who IS NOT NULL) "
        f"FROM {looked_at} r LEFT JOIN {starts} a ON a.who = r.who AND a.starts = r.ends "
        f"LEFT JOIN {starts} l ON l.who = r.who AND l.starts = r.ends + 1 WHERE r.ends IS NOT NULL"
    )
    if after == last:
        return "last_day" if records.source == "invoice_lines" else "day_after"
    return "last_day" if int(str(last)) > int(str(after)) else "day_after"


def _text(cell: Cell) -> str | None:
    return None if cell is None else str(cell)
