"""What a model declares before any formula: dimensions, names, the units and breakdowns of inputs and lines."""

from __future__ import annotations

from collections.abc import Iterable

from headway.core.diagnostics import Diagnostic, did_you_mean
from headway.core.dimensions import MONTH, MONTH_OF_YEAR, Dimension
from headway.core.plan import Input, Line, ModelText
from headway.core.positions import Piece
from headway.core.units import Unit
from headway.model.mistakes import DUPLICATE_MEMBER, NAME_TAKEN, UNKNOWN_NAME, UNKNOWN_UNIT
from headway.model.scope import RESERVED, Scope, usable
from headway.model.tree import Shape


def check_declarations(text: ModelText) -> tuple[Diagnostic, ...]:
    """Every mistake in dimensions, names and breakdowns."""
    found: list[Diagnostic] = []
    for dimension in text.dimensions.values():
        found += _dimension(dimension)
    for thing in (*text.inputs.values(), *text.lines.values()):
        found += _name(thing, text)
        found += _by(thing, text)
    return tuple(found)


def _dimension(dimension: Dimension) -> Iterable[Diagnostic]:
    if dimension.name in RESERVED or not usable(dimension.name):
        yield NAME_TAKEN.at(
            dimension.location, f"a dimension cannot be called '{dimension.name}'", remedy="choose another name"
        )
    for word in _repeated((*dimension.members, *dimension.groups)):
        message = f"'{word}' is listed twice in {dimension.name}"
        yield DUPLICATE_MEMBER.at(
            dimension.location, message, remedy="keep one of them; a group needs a name of its own"
        )
    for group, members in dimension.groups.items():
        for word in _repeated(members):
            message = f"'{word}' is listed twice in group {group} of {dimension.name}"
            yield DUPLICATE_MEMBER.at(dimension.location, message, remedy="keep one of them")
        for word in members:
            if word not in dimension.members:
                message = f"'{word}' in group {group} is not a member of {dimension.name}"
                yield UNKNOWN_NAME.at(dimension.location, message, remedy=did_you_mean(word, dimension.members))


def _repeated(words: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    again: list[str] = []
    for word in words:
        if word in seen and word not in again:
            again.append(word)
        seen.add(word)
    return again


def _name(thing: Input | Line, text: ModelText) -> Iterable[Diagnostic]:
    if not usable(thing.name):
        remedy = "use letters, digits and _, with dots between parts, and no word Python reserves"
        yield NAME_TAKEN.at(thing.location, f"'{thing.name}' cannot be used as a name", remedy=remedy)
    elif thing.name in RESERVED or thing.name in text.dimensions:
        what = "a dimension" if thing.name in text.dimensions else "a word of the formula language"
        yield NAME_TAKEN.at(thing.location, f"'{thing.name}' is {what}", remedy="choose another name")
    elif isinstance(thing, Line) and thing.name in text.inputs:
        message = f"'{thing.name}' is both an input and a line"
        yield NAME_TAKEN.at(thing.location, message, remedy="rename or remove one of the two")


def _by(thing: Input | Line, text: ModelText) -> Iterable[Diagnostic]:
    known = (*text.dimensions, MONTH, MONTH_OF_YEAR) if isinstance(thing, Input) else (*text.dimensions, MONTH)
    for name in thing.by or ():
        if name not in known and not text.gaps.any_name and name not in text.gaps.names:
            remedy = did_you_mean(name, known)
            yield UNKNOWN_NAME.at(
                thing.location, f"{thing.name} is by '{name}', which is not a dimension", remedy=remedy
            )
    for name in _repeated(thing.by or ()):
        yield DUPLICATE_MEMBER.at(thing.location, f"{thing.name} is by {name} twice", remedy="name it once")
    if MONTH in (thing.by or ()) and MONTH_OF_YEAR in (thing.by or ()):
        message = f"{thing.name} is by month and by month_of_year"
        yield DUPLICATE_MEMBER.at(thing.location, message, remedy="keep one of the two")


def read_unit(piece: Piece | None, found: list[Diagnostic]) -> Unit | None:
    """A declared unit as seen from inside the monthly grid; what cannot be read is reported and fits any."""
    if piece is None:
        return None
    unit = Unit.parse(piece.value)
    if unit is None:
        remedy = "join words by * and /, such as deal/opportunity; a plain number is rate"
        found.append(UNKNOWN_UNIT.at(piece.location, f"'{piece.value}' is not a unit", remedy=remedy))
        return None
    return unit.each_step()


def base_units(text: ModelText) -> frozenset[str]:
    """Every unit word the model uses; each is a constant of one in formulas. Month and year are always there."""
    pieces = [thing.unit for thing in (*text.inputs.values(), *text.lines.values()) if thing.unit is not None]
    parsed = [Unit.parse(piece.value) for piece in pieces]
    named = frozenset(name for unit in parsed if unit is not None for name in unit.names)
    return named | text.gaps.units | {"month", "year"}


def input_shape(declared: Input, scope: Scope, unit: Unit | None) -> Shape:
    """What an input varies by inside the grid: a month of the year is read by the month it is."""
    by = [MONTH if name == MONTH_OF_YEAR else name for name in declared.by]
    return Shape(scope.ordered(by), unit, scope.knows(by))
