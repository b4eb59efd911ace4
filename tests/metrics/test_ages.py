"""Deals counted by age in SQL give the curve that going through them one by one gives."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.core.calendar import Period, month
from headway.core.definition import Definition
from headway.metrics import Parameters, curve, measure, win_curve
from headway.statistics.survival import lag_kernel
from tests.metrics.handmade import HandMade, facts_of

START = date(2026, 1, 1)
TODAY = date(2026, 3, 31)

Deal = dict[str, object]


@st.composite
def one_deal(draw: st.DrawFn) -> Deal:
    created = START + timedelta(days=draw(st.integers(0, 80)))
    status = draw(st.sampled_from(["won", "lost", "open"]))
    closed = created + timedelta(days=draw(st.integers(0, 60)))
    segment = draw(st.sampled_from(["small", "large", None]))
    if closed > TODAY or status == "open":
        return {"status": "open", "created_date": created, "segment": segment}
    return {"status": status, "created_date": created, "closed_date": closed, "segment": segment}


def one_by_one(deals: list[Deal], first: date, last: date) -> tuple[float, int]:
    """The share won in the end and how many were observed, by going through every deal on every day of age."""
    seen: list[tuple[int, int, str]] = []
    for deal in deals:
        created, closed = deal["created_date"], deal.get("closed_date")
        assert isinstance(created, date)
        decided = isinstance(closed, date) and closed <= last
        leaves = closed if decided and isinstance(closed, date) else last
        enters = max(created, first)
        if created <= last and leaves >= enters:
            seen.append(((enters - created).days, (leaves - created).days, str(deal["status"]) if decided else "open"))
    won, still_open = Fraction(0), Fraction(1)
    for age in range(200):
        risk = sum(1 for entry, leave, _ in seen if entry <= age <= leave)
        wins = sum(1 for _, leave, end in seen if leave == age and end == "won")
        losses = sum(1 for _, leave, end in seen if leave == age and end == "lost")
        if risk:
            won += still_open * Fraction(wins, risk)
            still_open *= 1 - Fraction(wins + losses, risk)
    return float(won), len(seen)


@settings(max_examples=15, deadline=None)
@given(st.lists(one_deal(), min_size=1, max_size=30), st.sampled_from([None, month(START), month(date(2026, 2, 1))]))
def test_the_curve_is_that_of_the_deals(deals: list[Deal], window: Period | None) -> None:
    facts = facts_of(deals, TODAY)
    closings = [day for deal in deals if isinstance(day := deal.get("closed_date"), date)]
    made = win_curve(facts, window)
    if not closings:
        assert made is None
        return
    first = max(min(closings), window.start) if window else min(closings)
    share, n = one_by_one(deals, first, window.last_day if window else TODAY)
    assert (made.total if made else 0) == n
    if made and made.eventual is not None:
        assert made.eventual == pytest.approx(share, abs=1e-12)


def test_groups_are_measured_apart(definitions: dict[str, Definition]) -> None:
    def deal(segment: str, status: str) -> Deal:
        return {"status": status, "created_date": START, "closed_date": START + timedelta(days=9), "segment": segment}

    facts = facts_of([deal("small", "won"), deal("large", "won"), deal("large", "lost")], TODAY)
    found = measure(definitions["win_rate.eventual"], facts, by=["segment"])
    assert not isinstance(found, tuple)
    assert [(row["segment"], row["value"]) for row in found] == [("large", 0.5), ("small", 1.0)]


def test_history_known_to_be_complete_counts_from_there(definitions: dict[str, Definition]) -> None:
    """Lost on its tenth day, won on its thirtieth: seen from the start one of two is won; seen late, all is."""
    facts = facts_of(
        [
            {"status": "lost", "created_date": START, "closed_date": START + timedelta(days=10)},
            {"status": "won", "created_date": START, "closed_date": START + timedelta(days=30)},
        ],
        TODAY,
    )
    for first, share in ((START, 0.5), (START + timedelta(days=20), 1.0)):
        found = measure(definitions["win_rate.eventual"], facts, parameters=Parameters(observed_from=first))
        assert not isinstance(found, tuple)
        assert found.column("value") == (share,)
        assert f"observed from {first}, as set" in str(found.column("note")[0])


def test_dates_out_of_order_are_left_out_and_counted(definitions: dict[str, Definition]) -> None:
    good = {"status": "won", "created_date": START, "closed_date": START + timedelta(days=3)}
    facts = facts_of(
        [
            good,
            {"status": "won", "closed_date": START},
            {"status": "lost", "created_date": START},
            {"status": "lost", "created_date": START + timedelta(days=9), "closed_date": START},
        ],
        TODAY,
    )
    found = measure(definitions["win_rate.eventual"], facts)
    assert not isinstance(found, tuple)
    assert (found.column("n"), found.column("excluded")) == ((1,), (3,))


def test_the_curve_as_a_series(definitions: dict[str, Definition]) -> None:
    facts = facts_of(
        [{"status": s, "created_date": START, "closed_date": START + timedelta(days=40)} for s in ("won", "lost")],
        TODAY,
    )
    series = curve(definitions["win_rate.eventual"], facts)
    assert series.names == ("age", "part")
    assert series.pick(part="win").values[-1] == 0.5
    assert series.pick(age="40").pick(part="at_risk").scalar() == 2
    total = sum(series.pick(part=part).values for part in ("win", "loss", "open"))
    assert total == pytest.approx(1.0)
    assert series.header.n == 2
    assert "P10 to P90" in series.header.note
    made = win_curve(facts)
    assert made is not None
    assert lag_kernel(made) == pytest.approx([0, 1 - (40 / 30.4375 - 1), 40 / 30.4375 - 1])


def test_nothing_ever_closed_is_an_empty_curve(definitions: dict[str, Definition]) -> None:
    facts: HandMade = facts_of([{"status": "open", "created_date": START}], TODAY)
    series = curve(definitions["win_rate.eventual"], facts)
    assert series.values.shape == (0, 6)
    assert series.header.note == "nothing has closed yet"
