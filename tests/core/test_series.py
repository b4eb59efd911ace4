"""Series tried on the six cases the design names, and on what must not be added up."""

from __future__ import annotations

import numpy as np
import pytest

from headway.core.errors import Fault
from headway.core.series import AddsUp, Axis, Header, Series, SeriesKind, stack

MONTHS = Axis("period", ("2027-01", "2027-02", "2027-03"))


def series(axes: tuple[Axis, ...], values, adds_up: AddsUp = "flow", kind: SeriesKind = "actual") -> Series:
    return Series(Header("m", kind, "currency", adds_up), axes, np.asarray(values, dtype=np.float64))


def test_an_arr_waterfall_by_segment_closes():
    movement = Axis("movement", ("opening", "new", "expansion", "contraction", "churn", "closing"))
    segment = Axis("segment", ("smb", "ent"))
    values = [[100.0, 200], [10, 20], [5, 0], [-2, -1], [-3, -9], [110, 210]]
    waterfall = series((movement, segment), values)
    parts = [waterfall.pick(movement=name).values for name in movement.labels[:-1]]
    assert np.array_equal(np.sum(parts, axis=0), waterfall.pick(movement="closing").values)
    assert waterfall.pick(movement="new").total("segment").scalar() == 30


def test_a_retention_triangle_keeps_its_unknown_half():
    cohort, age = Axis("cohort", ("2027-01", "2027-02")), Axis("age", ("0", "1"))
    triangle = series((cohort, age), [[100, 90], [50, np.nan]], "stock")
    assert triangle.pick(age="0").total("cohort").scalar() == 150
    assert np.isnan(triangle.pick(cohort="2027-02", age="1").scalar())
    with pytest.raises(Fault, match="does not add up over age"):
        triangle.total("age")


def test_a_win_rate_curve_by_age_is_a_ratio():
    curve = series((Axis("age", ("0", "30", "60")),), [0, 0.1, 0.25], "ratio")
    assert curve.pick(age="60").scalar() == 0.25
    with pytest.raises(Fault, match="ratio"):
        curve.total("age")


def test_a_capacity_plan_with_draws_is_summed_over_teams_never_over_draws():
    team, draw = Axis("team", ("ae", "sdr")), Axis("draw", ("0", "1", "2", "3"))
    plan = series((MONTHS, team, draw), np.arange(24).reshape(3, 2, 4), "stock", "simulated")
    heads = plan.total("team")
    assert heads.names == ("period", "draw")
    assert heads.reduce("draw", np.mean).values.tolist() == [7, 23, 39]
    for name in ("draw", "period"):
        with pytest.raises(Fault):
            plan.total(name)


def test_an_open_deal_forecast_with_quantiles():
    quantile = Axis("quantile", ("p10", "p50", "p90"))
    forecast = series((MONTHS, quantile), [[1, 2, 3], [2, 3, 5], [1, 4, 9]], kind="forecast")
    assert forecast.pick(quantile="p50").total("period").scalar() == 9
    with pytest.raises(Fault, match="quantile"):
        forecast.total("quantile")


def test_a_lag_kernel_sums_to_one_by_source():
    kernel = series((Axis("source", ("a", "b")), Axis("lag", ("0", "1", "2"))), [[0.5, 0.25, 0.25], [0, 0.5, 0.5]])
    assert kernel.total("lag").values.tolist() == [1, 1]


def test_two_series_are_equal_only_if_their_numbers_are():
    assert series((MONTHS,), [1, 2, np.nan]) == series((MONTHS,), [1, 2, np.nan])
    assert series((MONTHS,), [1, 2, 3]) != series((MONTHS,), [1, 2, 4])
    assert series((MONTHS,), [1, 2, 3]) != "series"
    assert hash(series((MONTHS,), [1, 2, 3])) == hash(series((MONTHS,), [1, 2, 3]))


def test_stacking_lays_series_along_a_new_first_axis():
    both = stack("scenario", ("base", "bold"), [series((MONTHS,), [1, 2, 3]), series((MONTHS,), [2, 3, 4])])
    assert both.names == ("scenario", "period")
    assert both.pick(scenario="bold", period="2027-03").scalar() == 4
    with pytest.raises(Fault):
        stack("scenario", ("a", "b"), [series((MONTHS,), [1, 2, 3]), series((), 1.0)])


def test_impossible_questions_are_faults():
    with pytest.raises(Fault, match="shape"):
        series((MONTHS,), [1, 2])
    with pytest.raises(Fault, match="no axis"):
        series((MONTHS,), [1, 2, 3]).axis("age")
    with pytest.raises(Fault, match="2028-01"):
        series((MONTHS,), [1, 2, 3]).pick(period="2028-01")
    with pytest.raises(Fault, match="3 numbers"):
        series((MONTHS,), [1, 2, 3]).scalar()


def test_a_changed_header_keeps_the_numbers():
    changed = series((MONTHS,), [1, 2, 3]).with_header(kind="plan", n=7)
    assert (changed.header.kind, changed.header.n) == ("plan", 7)
    assert changed.total("period").scalar() == 6
