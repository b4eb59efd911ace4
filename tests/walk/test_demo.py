"""The demo company as its first visitor meets it: made in one go, true to its own files, with one thing gone wrong."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from headway.project.hall import Project
from headway.web.hall import HallSource

Run = Callable[..., Any]
CENT = Decimal("0.0001")


def exported(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "exports" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def pound(folder: Path) -> Decimal:
    rates = [row for row in exported(folder, "fx_rates") if row["Currency"] == "GBP" and row["Date"] <= "2026-11-15"]
    return Decimal(max(rates, key=lambda row: row["Date"])["Rate"])


def in_euros(amount: str, currency: str, rate: Decimal) -> Decimal:
    value = Decimal(amount)
    return value if currency == "EUR" else (value * rate).quantize(CENT, ROUND_HALF_UP)


def test_it_is_made_once_and_opened_again(headway: Run, demo: Path) -> None:
    again = headway("demo", "--dir", demo, "--no-open", "--json")
    assert again.code == 0
    assert again.rows == [{"folder": str(demo), "made": False}]
    assert again.json["as_of"] == "2026-11-15"


def test_its_clock_stands_where_its_data_end(headway: Run, demo: Path, tmp_path: Path) -> None:
    """In years to come the demo is as fresh as on its first day; what is loaded or said in it is of that day."""
    later = Project.find(demo, lambda: datetime(2031, 3, 4, 9, 30))
    assert later.now == datetime(2026, 11, 15, 9, 30)
    assert HallSource(later).day_now == HallSource(later).clock_stands == date(2026, 11, 15)
    assert [one.what for one in later.checkup(glance=True).findings if "old" in one.what] == []
    assert "its clock stands at 2026-11-15" in headway("-C", demo).out
    copy = tmp_path / "running"
    shutil.copytree(demo, copy)
    settings = copy / "headway.yaml"
    settings.write_text(settings.read_text().replace("today: 2026-11-15\n", ""))
    running = Project.find(copy, lambda: datetime(2031, 3, 4, 9, 30))
    assert running.now == datetime(2031, 3, 4, 9, 30)
    assert HallSource(running).clock_stands is None
    assert any("old" in one.what for one in running.checkup(glance=True).findings)


def test_every_row_of_every_export_is_loaded(headway: Run, demo: Path) -> None:
    store = Project.find(demo, datetime.now).facts.holdings(None)
    assert len(store.rejected) == 0
    rows = {str(row["file"]): row["loaded"] for row in store.runs}
    assert rows == {f"{file.stem}.csv": len(exported(demo, file.stem)) for file in (demo / "exports").glob("*.csv")}


def test_won_value_is_that_of_the_files_in_one_currency(headway: Run, demo: Path) -> None:
    rate = pound(demo)
    by_hand = sum(
        in_euros(deal["Amount"], deal["Currency"], rate)
        for deal in exported(demo, "deals")
        if deal["Deal Stage"] == "Closed Won"
        and deal["Deal Type"] == "New Business"
        and deal["Amount"]
        and "2026-01-01" <= deal["Close Date"][:10] <= "2026-11-15"
    )
    where = ("--where", "motion=New Business", "--period", "2026-01-01..2026-11-15")
    (row,) = headway("-C", demo, "metrics", "show", "won_value", *where, "--json").rows
    assert Decimal(str(row["value"])) == by_hand
    review = Project.find(demo, datetime.now).tracking.review(None, None)
    (won,) = [milestone for milestone in review.milestones if milestone.metric == "won_value"]
    assert won.actual_to_date == pytest.approx(float(by_hand), abs=0.005)


def test_leads_by_source_are_those_of_the_file(headway: Run, demo: Path) -> None:
    counted: dict[str, int] = {}
    for lead in exported(demo, "contacts"):
        if lead["Create Date"].startswith("2026-10"):
            name = lead["Original Source"] or "(none)"
            counted[name] = counted.get(name, 0) + 1
    rows = headway("-C", demo, "metrics", "show", "leads", "--by", "source", "--period", "2026-10", "--json").rows
    assert {row["dimensions"]["source"]: row["value"] for row in rows} == counted


def test_the_plan_names_who_answers_and_checks_clean(headway: Run, demo: Path) -> None:
    assert headway("-C", demo, "check").code == 0
    shown = headway("-C", demo, "plan", "show", "--json").rows
    assert {row["owner"] for row in shown} >= {"head of marketing", "head of sales", "finance"}
    assert all(row["evidence"] for row in shown)


def test_what_quietly_broke_is_outside_what_was_assumed(demo: Path) -> None:
    register = Project.find(demo, datetime.now).tracking.register(date(2026, 11, 15), None)
    (inbound,) = [
        b for b in register.beliefs if (b.assumption.name, b.members) == ("lead_to_opportunity", ("inbound",))
    ]
    assert inbound.holds in ("drifting", "broken")
    september, october = inbound.periods
    assert september.value is not None and october.value is not None and october.high is not None
    assert inbound.planned is not None
    assert october.high < inbound.planned < september.value + 0.03


def test_the_cost_of_a_customer_is_that_of_the_exports(headway: Run, demo: Path) -> None:
    """CAC on spend, loaded and by source, recomputed from the raw files: first wins by account, rows of spend and ledger."""

    def euros(row: dict[str, str]) -> Decimal:
        return Decimal(row["Amount"]) * (pound(demo) if row["Currency"] == "GBP" else 1)

    first: dict[str, str] = {}
    for row in exported(demo, "deals"):
        account, day = row["Associated Company IDs"], row["Close Date"]
        if account and row["Deal Stage"] == "Closed Won":
            first[account] = min(day, first.get(account, day))
    won = sum("2026-07-01" <= day <= "2026-09-30" for day in first.values())
    spent: dict[str, Decimal] = {}
    for row in exported(demo, "spend"):
        if "2026-07-01" <= row["Date"] <= "2026-09-30":
            spent[row["Channel"]] = spent.get(row["Channel"], Decimal(0)) + euros(row)
    ledger = [row for row in exported(demo, "ledger") if "2026-07-01" <= row["Date"] <= "2026-09-30"]
    cost = sum(euros(row) for row in ledger if "6000" <= row["Account Code"] < "6500")
    found = {
        r["metric"]: r for r in headway("-C", demo, "metrics", "show", "cac", "--period", "2026-Q3", "--json").rows
    }
    total = sum(spent.values())
    assert found["cac"]["n"] == won and found["cac"]["value"] == pytest.approx(float(total) / won, rel=1e-9)
    assert found["cac.loaded"]["value"] == pytest.approx(float(cost) / won, rel=1e-9)
    by = headway("-C", demo, "metrics", "show", "cac", "--period", "2026-Q3", "--by", "source", "--json")
    blended = {r["dimensions"]["source"]: r for r in by.rows if r["metric"] == "cac"}
    assert sum(r["n"] for r in blended.values()) == won
    assert {s: r["value"] * r["n"] for s, r in blended.items() if r["n"]} == pytest.approx(
        {s: float(spent.get(s, 0)) for s, r in blended.items() if r["n"]}, rel=1e-9
    )
    assert "without cac.loaded" in headway("-C", demo, "metrics", "show", "cac", "--by", "source").err
