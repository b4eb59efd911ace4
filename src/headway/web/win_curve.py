"""The share of deals won by each age, with its interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from headway.core.formatting import percent
from headway.web.charts import axis_marks
from headway.web.svg import drawing, element, path

_SIZES = {"wide": (1104.0, 260.0, 44.0, 190.0), "narrow": (358.0, 230.0, 38.0, 14.0)}
_TOP, _FOOT = 16.0, 40.0
_LABEL = 15.0
Place = Callable[[float, float], tuple[float, float]]

MOST = 4
"""How many groups one drawing holds; the table has all."""


@dataclass(frozen=True)
class Age:
    """What had become of deals by an age in days."""

    days: int
    won: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Group:
    """The deals of one group, age by age, how many there are, how many were still open by each age, the age by which
    nine in ten of the wins had come, and whether there are enough of them to tell."""

    name: str
    ages: tuple[Age, ...]
    n: int
    at_risk: tuple[int, ...] = ()
    nine_in_ten: int | None = None
    sure: bool = True

    @property
    def last(self) -> Age:
        """What had become of them by the oldest age seen."""
        return self.ages[-1]


def drawn(groups: Sequence[Group], oldest: int, name: str) -> Markup:
    """A line for each group from zero, its interval behind it, its name and share where it ends."""
    width, height, left, right = _SIZES[name]
    highest = max((age.high or age.won for one in groups for age in one.ages), default=0.0)
    marks, floor = axis_marks(highest * 100), height - _FOOT

    def place(days: float, share: float) -> tuple[float, float]:
        across = left + min(days / oldest, 1.0) * (width - left - right)
        return across, floor - share * 100 / marks[-1] * (floor - _TOP)

    parts: list[Markup] = []
    for mark in marks:
        y = place(0, mark / 100)[1]
        parts.append(element("line", class_="gridline" if mark else "axis", x1=left, x2=width - right, y1=y, y2=y))
        parts.append(element("text", f"{mark:g}%", class_="tick end", x=left - 6, y=y + 4))
    for days in axis_marks(oldest, 6 if right > 100 else 4):
        if days <= oldest:
            x = place(days, 0)[0]
            parts.append(element("line", class_="axis", x1=x, x2=x, y1=floor, y2=floor + 4))
            parts.append(element("text", f"{days:g}", class_="tick mid", x=x, y=floor + 17))
    parts.append(element("text", "days since created", class_="small end", x=width - right, y=floor + 33))
    for one in groups:
        parts += _band(one, oldest, place, "ci" if len(groups) == 1 else "ci many")
    names: list[tuple[float, str, str]] = []
    for i, one in enumerate(groups):
        line = [place(0, 0.0), *(place(age.days, age.won) for age in one.ages if age.days <= oldest)]
        parts.append(path([*line, place(oldest, line_end(one, oldest))], f"curve s{i}"))
        names.append((place(oldest, line_end(one, oldest))[1], one.name, percent(one.last.won)))
    parts += _names(names, width, right)
    spoken = "; ".join(f"{one.name} {percent(one.last.won)} in the end" for one in groups)
    return drawing(width, height, *parts, label=f"Share of deals won by age: {spoken}", class_=f"viz {name}")


def line_end(group: Group, oldest: int) -> float:
    """The share won by the end of the drawing."""
    return [age.won for age in group.ages if age.days <= oldest][-1] if group.ages[0].days <= oldest else 0.0


def _band(group: Group, oldest: int, at: Place, kind: str) -> list[Markup]:
    ends = [age for age in group.ages if age.days <= oldest and age.low is not None and age.high is not None]
    if len(ends) < 2:
        return []
    ends.append(replace(ends[-1], days=oldest))  # between two ages shown, as at the earlier
    upper = [at(age.days, age.high or 0.0) for age in ends]
    lower = [at(age.days, age.low or 0.0) for age in reversed(ends)]
    points = "L".join(f"{x:.1f},{y:.1f}" for x, y in [*upper, *lower])
    return [element("path", class_=kind, d=f"M{points}Z")]


def _names(names: Sequence[tuple[float, str, str]], width: float, right: float) -> list[Markup]:
    """Each line named where it ends, pushed apart where two ends meet; on a phone above the end."""
    parts: list[Markup] = []
    wide, lowest = right > 100, float("-inf")
    for i, (y, name, share) in sorted(enumerate(names), key=lambda pair: pair[1][0]):
        at = max(y + (4 if wide else -6), lowest + _LABEL)
        lowest = at
        x, side = (width - right + 8, "strong") if wide else (width - right, "strong end")
        parts.append(element("text", f"{share} {name}", class_=f"{side} s{i}", x=x, y=at))
    return parts
