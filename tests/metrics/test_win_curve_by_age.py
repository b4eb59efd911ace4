"""The win rate as a curve: what it must be where everything is known, and where it must agree with the one number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.core.definition import Definition
from headway.core.rows import Rows
from headway.metrics import by_age, measure
from headway.metrics.question import Parameters
from tests.metrics.handmade import facts_of

TODAY = date(2026, 6, 30)
FIRST = date(2024, 1, 1)
KNOWN = Parameters(observed_from=FIRST)
DEALS = st.lists(
    st.tuples(st.integers(0, 800), st.integers(0, 500), st.sampled_from(["won", "lost", "open"])),
    min_size=1,
    max_size=40,
)


def deal(created: date, days: int, status: str) -> dict[str, object]:
    closed = created + timedelta(days=days)
    ends = status != "open" and closed <= TODAY
    return {"status": status if ends else "open", "created_date": created, "closed_date": closed if ends else None}


def curve(definitions: Mapping[str, Definition], deals: list[dict[str, object]]) -> list[Mapping[str, object]]:
    found = by_age(definitions["win_rate.eventual"], facts_of(deals, TODAY), parameters=KNOWN)
    assert isinstance(found, Rows), found
    return list(found)


def test_where_every_deal_has_ended_each_age_is_a_plain_share(definitions: Mapping[str, Definition]) -> None:
    ends = [(10, "won"), (20, "lost"), (50, "won"), (80, "lost"), (100, "won")]
    rows = {row["age"]: row for row in curve(definitions, [deal(date(2025, 1, 1), days, s) for days, s in ends])}
    won, lost = ({age: row[side] for age, row in rows.items()} for side in ("value", "lost"))
    assert won == pytest.approx({7: None, 14: 0.2, 30: 0.2, 60: 0.4, 90: 0.4, 100: 0.6}, nan_ok=True)
    assert lost == pytest.approx({7: None, 14: 0.0, 30: 0.2, 60: 0.2, 90: 0.4, 100: 0.4}, nan_ok=True)
    assert {age: (row["at_risk"], row["wins"], row["losses"]) for age, row in rows.items() if age in (14, 100)} == {
        14: (4, 1, 0),
        100: (1, 3, 2),
    }
    assert "cannot tell yet" in str(rows[100]["note"]) and rows[60]["of_won"] == pytest.approx(2 / 3)


@settings(max_examples=40)
@given(DEALS)
def test_shares_are_whole_rise_and_end_at_the_eventual_win_rate(
    definitions: Mapping[str, Definition], drawn: list[tuple[int, int, str]]
) -> None:
    deals = [deal(FIRST + timedelta(days=start), days, status) for start, days, status in drawn]
    rows = curve(definitions, deals)
    known = [row for row in rows if row["value"] is not None]
    for row in known:
        assert row["value"] + row["lost"] + row["open"] == pytest.approx(1.0)  # type: ignore[operator]
        assert row["low"] <= row["value"] + 1e-9 and row["value"] <= row["high"] + 1e-9  # type: ignore[operator]
    values = [float(str(row["value"])) for row in known]
    assert values == sorted(values)
    answer = measure(definitions["win_rate.eventual"], facts_of(deals, TODAY), parameters=KNOWN)
    assert isinstance(answer, Rows)
    (whole,) = answer
    assert rows[-1]["value"] == pytest.approx(whole["value"]) and rows[-1]["high"] == pytest.approx(whole["high"])
