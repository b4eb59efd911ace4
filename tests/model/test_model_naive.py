"""The interpreter means what formulas say: random models, cell by cell against a second, obvious evaluator."""

from __future__ import annotations

from datetime import date
from itertools import product
from random import Random

import numpy as np
import pytest
from naive import Naive

from headway.core.calendar import month
from headway.core.dimensions import Dimension
from headway.core.plan import Input, Line, ModelText
from headway.core.positions import Piece
from headway.model import CheckedModel, compile_model

MONTHS = 6
DIMENSIONS = {
    "source": Dimension("source", ("a", "b", "c"), {"some": ("a", "c")}),
    "segment": Dimension("segment", ("s", "t")),
    "lag": Dimension.of_months("lag", 3),
}
INPUTS = {
    "leads": Input("leads", Piece.of("rate"), ("source", "month"), Piece.of("price * 2")),
    "flow": Input("flow", Piece.of("rate"), ("month",), Piece.of("1")),
    "price": Input("price", Piece.of("rate"), ("source",)),
    "mix": Input("mix", Piece.of("rate"), ("segment", "source")),
    "kernel": Input("kernel", Piece.of("rate"), ("lag",)),
    "drift": Input("drift", Piece.of("rate"), ("month", "source", "lag"), Piece.of("0.1")),
}
SHAPES = {"source": 3, "segment": 2, "lag": 3, "month": MONTHS}
LINES = ("u", "v", "w")


def formula(r: Random, depth: int = 0) -> str:
    def part() -> str:
        return formula(r, depth + 1)

    choice = r.random()
    if depth > 2 or choice < 0.25:
        return r.choice(["leads", "flow", "price", "mix", *LINES, "elapsed_months", "0", "1", "0.5", "2"])
    options = [
        lambda: f"({part()} {r.choice(['+', '-', '*', '/'])} {part()})",
        lambda: f"({part()} {r.choice(['+', '-', '*'])} {part()})",
        lambda: f"previous({part()})",
        lambda: f"previous({r.choice(LINES)})",
        lambda: f"spread({part()}, {r.choice(['kernel', 'drift', 'kernel * price', '0.5 ** lag'])})",
        lambda: f"spread(previous({r.choice(LINES)}), kernel)",
        lambda: f"sum({part()} * leads, over={r.choice(['source', 'month', '[source, month]'])})",
        lambda: f"sum(leads[some] * {part()}, over=source)",
        lambda: (
            f"sum({part()} * flow, over=month, when=elapsed_months {r.choice(['<', '>=', '=='])} {r.randint(0, 6)})"
        ),
        lambda: f"last({part()} + flow)",
        lambda: f"{r.choice(['min', 'max'])}({part()}, {part()})",
        lambda: f"where(source {r.choice(['== a', '!= b', 'in some'])}, {part()}, {part()})",
        lambda: f"where({part()} > {part()}, {part()}, {part()})",
        lambda: f"(leads * {part()})[{r.choice('abc')}]",
        lambda: f"-{part()}",
    ]
    return r.choice(options)()


def random_model(r: Random) -> CheckedModel | None:
    lines: dict[str, Line] = {}
    for name in LINES:
        before = Piece.of(r.choice(["1", "0.5", "elapsed_months", "price", "flow"])) if r.random() < 0.7 else None
        by = r.choice([("source", "segment"), ("source", "segment"), ("source",), None])
        lines[name] = Line(name, Piece.of(formula(r)), before, by, Piece.of("rate"))
    return compile_model(ModelText("random", DIMENSIONS, INPUTS, lines))[0]


def cells(model: CheckedModel, name: str, naive: Naive) -> np.ndarray:
    line = model.lines[name]
    sizes = [SHAPES[d] for d in line.dims]
    found = np.empty(sizes)
    for place in product(*(range(n) for n in sizes)):
        at = dict(zip(line.dims, place, strict=True))
        found[place] = naive.line(name, at.pop("month", 0), at)
    return found


@pytest.mark.parametrize("seed", range(5))
def test_random_models_cell_by_cell(seed: int) -> None:
    r = Random(seed)
    numbers = np.random.default_rng(seed)
    tried = rings = 0
    while tried < 20:
        model = random_model(r)
        if model is None:
            continue
        inputs = {n: numbers.uniform(-1, 2, [SHAPES[d] for d in i.by]).round(2) for n, i in INPUTS.items()}
        got = model.on(month(date(2027, 1, 1)), MONTHS).evaluate({}, inputs, LINES)
        naive = Naive(model, MONTHS, inputs)
        for name in LINES:
            text = {n: line.formula.value for n, line in model.text.lines.items()}
            expected = cells(model, name, naive)
            np.testing.assert_allclose(got[name].values, expected, rtol=1e-9, atol=1e-9, err_msg=str((name, text)))
        tried += 1
        rings += any(c.ring for c in model.components)
    assert rings
