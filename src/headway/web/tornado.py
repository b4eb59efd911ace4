"""Which belief matters: what the plan's figure loses and gains as each assumption turns out otherwise, drawn and told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from headway.core import formatting
from headway.core.belief import Register
from headway.core.rows import Cell
from headway.core.series import Header
from headway.core.titles import capital, title
from headway.web.figures import Scale, is_money, scale_of
from headway.web.svg import drawing, element

MOST = 10
"""How many assumptions are drawn; the file holds all."""


@dataclass(frozen=True)
class Swing:
    """One assumption: the worst and the best it does to the plan's figure, and how far it was moved for that."""

    label: str
    moved: str
    worst: float
    best: float


@dataclass(frozen=True)
class Tornado:
    """The chart with everything it says."""

    take: str
    measure: str
    wide: Markup
    phone: Markup
    unit: str
    rows: tuple[tuple[str, str, str, str], ...]
    left_out: int


def swings(register: Register) -> tuple[Swing, ...]:
    """The assumptions that move the figure, the largest downside first."""
    found = (_swing(one) for one in register.risk)
    moving = [one for one in found if one is not None]
    return tuple(sorted(moving, key=lambda one: (one.worst, -one.best)))


def tornado(register: Register) -> Tornado | None:
    """The chart of a register; none where no assumption moves the figure."""
    found = swings(register)
    shown = found[:MOST]
    if not shown:
        return None
    scale = _scale(register, shown)
    return Tornado(
        _take(shown[0], register),
        _measure(register, scale),
        _draw(shown, scale, "wide"),
        _draw(shown, scale, "narrow"),
        scale.short,
        tuple((one.label, one.moved, _cell(one.worst, scale), _cell(one.best, scale)) for one in shown),
        len(found) - len(shown),
    )


def _swing(one: Mapping[str, Cell]) -> Swing | None:
    def ends(*names: str) -> list[float]:
        return [float(cell) for cell in (one[name] for name in names) if isinstance(cell, float | int)]

    ranged, tenth = ends("at_low", "at_high"), ends("less", "more")
    by_range = any(ranged)
    effects = ranged if by_range else tenth
    if not any(effects):
        return None
    moved = "over its 80% range" if by_range else "by a tenth"
    return Swing(capital(title(str(one["assumption"]))), moved, min(*effects, 0.0), max(*effects, 0.0))


def _unit(register: Register) -> str:
    return register.risk.columns[register.risk.names.index("less")].unit


def _scale(register: Register, shown: tuple[Swing, ...]) -> Scale:
    header = Header("risk", "plan", _unit(register), currency=register.currency)
    return scale_of(max(max(-one.worst, one.best) for one in shown), header)


def _measure(register: Register, scale: Scale) -> str:
    header = Header("risk", "plan", _unit(register), currency=register.currency)
    unit = scale.long if is_money(header) else _unit(register)
    return f"What the plan's figure would lose or gain, {unit}; each assumption alone, all its members together"


def _take(first: Swing, register: Register) -> str:
    unit = _unit(register)
    if first.worst < 0:
        lost = formatting.quantity(-first.worst, unit, register.currency)
        by = "at the unfavourable end of its range" if "range" in first.moved else "moved by a tenth"
        return f"{first.label} matters most: {by} it costs the plan {lost}."
    return f"{first.label} moves the plan most, and only for the better."


def _cell(value: float, scale: Scale) -> str:
    return formatting.whole(value / scale.divisor, signed=True) if value else "0"


def _draw(shown: tuple[Swing, ...], scale: Scale, name: str) -> Markup:
    """A bar to each side of the plan as written, losses left and gains right, each with its value at its end."""
    wide = name == "wide"
    width, left, row, bar = (1104.0, 330.0, 30.0, 18.0) if wide else (358.0, 0.0, 46.0, 16.0)
    room = 64.0 if wide else 58.0
    most = max(max(-one.worst, one.best) for one in shown)
    half = (width - left) / 2 - room
    zero = left + (width - left) / 2
    height = row * len(shown) + 8
    parts: list[Markup] = []
    for i, one in enumerate(shown):
        top = i * row + 4 + (0 if wide else 20)
        parts.append(element("text", one.label, class_="name", x=0, y=top + bar - 5 if wide else top - 6))
        aside, beside = (left - 14.0, top + bar - 5) if wide else (width, top - 6)
        parts.append(element("text", one.moved, class_="small end", x=aside, y=beside))
        for value, kind in ((one.worst, "loss"), (one.best, "spare")):
            if not value:
                continue
            length = max(abs(value) / most * half, 1.0)
            start = zero - length if value < 0 else zero
            parts.append(element("rect", class_=f"box {kind}", x=start, y=top, width=length, height=bar))
            at = start - 6 if value < 0 else start + length + 6
            side = "value end" if value < 0 else "value"
            parts.append(element("text", _cell(value, scale), class_=side, x=at, y=top + bar - 5))
    parts.append(element("line", class_="zero", x1=zero, x2=zero, y1=0, y2=height))
    spoken = "; ".join(f"{one.label} {_cell(one.worst, scale)} to {_cell(one.best, scale)}" for one in shown)
    label = f"What each assumption moves the plan's figure by, in {scale.long or 'its unit'}: {spoken}"
    return drawing(width, height, *parts, label=label, class_=f"viz {name}")
