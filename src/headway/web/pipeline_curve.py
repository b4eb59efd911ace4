"""How many of the deals created are won, and by which age: the part of the Pipeline page that tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from markupsafe import Markup

from headway.core import formatting
from headway.core.answers import Measured
from headway.core.rows import Cell, Rows
from headway.core.titles import capital
from headway.web import win_curve
from headway.web.pipeline_answer import WIN_RATE, PipelineAnswer, number
from headway.web.query import Asked
from headway.web.track import Linked
from headway.web.win_curve import MOST, Age, Group

BREAKDOWNS = ("source", "segment", "region")
"""What the curve can be broken down by, where the data have it."""

_UNSURE, _NONE = "cannot tell yet", "(none)"
_OWN = {"metric", "definition", "as_of", "age", "value", "low", "high", "lost", "open", "of_won"} | {
    *("n", "at_risk", "wins", "losses", "note")
}


@dataclass(frozen=True)
class Chip:
    """One way to break the curve down."""

    words: str
    address: str
    chosen: bool


@dataclass(frozen=True)
class Curves:
    """The whole part of the page; `why_not` instead, where the facts do not allow it."""

    why_not: tuple[str, ...]
    chips: tuple[Chip, ...] = ()
    take: str = ""
    wide: Markup | None = None
    phone: Markup | None = None
    by: str = ""
    ends: tuple[tuple[str, Linked, str, str], ...] = ()
    ages: tuple[tuple[str, str, str, str, str], ...] = ()
    left_out: int = 0
    note: str = ""


def told(found: PipelineAnswer, asked: Asked) -> Curves:
    """The curve written out, of all deals or by what the address asks."""
    groups = _groups(found.curve)
    if not groups:
        messages = () if isinstance(found.curve, Measured) else tuple(one.message for one in found.curve)
        return Curves(messages or ("no deal was won or lost yet",))
    shown, oldest = groups[:MOST], _oldest(groups[:MOST])
    whole = replace(asked, plan=None, period=None)
    return Curves(
        (),
        _chips(found, asked),
        _take(groups, asked.by),
        win_curve.drawn(shown, oldest, "wide"),
        win_curve.drawn(shown, oldest, "narrow"),
        asked.by,
        tuple(
            (
                one.name,
                Linked(
                    formatting.percent(one.last.won),
                    replace(whole, where={asked.by: one.name} if asked.by else {}).why(WIN_RATE),
                ),
                interval(one.last) if one.sure else f"{interval(one.last)}, {_UNSURE}",
                formatting.count(one.n),
            )
            for one in groups
        ),
        tuple(
            _age(one.name, age, at_risk) for one in groups for age, at_risk in zip(one.ages, one.at_risk, strict=True)
        ),
        len(groups) - len(shown),
        _note(found.curve),
    )


def tables(found: PipelineAnswer) -> Mapping[str, Rows]:
    """The curve, every age of every group."""
    return {"win-rate": found.curve.rows} if isinstance(found.curve, Measured) else {}


def pictures(found: PipelineAnswer) -> Mapping[str, Markup]:
    """The curve."""
    groups = _groups(found.curve)[:MOST]
    return {"win-rate": win_curve.drawn(groups, _oldest(groups), "wide")} if groups else {}


def in_the_end(found: PipelineAnswer) -> Age | None:
    """What becomes of all deals in the end."""
    groups = _groups(found.curve)
    return groups[0].last if groups else None


def interval(age: Age) -> str:
    """A share's interval; without one, that there is none."""
    if age.low is None or age.high is None:
        return "no interval"
    return formatting.interval(age.low, age.high)


def _groups(found: object) -> tuple[Group, ...]:
    """The groups of the answer, the one with most deals first."""
    if not isinstance(found, Measured):
        return ()
    by = [name for name in found.rows.names if name not in _OWN]
    kept: dict[str, list[Mapping[str, Cell]]] = {}
    for row in found.rows:
        if row["value"] is not None:
            kept.setdefault(", ".join(str(row[name]) for name in by) or "all deals", []).append(row)
    groups = [_group(name, rows) for name, rows in kept.items()]
    return tuple(sorted(groups, key=lambda one: -one.n))


def _group(name: str, rows: list[Mapping[str, Cell]]) -> Group:
    ages = tuple(
        Age(int(number(row["age"]) or 0), number(row["value"]) or 0.0, number(row["low"]), number(row["high"]))
        for row in rows
    )
    counts = tuple(int(number(row["at_risk"]) or 0) for row in rows)
    nine_in_ten = next((int(number(row["age"]) or 0) for row in rows if (number(row["of_won"]) or 0.0) >= 0.9), None)
    sure = _UNSURE not in str(rows[-1]["note"])
    return Group(name, ages, int(number(rows[-1]["n"]) or 0), counts, nine_in_ten, sure)


def _oldest(groups: tuple[Group, ...]) -> int:
    """How far the drawing reaches: a little beyond the age after which next to nothing is won any more."""
    reached = [next(age.days for age in one.ages if age.won >= 0.995 * one.last.won) for one in groups]
    return max(min(max(reached) * 4 // 3, max(one.last.days for one in groups)), 30)


def _take(groups: tuple[Group, ...], by: str) -> str:
    if not by:
        one = groups[0]
        said = f"Of the deals created, {formatting.percent(one.last.won)} are won in the end"
        if one.nine_in_ten is None or not one.last.won:
            return f"{said}."
        return f"{said}; nine in ten of those within {formatting.days(one.nine_in_ten)}."
    known = [
        one
        for one in groups
        if one.sure and one.name != _NONE and one.last.low is not None and one.last.high is not None
    ]
    if len(known) < 2:
        return f"Too little is known to compare the win rate by {by}."
    best, worst = (choose(known, key=lambda one: one.last.won) for choose in (max, min))
    rates = f"{formatting.percent(best.last.won)} of {best.name}, {formatting.percent(worst.last.won)} of {worst.name}"
    apart = (best.last.low or 0.0) > (worst.last.high or 1.0)
    return f"Won in the end: {rates}; {'more than chance' if apart else 'that may be chance'}."


def _age(name: str, age: Age, at_risk: int) -> tuple[str, str, str, str, str]:
    return name, formatting.days(age.days), formatting.percent(age.won), interval(age), formatting.count(at_risk)


def _chips(found: PipelineAnswer, asked: Asked) -> tuple[Chip, ...]:
    columns = {
        name.lower()
        for connector in found.held.connectors
        for file in connector.files
        for name in (*(column.field for column in file.columns), *file.dimensions)
    }
    offered = [one for one in BREAKDOWNS if one == asked.by or any(name.startswith(one) for name in columns)]
    return (
        Chip("All deals", f"{asked.pipeline(by='')}#win-rate", not asked.by),
        *(Chip(f"By {one}", f"{asked.pipeline(by=one)}#win-rate", one == asked.by) for one in offered),
    )


def _note(found: object) -> str:
    notes = dict.fromkeys(str(row["note"]) for row in found.rows if row["note"]) if isinstance(found, Measured) else {}
    return capital("; ".join(dict.fromkeys(part for text in notes for part in text.split("; ") if _UNSURE not in part)))
