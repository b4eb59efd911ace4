"""The reference plan comes out to the last digit, in every way of asking."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from reference_plan import INPUTS, LINES, MODEL, OUTPUTS, SUMMARY, drawn

from headway.core.calendar import month
from headway.model import CheckedModel, Evaluator, compile_model

TOLERANCE = 1e-9


@pytest.fixture(scope="module")
def model() -> CheckedModel:
    found, diagnostics = compile_model(MODEL)
    assert [d.render() for d in diagnostics] == []
    assert found is not None
    return found


@pytest.fixture(scope="module")
def evaluator(model: CheckedModel) -> Evaluator:
    return model.on(month(date(2027, 1, 1)), 24)


def test_the_eight_headlines(evaluator: Evaluator) -> None:
    result = evaluator.evaluate({}, INPUTS, list(OUTPUTS))
    for name, expected in OUTPUTS.items():
        assert result[name].scalar() == pytest.approx(expected, rel=TOLERANCE), name


def test_every_line_month_by_month(evaluator: Evaluator) -> None:
    result = evaluator.evaluate({}, INPUTS, list(LINES))
    for name, (first, twelfth, last, total) in LINES.items():
        values = result[name].values.reshape(24, -1).sum(axis=1)
        got = [values[0], values[11], values[23], values.sum()]
        np.testing.assert_allclose(got, [first, twelfth, last, total], rtol=TOLERANCE, atol=1e-9, err_msg=name)


def test_a_thousand_draws_summarised(evaluator: Evaluator) -> None:
    result = evaluator.evaluate(drawn(1000), INPUTS, list(SUMMARY), ("mean", "p10", "p50", "p90"))
    for name, expected in SUMMARY.items():
        assert result[name].axes[-1].labels == ("mean", "p10", "p50", "p90")
        np.testing.assert_allclose(result[name].values, expected, rtol=TOLERANCE, err_msg=name)


def test_sixty_months(model: CheckedModel, evaluator: Evaluator) -> None:
    longer = INPUTS | {"hires": np.concatenate([INPUTS["hires"], np.ones((3, 36))], axis=1)}
    result = model.on(month(date(2027, 1, 1)), 60).evaluate({}, longer, ["arr", "payback", "end_arr_m24"])
    short = evaluator.evaluate({}, INPUTS, ["arr"])
    np.testing.assert_allclose(result["arr"].values[:24], short["arr"].values, rtol=1e-13)
    assert result["arr"].axes[0].labels[-1] == "2031-12"
    assert np.isfinite(result["payback"].values).all()
    assert result["end_arr_m24"].scalar() == pytest.approx(OUTPUTS["end_arr_m24"], rel=TOLERANCE)


def test_a_plan_that_starts_in_july_takes_its_season_from_july(model: CheckedModel) -> None:
    july = model.on(month(date(2027, 7, 1)), 24).evaluate({}, INPUTS, ["lead_demand"])["lead_demand"]
    leads, growth, season = INPUTS["leads_at_start"], INPUTS["lead_growth"], INPUTS["season"]
    np.testing.assert_allclose(july.values[0], leads * season[6])
    np.testing.assert_allclose(july.values[7], leads * (1 + growth) ** 7 * season[1])


def test_what_the_lines_are(model: CheckedModel) -> None:
    shown = {name: (line.by, line.unit_text, line.kind) for name, line in model.lines.items()}
    assert shown["arr"] == (("segment",), "currency/year", "stock")
    assert shown["productive"] == (("team",), "head", "stock")
    assert shown["backlog"] == ((), "currency/year", "stock")
    assert shown["booked"] == (("source",), "currency/year", "flow")
    assert shown["revenue"] == ((), "currency", "flow")
    assert shown["deal_value"] == (("source",), "currency/deal/year", "ratio")
    assert shown["payback"] == ((), "month", "ratio")
    assert not model.lines["end_arr_m24"].monthly


def test_only_the_inputs_an_output_needs(model: CheckedModel, evaluator: Evaluator) -> None:
    needs = model.needs(["productive"])
    assert needs == ("attrition", "heads_at_start", "hires", "ramp")
    result = evaluator.evaluate({}, {name: INPUTS[name] for name in needs}, ["productive"])
    assert result["productive"].values.shape == (24, 3)
    assert "gross_margin" not in model.needs(["end_arr_m24"])
    assert model.needs(["end_arr_m24"]) == tuple(sorted(model.needs(["end_arr_m24"])))
