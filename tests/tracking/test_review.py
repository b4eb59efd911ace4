"""Are we on the way: verdicts, words, slack, journey."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.core.calendar import Period, weeks
from headway.core.review import Cause, Review
from headway.core.series import Axis, Header, Series
from headway.core.weekly import TO_DATE
from headway.tracking import Context, Evidence, review

START, END = date(2017, 7, 3), date(2017, 12, 31)
WEEKS = weeks(Period(START, date(2018, 1, 1), "2017-H2", "range"))
AS_OF = WEEKS[12].last_day


def to_date(metric: str, total: float, unit: str = "currency") -> Series:
    """A plan that comes in evenly over its weeks."""
    axes = (Axis("period", tuple(w.label for w in WEEKS)),)
    values = np.linspace(total / len(WEEKS), total, len(WEEKS))
    return Series(Header(metric, "plan", unit, "stock", note=TO_DATE), axes, values)


def weekly(metric: str, each: float, unit: str = "currency", count: int = 13, adds_up: str = "flow") -> Series:
    axes = (Axis("period", tuple(w.label for w in WEEKS[:count])),)
    return Series(Header(metric, "actual", unit, adds_up), axes, np.full(count, float(each)))  # type: ignore[arg-type]


def rate(metric: str, value: float, unit: str = "deal/opportunity") -> Series:
    axes = (Axis("period", tuple(w.label for w in WEEKS)),)
    return Series(Header(metric, "plan", unit, "ratio"), axes, np.full(len(WEEKS), value))


def context(**more: object) -> Context:
    known = {"plan": "h2", "as_of": AS_OF, "weeks": WEEKS, "metric": "won_value", "currency": "EUR"}
    return Context(**{**known, **more})  # type: ignore[arg-type]


def half_year(won: float, deals: float = 40, **more: object) -> Review:
    """13 of 26 weeks; 26 weeks of 100k planned."""
    plan = {"won_deals": to_date("won_deals", 1_040, "deal"), "won_value": to_date("won_value", 2_600_000)}
    actual = {"won_value": weekly("won_value", won / 13), "won_deals": weekly("won_deals", deals, "deal")}
    return review(plan, actual, context(**more))


def test_on_track_within_five_percent() -> None:
    found = half_year(1_260_000)
    assert found.verdict == "on track"
    assert found.sentence == (
        "On track: won €1.26m by 1 Oct 2017 against €1.30m planned (−3.1%); nothing that can be told is behind its pace."
    )


def test_behind_names_amount_cause_and_where_to_look() -> None:
    causes = (
        Cause("opportunities_created", -90_000.0, "520 opportunities created against 600 planned (−13.3%)"),
        Cause("deal_size.mean", 10_000.0, "mean won deal €2,600 against €2,500 planned (+4.0%)"),
        Cause("timing and the rest", -20_000.0, "timing"),
    )
    plan = {
        "won_value": to_date("won_value", 2_600_000),
        "won_deals": to_date("won_deals", 1_040, "deal"),
        "opportunities_created": to_date("opportunities_created", 1_200, "opportunity"),
    }
    actual = {
        "won_value": weekly("won_value", 1_200_000 / 13),
        "won_deals": weekly("won_deals", 39, "deal"),
        "opportunities_created": weekly("opportunities_created", 40, "opportunity"),
    }
    found = review(plan, actual, context(causes=causes))
    assert found.headline == "Behind: won €1.20m by 1 Oct 2017 against €1.30m planned (−7.7%)"
    assert found.lead == (
        "Mainly because of 520 opportunities created against 600 planned (−13.3%, −€90.0k); "
        "look at opportunities created this week: 520 against 600 planned, 1.7 weeks behind pace."
    )
    assert found.sentence.startswith("Behind: won €1.20m by 1 Oct 2017 against €1.30m planned (−7.7%), mainly because")
    assert found.look_at[0].price == -90_000


def test_ahead_says_why() -> None:
    found = half_year(1_500_000, causes=(Cause("win_rate.eventual", 200_000.0, "win rate 30.0% against 25.0%"),))
    assert found.verdict == "ahead"
    assert found.lead == "Mainly because of win rate 30.0% against 25.0% (+€200k)."


def test_a_handful_of_cases_cannot_tell_yet() -> None:
    plan = {"won_value": to_date("won_value", 26_000), "won_deals": to_date("won_deals", 16, "deal")}
    actual = {"won_value": weekly("won_value", 500), "won_deals": weekly("won_deals", 7 / 13, "deal")}
    found = review(plan, actual, context())
    assert found.verdict == "cannot tell yet"
    assert found.headline == (
        "Cannot tell yet: won €6,500 by 1 Oct 2017 against €13.0k planned (−50.0%), from 7 cases only"
    )
    assert found.milestones[1].note == "n = 7: cannot tell yet"


def test_few_actual_cases_against_many_planned_do_tell() -> None:
    assert half_year(9_000, deals=3 / 13).verdict == "behind"


@pytest.mark.parametrize(
    ("plan", "actual", "headline"),
    [
        (0.0, 50_000.0, "Ahead: won €50.0k by 1 Oct 2017 against nothing planned by then"),
        (None, 50_000.0, "Cannot tell yet: won €50.0k by 1 Oct 2017, and the plan says nothing about it"),
        (2_600_000.0, None, "Cannot tell yet: won value is not measured by 1 Oct 2017; €1.30m was planned"),
        (None, None, "Cannot tell yet: won value is neither planned nor measured by 1 Oct 2017"),
    ],
)
def test_missing_sides_are_said(plan: float | None, actual: float | None, headline: str) -> None:
    planned = {} if plan is None else {"won_value": to_date("won_value", plan)}
    measured = {} if actual is None else {"won_value": weekly("won_value", actual / 13)}
    assert review(planned, measured, context()).headline == headline


def test_before_the_plan_starts_there_is_nothing_to_tell() -> None:
    found = review({"won_value": to_date("won_value", 1)}, {}, context(as_of=date(2017, 6, 1)))
    assert found.sentence == "Cannot tell yet: the plan starts on 3 Jul 2017."
    assert len(found.journey) == 0


def test_without_a_currency_amounts_carry_no_symbol() -> None:
    assert half_year(1_500_000, currency=None).headline.startswith("Ahead: won 1.50m by")


def test_rates_hold_inside_their_interval_and_need_cases() -> None:
    def standing(low: float, high: float, n: int) -> str:
        plan = {"win_rate.eventual": rate("win_rate.eventual", 0.25)}
        actual = {"win_rate.eventual": weekly("win_rate.eventual", 0.2, "deal/opportunity", adds_up="ratio")}
        evidence = {"win_rate.eventual": Evidence(n, low, high)}
        return review(plan, actual, context(evidence=evidence)).milestones[0].standing

    assert standing(0.15, 0.26, 200) == "holding"
    assert standing(0.15, 0.24, 200) == "worse"
    assert standing(0.15, 0.24, 12) == "unknown"


def test_a_longer_cycle_is_worse_and_a_shorter_one_better() -> None:
    def standing(days: float) -> str:
        plan = {"sales_cycle.won_median": rate("sales_cycle.won_median", 60, "day")}
        actual = {"sales_cycle.won_median": weekly("sales_cycle.won_median", days, "day", adds_up="ratio")}
        return review(plan, actual, context(evidence={"sales_cycle.won_median": Evidence(300)})).milestones[0].standing

    assert [standing(days) for days in (50, 62, 64, 80)] == ["better", "holding", "watch", "worse"]


def test_flows_by_week_and_flows_to_date_are_read_alike() -> None:
    plan = {"won_deals": to_date("won_deals", 1_040, "deal")}
    by_week = weekly("won_deals", 40, "deal")
    added = Series(by_week.header, by_week.axes, np.cumsum(by_week.values)).with_header(adds_up="stock", note=TO_DATE)
    one, other = (review(plan, {"won_deals": side}, context()).milestones[0] for side in (by_week, added))
    assert one.actual_to_date == other.actual_to_date == 520
    assert one.slack_weeks == other.slack_weeks == 0


@settings(deadline=None)
@given(st.integers(0, 26))
def test_slack_is_how_far_the_plan_was_or_will_be_at_the_same_amount(week: int) -> None:
    amount = 2_600_000 * week / 26
    found = next(one for one in half_year(amount).milestones if one.metric == "won_value")
    assert found.slack_weeks == pytest.approx(week - 13, abs=0.01)


def test_the_journey_holds_every_elapsed_week_with_both_sides() -> None:
    rows = half_year(1_300_000).journey
    assert rows.names == ("week", "until", "won_deals.plan", "won_deals.actual", "won_value.plan", "won_value.actual")
    assert len(rows) == 13
    last = list(rows)[-1]
    assert (last["until"], last["won_deals.plan"], last["won_deals.actual"]) == (AS_OF, 520, 520)


def test_what_is_only_measured_stands_in_the_journey_as_not_planned() -> None:
    actual = {"open_pipeline": weekly("open_pipeline", 900_000, adds_up="stock")}
    found = review({}, actual, context()).milestones[0]
    assert (found.note, found.standing, found.actual_to_date) == ("not planned", "unknown", 900_000)


def test_look_at_runs_from_the_start_of_the_journey_and_adds_costly_causes() -> None:
    plan = {
        "won_value": to_date("won_value", 2_600_000),
        "won_deals": to_date("won_deals", 1_040, "deal"),
        "opportunities_created": to_date("opportunities_created", 1_200, "opportunity"),
        "pipeline_created": to_date("pipeline_created", 12_000_000),
    }
    actual = {
        "won_value": weekly("won_value", 50_000),
        "won_deals": weekly("won_deals", 20, "deal"),
        "opportunities_created": weekly("opportunities_created", 40, "opportunity"),
        "pipeline_created": weekly("pipeline_created", 300_000),
    }
    causes = (
        Cause("opportunities_created", -300_000.0, "fewer"),
        Cause("won_from_open", -200_000.0, "110 wins of deals already open against 190 planned"),
        Cause("timing and the rest", -150_000.0, "timing"),
    )
    found = review(plan, actual, context(causes=causes))
    assert [f.where for f in found.look_at] == ["opportunities_created", "pipeline_created", "won_from_open"]
    assert found.look_at[2].price == -200_000


def test_in_the_first_days_there_is_no_verdict_however_many_cases() -> None:
    first = (Period(WEEKS[0].start, date(2017, 7, 6), WEEKS[0].label, "week"), *WEEKS[1:])
    plan = {"won_value": to_date("won_value", 2_600_000), "won_deals": to_date("won_deals", 1_040, "deal")}
    actual = {"won_value": weekly("won_value", 50_000, count=1), "won_deals": weekly("won_deals", 32, "deal", 1)}
    found = review(plan, actual, context(as_of=date(2017, 7, 5), weeks=first))
    assert found.verdict == "cannot tell yet"
    assert found.headline.endswith("(−50.0%), after 3 days only")
    assert not found.look_at


@pytest.mark.parametrize(("excluded", "standing"), [(0, "worse"), (2, "worse"), (60, "unknown")])
def test_an_amount_that_leaves_out_too_many_cases_is_not_judged(excluded: int, standing: str) -> None:
    plan = {
        "pipeline_created": to_date("pipeline_created", 2_600_000),
        "opportunities_created": to_date("opportunities_created", 260, "opportunity"),
    }
    actual = {
        "pipeline_created": weekly("pipeline_created", 50_000),
        "opportunities_created": weekly("opportunities_created", 10, "opportunity"),
    }
    note = f"{excluded} left out: no created value" if excluded else ""
    evidence = {"pipeline_created": Evidence(130 - excluded, note=note, excluded=excluded)}
    found = review(plan, actual, context(metric="opportunities_created", evidence=evidence))
    (pipeline,) = (one for one in found.milestones if one.metric == "pipeline_created")
    assert pipeline.standing == standing
    assert (pipeline.slack_weeks is None) == (standing == "unknown")
    assert pipeline.note == note
    said = (f"pipeline created cannot be held against its plan: {note}",)
    assert found.notes == (said if standing == "unknown" else ())


def early(weeks_run: int, target: float, deals_each: float = 30) -> Review:
    """A plan of 100k a week, some weeks in, with half of it won."""
    plan = {"won_value": to_date("won_value", 2_600_000), "won_deals": to_date("won_deals", 1_040, "deal")}
    actual = {
        "won_value": weekly("won_value", 50_000, count=weeks_run),
        "won_deals": weekly("won_deals", deals_each, "deal", count=weeks_run),
    }
    return review(plan, actual, context(as_of=WEEKS[weeks_run - 1].last_day, target=target))


def test_a_plan_of_less_than_two_weeks_cannot_tell_yet() -> None:
    first = early(1, 2_600_000)
    assert first.verdict == "cannot tell yet"
    assert first.headline.endswith("(−50.0%), after 7 days only")
    assert first.milestones[1].note == "after 7 days only: cannot tell yet"
    assert early(2, 2_600_000).verdict == "behind"


def test_while_little_of_the_target_was_due_it_cannot_tell_yet() -> None:
    found = early(3, 6_500_000)
    assert found.verdict == "cannot tell yet"
    assert found.headline.endswith("(−50.0%), when 4.6% of the target was due")
    assert early(4, 6_500_000).verdict == "behind"


def test_what_is_planned_and_not_measured_is_left_out_and_named() -> None:
    plan = {
        "visits": to_date("visits", 52_000, "visit"),
        "meetings": to_date("meetings", 520, "meeting"),
        "won_deals": to_date("won_deals", 1_040, "deal"),
        "won_value": to_date("won_value", 2_600_000),
    }
    actual = {
        "visits": weekly("visits", float("nan"), "visit"),
        "won_deals": weekly("won_deals", 40, "deal"),
        "won_value": weekly("won_value", 100_000),
    }
    found = review(plan, actual, context())
    assert [one.metric for one in found.milestones] == ["won_deals", "won_value"]
    assert found.notes == ("planned, but not measured here: visits and meetings",)


def test_milestones_stand_in_the_order_of_the_plan() -> None:
    names = ("meetings", "won_value", "renewed_arr", "arr")
    plan = {name: to_date(name, 2_600) for name in names}
    actual = {name: weekly(name, 100) for name in sorted(names)}
    assert tuple(one.metric for one in review(plan, actual, context()).milestones) == names


def test_more_churn_than_planned_by_now_is_behind_and_not_ahead() -> None:
    plan = {"churned_arr": to_date("churned_arr", 260_000), "renewed_arr": to_date("renewed_arr", 260_000)}
    actual = {"churned_arr": weekly("churned_arr", 12_000), "renewed_arr": weekly("renewed_arr", 12_000)}
    churned, renewed = review(plan, actual, context()).milestones
    assert (churned.standing, renewed.standing) == ("worse", "better")
    assert churned.slack_weeks == pytest.approx(-2.6) and renewed.slack_weeks == pytest.approx(2.6)


def test_what_no_driver_explains_is_no_reason_beside_others() -> None:
    rest = "deals closing sooner or later than planned, and what no driver explains"
    win_rate = Cause("win_rate.eventual", 60_000.0, "win rate 30.0% against 25.0%")
    found = half_year(1_500_000, causes=(win_rate, Cause("timing", 55_000.0, rest)))
    assert found.lead == "Mainly because of win rate 30.0% against 25.0% (+€60.0k)."
    alone = half_year(1_500_000, causes=(Cause("win_rate.eventual", -10.0, ""), Cause("timing", 55_000.0, rest)))
    assert rest in alone.lead


def level(metric: str, kind: str, first: float, last: float, count: int) -> Series:
    """A level at each week's end, on the straight line."""
    axes = (Axis("period", tuple(w.label for w in WEEKS[:count])),)
    values = np.linspace(first, last, count)
    return Series(Header(metric, kind, "currency/year", "stock"), axes, values)  # type: ignore[arg-type]


def test_a_level_is_judged_by_what_it_was_to_add_not_by_what_was_there() -> None:
    plan = {"arr": level("arr", "plan", 10_100_000, 12_600_000, 26)}
    actual = {"arr": level("arr", "actual", 10_050_000, 10_900_000, 13)}
    found = review(plan, actual, context(metric="arr", openings={"arr": 10_000_000.0}))
    assert found.verdict == "behind"  # 0.9 of 1.3 million added, though only 3.5 % off the level
    assert "(−3.5%; €900k added against €1.30m, −30.8%)" in found.headline
    still = {"arr": level("arr", "plan", 10_001_000, 10_020_000, 26)}
    assert review(still, actual, context(metric="arr", openings={"arr": 10_000_000.0})).verdict == "ahead"
    assert "added" not in review(still, actual, context(metric="arr", openings={"arr": 10_000_000.0})).headline
