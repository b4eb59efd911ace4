"""Single values: what a word in the text is as a number, a date, a period, a unit, one of a few choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from headway.core.calendar import FiscalCalendar, Period, parse_day
from headway.core.diagnostics import Diagnostic, Mistake, did_you_mean
from headway.core.positions import Piece
from headway.core.quantity import Quantity
from headway.core.units import Unit
from headway.text import mistakes
from headway.text.nodes import Scalar, shortened
from headway.text.source import blot


@dataclass(frozen=True)
class Wrong:
    """Why a word is not what was asked for."""

    mistake: Mistake
    message: str
    remedy: str = ""


def quantity(scalar: Scalar, _: FiscalCalendar) -> Quantity | Wrong:
    """An exact number, perhaps with its currency."""
    read = Quantity.parse(scalar.text)
    if read is not None:
        return read
    remedy = "write it without underscores" if "_" in scalar.text else "write 1200, 1,200, 16.0m EUR or 24%"
    return Wrong(mistakes.WRONG_TYPE, f"'{_said(scalar)}' is not a number", remedy)


def number(scalar: Scalar, fiscal: FiscalCalendar) -> Decimal | Wrong:
    """An exact number without a currency."""
    read = quantity(scalar, fiscal)
    if isinstance(read, Wrong):
        return read
    if read.currency is not None:
        message = f"a plain number is expected here, not '{_said(scalar)}'"
        return Wrong(mistakes.WRONG_TYPE, message, f"leave out {read.currency}")
    return read.value


def whole_number(scalar: Scalar, fiscal: FiscalCalendar) -> int | Wrong:
    """A count."""
    read = number(scalar, fiscal)
    if isinstance(read, Wrong) or read != read.to_integral_value():
        return Wrong(mistakes.WRONG_TYPE, f"'{_said(scalar)}' is not a whole number", "write digits only, such as 12")
    return int(read)


def fraction(scalar: Scalar, fiscal: FiscalCalendar) -> float | Wrong:
    """A number for the engine."""
    read = number(scalar, fiscal)
    return read if isinstance(read, Wrong) else float(read)


def truth(scalar: Scalar, _: FiscalCalendar) -> bool | Wrong:
    """Yes or no."""
    known = {"true": True, "yes": True, "false": False, "no": False}
    read = known.get(scalar.text.lower())
    return Wrong(mistakes.NOT_A_CHOICE, f"'{_said(scalar)}' is neither true nor false") if read is None else read


def day(scalar: Scalar, _: FiscalCalendar) -> date | Wrong:
    """A date, year-month-day."""
    read = parse_day(scalar.text)
    return Wrong(mistakes.BAD_DATE, read.message, read.remedy) if isinstance(read, Diagnostic) else read


def period(scalar: Scalar, fiscal: FiscalCalendar) -> Period | Wrong:
    """A period in any of its spellings."""
    read = fiscal.parse(scalar.text)
    return Wrong(mistakes.BAD_PERIOD, read.message, read.remedy) if isinstance(read, Diagnostic) else read


def unit(scalar: Scalar, _: FiscalCalendar) -> Unit | Wrong:
    """A unit of measure."""
    read = Unit.parse(scalar.text)
    if read is not None:
        return read
    return Wrong(mistakes.NOT_A_UNIT, f"'{_said(scalar)}' is not a unit", "write deal/opportunity, or currency/year")


def currency(scalar: Scalar) -> str | Wrong:
    """A currency code."""
    text = scalar.text
    if len(text) == 3 and text.isascii() and text.isalpha() and text.isupper():
        return text
    return Wrong(mistakes.NOT_A_CURRENCY, f"'{_said(scalar)}' is not a currency", "write its code, such as EUR")


def choice(scalar: Scalar, choices: Sequence[Any]) -> Any | Wrong:
    """One of a few words."""
    for one in choices:
        if scalar.text == str(one):
            return one
    listed = ", ".join(str(one) for one in choices)
    near = did_you_mean(scalar.text, (str(one) for one in choices))
    remedy = near if near.startswith("did you mean") else "take one of these words"
    return Wrong(mistakes.NOT_A_CHOICE, f"'{_said(scalar)}' is not one of: {listed}", remedy)


def _said(scalar: Scalar) -> str:
    return blot(shortened(scalar.text))


def _words(scalar: Scalar, _: FiscalCalendar) -> str:
    return scalar.text


def _piece(scalar: Scalar, _: FiscalCalendar) -> Piece:
    return scalar.piece


READERS: Mapping[Any, Callable[[Scalar, FiscalCalendar], object]] = {
    str: _words,
    bool: truth,
    int: whole_number,
    float: fraction,
    Decimal: number,
    date: day,
    Period: period,
    Quantity: quantity,
    Unit: unit,
    Piece: _piece,
}
