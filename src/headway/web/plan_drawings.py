"""The Plan page's drawings: the bridge to the target, and the calendar of when deals have to be created."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from headway.core import formatting
from headway.core.calendar import Period, months
from headway.core.sheet import BridgeStep, Sheet, Window
from headway.core.titles import capital
from headway.web import bars
from headway.web.figures import Scale
from headway.web.svg import drawing, element

_TOTALS = ("base", "kept", "plan", "target")
_LETTER = 6.9

Place = Callable[[date], float]


@dataclass(frozen=True)
class _Canvas:
    """A drawing's size: labels stand left of the bars where there is room, above them on a phone."""

    name: str
    width: float
    left: float
    right: float
    row: float
    bar: float
    above: float = 0.0


_BRIDGES = {"wide": _Canvas("wide", 1104, 290, 84, 29, 19), "narrow": _Canvas("narrow", 358, 0, 66, 42, 17, 17)}
_CALENDARS = {"wide": _Canvas("wide", 1104, 110, 24, 46, 16, 18), "narrow": _Canvas("narrow", 358, 0, 16, 58, 16, 34)}


def bridge(sheet: Sheet, scale: Scale, name: str) -> Markup:
    """One row for each step, from where the last one ended."""
    canvas, spans = _BRIDGES[name], _levels(sheet)
    span = bars.bridge_range([end for pair in spans for end in pair if end])
    height = canvas.row * len(spans) + 8
    parts: list[Markup] = [_hatch(f"hatch-{name}")]

    def x(value: float) -> float:
        share = (value - span.low) / (span.high - span.low or 1.0)
        return canvas.left + max(min(share, 1.0), 0.0) * (canvas.width - canvas.left - canvas.right)

    for i, (step, (start, end)) in enumerate(zip(sheet.bridge, spans, strict=True)):
        top = i * canvas.row + canvas.above + 4
        a, b = sorted((x(start), x(end)))
        label_at = (0.0, top + canvas.bar - 5) if canvas.left else (0.0, top - 5)
        parts.append(element("text", step.label, class_="name", x=label_at[0], y=label_at[1]))
        parts += _bar(step, a, max(b - a, 1.0), top, canvas, name)
        if step.kind in _TOTALS and span.low > 0:
            dark = step.kind != "base"
            marks = f"M{a + 14:.1f},{top + canvas.bar}l5,-{canvas.bar}m5,{canvas.bar}l5,-{canvas.bar}"
            parts.append(element("path", class_="cutmark dark" if dark else "cutmark", d=marks))
        parts.append(element("text", _amount(step, scale), class_="value", x=b + 6, y=top + canvas.bar - 5))
        if i + 1 < len(spans):
            parts.append(element("line", class_="link", x1=x(end), x2=x(end), y1=top + canvas.bar, y2=top + canvas.row))
    return drawing(canvas.width, height, *parts, label=_spoken(sheet), class_=f"viz {name}")


def cut_of(sheet: Sheet) -> float:
    """Where the bridge's scale starts."""
    return bars.bridge_range([end for pair in _levels(sheet) for end in pair if end]).low


def calendar(sheet: Sheet, day: date | None, name: str) -> Markup | None:
    """A row for each source, a window for each quarter, a heavy tick at its last day."""
    if not sheet.windows:
        return None
    canvas = _CALENDARS[name]
    sources = tuple(dict.fromkeys(one.source for one in sheet.windows))
    first, last = min(one.first for one in sheet.windows), max(one.last for one in sheet.windows)
    span = Period(first, last + timedelta(days=12), "", "range")
    height = 26 + canvas.row * len(sources)

    def x(at: date) -> float:
        return canvas.left + (at - span.start).days / span.days * (canvas.width - canvas.left - canvas.right)

    parts = _months(span, canvas, height, x)
    for i, source in enumerate(sources):
        top = 26 + i * canvas.row + canvas.above
        label_y = top + 12 if canvas.left else top - 20
        shown = "All sources" if source == "all" else capital(source)
        parts.append(element("text", shown, class_="name", x=0, y=label_y))
        for window in sheet.windows:
            if window.source == source:
                parts += _window(window, day, top, canvas, x)
    if day is not None and span.holds(day):
        parts.append(element("line", class_="rule", x1=x(day), x2=x(day), y1=20, y2=height))
    label = f"When deals have to be created: {calendar_take(sheet, day)}"
    return drawing(canvas.width, height, *parts, label=label, class_=f"viz {name}")


def calendar_take(sheet: Sheet, day: date | None) -> str:
    """The finding of the calendar: the first quarter deals can still be created for, and until when."""
    open_ones = [one for one in sheet.windows if day is None or one.last >= day]
    if not open_ones:
        return "At the median cycle, no quarter of the plan can still be reached by deals created now."
    window = min(open_ones, key=lambda one: one.last)
    who = "" if window.source == "all" else f" from {window.source}"
    left = "" if day is None else f": {formatting.days((window.last - day).days + 1)} left"
    return f"Deals{who} for {window.quarter} can be created until {formatting.day(window.last)}{left}."


def _levels(sheet: Sheet) -> list[tuple[float, float]]:
    """Where each row starts and ends."""
    found: list[tuple[float, float]] = []
    level = 0.0
    for step in sheet.bridge:
        if step.kind in _TOTALS:
            found.append((0.0, step.amount))
            level = step.amount
        else:
            found.append((level, level + step.amount))
            level += step.amount
    return found


def _bar(step: BridgeStep, x: float, width: float, y: float, canvas: _Canvas, name: str) -> list[Markup]:
    size = {"x": x, "y": y, "width": width, "height": canvas.bar}
    if step.kind == "gap" and step.amount > 0:
        return [
            element("rect", class_="hatchbg", **size),
            element("rect", class_="gapbar", fill=f"url(#hatch-{name})", **size),
        ]
    kind = {"base": "base", "loss": "loss", "gap": "spare"}.get(step.kind, "")
    return [element("rect", class_=f"box {kind}".strip(), **size)]


def _hatch(name: str) -> Markup:
    line = element("path", class_="hatchline", d="M0 0V5")
    pattern = element(
        "pattern",
        element("rect", class_="hatchbg", width=5, height=5),
        line,
        id=name,
        width=5,
        height=5,
        patternunits="userSpaceOnUse",
        patterntransform="rotate(45)",
    )
    return element("defs", pattern)


def _amount(step: BridgeStep, scale: Scale) -> str:
    return formatting.whole(step.amount / scale.divisor, signed=step.kind not in _TOTALS)


def _spoken(sheet: Sheet) -> str:
    said = (f"{s.label} {formatting.quantity(s.amount, sheet.unit, sheet.plan.currency)}" for s in sheet.bridge)
    return f"Bridge to the target: {'; '.join(said)}"


def _months(span: Period, canvas: _Canvas, height: float, place: Place) -> list[Markup]:
    drawn: list[Markup] = []
    covered = [month for month in months(span) if month.start >= span.start]
    every = 1 if canvas.left else max(len(covered) // 5, 1)
    for i, month in enumerate(covered):
        at = place(month.start)
        drawn.append(element("line", class_="gridline", x1=at, x2=at, y1=20, y2=height))
        if i % every == 0 and at + 30 < canvas.width:
            year = None if month.start.month == 1 else month.start.year
            drawn.append(element("text", formatting.month(month.start, year), class_="small", x=at + 2, y=13))
    return drawn


def _window(window: Window, day: date | None, top: float, canvas: _Canvas, place: Place) -> list[Markup]:
    a, b = place(window.first), place(window.last + timedelta(days=1))
    closed = day is not None and window.last < day
    parts = [
        element("rect", class_="window closed" if closed else "window", x=a, y=top, width=b - a, height=canvas.bar)
    ]
    short = window.quarter.split("-")[-1]
    parts.append(element("text", short, class_="small mid", x=(a + b) / 2, y=top + 12))
    parts.append(element("line", class_="lastday", x1=b, x2=b, y1=top - 4, y2=top + canvas.bar + 4))
    text = formatting.day(window.last, window.last.year)
    if b - a > len(text) * _LETTER - 4:
        parts.append(element("text", text, class_="small end", x=b + 3, y=top - 7))
    return parts
