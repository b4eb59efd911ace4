"""Checks one formula: every name, unit and breakdown, all mistakes at once, one message for each."""

from __future__ import annotations

from collections.abc import Sequence

from headway.core.diagnostics import Diagnostic, Mistake, did_you_mean
from headway.core.units import NUMBER, Unit
from headway.model import units
from headway.model.calls import check_call
from headway.model.mistakes import (
    AMBIGUOUS_PICK,
    GROUP_OUTSIDE_SUM,
    NOT_BY_DIMENSION,
    NOT_IN_LANGUAGE,
    UNIT_MISMATCH,
    UNKNOWN_NAME,
)
from headway.model.scope import CALENDAR, FUNCTIONS, Scope, by_words
from headway.model.syntax import (
    Broken,
    Call,
    Comparison,
    Listing,
    Name,
    Negation,
    Number,
    Operation,
    Span,
    Subscript,
    Syntax,
)
from headway.model.tree import (
    Arithmetic,
    CalendarTerm,
    Compared,
    Constant,
    MemberTest,
    Mistaken,
    MonthCount,
    Node,
    Opposite,
    Pick,
    Read,
    Shape,
)

Limit = tuple[str, tuple[int, ...], Span]
"""A group inside a sum: its dimension, its members, where it stands."""

_VERBS = {"+": "add", "-": "subtract", "==": "compare", "!=": "compare"}


class Checker:
    """Checks the formulas of one line in one scope, gathering what is wrong."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.diagnostics: list[Diagnostic] = []

    def value(self, node: Syntax, limits: list[Limit] | None = None) -> Node:
        """A checked formula that gives a value; `limits` collects groups where a sum around it allows them."""
        match node:
            case Number():
                return Constant(Shape((), None if node.value == 0 else NUMBER), node.span, node.value)
            case Name():
                return self._name(node)
            case Negation():
                operand = self.value(node.operand, limits)
                return Opposite(operand.shape, node.span, operand)
            case Operation():
                return self._operation(node, limits)
            case Subscript():
                return self._subscript(node, limits)
            case Call():
                return check_call(self, node)
            case Comparison():
                self.condition(node)
                return self.refuse(
                    NOT_IN_LANGUAGE,
                    node.span,
                    "a comparison is no number",
                    "compare inside where(condition, then, otherwise) or when=",
                )
            case Listing():
                return self.refuse(
                    NOT_IN_LANGUAGE, node.span, "a list is no number", "a list is written only in over=[a, b]"
                )
            case Broken():
                return self.mistaken(node.span)

    def condition(self, node: Syntax) -> Node:
        """A checked condition: a comparison of values, or a test on a dimension."""
        if isinstance(node, Broken):
            return self.mistaken(node.span)
        if not isinstance(node, Comparison):
            self.value(node)
            remedy = "write a comparison, such as source == member, source in group or x > y"
            return self.refuse(NOT_IN_LANGUAGE, node.span, "a condition is needed here", remedy)
        left = node.left
        if self._is_strange(left) and isinstance(left, Name) and self.scope.is_unread(left.name):
            return self.mistaken(node.span)
        if isinstance(left, Name) and left.name in self.scope.dimensions and left.name not in self.scope.values:
            if not self.scope.dimensions[left.name].months or node.sign == "in":
                return self._member_test(node, left)
        elif node.sign == "in":
            message = f"'{left.span.text}' is not a dimension"
            return self.refuse(UNKNOWN_NAME, left.span, message, did_you_mean(left.span.text, self.scope.dimensions))
        if self._is_strange(left) and self.scope.owners(_word(node.right) or "", self.scope.dimensions):
            word = left.span.text
            remedy = did_you_mean(word, self.scope.dimensions)
            return self.refuse(UNKNOWN_NAME, left.span, f"'{word}' is not a dimension", remedy)
        one, other = self._side(left), self._side(node.right)
        self.alike(_VERBS.get(node.sign, "compare"), one, other, node.span)
        return Compared(self.shape((one, other), NUMBER), node.span, node.sign, one, other)

    def _is_strange(self, node: Syntax) -> bool:
        known = (*self.scope.values, *self.scope.dimensions, *self.scope.units, *CALENDAR)
        return isinstance(node, Name) and node.name not in known

    def shape(self, parts: Sequence[Node], unit: Unit | None) -> Shape:
        """What several values together vary by, under a unit."""
        dims = self.scope.ordered(name for part in parts for name in part.shape.dims)
        return Shape(dims, unit, all(part.shape.sure for part in parts))

    def alike(self, verb: str, left: Node, right: Node, span: Span) -> Unit | None:
        """The one unit of two values that must be alike; after a mistake it fits any."""
        wrong = units.mismatch(verb, left, right, span)
        if wrong is None:
            return units.joined(left.shape.unit, right.shape.unit)
        self.diagnostics.append(wrong)
        return None

    def refuse(self, mistake: Mistake, span: Span, message: str, remedy: str = "", detail: str = "") -> Mistaken:
        """Reports a mistake; what stands there fits anything from then on."""
        self.diagnostics.append(mistake.at(span.location, message, detail=detail, remedy=remedy))
        return self.mistaken(span)

    def mistaken(self, span: Span) -> Mistaken:
        """A part already reported."""
        return Mistaken(Shape((), None, False), span)

    def _side(self, node: Syntax) -> Node:
        """One side of a comparison, where `year` is the year of the plan: 1, 2, ..."""
        if isinstance(node, Name) and node.name == "year" and node.name not in self.scope.values:
            return CalendarTerm(Shape(("month",), NUMBER), node.span, "year")
        return self.value(node)

    def _name(self, node: Name) -> Node:
        name, scope = node.name, self.scope
        if name in scope.values:
            return Read(scope.values[name], node.span, name)
        if name in scope.dimensions:
            if scope.dimensions[name].months:
                return MonthCount(Shape((name,), NUMBER), node.span, name)
            remedy = f"test it inside where(...): {name} == member, or {name} in group"
            return self.refuse(NOT_IN_LANGUAGE, node.span, f"'{name}' is a dimension and has no value", remedy)
        if name in ("elapsed_months", "elapsed_years"):
            return CalendarTerm(Shape(("month",), NUMBER), node.span, name)
        if name in scope.units:
            return Constant(Shape((), Unit.of({name: 1})), node.span, 1.0)
        if scope.is_unread(name):
            return self.mistaken(node.span)
        return self.refuse(UNKNOWN_NAME, node.span, f"unknown name '{name}'", self._remedy(name))

    def _remedy(self, name: str) -> str:
        if name in FUNCTIONS:
            return f"'{name}' is a function: write {name}(...)"
        owners = self.scope.owners(name, self.scope.dimensions)
        if owners:
            return f"it is a member of {owners[0][0]}: x[{name}] picks it, {owners[0][0]} == {name} tests for it"
        months = [d.name for d in self.scope.dimensions.values() if d.months]
        return did_you_mean(name, [*self.scope.values, *self.scope.units, *months, *CALENDAR])

    def _member_test(self, node: Comparison, left: Name) -> Node:
        word = _word(node.right)
        if node.sign not in ("==", "!=", "in") or word is None:
            remedy = f"write {left.name} == member, {left.name} != member or {left.name} in group"
            return self.refuse(NOT_IN_LANGUAGE, node.span, f"'{left.name}' cannot be tested like this", remedy)
        owned = self.scope.owners(word, (left.name,))
        if not owned:
            message = f"'{word}' is not a member or group of {left.name}"
            return self.refuse(
                UNKNOWN_NAME, node.right.span, message, did_you_mean(word, self.scope.words((left.name,)))
            )
        places = self.scope.places(*owned[0])
        if node.sign == "!=":
            count = len(self.scope.dimensions[left.name])
            places = tuple(i for i in range(count) if i not in places)
        return MemberTest(Shape((left.name,), NUMBER), node.span, left.name, places)

    def _operation(self, node: Operation, limits: list[Limit] | None) -> Node:
        inner = limits if node.sign in ("*", "/") else None
        left, right = self.value(node.left, inner), self.value(node.right, inner)
        unit = self._unit(node, left, right)
        return Arithmetic(self.shape((left, right), unit), node.span, node.sign, left, right)

    def _unit(self, node: Operation, left: Node, right: Node) -> Unit | None:
        one, other = left.shape.unit, right.shape.unit
        if node.sign in ("+", "-"):
            return self.alike(_VERBS[node.sign], left, right, node.span)
        if node.sign == "**":
            return self._power_unit(node, left, right)
        if one is None or other is None:
            return None
        return one * other if node.sign == "*" else one / other

    def _power_unit(self, node: Operation, left: Node, right: Node) -> Unit | None:
        one, other = left.shape.unit, right.shape.unit
        if other is not None and not other.is_plain:
            message = f"an exponent is a plain number, but this is {other}"
            self.refuse(UNIT_MISMATCH, node.right.span, message, "divide it by its unit")
            return None
        if one is None or one.is_plain:
            return one
        if isinstance(right, Constant) and right.value.is_integer():
            return one ** int(right.value)
        message = f"cannot raise {one} to a power that is not a whole number written out"
        self.refuse(UNIT_MISMATCH, node.span, message, "raise a plain number, then multiply")
        return None

    def _subscript(self, node: Subscript, limits: list[Limit] | None) -> Node:
        operand = self.value(node.operand, limits)
        picks: dict[str, int] = {}
        groups: dict[str, Span] = {}
        for key in node.keys:
            found = self._key(key, operand, node)
            if found is None:
                operand = self.mistaken(node.span)
                continue
            dimension, word = found
            if dimension in picks or dimension in groups:
                self.refuse(AMBIGUOUS_PICK, key.span, f"two picks of {dimension}", "pick one member of each dimension")
            elif word in self.scope.dimensions[dimension].members:
                picks[dimension] = self.scope.places(dimension, word)[0]
            else:
                groups[dimension] = key.span
                self._limit(dimension, word, key.span, limits)
        shape = operand.shape
        left = tuple(name for name in shape.dims if name not in picks)
        return Pick(Shape(left, shape.unit, shape.sure), node.span, operand, tuple(picks.items())) if picks else operand

    def _limit(self, dimension: str, group: str, span: Span, limits: list[Limit] | None) -> None:
        if limits is not None:
            limits.append((dimension, self.scope.places(dimension, group), span))
            return
        message = f"'{group}' is a group of {dimension}: it stands for several members"
        remedy = (
            f"add them up: sum(x[{group}], over={dimension}), the pick being the whole or a factor of what is added"
        )
        self.refuse(GROUP_OUTSIDE_SUM, span, message, remedy)

    def _key(self, key: Syntax, operand: Node, node: Subscript) -> tuple[str, str] | None:
        word = _word(key)
        if word is None:
            if not isinstance(key, Broken):
                self.refuse(NOT_IN_LANGUAGE, key.span, "only members and groups stand in [...]", "write x[member]")
            return None
        found = pick_owner(self.scope, word, operand.shape, node.operand.span.text)
        if isinstance(found, tuple):
            return found
        if found is not None:
            mistake, message, remedy = found.mistake, found.message, found.remedy
            self.refuse(mistake, key.span, message, remedy, found.detail)
        return None


def pick_owner(scope: Scope, word: str, shape: Shape, text: str) -> tuple[str, str] | Diagnostic | None:
    """The dimension and member (or group) a pick means; what is wrong with it; None where the value is unknown."""
    owned = scope.owners(word, shape.dims)
    if len(owned) == 1:
        return owned[0]
    if not shape.sure:
        return None
    if len(owned) > 1:
        remedy = "write " + " or ".join(f"{text}[{name}.{member}]" for name, member in owned)
        dims = " and ".join(name for name, _ in owned)
        return AMBIGUOUS_PICK.at(None, f"'{word}' is a member of {dims}", remedy=remedy)
    elsewhere = scope.owners(word, scope.dimensions)
    if elsewhere:
        return NOT_BY_DIMENSION.at(None, f"{text} is not by {elsewhere[0][0]}", detail=by_words(shape.dims))
    if not scope.words(shape.dims):
        return NOT_BY_DIMENSION.at(None, f"{text} has no members to pick from", detail=by_words(shape.dims))
    remedy = did_you_mean(word, scope.words(shape.dims))
    return UNKNOWN_NAME.at(
        None, f"'{word}' is not a member of what {text} is by", detail=by_words(shape.dims), remedy=remedy
    )


def _word(node: Syntax) -> str | None:
    """A member or group as written: a name, or the number of a month count."""
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Number) and node.value.is_integer():
        return str(int(node.value))
    return None
