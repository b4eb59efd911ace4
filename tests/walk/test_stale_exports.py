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
