"""What moved, as a bridge from one day to another: standing on a wide page, lying on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from headway.web import bars
from headway.web.bars import Range
from headway.web.svg import drawing, element

Tone = Literal["ac", "good", "bad", "none"]

_WIDE, _HIGH, _TOP, _FOOT = 1104.0, 318.0, 24.0, 52.0
_PHONE, _ROW, _BAR = 358.0, 44.0, 16.0
_LETTER = 6.4


@dataclass(frozen=True)
class Move:
    """One step of the bridge: a level where it is a total, else what it adds; written out, with how many deals."""

    label: str
    amount: float
    text: str
    n: str
    tone: Tone
    total: bool = False


def standing(moves: Sequence[Move], spoken: str) -> Markup:
    """A column for each step, from where the last one ended."""
    levels, band = _levels(moves), _WIDE / len(moves)
    span, width = _span(levels), min(band * 0.62, 84.0)
    floor = _HIGH - _FOOT

    def y(value: float) -> float:
        return floor - _share(value, span) * (floor - _TOP)

    parts = [element("line", class_="axis", x1=0, x2=_WIDE, y1=floor, y2=floor)]
    for i, (move, (start, end)) in enumerate(zip(moves, levels, strict=True)):
        middle = (i + 0.5) * band
        top, foot = min(y(start), y(end)), max(y(start), y(end))
        size = {"x": middle - width / 2, "y": top, "width": width, "height": max(foot - top, 1.0)}
        parts.append(element("rect", class_=f"step {move.tone}", **size))
        if move.total and span.low > 0:
            cut = f"M{middle - width / 2:.1f},{foot - 12:.1f}l{width:.1f},-5m-{width:.1f},11l{width:.1f},-5"
            parts.append(element("path", class_="cutmark", d=cut))
        if i + 1 < len(moves):
            ends = {"x1": middle + width / 2, "x2": middle + band - width / 2}
            parts.append(element("line", class_="link", y1=y(end), y2=y(end), **ends))
        parts.append(element("text", move.text, class_="value mid", x=middle, y=top - 7))
        for row, words in enumerate(_folded(move.label, band)):
            parts.append(element("text", words, class_="name mid", x=middle, y=floor + 17 + 14 * row))
        below = floor + 17 + 14 * len(_folded(move.label, band))
        parts.append(element("text", move.n, class_="small mid", x=middle, y=below))
    return drawing(_WIDE, _HIGH, *parts, label=spoken, class_="viz wide")


def lying(moves: Sequence[Move], spoken: str) -> Markup:
    """A row for each step, its name above its bar."""
    levels = _levels(moves)
    span, room = _span(levels), _PHONE - 66.0
    parts: list[Markup] = []
    for i, (move, (start, end)) in enumerate(zip(moves, levels, strict=True)):
        top = i * _ROW + 18
        a, b = sorted((_share(start, span) * room, _share(end, span) * room))
        parts.append(element("text", move.label, class_="name", x=0, y=top - 5))
        parts.append(element("text", move.n, class_="small end", x=_PHONE, y=top - 5))
        size = {"x": a, "y": top, "width": max(b - a, 1.0), "height": _BAR}
        parts.append(element("rect", class_=f"step {move.tone}", **size))
        if move.total and span.low > 0:
            parts.append(element("path", class_="cutmark", d=f"M{a + 10:.1f},{top + _BAR}l5,-16m5,16l5,-16"))
        parts.append(element("text", move.text, class_="value", x=b + 6, y=top + _BAR - 4))
        if i + 1 < len(moves):
            x = _share(end, span) * room
            parts.append(element("line", class_="link", x1=x, x2=x, y1=top + _BAR, y2=top + _ROW))
    return drawing(_PHONE, _ROW * len(moves) + 4, *parts, label=spoken, class_="viz narrow")


def cut_at(moves: Sequence[Move]) -> float:
    """Where the scale starts."""
    return _span(_levels(moves)).low


def _levels(moves: Sequence[Move]) -> list[tuple[float, float]]:
    """Where each step starts and ends."""
    found: list[tuple[float, float]] = []
    level = 0.0
    for move in moves:
        start = 0.0 if move.total else level
        level = move.amount if move.total else level + move.amount
        found.append((start, level))
    return found


def _span(levels: Sequence[tuple[float, float]]) -> Range:
    return bars.bridge_range([end for _, end in levels])


def _share(value: float, span: Range) -> float:
    return min(max((value - span.low) / (span.high - span.low or 1.0), 0.0), 1.0)


def _folded(label: str, width: float) -> list[str]:
    """A label on one line, or on two where it is too long for its column."""
    words = label.split()
    if len(label) * _LETTER <= width or len(words) == 1:
        return [label]
    middle = min(range(1, len(words)), key=lambda i: abs(len(" ".join(words[:i])) - len(label) / 2))
    return [" ".join(words[:middle]), " ".join(words[middle:])]
