"""Quotas, people and forecasts from exports to numbers, as known on a day; and a company that has no quotas."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.walk.conftest import _Silent, run_headway

Run = Callable[..., Any]
FILES = {
    "deals.csv": "Deal ID,Deal Name,Owner,Stage,Create Date,Close Date,Amount\n"
    "1,Deal 1,AE North 1,Closed won,2026-01-05,2026-02-10,90000\n"
    "2,Deal 2,AE North 2,Closed won,2026-01-05,2026-03-20,30000\n"
    "3,Deal 3,AE North 2,Negotiation,2026-02-05,2026-05-31,50000\n",
    "people.csv": "Employee,Role,Team,Start Date,End Date,FTE,Quota Carrying,Ramp Profile\n"
    "AE North 1,AE,North,2024-01-01,,1.0,yes,0/50/100\n"
    "AE North 2,AE large,North,2026-02-01,,1.0,yes,0/50/100\n",
    "quotas.csv": "Quota Owner,Period Start Date,Period End Date,Quota Amount,Currency,In Force From\n"
    "AE North 1,2026-01-01,2026-03-31,90000,EUR,2025-12-15\n"
    "AE North 1,2026-01-01,2026-03-31,120000,EUR,2026-03-01\n"
    "AE North 2,2026-01-01,2026-03-31,90000,EUR,2026-02-01\n",
    "forecasts.csv": "Snapshot Date,Owner,Period,Forecast Category,Amount,Low,High,Currency\n"
    "2026-02-20,AE North 1,2026-Q1,Commit,100000,80000,120000,EUR\n"
    "2026-02-20,AE North 2,2026-Q1,Commit,50000,40000,60000,EUR\n",
}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sellers")
    for name, text in FILES.items():
        (folder / name).write_text(text)
    made, files = folder / "acme", [folder / name for name in FILES]
    loading = ("-C", made, "import", *files, "--yes", "--exported-on", "2026-03-31")
    for arguments in (("init", made, "--currency", "EUR"), loading):
        assert run_headway(arguments, _Silent()).code == 0
    return made


def shown(headway: Run, folder: Path, *asked: str) -> dict[str, dict[str, Any]]:
    answer = headway("-C", folder, "metrics", "show", *asked, "--json")
    return {row["metric"]: row for row in answer.rows}


def test_attainment_by_the_quota_in_force_on_the_day(headway: Run, company: Path) -> None:
    # of AE North 2's quarter a third is the month of joining, which carries nothing, a third the month after, half
    found = shown(headway, company, "attainment", "--period", "2026-Q1")
    assert found["attainment"]["value"] == pytest.approx(120_000 / (120_000 + 15_000))
    assert found["attainment.median"]["value"] == pytest.approx((0.75 + 2.0) / 2)
    then = shown(headway, company, "attainment", "--period", "2026-Q1", "--as-of", "2026-02-28")
    assert then["attainment"]["value"] == pytest.approx(90_000 / (90_000 + 15_000))
    before = shown(headway, company, "attainment", "--period", "2026-Q1", "--as-of", "2025-12-14")
    assert before["attainment"]["value"] is None


def test_each_number_is_taken_apart_and_drawn_as_a_curve(headway: Run, company: Path) -> None:
    told = headway("-C", company, "explain", "attainment", "--period", "2026-Q1")
    assert told.code == 0 and "AE North 2" in told.out and "quotas of 1 person ramped by their profile" in told.out
    rows = headway("-C", company, "metrics", "curve", "ramp", "--json", "--by", "role").rows
    large = {row["age"]: (row["value"], row["assumed"]) for row in rows if row["dimensions"]["role"] == "AE large"}
    assert large == {1: (0.0, 0.0), 2: (1.0, 0.5)}
    told = headway("-C", company, "metrics", "policy", "attainment", "quotas=assigned", "--period", "2026-Q1")
    assert "with quotas ramp, and" in told.out and "by 1 owner." in told.out


def test_forecasts_are_held_against_what_came(headway: Run, company: Path) -> None:
    found = shown(headway, company, "forecast_accuracy", "--period", "2026-Q1")
    assert found["forecast_accuracy"]["value"] == pytest.approx(1 - (10_000 + 20_000) / 120_000)
    assert "as it was locked" in found["forecast_accuracy"]["note"]
    assert shown(headway, company, "forecast_coverage")["forecast_coverage"]["value"] == 0.5


def test_the_demo_company_has_no_quotas_and_says_so(headway: Run, demo: Path) -> None:
    for name in ("attainment", "capacity", "ramp", "time_to_productivity", "quota"):
        row = shown(headway, demo, name)[name]
        assert (
            row["value"] is None and "no quotas are loaded; import who carries how much for which period" in row["note"]
        )
    months = headway("-C", demo, "metrics", "curve", "ramp.peers", "--json").rows
    assert len(months) == 24 and months[0]["value"] < 0.7 and months[0]["low"] < months[0]["value"] < months[0]["high"]
    assert 3 <= shown(headway, demo, "time_to_productivity.peers")["time_to_productivity.peers"]["value"] <= 12
