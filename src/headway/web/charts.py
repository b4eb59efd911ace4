"""The way so far, drawn: actual as a solid line against the dotted plan, once for wide pages and once for phones."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from headway.core import formatting
from headway.core.calendar import months
from headway.web.figures import is_money, is_share, scale_of, written
from headway.web.pace import Pace, Point
from headway.web.svg import drawing, element, path

_LETTER = 6.6
_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Canvas:
    """The size of a drawing and the margins around its plot; `months` is how many month names fit."""

    name: str
    width: float
    height: float
    left: float
    right: float
    top: float = 26.0
    bottom: float = 26.0
    months: int = 24


WIDE = Canvas("wide", 1104, 290, 44, 124)
PHONE = Canvas("narrow", 358, 240, 44, 14, months=5)

Place = Callable[[date, float], tuple[float, float]]


def draw_pace(pace: Pace, canvas: Canvas) -> Markup:
    """Plan and actual over the horizon, with the as-of rule and each line named where it ends."""
    marks = marks_of(pace)
    place = _placing(pace, canvas, marks)
    parts = [
        *_grid(pace, canvas, marks, place),
        *_month_names(pace, canvas, place, marks[0]),
        *_rule(pace, canvas, place, marks[0]),
        *_plan_line(pace, place),
        *_actual_line(pace, place),
        *_names(pace, canvas, place),
    ]
    return drawing(canvas.width, canvas.height, *parts, label=spoken(pace), class_=f"viz {canvas.name}")


def spoken(pace: Pace) -> str:
    """The drawing in one sentence, for those who hear the page."""
    said = [f"{pace.title} from {formatting.day(pace.horizon.start)} to {formatting.day(pace.horizon.last_day)}"]
    if pace.actual:
        said.append(f"actual {written(pace.actual[-1].value, pace.header)} on {formatting.day(pace.as_of)}")
    if pace.plan:
        said.append(f"plan {written(pace.plan[-1].value, pace.header)} at the end")
    return ", ".join(said)


def axis_marks(highest: float, most: int = 5) -> tuple[float, ...]:
    """Round marks from zero up to the first that covers the highest number; at most so many above zero."""
    if highest <= 0 or math.isinf(highest):
        return (0.0, 1.0)
    rough = highest / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(nice * power for nice in _NICE if nice * power >= rough * (1 - 1e-9))
    return tuple(step * i for i in range(math.ceil(highest / step - 1e-9) + 1))


def marks_of(pace: Pace) -> tuple[float, ...]:
    """The marks of a way's axis: from zero, but for a level that never came near it, from just below its lowest."""
    if pace.from_zero or pace.lowest <= pace.highest / 2:
        return axis_marks(pace.highest)
    step = axis_marks(pace.highest - pace.lowest)[1]
    floor = math.floor(pace.lowest / step + 1e-9)
    top = max(floor + 1, math.ceil(pace.highest / step - 1e-9))
    return tuple(step * i for i in range(floor, top + 1))


def _placing(pace: Pace, canvas: Canvas, marks: tuple[float, ...]) -> Place:
    width, height = canvas.width - canvas.left - canvas.right, canvas.height - canvas.top - canvas.bottom

    def place(day: date, value: float) -> tuple[float, float]:
        share = (day - pace.horizon.start).days / pace.horizon.days
        return canvas.left + width * share, canvas.top + height * (1 - (value - marks[0]) / (marks[-1] - marks[0]))

    return place


def _close(day: date) -> date:
    """Numbers stand at the close of a day, which is where the next one begins."""
    return day + timedelta(days=1)


def _grid(pace: Pace, canvas: Canvas, marks: Sequence[float], place: Place) -> list[Markup]:
    drawn: list[Markup] = []
    for value in marks:
        x, y = place(pace.horizon.start, value)
        kind = "gridline" if value > marks[0] else "axis"
        drawn.append(element("line", class_=kind, x1=x, x2=canvas.width - canvas.right, y1=y, y2=y))
        drawn.append(element("text", axis_text(value, pace), class_="tick end", x=x - 8, y=y + 4))
    return drawn


def axis_text(value: float, pace: Pace) -> str:
    """A mark of the axis; its unit stands in the line above the drawing."""
    if is_share(pace.header):
        return written(value, pace.header)
    scaled = value / axis_unit(pace)[0]
    return f"{scaled:,.10g}"


def axis_unit(pace: Pace) -> tuple[float, str]:
    """What one step of the axis stands for, and how that is said."""
    highest = pace.highest
    if not is_money(pace.header):
        return 1.0, pace.header.unit
    if highest >= 2e6 and highest < 2e9:
        return 1e6, f"{formatting.currency_mark(pace.header.currency)} million".strip()
    scale = scale_of(highest, pace.header)
    return scale.divisor, scale.long


def _month_names(pace: Pace, canvas: Canvas, place: Place, floor: float) -> list[Markup]:
    covered = months(pace.horizon)
    every = math.ceil(len(covered) / canvas.months)
    drawn: list[Markup] = []
    for i, month in enumerate(covered):
        x, y = place(max(month.start, pace.horizon.start), floor)
        drawn.append(element("line", class_="axis", x1=x, x2=x, y1=y, y2=y + 4))
        if i % every == 0:
            name = formatting.month(month.start, pace.horizon.start.year)
            drawn.append(element("text", name, class_="tick", x=x + 2, y=y + 18))
    return drawn


def _rule(pace: Pace, canvas: Canvas, place: Place, floor: float) -> list[Markup]:
    if not pace.horizon.holds(pace.as_of):
        return []
    x, low = place(_close(pace.as_of), floor)
    text = f"As of {formatting.day(pace.as_of, pace.horizon.last_day.year)}"
    late = x + 5 + len(text) * _LETTER > canvas.width
    label = element("text", text, class_="now end" if late else "now", x=x - 5 if late else x + 5, y=14)
    return [element("line", class_="rule", x1=x, x2=x, y1=4, y2=low), label]


def _plan_line(pace: Pace, place: Place) -> list[Markup]:
    if not pace.plan:
        return []
    circles = [place(_close(point.day), point.value) for point in pace.at_month_ends()]
    line = path(_track(pace, pace.plan, place), "plan")
    return [line, *(element("circle", class_="planned", cx=x, cy=y, r=3.4) for x, y in circles)]


def _actual_line(pace: Pace, place: Place) -> list[Markup]:
    if not pace.actual:
        return []
    track = _track(pace, pace.actual, place)
    return [path(track, "actual"), element("circle", class_="here", cx=track[-1][0], cy=track[-1][1], r=4)]


def _track(pace: Pace, points: Sequence[Point], place: Place) -> list[tuple[float, float]]:
    """The line through the points; what adds up starts from nothing on the first day."""
    start = [place(pace.horizon.start, 0.0)] if pace.from_zero else []
    return start + [place(_close(point.day), point.value) for point in points]


def _names(pace: Pace, canvas: Canvas, place: Place) -> list[Markup]:
    """The names of both lines where they end, kept apart where they end close to each other."""
    drawn: list[Markup] = []
    plan_y: float | None = None
    roomy = canvas.right > 100
    if pace.plan:
        x, plan_y = place(_close(pace.plan[-1].day), pace.plan[-1].value)
        text = f"Plan {written(pace.plan[-1].value, pace.header)}"
        place_x, side = (x + 10, "name") if roomy else (x, "name end")
        plan_y = plan_y + 4 if roomy else plan_y - 10
        drawn.append(element("text", text, class_=side, x=place_x, y=plan_y))
    if pace.actual:
        drawn.append(_actual_name(pace, canvas, place, plan_y))
    return drawn


def _actual_name(pace: Pace, canvas: Canvas, place: Place, plan_y: float | None) -> Markup:
    last = pace.actual[-1]
    x, y = place(_close(last.day), last.value)
    text = f"Actual {written(last.value, pace.header)}"
    planned = next((p.value for p in pace.plan if p.day >= last.day), last.value)
    fits = x + 10 + len(text) * (_LETTER + 0.6) < canvas.width
    below = last.value <= planned
    at = y + 18 if below else y - 12
    if not fits:
        return element("text", text, class_="name strong end", x=x - 8, y=y + 26 if below else y - 12)
    if plan_y is not None and abs(at - plan_y) < 14 and x > canvas.width - canvas.right - 60:
        at = plan_y + 16 if below else plan_y - 16
    return element("text", text, class_="name strong", x=x + 10, y=min(at, canvas.height - canvas.bottom - 6))
