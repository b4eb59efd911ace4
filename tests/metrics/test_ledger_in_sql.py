"""The ledger in SQL against the same ledger written out plainly: every policy, every window, thousands of customers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.core.calendar import Period, add_months, month
from headway.core.definition import Ledger
from headway.metrics import measure
from headway.metrics.currencies import rates
from headway.metrics.question import Parameters, Question
from headway.metrics.recurring.book import book
from headway.metrics.recurring.customers import attributes
from headway.metrics.recurring.movements import Movement, Span
from headway.tables import Facts
from tests.metrics.billing_world import asked, export, known, load, period, under
from tests.metrics.plain_ledger import levels, movements, written
from tests.metrics.plain_spans import accounts, plain_running
from tests.tables.tables_world import Export, mapping

FIRST, LAST = date(2022, 1, 1), date(2025, 6, 17)
CUSTOMERS, WORLDS = 40, 60


@st.composite
def worlds(draw: st.DrawFn) -> list[Span]:
    """The spans of forty customers: chains, overlaps, gaps, credits, in one currency or two."""
    chance = Random(draw(st.integers(0, 2**32)))
    credited, codes = draw(st.booleans()), draw(st.sampled_from((("EUR",), ("EUR", "GBP", None))))
    made = list[Span]()
    for n in range(CUSTOMERS):
        day = FIRST + timedelta(days=chance.randrange(900))
        for _ in range(chance.randint(1, 6)):
            end = None if chance.random() < 0.2 else day + timedelta(days=chance.choice((0, 1, 20, 31, 90, 365)))
            least = -2000 if credited else 0
            worth = Decimal(chance.choice((0, 100, chance.randint(least, 99_999)))) / chance.choice((1, 10, 10_000))
            made.append(Span(f"C{n}", chance.choice(codes), day, end, worth))
            day = (end or day) + timedelta(days=chance.choice((0, 0, 0, 1, 15, 45, 200)))
    return made


def bare(found: Sequence[Movement]) -> list[tuple[Any, ...]]:
    return [(m.customer, m.currency, m.day, m.kind, m.amount) for m in found]


@settings(max_examples=WORLDS, deadline=None)
@given(
    worlds(),
    st.sampled_from((0, 1, 15, 45, 120)),
    st.sampled_from(("day", "month")),
    st.dates(FIRST, LAST + timedelta(days=200)),
)
def test_the_table_of_changes_is_the_plain_ledger(spans: list[Span], gap: int, step: Any, until: date) -> None:
    assert bare(written(spans, until, gap, step)) == bare(movements(spans, until, gap, step))


def things(seed: int) -> list[Export]:
    """A company's billing exports with all that they are known to hold: trials, notices, discounts, credits, strangers."""
    chance = Random(seed)

    def day(after: date, most: int) -> date:
        return after + timedelta(days=chance.randrange(most))

    customers, subscriptions, items, lines = list[dict[str, str]](), list[dict[str, str]](), list[Any](), list[Any]()
    for n in range(120):
        customer, code = f"C{n}", chance.choice(("EUR", "EUR", "GBP"))
        if chance.random() < 0.9:
            account = {"account_id": f"A{n // 3}"} if chance.random() < 0.7 else {}
            name = chance.choice(({"name": f"Company {n}"}, {}))
            customers.append({"id": customer, "segment": chance.choice(("small", "large", "")), **name, **account})
        start = day(FIRST, 800)
        for turn in range(chance.randint(1, 3)):
            own = {"id": f"S{n}.{turn}", "customer_id": customer, "start_date": str(start), "currency": code}
            length = chance.choice((30, 90, 365, 366, 730))
            ends = start + timedelta(days=length)
            if chance.random() < 0.6:
                own |= {chance.choice(("ended_at", "end_date", "cancel_at")): str(ends)}
                own |= {"canceled_at": str(day(start, length))} if chance.random() < 0.5 else {}
            own |= {"trial_end": str(start + timedelta(days=14))} if chance.random() < 0.1 else {}
            own |= {"status": "trialing"} if chance.random() < 0.03 else {"status": "active"}
            own |= chance.choice(({"mrr": f"{chance.randint(0, 99999) / 100:.2f}"}, {"arr": "1200"}, {}))
            subscriptions.append(own)
            moved = day(start, length)
            for begins, stops in ((start, moved), (moved, None)):
                items.append(_item(chance, own, begins, stops))
            lines.append(_line(chance, own, start, ends))
            start = ends + timedelta(days=chance.choice((0, 0, 1, 20, 150)))
    found = [{"id": f"A{n}", "name": f"Account {n}", "Region": "NS"[n % 2]} for n in range(40)]
    companies = mapping("companies", "account", {"id": "id", "name": "name"}, dimensions=("Region",))
    fx = export("fx_rate", [{"date": "2025-01-01", "currency": "GBP", "rate": "1.17365", "base_currency": "EUR"}])
    return [
        Export(companies, found, headers=["id", "name", "Region"]),
        fx,
        export("customer", customers),
        export("subscription", subscriptions),
        export("subscription_item", items),
        export("invoice_line", lines),
    ]


def _item(chance: Random, own: dict[str, str], begins: date, stops: date | None) -> dict[str, str]:
    many = chance.choice(("1", "3", "2.5", "0.3333", "12"))
    made = {"subscription_id": own["id"], "currency": own["currency"], "valid_from": str(begins), "quantity": many}
    made |= {"unit_amount": f"{chance.randint(0, 9_999_999) / 10_000:.4f}", "price_id": chance.choice("xy")}
    made |= {"interval": chance.choice(("month", "year", "Weekly", "quarter", "day", "fortnight"))}
    made |= {"interval_count": chance.choice(("1", "1", "3", "18"))}
    made |= {"valid_to": str(stops)} if stops else {}
    made |= {"customer_id": own["customer_id"]} if chance.random() < 0.5 else {}
    made |= {"discount_percent": chance.choice(("10", "33.3333333", "100"))} if chance.random() < 0.3 else {}
    return made | ({"discount_amount": "0.0333"} if chance.random() < 0.2 else {})


def _line(chance: Random, own: dict[str, str], start: date, ends: date) -> dict[str, str]:
    made = {"invoice_id": f"I{own['id']}", "customer_id": own["customer_id"], "currency": own["currency"]}
    made |= {"period_start": str(start), "period_end": str(ends if chance.random() < 0.7 else add_months(start, 3))}
    return made | {"amount": f"{chance.randint(-20_000, 999_999) / 100:.2f}", "invoice_date": str(start)}


@pytest.fixture(scope="module", params=(1, 2))
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Facts]:
    folder = tmp_path_factory.mktemp("company")
    load(folder, str(LAST), *things(request.param))
    with known(folder, str(LAST)) as facts:
        yield facts


POLICIES = [
    {"source": source, "grain": grain, "churn_on": churn_on, "step": step, "gap_days": gap, "ends": ends, "fx": fx}
    for n, (source, grain, churn_on, step, gap, ends, fx) in enumerate(
        product(
            ("items", "subscriptions", "invoice_lines"),
            ("customer", "account"),
            ("service_end", "notice"),
            ("day", "month"),
            (0, 40),
            ("auto", "last_day", "day_after"),
            ("constant", "none"),
        )
    )
    if n % 5 == 0
]


def plain(facts: Facts, **policy: Any) -> tuple[list[Span], dict[str, int]]:
    """The spans under a policy, in one currency where it asks for that, read plainly."""
    read = plain_running(facts, Ledger(**policy))
    spans = list(read.spans)
    if policy.get("grain") == "account":
        owners = accounts(facts)
        spans = [replace(one, customer=owners.get(one.customer, one.customer)) for one in spans]
    if policy.get("fx") != "none":
        rate = rates(facts, "EUR")["GBP"].rate
        spans = [
            one if one.currency == "EUR"
            else replace(one, currency="EUR", arr=(one.arr * rate).quantize(Decimal("0.0001")))
            for one in spans
        ]  # fmt: skip
    return spans, dict(read.left_out)


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: "-".join(str(part) for part in policy.values()))
def test_every_policy_gives_the_plain_ledger(company: Facts, policy: dict[str, Any]) -> None:
    kept = book(Question(under("arr", **policy)), company, Parameters(base="EUR"))
    spans, left_out = plain(company, **policy)
    assert sorted(bare(kept.entries)) == sorted(
        bare(movements(spans, LAST, policy["gap_days"], policy["step"])), key=lambda m: m
    )
    assert kept.read.left_out == left_out
    order = ("source_id", "start", "arr")
    told = [sorted(of, key=lambda s: [str(getattr(s, name)) for name in order]) for of in (kept.spans, spans)]
    assert told[0] == told[1]


class Plain:
    """Windows measured customer by customer, from the plain ledger."""

    def __init__(self, facts: Facts, **policy: Any) -> None:
        spans, _ = plain(facts, **policy)
        self.entries = movements(spans, LAST, policy.get("gap_days", 0), policy.get("step", "day"))
        self.who = attributes(facts, LAST)
        self.since: dict[str, date] = {}
        for m in self.entries:
            self.since.setdefault(m.customer, m.day) if m.kind == "new" else None

    def group(self, customer: str, by: Sequence[str]) -> tuple[str, ...]:
        own = {**self.who.get(customer, {})}
        if start := self.since.get(customer):
            own |= {"cohort_month": f"{start:%Y-%m}", "cohort_year": f"{start:%Y}"}
            own |= {"cohort_quarter": f"{start.year}-Q{(start.month + 2) // 3}"}
        return tuple(own.get(name, "(none)") for name in by)

    def retention(self, first: date, last: date, by: Sequence[str]) -> dict[tuple[str, ...], dict[str, float]]:
        opening = {h: v for h, v in levels(self.entries, first - timedelta(days=1)).items() if v > 0}
        closing, made = levels(self.entries, last), dict[tuple[str, ...], dict[str, float]]()
        lost: dict[Any, Decimal] = defaultdict(Decimal)
        for m in self.entries:
            if first <= m.day <= last and m.kind in ("churn", "contraction"):
                lost[m.customer, m.currency] -= m.amount
        held: dict[tuple[str, ...], list[Any]] = defaultdict(list)
        for holder in opening:
            held[self.group(holder[0], by)].append(holder)
        for group, own in held.items():
            below = sum(opening[h] for h in own)
            made[group] = {
                "nrr": float(sum(closing.get(h, 0) for h in own) / below),
                "grr": float(sum(min(closing.get(h, Decimal(0)), opening[h]) for h in own) / below),
                "grr.movement_sum": float(sum(opening[h] - lost[h] for h in own) / below),
                "logo_retention": sum(closing.get(h, 0) > 0 for h in own) / len(own),
                "n": len(own),
            }
        return made


RETAINED = ("nrr", "grr", "grr.movement_sum", "logo_retention")
SHORT = ({"source": "items"}, {"source": "subscriptions", "step": "month"}, {"source": "invoice_lines", "gap_days": 30})


@pytest.mark.parametrize("policy", SHORT)
@pytest.mark.parametrize("by", [(), ("segment",), ("cohort_quarter",), ("Region", "cohort_year")])
def test_retention_is_that_of_each_customer_by_itself(company: Facts, policy: dict[str, Any], by: Any) -> None:
    told = Plain(company, **policy)
    by = tuple("region" if name == "Region" and "region" in company.schema("account_version") else name for name in by)
    for name in RETAINED:
        found = asked(company, name, "2023-02..2025-05", ["quarter", *by], "EUR", **policy)
        for row in found:
            span = period(str(row["quarter"]))
            first, last = max(span.start, date(2023, 2, 1)), min(span.last_day, date(2025, 5, 31))
            expected = told.retention(first, last, by).get(tuple(str(row[one]) for one in by))
            if expected is None:
                assert row["value"] is None
            else:
                assert row["value"] == pytest.approx(expected[name], rel=1e-12, abs=1e-12), row
                assert row["n"] == expected["n"]


@pytest.mark.parametrize("policy", SHORT)
@pytest.mark.parametrize(("grain", "months"), [("month", 1), ("quarter", 3), ("year", 12)])
def test_a_cell_of_a_triangle_is_the_retention_of_its_window(
    company: Facts, policy: dict[str, Any], grain: str, months: int
) -> None:
    told, by = Plain(company, **policy), (f"cohort_{grain}", "segment")
    for name in RETAINED:
        rows = list(asked(company, name, None, [*by, f"age_{grain}"], "EUR", **policy))
        assert rows
        for row in rows[:: 7 if grain == "month" else 1]:
            begun = period(str(row[by[0]])).start
            age = int(str(row[f"age_{grain}"]))
            first, last = add_months(begun, months), add_months(begun, months * (age + 1)) - timedelta(days=1)
            assert last <= LAST
            expected = told.retention(first, last, by).get((str(row[by[0]]), str(row["segment"])))
            assert expected is not None
            if age:
                assert row["value"] == pytest.approx(expected[name], rel=1e-9, abs=1e-9), row
            assert row["n"] == expected["n"] and (age or row["value"] == 1)


FLOWS = ("new_arr", "expansion_arr", "contraction_arr", "churned_arr", "reactivated_arr")


@pytest.mark.parametrize("policy", SHORT)
@pytest.mark.parametrize("by", [("segment",), ("cohort_month",), ("cohort_year", "segment"), ("currency",)])
def test_movements_close_and_the_parts_are_the_whole(company: Facts, policy: dict[str, Any], by: Any) -> None:
    base = None if by == ("currency",) else "EUR"
    over = [f"{y}-{m:02d}" for y in (2022, 2023, 2024, 2025) for m in range(1, 13)][:42]
    flows = {n: _by(company, n, over, by, base, policy) for n in FLOWS}
    stocks = _by(company, "arr", over, by, base, policy)
    whole = {n: _by(company, n, over, (), base, policy) for n in (*FLOWS, "arr", "customers")}
    signs = dict(zip(FLOWS, (1, 1, -1, -1, 1), strict=True))
    level: dict[Any, Decimal] = defaultdict(Decimal)
    for label in over:
        for key in {key for (at, key) in stocks if at == label}:
            level[key] += sum((sign * flows[n].get((label, key), 0) for n, sign in signs.items()), Decimal(0))
            assert stocks[label, key] == level[key]
    if base:
        for name, parts in (*flows.items(), ("arr", stocks)):
            for label in over:
                total = sum((v for (at, _), v in parts.items() if at == label), Decimal(0))
                assert total == whole[name].get((label, ((), "EUR")), 0)


def _by(facts: Facts, name: str, over: list[str], by: Any, base: str | None, policy: dict[str, Any]) -> dict[Any, Any]:
    rows = asked(facts, name, f"{over[0]}..{over[-1]}", ["month", *by], base, **policy)
    return {(r["month"], (tuple(r[n] for n in by), r["currency"])): r["value"] for r in rows}


def test_by_age_the_same_movements_and_stocks_are_counted_from_each_cohort_s_start(company: Facts) -> None:
    aged = asked(company, "arr", "2023", ["cohort_month", "age_month"], "EUR")
    monthly = asked(company, "arr", "2022..2025", ["cohort_month", "month"], "EUR")
    by_month = {(r["cohort_month"], r["month"]): r["value"] for r in monthly}
    assert {str(r["cohort_month"])[:4] for r in aged} == {"2023"}
    for row in aged:
        begun = period(str(row["cohort_month"])).start
        label = month(add_months(begun, int(str(row["age_month"])))).label
        assert row["value"] == by_month[row["cohort_month"], label]
    ages = [int(str(r["age_month"])) for r in aged if r["cohort_month"] == "2023-02"]
    assert ages == list(range(len(ages)))
    assert max(add_months(period(str(r["cohort_month"])).start, int(str(r["age_month"]))) for r in aged) == date(
        2025, 5, 1
    )


def test_an_age_needs_its_cohort_beside_it(company: Facts) -> None:
    for by in (("age_month",), ("cohort_year", "age_month"), ("cohort_month", "age_month", "month")):
        found = measure(under("nrr"), company, None, by)
        assert isinstance(found, tuple) and [d.mistake.code for d in found] == ["no-deciding-date"]
    found = measure(under("renewal_rate.arr"), company, None, ("cohort_month", "age_month"))
    assert isinstance(found, tuple) and "no age of their own" in found[0].message
    found = measure(under("nrr"), company, None, ("cohort_mnth",))
    assert isinstance(found, tuple) and "cohort_month" in found[0].remedy


def test_customers_in_two_currencies_are_one_without_a_rate(company: Facts) -> None:
    spans, _ = plain(company, source="subscriptions", fx="none")
    there = {m for (m, _), level in levels(movements(spans, LAST), LAST).items() if level > 0}
    (row,) = asked(company, "customers", None, (), "EUR", source="subscriptions", fx="none")
    assert row["value"] == len(there)
    by_code = asked(company, "customers", None, ("currency",), "EUR", source="subscriptions")
    assert {r["currency"] for r in by_code} <= {"EUR", "GBP", None, "(none)"}


def test_one_filter_keeps_the_cohort_it_names(company: Facts) -> None:
    whole = {r["cohort_quarter"]: r["value"] for r in asked(company, "arr", "2024-06", ["cohort_quarter"], "EUR")}
    span = period("2024-06")
    assert isinstance(span, Period)
    for label, amount in list(whole.items())[:3]:
        found = measure(under("arr"), company, span, (), {"cohort_quarter": str(label)}, Parameters(base="EUR"))
        assert not isinstance(found, tuple) and next(iter(found))["value"] == amount
