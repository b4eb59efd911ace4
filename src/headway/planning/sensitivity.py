"""What each assumption is worth: the effect on the plan's figure when it turns out otherwise, never typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from headway.core.plan import Assumption, Estimate
from headway.core.rows import Cell, Column, Rows
from headway.planning.assumptions import Grid, kernels, lay_out
from headway.planning.bound import BoundPlan
from headway.planning.evaluation import by_month, evaluate, reached
from headway.planning.unit_checks import is_share

Array = NDArray[np.float64]

STEP = 0.10
"""How far each assumption is moved to see what it is worth, as a share of itself."""

OTHER = "other"
"""The family of what the model's text puts into none: a plan's own inputs."""

NEGLIGIBLE = 1e-9
"""An effect smaller than this share of the figure is none."""


@dataclass(frozen=True)
class _Moves:
    """An assumption as it would be with less of it, more of it, and at both ends of its range; None where it cannot."""

    less: Array | None
    more: Array | None
    low: Array | None
    high: Array | None
    words: str

    @property
    def made(self) -> tuple[Array | None, ...]:
        """The four of them, in the order of the columns."""
        return (self.less, self.more, self.low, self.high)


def family_of(bound: BoundPlan, name: str) -> str:
    """The family an assumption falls into, as the model's text has it."""
    return next((family for family, names in bound.model.text.families.items() if name in names), OTHER)


def sensitivity(bound: BoundPlan, line: str | None = None) -> Rows:
    """Each assumption with the difference it makes to a line at the due month, the one that matters most first.

    The line is the plan's figure in ARR where it can tell it, else the plan's own. `less` and `more` are the effects of
    a tenth less and a tenth more of it, `at_low` and `at_high` those of the ends of its range (P10 and P90). `worse_if`
    is the direction of the risk. All of them are one batch of draws.
    """
    asked = line or ("arr" if bound.can("arr") else bound.aim)
    names = [name for name in bound.plan.assumptions if bound.input_for(name) is not None]
    moves = {name: _moves(bound, bound.plan.assumptions[name]) for name in names}
    effects = _effects(bound, asked, moves)
    unit = bound.model.lines[asked].unit_text
    columns = (
        "assumption",
        "family",
        "moved",
        *(Column(name, "number", unit) for name in ("less", "more", "at_low", "at_high")),
        "worse_if",
        "basis",
        "owner",
    )
    records = [_record(bound, name, moves[name].words, effects[name], effects[_PLANNED][0]) for name in names]
    records.sort(key=_swing, reverse=True)
    return Rows.of(columns, records)


_PLANNED = ""


def _effects(bound: BoundPlan, line: str, moves: Mapping[str, _Moves]) -> dict[str, Sequence[float | None]]:
    """The differences each assumption's moves make; under the empty name, the figure as planned."""
    draws: dict[str, list[tuple[int, Array]]] = {}
    count = 1
    places: dict[str, list[int | None]] = {}
    for name, moved in moves.items():
        places[name] = []
        for values in moved.made:
            places[name].append(None if values is None else count)
            if values is not None:
                draws.setdefault(str(bound.input_for(name)), []).append((count, values))
                count += 1
    batch: dict[str, Array] = {}
    for name, changed in draws.items():
        batch[name] = np.repeat(bound.values[name][..., None], count, axis=-1)
        for place, values in changed:
            batch[name][..., place] = values
    monthly = by_month(evaluate(bound, [line], batch)[line])
    landed = np.broadcast_to(reached(bound, line, monthly), (count,))
    planned = float(landed[0])
    told: dict[str, Sequence[float | None]] = {
        name: [None if place is None else float(landed[place]) - planned for place in known]
        for name, known in places.items()
    }
    return told | {_PLANNED: [planned]}


def _moves(bound: BoundPlan, one: Assumption) -> _Moves:
    name = str(bound.input_for(one.name))
    values, meant = bound.values[name], bound.model.text.inputs[name]
    grid = Grid(bound.model.text.dimensions, bound.months, kernels(bound.model))
    low, high = _at_end(bound, one, grid, "low"), _at_end(bound, one, grid, "high")
    if grid.splits_whole(meant) and grid.counts_months(meant.by[-1]):
        return _Moves(_sooner(values), _later(values), low, high, "a tenth of it a month sooner, or later")
    if grid.splits_whole(meant):
        return _Moves(None, None, low, high, "parts of a whole move between members")
    at_most = 1.0 if is_share(meant.unit.value) else np.inf
    more = np.minimum(values * (1 + STEP), np.maximum(values, at_most))
    return _Moves(values * (1 - STEP), more, low, high, "a tenth less, or more")


def _later(values: Array) -> Array:
    moved = values.copy()
    moved[..., :-1] -= STEP * values[..., :-1]
    moved[..., 1:] += STEP * values[..., :-1]
    return moved


def _sooner(values: Array) -> Array:
    return _later(values[..., ::-1])[..., ::-1]


def _at_end(bound: BoundPlan, one: Assumption, grid: Grid, end: Literal["low", "high"]) -> Array | None:
    """The assumption with every value that has a range at one end of it; None where none has one."""
    ends = {key: e.low if end == "low" else e.high for key, e in one.values.items()}
    if all(value is None for value in ends.values()):
        return None
    moved = {key: e if (at := ends[key]) is None else Estimate(at) for key, e in one.values.items()}
    name = str(bound.input_for(one.name))
    laid, _ = lay_out(Assumption(one.name, one.unit, moved, one.by), bound.model.text.inputs[name], grid)
    return laid


def _record(
    bound: BoundPlan, name: str, words: str, effects: Sequence[float | None], planned: float | None
) -> tuple[Cell, ...]:
    one = bound.plan.assumptions[name]
    whole = abs(planned or 0.0)
    return (name, family_of(bound, name), words, *effects, _worse_if(effects, whole), one.basis, one.owner)


def _worse_if(effects: Sequence[float | None], whole: float) -> str:
    """The direction in which the plan suffers: lower, higher, either, or none that can be told."""
    less, more, at_low, at_high = effects
    down, up = (less, more) if less is not None or more is not None else (at_low, at_high)
    if down is None and up is None:
        return "cannot tell"
    bad_down, bad_up = ((effect or 0.0) < -NEGLIGIBLE * max(1.0, whole) for effect in (down, up))
    if bad_down and bad_up:
        return "either way"
    return "lower" if bad_down else "higher" if bad_up else "neither"


def _swing(record: Sequence[Cell]) -> float:
    """How far the figure moves: over the range where there is one, else over the tenth."""
    less, more, at_low, at_high = (0.0 if cell is None else abs(float(str(cell))) for cell in record[3:7])
    return max(at_low, at_high) or max(less, more)
