"""How much of the base is kept: NRR, GRR and the share of customers that stay, of all and by segment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from markupsafe import Markup

from headway.core import formatting
from headway.core.answers import Measured
from headway.core.rows import Cell, Rows
from headway.web import intervals
from headway.web.intervals import Group, Rate
from headway.web.pipeline_answer import number
from headway.web.query import Asked
from headway.web.revenue_answer import ARR, RATES, RevenueAnswer, by_label, rows_of, together
from headway.web.revenue_moves import Chip
from headway.web.source import Trouble
from headway.web.track import Linked

BREAKDOWNS = ("segment", "industry", "country", "owner", "cohort_year")
"""What retention can be broken down by, where the customers have it."""

MOST = 8
"""How many groups the drawing and the page show; the file holds all."""

_UNSURE, _NONE, ALL = "cannot tell yet", "(none)", "All customers"


@dataclass(frozen=True)
class Kept:
    """One row of the table: who, how many there were a year ago, what runs now, each rate with its interval."""

    name: str
    n: str
    arr: Linked
    rates: tuple[tuple[Linked, str], ...]
    total: bool = False


@dataclass(frozen=True)
class Retention:
    """The whole part of the page; `why_not` where it cannot be broken down so."""

    why_not: tuple[str, ...]
    take: str
    chips: tuple[Chip, ...]
    wide: Markup
    phone: Markup
    by: str
    rows: tuple[Kept, ...]
    left_out: int


def told(found: RevenueAnswer, asked: Asked) -> Retention:
    """Retention written out and drawn."""
    members = _members(found)
    groups = _groups(found, members[:MOST])
    take = _take(found, members)
    rows = (_row(found, asked, ""), *(_row(found, asked, one) for one in members))
    messages = () if not isinstance(found.levels_by, tuple) else tuple(one.message for one in found.levels_by)
    return Retention(
        messages,
        take,
        _chips(found, asked),
        intervals.drawn(groups, "wide", take),
        intervals.drawn(groups, "narrow", take),
        words(found.by),
        rows,
        max(len(members) - MOST, 0),
    )


def tables(found: RevenueAnswer) -> Mapping[str, Rows]:
    """Every rate of every group; without a breakdown, of all."""
    broken_down = together([found.rates_by[one] for one in RATES])
    whole = together([found.rates[one] for one in RATES])
    return {"retention": broken_down if len(broken_down) else whole}


def pictures(found: RevenueAnswer) -> Mapping[str, Markup]:
    """The rates with their intervals."""
    members = _members(found)
    return {"retention": intervals.drawn(_groups(found, members[:MOST]), "wide", _take(found, members))}


def rate_of(found: Measured | Trouble, currency: str | None) -> tuple[Rate, int] | None:
    """The one rate of an answer and of how many customers it is; none where there is none."""
    rows = rows_of(found, currency)
    return (_rate(rows[0]), int(number(rows[0]["n"]) or 0)) if rows else None


def written(rate: Rate) -> str:
    """A rate's interval; without one, that there is none."""
    span = "no interval" if rate.low is None else formatting.interval(rate.low, rate.high)
    return span if rate.sure else f"{span}, {_UNSURE}"


def words(name: str) -> str:
    """A dimension as people say it."""
    return {"cohort_year": "start year"}.get(name, name.replace("_", " "))


def _rate(row: Mapping[str, Cell]) -> Rate:
    return Rate(number(row["value"]) or 0.0, number(row["low"]), number(row["high"]), _UNSURE not in str(row["note"]))


def _members(found: RevenueAnswer) -> list[str]:
    """The groups, the one with most ARR first, those without a value in the dimension last."""
    levels = by_label(found.levels_by, found.currency, found.by)
    known = {*levels, *(name for one in RATES for name in by_label(found.rates_by[one], found.currency, found.by))}

    def place(name: str) -> tuple[bool, float, str]:
        return name == _NONE, -(number(levels[name]["value"]) or 0.0) if name in levels else 0.0, name

    return sorted(known, key=place)


def _groups(found: RevenueAnswer, members: list[str]) -> tuple[Group, ...]:
    return tuple(_group(found, one) for one in ("", *members))


def _group(found: RevenueAnswer, member: str) -> Group:
    rates = [_of(found, one, member) for one in RATES[:2]]
    said = " and ".join(formatting.percent(one.value) if one else "undefined" for one in rates)
    return Group(member or ALL, tuple(rates), said if all(one is None or one.sure for one in rates) else f"({said})")


def _of(found: RevenueAnswer, metric: str, member: str) -> Rate | None:
    row = _row_of(found, metric, member)
    return _rate(row) if row else None


def _row_of(found: RevenueAnswer, metric: str, member: str) -> Mapping[str, Cell] | None:
    if not member:
        return next(iter(rows_of(found.rates[metric], found.currency)), None)
    return by_label(found.rates_by[metric], found.currency, found.by).get(member)


def _row(found: RevenueAnswer, asked: Asked, member: str) -> Kept:
    at = replace(asked, period=None, where={found.by: member} if member else {})
    levels = by_label(found.levels_by, found.currency, found.by) if member else {}
    row = levels.get(member) if member else next(iter(rows_of(found.levels, found.currency)[::-1]), None)
    value = formatting.money(number(row["value"]), found.currency) if row else "none"
    rates = list[tuple[Linked, str]]()
    n = ""
    for one in RATES:
        told = _row_of(found, one, member)
        if told is None:
            rates.append((Linked("undefined", ""), "nobody was there a year ago"))
            continue
        n = n or formatting.count(number(told["n"]))
        rate = _rate(told)
        rates.append((Linked(formatting.percent(rate.value), at.why(one)), written(rate)))
    return Kept(member or ALL, n or "0", Linked(value, at.why(ARR) if row else ""), tuple(rates), not member)


def _chips(found: RevenueAnswer, asked: Asked) -> tuple[Chip, ...]:
    offered = [one for one in BREAKDOWNS if one in found.dimensions or one == "cohort_year"]
    if asked.by and asked.by not in offered:
        offered.append(asked.by)
    return tuple(Chip(f"By {words(one)}", f"{asked.revenue(by=one)}#h-kept", one == found.by) for one in offered)


def _take(found: RevenueAnswer, members: list[str]) -> str:
    """Where the base is kept best and worst, and whether that is more than chance."""
    by, known = words(found.by), list[tuple[str, Rate]]()
    for one in members:
        rate = _of(found, "nrr", one)
        if rate is not None and rate.sure and one != _NONE and rate.low is not None and rate.high is not None:
            known.append((one, rate))
    if len(known) < 2:
        return f"Too little is known to compare retention by {by}."
    (best, high), (worst, low) = (choose(known, key=lambda one: one[1].value) for choose in (max, min))
    rates = f"{formatting.percent(high.value)} in {best}, {formatting.percent(low.value)} in {worst}"
    apart = (high.low or 0.0) > (low.high or 1.0)
    return f"NRR is {rates}; {'more than chance' if apart else 'that may be chance'}."
