"""The worked examples of recurring revenue; each is named by its number in the requirements."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.metrics.billing_world import asked, export, known, load, money, value


def test_x9_a_customer_s_life(tmp_path: Path) -> None:
    gold = {"customer_id": "C", "price_id": "gold", "quantity": "4", "unit_amount": "500"}
    silver = {"customer_id": "C", "price_id": "silver", "quantity": "2", "unit_amount": "30", "interval": "month"}
    items = [
        gold | {"valid_from": "2024-01-10", "valid_to": "2024-05-10"},
        silver | {"valid_from": "2024-02-10", "valid_to": "2024-04-10"},
        gold | {"valid_from": "2024-07-10"},
    ]
    load(tmp_path, "2024-08-01", export("subscription_item", items))
    with known(tmp_path) as facts:
        months = {row["month"]: row["value"] for row in asked(facts, "mrr", "2024-01..2024-07", ["month"])}
        assert money(months["2024-01"]) == Decimal("166.67")
        assert money(months["2024-02"]) == Decimal("226.67") and money(months["2024-06"]) == 0
        moved = {
            name: [
                (row["month"], money(row["value"]) / 12) for row in asked(facts, name, "2024", ["month"]) if row["n"]
            ]
            for name in ("new_arr", "expansion_arr", "contraction_arr", "churned_arr", "reactivated_arr")
        }
    assert moved["expansion_arr"] == [("2024-02", 60)] and moved["contraction_arr"] == [("2024-04", 60)]
    gold_month = (Decimal(2000) / 12).quantize(Decimal("0.01"))
    rounded = {name: [(month, round(amount, 2)) for month, amount in found] for name, found in moved.items()}
    assert rounded["new_arr"] == [("2024-01", gold_month)] == [("2024-01", Decimal("166.67"))]
    assert rounded["churned_arr"] == [("2024-05", gold_month)]
    assert rounded["reactivated_arr"] == [("2024-07", gold_month)]


def test_x12_eighteen_months_are_brought_to_twelve(tmp_path: Path) -> None:
    item = {"customer_id": "C", "unit_amount": "2000", "interval": "month", "interval_count": "18"}
    load(tmp_path, "2024-08-01", export("subscription_item", [item | {"valid_from": "2024-01-01"}]))
    with known(tmp_path) as facts:
        assert money(value(facts, "arr")) == Decimal("1333.33")


def test_x14_all_movements_and_retention(tmp_path: Path) -> None:
    spans = {
        "A": [(100, "2023-01-01", "2024-03-01"), (130, "2024-03-01", "")],
        "B": [(100, "2023-01-01", "2024-04-01"), (60, "2024-04-01", "")],
        "C": [(100, "2023-01-01", "2024-05-01")],
        "D": [(50, "2022-01-01", "2022-12-01"), (50, "2024-06-01", "")],
        "E": [(80, "2024-07-01", "")],
    }
    items = [
        {"customer_id": who, "unit_amount": str(amount), "valid_from": start, "valid_to": end}
        for who, own in spans.items()
        for amount, start, end in own
    ]
    load(tmp_path, "2024-12-31", export("subscription_item", items))
    with known(tmp_path) as facts:
        names = ("new_arr", "expansion_arr", "contraction_arr", "churned_arr", "reactivated_arr")
        found = {name: value(facts, name, "2024") for name in names}
        assert found == dict(zip(names, (80, 30, 40, 100, 50), strict=True))
        opening, closing = value(facts, "arr", "2023"), value(facts, "arr", "2024")
        assert (opening, closing) == (300, 320) and opening + 80 + 30 - 40 - 100 + 50 == closing
        assert value(facts, "nrr", "2024") == pytest.approx(190 / 300)
        assert value(facts, "grr", "2024") == value(facts, "grr.movement_sum", "2024") == pytest.approx(160 / 300)
        assert value(facts, "logo_retention", "2024") == pytest.approx(2 / 3)
        assert value(facts, "logo_churn", "2024") == pytest.approx(1 / 3)
        assert value(facts, "customers", "2024") == 4 and value(facts, "arpa", "2024") == 80
        counting_return = (value(facts, "arr", "2024") - found["new_arr"]) / 300
        assert counting_return == pytest.approx(Decimal("0.8"))


def test_x15_a_dip_inside_the_period_differs_by_method(tmp_path: Path) -> None:
    item = {"customer_id": "A", "unit_amount": "100"}
    gone_in_june = [
        item | {"valid_from": "2023-01-01", "valid_to": "2024-06-01"},
        item | {"valid_from": "2024-12-01"},
    ]
    load(tmp_path, "2024-12-31", export("subscription_item", gone_in_june))
    with known(tmp_path) as facts:
        assert value(facts, "grr", "2024") == value(facts, "nrr", "2024") == 1
        assert value(facts, "grr.movement_sum", "2024") == 0
        told = [next(iter(asked(facts, name, "2024")))["definition"] for name in ("grr", "grr.movement_sum")]
        assert told == ["grr@1", "grr.movement_sum@1"]  # which of the two ways stands beside each number
        assert value(facts, "churned_arr", "2024") == value(facts, "reactivated_arr", "2024") == 100
        assert value(facts, "churned_arr", "2024", gap_days=183) == 0
        assert value(facts, "grr.movement_sum", "2024", gap_days=183) == 1
