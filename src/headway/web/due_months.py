"""What falls due in each month ahead, drawn: a bar for each month, the part that is known to end at its foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from headway.web.svg import drawing, element

_SIZES = {"wide": (1104.0, 220.0), "narrow": (358.0, 0.0)}
_TOP, _FOOT, _ROW, _BAR = 24.0, 40.0, 38.0, 14.0


@dataclass(frozen=True)
class DueMonth:
    """One month ahead: what is due in it, what of it is known to end, and how many contracts."""

    name: str
    amount: float
    ending: float
    text: str
    n: str


def drawn(months: Sequence[DueMonth], name: str, spoken: str) -> Markup:
    """Standing bars from zero on a wide page, lying ones on a phone."""
    most = max((one.amount for one in months), default=0.0) or 1.0
    parts = list[Markup]()
    if name == "narrow":
        width, room = _SIZES["narrow"][0], 230.0
        for i, one in enumerate(months):
            y = i * _ROW + 16
            size, ending = one.amount / most * room, one.ending / most * room
            parts.append(element("text", one.name, class_="name", x=0, y=y - 4))
            parts.append(element("text", one.n, class_="small end", x=width, y=y - 4))
            parts.append(element("rect", class_="solid", x=0, y=y, width=max(size, 1.0), height=_BAR))
            parts.append(element("rect", class_="step bad", x=0, y=y, width=ending, height=_BAR))
            parts.append(element("text", one.text, class_="value", x=size + 6, y=y + _BAR - 3))
        return drawing(width, _ROW * len(months) + 4, *parts, label=spoken, class_="viz narrow")
    width, high = _SIZES["wide"]
    band, floor = width / max(len(months), 1), high - _FOOT
    for i, one in enumerate(months):
        x, size = (i + 0.5) * band, min(band * 0.62, 56.0)
        tall, ending = (value / most * (floor - _TOP) for value in (one.amount, one.ending))
        bar = {"x": x - size / 2, "y": floor - tall, "width": size, "height": max(tall, 1.0)}
        parts.append(element("rect", class_="solid", **bar))
        parts.append(element("rect", class_="step bad", x=x - size / 2, y=floor - ending, width=size, height=ending))
        parts.append(element("text", one.text, class_="value mid", x=x, y=floor - tall - 6))
        parts.append(element("text", one.name, class_="tick mid", x=x, y=floor + 17))
        parts.append(element("text", one.n, class_="small mid", x=x, y=floor + 32))
    parts.append(element("line", class_="axis", x1=0, x2=width, y1=floor, y2=floor))
    return drawing(width, high, *parts, label=spoken, class_="viz wide")
