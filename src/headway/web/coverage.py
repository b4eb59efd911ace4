"""Is there enough: trusted coverage inside raw, against what history needed on the same day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from headway.core.formatting import multiple
from headway.web.svg import drawing, element

_SIZES = {"wide": (1104.0, 150.0, 54.0), "narrow": (358.0, 0.0, 74.0)}
_BAR = 18.0


@dataclass(frozen=True)
class Cover:
    """Coverage of one span: raw and trusted, and what is needed with its interval, where history can tell."""

    span: str
    remaining: float | None
    raw: float | None
    trusted: float | None
    needed: float | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""
    in_plan: bool = False

    @property
    def is_short(self) -> bool:
        """Whether the trusted pipeline lies below even the lower end of what is needed."""
        floor = self.low if self.low is not None else self.needed
        return self.trusted is not None and floor is not None and self.trusted < floor


def drawn(covers: Sequence[Cover], name: str) -> Markup:
    """A row for each span: a solid bar inside an outline, and the tick of what is needed."""
    width, left, row = _SIZES[name]
    known = [one for one in covers if one.raw is not None]
    room = width - left - (170 if left else 12)
    most = max((end for one in known for end in (one.raw, one.needed, one.high) if end), default=1.0)
    parts: list[Markup] = []
    for i, one in enumerate(known):
        top = i * row + (20 if left else 38)
        raw, trusted = (one.raw or 0.0) / most * room, (one.trusted or 0.0) / most * room
        parts.append(element("text", one.span, class_="strong", x=0, y=top + 13 if left else top - 22))
        parts.append(element("rect", class_="rawbar", x=left, y=top, width=max(raw, 1.0), height=_BAR))
        parts.append(element("rect", class_="solid", x=left, y=top + 4, width=max(trusted, 1.0), height=_BAR - 8))
        words = f"{multiple(one.trusted)} trusted, {multiple(one.raw)} raw"
        if one.needed is not None:
            x = left + min(one.needed / most, 1.0) * room
            if one.low is not None and one.high is not None:
                a, b = left + max(one.low, 0.0) / most * room, left + one.high / most * room
                parts.append(element("rect", class_="reach", x=a, y=top + _BAR + 4, width=max(b - a, 1.0), height=3))
            parts.append(element("rect", class_="tickmark", x=x - 1.2, y=top - 4, width=2.4, height=_BAR + 8))
            side = "now end" if x > left + room * 0.6 else "now"
            at = x - 6 if side == "now end" else x + 6
            parts.append(element("text", f"{multiple(one.needed)} needed", class_=side, x=at, y=top - 6))
        at, side = (left + max(raw, (one.needed or 0.0) / most * room) + 10, "value") if left else (width, "value end")
        parts.append(element("text", words, class_=side, x=at, y=top + 13 if left else top - 22))
    spoken = "; ".join(f"{one.span} {multiple(one.trusted)} trusted of {multiple(one.raw)} raw" for one in known)
    return drawing(width, row * len(known) + 8, *parts, label=f"Coverage: {spoken}", class_=f"viz {name}")
