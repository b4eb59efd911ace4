"""Why a number is what it is: the tree of lines and assumptions behind it, with their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from headway.core.calendar import Period
from headway.core.dimensions import MONTH
from headway.core.errors import UserMistake
from headway.core.explanation import Step
from headway.core.formatting import currency_mark, unit_note, with_unit
from headway.model.checked import CheckedLine
from headway.model.evaluate import Evaluator
from headway.model.interpreter import Interpreter, Values
from headway.model.limits import Place, binding, placed_reads
from headway.model.mistakes import NOT_IN_PLAN
from headway.model.tree import Aggregate, Node, Previous, Read

MOST_VALUES = 8
"""How many members' values are written out."""


def explain_line(
    evaluator: Evaluator,
    inputs: Mapping[str, NDArray[np.float64]],
    output: str,
    period: Period | None = None,
    depth: int = 6,
    currency: str | None = None,
) -> tuple[Step, ...]:
    """The lines and assumptions behind an output, written x or x[member], over a period or the whole plan.

    Flows are added up over the months, stocks shown at their end, ratios as the months' average. A line that only
    adds up another is passed over; what is shown twice is taken apart once.
    """
    months = _months(evaluator, period)
    run = evaluator.interpret(inputs, [output])
    (asked,) = evaluator.model.outputs([output])
    tree = _Tree(evaluator, run, depth, currency)
    tree.show_line(asked.line, Place(months, dict(asked.picks)), 0)
    return tuple(tree.steps)


def _months(evaluator: Evaluator, period: Period | None) -> tuple[int, ...]:
    periods = evaluator.periods
    if period is None:
        return tuple(range(len(periods)))
    inside = tuple(i for i, m in enumerate(periods) if period.start <= m.start and m.end <= period.end)
    if not inside:
        message = f"no month of {period} is in the plan"
        remedy = f"choose months from {periods[0]} to {periods[-1]}" if periods else ""
        raise UserMistake([NOT_IN_PLAN.at(None, message, remedy=remedy)])
    return inside


class _Tree:
    """Gathers the steps, remembering what has been taken apart."""

    def __init__(self, evaluator: Evaluator, run: Interpreter, depth: int, currency: str | None) -> None:
        self.steps: list[Step] = []
        self._evaluator = evaluator
        self._run = run
        self._depth = depth
        self._currency = currency
        self._shown: set[tuple[object, ...]] = set()

    def show_line(self, line: CheckedLine, place: Place, depth: int) -> None:
        """One line, and below it what its formula reads."""
        key = _key(line.name, place)
        again = key in self._shown
        self._shown.add(key)
        values, words = self._line_values(line, place)
        notes = [line.text.formula.value, words]
        if place.earlier or again:
            notes = [words, "see above" if again and not place.earlier else ""]
        elif depth < self._depth:
            notes += binding(line.formula, place, self._run)
        self._add(line.name, line.by, place, values, line.unit_text, depth, notes)
        if not (again or place.earlier) and depth < self._depth:
            self._below(line, place, depth + 1)

    def _below(self, line: CheckedLine, place: Place, depth: int) -> None:
        told: set[tuple[object, ...]] = set()
        for found, where in placed_reads(line.formula, place, self._run):
            read, at = self._through_sums(found, replace(where, within={}))
            if _key(read.name, at) in told:
                continue
            told.add(_key(read.name, at))
            if read.name in self._run.model.lines:
                self.show_line(self._run.model.lines[read.name], at, depth)
            else:
                self._show_input(read, at, depth)

    def _through_sums(self, read: Read, place: Place) -> tuple[Read, Place]:
        """What a line that only adds up another, or only renames it, stands for."""
        line = self._run.model.lines.get(read.name)
        while line is not None and not place.earlier and _only_adds_up(line.formula):
            read, where = next(placed_reads(line.formula, place, self._run))
            place = replace(where, within={})
            line = self._run.model.lines.get(read.name)
        return read, place

    def _show_input(self, read: Read, place: Place, depth: int) -> None:
        declared = self._run.model.inputs[read.name]
        monthly = MONTH in read.shape.dims
        values = place.values(self._run, read, read.shape.dims)
        words = "assumption"
        if monthly:
            additive = any(power > 0 for _, power in declared.unit.powers) and not declared.seasonal
            values = values.sum(axis=0) if additive else values.mean(axis=0)
            words += f", {'sum' if additive else 'average'} of {_count(place)}" if len(place.months) > 1 else ""
        by = tuple(name for name in read.shape.dims if name != MONTH)
        self._add(read.name, by, place, values, declared.unit_text, depth, [words])

    def _line_values(self, line: CheckedLine, place: Place) -> tuple[Values, str]:
        """A line over the months looked at, brought to one value as its kind allows; and what was done, in words."""
        read = Read(self._run.model.scope.values[line.name], line.formula.span, line.name)
        values = place.values(self._run, read, line.dims)
        if not line.monthly:
            return values, ""
        if not len(values):
            return np.full(values.shape[1:], np.nan), "no month chosen"
        if line.kind == "flow":
            return values.sum(axis=0), f"sum of {_count(place)}" if len(values) > 1 else self._label(place, -1)
        if line.kind == "ratio":
            return values.mean(axis=0), f"average of {_count(place)}" if len(values) > 1 else self._label(place, -1)
        if place.earlier or isinstance(line.formula, Previous):
            return values[0], f"before {self._label(place, 0)}"
        return values[-1], f"at the end of {self._label(place, -1)}"

    def _label(self, place: Place, which: int) -> str:
        return self._evaluator.periods[place.months[which]].label

    def _add(
        self, name: str, by: tuple[str, ...], place: Place, values: Values, unit: str, depth: int, notes: list[str]
    ) -> None:
        dimensions = self._run.model.scope.dimensions
        parts = [dimensions[d].members[place.picks[d]] if d in place.picks else d for d in by]
        label = f"{name}[{', '.join(parts)}]" if parts else name
        shown = f"previous({label})" if place.earlier else label
        value, note = _text(values, unit, self._currency), " · ".join(note for note in notes if note)
        self.steps.append(Step(shown, value, depth, note, float(values.sum()) if values.size == 1 else None))


def _key(name: str, place: Place) -> tuple[object, ...]:
    return (name, place.months, tuple(sorted(place.picks.items())), place.earlier)


def _only_adds_up(formula: Node) -> bool:
    if isinstance(formula, Aggregate):
        plain = formula.how == "sum" and not formula.limits and not formula.over_months
        return plain and isinstance(formula.operand, Read)
    return isinstance(formula, Read)


def _count(place: Place) -> str:
    return f"{len(place.months)} months"


def _text(values: Values, unit: str, currency: str | None) -> str:
    """The values in the order of the members, and the unit; money under its currency, with the digits written out."""
    flat = np.asarray(values).reshape(-1)
    is_money = unit.startswith("currency")
    mark = currency_mark(currency) if is_money else ""
    listed = "  ".join(mark + _number(float(value)) for value in flat[:MOST_VALUES])
    more = f"  ... ({flat.size} values)" if flat.size > MOST_VALUES else ""
    if is_money:
        return listed + more + unit_note(unit)
    return with_unit(listed + more, unit, one=flat.size == 1 and _number(float(flat[0])) in ("1", "−1"))


def _number(value: float) -> str:
    if np.isnan(value):
        return "undefined"
    text = f"{abs(value):,.0f}" if abs(value) >= 1000 else f"{abs(value):.4g}"
    return f"−{text}" if value < 0 else text
