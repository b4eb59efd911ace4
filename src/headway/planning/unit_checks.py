"""Whether an assumption is in the unit its input needs, and whether its values can be."""

from __future__ import annotations

from decimal import Decimal

from headway.core.diagnostics import Diagnostic
from headway.core.formatting import number, percent
from headway.core.plan import Assumption, Estimate, Input
from headway.core.units import Unit
from headway.planning import mistakes

TIME = frozenset({"day", "week", "month", "quarter", "year"})
JOURNEY = (
    "activity",
    "visit",
    "signup",
    "lead",
    "qualified_lead",
    "meeting",
    "opportunity",
    "deal",
    "account",
)
"""Things counted along the way to a customer; a later one over an earlier one is a conversion, 100% at most."""

SLACK = Decimal("0.000001")


def check_unit(assumption: Assumption, meant: Input) -> list[Diagnostic]:
    """What is wrong with the unit written on an assumption, if anything."""
    expected_text = meant.unit.value.strip()
    expected = Unit.parse(expected_text)
    if expected is None:  # the model itself reports a unit it cannot read
        return []
    written = assumption.unit.strip()
    if not written:
        return [_say_the_time(assumption, expected_text)] if expected.names & TIME else []
    given = Unit.parse(written)
    if given is None:
        remedy = f"write unit: {expected_text}"
        return [mistakes.ASSUMPTION_UNIT.at(assumption.place("unit"), f"'{written}' is not a unit", remedy=remedy)]
    if _silent_about_time(given, expected):
        return [_say_the_time(assumption, expected_text)]
    if given.each_step() == expected.each_step():
        return []
    if given.power("year") < 0 and given * Unit.of({"year": 1}) == expected.each_step():
        return [_annual(assumption, expected_text, expected)]
    message = f"{assumption.name} is in {written}, but the model needs {expected_text}"
    return [
        mistakes.ASSUMPTION_UNIT.at(assumption.place("unit"), message, remedy=_unit_remedy(expected_text, expected))
    ]


def check_values(assumption: Assumption, meant: Input) -> list[Diagnostic]:
    """Values that cannot be: shares outside 0 to 1, counts below zero."""
    told = ((key, one, _impossible(one, meant.unit.value)) for key, one in assumption.values.items())
    wrong = [(key, one, problem) for key, one, problem in told if problem is not None]
    if not wrong:
        return []
    key, first, (message, remedy) = wrong[0]
    where = assumption.name + (f"[{', '.join(key)}]" if key else "")
    others = f"{len(wrong) - 1} more values of {assumption.name} cannot be either" if len(wrong) > 1 else ""
    place = first.location or assumption.location
    return [mistakes.VALUE_OUT_OF_RANGE.at(place, f"{where} {message}", detail=others, remedy=remedy)]


def is_amount(unit_text: str) -> bool:
    """Whether a unit counts things or money, as against a rate, a conversion or a duration."""
    unit = Unit.parse(unit_text)
    if unit is None:
        return False
    above = {name for name, power in unit.powers if power > 0} - TIME
    below = {name for name, power in unit.powers if power < 0} - TIME
    return bool(above) and not below


def is_share(unit_text: str) -> bool:
    """Whether a unit is a share of something: written so, or a conversion along the journey to a customer."""
    if unit_text.strip().split("/")[0].strip() in {"share", "percent"}:
        return True
    unit = Unit.parse(unit_text)
    if unit is None or sorted(power for _, power in unit.powers) != [-1, 1]:
        return False
    (earlier,) = (name for name, power in unit.powers if power < 0)
    (later,) = (name for name, power in unit.powers if power > 0)
    return earlier in JOURNEY and later in JOURNEY and JOURNEY.index(earlier) < JOURNEY.index(later)


def _silent_about_time(given: Unit, expected: Unit) -> bool:
    """A plain share where the model needs one per month: 10% of what span?"""
    return given.is_plain and not expected.is_plain and expected.each_step().is_plain


def _say_the_time(assumption: Assumption, expected: str) -> Diagnostic:
    message = f"{assumption.name} does not say over which time it holds; the model needs {expected}"
    return mistakes.ASSUMPTION_UNIT.at(assumption.place("unit"), message, remedy=f"write unit: {expected}")


def _annual(assumption: Assumption, expected_text: str, expected: Unit) -> Diagnostic:
    message = f"{assumption.name} is a yearly rate, but the model runs by month and needs {expected_text}"
    value = float(next(iter(assumption.values.values())).value) if assumption.values else 0.0
    if not expected.each_step().is_plain:
        remedy = f"divide by 12: {number(value / 12)}, with unit: {expected_text}"
        return mistakes.ANNUAL_ASSUMPTION.at(assumption.place("unit"), message, remedy=remedy)
    remedy = f"divide by 12, or compound; then write unit: {expected_text}"
    if 0 < value < 1:
        lost, gained = percent(1 - (1 - value) ** (1 / 12), digits=3), percent((1 + value) ** (1 / 12) - 1, digits=3)
        remedy = f"{percent(value)} a year is {lost} a month lost, or {gained} gained, with unit: {expected_text}"
    return mistakes.ANNUAL_ASSUMPTION.at(assumption.place("unit"), message, remedy=remedy)


def _unit_remedy(text: str, unit: Unit) -> str:
    if unit.power("currency") > 0 and unit.power("year") < 0:
        return f"recurring revenue is money a year: write unit: {text}, and the amount of a year"
    return f"write unit: {text}, and the value in it"


def _impossible(estimate: Estimate, unit_text: str) -> tuple[str, str] | None:
    parts = sorted(part for part in (estimate.low, estimate.value, estimate.high) if part is not None)
    if is_share(unit_text) and (parts[0] < 0 or parts[-1] > 1 + SLACK):
        worst = parts[0] if parts[0] < 0 else parts[-1]
        remedy = f"did you mean {worst}%?" if 1 < worst <= 100 else "write a share such as 24%"
        return f"is {percent(worst)}, and a share lies between 0% and 100%", remedy
    if is_amount(unit_text) and parts[0] < 0:
        return f"is {parts[0]}, and a count or an amount is not negative", "write it without the minus sign"
    return None
