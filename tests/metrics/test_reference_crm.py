"""The reference CRM: every published table to the last digit, and the published smoke numbers of the curve."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np
import pytest

from headway.core.calendar import FiscalCalendar, Period, month, weeks
from headway.core.definition import Definition
from headway.core.rows import Cell, Rows
from headway.core.series import Series
from headway.metrics import measure, weekly
from headway.metrics.coverage import conversion, required_from_history
from tests.metrics.handmade import HandMade, crm_as_of

Definitions = dict[str, Definition]
FIGURES = {
    "closed": ("win_rate.closed_count", "n"),
    "won": ("won_deals", "value"),
    "win_rate_pct": ("win_rate.closed_count", "percent"),
    "avg_won_value": ("deal_size.mean", "value"),
    "median_won_value": ("deal_size.median", "value"),
    "won_value": ("won_value", "value"),
    "mean_cycle_won": ("sales_cycle.won_mean", "value"),
    "median_cycle_won": ("sales_cycle.won_median", "value"),
    "mean_cycle_lost": ("sales_cycle.lost_mean", "value"),
    "median_cycle_lost": ("sales_cycle.lost_median", "value"),
}
TABLES = ("total", "regional_office", "product", "series", "sector")


def published(reference_data: Path, name: str) -> list[dict[str, str]]:
    """The first table whose first column has this name, of the page of facts."""
    lines = (reference_data / "FACTS.md").read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| {name} |"))
    rows = []
    for line in [lines[start], *lines[start + 2 :]]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def figures(definition: Definition, facts: HandMade, by: list[str]) -> dict[str, Mapping[str, Cell]]:
    found = measure(definition, facts, by=by)
    assert isinstance(found, Rows)
    return {str(row[by[0]]) if by else "ALL": row for row in found}


def as_printed(value: object, like: str) -> str:
    digits = len(like.partition(".")[2])
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{rounded:,}"


@pytest.mark.parametrize("table", TABLES)
def test_published_tables(table: str, crm: HandMade, definitions: Definitions, reference_data: Path) -> None:
    by = [] if table == "total" else [table]
    expected = published(reference_data, table)
    for column, (name, cell) in FIGURES.items():
        measured = figures(definitions[name], crm, by)
        for row in expected:
            label = "technolgy" if row[table] == "technology" else row[table]  # kept: there is no table to repair it by
            record = measured[label]
            value = record["value"] if cell != "n" else record["n"]
            shown = Decimal(str(value)) * 100 if cell == "percent" else value
            assert as_printed(shown, row[column]) == row[column], (table, label, column)


def test_published_months(crm: HandMade, definitions: Definitions, reference_data: Path) -> None:
    deals = figures(definitions["won_deals"], crm, ["month"])
    value = figures(definitions["won_value"], crm, ["month"])
    expected = published(reference_data, "month")
    assert len(expected) == len(deals) == 10
    for row in expected:
        assert as_printed(deals[row["month"]]["value"], row["won_deals"]) == row["won_deals"]
        assert as_printed(value[row["month"]]["value"], row["won_value"]) == row["won_value"]


def test_published_open_pipeline_at_month_ends(crm: HandMade, definitions: Definitions, reference_data: Path) -> None:
    for row in published(reference_data, "month_end"):
        facts = crm_as_of(crm, date.fromisoformat(row["month_end"]))
        count = figures(definitions["open_opportunities"], facts, [])["ALL"]["value"]
        worth = figures(definitions["open_pipeline"], facts, [])["ALL"]["value"]
        rate = figures(definitions["win_rate.closed_count"], facts, [])["ALL"]["value"]
        assert as_printed(count, row["open_deals"]) == row["open_deals"]
        assert as_printed(worth, row["open_value"]) == row["open_value"]
        assert as_printed(Decimal(str(rate)) * 100, row["win_rate_known_pct"]) == row["win_rate_known_pct"]


@pytest.mark.parametrize(
    ("day", "share"),
    [("2017-04-15", 0.722), ("2017-06-15", 0.601), ("2017-08-15", 0.557), ("2017-10-15", 0.554), ("2017-12-31", 0.529)],
)
def test_eventual_win_rate_as_known_then(day: str, share: float, crm: HandMade, definitions: Definitions) -> None:
    """What a plain pass over the file gives, deal by deal; only in the first weeks is it far from what became true."""
    row = figures(definitions["win_rate.eventual"], crm_as_of(crm, date.fromisoformat(day)), [])["ALL"]
    assert row["value"] == pytest.approx(share, abs=0.0006)
    assert isinstance(row["low"], float)
    assert isinstance(row["high"], float)
    assert row["low"] < share < row["high"]
    assert "observed from 2017-03-01, the first closing known" in str(row["note"])


def test_deals_without_dates_are_left_out_and_said(crm: HandMade, definitions: Definitions) -> None:
    for name in ("win_rate.eventual", "win_rate.created_cohort", "opportunities_created"):
        row = figures(definitions[name], crm, [])["ALL"]
        assert (row["n"], row["excluded"]) == (8300, 500)


def test_parts_add_up_to_the_whole(crm: HandMade, definitions: Definitions) -> None:
    whole = figures(definitions["won_value"], crm, [])["ALL"]["value"]
    for dimension in ("regional_office", "product", "sector", "owner", "month"):
        parts = figures(definitions["won_value"], crm, [dimension]).values()
        assert sum(Decimal(str(part["value"])) for part in parts) == whole


def week_by_week(crm: HandMade, definition: Definition, period: Period) -> Series:
    found = weekly(definition, lambda day: crm_as_of(crm, min(day, date(2017, 9, 30))), period, weeks(period))
    assert isinstance(found, Series)
    return found


def test_weeks_add_up_to_the_quarter(crm: HandMade, definitions: Definitions) -> None:
    quarter = FiscalCalendar().parse("2017-Q3")
    assert isinstance(quarter, Period)
    assert (
        week_by_week(crm, definitions["won_value"], quarter).total("period").scalar() == 696_932 + 1_050_059 + 1_235_264
    )
    assert week_by_week(crm, definitions["won_deals"], quarter).total("period").scalar() == 308 + 446 + 503
    stock = week_by_week(crm, definitions["open_pipeline"], quarter)
    assert stock.values[-1] == 5_763_490
    assert stock.header.adds_up == "stock"


def test_weeks_not_begun_are_not_numbers(crm: HandMade, definitions: Definitions) -> None:
    half = FiscalCalendar().parse("2017-07..2017-12")
    assert isinstance(half, Period)
    for name in ("won_value", "open_pipeline", "win_rate.closed_count", "win_rate.eventual"):
        values = week_by_week(crm, definitions[name], half).values
        begun = [week.start <= date(2017, 9, 30) for week in weeks(half)]
        assert list(np.isfinite(values)) == begun, name


def test_required_coverage_from_history(crm: HandMade, definitions: Definitions, reference_data: Path) -> None:
    """Published: won from the deals open at the end of June, and all that landed in the quarter after."""
    row = next(r for r in published(reference_data, "month_end") if r["month_end"] == "2017-06-30")
    quarter = FiscalCalendar().parse("2017-Q3")
    assert isinstance(quarter, Period)
    seen = conversion(lambda day: crm_as_of(crm, day), [quarter])
    money = {
        key: float(re.sub("[^0-9.]", "", row[key])) for key in ("open_value", "actual_from_open", "actual_landing")
    }
    assert seen.pipeline == money["open_value"]
    assert seen.won_from_it == money["actual_from_open"]
    assert seen.won_from_it + seen.won_created_later == money["actual_landing"]
    needed = required_from_history(seen.k, seen.c)
    assert needed == pytest.approx(money["open_value"] / money["actual_landing"])


def test_month_grain_agrees_with_asking_for_each_month(crm: HandMade, definitions: Definitions) -> None:
    by_month = figures(definitions["sales_cycle.won_median"], crm, ["month"])
    start = date(2017, 3, 1)
    while start < date(2018, 1, 1):
        found = measure(definitions["sales_cycle.won_median"], crm, month(start))
        assert isinstance(found, Rows)
        assert next(iter(found))["value"] == by_month[month(start).label]["value"]
        start = (start + timedelta(days=31)).replace(day=1)
