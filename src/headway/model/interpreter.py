"""The meaning of formulas: arrays along (month, dimensions, draw), the draw axis always there and always last."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headway.core.dimensions import MONTH
from headway.core.errors import Fault
from headway.model.checked import CheckedInput, CheckedLine, CheckedModel
from headway.model.tree import (
    Aggregate,
    Arithmetic,
    CalendarTerm,
    Compared,
    Constant,
    Extreme,
    MemberTest,
    Mistaken,
    MonthCount,
    Node,
    Opposite,
    Pick,
    Previous,
    Read,
    Spread,
    Where,
)

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Grid:
    """The months evaluated: how many, and which month of the year (0 is January) the first one is."""

    months: int
    first_of_year: int


@dataclass(frozen=True)
class Stored:
    """The values of a line or input; by month they start `history` months before the plan."""

    values: Values
    monthly: bool
    history: int = 0

    def between(self, first: int, end: int) -> Values:
        """The months first to end (excluded), counted from the plan's first; all there is where it has no months."""
        if not self.monthly:
            return self.values
        if first + self.history < 0 or end + self.history > len(self.values):
            raise Fault(f"months {first} to {end} were not evaluated")
        return self.values[first + self.history : end + self.history]


class Interpreter:
    """Evaluates the lines asked for, what they need first; holds the values of one batch of draws."""

    def __init__(
        self, model: CheckedModel, grid: Grid, inputs: Mapping[str, Values], wanted: Sequence[str], draws: int
    ) -> None:
        self.model = model
        self.grid = grid
        self.draws = draws
        self._inputs = inputs
        self._stored: dict[str, Stored] = {}
        self._depths = model.months_before(wanted)
        with np.errstate(all="ignore"):
            self._run()

    def line(self, name: str) -> Values:
        """A line over the months of the plan (or its one value), along its dimensions and draws."""
        return self._stored[name].between(0, self.grid.months)

    def value(self, node: Node, first: int, end: int) -> Values:
        """A part of a formula over the months first to end (excluded)."""
        match node:
            case Constant():
                return np.array([node.value])
            case Read():
                return self._read(node, first, end)
            case Arithmetic():
                return _arithmetic(node.sign, *_pair(self, node, first, end))
            case Opposite():
                return -self.value(node.operand, first, end)
            case Previous():
                return self.value(node.operand, first - 1, end - 1)
            case CalendarTerm():
                return _calendar(node.term, first, end)
            case MonthCount():
                return np.arange(self._size(node.dimension), dtype=np.float64)[:, np.newaxis]
            case Compared():
                return _compared(node.sign, *_pair(self, node, first, end))
            case MemberTest():
                return _member_test(node.places, self._size(node.dimension))
            case Where():
                return _where(self, node, first, end)
            case Extreme():
                return _extreme(self, node, first, end)
            case Spread():
                return _spread(self, node, first, end)
            case Aggregate():
                return _aggregate(self, node, first, end)
            case Pick():
                return picked(self.value(node.operand, first, end), node.operand.shape.dims, node.picks)
            case Mistaken():
                raise Fault(f"a formula with a mistake was evaluated: {node.span.text}")

    def over(self, node: Node, first: int, end: int) -> Values:
        """The same, for a reader outside: undefined where arithmetic is."""
        with np.errstate(all="ignore"):
            return self.value(node, first, end)

    def months_chosen(self, when: Node | None) -> tuple[int, ...]:
        """The months of the plan that meet a calendar test; all where there is none."""
        if when is None:
            return tuple(range(self.grid.months))
        return tuple(int(i) for i in np.flatnonzero(_chosen(self, when)))

    def _run(self) -> None:
        for declared in self.model.inputs.values():
            if declared.name in self._depths and not declared.by_month:
                self._stored[declared.name] = Stored(self._inputs[declared.name], False)
        for declared in self.model.inputs.values():
            if declared.name in self._depths and declared.by_month:
                self._stored[declared.name] = self._by_month(declared)
        for component in self.model.components:
            lines = [self.model.lines[name] for name in component.names if name in self._depths]
            if component.ring:
                self._ring(lines)
            for line in lines if not component.ring else ():
                self._stored[line.name] = self._whole(line)

    def _by_month(self, declared: CheckedInput) -> Stored:
        values, history = self._inputs[declared.name], self._depths[declared.name]
        if history and declared.before is None:
            raise Fault(f"{declared.name} is read before the plan, but has no value there")
        if not history or declared.before is None:
            return Stored(values, True)
        past = self._aligned(declared.before, declared.dims, -history, 0)
        return Stored(_joined(past, values, history), True, history)

    def _whole(self, line: CheckedLine) -> Stored:
        """A line that does not read itself: all its months at once."""
        history, months = self._depths[line.name], self.grid.months
        if not line.monthly:
            return Stored(self._aligned(line.formula, line.by, 0, months), False)
        start = 0 if line.before is not None else -history
        values = self._aligned(line.formula, line.dims, start, months)
        values = _stretched(values, months - start)
        if line.before is not None and history:
            values = _joined(self._aligned(line.before, line.dims, -history, 0), values, history)
        return Stored(values, True, history)

    def _ring(self, lines: Sequence[CheckedLine]) -> None:
        """Lines that feed each other from month to month: one month after the other."""
        for line in lines:
            sizes = [self._size(name) for name in line.by]
            history = self._depths[line.name]
            empty = np.full((history + self.grid.months, *sizes, self.draws), np.nan)
            self._stored[line.name] = Stored(empty, True, history)
        first = -max((self._depths[line.name] for line in lines), default=0)
        for month in range(first, self.grid.months):
            for line in lines:
                stored = self._stored[line.name]
                if month >= -stored.history:
                    formula = line.before if month < 0 and line.before is not None else line.formula
                    stored.values[month + stored.history] = self._aligned(formula, line.dims, month, month + 1)[0]

    def _aligned(self, node: Node, dims: tuple[str, ...], first: int, end: int) -> Values:
        """A part along given dimensions, each at its full size but for months and draws."""
        values = aligned(self.value(node, first, end), node.shape.dims, dims)
        sizes = [values.shape[i] if name == MONTH else self._size(name) for i, name in enumerate(dims)]
        return np.broadcast_to(values, (*sizes, values.shape[-1]))

    def _size(self, dimension: str) -> int:
        return len(self.model.scope.dimensions[dimension])

    def _read(self, node: Read, first: int, end: int) -> Values:
        """A line or an input by name; a seasonal input gives each month the value of its month of the year."""
        stored = self._stored[node.name]
        declared = self.model.inputs.get(node.name)
        if declared is not None and declared.seasonal:
            return stored.values[(self.grid.first_of_year + np.arange(first, end)) % 12]
        return stored.between(first, end)


def aligned(values: Values, have: tuple[str, ...], want: tuple[str, ...]) -> Values:
    """An array with an axis for every dimension wanted; those it does not vary by have size one."""
    if have == want:
        return values
    return values[(*(slice(None) if name in have else np.newaxis for name in want), slice(None))]


def _stretched(values: Values, months: int) -> Values:
    """An array whose month axis has its full length."""
    return values if len(values) == months else np.broadcast_to(values, (months, *values.shape[1:]))


def _joined(past: Values, values: Values, history: int) -> Values:
    """What held before the plan, followed by the plan."""
    draws = max(past.shape[-1], values.shape[-1])
    form = (*values.shape[1:-1], draws)
    parts = (np.broadcast_to(past, (history, *form)), np.broadcast_to(values, (len(values), *form)))
    return np.concatenate(parts)


def _finite(values: Values) -> Values:
    """Undefined, never infinite: nothing can be divided by zero."""
    endless = np.isinf(values)
    if endless.any():
        values[endless] = np.nan
    return values


def _pair(run: Interpreter, node: Arithmetic | Compared, first: int, end: int) -> tuple[Values, Values]:
    left, right = run.value(node.left, first, end), run.value(node.right, first, end)
    dims = node.shape.dims
    return aligned(left, node.left.shape.dims, dims), aligned(right, node.right.shape.dims, dims)


def _calendar(term: str, first: int, end: int) -> Values:
    months = np.arange(first, end, dtype=np.float64)[:, np.newaxis]
    if term == "elapsed_months":
        return months
    years = np.floor(months / 12)
    return years if term == "elapsed_years" else years + 1


def _arithmetic(sign: str, left: Values, right: Values) -> Values:
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return _finite(left / right)
        case "**":
            return _finite(left**right)
        case _:
            raise Fault(f"no arithmetic is written {sign}")


_COMPARE: dict[str, Callable[[Values, Values], NDArray[np.bool_]]] = {
    "==": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def _compared(sign: str, left: Values, right: Values) -> Values:
    """One where it holds, zero where not, undefined where either side is."""
    undefined = np.isnan(left) | np.isnan(right)
    return np.where(undefined, np.nan, _COMPARE[sign](left, right))


def _member_test(places: tuple[int, ...], members: int) -> Values:
    values = np.zeros((members, 1))
    values[list(places)] = 1.0
    return values


def _where(run: Interpreter, node: Where, first: int, end: int) -> Values:
    parts = [node.condition, node.then, node.otherwise]
    condition, then, otherwise = (
        aligned(run.value(part, first, end), part.shape.dims, node.shape.dims) for part in parts
    )
    chosen = np.where(condition == 1, then, otherwise)
    return np.where(np.isnan(condition), np.nan, chosen) if np.isnan(condition).any() else chosen


def _extreme(run: Interpreter, node: Extreme, first: int, end: int) -> Values:
    choose = np.minimum if node.how == "min" else np.maximum
    parts = [aligned(run.value(part, first, end), part.shape.dims, node.shape.dims) for part in node.parts]
    chosen = parts[0]
    for part in parts[1:]:
        chosen = choose(chosen, part)
    return chosen


def _spread(run: Interpreter, node: Spread, first: int, end: int) -> Values:
    """What enters in a month leaves over the months that follow; the kernel is the one of the month of entry."""
    entry = first - node.lags + 1
    dims = node.shape.dims
    entering = aligned(run.value(node.operand, entry, end), node.operand.shape.dims, dims)
    kernel = run.value(node.kernel, entry, end)
    axis = node.kernel.shape.dims.index(node.dimension)
    kernel_dims = tuple(name for name in node.kernel.shape.dims if name != node.dimension)
    total: Values | None = None
    for lag in range(node.lags):
        weight = aligned(np.take(kernel, lag, axis=axis), kernel_dims, dims)
        start = node.lags - 1 - lag
        share = _from(entering, node.operand, start, end - first) * _from(weight, node.kernel, start, end - first)
        total = share if total is None else total + share
    if total is None:
        raise Fault("a kernel without months")
    return total


def _from(values: Values, part: Node, start: int, count: int) -> Values:
    """Some months of an array that has them."""
    return values[start : start + count] if part.shape.monthly else values


def _aggregate(run: Interpreter, node: Aggregate, first: int, end: int) -> Values:
    dims = node.operand.shape.dims
    months = run.grid.months
    if node.over_months:
        values = run.value(node.operand, 0, months)
        values = _stretched(values, months)
        values = values if node.when is None else values[_chosen(run, node.when)]
    else:
        values = run.value(node.operand, first, end)
    for dimension, places in node.limits:
        values = np.take(values, places, axis=dims.index(dimension))
    if node.over_months and len(values) == 0:
        return _nothing(values, dims, node.over)
    if node.how == "last":
        return values[-1]
    axes = tuple(dims.index(name) for name in node.over)
    return values.sum(axis=axes) if node.how == "sum" else values.prod(axis=axes)


def _chosen(run: Interpreter, when: Node) -> NDArray[np.bool_]:
    found = run.value(when, 0, run.grid.months)[..., 0] == 1
    return np.broadcast_to(found, (run.grid.months,))


def _nothing(values: Values, dims: tuple[str, ...], over: tuple[str, ...]) -> Values:
    """No month meets the condition: undefined, not zero."""
    sizes = [size for size, name in zip(values.shape[:-1], dims, strict=True) if name not in over]
    return np.full((*sizes, values.shape[-1]), np.nan)


def picked(values: Values, dims: Sequence[str], picks: Sequence[tuple[str, int]]) -> Values:
    """One member of some dimensions; those axes go away."""
    left = list(dims)
    for dimension, place in picks:
        values = np.take(values, place, axis=left.index(dimension))
        left.remove(dimension)
    return values
