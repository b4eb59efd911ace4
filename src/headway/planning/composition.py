"""The model a plan runs on: the shipped text with the plan's members, lags and own lines, and lines it assumes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from headway.core.diagnostics import Diagnostic, did_you_mean
from headway.core.dimensions import MONTH, Dimension
from headway.core.plan import Assumption, Gaps, Input, Line, ModelText, Plan
from headway.core.positions import Location, Piece
from headway.core.units import Unit
from headway.model import CheckedModel
from headway.planning import mistakes
from headway.planning.bound import ASSUMED


def compose(plan: Plan, model: ModelText) -> tuple[ModelText, tuple[Diagnostic, ...]]:
    """The model's text with what the plan says of it: members, lags, own inputs, own lines."""
    dimensions, found = _dimensions(plan, model)
    inputs = {name: one for name, one in model.inputs.items() if name not in plan.own_lines}
    lines = {name: one for name, one in model.lines.items() if name not in plan.own_inputs}
    inputs, lines = {**inputs, **plan.own_inputs}, {**lines, **plan.own_lines}
    gaps = model.gaps | plan.gaps | Gaps(frozenset(model.dimensions.keys() - dimensions.keys()))
    return replace(model, dimensions=dimensions, inputs=inputs, lines=lines, gaps=gaps), found


def with_assumed_lines(text: ModelText, checked: CheckedModel, plan: Plan) -> ModelText:
    """The same text where each line that is assumed reads its assumption instead of its formula."""
    inputs, lines = dict(text.inputs), dict(text.lines)
    for name in plan.assumptions:
        if name in lines:
            inputs[name + ASSUMED], lines[name] = _assumed(lines[name], checked, plan.assumptions[name])
    return replace(text, inputs=inputs, lines=lines)


def unassumed(text: ModelText, plan: Plan) -> tuple[str, ...]:
    """Names the plan assumes and the model has neither as an input nor as a line."""
    if text.gaps.any_name:
        return ()
    known = {*text.inputs, *text.lines, *text.gaps.names}
    return tuple(name for name in plan.assumptions if name not in known)


def unknown_assumption(name: str, plan: Plan, text: ModelText) -> Diagnostic:
    """The diagnostic for a name the model has no place for."""
    known = [*text.inputs, *text.lines]
    variants = sorted(one for one in known if one.startswith(f"{name}."))
    remedy = f"write {variants[0]}, which says how it is measured" if variants else did_you_mean(name, known)
    place = plan.assumptions[name].location
    message = f"the model '{text.name}' has no input or line '{name}'"
    return mistakes.UNKNOWN_ASSUMPTION.at(place, message, remedy=remedy)


def _dimensions(plan: Plan, model: ModelText) -> tuple[dict[str, Dimension], tuple[Diagnostic, ...]]:
    found: list[Diagnostic] = []
    made: dict[str, Dimension] = {}
    for name, dimension in model.dimensions.items():
        if name in plan.gaps.names or ("dimensions" in plan.gaps.names and not dimension.months):
            continue  # the plan names its members, but they could not be read
        if dimension.months:
            made[name] = Dimension.of_months(name, _lags(name, dimension, plan.assumptions))
        else:
            made[name] = _renamed(dimension, plan.dimensions.get(name, dimension.members))
    for name, members in plan.dimensions.items():
        if name in model.gaps.names or model.gaps.any_name:
            continue
        if name not in model.dimensions:
            found.append(_strange(name, plan, model))
        elif model.dimensions[name].months:
            message = f"{name} counts months, so it has no members such as '{members[0] if members else ''}'"
            remedy = f"leave it out: the lists given by {name} say how many months it has"
            found.append(mistakes.PLAN_DIMENSION.at(_where_named(name, plan), message, remedy=remedy))
    return made, tuple(found)


def _strange(name: str, plan: Plan, model: ModelText) -> Diagnostic:
    message = f"the model '{model.name}' is not broken down by '{name}'"
    named = [one.name for one in model.dimensions.values() if not one.months]
    return mistakes.PLAN_DIMENSION.at(_where_named(name, plan), message, remedy=did_you_mean(name, named))


def _where_named(dimension: str, plan: Plan) -> Location | None:
    """Where a plan names the members of a dimension: under its short key, or among `dimensions`."""
    return plan.places.get(f"{dimension}s") or plan.place("dimensions")


def _renamed(dimension: Dimension, members: tuple[str, ...]) -> Dimension:
    """The dimension with other members; of its groups, those whose members are all still there."""
    groups = {name: group for name, group in dimension.groups.items() if set(group) <= set(members)}
    return replace(dimension, members=members, groups=groups)


def _lags(name: str, dimension: Dimension, assumptions: Mapping[str, Assumption]) -> int:
    """How many months a lag has: as many as the longest list over it; a shorter one is reported where it is laid out."""
    labels = {key[a.by.index(name)] for a in assumptions.values() if name in a.by for key in a.values}
    return len(labels) or len(dimension)


def standing_in(text: ModelText, checked: CheckedModel, line: str) -> ModelText:
    """The same text where one line reads an input of its own shape instead of its formula."""
    made, changed = _reading_input(text.lines[line], checked, line)
    return replace(text, inputs={**text.inputs, made.name: made}, lines={**text.lines, line: changed})


def _assumed(line: Line, checked: CheckedModel, assumption: Assumption) -> tuple[Input, Line]:
    made, changed = _reading_input(line, checked, line.name, assumption.unit)
    return replace(made, location=assumption.location), changed


def _reading_input(line: Line, checked: CheckedModel, name: str, unit_text: str = "rate") -> tuple[Input, Line]:
    known = checked.lines[name]
    unit = line.unit or Piece.of(_written(known.unit) if known.unit else unit_text)
    by = tuple(one for one in known.by if one != MONTH)
    monthly = (MONTH,) if known.monthly else ()
    made = Input(name + ASSUMED, unit, (*by, *monthly))
    return made, replace(line, formula=Piece.of(made.name), by=by, unit=unit, kind=known.kind, optional=())


def _written(unit: Unit) -> str:
    """A unit spelt so that it can be read again, powers written out."""
    above = [name for name, power in unit.powers for _ in range(power)]
    below = [name for name, power in unit.powers for _ in range(-power)]
    return "/".join(["*".join(above) or "1", *below])
