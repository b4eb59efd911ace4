"""The truth behind the demo company: what breaks and how it shows, what the habits hide, and figures one can believe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import Demo, Row

from headway.connectors.synthetic.demo import DEMO, SPOTLESS, TODAY, Made, make

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "demo.md"
SINCE = DEMO.breaks[0].since.isoformat()


@pytest.fixture(scope="module")
def spotless() -> Made:
    return make(replace(DEMO, habits=SPOTLESS))


def decided(demo: Demo, source: str, first: str, last: str) -> list[Row]:
    """Sales-qualified leads of a source that sales accepted or rejected between two days."""
    return [
        row
        for row in demo.rows("contacts.csv")
        if row["Original Source"] == source
        and row["Became SQL Date"]
        and first <= (row["Accepted Date"] or row["Rejected Date"]) <= last
    ]


def accepted(rows: Iterable[Row]) -> tuple[float, float, int]:
    """The share accepted, its standard error and n."""
    made = [bool(row["Accepted Date"]) for row in rows]
    share = sum(made) / len(made)
    return share, (share * (1 - share) / len(made)) ** 0.5, len(made)


def test_the_broken_step_shows_in_the_contacts_and_nowhere_else(demo: Demo) -> None:
    (broken,) = demo.truth("true_breaks.csv")
    before, after = float(broken["Before"]), float(broken["After"])
    assert after / before == pytest.approx(0.65, abs=0.02)
    seen_before, error_before, m = accepted(decided(demo, "inbound", "2025-10-01", "2026-09-30"))
    seen_after, error_after, n = accepted(decided(demo, "inbound", SINCE, TODAY.isoformat()))
    assert n >= 60
    assert abs(seen_before - before) < 2 * error_before
    assert abs(seen_after - after) < 2 * error_after
    assert seen_after + 3 * error_after < seen_before
    said = f"{100 * seen_before:.0f} % of {m} before, {100 * seen_after:.0f} % of {n} since"
    assert said in PAGE.read_text("utf-8")
    for source in ("outbound", "partner", "plg"):
        usual, _, _ = accepted(decided(demo, source, "2025-10-01", "2026-09-30"))
        now, error, _ = accepted(decided(demo, source, SINCE, TODAY.isoformat()))
        assert abs(now - usual) < 3 * error, source


def test_leads_become_opportunities_a_third_less_often(demo: Demo) -> None:
    """Inbound leads old enough to have become one within three weeks, of this October against the year before."""
    created = {row["Record ID"]: row["Create Date"] for row in demo.rows("deals.csv")}

    def rate(first: str, last: str) -> float:
        leads = [
            row
            for row in demo.rows("contacts.csv")
            if row["Original Source"] == "inbound" and first <= row["Create Date"][:10] <= last
        ]
        return sum(_within(row, created, 21) for row in leads) / len(leads)

    usual, now = rate("2025-10-01", "2026-09-05"), rate(SINCE, "2026-10-25")
    assert 0.50 <= now / usual <= 0.80


def _within(lead: Row, created: dict[str, str], days: int) -> bool:
    deal = created.get(lead["Associated Deal IDs"])
    return bool(deal) and (date.fromisoformat(deal[:10]) - date.fromisoformat(lead["Create Date"][:10])).days <= days


def test_as_many_leads_come_in_as_ever(demo: Demo) -> None:
    days = Counter(row["Create Date"][:10] for row in demo.rows("contacts.csv") if row["Original Source"] == "inbound")
    this = sum(n for day, n in days.items() if day >= SINCE)
    last = sum(n for day, n in days.items() if "2025-10-01" <= day <= "2025-11-15")
    assert this > 0.95 * last


def test_a_reason_gives_the_break_away(demo: Demo) -> None:
    def share(rows: list[Row]) -> float:
        reasons = Counter(row["Rejection Reason"] for row in rows if row["Rejection Reason"])
        return reasons["Not a fit"] / reasons.total()

    assert share(decided(demo, "inbound", SINCE, TODAY.isoformat())) > 1.5 * share(
        decided(demo, "inbound", "2025-10-01", "2026-09-30")
    )


def test_habits_change_what_is_shown_and_never_what_is_true(demo: Demo, spotless: Made) -> None:
    ours, theirs = demo.made.world, spotless.world
    assert [(d.steps, d.value) for d in ours.deals] == [(d.steps, d.value) for d in theirs.deals]
    assert [customer.churn for customer in ours.customers] == [customer.churn for customer in theirs.customers]
    assert spotless.crm.wrong == []
    for shown in spotless.crm.shown:
        last = shown.changes[-1]
        assert last.stage == shown.deal.stage and shown.source == shown.deal.source
        assert last.amount == shown.deal.value and not shown.twin
        steps = [change.stage for change in shown.changes]
        assert [s for i, s in enumerate(steps) if i == 0 or steps[i - 1] != s] == [s for s, _ in shown.deal.steps]


def test_the_habits_show(demo: Demo) -> None:
    deals = demo.rows("deals.csv")
    true = {row["Record ID"]: row for row in demo.truth("true_deals.csv")}
    open_ = [deal for deal in deals if not deal["Deal Stage"].startswith("Closed")]
    forgotten = [deal for deal in open_ if true[deal["Record ID"]]["Stage"] == "Closed Lost"]
    assert 0.06 <= len(forgotten) / len(open_) <= 0.12
    assert 0.065 <= sum(not deal["Original Source"] for deal in deals) / len(deals) <= 0.095
    new = [row for row in true.values() if row["Motion"] in ("new", "duplicate")]
    assert 0.012 <= sum(row["Motion"] == "duplicate" for row in new) / len(new) <= 0.03
    domains = Counter(row["Company Domain Name"] for row in demo.rows("companies.csv"))
    assert sum(n == 2 for n in domains.values()) == DEMO.habits.duplicate_accounts
    assert any(not deal["Amount"] for deal in deals)
    assert any(deal["Close Date"] < TODAY.isoformat() for deal in open_)
    spellings = {deal["Product"] for deal in deals} - {row["Product name"] for row in demo.rows("products.csv")}
    assert spellings == {product.misspelt for product in DEMO.products}
    wrong = Counter(row["Habit"] for row in demo.truth("misstatements.csv"))
    assert wrong == {"in_thousands": 7, "misposted_spend": 6, "other_amount": 3, "unbilled": 2, "without_deal": 2}


def test_deals_are_reopened_and_skip_stages(demo: Demo) -> None:
    paths: dict[str, list[str]] = {}
    for row in demo.rows("deal-history.csv"):
        steps = paths.setdefault(row["Record ID"], [])
        if not steps or steps[-1] != row["Deal Stage"]:
            steps.append(row["Deal Stage"])
    assert sum("Closed Lost" in steps[:-1] for steps in paths.values()) > 15
    assert sum(a == "Discovery" and b == "Proposal" for s in paths.values() for a, b in pairwise(s)) > 50


def test_the_reorganisation_moved_people_and_deals(demo: Demo) -> None:
    owners = {row["Owner"]: row for row in demo.rows("owners.csv")}
    working = [row for row in owners.values() if not row["End Date"]]
    assert {row["Region"] for row in working if row["Role"] == "AE"} == {"North", "Central", "West"}
    countries = {row["Record ID"]: row["Country/Region"] for row in demo.rows("companies.csv")}
    belgian = [
        deal
        for deal in demo.rows("deals.csv")
        if countries[deal["Associated Company IDs"]] == "Belgium" and deal["Deal owner"].startswith("AE")
    ]
    day = DEMO.reorganisation.day.isoformat()
    before = {d["Deal owner"] for d in belgian if d["Deal Stage"].startswith("Closed") and d["Close Date"] < day}
    assert all("Benelux" in owner for owner in before)
    true = {row["Record ID"]: row for row in demo.truth("true_deals.csv") if row["Motion"] == "new"}
    later = (DEMO.reorganisation.day + timedelta(days=7)).isoformat()
    worked = {number for number, row in true.items() if row["Created"] < day and (row["Closed"] or "9") > later}
    over = [deal for deal in belgian if deal["Record ID"] in worked]
    assert over and all(owners[d["Deal owner"]]["Region"] == "Central" for d in over)
