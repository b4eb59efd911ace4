"""Single values: what a word in the text is as a number, a date, a period, a unit, one of a few choices."""

from __future__ import annotations

import re
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
        return _point_for_comma(scalar, read) or read
    meant = _meant_number(scalar.text)
    remedy = f"write {meant}" if meant else "write 1200, 1,200, 16.0m EUR or 24%"
    return Wrong(mistakes.WRONG_TYPE, f"'{_said(scalar)}' is not a number", remedy)


def _point_for_comma(scalar: Scalar, read: Quantity) -> Wrong | None:
    """24.000 EUR is 24 euros here and 24 thousand in half of Europe: refused, for nobody means three zeros of a cent."""
    point = re.search(r"\d\.(\d{3})(?:\s+[A-Z]{3})?$", scalar.text)
    if point is None or not (read.currency or point[1] == "000"):
        return None
    plain = scalar.text.replace(".", "")
    message = f"'{_said(scalar)}' can be read in two ways: a point is followed by three digits"
    return Wrong(mistakes.WRONG_TYPE, message, f"write {plain}, or with two digits behind the point")


_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR"}
_SCALES = ((r"million|mill?n?|mio|mm|mn|M", "m"), (r"thousand|K|T", "k"), (r"billion|bill?n?|Bn|BN|B|b", "bn"))
_OVER_TIME = re.compile(
    r"\s*(?:(?:/|per|a|an|each)\s*(?:year|month)|p\.?a\.?|yearly|annual(?:ly)?|monthly)$", re.IGNORECASE
)


def _meant_number(text: str) -> str:
    """How a number that cannot be read should have been written; nothing where that is not plain to see."""
    if _OVER_TIME.search(text):
        over = "month" if "month" in text.lower() else "year"
        bare = _meant_number(_OVER_TIME.sub("", text))
        return f"{bare}, and say the time in `unit`, such as share/{over}" if bare else ""
    word = text.strip().replace("_", "").replace("\N{NO-BREAK SPACE}", "").replace("\N{MINUS SIGN}", "-")
    for sign, code in _SIGNS.items():
        word = f"{word.replace(sign, '').strip()} {code}" if sign in word else word
    for spelt, scale in _SCALES:
        word = re.sub(rf"(?<=\d)\s*(?:{spelt})\b\.?", scale, word)
    word = re.sub(r"\s*(?:percent|pct|per cent)$", "%", word)
    word = re.sub(r"(?<=\d) (?=\d{3}\b)", ",", word)
    word = re.sub(r"^([+-]?\d+),(\d{1,2})(?!\d)", r"\1.\2", word)
    return word if Quantity.parse(word) else ""


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
    meant = _meant_unit(scalar.text)
    remedy = f"did you mean {meant}?" if meant else "write deal/opportunity, or currency/year"
    return Wrong(mistakes.NOT_A_UNIT, f"'{_said(scalar)}' is not a unit", remedy)


def _meant_unit(text: str) -> str:
    """How a unit said in words is written: '% per month' is share/month."""
    words = re.sub(r"%|\bpercent\b", " share ", text.lower())
    words = re.sub(r"\bp\.\s?a\.?|\b(?:annual(?:ly)?|yearly)\b", "per year", words)
    words = re.sub(r"\bmonthly\b", "per month", words)
    parts = [part.strip() for part in re.split(r"\bper\b|\beach\b|\ban?\b|/", words)]
    singular = "/".join([parts[0] or "share", *(part for part in parts[1:] if part)])
    return singular if Unit.parse(singular) is not None and singular != text else ""


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
