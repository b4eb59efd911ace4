"""Wins to expect of open deals, each by its age; and trailing rates against asking for their days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from headway.core.calendar import FiscalCalendar, Period, month, weeks
from headway.core.definition import Definition
from headway.core.rows import Rows
from headway.metrics import measure, win_curve
from headway.metrics.outlook import expected_wins, wins_of_deals_open_on
from headway.metrics.trailing import trailing
from tests.metrics.handmade import HandMade, crm_as_of, facts_of

START = date(2026, 1, 1)
TODAY = date(2026, 3, 31)
AHEAD = [month(date(2026, m, 1)) for m in (4, 5, 6)]


def decided(status: str, days: int) -> dict[str, object]:
    return {"status": status, "created_date": START, "closed_date": START + timedelta(days=days)}


def story() -> HandMade:
    """Of four deals two were won after 20 and 80 days and two lost after 80; two are open, 10 and 85 days old."""
    fresh = {"status": "open", "created_date": TODAY - timedelta(days=10)}
    old = {"status": "open", "created_date": TODAY - timedelta(days=85)}
    return facts_of(
        [decided("won", 20), decided("won", 80), decided("lost", 80), decided("lost", 80), fresh, old], TODAY
    )


def test_expected_wins_follow_the_curve_by_age() -> None:
    facts = story()
    curve = win_curve(facts, None)
    assert curve is not None
    expected = expected_wins(facts, curve, AHEAD)
    chance = [(curve.win[min(10 + d, 85)] - curve.win[10]) / curve.open[10] for d in (30, 61, 91)]
    assert expected.count == 2
    assert sum(expected.wins) == pytest.approx(chance[-1])  # the old one is beyond every win ever seen
    assert expected.wins[0] == pytest.approx(chance[0])


def test_wins_of_deals_open_on_a_day_come_from_older_deals_only() -> None:
    facts = story()
    assert wins_of_deals_open_on(facts, START + timedelta(days=5)) == {"2026-01": 1, "2026-03": 1}
    assert wins_of_deals_open_on(facts, START + timedelta(days=30)) == {"2026-03": 1}
    assert wins_of_deals_open_on(facts, START - timedelta(days=1)) == {}


def test_a_trailing_rate_is_what_its_own_days_give(crm: HandMade, definitions: dict[str, Definition]) -> None:
    quarter = FiscalCalendar().parse("2017-Q3")
    assert isinstance(quarter, Period)
    facts = crm_as_of(crm, date(2017, 9, 30))
    for name in ("deal_size.mean", "sales_cycle.won_median", "win_rate.eventual"):
        series, last = trailing(definitions[name], facts, quarter.days, weeks(quarter))
        whole = measure(definitions[name], facts, quarter)
        assert isinstance(whole, Rows)
        assert last is not None
        assert (series.values[-1], last.n) == (whole.column("value")[0], whole.column("n")[0])
