"""The demo company's money: deals, subscriptions, invoices, spend, payroll and ledger tell one story."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from conftest import Demo, Row

from headway.connectors.synthetic.demo import DEMO, TODAY

CENT = Decimal("0.01")


def months(first: date, last: date) -> Iterator[date]:
    """The last day of every month between two days."""
    day = first.replace(day=1)
    while (end := (day + timedelta(days=32)).replace(day=1) - timedelta(days=1)) <= last:
        yield end
        day = end + timedelta(days=1)


def arr(item: Row) -> Decimal:
    """An item's yearly value."""
    yearly = 12 if item["interval"] == "month" else 1
    net = (100 - Decimal(item["discount_percent"])) / 100
    return int(item["quantity"]) * Decimal(item["unit_amount"]) * net * yearly


def live(item: Row, day: str) -> bool:
    return item["valid_from"] <= day and (not item["valid_to"] or day < item["valid_to"])


def wrong(demo: Demo, habit: str) -> set[str]:
    return {row["Record"] for row in demo.truth("misstatements.csv") if row["Habit"] == habit}


def test_won_new_business_is_what_was_subscribed(demo: Demo) -> None:
    """Each first subscription since the first day has one won deal of its account and value, but for the named ones."""
    customers = {row["id"]: row for row in demo.rows("customers.csv")}
    items: dict[str, list[Row]] = defaultdict(list)
    for item in demo.rows("subscription_items.csv"):
        items[item["subscription"]].append(item)
    sold: dict[str, list[Row]] = defaultdict(list)
    for deal in demo.rows("deals.csv"):
        if deal["Deal Type"] == "New Business" and deal["Deal Stage"] == "Closed Won":
            sold[deal["Associated Company IDs"]].append(deal)
    matched: set[str] = set()
    unsold: list[str] = []
    for subscription in demo.rows("subscriptions.csv"):
        start = subscription["start_date"]
        if date.fromisoformat(start) < DEMO.first_day + timedelta(days=10):
            continue
        value = sum(arr(item) for item in items[subscription["id"]] if item["valid_from"] == start)
        account = customers[subscription["customer"]]["metadata_hubspot_company_id"]
        found = [d for d in sold[account] if 0 <= _days(d["Close Date"], start) <= 9]
        if not found:
            unsold.append(subscription["id"])
            continue
        (deal,) = found
        matched.add(deal["Record ID"])
        if deal["Record ID"] not in wrong(demo, "in_thousands") | wrong(demo, "other_amount"):
            assert Decimal(deal["Amount"]) == value.quantize(CENT)
    assert len(unsold) == DEMO.habits.without_deal == len(wrong(demo, "without_deal"))
    left = {d["Record ID"]: d for deals in sold.values() for d in deals if d["Record ID"] not in matched}
    named = wrong(demo, "unbilled")
    assert len(named) == DEMO.habits.unbilled and named <= set(left)
    for number, deal in left.items():
        signed = date.fromisoformat(deal["Close Date"])
        assert number in named or (TODAY - signed).days < 10 or (signed - DEMO.first_day).days < 10, number


def _days(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def test_the_arr_movements_close_at_every_month_end(demo: Demo) -> None:
    """Opening, new, expansion, contraction, churn (and those who came back) give the closing of live items, to the cent."""
    customer_of = {row["id"]: row["customer"] for row in demo.rows("subscriptions.csv")}
    changes: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for item in demo.rows("subscription_items.csv"):
        changes[item["valid_from"], customer_of[item["subscription"]]] += arr(item)
        if item["valid_to"]:
            changes[item["valid_to"], customer_of[item["subscription"]]] -= arr(item)
    held: dict[str, Decimal] = defaultdict(Decimal)
    moved: dict[str, Decimal] = defaultdict(Decimal)
    kinds: set[str] = set()
    known: set[str] = set()
    queue = sorted(changes.items())
    for end in months(DEMO.first_day, TODAY):
        while queue and queue[0][0][0] <= end.isoformat():
            (_, customer), change = queue.pop(0)
            before = held[customer]
            held[customer] += change
            assert held[customer] >= 0
            kind = _kind(before, held[customer], customer in known)
            known.add(customer)
            kinds.add(kind)
            moved[kind] += change
        closing = sum(arr(item) for item in demo.rows("subscription_items.csv") if live(item, end.isoformat()))
        assert sum(moved.values()) == closing
        assert moved["churn"] <= 0 and moved["contraction"] <= 0
    assert kinds >= {"new", "expansion", "contraction", "churn", "reactivation"}


def _kind(before: Decimal, after: Decimal, known: bool) -> str:
    if before == 0:
        return "reactivation" if known else "new"
    if after == 0:
        return "churn"
    return "expansion" if after > before else "contraction" if after < before else "same"


def test_items_of_a_subscription_follow_each_other(demo: Demo) -> None:
    """No product is held twice at once, and none outlives its subscription."""
    ended = {row["id"]: row["ended_at"] for row in demo.rows("subscriptions.csv")}
    spans: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for item in demo.rows("subscription_items.csv"):
        spans[item["subscription"], item["product"]].append((item["valid_from"], item["valid_to"]))
    for (subscription, _), each in spans.items():
        each.sort()
        for (_, end), (start, _) in pairwise(each):
            assert end and end <= start
        assert not ended[subscription] or each[-1][1] == ended[subscription]


def test_renewals_are_decided_at_their_dates(demo: Demo) -> None:
    for row in demo.rows("subscriptions.csv"):
        if row["status"] == "active":
            assert row["current_term_start"] <= TODAY.isoformat() < row["current_term_end"]
            assert not row["cancel_at"] or row["canceled_at"] <= TODAY.isoformat() < row["cancel_at"]
        else:
            early = row["ended_at"] != row["current_term_end"]
            assert not early or row["canceled_at"] == row["ended_at"]


def test_invoices_are_the_sum_of_their_lines_and_credits_stand_alone(demo: Demo) -> None:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    signs: dict[str, set[bool]] = defaultdict(set)
    for line in demo.rows("invoice_lines.csv"):
        totals[line["invoice"]] += Decimal(line["amount"])
        signs[line["invoice"]].add(line["amount"].startswith("-"))
    for invoice in demo.rows("invoices.csv"):
        assert Decimal(invoice["total"]) == totals[invoice["id"]]
        assert signs[invoice["id"]] == {invoice["number"].startswith("CN")}
    assert 10 <= sum(each == {True} for each in signs.values()) <= 100


def test_regular_lines_bill_what_the_item_costs(demo: Demo) -> None:
    items = {row["id"]: row for row in demo.rows("subscription_items.csv")}
    for line in demo.rows("invoice_lines.csv"):
        item = items[line["subscription_item"]]
        if line["proration"] == "false" and not line["amount"].startswith("-"):
            due = arr(item) / (12 if item["interval"] == "month" else 1)
            assert abs(Decimal(line["amount"]) - due) <= CENT / 2
            assert live(item, line["period_start"])


def test_the_ledger_earns_what_was_invoiced(demo: Demo) -> None:
    """Revenue of every month and currency is the invoice lines by day, and what is still to come is the rest."""
    booked: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in demo.rows("ledger.csv"):
        if row["Kind"] == "revenue":
            booked[row["Date"], row["Currency"]] += Decimal(row["Amount"])
    expected: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    parts: dict[tuple[str, str], int] = defaultdict(int)
    ends = list(months(DEMO.first_day, DEMO.books_closed))
    for line in demo.rows("invoice_lines.csv"):
        start, end = date.fromisoformat(line["period_start"]), date.fromisoformat(line["period_end"])
        for last in ends:
            days = (min(end, last + timedelta(days=1)) - max(start, last.replace(day=1))).days
            if days > 0:
                key = last.isoformat(), line["currency"]
                expected[key] += Decimal(line["amount"]) * days / (end - start).days
                parts[key] += 1
    assert set(booked) == set(expected)
    for key, amount in booked.items():
        assert abs(amount - expected[key]) <= CENT * parts[key], key


def test_the_ledger_holds_payroll_and_programmes(demo: Demo) -> None:
    """Programmes are the spend file's own sums; payroll is everybody's annual cost by days, but for rounding."""
    ledger: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    payroll = Decimal()
    for row in demo.rows("ledger.csv"):
        ledger[row["Account Code"], row["Currency"]] += Decimal(row["Amount"])
        payroll += Decimal(row["Amount"]) if row["Account Name"].startswith("Payroll") else 0
    spent: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in demo.rows("spend.csv"):
        if row["Date"] <= DEMO.books_closed.isoformat():
            spent[row["Account Code"], row["Currency"]] += Decimal(row["Amount"])
    assert spent and all(ledger[key] == amount for key, amount in spent.items())
    expected, parts = Decimal(), 0
    for end in months(DEMO.first_day, DEMO.books_closed):
        first, after = end.replace(day=1), end + timedelta(days=1)
        for row in demo.rows("people.csv"):
            left = date.fromisoformat(row["End Date"]) if row["End Date"] else after
            days = (min(left, after) - max(date.fromisoformat(row["Start Date"]), first)).days
            if days > 0:
                expected += Decimal(row["Annual Cost"]) / 12 * days / (after - first).days
                parts += 1
    assert abs(payroll - expected) <= CENT * parts


def test_rates_are_dated_and_near_each_other(demo: Demo) -> None:
    rates = [Decimal(row["Rate"]) for row in demo.rows("fx_rates.csv")]
    days = [row["Date"] for row in demo.rows("fx_rates.csv")]
    assert days == sorted(days) and min(days) <= min(row["created"] for row in demo.rows("customers.csv"))
    assert all(abs(a - b) < Decimal("0.03") for a, b in pairwise(rates))
    assert {row["Currency"] for row in demo.rows("fx_rates.csv")} == {"GBP"}
