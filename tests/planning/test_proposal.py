"""A plan made from history."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.core.calendar import FiscalCalendar, Period, add_months, month, months
from headway.core.errors import UserMistake
from headway.core.plan import Estimate, Horizon, ModelText, Target
from headway.planning import Amounts, History, Rate, by_month, evaluate, left_after, propose
from headway.planning.mistakes import HISTORY_TOO_THIN
from headway.text import read_plan, write_plan
from tests.plans import bound

PERIOD = FiscalCalendar().parse("2027-01..2027-06")
assert isinstance(PERIOD, Period)

HISTORY = History(
    period=PERIOD,
    as_of=date(2027, 6, 30),
    horizon=Horizon(month(date(2027, 7, 1)), 6),
    currency="EUR",
    created={f"2027-{i:02d}": count for i, count in zip(range(1, 7), (90, 110, 100, 120, 80, 101), strict=True)},
    win_rate=Rate(0.25, 0.22, 0.28, 601, "time-to-event curve with late entry"),
    close_lag=(0.2, 0.5, 0.3, 0.0),
    deal_size=Amounts(25_000.123456789, 21_000.0, 23_988.5312, 26_011.7154, 130),
    created_value=Amounts(30_000.0, 25_000.0, 29_372.7, 30_627.3, 601),
    cycle=Amounts(61.5, 58.0, 59.3, 63.7, 130),
    won_from_open=(10.0, 8.0, 5.5, 2.0, 1.0),
    open_deals=240,
)


def test_every_assumption_carries_its_evidence_and_n(saas: ModelText) -> None:
    made = propose(HISTORY, saas)
    assert {name: (a.basis, a.n) for name, a in made.assumptions.items()} == {
        "opportunities_created": ("history", 601),
        "opportunity_value": ("history", 601),
        "win_rate.eventual": ("history", 601),
        "close_lag": ("history", 601),
        "deal_size.mean": ("history", 130),
        "won_from_open": ("history", 240),
        "sales_cycle.won_median": ("history", 130),
    }
    assert {name: a.evidence for name, a in made.assumptions.items()} == {
        "opportunities_created": "601 created in 2027-01..2027-06, 6 months: 100.17 a month; "
        "the least 80, the most 120 in a month",
        "opportunity_value": "mean of 601 opportunities created, 2027-01..2027-06; median €25,000; "
        "P10 to P90 of the mean, normal interval",
        "win_rate.eventual": "time-to-event curve with late entry, 2027-01..2027-06: 25.0%, P10 to P90 22.0% to 28.0%",
        "close_lag": "months from creation to win, from the same win curve, 2027-01..2027-06; "
        "entry spread evenly over its month",
        "deal_size.mean": "mean of 130 won deals, 2027-01..2027-06; median €21,000; P10 to P90 of the mean, normal interval",
        "won_from_open": "240 deals open on 30 Jun 2027: each deal's chance to be won by its age, from the same win curve",
        "sales_cycle.won_median": "median of 130 won deals, created to won, 2027-01..2027-06; mean 61.5 days",
    }


def test_values_keep_enough_digits_to_be_checked_and_ranges_are_p10_to_p90(saas: ModelText) -> None:
    values = {name: a.values for name, a in propose(HISTORY, saas).assumptions.items()}
    assert values["opportunities_created"][()] == Estimate(Decimal("100.17"))
    assert values["deal_size.mean"][()] == Estimate(Decimal("25000.12"), Decimal("23988.53"), Decimal("26011.72"))
    assert values["win_rate.eventual"][()] == Estimate(Decimal("0.25"), Decimal("0.22"), Decimal("0.28"))
    assert [e.value for e in values["close_lag"].values()] == [Decimal("0.2"), Decimal("0.5"), Decimal("0.3")]
    assert values["won_from_open"][("2027-12",)].value == 0


def test_the_target_is_what_the_rates_yield_and_can_be_checked_by_hand(saas: ModelText) -> None:
    made = propose(HISTORY, saas)
    wins = 100.17 * 0.25 * (0.2 * 6 + 0.5 * 5 + 0.3 * 4) + 10 + 8 + 5.5 + 2 + 1
    assert made.target == Target("won_value", month(date(2027, 12, 1)), made.target.value, "EUR", True)  # type: ignore[union-attr]
    assert float(made.target.value) == pytest.approx(wins * 25_000.12, abs=0.01)  # type: ignore[union-attr]
    assert (made.history, made.as_of, made.why) == (
        "2027-01..2027-06",
        date(2027, 6, 30),
        "what the rates of 2027-01..2027-06 yield, if nothing changes",
    )


def test_a_target_of_ones_own_is_kept(saas: ModelText) -> None:
    own = Target("won_value", month(date(2027, 12, 1)), Decimal(9_000_000), "EUR")
    assert propose(HISTORY, saas, target=own).target == own


def test_few_cases_are_said(saas: ModelText) -> None:
    few = replace(HISTORY, deal_size=Amounts(20_000.0, 20_000.0, None, None, 1))
    size = propose(few, saas).assumptions["deal_size.mean"]
    assert size.evidence.endswith("only n = 1: take it with care")
    assert size.values[()].low is None


def test_a_history_without_wins_or_creation_is_refused_with_every_reason(saas: ModelText) -> None:
    empty = replace(
        HISTORY,
        created={"2027-01": 0},
        deal_size=Amounts(0.0, 0.0, None, None, 0),
        win_rate=Rate(0.0, None, None, 0, "none"),
    )
    with pytest.raises(UserMistake) as caught:
        propose(empty, saas)
    assert [d.mistake for d in caught.value.diagnostics] == [HISTORY_TOO_THIN] * 3
    assert caught.value.exit_code == 4


@settings(deadline=None, max_examples=25)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12).filter(lambda lags: sum(lags) > 0.01), st.floats(0.1, 1))
def test_rounded_lags_keep_their_sum(saas: ModelText, lags: list[float], whole: float) -> None:
    shares = [lag / sum(lags) * whole for lag in lags]
    made = propose(replace(HISTORY, close_lag=shares), saas)
    kept = [e.value for e in made.assumptions["close_lag"].values.values()]
    assert float(sum(kept)) == pytest.approx(whole, abs=6e-7)
    assert all(share >= 0 for share in kept)
    evaluate(bound(made, saas))


def test_a_proposal_survives_being_written_and_read(saas: ModelText, tmp_path) -> None:
    made = propose(HISTORY, saas)
    folder = tmp_path / "plans" / made.name
    for name, text in write_plan(made).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    read, found = read_plan(folder)
    assert read is not None, [d.render() for d in found]
    again, first = bound(read, saas), bound(made, saas)
    assert made.target is not None
    for ready in (again, first):
        won = by_month(evaluate(ready, ["won_value"])["won_value"]).sum()
        assert won == pytest.approx(float(made.target.value), abs=0.006)


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.integers(1, 12), st.sampled_from(["start", "end"]))
def test_the_usual_plan_stands_on_a_year_and_leaves_a_quarter(day: date, first_month: int, label: str) -> None:
    fiscal = FiscalCalendar(first_month, label)  # pyright: ignore[reportArgumentType]
    past, year = (fiscal.parse(text) for text in fiscal.usual_plan(day))
    assert isinstance(past, Period) and isinstance(year, Period)
    assert len(months(past)) == 12 and past.last_day <= day < add_months(past.end, 1)
    horizon = left_after(past, year)
    assert horizon.months >= 3 and horizon.start.start >= past.end
