"""The base a plan starts from: rates that give back what moved, and totals that lose nothing."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from headway.core.history import Figure, Measured
from headway.metrics import Parameters, measured_drivers
from headway.metrics.customer_base import base_drivers
from headway.metrics.look import Look
from tests.metrics.billing_world import definitions, export, known, load, period
from tests.tables.tables_world import Export, mapping

YEAR = "2025-01..2025-12"
SEGMENTS = ("small", "large")


def companies(count: int) -> Export:
    rows = [{"ID": f"a{n}", "Name": f"Company {n}", "Segment": ("small", "large", "")[n % 3]} for n in range(count)]
    made = mapping("companies", "account", {"id": "ID", "name": "Name"}, dimensions=("Segment",))
    return Export(made, rows, headers=["ID", "Name", "Segment"])


def billing(count: int) -> tuple[Export, Export]:
    """Customers who start one after the other; some grow, some leave, one comes back."""
    customers, items = [], []
    for n in range(count):
        customers.append({"id": f"c{n}", "name": f"Company {n}", "account_id": f"a{n}"})
        start = date(2024, 3, 1) + timedelta(days=5 * n)
        ends = start + timedelta(days=200) if n % 7 == 0 else None
        cut = start + timedelta(days=120) if n % 5 == 0 else None
        first_end = min(day for day in (ends, cut, date.max) if day)
        items.append(item(n, start, first_end, 100 + n))
        if cut and (ends is None or cut < ends):
            items.append(item(n, cut, ends or date.max, 150 + n if n % 2 else 50 + n))
        if n == 7 and ends:
            items.append(item(n, ends + timedelta(days=90), date.max, 80))
    return export("customer", customers), export("subscription_item", items)


def item(n: int, start: date, end: date, amount: int) -> dict[str, str]:
    return {
        "customer_id": f"c{n}",
        "valid_from": str(start),
        "valid_to": "" if end == date.max else str(end),
        "unit_amount": str(amount),
    }


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    load(folder, "2026-01-05", companies(90), *billing(90))
    return folder


def measured(folder: Path, by: tuple[str, ...]) -> tuple[dict[str, Measured], Look]:
    with known(folder, "2025-12-31") as facts:
        look = Look(definitions(), facts, period(YEAR), Parameters())
        return dict(base_drivers(look, by)), look


def test_a_rate_times_what_was_there_is_what_moved(project: Path) -> None:
    made, _ = measured(project, ("segment",))
    with known(project, "2025-12-31") as facts:
        look = Look(definitions(), facts, period(YEAR), Parameters())
        before = look.over(period("2024-12..2025-11")).parts("arr", ("month", "segment"))
        for name, metric in (
            ("churn_rate", "churned_arr"),
            ("contraction_rate", "contraction_arr"),
            ("expansion_rate", "expansion_arr"),
        ):
            moved = look.parts(metric, ("segment",))
            for segment in SEGMENTS:
                there = sum(float(e.value or 0) for key, e in before.items() if key[1] == segment)
                rate = made[name].parts[(segment,)]
                assert rate.value * there == pytest.approx(float(moved[segment,].value or 0))
                assert rate.low is not None and rate.high is not None and rate.low <= rate.value <= rate.high


def test_the_start_loses_nothing_though_some_customers_have_no_segment(project: Path) -> None:
    made, _ = measured(project, ("segment",))
    with known(project, "2025-12-31") as facts:
        look = Look(definitions(), facts, period(YEAR), Parameters())
        whole, heads = look.whole("arr"), look.whole("customers")
    start = made["arr_at_start"]
    assert start.whole is not None and start.whole.value == pytest.approx(float(whole.value or 0))
    assert sum(part.value for part in start.parts.values()) == pytest.approx(float(whole.value or 0))
    assert sum(part.value for part in made["customers_at_start"].parts.values()) == pytest.approx(
        float(heads.value or 0)
    )
    assert "without a segment, shared out as the others" in start.method


def test_nothing_seen_is_not_nothing_possible(tmp_path: Path) -> None:
    load(tmp_path, "2026-01-05", companies(20), export("customer", [{"id": "c0", "name": "Company 0"}]), steady(20))
    made, _ = measured(tmp_path, ())
    churn, leaving = made["churn_rate"].whole, made["logo_churn_rate"].whole
    assert isinstance(churn, Figure) and isinstance(leaving, Figure)
    assert churn.value == leaving.value == 0
    assert churn.high == pytest.approx(leaving.high) and (churn.high or 0) > 0


def steady(count: int) -> Export:
    return export("subscription_item", [item(n, date(2024, 1, 1), date.max, 100) for n in range(count)])


def test_without_groups_that_billing_can_tell_nothing_is_made_up(tmp_path: Path) -> None:
    load(tmp_path, "2026-01-05", export("customer", [{"id": "c0", "name": "Company 0"}]), steady(3))
    assert not measured(tmp_path, ("segment",))[0]
    assert "arr_at_start" in measured(tmp_path, ())[0]


def test_no_billing_no_base(tmp_path: Path) -> None:
    load(tmp_path, "2026-01-05", companies(3))
    with known(tmp_path, "2025-12-31") as facts:
        made = measured_drivers(definitions(), facts, period(YEAR), Parameters(), ())
    assert "arr_at_start" not in made.measured
