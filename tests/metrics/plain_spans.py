"""What runs when, read record by record and valued in plain decimals: what the ledger's query must always agree with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from headway.core.calendar import add_months
from headway.core.definition import Ledger
from headway.core.rows import Cell
from headway.metrics.facts import Facts
from headway.metrics.recurring.movements import Span

Record = Mapping[str, Cell]

_CENT = Decimal("0.0001")
_A_YEAR = Decimal(365)
_PER_YEAR: Mapping[str, Decimal] = {
    **dict.fromkeys(("day", "days", "daily"), _A_YEAR),
    **dict.fromkeys(("week", "weeks", "weekly"), Decimal(52)),
    **dict.fromkeys(("month", "months", "monthly", "m"), Decimal(12)),
    **dict.fromkeys(("quarter", "quarters", "quarterly"), Decimal(4)),
    **dict.fromkeys(("half-year", "semiannual", "semi-annual", "biannual", "half-yearly"), Decimal(2)),
    **dict.fromkeys(("year", "years", "yearly", "annual", "annually", "y"), Decimal(1)),
}
_NOT_LIVE = ("trialing", "in_trial", "incomplete", "incomplete_expired", "future")

_OWNER = (
    "LEFT JOIN plain_link k ON k.a_thing = '{thing}' AND k.a_id = i.id AND k.b_thing = 'customer' "
    "LEFT JOIN customer c ON c.id = k.b_id"
)
_SUBSCRIPTION = (
    "LEFT JOIN plain_link t ON t.a_thing = '{thing}' AND t.a_id = i.id AND t.b_thing = 'subscription' "
    "LEFT JOIN subscription s ON s.id = t.b_id "
    "LEFT JOIN plain_link sk ON sk.a_thing = 'subscription' AND sk.a_id = s.id AND sk.b_thing = 'customer' "
    "LEFT JOIN customer sc ON sc.id = sk.b_id"
)
_DATES = (
    *("ended_at", "end_date", "cancel_at", "canceled_at", "trial_end"),
    *("current_term_start", "current_term_end"),
)
_ENDS = ", ".join(("s.source_id AS contract", *(f"s.{name} AS {name}" for name in _DATES)))
_ITEMS = (
    "SELECT i.source_id, coalesce(c.key, sc.key, i.customer_id, s.customer_id, s.source_id, i.subscription_id) AS owner, "
    "coalesce(i.currency, s.currency, sc.currency, c.currency) AS currency, i.valid_from AS starts, i.valid_to AS ends, "
    "i.unit_amount, i.quantity, i.discount_percent, i.discount_amount, coalesce(i.interval, s.interval) AS interval, "
    f"i.interval_count, coalesce(i.price_id, i.product_id) AS plan, i.recurring, s.status AS status, {_ENDS} "
    f"FROM subscription_item i {_OWNER} {_SUBSCRIPTION}"
).replace("{thing}", "subscription_item")
_SUBSCRIPTIONS = (
    "SELECT s.source_id, coalesce(c.key, s.customer_id, s.customer, s.source_id) AS owner, "
    "coalesce(s.currency, c.currency) AS currency, s.start_date AS starts, CAST(NULL AS DATE) AS ends, s.mrr, s.arr, "
    f"s.plan, s.status AS status, {_ENDS} FROM subscription s {_OWNER.replace('i.id', 's.id')}"
).replace("{thing}", "subscription")
_LINES = (
    "SELECT i.source_id, coalesce(c.key, vc.key, sc.key, i.customer_id, v.customer_id, s.customer_id, i.subscription_id, "
    "i.invoice_id) AS owner, coalesce(i.currency, v.currency) AS currency, i.period_start AS starts, i.period_end AS ends, "
    "i.amount, i.product_id AS plan, i.recurring, v.status AS status "
    f"FROM invoice_line i {_OWNER} {_SUBSCRIPTION} "
    "LEFT JOIN plain_link w ON w.a_thing = '{thing}' AND w.a_id = i.id AND w.b_thing = 'invoice' "
    "LEFT JOIN invoice v ON v.id = w.b_id "
    "LEFT JOIN plain_link vk ON vk.a_thing = 'invoice' AND vk.a_id = v.id AND vk.b_thing = 'customer' "
    "LEFT JOIN customer vc ON vc.id = vk.b_id"
).replace("{thing}", "invoice_line")


_LINKED = (
    "CREATE OR REPLACE TEMP TABLE plain_link AS SELECT * FROM entity_link WHERE a_thing IN "
    "('subscription_item', 'subscription', 'invoice_line', 'invoice') AND b_thing IN ('customer', 'subscription', 'invoice')"
)
"""What belongs to what is found by comparing words: once for every ledger written of the same facts."""


@dataclass(frozen=True)
class PlainRunning:
    """What runs when: the spans, what they were read from, and how many records could not be valued, by reason."""

    spans: tuple[Span, ...]
    source: str
    ends: str
    left_out: Mapping[str, int]


def plain_running(facts: Facts, ledger: Ledger) -> PlainRunning:
    """Every span of recurring revenue that is known on the day of the facts."""
    facts.run(_LINKED)
    source = _source(facts) if ledger.source == "auto" else ledger.source
    query = {"items": _ITEMS, "subscriptions": _SUBSCRIPTIONS, "invoice_lines": _LINES}[source]
    rows = facts.rows(f"SELECT * FROM ({query}) ORDER BY owner, starts, source_id")
    records = list(rows)
    ends = _counted_ends(records, "last_day" if source == "invoice_lines" else "day_after")
    ends = ends if ledger.ends == "auto" else ledger.ends
    spans, left_out = list[Span](), defaultdict[str, int](int)
    for record in records:
        made = _span(record, source, ends, ledger)
        if isinstance(made, Span):
            spans.append(made)
        elif made:
            left_out[made] += 1
    return PlainRunning(tuple(spans), source, ends, left_out)


def _source(facts: Facts) -> str:
    if facts.run("SELECT 1 FROM subscription_item LIMIT 1"):
        return "items"
    if facts.run("SELECT 1 FROM subscription WHERE coalesce(mrr, arr) IS NOT NULL LIMIT 1"):
        return "subscriptions"
    return "invoice_lines"


def _counted_ends(records: Sequence[Record], otherwise: str) -> str:
    """Whether ends are written as the last day of service or as the day after it, as most periods show.

    A period that ends on the day of the month it started on, or on the very day another of the customer's starts, is
    written with the day after.
    """
    starts = defaultdict[Cell, set[date]](set)
    for record in records:
        if start := _day(record["starts"]):
            starts[record["owner"]].add(start)
    last = after = 0
    for record in records:
        start, end = _day(record["starts"]), _end(record)
        if start is None or end is None:
            continue
        following = end + timedelta(days=1)
        after += end.day == start.day or end in starts[record["owner"]]
        last += following.day == start.day or following in starts[record["owner"]]
    return otherwise if last == after else "last_day" if last > after else "day_after"


def _span(record: Record, source: str, ends: str, ledger: Ledger) -> Span | str:
    """The span of one record; why there is none, or nothing where it is not meant to recur."""
    start, end = _day(record["starts"]), _end(record)
    if record.get("recurring") is False or record["status"] in _NOT_LIVE or record["status"] == "void":
        return ""
    if start is None:
        return "no start"
    if end is not None and ends == "last_day":
        end += timedelta(days=1)
    trial, notice = _day(record.get("trial_end")), _day(record.get("canceled_at"))
    if trial is not None:
        start = max(start, trial)
    if ledger.churn_on == "notice" and notice is not None:
        end = notice if end is None else min(end, notice)
    value = _lines_worth(record, start, end) if source == "invoice_lines" else _worth(record, source)
    if isinstance(value, str):
        return value
    currency = record["currency"]
    plain = Span(str(record["owner"]), None if currency is None else str(currency), start, end, value.quantize(_CENT))
    return replace(
        plain,
        source_id=str(record["source_id"]),
        plan=str(record["plan"] or ""),
        quantity=_number(record.get("quantity")),
        price=_number(record.get("unit_amount")),
        discount=_number(record.get("discount_percent")),
        contract=str(record.get("contract") or ""),
        term_start=_day(record.get("current_term_start")),
        term_end=_term_end(record, ends),
    )


def _worth(record: Record, source: str) -> Decimal | str:
    """The yearly value of an item or a subscription."""
    if source == "subscriptions":
        year, monthly = _number(record["arr"]), _number(record["mrr"])
        return year if year is not None else monthly * 12 if monthly is not None else "no amount"
    price, times = _number(record["unit_amount"]), _PER_YEAR.get(str(record["interval"] or "").strip().lower())
    if price is None:
        return "no amount"
    if times is None:
        return "interval not known"
    many = _number(record["quantity"])
    amount = price * (Decimal(1) if many is None else many)
    amount -= amount * (_number(record["discount_percent"]) or Decimal(0)) / 100
    amount -= _number(record["discount_amount"]) or Decimal(0)
    return amount * times / (_number(record["interval_count"]) or Decimal(1))


def _lines_worth(record: Record, start: date, end: date | None) -> Decimal | str:
    """A line spread over its service period: whole months by months, anything else by days."""
    amount = _number(record["amount"])
    if amount is None or end is None or end <= start:
        return "no amount" if amount is None else "no service period"
    count = (end.year - start.year) * 12 + end.month - start.month
    if count and end.day == start.day and add_months(start, count) == end.replace(day=1):
        return amount * 12 / count
    return amount * _A_YEAR / (end - start).days


def _end(record: Record) -> date | None:
    """The day service ends, as far as known: of the item, else of its subscription."""
    found = [day for name in ("ends", "ended_at", "end_date", "cancel_at") if (day := _day(record.get(name)))]
    return min(found) if found else None


def _term_end(record: Record, ends: str) -> date | None:
    end = _day(record.get("current_term_end"))
    return end + timedelta(days=1) if end is not None and ends == "last_day" else end


def _day(cell: Cell) -> date | None:
    return cell if isinstance(cell, date) else None


def _number(cell: Cell) -> Decimal | None:
    return cell if isinstance(cell, Decimal) else None


def accounts(facts: Facts) -> dict[str, str]:
    """For each customer's key, the key of the account it belongs to, where one was found."""
    found = facts.run(
        "SELECT c.key, a.key FROM customer c JOIN entity_link k ON k.a_thing = 'customer' AND k.a_id = c.id "
        "AND k.b_thing = 'account' JOIN (SELECT DISTINCT id, key FROM account_version) a ON a.id = k.b_id"
    )
    return {str(customer): str(account) for customer, account in found}
