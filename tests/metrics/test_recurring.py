"""Recurring revenue: a ledger that closes to the cent, under every policy, and against figures made by hand."""

from __future__ import annotations

import csv
from collections import defaultdict
from contextlib import ExitStack
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.core.calendar import month, months, weeks
from headway.core.definition import Definition
from headway.core.explanation import Explanation
from headway.core.series import Series
from headway.metrics import check_definitions, explain, measure, resolve, weekly
from headway.metrics.question import Parameters
from headway.metrics.recurring.movements import Span
from headway.tables import Facts
from tests.metrics.billing_world import asked, definitions, export, known, load, money, period, under, value
from tests.metrics.plain_ledger import levels
from tests.metrics.plain_ledger import written as movements
from tests.tables.tables_world import Export, mapping

FIRST, LAST = date(2024, 1, 1), date(2025, 12, 31)
DAYS = st.dates(FIRST, LAST)
AMOUNTS = st.decimals(Decimal("0.0001"), 100_000, places=4)
KINDS = ("new_arr", "expansion_arr", "contraction_arr", "churned_arr", "reactivated_arr")
SIGNS = (1, 1, -1, -1, 1)


@st.composite
def stories(draw: st.DrawFn) -> list[Span]:
    """Spans of a few customers in one or two currencies, overlapping, touching and apart."""
    made = list[Span]()
    for _ in range(draw(st.integers(1, 12))):
        start = draw(DAYS)
        end = draw(st.one_of(st.none(), st.just(start + timedelta(days=draw(st.integers(0, 400))))))
        customer, code = draw(st.sampled_from("ABC")), draw(st.sampled_from(("EUR", "GBP")))
        made.append(Span(customer, code, start, end, draw(AMOUNTS), plan=draw(st.sampled_from(("x", "y")))))
    return made


def running_on(spans: list[Span], customer: str, code: str | None, day: date) -> Decimal:
    own = [s for s in spans if (s.customer, s.currency) == (customer, code)]
    return sum((s.arr for s in own if s.start <= day and (s.end is None or s.end > day)), Decimal(0))


@given(stories(), st.sampled_from(("day", "month")))
def test_movements_add_up_to_what_runs_at_every_month_end(spans: list[Span], step: Any) -> None:
    ledger = movements(spans, LAST, step=step)
    holders = {(s.customer, s.currency) for s in spans}
    day = month(FIRST).last_day
    while day <= LAST:
        found = levels(ledger, day)
        assert {h: found.get(h, 0) for h in holders} == {h: running_on(spans, *h, day) for h in holders}
        day = month(day + timedelta(days=1)).last_day


@given(stories(), st.integers(0, 120), DAYS)
def test_kinds_and_signs_fit_whatever_the_gap(spans: list[Span], gap: int, until: date) -> None:
    level: dict[Any, Decimal] = defaultdict(Decimal)
    seen, left = set[Any](), dict[Any, date]()
    for m in movements(spans, until, gap):
        who = (m.customer, m.currency)
        before, level[who] = level[who], level[who] + m.amount
        assert m.day <= until and m.amount
        assert (m.kind == "new") == (who not in seen)
        assert (before == 0) == (m.kind in ("new", "reactivation")) and (level[who] == 0) == (m.kind == "churn")
        assert (m.amount > 0) == (m.kind in ("new", "expansion", "reactivation"))
        if m.kind == "reactivation":
            assert (m.day - left[who]).days > gap
        seen.add(who)
        left[who] = m.day
    assert level == {h: amount for h in level if (amount := running_on(spans, *h, until)) is not None}


@given(stories(), DAYS, st.integers(0, 90))
def test_a_later_day_changes_no_earlier_movement(spans: list[Span], until: date, more: int) -> None:
    short = movements(spans, until)
    assert [m for m in movements(spans, until + timedelta(days=more)) if m.day <= until] == short


def causes(*pairs: tuple[dict[str, Any], dict[str, Any]]) -> list[str]:
    day, made = date(2024, 6, 1), list[Span]()
    for number, (before, after) in enumerate(pairs):
        plain = {"plan": "x", "quantity": Decimal(2), "price": Decimal(50), "discount": None}
        for start, end, item in ((FIRST, day, plain | before), (day, None, plain | after)):
            worth = item["quantity"] * item["price"] - (item["discount"] or 0)
            made.append(Span(str(number), "EUR", start, end, worth, **item))
    return [m.cause for m in movements(made, LAST) if m.day == day]


def test_the_cause_is_told_where_one_thing_differs() -> None:
    found = causes(
        ({}, {"quantity": Decimal(3)}),
        ({}, {"price": Decimal(60)}),
        ({}, {"discount": Decimal(10)}),
        ({}, {"plan": "y", "price": Decimal(70)}),
        ({}, {"quantity": Decimal(3), "price": Decimal(60)}),
    )
    assert found == ["quantity", "price", "discount", "plan", ""]
    second = [
        Span("A", "EUR", FIRST, None, Decimal(1)),
        Span("A", "EUR", date(2024, 2, 1), date(2024, 3, 1), Decimal(5)),
    ]
    assert [(m.kind, m.cause) for m in movements(second, LAST)] == [
        ("new", ""),
        ("expansion", "added"),
        ("contraction", "cancel"),
    ]


ACCOUNTS = Export(
    mapping("companies", "account", {"id": "ID", "name": "Name"}, dimensions=("Segment",)),
    [{"ID": "A1", "Name": "Nord", "Segment": "small"}, {"ID": "A2", "Name": "Sued", "Segment": "large"}],
    headers=["ID", "Name", "Segment"],
)
CUSTOMERS = export(
    "customer",
    [
        {"id": "C1", "name": "Nord", "account_id": "A1"},
        {"id": "C2", "name": "Sued", "account_id": "A2"},
        {"id": "C3", "name": "Nobody"},
    ],
)
ITEMS = [
    {"customer_id": "C1", "unit_amount": "100", "quantity": "10", "valid_from": "2024-01-01", "valid_to": "2024-07-01"},
    {"customer_id": "C1", "unit_amount": "100", "quantity": "12", "valid_from": "2024-07-01"},
    {
        "customer_id": "C2",
        "unit_amount": "500",
        "currency": "GBP",
        "valid_from": "2024-02-01",
        "valid_to": "2024-09-01",
    },
    {
        "customer_id": "C3",
        "unit_amount": "10",
        "interval": "month",
        "discount_percent": "12.5",
        "valid_from": "2024-03-01",
    },
    {"customer_id": "C3", "unit_amount": "10", "interval": "fortnight", "valid_from": "2024-03-01"},
]
RATES = export(
    "fx_rate",
    [
        {"date": "2024-01-31", "currency": "GBP", "rate": "1.2"},
        {"date": "2024-11-30", "currency": "GBP", "rate": "1.15"},
    ],
)


@pytest.fixture
def company(tmp_path: Path) -> Path:
    load(tmp_path, "2024-12-31", ACCOUNTS, CUSTOMERS, export("subscription_item", ITEMS), RATES)
    return tmp_path


def by_group(facts: Facts, name: str, over: str, by: tuple[str, ...]) -> dict[Any, Any]:
    rows = asked(facts, name, over, by, "EUR")
    return {tuple(row[dimension] for dimension in (*by, "currency")): row["value"] for row in rows}


@pytest.mark.parametrize("by", [(), ("segment",), ("customer",), ("currency",)])
def test_the_identity_holds_for_the_company_each_segment_and_each_customer(company: Path, by: tuple[str, ...]) -> None:
    with known(company) as facts:
        opening = by_group(facts, "arr", "2023-12", by)
        for number in range(1, 13):
            now = f"2024-{number:02d}"
            closing, moved = by_group(facts, "arr", now, by), [by_group(facts, name, now, by) for name in KINDS]
            for group, level in closing.items():
                steps = sum(sign * kind.get(group, 0) for sign, kind in zip(SIGNS, moved, strict=True))
                assert opening.get(group, 0) + steps == level, (now, group)
            opening = closing


def test_one_rate_makes_a_total_and_moves_nothing(company: Path) -> None:
    with known(company) as facts:
        assert value(facts, "arr", "2024-06", "EUR") == Decimal("1000") + Decimal("105") + 500 * Decimal("1.15")
        (row,) = asked(facts, "arr", "2024-06", (), "EUR")
        assert "GBP at 1.15 of 2024-11-30" in str(row["note"]) and "1 left out: interval not known" in str(row["note"])
        assert row["excluded"] == 1
        assert value(facts, "expansion_arr", "2024", "EUR") == 200
        rows = asked(facts, "arr", "2024-06", (), "EUR", fx="none")
        assert [(row["currency"], row["value"]) for row in rows] == [("EUR", 1105), ("GBP", 500)]
    with known(company, "2024-01-15") as facts:
        assert value(facts, "arr", None, "EUR") == 1000


def test_without_a_rate_currencies_stay_apart(tmp_path: Path) -> None:
    load(tmp_path, "2024-12-31", export("subscription_item", ITEMS))
    with known(tmp_path) as facts:
        rows = list(asked(facts, "arr", "2024-06", (), "EUR"))
        assert [row["currency"] for row in rows] == ["EUR", "GBP"]
        assert all("no rate for GBP" in str(row["note"]) for row in rows)
        assert value(facts, "customers", "2024-06", "EUR") == 3


def test_the_day_looked_back_from_knows_no_later_end(company: Path) -> None:
    with known(company, "2024-08-15") as facts:
        assert value(facts, "churned_arr", None, "EUR") == 0
        assert value(facts, "arr", None, "EUR", fx="constant") == 1200 + 105 + 500 * Decimal("1.2")


def test_notice_dates_churn_earlier(tmp_path: Path) -> None:
    subscription = {
        "id": "S",
        "customer_id": "C",
        "start_date": "2024-01-01",
        "canceled_at": "2024-03-15",
        "cancel_at": "2024-06-01",
    }
    item = {"subscription_id": "S", "unit_amount": "10", "valid_from": "2024-01-01"}
    load(tmp_path, "2024-12-31", export("subscription", [subscription]), export("subscription_item", [item]))
    with known(tmp_path) as facts:
        by_month = [r["month"] for r in asked(facts, "churned_arr", "2024", ["month"]) if r["n"]]
        noticed = [r["month"] for r in asked(facts, "churned_arr", "2024", ["month"], churn_on="notice") if r["n"]]
    assert (by_month, noticed) == (["2024-06"], ["2024-03"])


def test_retention_is_by_the_segment_at_the_start(tmp_path: Path) -> None:
    later = Export(
        ACCOUNTS.mapping, [{"ID": "A1", "Name": "Nord", "Segment": "large"}], headers=["ID", "Name", "Segment"]
    )
    item = {"customer_id": "C1", "unit_amount": "100", "valid_from": "2023-01-01"}
    load(tmp_path, "2023-12-01", ACCOUNTS, CUSTOMERS, export("subscription_item", [item]))
    load(tmp_path, "2024-12-31", later, CUSTOMERS, export("subscription_item", [item]), run="r2")
    with known(tmp_path) as facts:
        assert {r["segment"] for r in asked(facts, "arr", None, ["segment"])} == {"large"}
        assert {r["segment"] for r in asked(facts, "nrr", "2024", ["segment"])} == {"small"}


def test_two_customers_of_one_account_are_one_under_the_account_grain(tmp_path: Path) -> None:
    customers = export("customer", [{"id": "C1", "account_id": "A1"}, {"id": "C2", "account_id": "A1"}])
    items = [
        {"customer_id": "C1", "unit_amount": "100", "valid_from": "2024-01-01"},
        {"customer_id": "C2", "unit_amount": "50", "valid_from": "2024-05-01"},
    ]
    load(tmp_path, "2024-12-31", ACCOUNTS, customers, export("subscription_item", items))
    with known(tmp_path) as facts:
        assert (value(facts, "new_arr", "2024"), value(facts, "expansion_arr", "2024")) == (150, 0)
        assert (
            value(facts, "new_arr", "2024", grain="account"),
            value(facts, "expansion_arr", "2024", grain="account"),
        ) == (100, 50)


def test_nothing_billed_is_undefined_not_zero(tmp_path: Path) -> None:
    load(tmp_path, "2024-12-31", CUSTOMERS)
    with known(tmp_path) as facts:
        (row,) = asked(facts, "arr")
        assert row["value"] is None and str(row["note"]).startswith("undefined")
    load(tmp_path, "2025-01-31", CUSTOMERS, export("subscription_item", ITEMS[:1]), run="r2")
    with known(tmp_path) as facts:
        (row,) = asked(facts, "nrr", "2022")
        assert row["value"] is None and str(row["note"]).startswith("undefined")


def test_wrong_questions_are_said(company: Path) -> None:
    with known(company) as facts:
        found = measure(under("arr"), facts, None, ("sgment", "month", "week"))
        assert isinstance(found, tuple) and {d.mistake.code for d in found} == {"no-deciding-date", "unknown-dimension"}
        found = measure(under("arr"), facts, None, (), {"segment": "smal"})
        assert isinstance(found, tuple) and "'small'" in found[0].remedy
    empty = Definition("x", "X", "X.", "movements", "currency/year")
    assert [d.mistake.code for d in check_definitions({"x": empty})] == ["incomplete-metric"]
    names = [d.name for d in resolve("grr", definitions())]  # type: ignore[union-attr]
    assert names == ["grr", "grr.movement_sum"]


def test_explained_with_the_way_from_opening_to_closing(company: Path) -> None:
    with known(company) as facts:
        told = explain(under("arr"), facts, period("2024-Q3"), parameters=Parameters(base="EUR"))
        assert isinstance(told, Explanation)
        steps = {step.label: step.value for step in told.steps}
        assert steps["opening 2024-06-30"] == "€1,680" and steps["closing 2024-09-30"] == "€1,305"
        assert steps["expansion"] == "€200" and steps["churn"] == "−€575"
        (name, rows), *_ = told.parts
        assert name == "customers" and rows.column("customer") == ("Nord", "Nobody")
        churned = explain(under("churned_arr"), facts, period("2024"), parameters=Parameters(base="EUR"))
        assert isinstance(churned, Explanation)
        assert [(r["customer"], r["day"], r["cause"]) for r in churned.parts[0][1]] == [
            ("Sued", date(2024, 9, 1), "cancel")
        ]
        retained = explain(under("nrr"), facts, period("2024-Q3"), parameters=Parameters(base="EUR"))
        assert isinstance(retained, Explanation)
        assert next((r["at_start"], r["kept"]) for r in retained.parts[0][1]) == (1000, 1200)


def test_week_by_week_as_stock_and_as_flow(company: Path) -> None:
    span = period("2024-09")
    with ExitStack() as opened:

        def facts_at(day: date) -> Facts:
            return opened.enter_context(known(company, str(day)))

        made = {name: weekly(under(name), facts_at, span, weeks(span)) for name in ("churned_arr", "customers")}
        assert [s.values.tolist() for s in made.values() if isinstance(s, Series)] == [[500, 0, 0, 0, 0, 0], [2] * 6]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def landed(path: Path, thing: Any, fields: dict[str, str], **changes: Any) -> Export:
    dates = {column: "%Y-%m-%d" for field, column in fields.items() if "date" in field or "period" in field}
    rows = rows_of(path)
    return Export(mapping(thing, thing, fields, dates=dates, **changes), rows, headers=list(rows[0]))


def test_reference_subscription_periods(reference_data: Path, tmp_path: Path) -> None:
    path = reference_data / "mrr_playbook" / "subscription_periods.csv"
    fields = {
        "id": "subscription_id",
        "customer_id": "customer_id",
        "start_date": "start_date",
        "end_date": "end_date",
        "mrr": "monthly_amount",
    }
    load(tmp_path, "2020-03-31", landed(path, "subscription", fields, currency="USD"))
    per_month: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in rows_of(path):
        day = date.fromisoformat(row["start_date"])
        while day < date.fromisoformat(row["end_date"]):
            per_month[f"{day:%Y-%m}"][row["customer_id"]] += Decimal(row["monthly_amount"])
            day = month(day).end
    by_hand: dict[str, dict[str, Decimal]] = {name: defaultdict(Decimal) for name in KINDS}
    known_before, before = set[str](), dict[str, Decimal]()
    labels = [one.label for one in months(period("2017-09..2020-03"))]
    for label in labels:
        now = dict(per_month.get(label, {}))
        for customer in {*before, *now}:
            old, new = before.get(customer, Decimal(0)), now.get(customer, Decimal(0))
            kind = (
                "reactivated_arr" if not old and customer in known_before else "new_arr" if not old
                else "churned_arr" if not new else "expansion_arr" if new > old else "contraction_arr"
            )  # fmt: skip
            by_hand[kind][label] += abs(new - old)
        known_before |= set(now)
        before = now
    with known(tmp_path) as facts:
        stocks = {r["month"]: r["value"] for r in asked(facts, "mrr", "2017-09..2020-02", ["month"])}
        assert {label: level for label, level in stocks.items() if level} == {
            label: sum(per_month[label].values()) for label in labels if per_month[label]
        }
        for name in KINDS:
            found = {r["month"]: r["value"] for r in asked(facts, name, "2017-09..2020-03", ["month"]) if r["value"]}
            assert found == {label: 12 * amount for label, amount in by_hand[name].items() if amount}, name


def test_reference_invoices_reconcile_with_their_author(reference_data: Path, tmp_path: Path) -> None:
    folder = reference_data / "learnworlds_mrr"
    fields = {
        **{"id": "invoice_id", "invoice_id": "invoice_id", "customer_id": "customer_id", "product_id": "product_id"},
        **{"amount": "amount_usd", "invoice_date": "invoice_date"},
        **{"period_start": "billing_start_date", "period_end": "billing_end_date"},
    }
    load(tmp_path, "2025-12-31", landed(folder / "invoices.csv", "invoice_line", fields, currency="USD"))
    by_months: dict[str, Decimal] = defaultdict(Decimal)
    by_days: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows_of(folder / "invoices.csv"):
        start, last = (date.fromisoformat(row[f"billing_{end}_date"]) for end in ("start", "end"))
        touched, day = list[Any](), start
        while day <= last:
            touched.append(month(day))
            day = month(day).end
        for one in touched:
            by_months[one.label] += (Decimal(row["amount_usd"]) * 12 / len(touched)).quantize(Decimal("0.0001"))
            share = Decimal(one.days) / ((last - start).days + 1)
            by_days[one.label] += Decimal(row["amount_usd"]) * share
    with known(tmp_path) as facts:
        found = {r["month"]: r["value"] for r in asked(facts, "arr", "2023-01..2025-11", ["month"])}
        assert {label: money(value) for label, value in found.items()} == {
            k: money(v) for k, v in sorted(by_months.items())
        }
        rows = [
            sum((sign * r["value"] for r in asked(facts, name, "2023-01..2025-11")), Decimal(0))
            for name, sign in zip(KINDS, SIGNS, strict=True)
        ]  # type: ignore[misc]
        assert sum(rows) == found["2025-11"]
    authors: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows_of(folder / "exports" / "mart_mrr_by_use_case.csv"):
        authors[row["month"][:7]] += Decimal(row["mrr_usd"])
    # The author spreads each bill over the days of its period, the ledger over its months: the same bills, to the cent
    # in all, a little apart in each month because months differ in length.
    assert all(abs(authors[label] - by_days[label]) < Decimal("0.5") for label in authors)
    assert abs(sum(by_months.values()) / 12 - sum(authors.values())) < Decimal("1")
