"""Small drawings beside a number: against its pace, against its plan, ahead or behind, and what caused a difference."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from headway.web.charts import axis_marks
from headway.web.svg import drawing, element

_WIDTH, _HEIGHT = 236.0, 18.0
_SLACK_WIDTH, _SLACK_HEIGHT = 150.0, 16.0
_ROW = 32.0


@dataclass(frozen=True)
class Range:
    """The printed ends of a drawing's scale."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """Where a value stands, in drawing units, kept inside."""
        share = (value - self.low) / (self.high - self.low)
        return min(max(share, 0.0), 1.0) * _WIDTH


def amount_range(*values: float | None) -> Range:
    """A scale from zero to the largest of some amounts."""
    known = [value for value in values if value is not None]
    return Range(min(0.0, *known, 0.0), max(known, default=0.0) * 1.02 or 1.0)


def rate_range(*values: float | None) -> Range:
    """A scale around some rates, with room on both sides and round ends; it does not start at zero unless it must."""
    known = [value for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    room = (high - low or abs(high) or 1.0) * 0.4
    step = axis_marks(high - low + 2 * room, 4)[1]
    floor = (low - room) // step * step
    return Range(max(floor, 0.0) if low >= 0 else floor, (-(-(high + room) // step)) * step)


def bullet(actual: float | None, pace: float | None, scale: Range) -> Markup:
    """One amount against pace: a solid bar from zero and the tick where the plan expects it."""
    start = scale.at(0.0)
    bar = [_bar(start, scale.at(actual))] if actual is not None else []
    return drawing(_WIDTH, _HEIGHT, _band(), *bar, *_tick(pace, scale), label=None, class_="viz")


def dot(actual: float | None, planned: float | None, interval: tuple[float, float] | None, scale: Range) -> Markup:
    """One rate against plan: a dot with its interval and the plan's tick; no bar, since zero is not on the scale."""
    parts = [_band()]
    if interval is not None:
        low, high = scale.at(interval[0]), scale.at(interval[1])
        parts.append(element("rect", class_="whisker", x=low, y=7, width=high - low, height=4))
    parts += _tick(planned, scale)
    if actual is not None:
        parts.append(element("circle", class_="dotmark", cx=scale.at(actual), cy=9, r=4.2))
    return drawing(_WIDTH, _HEIGHT, *parts, label=None, class_="viz")


def slack(weeks: float | None, most: float, tone: str) -> Markup:
    """Weeks ahead or behind, to both sides of zero, on the scale all rows share."""
    middle, reach = _SLACK_WIDTH / 2, _SLACK_WIDTH / 2 - 2
    lines = [_guide(middle + reach * share) for share in (-1.0, -0.5, 0.5, 1.0)]
    zero = element("line", class_="zero", x1=middle, x2=middle, y1=1, y2=15)
    if weeks is None:
        return drawing(_SLACK_WIDTH, _SLACK_HEIGHT, *lines, zero, label=None, class_="viz")
    length = max(-1.0, min(1.0, weeks / most)) * reach
    bar = element(
        "rect", class_=f"slack {tone}", x=min(middle, middle + length), y=4, width=max(abs(length), 1.0), height=8
    )
    return drawing(_SLACK_WIDTH, _SLACK_HEIGHT, *lines, bar, zero, label=None, class_="viz")


def bridge_row(start: float, end: float, scale: Range, tone: str, following: bool) -> Markup:
    """One row of a bridge: a bar from where the row above ended, and the line down to the row below.

    A total that starts at the cut end of the scale carries the cut mark.
    """
    a, b = scale.at(start), scale.at(end)
    bar = element("rect", class_=f"step {tone}", x=min(a, b), y=8, width=max(abs(b - a), 0.8), height=_ROW - 16)
    line = [element("line", class_="joint", x1=b, x2=b, y1=_ROW - 8, y2=_ROW + 8)] if following else []
    cut = [element("path", class_="cut", d="M8,26L14,6M15,26L21,6")] if start == scale.low > 0 else []
    return drawing(_WIDTH, _ROW, bar, *cut, *line, label=None, class_="viz bridge", preserveaspectratio="none")


def bridge_range(levels: list[float]) -> Range:
    """The scale of a bridge: from zero where the steps can be seen on it, else cut a little below the lowest level."""
    low, high = min(levels), max(levels)
    if low <= 0 or high - low > 0.35 * high:
        return Range(min(low, 0.0), max(high, 0.0) or 1.0)
    floor = max(low - (high - low or 0.1 * high), 0.0)
    step = axis_marks(high - floor, 4)[1]
    return Range(floor // step * step, high)


def _band() -> Markup:
    return element("rect", class_="band", x=0, y=4, width=_WIDTH, height=10, rx=1)


def _bar(start: float, end: float) -> Markup:
    return element("rect", class_="solid", x=min(start, end), y=6, width=abs(end - start), height=6)


def _tick(value: float | None, scale: Range) -> list[Markup]:
    if value is None:
        return []
    x = min(max(scale.at(value) - 1.2, 0.0), _WIDTH - 2.4)
    return [element("rect", class_="tickmark", x=x, y=0, width=2.4, height=18)]


def _guide(x: float) -> Markup:
    return element("line", class_="gridline", x1=x, x2=x, y1=2, y2=14)
