"""Checks the calls of a formula: where, min, max, previous, spread, sum, product, last."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from headway.core.diagnostics import did_you_mean
from headway.core.units import Unit
from headway.model.mistakes import (
    AMBIGUOUS_PICK,
    CALL_ARGUMENTS,
    DIMENSION_MISMATCH,
    GROUP_OUTSIDE_SUM,
    NOT_BY_DIMENSION,
    NOT_IN_LANGUAGE,
    UNIT_MISMATCH,
    UNKNOWN_FUNCTION,
    UNKNOWN_NAME,
)
from headway.model.scope import FUNCTIONS, by_words
from headway.model.syntax import Call, Listing, Name, Syntax
from headway.model.tree import (
    Aggregate,
    Aggregation,
    CalendarTerm,
    Compared,
    Constant,
    Extreme,
    Mistaken,
    Node,
    Previous,
    Shape,
    Spread,
    Where,
    children,
)

if TYPE_CHECKING:
    from headway.model.check import Checker, Limit

_USAGE = {
    "where": "where(condition, then, otherwise)",
    "min": "min(a, b)",
    "max": "max(a, b)",
    "previous": "previous(x)",
    "spread": "spread(x, kernel)",
    "sum": "sum(x, over=dimension), and when=year == 2 where it is over month",
    "product": "product(x, over=dimension), and when=year == 2 where it is over month",
    "last": "last(x), or last(x, when=year == 2)",
}
_COUNTS = {"where": (3, 3), "min": (2, 20), "max": (2, 20), "previous": (1, 1), "spread": (2, 2)}
_OPTIONS = {"sum": ("over", "when"), "product": ("over", "when"), "last": ("when",)}


def check_call(checker: Checker, node: Call) -> Node:
    """A checked call, or the report of what is wrong with it."""
    name = node.function.name
    if name not in FUNCTIONS:
        for argument in node.arguments:
            checker.value(argument)
        remedy = did_you_mean(name, FUNCTIONS)
        return checker.refuse(UNKNOWN_FUNCTION, node.function.span, f"unknown function '{name}'", remedy)
    least, most = _COUNTS.get(name, (1, 1))
    wrong = [option for option, _ in node.options if option not in _OPTIONS.get(name, ())]
    repeated = len({option for option, _ in node.options}) < len(node.options)
    if not least <= len(node.arguments) <= most or wrong or repeated:
        message = f"{name}(...) does not take {wrong[0]}=" if wrong else f"{name}(...) has the wrong arguments"
        return checker.refuse(CALL_ARGUMENTS, node.span, message, f"write {_USAGE[name]}")
    return _CHECKS[name](checker, node)


def _where(checker: Checker, node: Call) -> Node:
    condition = checker.condition(node.arguments[0])
    then, otherwise = checker.value(node.arguments[1]), checker.value(node.arguments[2])
    unit = checker.alike("choose between", then, otherwise, node.span)
    return Where(checker.shape((condition, then, otherwise), unit), node.span, condition, then, otherwise)


def _extreme(how: Literal["min", "max"]) -> Callable[[Checker, Call], Node]:
    def check(checker: Checker, node: Call) -> Node:
        parts = tuple(checker.value(argument) for argument in node.arguments)
        sized = [part for part in parts if part.shape.unit is not None]
        found = [checker.alike(f"take the {how} of", sized[0], part, node.span) for part in sized[1:]]
        unit = None if None in found else (found or [part.shape.unit for part in sized] or [None])[0]
        return Extreme(checker.shape(parts, unit), node.span, how, parts)

    return check


def _previous(checker: Checker, node: Call) -> Node:
    operand = checker.value(node.arguments[0])
    return Previous(operand.shape, node.span, operand)


def _spread(checker: Checker, node: Call) -> Node:
    operand, kernel = checker.value(node.arguments[0]), checker.value(node.arguments[1])
    if not (operand.shape.sure and kernel.shape.sure):
        return checker.mistaken(node.span)
    counts = [name for name in kernel.shape.dims if name != "month" and checker.scope.dimensions[name].months]
    if len(counts) != 1:
        message = f"a kernel runs along one month count, but {by_words(kernel.shape.dims)}"
        remedy = "give the kernel a dimension written {months: n}"
        return checker.refuse(DIMENSION_MISMATCH, node.arguments[1].span, message, remedy)
    count = counts[0]
    if count in operand.shape.dims:
        message = f"{node.arguments[0].span.text} is already by {count}, the month count of the kernel"
        return checker.refuse(
            DIMENSION_MISMATCH, node.span, message, f"sum it over {count}, or use another month count"
        )
    one, other = operand.shape.unit, kernel.shape.unit
    unit: Unit | None = one * other if one is not None and other is not None else None
    joint = checker.shape((operand, kernel), unit)
    shape = Shape(tuple(name for name in joint.dims if name != count), unit)
    return Spread(shape, node.span, operand, kernel, count, len(checker.scope.dimensions[count]))


def _aggregate(how: Aggregation) -> Callable[[Checker, Call], Node]:
    def check(checker: Checker, node: Call) -> Node:
        over = ("month",) if how == "last" else _over(checker, node)
        limits: list[Limit] = []
        operand = checker.value(node.arguments[0], None if how == "last" else limits)
        when = _when(checker, node, over)
        if over is None:
            return checker.mistaken(node.span)
        _check_over(checker, node, operand, over)
        _check_limits(checker, over, limits)
        if how == "product" and operand.shape.unit is not None and not operand.shape.unit.is_plain:
            message = f"a product over {over[0]} needs plain numbers, but this is {operand.shape.unit}"
            checker.refuse(UNIT_MISMATCH, node.arguments[0].span, message, "divide by the unit first")
        shape = operand.shape
        left = tuple(name for name in shape.dims if name not in over)
        within = tuple((dimension, places) for dimension, places, _ in limits)
        return Aggregate(Shape(left, shape.unit, shape.sure), node.span, how, operand, over, within, when)

    return check


def _over(checker: Checker, node: Call) -> tuple[str, ...] | None:
    """The dimensions to add up over; None where they are missing or unknown."""
    over = node.option("over")
    if over is None:
        message = f"{node.function.name}(...) needs to know over what"
        checker.refuse(CALL_ARGUMENTS, node.span, message, f"write {_USAGE[node.function.name]}")
        return None
    names: list[str] = []
    sure = True
    for item in over.items if isinstance(over, Listing) else (over,):
        name = _dimension(checker, item)
        sure = sure and name is not None
        names += [name] if name is not None and name not in names else []
    return tuple(names) if sure and names else None


def _dimension(checker: Checker, item: Syntax) -> str | None:
    if not isinstance(item, Name):
        checker.refuse(NOT_IN_LANGUAGE, item.span, "over= takes dimensions", "write over=dimension or over=[a, b]")
        return None
    known = ("month", *checker.scope.dimensions)
    if item.name not in known and checker.scope.is_unread(item.name):
        return None
    if item.name not in known:
        remedy = did_you_mean(item.name, known)
        checker.refuse(UNKNOWN_NAME, item.span, f"'{item.name}' is not a dimension", remedy)
        return None
    return item.name


def _check_over(checker: Checker, node: Call, operand: Node, over: tuple[str, ...]) -> None:
    missing = [name for name in over if name not in operand.shape.dims]
    if missing and operand.shape.sure:
        span = node.arguments[0].span
        message = f"{span.text} is not by {missing[0]}"
        checker.refuse(NOT_BY_DIMENSION, span, message, detail=by_words(operand.shape.dims))


def _check_limits(checker: Checker, over: tuple[str, ...], limits: list[Limit]) -> None:
    seen: dict[str, tuple[int, ...]] = {}
    for dimension, places, span in limits:
        if dimension not in over:
            message = f"this group is of {dimension}, but the sum is over {', '.join(over)}"
            checker.refuse(GROUP_OUTSIDE_SUM, span, message, f"add {dimension} to over=")
        elif seen.setdefault(dimension, places) != places:
            message = f"two different groups of {dimension} in one sum"
            checker.refuse(AMBIGUOUS_PICK, span, message, "write two sums, one for each group")


def _when(checker: Checker, node: Call, over: tuple[str, ...] | None) -> Node | None:
    written = node.option("when")
    if written is None:
        return None
    if over is not None and "month" not in over:
        remedy = "choose months with over=month"
        return checker.refuse(
            CALL_ARGUMENTS, written.span, "when= chooses months, but this sum is not over month", remedy
        )
    condition = checker.condition(written)
    if isinstance(condition, Mistaken) or _calendar_only(condition):
        return condition
    remedy = "compare year, elapsed_months or elapsed_years with numbers"
    return checker.refuse(NOT_IN_LANGUAGE, written.span, "when= takes a calendar test such as year == 2", remedy)


def _calendar_only(node: Node) -> bool:
    if isinstance(node, Compared):
        return _calendar_only(node.left) and _calendar_only(node.right)
    if isinstance(node, CalendarTerm | Constant):
        return True
    below = children(node)
    return not isinstance(node, Previous) and bool(below) and all(_calendar_only(child) for child in below)


_CHECKS: dict[str, Callable[[Checker, Call], Node]] = {
    "where": _where,
    "min": _extreme("min"),
    "max": _extreme("max"),
    "previous": _previous,
    "spread": _spread,
    "sum": _aggregate("sum"),
    "product": _aggregate("product"),
    "last": _aggregate("last"),
}
