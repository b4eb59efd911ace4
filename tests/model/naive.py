"""A second meaning of formulas, one cell at a time and as slow as it likes: what the interpreter is checked against."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import product

from numpy.typing import NDArray

from headway.model import CheckedModel
from headway.model.tree import (
    Aggregate,
    Arithmetic,
    CalendarTerm,
    Compared,
    Constant,
    Extreme,
    MemberTest,
    MonthCount,
    Node,
    Opposite,
    Pick,
    Previous,
    Read,
    Spread,
    Where,
)

NAN = float("nan")


class Naive:
    def __init__(self, model: CheckedModel, months: int, inputs: Mapping[str, NDArray]) -> None:
        self.model, self.months, self.inputs = model, months, inputs
        self.known: dict[tuple, float] = {}

    def line(self, name: str, month: int, at: dict[str, int]) -> float:
        line = self.model.lines[name]
        month = month if line.monthly else 0
        key = (name, month, tuple(at[d] for d in line.by))
        if key not in self.known:
            formula = line.before if month < 0 and line.before is not None else line.formula
            self.known[key] = self.cell(formula, month, {d: at[d] for d in line.by})
        return self.known[key]

    def size(self, dimension: str) -> int:
        return self.months if dimension == "month" else len(self.model.scope.dimensions[dimension])

    def cell(self, node: Node, t: int, at: dict[str, int]) -> float:
        match node:
            case Constant():
                return node.value
            case MonthCount():
                return float(at[node.dimension])
            case CalendarTerm():
                return float({"elapsed_months": t, "elapsed_years": t // 12, "year": t // 12 + 1}[node.term])
            case Read():
                return self.read(node.name, t, at)
            case Opposite():
                return -self.cell(node.operand, t, at)
            case Previous():
                return self.cell(node.operand, t - 1, at)
            case Pick():
                return self.cell(node.operand, t, at | dict(node.picks))
            case Arithmetic():
                return arithmetic(node.sign, self.cell(node.left, t, at), self.cell(node.right, t, at))
            case Extreme():
                found = [self.cell(part, t, at) for part in node.parts]
                return NAN if any(map(math.isnan, found)) else (min if node.how == "min" else max)(found)
            case MemberTest():
                return float(at[node.dimension] in node.places)
            case Compared():
                return compared(node.sign, self.cell(node.left, t, at), self.cell(node.right, t, at))
            case Where():
                met = self.cell(node.condition, t, at)
                return NAN if math.isnan(met) else self.cell(node.then if met else node.otherwise, t, at)
            case Spread():
                lags = range(node.lags)
                shares = [(t - j, at | {node.dimension: j}) for j in lags]
                return sum(self.cell(node.operand, s, at) * self.cell(node.kernel, s, here) for s, here in shares)
            case Aggregate():
                return self.aggregate(node, t, at)
        raise AssertionError(node)

    def read(self, name: str, t: int, at: dict[str, int]) -> float:
        declared = self.model.inputs.get(name)
        if declared is None:
            return self.line(name, t, at)
        if declared.by_month and t < 0:
            return self.cell(declared.before, t, at)
        place = tuple(t if d == "month" else at[d] for d in declared.by)
        return float(self.inputs[name][place])

    def aggregate(self, node: Aggregate, t: int, at: dict[str, int]) -> float:
        limits = dict(node.limits)
        places = [[*limits.get(d, range(self.size(d)))] for d in node.over]
        if node.over_months and node.when is not None:
            which = node.over.index("month")
            places[which] = [m for m in places[which] if self.cell(node.when, m, {}) == 1]
        if node.over_months and not places[node.over.index("month")]:
            return NAN
        here = [dict(zip(node.over, place, strict=True)) for place in product(*places)]
        cells = [
            self.cell(node.operand, h.get("month", t), at | {d: i for d, i in h.items() if d != "month"}) for h in here
        ]
        return {"sum": math.fsum if not any(map(math.isnan, cells)) else sum, "product": math.prod, "last": _last}[
            node.how
        ](cells)


def _last(cells: list[float]) -> float:
    return cells[-1]


def arithmetic(sign: str, a: float, b: float) -> float:
    try:
        found = {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b, "**": lambda: a**b}[
            sign
        ]()
    except (ZeroDivisionError, OverflowError):
        return NAN
    return NAN if isinstance(found, complex) else found


def compared(sign: str, a: float, b: float) -> float:
    if math.isnan(a) or math.isnan(b):
        return NAN
    return float({"==": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[sign])
