"""From a model's text to a checked model, or to everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from headway.core.diagnostics import Diagnostic, errors, in_order
from headway.core.plan import Kind, Line, ModelText
from headway.core.positions import Piece
from headway.model.check import Checker
from headway.model.checked import CheckedInput, CheckedLine, CheckedModel, looks_back
from headway.model.declarations import base_units, check_declarations, input_shape, read_unit
from headway.model.lines import ParsedLine, assumed_shape, check_input, check_line, check_self_reading
from headway.model.mistakes import MISSING_BEFORE, NOT_IN_LANGUAGE, SYNTAX, UNKNOWN_NAME, UNUSED_INPUT
from headway.model.order import Component, check_rings, components
from headway.model.parse import parse_formula
from headway.model.scope import Scope
from headway.model.syntax import Syntax
from headway.model.tree import Shape, reads


def compile_model(text: ModelText) -> tuple[CheckedModel | None, tuple[Diagnostic, ...]]:
    """The checked model, None where its text has errors; and every mistake and warning, in the order of the text."""
    found = list(check_declarations(text))
    values = _input_shapes(text, found)
    scope = Scope(text.dimensions, base_units(text), values, text.gaps)
    inputs = _inputs(text, scope, found)
    parsed = {name: _parse_line(line, found) for name, line in text.lines.items()}
    readings = {name: line.readings for name, line in parsed.items()}
    order = components(readings)
    found += check_rings(readings, order)
    lines = _lines(_with_rings(parsed, order), order, scope, values, found)
    for formula in text.gaps.formulas:
        found += _by_itself(formula, scope)
    if not text.gaps and not any(d.mistake in (SYNTAX, NOT_IN_LANGUAGE, UNKNOWN_NAME) for d in found):
        found += _unused(text, parsed, inputs)
    if errors(found) or text.gaps:
        return None, in_order(found)
    model = CheckedModel(text, lines, inputs, order, scope)
    found += _untold_inputs(model)
    return (None if errors(found) else model), in_order(found)


def _input_shapes(text: ModelText, found: list[Diagnostic]) -> dict[str, Shape]:
    scope = Scope(text.dimensions, frozenset(), {})
    return {i.name: input_shape(i, scope, read_unit(i.unit, found)) for i in text.inputs.values()}


def _parse(piece: Piece | None, found: list[Diagnostic]) -> Syntax | None:
    if piece is None:
        return None
    tree, wrong = parse_formula(piece)
    found += wrong
    return tree


def _parse_line(line: Line, found: list[Diagnostic]) -> ParsedLine:
    formula, wrong = parse_formula(line.formula)
    found += wrong
    return ParsedLine(line, formula, _parse(line.before, found), read_unit(line.unit, found))


def _by_itself(formula: Piece, scope: Scope) -> Iterable[Diagnostic]:
    """What is wrong with the formula of a line that says something else that cannot be read."""
    tree, wrong = parse_formula(formula)
    checker = Checker(scope)
    checker.value(tree)
    return (*wrong, *checker.diagnostics)


def _inputs(text: ModelText, scope: Scope, found: list[Diagnostic]) -> dict[str, CheckedInput]:
    inputs: dict[str, CheckedInput] = {}
    for declared in text.inputs.values():
        before = _parse(declared.before, found)
        inputs[declared.name], wrong = check_input(declared, scope.values[declared.name], scope, before, text.lines)
        found += wrong
    return inputs


def _with_rings(parsed: Mapping[str, ParsedLine], order: Iterable[Component]) -> dict[str, ParsedLine]:
    """The lines, knowing whether they stand in a ring, and whether the ring reads their past."""
    known = dict(parsed)
    for component in (c for c in order if c.ring):
        read = {r.name for name in component.names for r in parsed[name].readings.all if r.earlier}
        for name in component.names:
            known[name] = replace(parsed[name], in_ring=True, carries_over=name in read)
    return known


def _lines(
    parsed: Mapping[str, ParsedLine],
    order: Iterable[Component],
    scope: Scope,
    values: dict[str, Shape],
    found: list[Diagnostic],
) -> dict[str, CheckedLine]:
    """Every line checked after those it reads; `values` fills up with what each is."""
    lines: dict[str, CheckedLine] = {}
    kinds: dict[str, Kind] = {}
    for component in order:
        for line in (parsed[name] for name in component.names if component.ring):
            values[line.line.name] = assumed_shape(line, scope)
            wrong = check_self_reading(line)
            found += [wrong] if wrong is not None else []
            if line.carries_over:
                kinds[line.line.name] = line.line.kind or "stock"
        for name in component.names:
            lines[name], values[name], mistakes = check_line(parsed[name], scope, kinds)
            kinds[name] = lines[name].kind
            found += mistakes
    return {name: lines[name] for name in parsed}


def _unused(
    text: ModelText, parsed: Mapping[str, ParsedLine], inputs: Mapping[str, CheckedInput]
) -> Iterable[Diagnostic]:
    read = {r.name for line in parsed.values() for r in line.readings.all}
    read |= {r.name for i in inputs.values() if i.before is not None for r in reads(i.before)}
    for declared in text.inputs.values():
        if declared.name not in read:
            where = declared.location or declared.unit.location
            message = f"no line reads the input {declared.name}"
            yield UNUSED_INPUT.at(where, message, remedy="remove it, or use it in a line", severity="warning")


def _untold_inputs(model: CheckedModel) -> Iterable[Diagnostic]:
    """Inputs by month that some line reads before the first month, with nothing said about that time."""
    depths = model.months_before(model.lines)
    untold = {i.name for i in model.inputs.values() if i.by_month and i.before is None and depths.get(i.name, 0) > 0}
    for line in model.lines.values():
        depth = depths[line.name]
        asked = list(looks_back(line.formula, 0 if line.before is not None else depth))
        asked += looks_back(line.before, depth) if line.before is not None and depth else ()
        for read, months in asked:
            if read.name in untold and months > 0:
                untold.discard(read.name)
                message = (
                    f"{read.name} is read {months} months before the first month"
                    if months > 1
                    else (f"{read.name} is read in the month before the first")
                )
                remedy = f"add `before:` to the input {read.name}"
                yield MISSING_BEFORE.at(read.span.location, message, remedy=remedy)
