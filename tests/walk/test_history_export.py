"""An export with its change history: stages, amounts and dates as they stood, recomputed from the files by hand."""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from headway.core.ask import Ask
from headway.project.hall import Project
from headway.tables import Store
from tests.walk.conftest import _Silent, run_headway

Run = Callable[..., Any]
WAY = ("Qualification", "Needs Analysis", "Proposal/Quote", "Negotiation")


@pytest.fixture(scope="module")
def folder(reference_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("history") / "acme"
    data = reference_data / "salesforce_wave_sales" / "data"
    files = [data / f"{name}.csv" for name in ("Opportunity", "OpportunityHistory", "Account", "User", "Quota")]
    for arguments in (("init", made), ("-C", made, "import", *files, "--yes", "--exported-on", "2017-06-01")):
        assert run_headway(arguments, _Silent()).code == 0
    return made


def raw(reference_data: Path, name: str) -> list[dict[str, str]]:
    path = reference_data / "salesforce_wave_sales" / "data" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_stage_conversion_follows_the_way_of_the_deals(headway: Run, folder: Path, reference_data: Path) -> None:
    won = {r["External_Id__c"] for r in raw(reference_data, "Opportunity") if r["StageName"] == "Closed Won"}
    seen: dict[str, set[int]] = defaultdict(set)
    for row in raw(reference_data, "OpportunityHistory"):
        if row["StageName__c"] in WAY:
            seen[row["Opportunity.External_Id__c"]].add(WAY.index(row["StageName__c"]))
    by_hand = []
    for place, stage in enumerate(WAY):
        entered = {deal: places for deal, places in seen.items() if place in places}
        further = sum(1 for deal, places in entered.items() if deal in won or max(places) > place)
        by_hand.append((stage, len(entered), further / len(entered)))
    rows = headway("-C", folder, "metrics", "show", "stage_conversion", "--json").rows
    shown = [(row["dimensions"]["stage"], row["n"], row["value"]) for row in rows]
    assert shown == [(stage, n, pytest.approx(share, abs=1e-12)) for stage, n, share in by_hand]
    assert [round(100 * share, 1) for _, _, share in shown] == [78.5, 39.0, 33.9, 22.5]


@dataclass(frozen=True)
class Step:
    """A deal as one row of its raw history leaves it."""

    stage: str
    amount: Decimal
    close_date: str
    category: str

    @property
    def is_open(self) -> bool:
        return not self.stage.startswith("Closed")


class Replay:
    """The raw history file read again from its first row: what each deal was on any day, with nothing else known."""

    def __init__(self, rows: list[dict[str, str]]) -> None:
        self._steps: dict[str, list[tuple[str, Step]]] = defaultdict(list)
        for row in rows:
            step = Step(row["StageName__c"], Decimal(row["Amount__c"]), row["CloseDate__c"], row["ForecastCategory__c"])
            self._steps[row["Opportunity.External_Id__c"]].append((row["CreatedDate__c"][:10], step))
        for steps in self._steps.values():
            steps.sort(key=lambda dated: dated[0])  # stable: rows of one day stay in the order of the file

    def on(self, day: str) -> dict[str, Step]:
        """Every deal there by the end of a day, as its last row up to then has it."""
        last = {deal: bisect_right([at for at, _ in steps], day) for deal, steps in self._steps.items()}
        return {deal: self._steps[deal][count - 1][1] for deal, count in last.items() if count}


@pytest.fixture(scope="module")
def replay(reference_data: Path) -> Replay:
    return Replay(raw(reference_data, "OpportunityHistory"))


def test_any_past_day_is_what_a_replay_of_the_raw_history_gives(folder: Path, replay: Replay) -> None:
    """Every 32nd day of two years: which deals are there, which are open, their stage, amount, close date, category."""
    days = [date(2015, 6, 3) + timedelta(days=32 * n) for n in range(23)]
    asked = "SELECT key, status, stage, amount, close_date, forecast_category FROM opportunity"
    seen, taken_back, later = 0, 0, replay.on("2017-06-01")
    for day in days:
        known = replay.on(day.isoformat())
        by_hand = {
            deal: ("open" if step.is_open else step.stage.removeprefix("Closed ").lower(), step.stage, step.amount)
            for deal, step in known.items()
        }
        dated = {deal: (step.close_date, step.category) for deal, step in known.items() if step.is_open}
        with Store.open(folder).as_of(day) as facts:
            rows = {str(key).rpartition(":")[2]: cells for key, *cells in facts.run(asked)}
            total = facts.run("SELECT sum(value) FROM opportunity WHERE status = 'open'")[0][0]
        assert {deal: tuple(cells[:3]) for deal, cells in rows.items()} == by_hand, day
        assert {deal: (str(due), cat) for deal, (status, _, _, due, cat) in rows.items() if status == "open"} == dated
        assert total == sum(step.amount for step in known.values() if step.is_open)
        seen += len(dated)
        taken_back += sum(1 for deal, step in known.items() if not step.is_open and later[deal].is_open)
    assert len(days) == 23 and days[-1] == date(2017, 5, 7)
    assert seen > 5_000 and taken_back > 0


def test_open_value_at_month_ends_is_the_published_one_less_what_was_closed_for_a_while(
    folder: Path, reference_data: Path, replay: Replay
) -> None:
    """The published figures count a deal as open until it closed for good; as known then, some were closed in between."""
    published = re.findall(
        r"^\| (201[5-7]-\d\d-\d\d) \| ([\d,]+) \| ([\d,]+) \| (?:22|23|24)\.\d\d \|",
        (reference_data / "FACTS.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert len(published) == 18
    closed = {r["External_Id__c"]: r["CloseDate"] for r in raw(reference_data, "Opportunity")}
    project = Project.find(folder, lambda: pytest.fail("no clock is needed"))
    shown, paused_in_all = [], 0
    for day, _, _ in published:
        (row,) = project.facts.measure(Ask("open_pipeline", as_of=date.fromisoformat(day))).rows
        paused = [step.amount for deal, step in replay.on(day).items() if not step.is_open and closed[deal] > day]
        paused_in_all += len(paused)
        n, value = int(str(row["n"])) + len(paused), Decimal(str(row["value"])) + sum(paused)
        shown.append((day, f"{n:,}", f"{value:,.0f}"))
    assert shown == published
    assert paused_in_all > 100


def test_attainment_is_what_the_raw_files_add_up_to(folder: Path, headway: Run, reference_data: Path) -> None:
    """Won deals over quotas of 2016, by owner: the quota file calls people otherwise than the user file, so ids decide."""
    booked, quota = defaultdict[str, Decimal](Decimal), defaultdict[str, Decimal](Decimal)
    for row in raw(reference_data, "Opportunity"):
        if row["StageName"] == "Closed Won" and row["CloseDate"].startswith("2016"):
            booked[row["Owner.External_Id__c"]] += Decimal(row["Amount"])
    for row in raw(reference_data, "Quota"):
        if row["StartDate__c"].startswith("2016"):
            quota[row["User.External_Id__c"]] += Decimal(row["QuotaAmount__c"])
    names = {row["External_Id__c"]: row["Name"] for row in raw(reference_data, "User")}
    by_hand = {names[who]: float(booked[who] / amount) for who, amount in quota.items()}
    asked = ("-C", folder, "metrics", "show", "attainment", "--period", "2016", "--json")
    shown = {row["metric"]: row for row in headway(*asked).rows}
    whole = float(sum(booked[who] for who in quota) / sum(quota.values()))
    assert shown["attainment"]["value"] == pytest.approx(whole, abs=1e-12)
    assert shown["attainment.median"]["value"] == pytest.approx(median(by_hand.values()), abs=1e-12)
    assert shown["attainment.at_quota"]["value"] == sum(share >= 1 for share in by_hand.values()) / len(by_hand)
    assert {shown[f"attainment{name}"]["n"] for name in ("", ".median", ".at_quota")} == {len(quota)} == {17}
    by = [row for row in headway(*asked, "--by", "owner").rows if row["metric"] == "attainment"]
    assert {row["dimensions"]["owner"]: row["value"] for row in by} == pytest.approx(by_hand, abs=1e-12)


def test_forecast_accuracy_is_what_a_replay_of_the_history_was_off_by(
    folder: Path, reference_data: Path, replay: Replay
) -> None:
    """Thirty days before the quarter's end: what each owner had won in it and had on commit for it, against what came."""
    deals = {row["External_Id__c"]: row for row in raw(reference_data, "Opportunity")}
    first, last, lock = "2016-07-01", "2016-09-30", "2016-08-31"
    called, came = defaultdict[str, Decimal](Decimal), defaultdict[str, Decimal](Decimal)
    for deal, step in replay.on(lock).items():
        due = first <= step.close_date <= last
        if due and (step.stage == "Closed Won" or (step.is_open and step.category == "Commit")):
            called[deals[deal]["Owner.External_Id__c"]] += step.amount
    for row in deals.values():
        if row["StageName"] == "Closed Won" and first <= row["CloseDate"] <= last:
            came[row["Owner.External_Id__c"]] += Decimal(row["Amount"])
    off = sum(abs(called[who] - came[who]) for who in {*called, *came})
    project = Project.find(folder, lambda: pytest.fail("no clock is needed"))
    (row,) = project.facts.measure(Ask("forecast_bias", "2016-Q3")).rows
    assert row["value"] == pytest.approx(float(sum(called.values()) / sum(came.values()) - 1), abs=1e-12)
    told = project.facts.explain(Ask("forecast_accuracy", "2016-Q3", limit=50))
    assert told.origin is not None and told.origin.value == pytest.approx(
        float(1 - off / sum(came.values())), abs=1e-12
    )
    assert 0.5 < float(str(told.origin.value)) < 0.9 and len(dict(told.parts)["calls"]) == 17
