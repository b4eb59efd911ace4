"""The demo company, reconciled as finance would: every planted mismatch is found, and what remains is explained."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from headway.connectors.synthetic.demo.written import account_number
from headway.core.reading import Reading
from headway.core.reconciliation import Pair, Reconciliation
from headway.project.hall import Project

FILES = (
    *("companies", "deals", "products", "customers", "subscriptions", "subscription_items", "invoices"),
    *("invoice_lines", "ledger", "fx_rates"),
)


@pytest.fixture(scope="module")
def answer(demo, tmp_path_factory: pytest.TempPathFactory) -> Reconciliation:  # type: ignore[no-untyped-def]
    """All three years of it, from its own exports."""
    folder = tmp_path_factory.mktemp("tie_out")
    files = list[Path]()
    for name in FILES:
        files.append(folder / f"{name}.csv")
        files[-1].write_text(demo.made.exports[f"{name}.csv"], encoding="utf-8")
    Project.create(folder / "p", "Halvermere", "EUR", 1)
    project = Project(folder / "p", lambda: datetime(2026, 11, 15, 9, tzinfo=UTC))
    assert project.import_files(files, Reading(), lambda _: True).loaded
    return project.facts.reconcile("2023-11..2026-11", None)


def pair_of(answer: Reconciliation, name: str) -> Pair:
    pair = next(pair for pair in answer.pairs if pair.name == name)
    assert sum((one.amount for one in pair.differences), Decimal(0)) == pair.gap
    return pair


def planted(demo, habit: str) -> dict[str, str]:  # type: ignore[no-untyped-def]
    return {row["Record"]: row["Truth"] for row in demo.truth("misstatements.csv") if row["Habit"] == habit}


def test_what_is_won_and_not_in_billing_is_found(demo, answer: Reconciliation) -> None:  # type: ignore[no-untyped-def]
    found = pair_of(answer, "won").only("missing_subscription", None)
    assert {one.records[0].record for one in found} == planted(demo, "unbilled").keys()
    assert len(found) == 2


def test_what_is_billed_and_whose_deal_is_gone_is_found(demo, answer: Reconciliation) -> None:  # type: ignore[no-untyped-def]
    found = pair_of(answer, "won").only("missing_deal", None)
    accounts = {row["id"]: row["metadata_hubspot_company_id"] for row in demo.rows("customers.csv")}
    numbers = {accounts[one.records[0].record] for one in found}
    assert numbers == {str(account_number(int(record))) for record in planted(demo, "without_deal")}
    assert len(found) == 2


def test_amounts_that_are_not_what_was_signed_are_found(demo, answer: Reconciliation) -> None:  # type: ignore[no-untyped-def]
    """Three typed wrongly, and those of the seven in thousands that were won."""
    won = {row["Record ID"] for row in demo.rows("deals.csv") if row["Deal Stage"] == "Closed Won"}
    wrong = planted(demo, "other_amount").keys() | planted(demo, "in_thousands").keys()
    found = pair_of(answer, "won").only("amount", None)
    assert {one.records[0].record for one in found} == wrong & won
    assert len(found) == 4


def test_what_remains_is_explained(answer: Reconciliation) -> None:
    won, service, books = (pair_of(answer, name) for name in ("won", "service", "books"))
    assert set(won.by_class) == {"timing", "scope", "missing_subscription", "missing_deal", "amount", "rounding"}
    assert len(won.only("timing", None)) == 2
    for one in won.only("timing", None):
        assert "it may still be billed" in one.words
    assert pair_of(answer, "customers").gap == 0
    assert set(service.by_class) == {"timing", "credit", "rounding"}
    assert round(-service.by_class["credit"][0] / service.right_total, 3) == Decimal("0.002")
    assert set(books.by_class) == {"timing", "rounding"}
    assert abs(books.by_class["rounding"][0]) < 1
    assert [(one.amount, one.n) for one in answer.unmatched if one.what.startswith("billing ARR")] == [(0, 0)]
    assert {one.method for one in answer.links if one.customer} == {"id"}
    assert len([one for one in answer.links if not one.customer]) == 4  # two never billed, two not yet
