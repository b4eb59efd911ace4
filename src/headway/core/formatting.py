"""Numbers as Headway writes them: currency first, Unicode minus, differences signed, missing values as words.

Every function takes None and "not a number" and answers with a word, never with 0. Halves round away from zero,
as they do when checked by hand.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal

Number = int | float | Decimal

MINUS = "\N{MINUS SIGN}"
UNDEFINED = "undefined"
UNKNOWN = "unknown"

_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩"}
_HALF_UP = Context(prec=400, rounding=ROUND_HALF_UP)  # wide enough for any float
_MILLION, _BILLION = Decimal(1_000_000), Decimal(1_000_000_000)
_PERCENT_UNITS = {
    "share",
    "rate",
    "percent",
    "lead/visit",
    "lead/activity",
    "qualified_lead/lead",
    "meeting/qualified_lead",
    "opportunity/meeting",
    "opportunity/lead",
    "opportunity/signup",
    "deal/opportunity",
}
_SHARES_OVER_TIME = {f"{share}/{time}" for share in ("share", "rate", "percent", "1") for time in ("month", "year")}
_DURATIONS = {"day", "days", "month", "months", "week", "weeks"}


def money(value: Number | None, currency: str | None = None, *, signed: bool = False) -> str:
    """An amount as headlines write it: €13.33m, €236k, €2,361; no symbol where the currency is not known."""
    return _written(value, lambda size: currency_mark(currency) + _scaled(size), signed)


def exact_money(value: Number | None, currency: str | None = None, *, signed: bool = False) -> str:
    """An amount to the cent, with thousands apart; cents are left out where there are none."""
    return _written(value, lambda size: currency_mark(currency) + _to_the_cent(size), signed)


def whole(value: Number | None, *, signed: bool = False) -> str:
    """A number to the unit, thousands apart, as in the cells of a table: 1,274."""
    return _written(value, lambda size: _fixed(size, 0), signed)


def count(value: Number | None, *, signed: bool = False) -> str:
    """A count of things; a planned count below ten keeps one decimal where it has one: 168, 7, 7.4."""
    return _written(value, _counted, signed)


def percent(share: Number | None, *, signed: bool = False, digits: int = 1) -> str:
    """A share of one as percent with one decimal: 22.1%."""
    return _written(share, lambda size: _fixed(size.scaleb(2), digits) + "%", signed)


def probability(share: Number | None) -> str:
    """A probability as a whole percent: 31%."""
    return percent(share, digits=0)


def points(difference: Number | None) -> str:
    """The difference of two shares in percentage points: −0.4 pt."""
    return _written(difference, lambda size: _fixed(size.scaleb(2), 1) + " pt", True)


def relative(actual: Number | None, planned: Number | None) -> str:
    """How far an actual is from its plan, in percent of the plan: −7.2%; undefined where the plan is zero."""
    if actual is None or planned is None:
        return UNKNOWN
    if planned == 0:
        return UNDEFINED
    return percent(float(actual) / float(planned) - 1, signed=True)


def multiple(value: Number | None, *, signed: bool = False) -> str:
    """A multiple with one decimal: 2.5×."""
    return _written(value, lambda size: _fixed(size, 1) + "×", signed)


def days(value: Number | None, *, signed: bool = False) -> str:
    """A duration in days: 71 days, 1 day."""
    return _written(value, lambda size: f"{_fixed(size, 0)} {'day' if _fixed(size, 0) == '1' else 'days'}", signed)


def months(value: Number | None, *, signed: bool = False) -> str:
    """A duration in months: 18.0 mo."""
    return _written(value, lambda size: f"{_fixed(size, 1)} mo", signed)


def weeks(value: Number | None, *, signed: bool = True) -> str:
    """A slack or duration in weeks: −2.1 w."""
    return _written(value, lambda size: f"{_fixed(size, 1)} w", signed)


def number(value: Number | None, digits: int = 2, *, signed: bool = False) -> str:
    """A plain number with so many decimals, thousands apart."""
    return _written(value, lambda size: _fixed(size, digits), signed)


def quantity(value: Number | None, unit: str, currency: str | None = None, *, signed: bool = False) -> str:
    """A value in its unit: money, percent, days, a count of deals, whichever the unit asks for."""
    if unit.startswith("currency"):
        return money(value, currency, signed=signed)
    if unit in _PERCENT_UNITS:
        return points(value) if signed else percent(value)
    if unit in _SHARES_OVER_TIME:
        return f"{points(value) if signed else percent(value, digits=2)} a {unit.partition('/')[2]}"
    if unit in {"year", "years"}:
        return f"{number(value, signed=signed).removesuffix('.00')} {'year' if value == 1 else 'years'}"
    if unit in _DURATIONS:
        return _duration(unit)(value, signed=signed)
    if unit in {"number", "1", ""}:
        return number(value, signed=signed)
    return count(value, signed=signed)


def unit_note(unit: str) -> str:
    """What a unit adds behind an amount: ARR is a year's money, a deal size is for each deal."""
    below = [part for part in unit.split("/")[1:] if part]
    return "".join(f" a {part}" for part in below) if unit.startswith("currency") else ""


def with_unit(text: str, unit: str, *, one: bool = False) -> str:
    """A number already written, with its unit behind it: 12 deals, 1 deal, 0.32 deals per opportunity."""
    if unit in ("number", "rate", "share", "1", ""):
        return text
    counted, *below = unit.split("/")
    if not counted.isalpha():
        return f"{text} {unit}"
    return " per ".join((f"{text} {counted if one else _many(counted)}", *below))


def _many(noun: str) -> str:
    """The plural of a unit word: deals, opportunities; what is one already stays."""
    if noun.endswith("s") or noun in ("share", "rate", "percent"):
        return noun
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2:-1] not in "aeiou" else f"{noun}s"


def interval(low: Number | None, high: Number | None, write: Callable[[Number | None], str] = percent) -> str:
    """A range from low to high, each end written alike: 17.0% to 25.0%."""
    return f"{write(low)} to {write(high)}"


def day(value: date, plan_year: int | None = None) -> str:
    """A date: 14 May, with the year unless it is the plan's own."""
    short = f"{value.day} {_MONTHS[value.month - 1]}"
    return short if value.year == plan_year else f"{short} {value.year}"


def month(value: date, plan_year: int | None = None) -> str:
    """A month: May, with the year unless it is the plan's own."""
    short = _MONTHS[value.month - 1]
    return short if value.year == plan_year else f"{short} {value.year}"


def plural(value: Number, one: str, many: str = "") -> str:
    """A count with its noun: 1 deal, 3 deals."""
    text = count(value)
    return f"{text} {one if text == '1' else many or one + 's'}"


def listed(words: tuple[str, ...] | list[str]) -> str:
    """Words in a sentence: a, b and c."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def currency_mark(currency: str | None) -> str:
    """What stands before an amount: a symbol, a code and a space, or nothing where the currency is not known."""
    if not currency:
        return ""
    return _SYMBOLS.get(currency.upper(), f"{currency.upper()}\N{NO-BREAK SPACE}")


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _written(value: Number | None, write: Callable[[Decimal], str], signed: bool) -> str:
    if value is None:
        return UNKNOWN
    if isinstance(value, float) and math.isnan(value):
        return UNDEFINED
    if isinstance(value, float) and math.isinf(value):
        return "no limit" if value > 0 else f"{MINUS}no limit"
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)) if isinstance(value, float) else value)
    text = write(exact.copy_abs())
    shows_nothing = not any(digit in text for digit in "123456789")
    return (("±" if signed else "") if shows_nothing else MINUS if exact < 0 else "+" if signed else "") + text


def _scaled(size: Decimal) -> str:
    """Two decimals in millions and billions, thousands with three digits in all, the rest to the unit.

    The step is taken on the rounded number, so that 999,999 is 1.00m and not 1,000k.
    """
    if size >= _BILLION - 5_000_000:
        return _fixed(size / _BILLION, 2) + "bn"
    if size >= _MILLION - 500:
        return _fixed(size / _MILLION, 2) + "m"
    if size >= 99_950:
        return _fixed(size / 1000, 0) + "k"
    if size >= 10_000:
        return _fixed(size / 1000, 1) + "k"
    return _fixed(size, 0)


def _to_the_cent(size: Decimal) -> str:
    cents = _fixed(size, 2)
    return cents.removesuffix(".00")


def _counted(size: Decimal) -> str:
    return _fixed(size, 1).removesuffix(".0") if size < 10 else _fixed(size, 0)


def _fixed(size: Decimal, digits: int) -> str:
    return f"{size.quantize(Decimal(1).scaleb(-digits), context=_HALF_UP):,}"


def _duration(unit: str) -> Callable[..., str]:
    return {"d": days, "m": months, "w": weeks}[unit[0]]
