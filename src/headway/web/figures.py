"""How a milestone's numbers are written on the page: value, difference, standing, and the unit of a column."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from headway.core import formatting
from headway.core.review import Milestone, Standing
from headway.core.series import Header

_SPLIT = re.compile(r"(.*\d)\s*(bn|m|k|%|×|days?|mo|w)")
_THOUSAND, _MILLION, _BILLION = 1e3, 1e6, 1e9


@dataclass(frozen=True)
class Figure:
    """A number with its unit apart, so that the unit can be set smaller; `spaced` where a gap stands between."""

    digits: str
    unit: str = ""
    spaced: bool = False

    @property
    def text(self) -> str:
        """The number in one piece."""
        return f"{self.digits}{' ' if self.spaced else ''}{self.unit}"


@dataclass(frozen=True)
class Mark:
    """A standing as shape, word and colour: never one of them alone."""

    tone: str
    shape: str
    word: str


@dataclass(frozen=True)
class Scale:
    """The unit a column or a drawing states once, so that its cells are plain numbers."""

    divisor: float
    short: str
    long: str

    def cell(self, value: float | None) -> str:
        """An amount as a plain number of that unit."""
        return formatting.whole(value / self.divisor if value is not None else None)


def is_money(header: Header) -> bool:
    """Whether the numbers are amounts of money."""
    return header.unit.startswith("currency")


def is_share(header: Header) -> bool:
    """Whether the numbers are written in percent; the formatter decides, so that the two cannot disagree."""
    return formatting.quantity(0.5, header.unit).endswith("%")


def written(value: float | None, header: Header) -> str:
    """A value in full, with its unit."""
    return formatting.quantity(_known(value), header.unit, header.currency)


def figure(value: float | None, header: Header) -> Figure:
    """A value with its unit apart."""
    text = written(value, header)
    found = _SPLIT.fullmatch(text)
    return Figure(found[1], found[2], text[len(found[1])] == " ") if found else Figure(text)


def signed(value: float | None, header: Header) -> str:
    """A difference in full, with its sign; empty where there is none."""
    return "" if _known(value) is None else formatting.quantity(value, header.unit, header.currency, signed=True)


def variance(milestone: Milestone) -> str:
    """The difference from plan: in percent of it for amounts and counts, in points or days for rates and durations."""
    header = milestone.actual.header
    if milestone.plan_to_date is None:
        return "no plan"
    if _known(milestone.variance) is None:
        return ""
    if header.adds_up == "ratio" and not is_money(header):
        return signed(milestone.variance, header)
    return formatting.relative(milestone.actual_to_date, milestone.plan_to_date)


def scale_of(largest: float, header: Header) -> Scale:
    """The unit for a column of amounts up to this size; anything but money is written as it is."""
    if not is_money(header):
        return Scale(1.0, "", header.unit)
    mark = formatting.currency_mark(header.currency).strip()
    steps = ((_BILLION, _MILLION, "m", "million"), (100 * _THOUSAND, _THOUSAND, "k", "thousand"), (0.0, 1.0, "", ""))
    divisor, letter, word = next((d, short, long) for floor, d, short, long in steps if largest >= floor)
    return Scale(divisor, f"{mark}{letter}" if len(mark) < 2 else f"{mark} {letter}", f"{mark} {word}".strip())


def cell(value: float | None, header: Header, scale: Scale) -> str:
    """A value as a cell of a column whose unit is stated in its heading."""
    if _known(value) is None or not is_money(header):
        return written(value, header)
    return scale.cell(value)


def mark(milestone: Milestone) -> Mark:
    """The standing of a milestone as the page shows it."""
    rate = milestone.actual.header.adds_up == "ratio"
    marks: dict[Standing, Mark] = {
        "holding": Mark("good", "dot", "Holding" if rate else "On pace"),
        "better": Mark("good", "dot", "Better" if rate else "Ahead"),
        "watch": Mark("warn", "triangle", "Watch"),
        "worse": Mark("bad", "diamond", "Worse" if rate else "Behind"),
        "unknown": Mark("none", "ring", "Cannot tell yet"),
    }
    return marks[milestone.standing]


def tone(standing: Standing) -> str:
    """The colour of a difference: grey while it means nothing."""
    tones: dict[Standing, str] = {"better": "good", "watch": "warn", "worse": "bad"}
    return tones.get(standing, "none")


def _known(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else value
