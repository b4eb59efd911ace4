"""Checks one line, or one input: its formula against what it declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from headway.core.diagnostics import Diagnostic
from headway.core.dimensions import MONTH
from headway.core.plan import Input, Kind, Line
from headway.core.units import NUMBER, Unit
from headway.model import units
from headway.model.check import Checker
from headway.model.checked import CheckedInput, CheckedLine
from headway.model.kinds import check_kind, kind_of
from headway.model.mistakes import DIMENSION_MISMATCH, NOT_IN_LANGUAGE, SELF_READING_LINE, UNIT_MISMATCH
from headway.model.order import LineReadings
from headway.model.scope import Scope
from headway.model.syntax import Syntax, readings
from headway.model.tree import Constant, Node, Shape


@dataclass(frozen=True)
class ParsedLine:
    """A line with its formulas parsed, its declared unit read, and how it stands to its own past."""

    line: Line
    formula: Syntax
    before: Syntax | None
    unit: Unit | None
    in_ring: bool = False
    carries_over: bool = False

    @property
    def readings(self) -> LineReadings:
        """What its formulas read."""
        before = tuple(readings(self.before)) if self.before is not None else None
        return LineReadings(tuple(readings(self.formula)), before)


def assumed_shape(parsed: ParsedLine, scope: Scope) -> Shape:
    """What a line in a ring is taken to be before its formula is checked: what it declares."""
    known = parsed.unit is not None and parsed.carries_over and scope.knows(parsed.line.by or ())
    return Shape(scope.ordered((MONTH, *(parsed.line.by or ()))), parsed.unit, known)


def check_self_reading(parsed: ParsedLine) -> Diagnostic | None:
    """A line that reads its own past must state its unit: nothing else can tell it."""
    line = parsed.line
    if not parsed.carries_over or line.unit is not None:
        return None
    message = f"{line.name} reads its own past, but does not state its unit"
    remedy = "add `unit:`" + ("" if line.by is not None else ", and `by:` where it varies by a dimension")
    return SELF_READING_LINE.at(line.location or line.formula.location, message, remedy=remedy)


def check_line(
    parsed: ParsedLine, scope: Scope, kinds: Mapping[str, Kind]
) -> tuple[CheckedLine, Shape, list[Diagnostic]]:
    """A line with everything inferred, the shape others read it with, and what is wrong with it."""
    line, checker = parsed.line, Checker(scope)
    formula = checker.value(parsed.formula)
    before = checker.value(parsed.before) if parsed.before is not None else None
    found = checker.diagnostics
    by, sure = _by(parsed, scope, formula, found)
    if before is not None:
        _check_before(line.name, by, parsed.unit or formula.shape.unit, before, found)
    unit = _unit(parsed, formula, found)
    wrong_kind = check_kind(line, unit)
    found += [wrong_kind] if wrong_kind is not None else []
    kind = line.kind or kind_of(formula, unit, parsed.carries_over, kinds)
    monthly = parsed.in_ring or formula.shape.monthly or before is not None or MONTH in (line.by or ())
    shown = line.unit.value if line.unit is not None else str(unit or NUMBER)
    checked = CheckedLine(line.name, by, monthly, unit or NUMBER, shown, kind, formula, before, line)
    return checked, Shape(checked.dims, unit, sure), found


def _by(parsed: ParsedLine, scope: Scope, formula: Node, found: list[Diagnostic]) -> tuple[tuple[str, ...], bool]:
    """What a line is by, and whether that is known in spite of mistakes."""
    line = parsed.line
    varies = tuple(name for name in formula.shape.dims if name != MONTH)
    if line.by is None and not parsed.carries_over:
        return varies, formula.shape.sure
    by = scope.ordered(name for name in line.by or () if name != MONTH)
    extra = [name for name in varies if name not in by]
    if extra and line.by is None:
        message = f"{line.name} reads its own past and varies by {', '.join(extra)}, but does not say so"
        remedy = f"add `by: [{', '.join(extra)}]`"
        found.append(SELF_READING_LINE.at(formula.span.location, message, remedy=remedy))
        return varies, False
    if extra:
        found.append(_too_wide(line.name, by, extra, formula))
    return by, scope.knows(line.by or ())


def _too_wide(name: str, by: tuple[str, ...], extra: list[str], formula: Node) -> Diagnostic:
    stands = f"is by {', '.join(by)}" if by else "is one number"
    message = f"{name} {stands}, but this varies by {', '.join(extra)}" + (" too" if by else "")
    remedy = f"add {', '.join(extra)} to `by:`, or sum(..., over={extra[0]})"
    return DIMENSION_MISMATCH.at(formula.span.location, message, remedy=remedy)


def _check_before(name: str, by: tuple[str, ...], unit: Unit | None, before: Node, found: list[Diagnostic]) -> None:
    extra = [dim for dim in before.shape.dims if dim != MONTH and dim not in by]
    if extra:
        found.append(_too_wide(name, by, extra, before))
    given = before.shape.unit
    if isinstance(before, Constant) and given == NUMBER:
        return  # a number by itself is in the unit of what it belongs to
    if given is not None and unit is not None and not units.same(given, unit):
        message = f"{name} is {unit}, but its `before:` is {given}"
        found.append(UNIT_MISMATCH.at(before.span.location, message, remedy="give both the same unit"))


def _unit(parsed: ParsedLine, formula: Node, found: list[Diagnostic]) -> Unit | None:
    """The unit of a line: the declared one, checked, or what its formula gives, seen from inside the month."""
    given = formula.shape.unit
    if parsed.unit is not None and parsed.line.unit is not None:
        wrong = units.declared(parsed.line.name, parsed.line.unit.value, parsed.unit, formula)
        found += [wrong] if wrong is not None else []
        return parsed.unit
    yearly = units.yearly_amount(formula)
    if yearly is not None:
        found.append(units.annual(yearly))
        return None
    return given.each_step() if given is not None else None


def check_input(
    declared: Input, shape: Shape, scope: Scope, before: Syntax | None, lines: Mapping[str, Line]
) -> tuple[CheckedInput, list[Diagnostic]]:
    """An input with what holds before the plan checked: it may stand on numbers and on inputs without months."""
    found: list[Diagnostic] = []
    checked = None
    if before is not None:
        checked, found = _input_before(declared, shape, scope, before, lines)
    dims = shape.dims
    known = CheckedInput(declared.name, declared.by, dims, shape.unit or NUMBER, declared.unit.value, checked, declared)
    return known, found


def _input_before(
    declared: Input, shape: Shape, scope: Scope, before: Syntax, lines: Mapping[str, Line]
) -> tuple[Node | None, list[Diagnostic]]:
    if MONTH not in declared.by:
        message = f"{declared.name} is not by month, so it holds before the plan as it stands"
        return None, [DIMENSION_MISMATCH.at(before.span.location, message, remedy="remove `before:`")]
    for read in readings(before):
        if read.name in lines or (read.name in scope.values and scope.values[read.name].monthly):
            message = f"the `before:` of an input cannot read {read.name}, which runs by month"
            remedy = "write a number, or an input that is not by month"
            return None, [NOT_IN_LANGUAGE.at(read.span.location, message, remedy=remedy)]
    checker = Checker(replace(scope, values={n: s for n, s in scope.values.items() if not s.monthly}))
    node = checker.value(before)
    by = tuple(name for name in shape.dims if name != MONTH)
    _check_before(declared.name, by, shape.unit, node, checker.diagnostics)
    return node, checker.diagnostics
