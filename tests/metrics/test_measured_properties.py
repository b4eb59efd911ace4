"""What the compiled queries say is what Python says of the same deals, whatever the deals."""

from __future__ import annotations

import statistics
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headway.core.calendar import month
from headway.core.definition import Definition
from headway.core.rows import Cell, Rows
from headway.metrics import Parameters, measure
from tests.metrics.handmade import facts_of

START, TODAY = date(2026, 1, 1), date(2026, 6, 30)
FEBRUARY = month(date(2026, 2, 1))
Deal = dict[str, object]


@st.composite
def one_deal(draw: st.DrawFn) -> Deal:
    created = draw(st.none() | st.integers(0, 60).map(lambda d: START + timedelta(days=d)))
    closed = draw(st.none() | st.integers(20, 90).map(lambda d: START + timedelta(days=d)))
    money = st.none() | st.decimals(0, 1000, places=2)
    status = draw(st.sampled_from(["open", "won", "lost"]))
    return {
        "status": status,
        "created_date": created,
        "closed_date": None if status == "open" else closed,
        "amount": draw(money),
        "created_value": draw(money),
        "segment": draw(st.sampled_from(["a", "b", None])),
    }


def by_hand(deals: list[Deal]) -> dict[str, float | Decimal | None]:
    """February's figures, from the definitions as words."""
    in_february = [d for d in deals if isinstance(d["closed_date"], date) and FEBRUARY.holds(d["closed_date"])]
    won, lost = ([d for d in in_february if d["status"] == s] for s in ("won", "lost"))
    amounts = [Decimal(str(d["amount"])) for d in won if d["amount"] is not None]
    given_up = sum(Decimal(str(d["created_value"])) for d in lost if d["created_value"] is not None)
    days = [
        (d["closed_date"] - d["created_date"]).days
        for d in won
        if isinstance(d["closed_date"], date)
        and isinstance(d["created_date"], date)
        and d["closed_date"] >= d["created_date"]
    ]
    created = [d for d in deals if isinstance(d["created_date"], date) and FEBRUARY.holds(d["created_date"])]
    all_value = sum(amounts) + given_up
    return {
        "won_deals": len(won),
        "won_value": sum(amounts) if amounts or not won else None,
        "opportunities_created": len(created),
        "deal_size.mean": float(sum(amounts)) / len(amounts) if amounts else None,
        "deal_size.median": float(statistics.median(amounts)) if amounts else None,
        "sales_cycle.won_median": statistics.median(days) if days else None,
        "win_rate.closed_count": len(won) / (len(won) + len(lost)) if won or lost else None,
        "win_rate.closed_value": float(sum(amounts) / all_value) if all_value else None,
        "win_rate.created_cohort": sum(d["status"] == "won" for d in created) / len(created) if created else None,
    }


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("queries")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deals=st.lists(one_deal(), max_size=25))
def test_figures(deals: list[Deal], definitions: dict[str, Definition], kept: Path) -> None:
    facts = facts_of(deals, TODAY)
    for name, expected in by_hand(deals).items():
        found = measure(definitions[name], facts, FEBRUARY, parameters=Parameters(cache=kept))
        assert isinstance(found, Rows)
        (value,) = found.column("value")
        number = None if value is None else float(str(value))
        assert number == (expected if expected is None else pytest.approx(float(expected))), name
        low, high = found.column("low")[0], found.column("high")[0]
        if isinstance(low, float) and isinstance(high, float) and value is not None:
            assert low - 1e-9 <= float(str(value)) <= high + 1e-9


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deals=st.lists(one_deal(), max_size=25))
def test_groups_add_up(deals: list[Deal], definitions: dict[str, Definition], kept: Path) -> None:
    facts = facts_of(deals, TODAY)
    for name in ("won_deals", "won_value", "opportunities_created"):
        for by in (["segment"], ["week"], ["segment", "month"]):
            whole = measure(definitions[name], facts, parameters=Parameters(cache=kept))
            parts = measure(definitions[name], facts, by=by, parameters=Parameters(cache=kept))
            assert isinstance(whole, Rows)
            assert isinstance(parts, Rows)
            for column in ("value", "n", "excluded"):
                assert total(parts.column(column)) == total(whole.column(column)), (name, by, column)


def total(cells: tuple[Cell, ...]) -> Decimal:
    return sum((Decimal(str(cell)) for cell in cells if cell is not None), Decimal(0))
