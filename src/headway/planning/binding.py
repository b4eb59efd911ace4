"""Where a plan meets its model: everything resolved and checked, all mistakes at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from headway.core.calendar import Period, add_months, month
from headway.core.diagnostics import Diagnostic, did_you_mean, errors
from headway.core.errors import Fault
from headway.core.plan import Input, ModelText, Plan
from headway.model import CheckedModel, compile_model
from headway.model.tree import reads
from headway.planning import mistakes
from headway.planning.assumptions import Grid, lay_out, sole_share
from headway.planning.bound import ASSUMED, USUAL_TARGET, BoundPlan
from headway.planning.composition import compose, unassumed, unknown_assumption, with_assumed_lines
from headway.planning.unit_checks import is_share

Values = dict[str, NDArray[np.float64]]


def bind(plan: Plan, model: ModelText) -> tuple[BoundPlan | None, tuple[Diagnostic, ...]]:
    """The plan bound to its model, or None; and every mistake in it, in the order of the plan's text."""
    months = _months(plan)
    text, wrong = compose(plan, model)
    found = [*wrong, *(unknown_assumption(name, plan, text) for name in unassumed(text, plan))]
    checked, wrong = _compiled(text, plan)
    found += wrong
    if checked is None:
        return None, _in_order([*found, *_laid_out(plan, text, months)[1]])
    assumed = with_assumed_lines(text, checked, plan)
    whole, wrong = compile_model(assumed)
    found += errors(wrong)
    values, wrong = _laid_out(plan, assumed, months)
    found += [*wrong, *_check_target(plan, checked, months)]
    if whole is None:
        return None, _in_order(found)
    missing = _missing(plan, whole, values) if not errors(found) else []
    if errors([*found, *missing]):
        return None, _in_order([*found, *missing])
    return BoundPlan(plan, whole, months, values, _evaluable(whole, values)), _in_order(found)


def _months(plan: Plan) -> tuple[Period, ...]:
    start, count = plan.horizon.start, plan.horizon.months
    if start.grain != "month" or count < 1:
        raise Fault(f"a horizon of {count} months from {start} cannot be planned")
    return tuple(month(add_months(start.start, i)) for i in range(count))


def _compiled(text: ModelText, plan: Plan) -> tuple[CheckedModel | None, list[Diagnostic]]:
    """The model checked as it stands. Of its warnings, only those about the plan's own text concern the user."""
    checked, found = compile_model(text)
    own = [*plan.own_inputs.values(), *plan.own_lines.values()]
    files = {one.location.file for one in own if one.location}
    return checked, [d for d in found if d.is_error or (d.location is not None and d.location.file in files)]


def _laid_out(plan: Plan, text: ModelText, months: tuple[Period, ...]) -> tuple[Values, list[Diagnostic]]:
    grid = Grid(text.dimensions, months)
    values: Values = {}
    found: list[Diagnostic] = []
    for name, meant in text.inputs.items():
        assumption = plan.assumptions.get(name.removesuffix(ASSUMED) if name.endswith(ASSUMED) else name)
        known = set(meant.by) <= {*text.dimensions, "month", "month_of_year"}
        if assumption is None or not known:
            shares = sole_share(meant, grid) if known else None
            values |= {} if shares is None else {name: shares}
            continue
        laid, wrong = lay_out(assumption, meant, grid)
        found += wrong
        values |= {} if laid is None else {name: laid}
    return values, found


def _evaluable(model: CheckedModel, values: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(line for line in model.lines if set(model.needs([line])) <= set(values))


def _check_target(plan: Plan, model: CheckedModel, months: Sequence[Period]) -> list[Diagnostic]:
    target = plan.target
    if target is None:
        return []
    found: list[Diagnostic] = []
    place = target.location or plan.location
    line = model.lines.get(target.metric)
    if line is None:
        adding = [name for name, one in model.lines.items() if one.kind != "ratio"]
        message = f"the model '{model.text.name}' has no line '{target.metric}' to aim at"
        found.append(mistakes.UNKNOWN_TARGET.at(place, message, remedy=did_you_mean(target.metric, adding)))
    elif line.kind == "ratio":
        message = f"'{target.metric}' is a ratio, and a target is an amount that adds up"
        remedy = "aim at money or a count, such as won_value or arr, and assume the ratio"
        found.append(mistakes.UNKNOWN_TARGET.at(place, message, remedy=remedy))
    if not months[0].start <= target.at.last_day < months[-1].end:
        message = f"the target is due in {target.at}, and the plan runs from {months[0]} to {months[-1]}"
        remedy = "change `at:`, or start and months of the horizon"
        found.append(mistakes.TARGET_OUTSIDE_HORIZON.at(place, message, remedy=remedy))
    return found


def _missing(plan: Plan, model: CheckedModel, values: Mapping[str, object]) -> list[Diagnostic]:
    """One diagnostic for each input the target needs and nobody assumed, with the outputs that wait for it."""
    wanted = _wanted(plan, model, values)
    needed = [name for name in model.needs(wanted) if name not in values]
    return [_missing_one(plan, model, name, wanted) for name in needed]


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
    remedy = f"add to assumptions/:\n{_example(name, meant, model)}"
    instead = _lines_that_would_do(name, model)
    if instead:
        remedy += f"\nor assume {' or '.join(instead)}, which it feeds, directly"
    return mistakes.MISSING_ASSUMPTION.at(plan.location, message, remedy=remedy)


def _example(name: str, meant: Input, model: CheckedModel) -> str:
    by = [one for one in meant.by if one != "month" and len(model.text.dimensions[one]) > 1]
    by += [
        one for one in meant.by if one in model.text.dimensions and model.text.dimensions[one].months and one not in by
    ]
    value = "24%" if is_share(meant.unit.value) else "100"
    for one in reversed(by):
        dimension = model.text.dimensions[one]
        members = ", ".join(f"{member}: {value}" for member in dimension.members[:3])
        value = "[20%, 50%, 30%]" if dimension.months else f"{{{members}}}"
    head = f"  by: [{', '.join(by)}]\n" if by else ""
    return f"{name}:\n{head}  unit: {meant.unit}\n  values: {value}\n  basis: judgement"


def _lines_that_would_do(name: str, model: CheckedModel) -> list[str]:
    """Counted lines that read the input directly: assuming one of them makes the input unnecessary."""
    readers = [
        line
        for line, one in model.lines.items()
        if name in {read.name for read in reads(one.formula)} and one.kind == "flow"
    ]
    return readers[:1] if len(readers) == 1 else []


def _in_order(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """By file, line and column; those without a place first."""
    return tuple(
        sorted(found, key=lambda d: (d.location.file, d.location.line, d.location.column) if d.location else ("", 0, 0))
    )
