"""Ramp profiles as people tables write them: the share of a full quota somebody carries in each month of the role."""

from __future__ import annotations

import re
from fractions import Fraction

Schedule = tuple[Fraction, ...]
"""The share in the first month in role, the second, ...; beyond the last one, the whole."""

_WHOLE = Fraction(1)
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_LENGTH = re.compile(r"(?<!\d)(\d{1,2})[\s_-]*m(?:o|os|ths?|onths?)?(?![a-z])")


def schedule(profile: str) -> Schedule | None:
    """The schedule a profile stands for: shares such as `0/25/50/75 %`, or a length such as `ae_6m` or `six months`.

    A length alone rises evenly: in month k of N, what the middle of the month has of the way. None where neither is said.
    """
    text = profile.casefold().strip()
    shares = re.split(r"[\s/;,|>-]+", text.replace("%", " ").strip())
    if len(shares) > 1 and all(re.fullmatch(r"\d{1,3}(\.\d+)?", share) for share in shares):
        told = [Fraction(share) for share in shares]
        scale = 1 if max(told) <= 1 and "%" not in text else 100
        return tuple(min(_WHOLE, share / scale) for share in told)
    for number, word in enumerate(_NUMBERS, start=1):
        text = re.sub(rf"\b{word}\b", str(number), text)
    found = _LENGTH.search(text)
    months = int(found[1]) if found else 0
    return tuple(Fraction(2 * k - 1, 2 * months) for k in range(1, months + 1)) if months else None


def carried(ramp: Schedule | None, month: int | None) -> Fraction:
    """The share of a full quota in a month of the role, counted from 1; the whole where no schedule is known."""
    if ramp is None or month is None or month > len(ramp):
        return _WHOLE
    return ramp[max(month, 1) - 1]
