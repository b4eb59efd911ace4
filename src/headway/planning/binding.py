"""Where a plan meets its model: everything resolved and checked, all mistakes at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from headway.core.calendar import Period
from headway.core.diagnostics import Diagnostic, did_you_mean, errors, in_order
from headway.core.dimensions import MONTH, MONTH_OF_YEAR, Dimension
from headway.core.errors import Fault
from headway.core.plan import Input, ModelText, Plan
from headway.model import CheckedModel, compile_model
from headway.model.tree import reads
from headway.planning import mistakes
from headway.planning.assumptions import Grid, kernels, lay_out, unassumed_values
from headway.planning.bound import ASSUMED, USUAL_TARGET, BoundPlan
from headway.planning.composition import compose, unassumed, unknown_assumption, with_assumed_lines
from headway.planning.terms import check_optional, without_unmeant
from headway.planning.unit_checks import is_amount, is_share

Values = dict[str, NDArray[np.float64]]


def bind(plan: Plan, model: ModelText) -> tuple[BoundPlan | None, tuple[Diagnostic, ...]]:
    """The plan bound to its model, or None; and every mistake in it, in the order of the plan's text."""
    months = _months(plan)
    text, wrong = compose(plan, model)
    found = [*wrong, *(unknown_assumption(name, plan, text) for name in unassumed(text, plan))]
    checked, wrong = _compiled(text, plan)
    found += wrong
    if checked is None:
        laid = [] if "horizon" in plan.gaps.names else _laid_out(plan, Grid(text.dimensions, months), text)[1]
        return None, in_order([*found, *laid])
    found += check_optional(checked)
    known = {name for name in text.inputs if name in plan.assumptions or _untold(text.inputs[name], text, months)}
    assumed = with_assumed_lines(without_unmeant(text, checked, plan, known), checked, plan)
    whole, wrong = compile_model(assumed)
    found += errors(wrong)
    values, wrong = _laid_out(plan, Grid(assumed.dimensions, months, kernels(checked)), assumed)
    found += [*wrong, *_check_target(plan, checked, months)]
    if whole is None:
        return None, in_order(found)
    missing = _missing(plan, whole, values) if not errors(found) else []
    if errors([*found, *missing]):
        return None, in_order([*found, *missing])
    return BoundPlan(plan, whole, months, values, _evaluable(whole, values)), in_order(found)


def bind_as_read(
    plan: Plan | None, model: ModelText | None, found: Sequence[Diagnostic]
) -> tuple[BoundPlan | None, tuple[Diagnostic, ...]]:
    """A plan bound as far as its text could be read, with what was found there: what was not read is not missing."""
    if plan is None or model is None:
        return None, tuple(found)
    bound, more = bind(plan, model)
    if errors(found):
        bound, more = None, tuple(one for one in more if one.mistake != mistakes.MISSING_ASSUMPTION)
    return bound, in_order((*found, *more))


def _months(plan: Plan) -> tuple[Period, ...]:
    start, count = plan.horizon.start, plan.horizon.months
    if start.grain != "month" or count < 1:
        raise Fault(f"a horizon of {count} months from {start} cannot be planned")
    return plan.horizon.each


def _compiled(text: ModelText, plan: Plan) -> tuple[CheckedModel | None, list[Diagnostic]]:
    """The model checked as it stands. Of its warnings, only those about the plan's own text concern the user."""
    checked, found = compile_model(text)
    own = [*plan.own_inputs.values(), *plan.own_lines.values()]
    files = {one.location.file for one in own if one.location}
    return checked, [d for d in found if d.is_error or (d.location is not None and d.location.file in files)]


def _laid_out(plan: Plan, grid: Grid, text: ModelText) -> tuple[Values, list[Diagnostic]]:
    values: Values = {}
    found: list[Diagnostic] = []
    for name, meant in text.inputs.items():
        assumption = plan.assumptions.get(name.removesuffix(ASSUMED) if name.endswith(ASSUMED) else name)
        known = set(meant.by) <= {*text.dimensions, MONTH, MONTH_OF_YEAR}
        if assumption is None or not known:
            untold = unassumed_values(meant, grid) if known else None
            values |= {} if untold is None else {name: untold}
            continue
        laid, wrong = lay_out(assumption, meant, grid)
        found += wrong
        values |= {} if laid is None else {name: laid}
    return values, found


def _untold(meant: Input, text: ModelText, months: Sequence[Period]) -> bool:
    """Whether an input has values although nobody assumes any."""
    known = set(meant.by) <= {*text.dimensions, MONTH, MONTH_OF_YEAR}
    return known and unassumed_values(meant, Grid(text.dimensions, months)) is not None


def _evaluable(model: CheckedModel, values: Mapping[str, object]) -> tuple[str, ...]:
    doubtful = _reaching(model, {name for name in model.inputs if name not in values})
    return tuple(line for line in model.lines if line not in doubtful or set(model.needs([line])) <= set(values))


def _reaching(model: CheckedModel, inputs: set[str]) -> set[str]:
    """The lines that name one of these inputs, themselves or through other lines, be it before the first month only."""
    readers: dict[str, list[str]] = {}
    for name, line in model.lines.items():
        for formula in (line.formula, line.before):
            for read in reads(formula) if formula is not None else ():
                readers.setdefault(read.name, []).append(name)
    for name, declared in model.inputs.items():
        for read in reads(declared.before) if declared.before is not None else ():
            readers.setdefault(read.name, []).append(name)
    reached, waiting = set[str](), list(inputs)
    while waiting:
        fresh = [name for name in readers.get(waiting.pop(), ()) if name not in reached]
        reached.update(fresh)
        waiting += fresh
    return reached


def _check_target(plan: Plan, model: CheckedModel, months: Sequence[Period]) -> list[Diagnostic]:
    target = plan.target
    if target is None:
        return []
    found: list[Diagnostic] = []
    place = target.place("metric") or plan.location
    line = model.lines.get(target.metric)
    adding = [name for name, one in model.lines.items() if one.kind != "ratio" and one.monthly]
    if line is None:
        message = f"the model '{model.text.name}' has no line '{target.metric}' to aim at"
        found.append(mistakes.UNKNOWN_TARGET.at(place, message, remedy=did_you_mean(target.metric, adding)))
    elif line.kind == "ratio":
        message = f"'{target.metric}' is a ratio, and a target is an amount that adds up"
        remedy = "aim at money or a count, such as won_value or arr, and assume the ratio"
        found.append(mistakes.UNKNOWN_TARGET.at(place, message, remedy=remedy))
    elif not line.monthly:
        message = f"'{target.metric}' is one number for the whole plan, and a target is due in a month"
        remedy = "aim at a line that has a value for each month: " + did_you_mean(target.metric, adding)
        found.append(mistakes.UNKNOWN_TARGET.at(place, message, remedy=remedy))
    if not months[0].start <= target.at.last_day < months[-1].end:
        message = f"the target is due in {target.at}, and the plan runs from {months[0]} to {months[-1]}"
        remedy = "change `at:`, or start and months of the horizon"
        found.append(mistakes.TARGET_OUTSIDE_HORIZON.at(target.place("at") or plan.location, message, remedy=remedy))
    return found


def _missing(plan: Plan, model: CheckedModel, values: Mapping[str, object]) -> list[Diagnostic]:
    """One diagnostic for each input the target needs and nobody assumed, with the outputs that wait for it."""
    wanted = _wanted(plan, model, values)
    needed = [name for name in model.needs(wanted) if name not in values]
    return [_missing_one(plan, model, name, wanted) for name in needed]


def missing_for(bound: BoundPlan, line: str) -> tuple[Diagnostic, ...]:
    """What would have to be assumed for a line that cannot be evaluated."""
    needed = [name for name in bound.model.needs([line]) if name not in bound.values]
    return tuple(_missing_one(bound.plan, bound.model, name, (line,)) for name in needed)


def _wanted(plan: Plan, model: CheckedModel, values: Mapping[str, object]) -> tuple[str, ...]:
    if plan.target is not None:
        return (plan.target.metric,)
    if USUAL_TARGET in model.lines:
        return (USUAL_TARGET,)
    return _evaluable(model, values) or tuple(model.lines)


def _missing_one(plan: Plan, model: CheckedModel, name: str, wanted: Iterable[str]) -> Diagnostic:
    meant = model.text.inputs[name]
    waiting = [line for line in wanted if name in model.needs([line])]
    message = f"nothing is assumed for '{name}', which {', '.join(waiting)} needs"
    remedy = f"add to assumptions/, with your own numbers:\n{_example(name, meant, model)}"
    instead = _lines_that_would_do(name, model)
    if instead:
        remedy += f"\nor assume {' or '.join(instead)}, which it feeds, directly"
    return mistakes.MISSING_ASSUMPTION.at(plan.place("model"), message, remedy=remedy)


def _example(name: str, meant: Input, model: CheckedModel) -> str:
    """How the assumption could be written: a copy of it is accepted, with every member the plan has."""
    dimensions = model.text.dimensions
    by = [one for one in meant.by if one in dimensions and (dimensions[one].months or len(dimensions[one]) > 1)]
    value = "24%" if is_share(meant.unit.value) else "1" if meant.unit.value.strip() in ("month", "year") else "100"
    if by and meant.unit.value.strip() == "share":
        value = ""
    head = f"  by: [{', '.join(by)}]\n" if by else ""
    values = _nested(value, [dimensions[one] for one in by], 2) if by else f" {value}"
    each = "  # in each month" if not by and is_amount(meant.unit.value) and MONTH in meant.by else ""
    return f"{name}:\n{head}  unit: {meant.unit}\n  values:{values}{each}\n  basis: judgement"


def _nested(value: str, by: Sequence[Dimension], depth: int) -> str:
    """Values by several dimensions, a row for each member but of the last; no value stands for parts of a whole."""
    first, rest = by[0], by[1:]
    if rest:
        rows = (f"{'  ' * depth}{member}:{_nested(value, rest, depth + 1)}" for member in first.members)
        return "\n" + "\n".join(rows)
    if first.months:
        return f" [{value or '20%, 50%, 30%'}]"
    parts = [value] * len(first) if value else _equal_parts(len(first))
    return " {" + ", ".join(f"{member}: {part}" for member, part in zip(first.members, parts, strict=True)) + "}"


def _equal_parts(count: int) -> list[str]:
    part = 100 // count
    return [f"{part + (1 if i < 100 - part * count else 0)}%" for i in range(count)]


def _lines_that_would_do(name: str, model: CheckedModel) -> list[str]:
    """The counted line an input feeds: assuming it makes the input unnecessary. A step of the journey, if one is near."""
    known, nearest = name, list[str]()
    for _ in range(len(model.lines)):
        readers = [line for line, one in model.lines.items() if known in {read.name for read in reads(one.formula)}]
        if len(readers) != 1 or model.lines[readers[0]].kind != "flow":
            break
        known = readers[0]
        if known in model.text.journey:
            return [known]
        nearest = nearest or [known]
    return nearest
