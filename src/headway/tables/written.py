"""Amounts as they are written, read a second time and in another way, so that a total can be held against the tables'."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

_UNITS = {"thousands": 1_000, "millions": 1_000_000}
_SUFFIXES = (
    (("bn", "mrd", "b"), 1_000_000_000),
    (("mio", "mn", "mm", "m"), 1_000_000),
    (("tsd", "k"), 1_000),
)
_WHOLE_ONLY = (
    *("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"),
)
_IN_THOUSANDTHS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_PLACES = Decimal("0.0001")


def amount_written(text: str, decimal: str, form: str = "", currency: str = "") -> Decimal | None:
    """What a cell is worth, to the ten-thousandth; None where it holds no digits.

    decimal: the decimal mark of the file; form: what its column is counted in, as in a mapping.
    """
    if not any(sign.isdigit() for sign in text):
        return None
    plain = text.strip()
    value = _number(plain, decimal)
    if value is None:
        return None
    scale = _suffix(plain) or _UNITS.get(form, 1)
    if form == "minor":
        parts = 1 if currency.upper() in _WHOLE_ONLY else 1000 if currency.upper() in _IN_THOUSANDTHS else 100
        return (value / parts).quantize(_PLACES, ROUND_HALF_UP)
    return (value * scale).quantize(_PLACES, ROUND_HALF_UP)


def _number(text: str, decimal: str) -> Decimal | None:
    try:
        return Decimal(text if decimal == "." else text.replace(",", "."))
    except InvalidOperation:
        pass
    group = "," if decimal == "." else "."
    kept = "".join(sign for sign in text if sign.isdigit() or sign in (decimal, group))
    kept = kept.replace(group, "").replace(decimal, ".").rstrip(".")
    negative = any(sign in text for sign in ("-", "−", "("))
    try:
        value = Decimal(kept)
    except InvalidOperation:
        return None
    return -value if negative else value


def _suffix(text: str) -> int:
    """A thousand or a million said by letters right behind the digits."""
    found = re.search(r"\d[.,]?\s*([A-Za-z]+)", text)
    word = found[1] if found else ""
    for words, scale in _SUFFIXES:
        for one in words:
            rest = word[len(one) :]
            if word.casefold().startswith(one) and (not rest or re.fullmatch(r"[A-Z]{3}", rest)):
                return scale
    return 0
