"""How units combine inside a monthly grid, and how a yearly figure in a monthly place is told."""

from __future__ import annotations

from headway.core.diagnostics import Diagnostic
from headway.core.units import Unit
from headway.model.mistakes import ANNUAL_RATE, UNIT_DECLARED, UNIT_MISMATCH
from headway.model.syntax import Span
from headway.model.tree import Node, Read, reads

PER_YEAR = Unit.of({"year": -1})
_TIME = frozenset(("month", "year"))


def same(left: Unit, right: Unit) -> bool:
    """Whether two units are one inside a month, where `per month` is the amount itself."""
    return left == right or left.each_step() == right.each_step()


def joined(left: Unit | None, right: Unit | None) -> Unit | None:
    """The unit of two values that go together; None fits any."""
    if left is None or right is None:
        return left if right is None else right
    return left if left == right else left.each_step()


def mismatch(verb: str, left: Node, right: Node, span: Span) -> Diagnostic | None:
    """What is wrong with joining two values, if anything: plain words for units, special ones for a year's figure."""
    one, other = left.shape.unit, right.shape.unit
    if one is None or other is None or same(one, other):
        return None
    yearly = _yearly_side(one, other, left, right)
    if yearly is not None:
        return annual(yearly, span)
    detail = f"left is {one}, right is {other}"
    return UNIT_MISMATCH.at(span.location, f"cannot {verb} {one} and {other}", detail=detail, remedy=_hint(one, other))


def _hint(one: Unit, other: Unit) -> str:
    ratio = (one / other).each_step()
    if ratio.names and ratio.names <= {"month", "year"}:
        return "they differ in time only: convert one of them, for example with * year / 12"
    if one.is_plain != other.is_plain:
        sized = other if one.is_plain else one
        return f"write a number in its unit, such as 2 * {sized}" if _spoken(sized) else ""
    return ""


def _spoken(unit: Unit) -> bool:
    """Whether a unit as shown can stand in a formula."""
    powers = [power for _, power in unit.powers]
    return max(powers) == 1 and min(powers) >= -1


def _yearly_side(one: Unit, other: Unit, left: Node, right: Node) -> Read | None:
    ratio = one.each_step() / other.each_step()
    if not _years_only(ratio):
        return None
    return yearly_read(left if ratio.power("year") < 0 else right)


def _years_only(unit: Unit) -> bool:
    return bool(unit.names) and unit.names <= {"year"}


def yearly_read(node: Node) -> Read | None:
    """What a formula reads that is per year: a rate before an amount."""
    found = [read for read in reads(node) if read.shape.unit is not None and read.shape.unit.power("year") < 0]
    rates = [read for read in found if read.shape.unit == PER_YEAR]
    return (rates or found or [None])[0]


def annual(read: Read, span: Span | None = None) -> Diagnostic:
    """A yearly figure acts on a month."""
    message = f"{read.name} is per year, but the plan runs by month"
    remedy = f"take a month's part: {read.name} * year / 12"
    if read.shape.unit == PER_YEAR:
        remedy += ", or write the monthly rate as share/month"
    detail = f"in: {span.text}" if span is not None and span.text != read.name else ""
    return ANNUAL_RATE.at(read.span.location, message, detail=detail, remedy=remedy)


def yearly_amount(formula: Node) -> Read | None:
    """The yearly figure that a formula applies to a month without converting it.

    Either per year was multiplied by per year, or a rate per year is all that makes the amount one of a year.
    """
    unit = formula.shape.unit
    if unit is None or unit.power("year") >= 0:
        return None
    found = [read for read in reads(formula) if read.shape.unit is not None and read.shape.unit.power("year") < 0]
    by_rates = bool(found) and all(read.shape.unit == PER_YEAR for read in found)
    return yearly_read(formula) if unit.power("year") <= -2 or (by_rates and not unit.names <= _TIME) else None


def declared(name: str, written: str, unit: Unit, formula: Node) -> Diagnostic | None:
    """What is wrong between the unit a line declares and the one its formula gives."""
    given = formula.shape.unit
    if given is None or same(given, unit):
        return None
    ratio = given.each_step() / unit.each_step()
    yearly = yearly_read(formula) if _years_only(ratio) and ratio.power("year") < 0 else None
    if yearly is not None:
        return annual(yearly)
    message = f"{name} is declared as {written}, but the formula gives {given}"
    return UNIT_DECLARED.at(formula.span.location, message, remedy=_hint(given, unit) or "change one of the two")
