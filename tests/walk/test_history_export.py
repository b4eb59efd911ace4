"""An export with its change history: stages, amounts and dates as they stood, recomputed from the files by hand."""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from headway.core.ask import Ask
from headway.project.hall import Project
from tests.walk.conftest import _Silent, run_headway

Run = Callable[..., Any]
WAY = ("Qualification", "Needs Analysis", "Proposal/Quote", "Negotiation")


@pytest.fixture(scope="module")
def folder(reference_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("history") / "acme"
    data = reference_data / "salesforce_wave_sales" / "data"
    files = [data / f"{name}.csv" for name in ("Opportunity", "OpportunityHistory", "Account", "User")]
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


def test_open_value_at_month_ends_takes_each_amount_as_it_stood(folder: Path, reference_data: Path) -> None:
    published = re.findall(
        r"^\| (201[5-7]-\d\d-\d\d) \| ([\d,]+) \| ([\d,]+) \| (?:22|23|24)\.\d\d \|",
        (reference_data / "FACTS.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert len(published) == 18
    project = Project.find(folder, lambda: pytest.fail("no clock is needed"))
    shown = []
    for day, _, _ in published:
        (row,) = project.measure(Ask("open_pipeline", as_of=date.fromisoformat(day))).rows
        shown.append((day, f"{row['n']:,}", f"{Decimal(str(row['value'])):,.0f}"))
    assert shown == published


def test_what_a_deal_was_worth_is_its_last_change_up_to_the_day(folder: Path, reference_data: Path) -> None:
    day = date(2016, 6, 30)
    changes: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
    for row in raw(reference_data, "OpportunityHistory"):
        changes[row["Opportunity.External_Id__c"]].append((row["CreatedDate__c"], Decimal(row["Amount__c"])))
    by_hand = {}
    for deal in raw(reference_data, "Opportunity"):
        if deal["DateTimeCreated__c"][:10] <= "2016-06-30" < deal["CloseDate"]:
            steps = sorted(changes[deal["External_Id__c"]], key=lambda step: step[0])
            last = bisect_right([step[0] for step in steps], "2016-07-01") - 1
            by_hand[deal["External_Id__c"]] = steps[last][1]
    from headway.tables import Store

    with Store.open(folder).as_of(day) as facts:
        rows = facts.rows("SELECT key, amount FROM opportunity WHERE status = 'open'")
    assert {str(row["key"]).rpartition(":")[2]: row["amount"] for row in rows} == by_hand
    assert len(by_hand) == 277
