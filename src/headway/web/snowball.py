"""The base month by month, drawn: what was added above the line, what was lost below it, and what was left."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from headway.web.svg import drawing, element

_SIZES = {"wide": (1104.0, 268.0, 4.0), "narrow": (358.0, 240.0, 0.0)}
_TOP, _FOOT = 36.0, 42.0
_LETTER = 6.6


@dataclass(frozen=True)
class Month:
    """One month: what came in and what went out, piece by piece, each by its kind; the net of both, written out."""

    label: str
    name: str
    added: tuple[tuple[str, float], ...]
    lost: tuple[tuple[str, float], ...]
    net: str
    level: str

    @property
    def up(self) -> float:
        """All that came in."""
        return sum(amount for _, amount in self.added)

    @property
    def down(self) -> float:
        """All that went out."""
        return sum(amount for _, amount in self.lost)


def drawn(months: Sequence[Month], name: str, spoken: str) -> Markup:
    """A pile above and a pile below the line for each month; the net of both above it, what runs then below it."""
    width, high, left = _SIZES[name]
    band = (width - left) / max(len(months), 1)
    most, least = max((m.up for m in months), default=0.0), max((m.down for m in months), default=0.0)
    room = high - _TOP - _FOOT
    unit = room / ((most + least) or 1.0)
    line = _TOP + most * unit
    every = math.ceil(max(max((len(m.net) for m in months), default=1), 6) * _LETTER / band)
    last = len(months) - 1
    parts: list[Markup] = []
    for i, month in enumerate(months):
        x, size = left + (i + 0.5) * band, min(band * 0.62, 44.0)
        parts += _pile(month.added, x - size / 2, size, line, -unit) + _pile(month.lost, x - size / 2, size, line, unit)
        if (last - i) % every == 0:
            over = x + len(month.level) * _LETTER * 0.55 > width
            side, at = ("end", width) if over else ("mid", x)
            parts.append(element("text", month.net, class_=f"value {side}", x=at, y=line - month.up * unit - 6))
            parts.append(element("text", month.name, class_=f"tick {side}", x=at, y=high - 24))
            parts.append(element("text", month.level, class_=f"small strong {side}", x=at, y=high - 8))
    parts.append(element("line", class_="zero", x1=left, x2=width, y1=line, y2=line))
    return drawing(width, high, *parts, label=spoken, class_=f"viz {name}")


def _pile(pieces: Sequence[tuple[str, float]], x: float, width: float, line: float, unit: float) -> list[Markup]:
    parts, at = list[Markup](), line
    for kind, amount in pieces:
        if amount <= 0:
            continue
        tall = amount * abs(unit)
        top = at - tall if unit < 0 else at
        at += amount * unit
        parts.append(element("rect", class_=f"pile {kind}", x=x, y=top, width=width, height=max(tall, 0.6)))
    return parts
