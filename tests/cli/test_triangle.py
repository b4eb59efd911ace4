"""Retention by cohort and age on the screen: a line for each cohort, a column for each age, small samples in brackets."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from headway.cli.triangle import has_ages, triangle
from headway.core.rows import Column, Rows

NAMES = (
    "metric",
    "definition",
    "period",
    "as_of",
    "cohort_year",
    "age_year",
    "value",
    "unit",
    "currency",
    "n",
    "low",
    "high",
)


def answer(*cells: tuple[str, str, object, str, int, str]) -> Rows:
    columns = [*(Column(name) for name in NAMES), Column("excluded", "integer"), Column("note")]
    return Rows.of(
        columns,
        [
            ("nrr", "nrr@1", "all time", date(2026, 1, 31), cohort, age, value, unit, "EUR", n, None, None, 0, note)  # type: ignore[list-item]
            for cohort, age, value, unit, n, note in cells
        ],
    )


def test_ages_stand_side_by_side_in_their_order_and_young_cohorts_have_fewer() -> None:
    rows = answer(
        ("2014", "10", 1.5, "share", 40, ""),
        ("2014", "2", 0.9, "share", 40, ""),
        ("2024", "2", None, "share", 3, "undefined: nothing ran at the start"),
        ("2024", "0", 1.0, "share", 3, "n = 3: cannot tell yet"),
    )
    assert has_ages(rows) and not has_ages(Rows.of(["cohort_year"], []))
    laid = triangle(rows)
    assert laid.names == ("metric", "period", "cohort_year", "currency", "n", "0", "2", "10")
    assert laid.records == (
        ("nrr", "all time", "2014", "EUR", 40, "", "90.0%", "150.0%"),
        ("nrr", "all time", "2024", "EUR", 3, "(100.0%)", "undefined", ""),
    )


def test_money_is_written_in_its_currency() -> None:
    laid = triangle(answer(("2024", "0", Decimal("1200000"), "currency/year", 5, "")))
    assert laid.records[0][-1] == "€1.20m"
