"""Reconciliation: classes that add up exactly in any world, and each class found where it was put."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.core.calendar import Period, months
from headway.core.definition import Ledger
from headway.core.errors import UserMistake
from headway.core.reconciliation import CLASSES, LinkSaid, Pair, Reconciliation, Tolerances
from headway.metrics.reconciling import reconcile
from headway.metrics.reconciling.billing import Billing, Invoiced, Running, Step
from headway.metrics.reconciling.crm import Crm, Deal
from headway.metrics.reconciling.ledger import Booked
from headway.metrics.reconciling.matching import Likeness, matched
from headway.metrics.reconciling.money import Exchange
from headway.metrics.reconciling.run_rate import run_rate_pair
from headway.metrics.reconciling.service import booked_pair, over, service_pair
from headway.metrics.reconciling.won import UP, Sides, won_pair
from headway.metrics.recurring.billed import Billed
from headway.metrics.recurring.book import Book
from headway.metrics.recurring.spans import Running as Read
from headway.tables import Store
from tests.metrics.billing_world import asked, export, load, period
from tests.tables.tables_world import Export, mapping

FIRST, LAST = date(2024, 1, 1), date(2025, 12, 31)
DAYS = st.dates(FIRST, LAST)
AMOUNTS = st.one_of(
    st.sampled_from([Decimal(1000), Decimal("1000.40"), Decimal(1200), Decimal(12000)]),
    st.decimals(Decimal("0.01"), 50_000, places=4),
)
PLAIN = Exchange("EUR", {}, {})
LIKENESS = Likeness(PLAIN, Tolerances())


@st.composite
def sides(draw: st.DrawFn) -> Sides:
    """Deals and steps of a few companies, some of them the same sale, days and amounts near and far apart."""
    deals, steps = list[Deal](), list[Step]()
    for number in range(draw(st.integers(0, 8))):
        day, amount, who = draw(DAYS), draw(AMOUNTS), draw(st.sampled_from("ABC"))
        name = draw(st.sampled_from(("New site", "Implementation services")))
        deals.append(Deal(f"D{number}", who, name, day, amount, amount, "EUR", name != "New site", draw(st.booleans())))
        if draw(st.booleans()):
            later = day + timedelta(days=draw(st.integers(-20, 40)))
            off = draw(st.sampled_from((Decimal(1), Decimal("0.9"), Decimal("1.002"))))
            kind = draw(st.sampled_from(UP))
            steps.append(Step(who, later, kind, amount * off, amount * off, "EUR", "", amount, 24, draw(st.booleans())))
    for _ in range(draw(st.integers(0, 4))):
        kind, sign = draw(st.sampled_from((("new", 1), ("expansion", 1), ("contraction", -1), ("churn", -1))))
        steps.append(Step(draw(st.sampled_from("ABC")), draw(DAYS), kind, sign * draw(AMOUNTS)))
    unique = {(step.customer, step.day): step for step in steps}
    made = sorted(unique.values(), key=lambda step: (step.day, step.customer))
    crm = Crm(tuple(deals), (), {}, {})
    return Sides(
        crm, made, LIKENESS, lambda node: node, lambda node: node, frozenset(draw(st.sets(st.sampled_from("AB")))), LAST
    )


def parts(pair: Pair) -> Decimal:
    return sum((one.amount for one in pair.differences), Decimal(0))


@given(sides(), DAYS, st.integers(1, 500))
def test_classes_of_what_was_won_add_up_to_the_difference(world: Sides, start: date, days: int) -> None:
    span = Period(start, start + timedelta(days=days), "", "range")
    pair = won_pair(world, span)
    assert parts(pair) == pair.gap
    assert pair.left_total == sum(deal.amount for deal in world.crm.deals if span.holds(deal.day))
    assert pair.right_total == sum(s.amount for s in world.steps if s.kind in UP and span.holds(s.day))
    assert {one.kind for one in pair.differences} <= CLASSES.keys()
    assert sum((amount for amount, _ in pair.by_class.values()), Decimal(0)) == pair.gap


@given(sides())
def test_every_deal_and_every_step_is_in_one_match(world: Sides) -> None:
    up = [step for step in world.steps if step.kind in UP]
    found = matched(world.crm.deals, up, LIKENESS)
    assert sorted(deal.record for match in found for deal in match.deals) == sorted(d.record for d in world.crm.deals)
    assert sorted((s.day, s.customer) for m in found for s in m.steps) == sorted((s.day, s.customer) for s in up)


@given(sides())
def test_the_months_of_a_year_add_up_to_the_year(world: Sides) -> None:
    """What belongs together is decided once, so every class of a year is the sum of its months', timing aside."""
    year = Period(date(2024, 1, 1), date(2025, 1, 1), "2024", "year")
    whole = {kind: amount for kind, (amount, _) in won_pair(world, year).by_class.items()}
    sums = dict.fromkeys(CLASSES, Decimal(0))
    for one in months(year):
        for kind, (amount, _) in won_pair(world, one).by_class.items():
            sums[kind] += amount
    assert {kind: amount for kind, amount in sums.items() if amount} == {k: a for k, a in whole.items() if a}


@st.composite
def services(draw: st.DrawFn) -> Billing:
    """Contracts that run, and invoice lines of theirs that fit, miss, exceed or are credited."""
    running, lines = list[Running](), list[Invoiced]()
    for number in range(draw(st.integers(1, 5))):
        start, arr = draw(DAYS), draw(AMOUNTS)
        end = draw(st.one_of(st.none(), st.just(start + timedelta(days=draw(st.integers(1, 500))))))
        who, contract = draw(st.sampled_from("AB")), f"S{number}"
        running.append(Running(who, contract, start, end, arr, contract))
        for count in range(draw(st.integers(0, 4))):
            day = start + timedelta(days=draw(st.integers(-40, 400)))
            until = day + timedelta(days=draw(st.integers(1, 365)))
            worth = draw(st.sampled_from((arr, -arr / 4, arr * 2))).quantize(Decimal("0.0001"))
            amount = (worth * (until - day).days / 365).quantize(Decimal("0.01"))
            lines.append(Invoiced(who, contract, day, until, worth, amount, f"{contract}-{count}", draw(st.booleans())))
    nothing = Read("", Billed("", "items", ()), (), "day_after", {}, is_empty=True)
    empty = Book(None, LAST, Ledger(), nothing, "")  # type: ignore[arg-type]
    return Billing((), tuple(running), tuple(lines), {}, empty, draw(st.booleans()))


@given(services(), DAYS, st.integers(1, 500))
def test_classes_within_billing_add_up_to_the_difference(billing: Billing, start: date, days: int) -> None:
    span = Period(start, start + timedelta(days=days), "", "range")
    pair = service_pair(billing, span, Tolerances(), LAST, str)
    assert parts(pair) == pair.gap
    if not billing.valued:
        return
    one_by_one = sum(over(r.arr, max(r.start, span.start), min(r.end or span.end, span.end)) for r in billing.running)
    assert abs(pair.left_total - one_by_one) < Decimal("0.05")


@given(services(), st.dictionaries(st.tuples(st.sampled_from(("A", "B", "")), DAYS), AMOUNTS, max_size=6))
def test_classes_against_the_books_add_up_to_the_difference(billing: Billing, amounts: Any) -> None:
    span = Period(date(2024, 3, 1), date(2025, 3, 1), "", "range")
    pair = booked_pair(billing, Booked(amounts, Period(FIRST, LAST, "", "range"), {}), span, Tolerances(), str)
    assert pair is not None and parts(pair) == pair.gap
    assert pair.right_total == sum(a for (_, day), a in amounts.items() if span.holds(day))
    yearly = run_rate_pair(billing, Booked(amounts, Period(FIRST, LAST, "", "range"), {}), span, Tolerances(), str)
    assert yearly is not None and parts(yearly) == yearly.gap
    assert yearly.right_total == 12 * sum(a for (_, day), a in amounts.items() if (day.year, day.month) == (2025, 2))


def test_a_month_is_a_twelfth_whatever_its_days() -> None:
    assert over(Decimal(1200), date(2024, 2, 1), date(2024, 3, 1)) == 100
    assert over(Decimal(1200), date(2024, 1, 15), date(2025, 1, 15)) == Decimal("1200.0000")


ACCOUNTS = ("Nord", "Sued", "West", "Ost", "Mitte", "Rand", "Kante", "Ecke", "Seite")


def accounts(*names: str, **changes: Any) -> Export:
    """Accounts A1, A2, ... of these names, each with its own domain."""
    rows = [{"ID": f"A{n}", "Name": name, "Domain": f"{name.lower()}.example"} for n, name in enumerate(names, start=1)]
    fields = {"id": "ID", "name": "Name"}
    made = mapping("companies", "account", fields, dimensions=("Domain", *changes.pop("dimensions", ())))
    return Export(made, [row | changes for row in rows], headers=["ID", "Name", "Domain", *changes])


def deals(*rows: dict[str, str]) -> Export:
    """Deals of these accounts, won where they have a closing day."""
    headers = ("ID", "Name", "Company ID", "Stage", "Amount", "Currency", "Created", "Closed", "Type")
    fields = {
        **{"id": "ID", "name": "Name", "account_id": "Company ID", "stage": "Stage", "amount": "Amount"},
        **{"currency": "Currency", "created_date": "Created", "close_date": "Closed", "motion": "Type"},
    }
    made = mapping(
        "deals",
        "opportunity",
        fields,
        headers=headers,
        dates={"Created": "%Y-%m-%d", "Closed": "%Y-%m-%d"},
        stages={"Won": "won", "Lost": "lost", "Talking": "open"},
    )
    plain = {"Stage": "Won", "Currency": "EUR", "Created": "2024-01-02", "Type": "New Business"}
    return Export(made, [{"ID": f"D{n}", "Name": "Seats"} | plain | row for n, row in enumerate(rows)], headers=headers)


def customers(*names: str) -> Export:
    """Customers C1, C2, ... with the id of the account of the same number."""
    rows = [{"id": f"C{n}", "name": name, "account_id": f"A{n}"} for n, name in enumerate(names, start=1)]
    return export("customer", rows)


def item(number: int, amount: str, start: str, **more: str) -> dict[str, str]:
    return {"customer_id": f"C{number}", "unit_amount": amount, "valid_from": start} | more


RATES = export(
    "fx_rate",
    [
        {"date": "2024-01-31", "currency": "GBP", "rate": "1.10"},
        {"date": "2024-09-30", "currency": "GBP", "rate": "1.20"},
    ],
)


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """One company for each class of difference between the CRM and billing."""
    won = deals(
        {"Company ID": "A1", "Amount": "1000", "Closed": "2024-06-28"},  # begins in the next quarter: timing
        {"Company ID": "A2", "Amount": "2000", "Closed": "2024-08-05"},  # billed in pounds at an older rate: currency
        {"Company ID": "A3", "Amount": "3000", "Closed": "2024-08-05", "Name": "Implementation services"},  # scope
        {"Company ID": "A4", "Amount": "4000", "Closed": "2024-08-05"},  # the list price: discount
        {"Company ID": "A5", "Amount": "5000", "Closed": "2024-08-05"},  # missing subscription
        {"Company ID": "A7", "Amount": "7000", "Closed": "2024-08-05"},  # another amount
        {"Company ID": "A8", "Amount": "8000", "Closed": "2024-08-05"},  # exactly billed
        {"Company ID": "A9", "Amount": "9000", "Closed": "2023-02-01"},  # its churn is told by its open renewal
        {"Company ID": "A9", "Stage": "Talking", "Amount": "9000", "Closed": "2024-12-31", "Type": "Renewal"},
    )
    items = export(
        "subscription_item",
        [
            item(1, "1000", "2024-07-03"),
            item(2, "1739.13", "2024-08-07", currency="GBP"),
            item(4, "4000", "2024-08-07", discount_percent="25"),
            item(6, "6000", "2024-08-07"),
            item(7, "7700", "2024-08-07"),
            item(8, "8000.40", "2024-08-07"),
            item(9, "9000", "2023-02-03", valid_to="2024-08-01"),
        ],
    )
    load(tmp_path, "2024-10-31", accounts(*ACCOUNTS), customers(*ACCOUNTS), won, items, RATES)
    return tmp_path


def told(folder: Path, over_: str, links: tuple[LinkSaid, ...] = (), **tolerances: Any) -> Reconciliation:
    """The answer as the hall gives it."""
    with replace(Store.open(folder), links=links).as_of(None) as facts:
        answer = reconcile(facts, "EUR", Tolerances(**tolerances), period(over_))
    for pair in answer.pairs:
        assert parts(pair) == pair.gap, pair.name
    return answer


def pair_of(answer: Reconciliation, name: str) -> Pair:
    return next(pair for pair in answer.pairs if pair.name == name)


def test_each_class_is_found_where_it_was_put(company: Path) -> None:
    pair = pair_of(told(company, "2024-Q3"), "won")
    found = {(one.account, one.kind): one.amount for one in pair.differences}
    pounds = Decimal("1739.13") * Decimal("1.20") - 2000
    assert found == {
        ("Nord", "timing"): 1000,
        ("Sued", "currency"): pounds,
        ("West", "scope"): -3000,
        ("Ost", "discount"): -1000,
        ("Mitte", "missing_subscription"): -5000,
        ("Rand", "missing_deal"): 6000,
        ("Kante", "amount"): 700,
        ("Ecke", "rounding"): Decimal("0.40"),
    }
    (deal,) = [record for one in pair.only("amount", None) for record in one.records if record.side == "left"]
    assert (deal.record, deal.day, deal.amount) == ("D5", date(2024, 8, 5), 7000)
    assert pair.only(None, "kan") == pair.only("amount", None)


def test_the_columns_are_those_of_the_metrics(company: Path) -> None:
    pair = pair_of(told(company, "2024-Q3"), "won")
    with Store.open(company).as_of(None) as facts:
        (won,) = asked(facts, "won_value", "2024-Q3", (), "EUR").column("value")
        added = [
            asked(facts, f"{n}_arr", "2024-Q3", (), "EUR").total("value") for n in ("new", "expansion", "reactivated")
        ]
    assert pair.left_total == won
    assert pair.right_total == sum(added)


def test_timing_lands_in_both_quarters_with_opposite_signs(company: Path) -> None:
    before, after = (pair_of(told(company, q), "won").by_class["timing"][0] for q in ("2024-Q2", "2024-Q3"))
    assert (before, after) == (-1000, 1000)
    assert "timing" not in pair_of(told(company, "2024"), "won").by_class


def test_tolerances_are_the_companys_own(company: Path) -> None:
    strict = pair_of(told(company, "2024-Q3", amount=Decimal(0), share=Decimal(0)), "won")
    assert strict.by_class["amount"][0] == Decimal("700.40")
    hasty = pair_of(told(company, "2024-Q3", days=1), "won")
    assert "timing" not in hasty.by_class and hasty.by_class["missing_subscription"][1] > 1


def test_churn_that_the_crm_does_not_know_of(company: Path) -> None:
    pair = pair_of(told(company, "2024-Q3"), "customers")
    (one,) = pair.differences
    assert (one.account, one.kind, one.amount) == ("Seite", "unlogged_churn", -9000)
    assert "2024-08-01" in one.words and pair.left_total - pair.right_total == 9000


def test_what_has_not_been_billed_yet_is_timing_for_a_while(tmp_path: Path) -> None:
    won = deals({"Company ID": "A1", "Amount": "1000", "Closed": "2024-10-25"})
    load(
        tmp_path,
        "2024-10-31",
        accounts("Nord"),
        customers("Nord"),
        won,
        export("subscription_item", [item(1, "5", "2024-01-01")]),
    )
    assert pair_of(told(tmp_path, "2024-10"), "won").by_class["timing"][0] == -1000
    assert pair_of(told(tmp_path, "2024-10", days=3), "won").by_class["missing_subscription"][0] == -1000


def test_accounts_that_say_they_have_left_while_billing_runs(tmp_path: Path) -> None:
    left = accounts("Nord", dimensions=("Lifecycle Stage",), **{"Lifecycle Stage": "Former customer"})
    load(tmp_path, "2024-10-31", left, customers("Nord"), export("subscription_item", [item(1, "500", "2024-01-01")]))
    (one,) = pair_of(told(tmp_path, "2024-Q3"), "customers").differences
    assert (one.kind, one.amount) == ("unlogged_churn", 500) and "Former customer" in one.words


LINES = [
    {"invoice_id": "I1", "amount": "1200", "period_start": "2024-01-01", "period_end": "2025-01-01"},
    {"invoice_id": "I1", "amount": "-90", "period_start": "2024-07-01", "period_end": "2025-01-01"},
    {"invoice_id": "I2", "amount": "600", "period_start": "2024-01-01", "period_end": "2025-01-01"},
    {"invoice_id": "I3", "amount": "50", "period_start": "2024-07-01", "period_end": "2024-08-01"},
]


def test_subscriptions_invoices_and_books(tmp_path: Path) -> None:
    """A credit note, an invoice past the end, a month not invoiced, revenue that stops."""
    subscriptions = export(
        "subscription",
        [
            {"id": "S1", "customer_id": "C1", "start_date": "2024-01-01"},
            {"id": "S2", "customer_id": "C2", "start_date": "2024-01-01", "ended_at": "2024-07-01"},
            {"id": "S3", "customer_id": "C3", "start_date": "2024-07-01"},
        ],
    )
    items = export(
        "subscription_item",
        [
            {"subscription_id": "S1", "unit_amount": "1200", "valid_from": "2024-01-01"},
            {"subscription_id": "S2", "unit_amount": "600", "valid_from": "2024-01-01"},
            {"subscription_id": "S3", "unit_amount": "600", "valid_from": "2024-07-01"},
        ],
    )
    invoices = [
        {"id": f"I{n}", "customer_id": f"C{n}", "subscription_id": f"S{n}", "created_date": "2024-01-01", "total": "1"}
        for n in (1, 2, 3)
    ]
    books = [
        {
            "date": f"2024-{m:02d}-28",
            "account_name": "Subscription revenue",
            "kind": "revenue",
            "customer_id": c,
            "amount": a,
        }
        for m in (7, 8, 9)
        for c, a in (("C1", "85"), ("C2", "50"))
        if not (c == "C2" and m == 9)
    ]
    load(
        tmp_path, "2024-10-31", customers("Nord", "Sued", "West"), subscriptions, items, export("invoice", invoices),
        export("invoice_line", LINES), export("ledger_line", books),
    )  # fmt: skip
    answer = told(tmp_path, "2024-Q3")
    service = {(one.account, one.kind): one.amount for one in pair_of(answer, "service").differences}
    assert service == {
        ("Nord", "credit"): -45,
        ("Sued", "unlogged_churn"): 150,
        ("West", "unlogged_churn"): -100,
    }
    books_pair = pair_of(answer, "books")
    assert (books_pair.left_total, books_pair.right_total) == (Decimal("455"), Decimal("355"))
    kinds = {one.account: one.kind for one in books_pair.differences if one.kind not in ("timing", "rounding")}
    assert kinds == {"Sued": "unlogged_churn", "West": "missing_revenue"}
    yearly = pair_of(answer, "run rate")
    assert (yearly.left_total, yearly.right_total) == (1800, 85 * 12)
    classes = {kind: amount for kind, (amount, _) in yearly.by_class.items() if kind not in ("timing", "rounding")}
    assert classes == {"credit": -180, "missing_invoice": -600}


def test_what_is_not_loaded_is_said_and_not_compared(tmp_path: Path) -> None:
    load(tmp_path, "2024-10-31", customers("Nord"), export("subscription_item", [item(1, "500", "2024-01-01")]))
    answer = told(tmp_path, "2024-Q3")
    assert answer.pairs == ()
    for missing in ("no CRM export", "no invoice lines", "no revenue in a general ledger"):
        assert any(note.startswith(missing) for note in answer.notes), missing


NAMES = ("Acme Tools GmbH", "Borealis", "Borealis", "Cobalt Works", "Delta Freight", "Echo Mills")


@pytest.fixture
def strangers(tmp_path: Path) -> Path:
    """Customers without an account id: by domain, by name, by name but its legal form, one of two, nearly, nowhere."""
    billed = export(
        "customer",
        [
            {"id": "C1", "name": "acme tools"},
            {"id": "C2", "name": "Borealis"},
            {"id": "C3", "name": "Kobold", "email_domain": "https://www.cobalt works.example/"},
            {"id": "C4", "name": "Delta Freigth"},
            {"id": "C5", "name": "Zenith"},
            {"id": "C6", "name": "Echo Mills"},
            {"id": "C7", "name": "Echo Mills Ltd"},
        ],
    )
    items = [item(n, str(100 * n), "2024-01-01") for n in range(1, 8)]
    load(tmp_path, "2024-10-31", accounts(*NAMES), billed, export("subscription_item", items))
    return tmp_path


def links_of(answer: Reconciliation) -> dict[str, list[tuple[str, str, str]]]:
    found: dict[str, list[tuple[str, str, str]]] = {}
    for one in answer.links:
        found.setdefault(one.customer, []).append((one.account, one.state, one.method))
    return found


def test_links_are_taken_by_what_names_one_account_and_never_guessed(strangers: Path) -> None:
    answer = told(strangers, "2024-Q3")
    assert links_of(answer) == {
        "C1": [("A1", "taken", "plain_name")],
        "C2": [("A2", "candidate", "name"), ("A3", "candidate", "name")],
        "C3": [("A4", "taken", "domain")],
        "C4": [("A5", "candidate", "near_name")],
        "C5": [("", "none", "none")],
        "C6": [("A6", "taken", "name")],
        "C7": [("A6", "taken", "plain_name")],
    }
    several = [one.words for one in answer.links if one.account == "A6"]
    assert several == ["one of 2 customers of this account"] * 2
    trust = {one.customer: one.confidence for one in answer.links}
    assert trust["C6"] > trust["C1"] > trust["C2"] and trust["C3"] > trust["C1"]
    alone = next(one for one in answer.unmatched if one.what.startswith("billing ARR"))
    assert (alone.amount, alone.n) == (200 + 400 + 500, 3)


def test_what_people_confirm_or_refuse_holds_everywhere(strangers: Path) -> None:
    said = (
        LinkSaid("C2", "Finance", "same VAT number", ("A3",)),
        LinkSaid("C4", "Finance", "another company", refused=("A5",)),
        LinkSaid("C7", "Finance", "not theirs", refused=("A6",)),
        LinkSaid("C9", "Finance", "gone", ("A1",)),
    )
    answer = told(strangers, "2024-Q3", said)
    links = links_of(answer)
    assert links["C2"] == [("A3", "confirmed", "confirmed")]
    assert ("A5", "refused", "confirmed") in links["C4"] and ("A6", "refused", "confirmed") in links["C7"]
    assert any("no customer 'C9'" in note for note in answer.notes)
    with replace(Store.open(strangers), links=said).as_of(None) as facts:
        rows = asked(facts, "arr", None, ["account"])
        assert {row["account"]: row["value"] for row in rows}["Borealis"] == 200
        assert facts.run("SELECT method FROM entity_link WHERE a_thing = 'customer' AND method = 'confirmed'") == [
            ("confirmed",)
        ]


def test_a_customer_of_several_accounts_is_one_company(tmp_path: Path) -> None:
    """Deals on a company's second record count for the customer once somebody says that it is the same."""
    won = deals({"Company ID": "A2", "Amount": "1000", "Closed": "2024-08-05"})
    items = export("subscription_item", [item(1, "1000", "2024-08-07")])
    load(tmp_path, "2024-10-31", accounts("Nord", "Nord Nord"), customers("Nord"), won, items)
    assert set(pair_of(told(tmp_path, "2024-Q3"), "won").by_class) == {"missing_subscription", "missing_deal"}
    said = (LinkSaid("C1", "Finance", "merged in March", ("A1", "A2")),)
    assert pair_of(told(tmp_path, "2024-Q3", said), "won").differences == ()


def test_a_currency_without_a_rate_is_left_out_and_told(tmp_path: Path) -> None:
    items = export("subscription_item", [item(1, "500", "2024-01-01"), item(2, "700", "2024-01-01", currency="SEK")])
    won = deals(
        {"Company ID": "A1", "Amount": "500", "Closed": "2024-01-01"},
        {"Company ID": "A2", "Amount": "700", "Closed": "2024-01-01", "Currency": "SEK"},
    )
    load(tmp_path, "2024-10-31", accounts("Nord", "Sued"), customers("Nord", "Sued"), won, items)
    answer = told(tmp_path, "2024-Q1")
    pair = pair_of(answer, "won")
    assert (pair.left_total, pair.right_total) == (500, 500)
    assert any("SEK" in note for note in answer.notes)
    assert any("currency without a rate" in note for note in answer.notes)


def test_currencies_are_never_added_where_the_company_names_none(tmp_path: Path) -> None:
    items = export("subscription_item", [item(1, "500", "2024-01-01"), item(2, "700", "2024-01-01", currency="SEK")])
    load(tmp_path, "2024-10-31", customers("Nord", "Sued"), items)
    with Store.open(tmp_path).as_of(None) as facts, pytest.raises(UserMistake) as raised:
        reconcile(facts, None, Tolerances())
    assert [one.mistake.code for one in raised.value.diagnostics] == ["currencies-apart"]


def test_only_whole_months_that_are_closed_are_held_against_the_books(company: Path, tmp_path: Path) -> None:
    lines = [{"invoice_id": "I1", "amount": "1200", "period_start": "2024-01-01", "period_end": "2025-01-01"}]
    invoices = export("invoice", [{"id": "I1", "customer_id": "C1", "created_date": "2024-01-01", "total": "1"}])
    revenue = [
        {
            "date": f"2024-{m:02d}-28",
            "account_name": "Subscriptions",
            "kind": "revenue",
            "customer_id": "C1",
            "amount": "100",
        }
        for m in range(1, 9)
    ]
    folder = tmp_path / "books"
    items = export("subscription_item", [item(1, "1200", "2024-01-01", valid_to="2025-01-01")])
    load(
        folder, "2024-10-31", customers("Nord"), items, invoices, export("invoice_line", lines),
        export("ledger_line", revenue),
    )  # fmt: skip
    answer = told(folder, "2024-W20")
    assert all(pair.name not in ("books", "run rate") for pair in answer.pairs)
    assert any("no whole month" in note for note in answer.notes)
    with Store.open(folder).as_of(None) as facts:
        year = reconcile(facts, "EUR", Tolerances())
    books = pair_of(year, "books")
    assert (books.left_total, books.right_total, books.gap) == (800, 800, 0)
    assert pair_of(year, "run rate").gap == 0


def test_a_period_that_lies_ahead_holds_nothing(company: Path) -> None:
    answer = told(company, "2025-Q2")
    assert [(pair.left_total, pair.right_total) for pair in answer.pairs if pair.name == "won"] == [(0, 0)]


def one_class(folder: Path, deal: dict[str, str], *items: dict[str, str]) -> dict[str, Decimal]:
    """What a single deal and a single customer's items differ by in a quarter."""
    won = deals({"Company ID": "A1", "Closed": "2024-08-05"} | deal)
    load(
        folder,
        "2024-10-31",
        accounts("Nord Training"),
        customers("Nord Training"),
        won,
        export("subscription_item", list(items)),
    )
    pair = pair_of(told(folder, "2024-Q3"), "won")
    return {kind: amount for kind, (amount, _) in pair.by_class.items()}


def test_a_renewal_counted_as_new_is_scope(tmp_path: Path) -> None:
    assert one_class(tmp_path, {"Amount": "500"}, item(1, "500", "2024-01-01")) == {"scope": -500}


def test_an_accounts_name_does_not_make_its_deals_one_off(tmp_path: Path) -> None:
    deal = {"Amount": "700", "Name": "Nord Training - seats"}
    assert one_class(tmp_path, deal, item(1, "500", "2024-01-01")) == {"missing_subscription": -700}


def test_a_discount_that_ends_is_told(tmp_path: Path) -> None:
    first = item(1, "500", "2024-01-01", valid_to="2024-09-01", discount_percent="20")
    deal = {"Amount": "400", "Closed": "2024-01-02"}
    assert one_class(tmp_path, deal, first, item(1, "500", "2024-09-01")) == {"discount": 100}


@pytest.mark.parametrize(
    ("column", "cell", "amount", "says"),
    [("ACV", "600", "1200", "yearly from `acv`"), ("Term Months", "24", "1200", "term from `term_months`")],
)
def test_a_deal_is_worth_a_year_as_far_as_its_export_tells(
    tmp_path: Path, column: str, cell: str, amount: str, says: str
) -> None:
    deal = {"Company ID": "A1", "Closed": "2024-08-05", "Amount": amount, column: cell}
    plain = deals(deal)
    won = Export(
        replace(plain.mapping, dimensions=(column,), headers=(*plain.mapping.headers, column)),
        plain.rows,
        headers=[*plain.headers, column],
    )
    items = export("subscription_item", [item(1, "600", "2024-08-07")])
    load(tmp_path, "2024-10-31", accounts("Nord"), customers("Nord"), won, items)
    answer = told(tmp_path, "2024-Q3")
    assert pair_of(answer, "won").differences == ()
    assert any(says in note for note in answer.notes)


def test_deals_that_only_name_their_account_link_by_name(tmp_path: Path) -> None:
    """Exports of deals alone hold no accounts: a name that one customer bears is a link, one that two bear waits."""
    headers = ("ID", "Name", "Company", "Stage", "Amount", "Created", "Closed")
    fields = {"id": "ID", "name": "Name", "account": "Company", "stage": "Stage", "amount": "Amount"}
    made = mapping(
        "deals",
        "opportunity",
        fields | {"created_date": "Created", "close_date": "Closed"},
        headers=headers,
        dates={"Created": "%Y-%m-%d", "Closed": "%Y-%m-%d"},
        stages={"Won": "won"},
        currency="EUR",
    )
    rows = [
        {"ID": f"D{n}", "Name": "Seats", "Company": who, "Stage": "Won", "Amount": "500", "Created": "2024-01-02"}
        | {"Closed": "2024-08-05"}
        for n, who in enumerate(("Nord GmbH", "Sued"))
    ]
    billed = export(
        "customer", [{"id": "C1", "name": "nord"}, {"id": "C2", "name": "Sued"}, {"id": "C3", "name": "Sued"}]
    )
    items = export("subscription_item", [item(n, "500", "2024-08-07") for n in (1, 2, 3)])
    load(tmp_path, "2024-10-31", Export(made, rows, headers=headers), billed, items)
    answer = told(tmp_path, "2024-Q3")
    links = links_of(answer)
    assert [(state, method) for _, state, method in links["C1"]] == [("taken", "plain_name")]
    assert {state for c in ("C2", "C3") for _, state, _ in links[c]} == {"candidate"}
    assert {kind: amount for kind, (amount, _) in pair_of(answer, "won").by_class.items()} == {"unlinked": 500}
