"""Drawings and numbers on the page: what they show must follow from the values, whatever the values are."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_company import AS_OF, horizon, journey, milestone, milestones, review

from headway.core.calendar import FiscalCalendar, Period
from headway.core.calendar import weeks as calendar_weeks
from headway.core.review import Cause, Milestone
from headway.core.series import Axis, Header, Series
from headway.core.weekly import TO_DATE
from headway.planning.weekly import weeks_until
from headway.tracking import Context
from headway.tracking import review as tracked
from headway.web import bars, bridge, charts, figures, track, weeks
from headway.web.pace import Pace, Point, headline_milestone, horizon_of, pace_of
from headway.web.query import Asked, read_query
from headway.web.svg import element

AMOUNTS = st.floats(min_value=0, max_value=1e12, allow_nan=False)
MONEY = Header("won_value", "actual", "currency", currency="EUR")


@given(st.floats(min_value=1e-6, max_value=1e13))
def test_the_axis_covers_the_highest_number_with_few_round_marks(highest: float) -> None:
    marks = charts.axis_marks(highest)
    assert marks[0] == 0
    assert marks[-1] >= highest * (1 - 1e-6)
    assert len(marks) == 1 or marks[-2] < highest
    assert len(marks) <= 6


@given(st.floats(min_value=1, max_value=1e12), st.floats(min_value=0.0, max_value=0.6))
def test_the_axis_of_a_level_covers_it_and_starts_just_below_where_it_never_came_near_nothing(
    highest: float, down: float
) -> None:
    lowest = highest * (1 - down)
    points = (Point("a", AS_OF, lowest), Point("b", AS_OF, highest))
    pace = Pace("ARR", MONEY, horizon(), AS_OF, False, points, ())
    marks = charts.marks_of(pace)
    assert len(marks) >= 2 and marks[-1] >= highest * (1 - 1e-6) and marks[0] <= lowest * (1 + 1e-6)
    assert (marks[0] == 0) or lowest > highest / 2


def test_the_axis_of_nothing_still_has_two_marks() -> None:
    assert charts.axis_marks(0.0) == (0.0, 1.0)


@given(AMOUNTS, st.one_of(st.none(), AMOUNTS))
def test_a_bullet_stays_in_its_band(actual: float, pace: float | None) -> None:
    drawn = bars.bullet(actual, pace, bars.amount_range(actual, pace))
    for x, width in re.findall(r'class="(?:solid|tickmark)" x="([-\d.]+)" y="\d+" width="([\d.]+)"', drawn):
        assert float(x) >= 0
        assert float(x) + float(width) <= 236.01
    assert ("tickmark" in drawn) == (pace is not None)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.3))
def test_a_rates_scale_holds_the_rate_its_interval_and_its_plan(rate: float, planned: float, width: float) -> None:
    scale = bars.rate_range(rate, planned, rate - width, rate + width)
    assert scale.low <= min(rate, planned) and max(rate, planned) <= scale.high
    assert scale.low < scale.high


@given(st.floats(-20, 20), st.floats(4, 30))
def test_slack_is_drawn_to_its_own_side_of_zero(slack: float, most: float) -> None:
    drawn = bars.slack(slack, most, "bad")
    x, width = map(float, re.findall(r'class="slack bad" x="([-\d.]+)" y="4" width="([\d.]+)"', drawn)[0])
    assert x >= 0 and x + width <= 150.01
    assert x <= 75.01 if slack < 0 else x >= 74.99


@settings(max_examples=30)
@given(st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=1, max_size=6), st.floats(1e3, 1e7))
def test_the_bridge_ends_where_the_actual_stands(amounts: list[float], planned: float) -> None:
    won = milestone("won_value", "Won value", "currency", planned, planned + sum(amounts), "behind")  # type: ignore[arg-type]
    won = replace(won, standing="worse")
    causes = tuple(Cause(f"driver {i}", amount, "words") for i, amount in enumerate(amounts))
    made = bridge.bridge(review(milestones=(won,), causes=causes), Asked())
    assert made is not None
    assert [step.label for step in made.steps[:1] + made.steps[-1:]] == ["Plan to date", "Actual to date"]
    assert "Not explained" not in [step.label for step in made.steps]
    assert len(made.steps) == len(amounts) + 2


def test_what_the_causes_leave_open_is_said() -> None:
    short = review(causes=(Cause("deal_size.mean", -20_000.0, "Smaller deals."),))
    made = bridge.bridge(short, Asked())
    assert made is not None
    assert [(step.label, step.value) for step in made.steps][1:3] == [("Deal size", "−20"), ("Not explained", "−24")]


def test_a_bridge_is_cut_only_where_the_steps_could_not_be_seen() -> None:
    assert bars.bridge_range([924.0, 863.0, 880.0]).low > 0
    assert bars.bridge_range([924.0, 300.0]).low == 0
    assert bars.bridge_range([924.0, -300.0]).low == -300


def test_the_chart_shows_the_last_money_that_adds_up() -> None:
    found = headline_milestone(review())
    assert found is not None and found.metric == "won_value"
    pipeline_first = (milestones()[3], milestones()[1])
    explained = headline_milestone(review(milestones=pipeline_first))
    assert explained is not None and explained.metric == "won_value", "the causes say what the page is about"
    counts = tuple(m for m in milestones() if m.metric == "opportunities_created")
    assert headline_milestone(review(milestones=counts)) is counts[0]
    rates = tuple(m for m in milestones() if m.actual.header.adds_up == "ratio")
    assert headline_milestone(review(milestones=rates)) is None


def test_the_way_is_cut_to_the_horizon_and_the_day() -> None:
    found = headline_milestone(review())
    assert found is not None
    pace = pace_of(found, review())
    assert pace.actual[-1].day == AS_OF
    assert pace.actual[-1].value == pytest.approx(880_250)
    assert pace.plan[0].day == date(2027, 7, 4) and pace.plan[-1].day == date(2027, 12, 31)
    assert next(point for point in pace.plan if point.label == "2027-W39").day == AS_OF
    ends = pace.at_month_ends()
    assert [point.day.month for point in ends] == [7, 8, 9, 10, 11, 12]
    assert ends[2].value == pytest.approx(924_000)
    assert ends[-1].value == pace.plan[-1].value


@settings(max_examples=30)
@given(st.integers(1, 36), st.integers(0, 1200))
def test_the_chart_covers_any_horizon_on_any_day(count: int, later: int) -> None:
    first = date(2027, 1, 1)
    covered = FiscalCalendar().parse(f"2027-01..{2027 + (count - 1) // 12}-{(count - 1) % 12 + 1:02d}")
    assert isinstance(covered, Period)
    labels = tuple(week.label for week in calendar_weeks(covered))
    plan = Series(replace(MONEY, note=TO_DATE), (Axis("period", labels),), np.cumsum(np.ones(len(labels))))
    won = Milestone("won_value", "Won", plan, plan, None, None, "unknown")
    made = review(milestones=(won,), causes=(), as_of=first + timedelta(days=later))
    assert horizon_of(made) == replace(covered, label=f"{covered.start}..{covered.last_day}", grain="range")
    pace = pace_of(won, made)
    for canvas in (charts.WIDE, charts.PHONE):
        drawn = charts.draw_pace(pace, canvas)
        assert "nan" not in drawn and "inf" not in drawn
        assert ('class="rule"' in drawn) == covered.holds(pace.as_of)


def test_the_actual_line_ends_at_the_rule_and_on_its_value() -> None:
    found = headline_milestone(review())
    assert found is not None
    drawn = charts.draw_pace(pace_of(found, review()), charts.WIDE)
    rule = float(re.findall(r'class="rule" x1="([\d.]+)"', drawn)[0])
    x, y = map(float, re.findall(r'class="here" cx="([\d.]+)" cy="([\d.]+)"', drawn)[0])
    assert x == pytest.approx(rule)
    assert y == pytest.approx(26 + (290 - 52) * (1 - 880_250 / 2e6), abs=0.5)


@pytest.mark.parametrize(
    ("name", "metric", "kind"),
    [
        ("opportunities_created", "opportunities_created", "actual"),
        ("opportunities_created_plan", "opportunities_created", "plan"),
        ("plan: opportunities created", "opportunities_created", "plan"),
        ("win_rate.closed_count planned", "win_rate.closed_count", "plan"),
        ("win_rate", "win_rate.closed_count", "actual"),
        ("Won value, actual", "won_value", "actual"),
    ],
)
def test_the_journeys_columns_find_their_milestones(name: str, metric: str, kind: str) -> None:
    found = weeks.column_of(name, milestones())
    assert found is not None
    assert (found[0].metric, found[1]) == (metric, kind)


def test_a_column_of_no_milestone_stays_as_it_is() -> None:
    assert weeks.column_of("weather", milestones()) is None
    assert weeks.column_of("won_value_last_year", milestones()) is None


def test_weeks_lead_to_the_numbers_they_show() -> None:
    found = weeks.weeks(review(), Asked(plan="base"))
    assert found is not None
    current = next(line for line in found.lines if line.current)
    assert current.label == "2027-W39"
    assert current.cells[2].text == "149"
    assert current.cells[2].address == "/why/opportunities_created?plan=base&period=2027-07-01..2027-09-30"
    assert current.cells[1].address == "/why/opportunities_created?plan=base&kind=plan&period=2027-07-01..2027-09-30"
    assert found.lines[-1] is current
    open_pipeline = next(head for head in found.heads if head.text == "Open pipeline")
    assert open_pipeline.below == ("Actual",)


def test_numbers_in_a_sentence_lead_to_their_explanations() -> None:
    text = "Won €880k where €924k was planned; 22.1% of 149, not 1149 or €880k9 or −€880k."
    linked = str(track.linked(text, review(), Asked()))
    assert linked.count("<a ") == 4
    assert "/why/won_value?kind=plan" in linked
    seen = re.sub(r"<[^>]*>", "", linked)
    assert seen.replace("\u2060", "") == text and "−\u2060€" in seen, "a sign is not torn off its currency"


def test_a_number_two_milestones_share_is_not_linked() -> None:
    twice = tuple(replace(m, actual_to_date=880_250.0) for m in milestones() if m.actual.header.unit == "currency")
    assert "<a " not in str(track.linked("Won €880k.", review(milestones=twice), Asked()))


def test_standing_is_never_colour_alone() -> None:
    for one in milestones():
        shown = figures.mark(one)
        assert shown.word and shown.shape and shown.tone
    shapes = {
        figures.mark(replace(milestones()[0], standing=s)).shape for s in ("holding", "watch", "worse", "unknown")
    }
    assert len(shapes) == 4


@pytest.mark.parametrize(("largest", "short"), [(880_250.0, "€k"), (5_245_310.0, "€k"), (31_000.0, "€"), (2.5e9, "€m")])
def test_a_column_states_its_unit_once(largest: float, short: str) -> None:
    assert figures.scale_of(largest, MONEY).short == short


def test_variance_is_written_in_the_metrics_own_measure() -> None:
    written = {m.metric: figures.variance(m) for m in milestones()}
    assert written["opportunities_created"] == "−11.5%"
    assert written["win_rate.closed_count"] == "+0.1 pt"
    assert written["sales_cycle.won_mean"] == "−7 days"
    assert written["open_pipeline"] == "no plan"


def test_a_plan_of_zero_leaves_the_variance_undefined() -> None:
    assert figures.variance(milestone("won_deals", "Won", "deal", 0.0, 2.0, "unknown")) == "undefined"


@given(st.text(max_size=40))
def test_markup_never_comes_from_text(text: str) -> None:
    made = str(element("text", text, class_=text))
    assert made.count("<") == (2 if text else 1)


@given(
    st.one_of(st.none(), st.dates()),
    st.one_of(st.none(), st.text(min_size=1).filter(lambda t: t == t.strip() and t)),
    st.dictionaries(
        st.text("abc", min_size=1, max_size=5),
        st.text(min_size=1, max_size=9).filter(lambda t: t == t.strip()),
        max_size=3,
    ),
)
def test_an_address_reads_back_as_what_was_asked(day: date | None, plan: str | None, where: dict[str, str]) -> None:
    from urllib.parse import parse_qsl, urlsplit

    asked = Asked(day, plan, "2027-07", "plan", where)
    pairs = parse_qsl(urlsplit(asked.why("win_rate.closed_count")).query, keep_blank_values=True)
    assert read_query(pairs, ("as_of", "kind", "period", "plan", "where")) == asked


def test_weeks_still_to_come_hold_the_plan_only() -> None:
    rows = journey(milestones())
    ahead = ("2027-W40", date(2027, 10, 10), *(None if i % 2 else 1.0 for i in range(len(rows.columns) - 2)))
    found = weeks.weeks(review(journey=replace(rows, records=(*rows.records, ahead))), Asked())
    assert found is not None and found.reaches_ahead
    assert found.lines[-1].to_come and [cell.text for cell in found.lines[-1].cells][1:3] == ["1", ""]


def test_a_journey_without_weeks_is_no_table() -> None:
    assert weeks.weeks(review(journey=replace(journey(milestones()), records=())), Asked()) is None


def test_what_tracking_returns_is_drawn() -> None:
    spans = weeks_until(horizon(), AS_OF)
    labels, elapsed = (tuple(w.label for w in kept) for kept in (spans, [w for w in spans if w.start <= AS_OF]))
    planned = Series(replace(MONEY, kind="plan"), (Axis("period", labels),), np.full(len(labels), 70_000.0))
    came = Series(MONEY, (Axis("period", elapsed),), np.full(len(elapsed), 60_000.0))
    made = tracked(
        {"won_value": planned}, {"won_value": came}, Context("base", AS_OF, spans, "won_value", currency="EUR")
    )
    found = headline_milestone(made)
    assert found is not None and found.variance == pytest.approx(-10_000 * len(elapsed))
    assert horizon_of(made) is not None and pace_of(found, made).actual[-1].value == pytest.approx(
        60_000 * len(elapsed)
    )
    assert track.way(made) is not None and weeks.weeks(made, Asked()) is not None
