"""A plan is followed only as far as the newest export tells: silence after it is not a miss."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

EXAMPLE = Path(__file__).parents[2] / "examples" / "larkfield"


@pytest.fixture
def larkfield(tmp_path: Path, headway: Run) -> Path:
    folder = tmp_path / "larkfield"
    headway("init", folder)
    files = sorted(EXAMPLE.glob("*.csv"))
    assert headway("-C", folder, "import", *files, "--exported-on", "2026-06-30", "--yes").code == 0
    return folder


def test_a_day_after_the_latest_load_is_followed_to_that_load(headway: Run, larkfield: Path) -> None:
    headway("-C", larkfield, "plan", "propose", "--history", "2025-07..2025-12", "--year", "2026")
    late = headway("-C", larkfield, "track", "--as-of", "2026-09-30", "--json").json
    on_time = headway("-C", larkfield, "track", "--as-of", "2026-06-30", "--json").json
    assert late["as_of"] == "2026-06-30"
    assert (late["headline"], late["rows"]) == (on_time["headline"], on_time["rows"])
    said = "followed to 2026-06-30, the day of the latest load, not to 2026-09-30: nothing later is known"
    assert late["notes"] == [said, *on_time["notes"]]


def test_a_plan_of_which_nothing_is_known_yet_asks_for_a_newer_export(headway: Run, larkfield: Path) -> None:
    headway("-C", larkfield, "plan", "propose", "--history", "2026-01..2026-06", "--year", "2026")
    answer = headway("-C", larkfield, "track", "--as-of", "2026-08-15", "--json")
    assert answer.code == 2
    (told,) = answer.json["diagnostics"]
    assert told["code"] == "outside-plan"
    assert told["remedy"] == "import a newer export"


OWN = """\
won_deals.north:
  title: Deals won in the north
  words: How many deals were won in the north.
  shape: count
  of: {status: [won], where: {regoin: North}}
  date: closed_on
  unit: deal
"""


def test_check_with_data_says_which_metric_names_a_column_no_table_has(headway: Run, larkfield: Path) -> None:
    assert headway("-C", larkfield, "check", "--data").code == 0
    (larkfield / "metrics").mkdir()
    (larkfield / "metrics" / "own.yaml").write_text(OWN)
    assert headway("-C", larkfield, "check").code == 0
    answer = headway("-C", larkfield, "check", "--data", "--json")
    assert answer.code == 4
    found = {row["message"]: (row["code"], row["file"], row["remedy"]) for row in answer.rows}
    message = "won_deals.north needs the column '{}', which opportunities do not have"
    assert set(found) == {message.format("closed_on"), message.format("regoin")}
    assert found[message.format("closed_on")] == ("missing-column", "metrics/own.yaml", "did you mean 'closed_date'?")
    (larkfield / "metrics" / "own.yaml").write_text(OWN.replace("shape", "shap"))
    assert headway("-C", larkfield, "check", "--data").code == 3


def test_check_with_data_before_the_first_import_has_nothing_to_say(headway: Run, tmp_path: Path) -> None:
    headway("init", tmp_path / "acme")
    (tmp_path / "acme" / "metrics").mkdir()
    (tmp_path / "acme" / "metrics" / "own.yaml").write_text(OWN)
    assert headway("-C", tmp_path / "acme", "check", "--data").code == 0


def test_a_planned_number_of_part_of_a_month_is_told_by_weeks(headway: Run, larkfield: Path) -> None:
    headway("-C", larkfield, "plan", "propose", "--history", "2025-07..2025-12", "--year", "2026", "--name", "fy26")
    asked = ("-C", larkfield, "explain", "won_value", "--plan", "fy26", "--json", "--period")
    part, review = headway(*asked, "2026-01-01..2026-02-11"), headway("-C", larkfield, "track", "--as-of", "2026-02-11")
    (row,) = part.rows
    shown = f"{row['value'] / 1e3:.0f}k planned"
    assert shown in review.out
    assert (row["unit"], row["currency"], row["shown"]) == ("currency", "EUR", f"€{row['value'] / 1e3:.0f}k")
    assert [step["label"] for step in row["steps"]][-1] == "2026-W07, by 11 Feb 2026"
    (month,), (rest,), (both,) = (
        headway(*asked, period).rows for period in ("2026-01", "2026-02-01..2026-02-11", "2026-01..2026-02")
    )
    assert month["value"] + rest["value"] == pytest.approx(row["value"])
    assert row["value"] < both["value"]
    assert headway(*asked, "2027-01-01..2027-01-03").json["diagnostics"][0]["code"] == "not-in-plan"


def test_a_planned_tree_speaks_in_titles_and_in_the_plural(headway: Run, larkfield: Path) -> None:
    headway("-C", larkfield, "plan", "propose", "--history", "2025-07..2025-12", "--year", "2026", "--name", "fy26")
    tree = headway("-C", larkfield, "explain", "won_deals", "--plan", "fy26").out
    assert "Won deals, planned = " in tree and " deals\n" in tree
    assert "Opportunities created [source] = " in tree and " opportunities   " in tree
    assert "deals per opportunity" in tree
    assert ".assumed" not in tree
    said = headway("-C", larkfield, "plan", "show").out
    assert "The planned " in said and "rounding" not in said
    (rate,) = headway("-C", larkfield, "explain", "won_deals", "--plan", "fy26", "--period", "2026-03", "--json").rows
    assert rate["value"] == pytest.approx(float(rate["shown"].split()[0]), abs=0.01)
