"""Rates of several groups side by side, drawn: a dot and its interval for each, on one printed range, with its 100% rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from headway.core import formatting
from headway.web.charts import axis_marks
from headway.web.svg import drawing, element

_SIZES = {"wide": (1104.0, 170.0, 36.0, 172.0), "narrow": (358.0, 0.0, 58.0, 4.0)}
_TOP, _FOOT, _SHIFT = 12.0, 26.0, 7.0
_NAME = 22


@dataclass(frozen=True)
class Rate:
    """One rate of a group with its interval; `sure` unless too few records tell."""

    value: float
    low: float | None
    high: float | None
    sure: bool = True


@dataclass(frozen=True)
class Group:
    """A group and its rates: the first drawn as a filled dot, the second as an open one, with what is said behind them."""

    name: str
    rates: tuple[Rate | None, ...]
    said: str


def drawn(groups: Sequence[Group], name: str, spoken: str) -> Markup:
    """A row for each group."""
    width, left, row, right = _SIZES[name]
    ends = [end for g in groups for r in g.rates if r for end in (r.value, r.low, r.high) if end is not None]
    low, high = min([*ends, 1.0]), max([*ends, 1.0])
    step = axis_marks(max(high - low, 0.02), 4)[1]
    floor, top = max(low // step * step, 0.0), -(-high // step) * step
    room = width - left - right
    foot = _TOP + row * len(groups)

    def x(value: float) -> float:
        return left + (min(max(value, floor), top) - floor) / (top - floor) * room

    parts: list[Markup] = []
    for i in range(round((top - floor) / step) + 1):
        value = floor + i * step
        whole = abs(value - 1.0) < step / 1000
        parts.append(element("line", class_="zero" if whole else "gridline", x1=x(value), x2=x(value), y1=2, y2=foot))
        side = "tick mid" if 0 < i < round((top - floor) / step) or left else "tick" if i == 0 else "tick end"
        parts.append(element("text", formatting.percent(value, digits=0), class_=side, x=x(value), y=foot + 16))
    for i, group in enumerate(groups):
        middle = _TOP + (i + (0.5 if left else 0.68)) * row
        at = middle + 4 if left else middle - 22
        parts.append(element("text", _short(group.name), class_="strong", x=0, y=at))
        side, behind = ("value", width - right + 12) if left else ("value end", width)
        parts.append(element("text", group.said, class_=side, x=behind, y=at))
        for place, rate in enumerate(group.rates):
            if rate is not None:
                parts += _dot(rate, x, middle + (place * 2 - 1) * _SHIFT, "solid" if place == 0 else "hollow")
    return drawing(width, foot + _FOOT, *parts, label=spoken, class_=f"viz {name}")


def _short(name: str) -> str:
    """A name as long as its column; the table has it whole."""
    return name if len(name) <= _NAME else f"{name[: _NAME - 1].rstrip()}…"


def _dot(rate: Rate, place: Callable[[float], float], y: float, kind: str) -> list[Markup]:
    parts: list[Markup] = []
    if rate.low is not None and rate.high is not None:
        a, b = place(rate.low), place(rate.high)
        parts.append(element("rect", class_="whisker", x=a, y=y - 1.5, width=max(b - a, 1.0), height=3))
    unsure = "" if rate.sure else " unsure"
    parts.append(element("circle", class_=f"dot {kind}{unsure}", cx=place(rate.value), cy=y, r=4.6))
    return parts
