"""A metric written as a formula of others: which it names, and whether its unit is what the formula comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from headway.core.definition import Definition
from headway.core.diagnostics import Diagnostic, did_you_mean
from headway.core.units import Unit
from headway.metrics.mistakes import METRIC_FORMULA
from headway.model.parse import parse_formula
from headway.model.syntax import Broken, Call, Name, Negation, Number, Operation, Span, Syntax

Definitions = Mapping[str, Definition]

UNITS = frozenset(
    [
        *("currency", "year", "quarter", "month", "week", "day", "account", "deal", "opportunity", "lead", "visit"),
        *("meeting", "head"),
    ]
)
"""Words of a formula that stand for one of a unit, so that a rate can be brought to another."""
PERIOD = "period"
"""The length of the period asked, in years."""
MOVED = ("before", "lagged", "trailing_year", "year_start", "whole")
"""Functions that ask a metric of another period, or of the whole company."""
_OF_TWO = ("min", "max")
_RECORDS = frozenset(["count", "sum", "mean", "median", "quantile"])
_SIGNS = "+-*/"


@dataclass(frozen=True)
class Asked:
    """One metric that a formula names, and how it is asked.

    `before`: so many periods earlier; `days`, or the metric `lag` that measures them: so many days earlier. `year`: over
    the twelve months up to the period's end. `year_start`: as it stood when the year of the period began. `whole`: of the
    whole company, whatever the question is broken down by.
    """

    name: str
    before: int = 0
    days: int = 0
    lag: str = ""
    year: bool = False
    year_start: bool = False
    whole: bool = False


def parsed(d: Definition) -> Syntax | None:
    """The formula of a metric as its parts; none where there is no formula or it cannot be read."""
    if d.formula is None:
        return None
    tree, found = parse_formula(d.formula)
    return None if found else tree


def asked_in(node: Syntax) -> Asked | None:
    """The metric that a part of a formula asks for; none where it is another part."""
    match node:
        case Name() if node.name not in UNITS and node.name != PERIOD:
            return Asked(node.name)
        case Call() if node.function.name in MOVED and node.arguments:
            inner = asked_in(node.arguments[0])
            return _moved(inner, node) if inner else None
        case _:
            return None


def metrics_of(node: Syntax) -> Iterator[tuple[Asked, Span]]:
    """Every metric a formula asks for, in the order written."""
    asked = asked_in(node)
    if asked is not None:
        yield asked, node.span
        return
    for part in _inside(node):
        yield from metrics_of(part)


def linked(definitions: Definitions) -> dict[str, Definition]:
    """Each metric with the metrics that its formula names; one that cannot be had is left as it is."""
    return {name: _whole(d, definitions) for name, d in definitions.items()}


def check_formulas(definitions: Definitions) -> tuple[Diagnostic, ...]:
    """Everything wrong with the formulas of metrics, at once."""
    found = list[Diagnostic]()
    for d in definitions.values():
        if d.formula is None:
            continue
        tree, unread = parse_formula(d.formula)
        found += unread
        if unread:
            continue
        strange = [*_strange(tree), *_unknown(tree, definitions)]
        if not strange and _in_a_circle(d.name, definitions):
            strange = [_wrong(tree.span, f"{d.name} is made of itself", "break the ring of metrics")]
        found += strange or _units(d, tree, definitions)
    return tuple(found)


def _moved(inner: Asked, call: Call) -> Asked | None:
    match call.function.name, call.arguments[1:]:
        case "before", ():
            return replace(inner, before=inner.before + 1)
        case "lagged", (Number(value=days),):
            return replace(inner, days=round(days))
        case "lagged", (Name(name=lag),):
            return replace(inner, lag=lag)
        case "trailing_year", ():
            return replace(inner, year=True)
        case "year_start", ():
            return replace(inner, year_start=True)
        case "whole", ():
            return replace(inner, whole=True)
        case _:
            return None


def _inside(node: Syntax) -> tuple[Syntax, ...]:
    match node:
        case Operation():
            return node.left, node.right
        case Negation():
            return (node.operand,)
        case Call():
            return node.arguments
        case _:
            return ()


def _whole(d: Definition, definitions: Definitions) -> Definition:
    named = _named(d)
    if not named or not named <= definitions.keys() or _in_a_circle(d.name, definitions):
        return d
    return replace(d, others={name: _whole(definitions[name], definitions) for name in sorted(named)})


def _named(d: Definition) -> set[str]:
    tree = parsed(d)
    return {name for asked, _ in metrics_of(tree) for name in (asked.name, asked.lag) if name} if tree else set[str]()


def _in_a_circle(name: str, definitions: Definitions, seen: frozenset[str] = frozenset()) -> bool:
    """Whether following the metrics that a metric names leads into a ring."""
    if name in seen:
        return True
    named = _named(definitions[name]) if name in definitions else set[str]()
    return any(_in_a_circle(one, definitions, seen | {name}) for one in named)


def _wrong(span: Span, message: str, remedy: str) -> Diagnostic:
    return METRIC_FORMULA.at(span.location, message, remedy=remedy)


def _strange(node: Syntax) -> list[Diagnostic]:
    """The parts that a formula of metrics does not have."""
    if asked_in(node) is not None:
        return []
    match node:
        case Number() | Name() | Negation() | Broken():
            found = list[Diagnostic]()
        case Operation() if node.sign in _SIGNS:
            found = []
        case Call() if node.function.name in MOVED:
            remedy = "write before, trailing_year, year_start or whole (metric), or lagged(metric, days)"
            return [_wrong(node.span, f"{node.function.name} asks for one metric", remedy)]
        case Call() if node.function.name in _OF_TWO and len(node.arguments) > 1 and not node.options:
            found = []
        case Call():
            remedy = did_you_mean(node.function.name, (*MOVED, *_OF_TWO))
            return [_wrong(node.span, f"'{node.function.name}' is no function of metrics", remedy)]
        case _:
            return [_wrong(node.span, "this is not part of a formula of metrics", "write + - * / and metrics")]
    return [*found, *(wrong for part in _inside(node) for wrong in _strange(part))]


def _unknown(tree: Syntax, definitions: Definitions) -> list[Diagnostic]:
    found = list[Diagnostic]()
    for asked, span in metrics_of(tree):
        for name in (asked.name, asked.lag):
            if name and name not in definitions:
                remedy = did_you_mean(name, (*definitions, *sorted(UNITS), PERIOD))
                found.append(_wrong(span, f"there is no metric '{name}'", remedy))
        if asked.lag in definitions and definitions[asked.lag].unit != "day":
            found.append(_wrong(span, f"'{asked.lag}' measures no days", "a lag is a metric in days, or a number"))
        whose = definitions.get(asked.name)
        if whose is not None and (asked.lag or asked.days) and whose.shape not in _RECORDS:
            found.append(_wrong(span, f"'{asked.name}' is not of dated records", "lag a count or a sum of records"))
        if whose is not None and whose.shape == "transition":
            found.append(_wrong(span, f"'{asked.name}' is one number for each stage", "name another metric"))
    return found


def _units(d: Definition, tree: Syntax, definitions: Definitions) -> list[Diagnostic]:
    wanted, found = Unit.parse(d.unit), list[Diagnostic]()
    made = _unit(tree, definitions, found)
    if not found and wanted is not None and made is not None and made != wanted:
        words = f"{d.name} is in {wanted}, and its formula comes to {made}"
        found.append(_wrong(tree.span, words, f"write unit: {made}, or multiply by the unit that lacks"))
    return found


def _unit(node: Syntax, definitions: Definitions, found: list[Diagnostic]) -> Unit | None:
    """The unit a part comes to; none for a plain number that any unit suits, as 0.2 in max(0.2, churn)."""
    asked = asked_in(node)
    if asked is not None:
        return Unit.parse(definitions[asked.name].unit)
    match node:
        case Name():
            return Unit.of({"year" if node.name == PERIOD else node.name: 1})
        case Negation():
            return _unit(node.operand, definitions, found)
        case Operation() if node.sign in "*/":
            left, right = (_unit(part, definitions, found) or Unit() for part in (node.left, node.right))
            return left * right if node.sign == "*" else left / right
        case Operation() | Call():
            made = [unit for part in _inside(node) if (unit := _unit(part, definitions, found)) is not None]
            if any(unit != made[0] for unit in made):
                words = " and ".join(dict.fromkeys(str(unit) for unit in made))
                found.append(_wrong(node.span, f"{words} do not go together", "bring both to one unit"))
            return made[0] if made else None
        case _:
            return None
