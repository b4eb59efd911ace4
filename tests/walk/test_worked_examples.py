"""Worked examples with published results, through the real commands: exports are imported, and metrics are asked.

Each is named by its number in the requirements.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.walk.conftest import Run

Row = Mapping[str, object]
ITEM = {"quantity": 1, "interval": "year", "currency": "EUR"}


def export(folder: Path, name: str, rows: Sequence[Row]) -> Path:
    """Rows as a CSV export, under the columns that any of them has."""
    path = folder / f"{name}.csv"
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


class Company:
    """A project of one example: its exports loaded, its metrics asked."""

    def __init__(self, headway: Run, folder: Path, exported_on: str, text: str = "", **exports: Sequence[Row]) -> None:
        self._headway, self._folder = headway, folder / "acme"
        assert headway("init", self._folder, "--currency", "EUR").code == 0
        with (self._folder / "headway.yaml").open("a", encoding="utf-8") as file:
            file.write(text)
        files = [export(folder, name, rows) for name, rows in exports.items()]
        answer = headway("-C", self._folder, "import", *files, "--exported-on", exported_on, "--yes")
        assert answer.code == 0, answer.err

    def show(self, metric: str, *options: str) -> list[dict[str, Any]]:
        """The rows a metric answers with."""
        answer = self._headway("-C", self._folder, "metrics", "show", metric, *options, "--json")
        assert answer.code == 0, answer.err
        return answer.rows

    def value(self, metric: str, *options: str) -> float:
        """The one number a metric answers with; of its variants, that of the name itself."""
        (found,) = (row["value"] for row in self.show(metric, *options) if row["metric"] == metric)
        return float(found)

    def policy(self, metric: str, *words: str) -> dict[str, Any]:
        """What another policy makes of a metric."""
        answer = self._headway("-C", self._folder, "metrics", "policy", metric, *words, "--json")
        assert answer.code == 0, answer.err
        return answer.json


def test_x2_quarters_over_the_start_of_the_year_add_up_to_the_year(headway: Run, tmp_path: Path) -> None:
    items: list[Row] = [{"customer_id": "Base", "unit_amount": 8750, "valid_from": "2024-01-01"} | ITEM]
    for quarter, added in enumerate((1912.5, 1962.5, 2262.5, 0)):
        day = f"2025-{3 * quarter + 2:02d}-15"
        lost = {"customer_id": f"Lost {quarter}", "unit_amount": 312.5, "valid_from": "2024-01-01", "valid_to": day}
        items.append(lost | ITEM)
        if added:
            items.append({"customer_id": f"New {quarter}", "unit_amount": added, "valid_from": day} | ITEM)
    company = Company(headway, tmp_path, "2026-01-05", subscription_items=items)
    assert company.value("churn_rate.of_year_start", "--period", "2025") == pytest.approx(0.125)
    assert company.value("churn_rate.arr", "--period", "2025") == pytest.approx(0.125)
    by = ("--by", "quarter", "--period", "2025")
    over_year_start = [row["value"] for row in company.show("churn_rate.of_year_start", *by)]
    assert over_year_start == [pytest.approx(0.03125)] * 4
    assert sum(row["value"] for row in company.show("churn_rate.arr", *by)) == pytest.approx(0.102, abs=0.0005)
    fourth = company.value("churn_rate.of_year_start", "--period", "2025-Q4")
    assert fourth == pytest.approx(0.03125)  # the year's start, though only its last quarter is asked


def contracts(name: str, years: int, renewed: float, lost: float) -> Iterable[Row]:
    """One contract that was renewed at the start of 2026 and one that was not, both of so many years."""
    start, term = date(2026 - years, 1, 1), {"start_date": f"{2026 - years}-01-01", "currency": "EUR"}
    yield (
        {"id": f"{name}1", "customer_id": f"{name} kept", "arr": renewed, "status": "active"}
        | term
        | {
            "current_term_start": "2026-01-01",
            "current_term_end": f"{2026 + years}-01-01",
        }
    )
    yield (
        {"id": f"{name}2", "customer_id": f"{name} lost", "arr": lost, "status": "canceled"}
        | term
        | {
            "current_term_start": start,
            "current_term_end": "2026-01-01",
            "ended_at": "2026-01-01",
        }
    )


@pytest.mark.parametrize(
    ("years", "renewed", "plain", "a_year"),
    [((1,), (90.0,), 0.9, 0.9), ((3,), (72.9,), 0.729, 0.9), ((1, 3), (90.0, 72.9), 0.8145, 0.9)],
)
def test_x3_a_three_year_contract_is_asked_once_in_three(
    headway: Run, tmp_path: Path, years: Sequence[int], renewed: Sequence[float], plain: float, a_year: float
) -> None:
    rows = [row for y, kept in zip(years, renewed, strict=True) for row in contracts(f"T{y}", y, kept, 100 - kept)]
    company = Company(headway, tmp_path, "2026-06-30", subscriptions=rows)
    assert company.value("renewal_rate.arr", "--period", "2026-Q1") == pytest.approx(plain)
    assert company.value("renewal_rate.a_year", "--period", "2026-Q1") == pytest.approx(a_year)
    told = company.policy("renewal_rate.a_year", "grace_days=30", "--period", "2026-Q1")
    assert any("no single customer makes the difference" in note for note in told["notes"])


def deals(**cells: object) -> Iterable[Row]:
    """So many deals alike."""
    many = int(str(cells.pop("many", 1)))
    base = {"Stage": "Proposal", "Amount": 100, "Created": "2026-02-01", "Close Date": "2026-09-30", "Company": "Nord"}
    for number in range(many):
        name = f"{cells.get('Segment', '')} {cells.get('Stage', '')} {cells.get('Created', '')} {number}"
        yield {"Deal ID": name, "Deal Name": name, "Owner": "AE North 1"} | base | cells


def test_x4_what_comes_and_is_won_in_one_quarter_needs_no_pipeline(headway: Run, tmp_path: Path) -> None:
    rows = [
        *deals(many=3, Stage="Closed Won", **{"Created": "2026-04-10", "Close Date": "2026-06-10"}),
        *deals(many=7, Stage="Closed Won", **{"Created": "2026-02-10", "Close Date": "2026-05-10"}),
        *deals(many=40, Stage="Closed Lost", **{"Created": "2026-02-11", "Close Date": "2026-05-11"}),
        *deals(many=4, Created="2026-05-20"),
    ]
    company = Company(headway, tmp_path, "2026-06-30", deals=rows)
    quarter = ("--period", "2026-Q2")
    assert company.value("win_rate.closed_value", *quarter) == pytest.approx(0.2)
    assert company.value("same_quarter_share", *quarter) == pytest.approx(0.3)
    assert company.value("coverage.by_win_rate", *quarter) == pytest.approx(3.5)


def test_x10_the_magic_number_of_revenue_and_of_arr(headway: Run, tmp_path: Path) -> None:
    def line(day: str, code: str, kind: str, amount: int) -> Row:
        return {
            "Date": day,
            "Account Code": code,
            "Account Name": code,
            "Kind": kind,
            "Amount": amount,
            "Currency": "EUR",
        }

    ledger = [
        line("2026-02-15", "4000", "revenue", 600_000),
        line("2026-02-28", "6000", "cost", 700_000),
        line("2026-05-15", "4000", "revenue", 800_000),
        line("2026-05-31", "6000", "cost", 900_000),
    ]
    items = [
        {"customer_id": "A", "unit_amount": 100_000, "valid_from": "2025-01-01"} | ITEM,
        {"customer_id": "B", "unit_amount": 350_000, "valid_from": "2026-05-01"} | ITEM,
    ]
    text = '\naccounts:\n  sales_and_marketing: ["6000"]\n'
    company = Company(headway, tmp_path, "2026-07-05", text, ledger=ledger, subscription_items=items)
    shown = {row["metric"]: row["value"] for row in company.show("magic_number", "--period", "2026-Q2")}
    assert shown["magic_number"] == pytest.approx(200_000 * 4 / 700_000)
    assert round(shown["magic_number"], 2) == 1.14
    assert shown["magic_number.arr"] == pytest.approx(350_000 / 700_000)  # yearly already, so not times four


@pytest.mark.parametrize(("documents", "run_rate"), [(28_000, 40_320), (18_000, 30_000)])
def test_x11_use_counts_where_it_is_more_than_was_agreed(
    headway: Run, tmp_path: Path, documents: int, run_rate: int
) -> None:
    by_use = {"customer_id": "C", "interval": "month", "currency": "EUR", "usage_type": "metered"}
    by_use |= {"unit_amount": 0.12, "quantity": documents, "minimum_amount": 2500, "valid_from": "2026-01-01"}
    seats = {"customer_id": "S", "interval": "month", "currency": "EUR", "usage_type": "licensed"}
    seats |= {"unit_amount": 50, "quantity": 2, "valid_from": "2026-01-01"}
    company = Company(headway, tmp_path, "2026-03-31", subscription_items=[by_use, seats])
    assert company.value("arr") == 30_000 + 1_200
    assert company.value("run_rate") == pytest.approx(run_rate + 1_200)
    told = company.policy("arr", "usage=run_rate")
    assert [side["value"] for side in told["sides"]] == [31_200, pytest.approx(run_rate + 1_200)]
    assert [row["customer"] for row in told["rows"]] == (["C"] if run_rate != 30_000 else [])


def test_x13_velocity_of_three_segments(headway: Run, tmp_path: Path) -> None:
    rows: list[Row] = []
    for segment, many, size, won, lost, days in (
        ("A", 120, 42_000, 6, 19, 78),
        ("B", 80, 45_000, 11, 39, 72),
        ("C", 100, 50_000, 1, 3, 60),
    ):
        created = date(2026, 5, 31) - timedelta(days=days)
        closed = {"Segment": segment, "Amount": size, "Created": created, "Close Date": "2026-05-31"}
        rows += [*deals(many=won, Stage="Closed Won", **closed), *deals(many=lost, Stage="Closed Lost", **closed)]
        rows += deals(many=many, Segment=segment, Amount=1, Created="2026-05-01")
    company = Company(headway, tmp_path, "2026-06-30", deals=rows)
    told = company.show("pipeline_velocity", "--by", "segment", "--period", "2026-Q2")
    assert {row["dimensions"]["segment"]: round(row["value"], 2) for row in told} == {
        "A": 15_507.69,
        "B": 11_000.0,
        "C": 20_833.33,
    }
