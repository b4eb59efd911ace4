"""The walk on a real export: figures that a person can check by hand from the CSV, each recomputed here in plain Python."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import mean, median
from typing import Any

import pytest

Run = Callable[..., Any]
HALF = (date(2017, 1, 1), date(2017, 6, 30))


@pytest.fixture(scope="module")
def deals(reference_data: Path) -> list[dict[str, Any]]:
    with (reference_data / "maven_crm" / "sales_pipeline.csv").open(encoding="utf-8") as file:
        return [
            row
            | {
                "created": date.fromisoformat(row["engage_date"]) if row["engage_date"] else None,
                "closed": date.fromisoformat(row["close_date"]) if row["close_date"] else None,
            }
            for row in csv.DictReader(file)
        ]


def won_in(deals: list[dict[str, Any]], start: date, end: date) -> list[dict[str, Any]]:
    return [d for d in deals if d["deal_stage"] == "Won" and start <= d["closed"] <= end]


def assumed(answer: Any, name: str) -> list[dict[str, Any]]:
    return [row for row in answer.rows if row["metric"] == name]


def test_every_source_row_is_loaded(headway: Run, crm: Path) -> None:
    answer = headway("-C", crm, "metrics", "show", "opportunities_created", "--json")
    (row,) = answer.rows
    assert row["value"] == 8_300
    assert row["excluded"] == 500


def test_the_plan_is_made_of_the_half_years_own_rates(headway: Run, crm: Path, deals: list[dict[str, Any]]) -> None:
    answer = headway("-C", crm, "plan", "show", "--json")
    created = [d for d in deals if d["created"] and HALF[0] <= d["created"] <= HALF[1]]
    won = won_in(deals, *HALF)
    (volume,) = assumed(answer, "opportunities_created")
    assert volume["value"] == pytest.approx(len(created) / 6, abs=0.005)
    assert volume["n"] == len(created)
    (size,) = assumed(answer, "deal_size.mean")
    assert size["value"] == pytest.approx(mean(float(d["close_value"]) for d in won), abs=0.01)
    assert size["n"] == len(won)
    (cycle,) = assumed(answer, "sales_cycle.won_median")
    assert cycle["value"] == median((d["closed"] - d["created"]).days for d in won)
    (rate,) = assumed(answer, "win_rate.eventual")
    assert rate["value"] == pytest.approx(eventual(deals, date(2017, 6, 30)), abs=1e-6)
    assert rate["low"] < rate["value"] < rate["high"]
    assert sum(row["value"] for row in assumed(answer, "close_lag")) == pytest.approx(1)
    assert all(row["evidence"] and row["basis"] == "history" and row["n"] for row in answer.rows)


def eventual(deals: list[dict[str, Any]], day: date) -> float:
    """The share won in the end, by the textbook product, one day of age after the other."""
    first = min(d["closed"] for d in deals if d["closed"])
    spells = []
    for deal in deals:
        if deal["created"] is None or deal["created"] > day:
            continue
        decided = deal["closed"] is not None and deal["closed"] <= day
        last = ((deal["closed"] if decided else day) - deal["created"]).days
        spells.append((max(0, (first - deal["created"]).days), last, deal["deal_stage"] if decided else ""))
    surviving, share = 1.0, 0.0
    ends = Counter((last, how) for _, last, how in spells)
    for age in range(max(last for _, last, _ in spells) + 1):
        at_risk = sum(1 for entry, last, _ in spells if entry <= age <= last)
        if at_risk:
            share += surviving * ends[age, "Won"] / at_risk
            surviving *= 1 - (ends[age, "Won"] + ends[age, "Lost"]) / at_risk
    return share


def test_the_target_is_what_the_rates_yield(headway: Run, crm: Path) -> None:
    answer = headway("-C", crm, "plan", "show", "--json").json
    months = answer["plan_by_month"]
    assert [row["month"] for row in months] == [f"2017-{m:02d}" for m in range(7, 13)]
    target = next(row for row in answer["bridge"] if row["step"] == "target")
    assert sum(row["won_value"] for row in months) == pytest.approx(target["amount"], abs=0.01)


def test_tracking_tells_what_was_known_on_the_day(headway: Run, crm: Path, deals: list[dict[str, Any]]) -> None:
    answer = headway("-C", crm, "track", "--as-of", "2017-09-30", "--json")
    told = answer.json
    assert told["as_of"] == "2017-09-30"
    assert told["verdict"] == "behind"
    values = {row["metric"]: row["value"] for row in told["rows"]}
    won = won_in(deals, date(2017, 7, 1), date(2017, 9, 30))
    assert values["won_deals"] == len(won)
    assert values["won_value"] == sum(int(d["close_value"]) for d in won) == 2_982_255
    created = [d for d in deals if d["created"] and date(2017, 7, 1) <= d["created"] <= date(2017, 9, 30)]
    assert values["opportunities_created"] == len(created)
    variance = next(row["variance"] for row in told["rows"] if row["metric"] == "won_value")
    assert sum(cause["amount"] for cause in told["causes"]) == pytest.approx(variance)
    weeks = [row["week"] for row in told["journey"]]
    assert weeks == [f"2017-W{w}" for w in range(26, 40)]
    assert told["journey"][-1]["won_value.actual"] == 2_982_255


def test_the_terminal_opens_with_a_sentence(headway: Run, crm: Path) -> None:
    answer = headway("-C", crm, "track", "--as-of", "2017-09-30")
    first = answer.out.splitlines()[0]
    assert first.startswith("Behind: won 2.98m by 30 Sep 2017 against 3.15m planned (−5.4%), mainly because of ")
    assert "look at" in first


def test_open_deals_on_a_past_day_carry_their_list_price(headway: Run, crm: Path) -> None:
    (worth,) = headway("-C", crm, "metrics", "show", "open_pipeline", "--as-of", "2017-09-30", "--json").rows
    assert (worth["value"], worth["n"]) == (5_763_490, 2_409)


OFFICES = {
    "Central": (2604, 62.56, 2054.20, 1047.00, 52.56, 58.00, 41.87, 13.00),
    "East": (1858, 63.02, 2639.28, 2984.00, 50.64, 52.00, 41.14, 15.00),
    "West": (2249, 63.94, 2481.67, 1096.50, 51.83, 59.00, 41.29, 14.00),
}
COLUMNS = (
    ("win_rate.closed_count", 100),
    ("deal_size.mean", 1),
    ("deal_size.median", 1),
    ("sales_cycle.won_mean", 1),
    ("sales_cycle.won_median", 1),
    ("sales_cycle.lost_mean", 1),
    ("sales_cycle.lost_median", 1),
)


@pytest.mark.parametrize(("place", "metric", "scale"), [(i, *column) for i, column in enumerate(COLUMNS, start=1)])
def test_the_published_table_by_office_comes_out_to_the_last_digit(
    headway: Run, crm: Path, place: int, metric: str, scale: int
) -> None:
    answer = headway("-C", crm, "metrics", "show", metric, "--by", "regional_office", "--json")
    found = {row["dimensions"]["regional_office"]: round(float(row["value"]) * scale, 2) for row in answer.rows}
    assert {office: found[office] for office in OFFICES} == {o: figures[place] for o, figures in OFFICES.items()}


def test_a_bare_name_answers_with_its_variants(headway: Run, crm: Path) -> None:
    answer = headway("-C", crm, "metrics", "show", "win_rate", "--as-of", "2017-12-31", "--json")
    assert [row["metric"] for row in answer.rows] == [
        "win_rate.eventual",
        "win_rate.closed_count",
        "win_rate.closed_value",
        "win_rate.created_cohort",
    ]


def test_explain_lists_both_sides(headway: Run, crm: Path) -> None:
    (told,) = headway("-C", crm, "explain", "win_rate.closed_count", "--period", "2017-Q2", "--json").rows
    assert told["definition"] == "win_rate.closed_count@1"
    assert set(told["parts"]) == {"numerator", "denominator"}
    assert told["policy"]


def test_a_planned_number_goes_down_to_its_assumptions(headway: Run, crm: Path) -> None:
    (told,) = headway("-C", crm, "explain", "won_value", "--plan", "2017-from-2017-07", "--json").rows
    labels = " ".join(step["label"] for step in told["steps"])
    assert "Win rate" in labels and "Close lag" in labels


def test_the_text_it_writes_has_no_mistakes(headway: Run, crm: Path) -> None:
    answer = headway("-C", crm, "check", "--json")
    assert (answer.code, answer.rows) == (0, [])
