"""`headway changes` on whole companies: it adds up, and it says the same as the metrics of either day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from headway.core.ask import Ask
from headway.core.changes import END, START, PipelineScope
from headway.project.hall import Project
from tests.walk.conftest import _Silent, run_headway

Run = Callable[..., Any]
SCOPES = [
    (),
    ("--by", "owner"),
    ("--by", "segment", "--by", "currency"),
    ("--where", "segment=mid", "--closing", "2026-Q4"),
    ("--by", "stage", "--closing", "2026-Q3"),
    ("--where", "currency=GBP"),
]
SPAN = ("--since", "2026-08-31", "--until", "2026-10-15")


def exact(cell: object) -> Decimal:
    return Decimal(str(cell or 0))


@pytest.mark.parametrize("scope", SCOPES, ids=" ".join)
def test_the_bridge_adds_up_and_each_line_is_its_deals(headway: Run, demo: Path, scope: tuple[str, ...]) -> None:
    told = headway("-C", demo, "changes", *SPAN, *scope, "--json").json
    groups = {(str(row["dimensions"]), row["currency"]) for row in told["rows"]}
    assert groups
    for group in groups:
        own = [row for row in told["rows"] if (str(row["dimensions"]), row["currency"]) == group]
        assert [row["line"] for row in own][:: len(own) - 1] == [START, END]
        assert sum(exact(row["value"]) for row in own[:-1]) == exact(own[-1]["value"])
        for row in own:
            behind = [
                deal
                for deal in told["deals"]
                if (deal["line"], str(deal["dimensions"]), deal["currency"]) == (row["line"], *group)
            ]
            assert len(behind) == row["n"]
            assert sum(exact(deal["value"]) for deal in behind) == exact(row["value"])


@pytest.mark.parametrize("scope", [(), ("--by", "segment"), ("--by", "currency"), ("--where", "segment=ent")])
def test_both_ends_are_the_open_pipeline_of_their_days(headway: Run, demo: Path, scope: tuple[str, ...]) -> None:
    rows = headway("-C", demo, "changes", *SPAN, *scope, "--json").rows
    for line, day in ((START, SPAN[1]), (END, SPAN[3])):
        shown = headway("-C", demo, "metrics", "show", "open_pipeline", "--as-of", day, *scope, "--json").rows
        ends = [(r["dimensions"], r["value"], r["currency"], r["n"] - r["unvalued"]) for r in rows if r["line"] == line]
        assert ends == [(r["dimensions"], r["value"], r["currency"], r["n"]) for r in shown]


def test_a_quarter_won_what_the_metric_says_it_won(headway: Run, demo: Path) -> None:
    """The bridge of what is to close in a quarter, over that quarter: its won line is the quarter's won value."""
    span = ("--since", "2026-06-30", "--until", "2026-09-30", "--closing", "2026-Q3")
    (won,) = [row for row in headway("-C", demo, "changes", *span, "--json").rows if row["line"] == "won"]
    shown = ("metrics", "show", "won_value", "--period", "2026-Q3", "--as-of", "2026-09-30", "--json")
    (metric,) = headway("-C", demo, *shown).rows
    assert (-won["value"], won["n"]) == (metric["value"], metric["n"])


def test_the_answer_is_a_sentence_and_a_table(headway: Run, demo: Path) -> None:
    told = headway("-C", demo, "changes", *SPAN)
    assert told.code == 0
    first, blank, header, start, *_ = told.out.splitlines()
    assert first.startswith("Open pipeline ") and "from 31 Aug to 15 Oct 2026: " in first
    assert (blank, header.split()) == ("", ["line", "amount", "deals"])
    assert start.startswith("Open pipeline on 31 Aug 2026")
    assert told.out.splitlines()[-1].startswith("Open pipeline on 15 Oct 2026")
    assert "in EUR: GBP at " in told.err
    by_segment = headway("-C", demo, "changes", *SPAN, "--by", "segment").out.splitlines()
    assert [line.split()[0] for line in by_segment[2:]] == ["segment", "ent", "mid", "smb", "all"]


def test_a_line_lists_its_deals_with_what_they_were_before_and_after(headway: Run, demo: Path) -> None:
    listed = headway("-C", demo, "changes", *SPAN, "--list", "won").out
    assert listed.splitlines()[2] == "Won"
    rows = [line for line in listed.splitlines() if "won 2026-" in line]
    told = headway("-C", demo, "changes", *SPAN, "--list", "won", "--json").json
    assert len(rows) == len(told["deals"]) > 10
    assert {deal["line"] for deal in told["deals"]} == {"won"}
    assert headway("-C", demo, "changes", *SPAN, "--list", "deleted").out.endswith("Deleted: no deal\n")


def test_what_cannot_be_asked_ends_like_everywhere(headway: Run, demo: Path) -> None:
    assert headway("-C", demo, "changes", *SPAN, "--by", "segmnt").code == 2
    assert headway("-C", demo, "changes", *SPAN, "--by", "month").code == 2
    assert headway("-C", demo, "changes", *SPAN, "--closing", "Q4").code == 2
    assert headway("-C", demo, "changes", *SPAN, "--list", "wonn").code == 2
    assert headway("-C", demo, "changes", "--since", "2026-10-15", "--until", "2026-08-31").code == 2


@pytest.fixture(scope="module")
def with_history(reference_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("changes") / "acme"
    data = reference_data / "salesforce_wave_sales" / "data"
    files = [data / f"{name}.csv" for name in ("Opportunity", "OpportunityHistory")]
    for arguments in (("init", folder), ("-C", folder, "import", *files, "--yes", "--exported-on", "2017-06-01")):
        assert run_headway(arguments, _Silent()).code == 0
    return Project.find(folder, lambda: pytest.fail("no clock is needed"))


@pytest.mark.parametrize("quarter", ["2015-Q4", "2016-Q1", "2016-Q2", "2016-Q3", "2016-Q4", "2017-Q1"])
def test_a_real_export_with_its_history_ties_out_quarter_by_quarter(with_history: Project, quarter: str) -> None:
    period = with_history.settings.period(quarter)
    assert period is not None
    eve = date.fromordinal(period.start.toordinal() - 1)
    found = {
        closing: {
            str(r["line"]): exact(r["value"]) for r in with_history.facts.changes(eve, period.last_day, scope).lines
        }
        for closing, scope in ((False, PipelineScope()), (True, PipelineScope(closing=period)))
    }
    for name, line, sign in (("won_value", "won", -1), ("pipeline_created", "created", 1)):
        (row,) = with_history.facts.measure(Ask(name, quarter, as_of=period.last_day)).rows
        assert exact(row["value"]) == sign * found[False][line]
    assert found[True]["won"] == found[False]["won"]
    assert found[False]["reopened"] > 0
    assert found[True]["pulled_in"] > 0
    for lines in found.values():
        assert sum(value for line, value in lines.items() if line != END) == lines[END]
