"""How a line adds up over months: flow, stock or ratio; inferred where it is not declared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from headway.core.diagnostics import Diagnostic
from headway.core.plan import Kind, Line
from headway.core.units import Unit
from headway.model.mistakes import KIND_DECLARED
from headway.model.tree import Aggregate, Arithmetic, Constant, Extreme, Node, Opposite, Pick, Previous, Read, Where

_TIME = frozenset(("month", "year"))

_Tending = Literal["stock", "nothing", "other"]
"""What a part of a formula is on the way to a stock: a stock, nothing that matters (a zero), or neither."""


def kind_of(formula: Node, unit: Unit | None, carries_over: bool, known: Mapping[str, Kind]) -> Kind:
    """The kind of a line: what carries over from its own past is a stock, what has no amount of its own a ratio."""
    if carries_over:
        return "stock"
    if unit is None or is_ratio(unit):
        return "ratio"
    return "stock" if _tends(formula, known) == "stock" else "flow"


def is_ratio(unit: Unit) -> bool:
    """Whether a unit is a plain number, a conversion such as deal/opportunity, or a length of time."""
    return _converts(unit) or unit.names <= _TIME


def _converts(unit: Unit) -> bool:
    return any(unit.power(name) < 0 for name in unit.names - _TIME)


def check_kind(line: Line, unit: Unit | None) -> Diagnostic | None:
    """What is wrong with a declared kind: a conversion is no flow and no stock."""
    if line.kind in (None, "ratio") or unit is None or not _converts(unit):
        return None
    message = f"{line.name} is declared as a {line.kind}, but its unit is {unit}"
    return KIND_DECLARED.at(line.location, message, remedy="write kind: ratio, or leave it out")


def _tends(node: Node, known: Mapping[str, Kind]) -> _Tending:
    match node:
        case Read():
            return "stock" if known.get(node.name) == "stock" else "other"
        case Constant():
            return "nothing" if node.value == 0 else "other"
        case Opposite() | Previous() | Pick():
            return _tends(node.operand, known)
        case Aggregate():
            return _tends(node.operand, known) if not node.over_months or node.how == "last" else "other"
        case Where():
            return _all((node.then, node.otherwise), known)
        case Extreme():
            return _all(node.parts, known)
        case Arithmetic(sign="+" | "-"):
            return _all((node.left, node.right), known)
        case Arithmetic(sign="*") if isinstance(node.left, Constant):
            return _tends(node.right, known)
        case Arithmetic(sign="*" | "/") if isinstance(node.right, Constant):
            return _tends(node.left, known)
        case _:
            return "other"


def _all(parts: tuple[Node, ...], known: Mapping[str, Kind]) -> _Tending:
    found = {_tends(part, known) for part in parts}
    if found == {"nothing"}:
        return "nothing"
    return "stock" if found <= {"stock", "nothing"} else "other"
