"""Contracts up for renewal: each term once, what went on told from what did not, and rates that split the movements."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.core.calendar import add_months
from headway.core.history import Measured
from headway.metrics import Parameters
from headway.metrics.customer_base import base_drivers
from headway.metrics.look import Look
from headway.metrics.recurring.movements import Span
from headway.metrics.recurring.renewals import renewals
from tests.metrics.billing_world import asked, definitions, export, known, load, period, value
from tests.metrics.plain_ledger import written as movements

LAST = date(2025, 12, 31)


def contract(name: str, start: date, months: int, ends: date | None = None, arr: int = 1200) -> Span:
    """A contract in its latest term, renewed by itself until it ends."""
    term_start = start
    while add_months(term_start, months) <= (ends or LAST) - timedelta(days=1):
        term_start = add_months(term_start, months)
    term_end = add_months(term_start, months)
    return Span(name, "EUR", start, ends, Decimal(arr), contract=name, term_start=term_start, term_end=term_end)


def test_every_term_ends_once_and_the_last_one_says_whether_it_went_on() -> None:
    found = renewals([contract("A", date(2022, 3, 1), 12, date(2025, 3, 1))])
    assert [(one.day, one.renewed, one.due) for one in found] == [
        (date(2023, 3, 1), 1200, 1200),
        (date(2024, 3, 1), 1200, 1200),
        (date(2025, 3, 1), 0, 1200),
    ]


def test_a_larger_or_smaller_renewal_is_renewed_as_it_was() -> None:
    terms = {"contract": "A", "term_start": date(2025, 1, 1), "term_end": date(2026, 1, 1)}
    items = [
        Span("A", "EUR", date(2023, 1, 1), date(2024, 1, 1), Decimal(1000), **terms),  # type: ignore[arg-type]
        Span("A", "EUR", date(2024, 1, 1), date(2025, 1, 1), Decimal(1100), **terms),  # type: ignore[arg-type]
        Span("A", "EUR", date(2025, 1, 1), None, Decimal(800), **terms),  # type: ignore[arg-type]
    ]
    assert [(one.renewed, one.larger, one.smaller) for one in renewals(items)] == [
        (1000, 100, 0),
        (1100, 0, 300),
        (800, 0, 0),
    ]


def test_a_contract_replaced_by_another_on_the_day_went_on() -> None:
    old = contract("old", date(2024, 1, 1), 12, date(2025, 1, 1))
    new = contract("new", date(2025, 1, 1), 12, None, 1500)
    beside = contract("beside", date(2023, 6, 1), 12)
    own = [Span("X", s.currency, s.start, s.end, s.arr, "", "", None, None, None, s.contract, s.term_start, s.term_end)
           for s in (old, new, beside)]  # fmt: skip
    (found,) = [one for one in renewals(own) if one.contract == "old"]
    assert (found.due, found.after) == (1200, 1500)


def test_the_end_of_a_month_stays_the_end_of_the_month() -> None:
    term = Span("A", "EUR", date(2023, 8, 31), None, Decimal(12), contract="A", term_start=date(2025, 8, 31),
                term_end=date(2026, 2, 28))  # fmt: skip
    assert [one.day for one in renewals([term])] == [
        date(2024, 2, 28),
        date(2024, 8, 28),
        date(2025, 2, 28),
        date(2025, 8, 28),
        date(2026, 2, 28),
    ]


@st.composite
def books(draw: st.DrawFn) -> list[Span]:
    made = list[Span]()
    for n in range(draw(st.integers(1, 8))):
        start = add_months(date(2021, 1, 1), draw(st.integers(0, 48)))
        months = draw(st.sampled_from((1, 3, 12, 24)))
        ends = draw(st.one_of(st.none(), st.integers(1, 60).map(lambda m, s=start: add_months(s, m))))
        made.append(contract(f"C{n}", start, months, ends, draw(st.integers(1, 9)) * 100))
    return made


@given(books())
def test_what_was_due_and_not_renewed_is_churn_of_that_day(spans: list[Span]) -> None:
    churned = {(m.customer, m.day): -m.amount for m in movements(spans, LAST) if m.kind == "churn"}
    for one in renewals(spans):
        if one.day <= LAST:
            assert churned.get((one.customer, one.day), Decimal(0)) == one.due - one.renewed


def subscriptions(count: int) -> tuple[Any, Any, Any]:
    """Yearly contracts that start month by month from 2024 on; every fifth is not renewed, every third grows a bit."""
    customers, contracts, items = [], [], []
    for n in range(count):
        start = add_months(date(2024, 1, 1), n % 12)
        renewal, ends = add_months(start, 12), add_months(start, 12) if n % 5 == 0 else None
        term = start if ends else renewal
        customers.append({"id": f"c{n}", "name": f"Company {n}"})
        contracts.append(
            {
                "id": f"s{n}",
                "customer_id": f"c{n}",
                "start_date": str(start),
                "current_term_start": str(term),
                "current_term_end": str(add_months(term, 12)),
                "ended_at": str(ends or ""),
            }
        )
        own = {"customer_id": f"c{n}", "subscription_id": f"s{n}"}
        changed = n % 3 == 0 and not ends
        first_end = str(renewal) if changed else str(ends or "")
        items.append(own | {"valid_from": str(start), "valid_to": first_end, "unit_amount": "100"})
        if changed:
            items.append(own | {"valid_from": str(renewal), "valid_to": "", "unit_amount": "110"})
    return export("customer", customers), export("subscription", contracts), export("subscription_item", items)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("renewals")
    load(folder, "2026-01-05", *subscriptions(60))
    return folder


def test_the_metrics_say_what_was_due_and_what_stayed(project: Path) -> None:
    with known(project, "2025-12-31") as facts:
        assert value(facts, "arr_up_for_renewal", "2025") == 6000
        assert value(facts, "renewed_arr", "2025") == 4800
        (rate,) = asked(facts, "renewal_rate.arr", "2025")
        assert (rate["value"], rate["n"]) == (0.8, 60)
        (ahead,) = asked(facts, "arr_up_for_renewal", "2026-01")
        assert (ahead["value"], ahead["n"]) == (440, 4)
        assert ahead["note"] == "after 2025-12-31, what is known to run until then"
        assert value(facts, "renewed_arr", "2026-01") == 0


def test_the_drivers_split_movements_between_renewals_and_the_rest(project: Path) -> None:
    with known(project, "2025-12-31") as facts:
        made: dict[str, Measured] = dict(base_drivers(Look(definitions(), facts, period("2025"), Parameters()), ()))
        arr = value(facts, "arr", "2025")
    assert "churn_rate" not in made and "expansion_rate" not in made  # everything moved at renewals
    rate, uplift = made["renewal_rate"].whole, made["renewal_uplift"].whole
    assert rate is not None and uplift is not None
    assert (rate.value, rate.n) == (0.8, 60)
    assert uplift.value == pytest.approx(160 / 4800)
    due = made["arr_due_for_renewal"]
    assert due.by == ("month",)
    assert sum(part.value for key, part in due.parts.items() if key[0] <= "2026-12") == pytest.approx(float(arr))
    after = made["renewal_after"].parts
    assert [after[str(n),].value for n in range(12)] == [0.0] * 11 + [1.0]


def test_without_terms_there_is_no_renewal_and_churn_is_smooth(tmp_path: Path) -> None:
    item = {"customer_id": "c", "valid_from": "2024-01-01", "unit_amount": "100"}
    load(tmp_path, "2026-01-05", export("customer", [{"id": "c", "name": "C"}]), export("subscription_item", [item]))
    with known(tmp_path, "2025-12-31") as facts:
        (rate,) = asked(facts, "renewal_rate.arr", "2025")
        made = dict(base_drivers(Look(definitions(), facts, period("2025"), Parameters()), ()))
    assert rate["value"] is None and "no subscription says when its term ends" in str(rate["note"])
    assert "renewal_rate" not in made and "churn_rate" in made
