"""Identities that hold for any numbers: broadcasting, spreading, draws; and no text that brings the compiler down."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from model_texts import model_text
from numpy.typing import NDArray
from reference_plan import INPUTS as PLAN_INPUTS
from reference_plan import MODEL as PLAN
from reference_plan import OUTPUTS, drawn

from headway.core.calendar import month
from headway.core.dimensions import Dimension
from headway.core.plan import Input, Line, ModelText
from headway.core.positions import Piece
from headway.model import Evaluator, compile_model

Values = NDArray[np.float64]

MODEL = """\
dimensions:
  source: {members: [a, b, c], groups: {some: [a, c]}}
  segment: {members: [s, t]}
  lag: {months: 4}
inputs:
  entering: {by: [month, source], unit: deal, before: 0}
  mix: {by: [source, segment], unit: share}
  kernel: {by: [source, lag], unit: share}
  keep: {by: [segment], unit: share/month}
  start: {by: [segment], unit: deal}
lines:
  leaving: spread(entering, kernel)
  joint: leaving * mix
  total: sum(joint, over=source)
  by_hand: joint[a] + joint[b] + joint[c]
  some: sum(joint[some], over=source)
  some_by_hand: joint[a] + joint[c]
  all_leaving: sum(leaving, over=[source, month])
  stock:
    formula: previous(stock) * keep + total
    before: start
    by: [segment]
    unit: deal
"""
MONTHS = 9


def evaluator(months: int = MONTHS) -> Evaluator:
    model, diagnostics = compile_model(model_text(MODEL))
    assert diagnostics == () and model is not None
    return model.on(month(date(2027, 4, 1)), months)


EVALUATOR = evaluator()


def numbers(*shape: int) -> st.SearchStrategy[Values]:
    return arrays(np.float64, shape, elements=st.floats(0, 100).map(lambda x: round(x, 3)))


def values(*draws: int) -> st.SearchStrategy[dict[str, Values]]:
    shapes = {"entering": (MONTHS, 3), "mix": (3, 2), "kernel": (3, 4), "keep": (2,), "start": (2,)}
    return st.fixed_dictionaries({name: numbers(*shape, *draws) for name, shape in shapes.items()})


@settings(max_examples=30, deadline=None)
@given(values())
def test_a_sum_is_the_sum_of_its_picks(inputs: dict[str, Values]) -> None:
    got = EVALUATOR.evaluate({}, inputs, ["total", "by_hand", "some", "some_by_hand", "joint", "joint[t]"])
    np.testing.assert_allclose(got["total"].values, got["by_hand"].values, rtol=1e-12)
    np.testing.assert_allclose(got["some"].values, got["some_by_hand"].values, rtol=1e-12)
    np.testing.assert_array_equal(got["joint"].pick(segment="t").values, got["joint[t]"].values)


@settings(max_examples=30, deadline=None)
@given(values())
def test_spread_loses_nothing_and_makes_nothing(inputs: dict[str, Values]) -> None:
    inputs["kernel"] = (inputs["kernel"] + 0.01) / (inputs["kernel"] + 0.01).sum(axis=1, keepdims=True)
    inputs["entering"][-3:] = 0  # what enters last would leave after the plan
    got = EVALUATOR.evaluate({}, inputs, ["all_leaving"])["all_leaving"].scalar()
    np.testing.assert_allclose(got, inputs["entering"].sum(), rtol=1e-10, atol=1e-10)


@settings(max_examples=20, deadline=None)
@given(values(3), values(), st.sets(st.sampled_from(["entering", "mix", "kernel", "keep", "start"])))
def test_a_batch_of_draws_is_each_draw_by_itself(
    draws: dict[str, Values], inputs: dict[str, Values], chosen: set[str]
) -> None:
    drawn_inputs = {name: draws[name] for name in sorted(chosen)}
    outputs = ["stock", "all_leaving", "joint[a]"]
    batch = EVALUATOR.evaluate(drawn_inputs, inputs, outputs)
    for i in range(3 if chosen else 0):
        one = EVALUATOR.evaluate({}, inputs | {name: v[..., i] for name, v in drawn_inputs.items()}, outputs)
        for name in outputs:
            assert batch[name].names == (*one[name].names, "draw")
            np.testing.assert_allclose(batch[name].values[..., i], one[name].values, rtol=1e-12)


@settings(max_examples=20, deadline=None)
@given(values(), st.integers(1, MONTHS))
def test_a_shorter_plan_is_the_beginning_of_a_longer_one(inputs: dict[str, Values], months: int) -> None:
    short = evaluator(months).evaluate({}, inputs | {"entering": inputs["entering"][:months]}, ["stock"])
    long = EVALUATOR.evaluate({}, inputs, ["stock"])
    np.testing.assert_array_equal(short["stock"].values, long["stock"].values[:months])


def test_chunks_do_not_show() -> None:
    model, _ = compile_model(PLAN)
    assert model is not None
    plan = model.on(month(date(2027, 1, 1)), 24)
    draws = drawn(300)
    whole = plan.evaluate(draws, PLAN_INPUTS, list(OUTPUTS))
    reduced = plan.evaluate(draws, PLAN_INPUTS, list(OUTPUTS), ("p25", "mean"))
    for name in OUTPUTS:
        kept = [np.quantile(whole[name].values, 0.25), whole[name].values.mean()]
        np.testing.assert_allclose(reduced[name].values, kept, rtol=1e-12)


WORDS = st.sampled_from(
    """leads price source inbound sales_led lag kernel month year elapsed_months nobody lead sum( min( where( spread(
    previous( last( product( foo( ( ) [ ] , over= when= == != in < + - * / ** 0 1 2.5 . x y""".split()  # noqa: SIM905
)
TEXT = st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=14).map(" ".join))
GIVEN = {
    "leads": Input("leads", Piece.of("lead"), ("month", "source")),
    "price": Input("price", Piece.of("currency/lead"), ("source",)),
    "kernel": Input("kernel", Piece.of("share"), ("lag",)),
}
DIMENSIONS = {
    "source": Dimension("source", ("inbound", "outbound"), {"sales_led": ("inbound",)}),
    "lag": Dimension.of_months("lag", 3),
}
BY = st.none() | st.lists(st.sampled_from(["source", "lag", "month", "nowhere"]), max_size=2).map(tuple)


@settings(max_examples=400, deadline=None)
@given(TEXT, TEXT, st.none() | TEXT, BY, st.none() | TEXT)
def test_no_text_brings_the_compiler_down(
    x: str, y: str, before: str | None, by: tuple[str, ...] | None, unit: str | None
) -> None:
    first = Line("x", Piece.of(x), _piece(before), by, _piece(unit))
    text = ModelText("m", DIMENSIONS, GIVEN, {"x": first, "y": Line("y", Piece.of(y))})
    model, diagnostics = compile_model(text)
    assert all(d.render() for d in diagnostics)
    assert (model is None) == any(d.is_error for d in diagnostics)
    if model is not None:
        inputs = {"leads": np.ones((5, 2)), "price": np.ones(2), "kernel": np.ones(3)}
        model.on(month(date(2027, 1, 1)), 5).evaluate({}, inputs, ["x", "y"])


def _piece(text: str | None) -> Piece | None:
    return None if text is None else Piece.of(text)
