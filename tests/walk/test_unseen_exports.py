"""Exports of other systems from import to plan: their figures are those one can add up by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

HEADER = (
    "(Do Not Modify) Opportunity,Topic,Potential Customer,Est. Revenue,Est. Close Date,Actual Revenue,"
    "Actual Close Date,Status,Created On,Owner,Currency"
)
WON, LOST = ("Won", "$900.50", 40), ("Lost", "$0.00", 30)


def us(day: date) -> str:
    return f"{day.month}/{day.day}/{day.year}"


def dynamics() -> str:
    """Twenty deals from January to May, every third won for less than its estimate, the last two open."""
    lines = [HEADER]
    for i in range(20):
        created = date(2026, 1, 5) + timedelta(days=7 * i)
        status, actual, lasted = ("Open", "", 0) if i >= 18 else WON if i % 3 == 0 else LOST
        closed = us(created + timedelta(days=lasted)) if lasted else ""
        expected = us(created + timedelta(days=60))
        start = f"{us(created)} 9:05 AM"
        lines.append(
            f'o-{i},Deal {i},Company {i},"$1,000.00",{expected},"{actual}",{closed},{status},{start},AE 1,US Dollar'
        )
    return "\n".join(lines) + "\n"


@pytest.fixture
def acme(headway: Run, tmp_path: Path) -> Path:
    folder = tmp_path / "acme"
    (tmp_path / "opportunities.csv").write_text(dynamics(), encoding="utf-8-sig")
    assert headway("init", folder).code == 0
    assert headway("-C", folder, "import", tmp_path / "opportunities.csv", "--yes").code == 0
    return folder


def test_won_deals_count_for_what_they_were_won_for(headway: Run, acme: Path) -> None:
    shown = [
        (row["value"], row["n"], row["currency"])
        for metric in ("won_value", "open_pipeline")
        for row in headway("-C", acme, "metrics", "show", metric, "--json").rows
    ]
    assert [(float(value), n, currency) for value, n, currency in shown] == [
        (6 * 900.5, 6, "USD"),
        (2 * 1000.0, 2, "USD"),
    ]


def test_a_currency_in_words_is_one_a_plan_can_be_made_in(headway: Run, acme: Path) -> None:
    answer = headway("-C", acme, "plan", "propose", "--history", "2026-01..2026-05", "--year", "2026", "--json")
    assert answer.code == 0, answer.err
    (size,) = [row for row in answer.rows if row["metric"] == "deal_size.mean"]
    assert (size["value"], size["n"]) == (900.5, 6)
    assert headway("-C", acme, "track", "--as-of", "2026-06-30").code == 0
