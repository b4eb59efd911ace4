"""From somebody's own untidy export to coverage and what it is held against: typed at a terminal, three questions at most."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from headway.core.calendar import add_months
from tests.walk.messy import TODAY, Deal, deals, export, hubspot
from tests.walk.terminal import HEADWAY, Terminal

AT_MOST = 3
NOW = f"{TODAY}T10:00:00+02:00"
QUARTER = date(2026, 7, 1)


def asked_nothing_more(terminal: Terminal) -> list[str]:
    """Import, then what the terminal itself proposes, then coverage: the words of the last command."""
    suggested = re.findall(r"^Next: headway -C acme (plan propose .*)$", terminal.type(["-C", "acme"]), flags=re.M)
    assert len(suggested) == 1
    terminal.type(["-C", "acme", *shlex.split(suggested[0])])
    return ["-C", "acme", "metrics", "show", "coverage", "--period", "2026-Q3"]


def by_hand(made: list[Deal]) -> float:
    """What the eight quarters before had open two weeks in, for each euro they booked after: added up from the deals."""
    pipeline = booked = 0
    for back in range(1, 9):
        start, end = add_months(QUARTER, -3 * back), add_months(QUARTER, 3 - 3 * back)
        point = start + (TODAY - QUARTER)
        for deal in (one for one in made if one.amount):
            assert deal.amount is not None
            if deal.created <= point and (deal.is_open or deal.closes > point):
                pipeline += deal.amount
            if deal.stage == "Closed Won" and point < deal.closes < end:
                booked += deal.amount
    return pipeline / booked


@pytest.mark.parametrize(("name", "write"), [("report 14 July.csv", export), ("all-deals.csv", hubspot)])
def test_coverage_in_at_most_three_questions(tmp_path: Path, name: str, write: Callable[[list[Deal]], str]) -> None:
    made = deals()
    (tmp_path / name).write_text(write(made), encoding="cp1252", newline="")
    terminal = Terminal(tmp_path, NOW)
    terminal.type(["init", "acme", "--currency", "EUR"])
    loaded = terminal.type(["-C", "acme", "import", name])
    last = asked_nothing_more(terminal)
    screen = terminal.type(last)
    assert 1 <= len(terminal.questions) <= AT_MOST, terminal.questions

    assert re.search(r"420 +420 +0 +0 +0 +2 ", loaded)
    reasons = loaded.split("each with its reason", 1)[1]
    assert "soon" in reasons or "02/31/2026" in reasons
    rows = {row["metric"]: row for row in answered(tmp_path, last)}
    now, required = rows["coverage.all_open"], rows["coverage.required"]
    kept = dict(enumerate(made))
    if write is export:  # the id that comes twice counts as its last row has it
        kept[5] = Deal(made[5].id, made[5].stage, 1, made[5].created, made[5].closes)
    assert required["value"] == pytest.approx(by_hand(list(kept.values())))
    assert required["low"] < required["value"] < required["high"]
    assert required["n"] > 100 and required["excluded"] > 0
    assert f"{required['excluded']} left out: no value" in required["note"]
    open_now = [one for one in made if one.is_open]
    assert now["n"] + now["excluded"] == len(open_now)
    for row in (now, required):
        assert row["as_of"] == str(TODAY)
        assert re.search(rf"^{re.escape(row['metric'])} +{row['value']:.4f} .* {row['n']} ", screen, flags=re.M)
    told = " ".join(screen.split())
    assert f"as_of {TODAY}" in told and f"{required['excluded']} left out: no value" in told


def test_the_reference_crm_in_at_most_three_questions(reference_data: Path, tmp_path: Path) -> None:
    """Its one year before the day holds two whole quarters with one before them, and that is said to be too few."""
    terminal = Terminal(tmp_path, "2017-12-31T10:00:00+00:00")
    files = sorted(str(file) for file in (reference_data / "maven_crm").glob("*.csv"))
    terminal.type(["init", "acme", "--currency", "USD"])
    terminal.type(["-C", "acme", "import", *files])
    terminal.type(["-C", "acme", "plan", "propose", "--history", "2017-01..2017-06", "--year", "2017"])
    last = ["-C", "acme", "metrics", "show", "coverage", "--period", "2017-Q4", "--as-of", "2017-10-15"]
    terminal.type(last)
    assert 1 <= len(terminal.questions) <= AT_MOST, terminal.questions
    rows = {row["metric"]: row for row in answered(tmp_path, last)}
    assert rows["coverage.required"]["value"] > 0
    assert "2 earlier periods only: cannot tell yet" in rows["coverage.required"]["note"]
    assert rows["coverage.all_open"]["n"] > 1000


def test_all_the_tables_of_a_crm_in_at_most_three_questions(reference_data: Path, tmp_path: Path) -> None:
    """Twelve files that belong together are one question."""
    terminal = Terminal(tmp_path, "2026-01-01T10:00:00+00:00")
    files = sorted(str(file) for file in (reference_data / "salesforce_wave_sales" / "data").glob("*.csv"))
    terminal.type(["init", "acme", "--currency", "USD"])
    loaded = terminal.type(["-C", "acme", "import", *files])
    assert "Loaded as run" in loaded
    assert 1 <= len(terminal.questions) <= AT_MOST, terminal.questions


def answered(folder: Path, words: list[str]) -> list[dict[str, Any]]:
    done = subprocess.run([HEADWAY, *words, "--json"], cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["rows"]
