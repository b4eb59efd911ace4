"""What formulas mean: each construct on numbers small enough to check by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pytest
from model_texts import model_text
from numpy.typing import NDArray

from headway.core.calendar import month
from headway.core.errors import Fault, UserMistake
from headway.core.series import Series
from headway.model import CheckedModel, compile_model

HEAD = """\
dimensions:
  source: {members: [inbound, outbound, plg], groups: {sales_led: [inbound, outbound]}}
  segment: {members: [smb, mid]}
  lag: {months: 3}
inputs:
  leads: {by: [month, source], unit: lead, before: 1}
  price: {by: [source], unit: currency/lead}
  mix: {by: [segment, source], unit: share}
  kernel: {by: [lag], unit: share}
  drifting: {by: [month, lag], unit: share, before: 0}
  start: {unit: lead}
  flow: {by: [month], unit: lead}
  ratio: {by: [month], unit: rate}
lines:
"""
LEADS = np.array([[10.0, 20.0, 30.0], [11.0, 21.0, 31.0], [12.0, 22.0, 32.0], [13.0, 23.0, 33.0]])
INPUTS: dict[str, NDArray[np.float64]] = {
    "leads": LEADS,
    "price": np.array([2.0, 3.0, 5.0]),
    "mix": np.array([[0.4, 0.5, 0.6], [0.6, 0.5, 0.4]]),
    "kernel": np.array([0.5, 0.3, 0.2]),
    "drifting": np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]),
    "start": np.array(100.0),
    "flow": np.array([1.0, 2.0, 3.0, 4.0]),
    "ratio": np.array([2.0, 0.0, 1.0, 4.0]),
}


def compiled(lines: str) -> CheckedModel:
    model, diagnostics = compile_model(model_text(HEAD + lines))
    assert [d.render() for d in diagnostics if d.is_error] == []
    assert model is not None
    return model


def evaluated(
    lines: str, output: str = "x", months: int = 4, inputs: Mapping[str, NDArray[np.float64]] = INPUTS
) -> Series:
    return compiled(lines).on(month(date(2027, 1, 1)), months).evaluate({}, inputs, [output])[output]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("sum(leads, over=source)", LEADS.sum(axis=1)),
        ("leads[outbound]", LEADS[:, 1]),
        ("sum(leads[sales_led], over=source)", LEADS[:, :2].sum(axis=1)),
        ("sum(leads[sales_led] * price, over=source)", LEADS[:, :2] @ [2.0, 3.0]),
        ("sum((leads * price)[sales_led], over=[source, month])", (LEADS[:, :2] @ [2.0, 3.0]).sum()),
        ("leads * mix", LEADS[:, :, None] * INPUTS["mix"].T),
        ("sum(leads * mix, over=[source, segment])", LEADS.sum(axis=1)),
        ("where(source == plg, leads, 0)[plg]", LEADS[:, 2]),
        ("where(source != plg, leads, 0)", LEADS * [1, 1, 0]),
        ("where(source in sales_led, leads, -leads)", LEADS * [1, 1, -1]),
        ("where(flow > 2 * lead, flow, 0)", [0.0, 0.0, 3.0, 4.0]),
        ("min(leads, 21 * lead, start)", np.minimum(LEADS, 21.0)),
        ("max(0, flow - 2 * lead)", [0.0, 0.0, 1.0, 2.0]),
        ("previous(leads)[inbound]", [1.0, 10.0, 11.0, 12.0]),
        ("previous(previous(leads))[inbound]", [1.0, 1.0, 10.0, 11.0]),
        ("spread(leads, kernel)[inbound]", [0.5 * 10 + 0.5, 0.5 * 11 + 3 + 0.2, 6 + 3.3 + 2, 6.5 + 3.6 + 2.2]),
        ("previous(spread(leads, kernel))[inbound]", [1.0, 5.5, 8.7, 11.3]),
        ("spread(leads, drifting)[inbound]", [10.0, 0.0, 11.0, 13.0 + 0.0]),
        ("elapsed_months + 0", [0.0, 1.0, 2.0, 3.0]),
        ("sum(flow, over=month)", 10.0),
        ("sum(flow, over=month, when=elapsed_months >= 2)", 7.0),
        ("product(ratio, over=month, when=elapsed_months != 1)", 8.0),
        ("last(flow)", 4.0),
        ("last(flow, when=elapsed_months < 2)", 2.0),
        ("flow / sum(flow, over=month)", [0.1, 0.2, 0.3, 0.4]),
        ("sum(kernel * lag, over=lag)", 0.7),
        ("kernel[1]", 0.3),
        ("flow / ratio", [0.5, np.nan, 3.0, 1.0]),
        ("-flow ** 2 / lead", [-1.0, -4.0, -9.0, -16.0]),
        ("2 ** 3 ** 2", 512.0),
        ("start", 100.0),
    ],
)
def test_what_formulas_mean(formula: str, expected: object) -> None:
    np.testing.assert_allclose(evaluated(f"  x: {formula}\n").values, np.asarray(expected, dtype=float), rtol=1e-12)


def test_a_kernel_by_month_is_read_in_the_month_of_entry() -> None:
    entering = LEADS[:, 0]
    drifting = INPUTS["drifting"]
    expected = [sum(entering[t - j] * drifting[t - j, j] for j in range(3) if t >= j) for t in range(4)]
    np.testing.assert_allclose(evaluated("  x: spread(leads, drifting)[inbound]\n").values, expected)


def test_years_of_the_plan_and_seasons_of_the_calendar() -> None:
    text = "inputs:\n  season: {by: [month_of_year], unit: rate}\nlines:\n  x: season\n  y: where(year == 2, 1, 0)\n"
    model, _ = compile_model(model_text(text))
    assert model is not None
    got = model.on(month(date(2027, 11, 1)), 14).evaluate({}, {"season": np.arange(12.0)}, ["x", "y"])
    np.testing.assert_array_equal(got["x"].values, [10, 11, *range(12)])
    np.testing.assert_array_equal(got["y"].values, [0] * 12 + [1, 1])
    assert got["x"].axes[0].labels[:3] == ("2027-11", "2027-12", "2028-01")


def test_no_month_chosen_is_undefined_not_zero() -> None:
    for formula in ("sum(flow, over=month, when=year == 3)", "last(flow, when=year == 3)"):
        assert np.isnan(evaluated(f"  x: {formula}\n").scalar())


def test_undefined_is_never_chosen_silently() -> None:
    got = evaluated("  x: where(flow / ratio > 1 * lead, 1, 0)\n  y: min(1 * lead, flow / ratio)\n").values
    np.testing.assert_array_equal(got, [0.0, np.nan, 1.0, 0.0])
    assert np.isnan(evaluated("  x: min(1 * lead, flow / ratio)\n").values[1])


def test_what_holds_before_the_plan_and_how_far_back_is_derived() -> None:
    lines = "  grown: {before: start, formula: previous(grown) * 2, unit: lead, kind: flow}\n"
    np.testing.assert_array_equal(evaluated(lines, "grown").values, [200.0, 400.0, 800.0, 1600.0])
    far = lines + "  x: spread(grown, kernel)\n"
    np.testing.assert_allclose(evaluated(far).values[0], 0.5 * 200 + 0.3 * 100 + 0.2 * 100)
    model = compiled(far)
    assert model.months_before(["x"])["grown"] == 2
    assert model.lines["grown"].kind == "flow"


def test_a_line_without_before_is_reckoned_back_by_its_own_formula() -> None:
    lines = "  doubled: leads * 2\n  x: previous(doubled)[inbound]\n"
    np.testing.assert_array_equal(evaluated(lines).values, [2.0, 20.0, 22.0, 24.0])


def test_dead_lines_are_never_evaluated() -> None:
    lines = "  x: flow * 2\n  dead: leads * price\n"
    model = compiled(lines)
    assert model.needs(["x"]) == ("flow",)
    got = model.on(month(date(2027, 1, 1)), 4).evaluate({}, {"flow": INPUTS["flow"]}, ["x"])
    assert list(got) == ["x"]
    with pytest.raises(UserMistake, match="price has no value"):
        model.on(month(date(2027, 1, 1)), 4).evaluate({}, {"leads": LEADS}, ["dead"])


def test_outputs_are_lines_and_picks() -> None:
    model = compiled("  x: leads * mix\n").on(month(date(2027, 1, 1)), 4)
    got = model.evaluate({}, INPUTS, ["x", "x[mid]", "x[plg, smb]"])
    assert got["x"].names == ("period", "source", "segment")
    assert got["x[mid]"].names == ("period", "source")
    np.testing.assert_array_equal(got["x[mid]"].values, got["x"].pick(segment="mid").values)
    np.testing.assert_array_equal(got["x[plg, smb]"].values, got["x"].pick(source="plg", segment="smb").values)
    header = got["x[mid]"].header
    assert (header.metric, header.kind, header.unit, header.adds_up, header.scope) == (
        "x",
        "plan",
        "lead",
        "flow",
        "mid",
    )
    with pytest.raises(UserMistake) as raised:
        model.evaluate({}, INPUTS, ["y", "x[smbb]", "x[sales_led]", "x[smb"])
    assert len(raised.value.diagnostics) == 4


def test_dotted_names_are_one_name() -> None:
    text = """\
    dimensions:
      source: {members: [inbound, outbound]}
    inputs:
      win_rate.eventual: {by: [source], unit: deal/opportunity}
    lines:
      win_rate.closed: win_rate.eventual[inbound] * 2
    """
    model, diagnostics = compile_model(model_text(text))
    assert diagnostics == () and model is not None
    got = model.on(month(date(2027, 1, 1)), 1).evaluate(
        {}, {"win_rate.eventual": np.array([0.2, 0.3])}, ["win_rate.closed"]
    )
    assert got["win_rate.closed"].scalar() == pytest.approx(0.4)


def test_a_wrong_shape_is_our_mistake() -> None:
    model = compiled("  x: flow * 2\n").on(month(date(2027, 1, 1)), 4)
    with pytest.raises(Fault, match="flow"):
        model.evaluate({}, {"flow": np.ones(3)}, ["x"])


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ("  x: flow * 2\n", "flow"),
        ("  x: flow / sum(leads, over=source)\n", "ratio"),
        ("  x: sum(leads * price, over=source) / sum(leads, over=source)\n", "ratio"),
        ("  s: {before: 0, formula: previous(s) + flow, unit: lead}\n  x: s * 2 + previous(s)\n", "stock"),
        ("  s: {before: 0, formula: previous(s) + flow, unit: lead}\n  x: max(0, s)\n", "stock"),
        ("  s: {before: 0, formula: previous(s) + flow, unit: lead}\n  x: s - flow\n", "flow"),
        ("  x: {formula: flow, kind: stock}\n", "stock"),
    ],
)
def test_how_lines_add_up(lines: str, kind: str) -> None:
    assert compiled(lines).lines["x"].kind == kind
