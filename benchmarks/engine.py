"""The formula language's interpreter against the same plan written by hand: `python benchmarks/engine.py`."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from numpy_plan import OUTPUTS, plan
from pairs import machine, paired

from headway.core.calendar import month
from headway.model import Evaluator, compile_model
from headway.text import read_model

HERE = Path(__file__).parent
MODEL = HERE.parent / "tests" / "fixtures" / "reference_plan.yaml"
DRAWN = {
    "leads_at_start": 0.12,
    "lead_to_opportunity": 0.08,
    "win_rate": 0.10,
    "deal_size": 0.07,
    "churn_rate": 0.20,
    "expansion_rate": 0.15,
}
"""What is uncertain in the reference plan: the spread of the logarithm, for each member by itself."""
CHUNK = 512
ROUNDS = {1: 41, 10_000: 9}
QUANTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}

Array = NDArray[np.float64]
Values = Mapping[str, Array]


def main() -> None:
    """Check that both give the same numbers, then print how long each takes for one draw and for ten thousand."""
    print(machine(), "NumPy", np.__version__)
    evaluator, values = reference()
    for count, rounds in ROUNDS.items():
        draws = drawn(values, count) if count > 1 else {}
        ours, rival = summarised(evaluator, values, draws), by_hand(values, draws)
        apart = max(float(np.max(np.abs(ours[name] / rival[name] - 1))) for name in OUTPUTS)
        if apart > 1e-9:
            sys.exit(f"the two plans differ by {apart:.1e}")
        ratio = paired(
            lambda draws=draws: summarised(evaluator, values, draws), lambda draws=draws: by_hand(values, draws), rounds
        )
        print(f"{count:,} draw{'s' if count > 1 else ''}, interpreter against NumPy by hand: {ratio}")
        print(f"  largest difference {apart:.1e}")


def reference() -> tuple[Evaluator, dict[str, Array]]:
    """The reference plan, compiled, and its values."""
    text, wrong = read_model(MODEL)
    model, found = compile_model(text) if text else (None, wrong)
    if model is None:
        sys.exit("\n".join(diagnostic.render() for diagnostic in (*wrong, *found)))
    numbers = json.loads((HERE / "reference_values.json").read_text("utf-8"))
    return model.on(month(date(2027, 1, 1)), 24), {name: np.array(value, float) for name, value in numbers.items()}


def drawn(values: Values, count: int) -> dict[str, Array]:
    """Each uncertain value times a lognormal factor of mean one, draw by draw."""
    rng = np.random.default_rng(20240601)
    made: dict[str, Array] = {}
    for name, spread in DRAWN.items():
        noise = rng.standard_normal((*values[name].shape, count))
        made[name] = values[name][..., None] * np.exp(spread * noise - spread**2 / 2)
    return made


def summarised(evaluator: Evaluator, values: Values, draws: Values) -> dict[str, Array]:
    """The outputs by way of the formula language: plain numbers, or mean and quantiles over the draws."""
    series = evaluator.evaluate(draws, values, OUTPUTS, ("mean", *QUANTILES) if draws else ())
    return {name: series[name].values for name in OUTPUTS}


def by_hand(values: Values, draws: Values) -> dict[str, Array]:
    """The same by the hand-written plan, in chunks that fit the cache."""
    wide = {name: value[..., None] for name, value in values.items()}
    if not draws:
        return {name: value.reshape(()) for name, value in plan(wide).items()}
    count = next(iter(draws.values())).shape[-1]
    parts = [
        plan(wide | {name: value[..., i : i + CHUNK] for name, value in draws.items()}) for i in range(0, count, CHUNK)
    ]
    whole = {name: np.concatenate([part[name] for part in parts]) for name in OUTPUTS}
    return {name: np.array([v.mean(), *np.quantile(v, list(QUANTILES.values()))]) for name, v in whole.items()}


if __name__ == "__main__":
    main()
