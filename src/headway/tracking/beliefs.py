"""Whether what a plan assumes holds: each assumed value against what was measured since the plan began.

Inside its interval an assumption holds, whatever the sign of the difference. Outside for two periods it is broken;
outside for the latest alone, or over all of them together, it is drifting. Too few cases cannot tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import sqrt

from headway.core.belief import Belief, Holds, Observed
from headway.core.calendar import Period
from headway.core.dimensions import MONTH
from headway.core.formatting import plural, quantity
from headway.core.plan import Assumption, Plan
from headway.core.rows import Cell, Rows
from headway.core.titles import lower_is_better
from headway.tracking.pace import FAR, SMALL_SAMPLE

Observe = Callable[[str, Period, Sequence[str]], Rows | None]
"""A metric measured over a span, by some dimensions; nothing where there is no such metric or it cannot be asked so."""

PERIODS = (1, 2, 3)
"""How many months a period may take before two of them hold enough cases; the shortest that do are used."""

_EIGHTY = 1.2816
"""Standard deviations to each side of a count that hold 80% of what chance makes of it."""

_MANY = 24
"""Values of one assumption beyond this are told as one, not row by row."""

Found = Mapping[tuple[str, ...], Observed]


@dataclass(frozen=True)
class Times:
    """The plan's months, the day it is followed to, and the days its rates are measured over."""

    months: tuple[Period, ...]
    as_of: date
    window: int

    @property
    def over(self) -> tuple[Period, ...]:
        """The months that are over."""
        return tuple(month for month in self.months if month.last_day <= self.as_of)

    @property
    def trailing(self) -> Period:
        """The days a rate is measured over, up to the day, as the journey measures them."""
        return self._span(self.as_of - timedelta(days=self.window - 1))

    @property
    def to_date(self) -> Period:
        """The plan's own days so far."""
        return self._span(self.months[0].start)

    def blocks(self, size: int) -> tuple[tuple[Period, ...], ...]:
        """The latest two spans of so many whole months, oldest first; none where two are not over yet."""
        last = self.over[-2 * size :]
        return (last[:size], last[size:]) if len(last) == 2 * size else ()

    def _span(self, first: date) -> Period:
        return Period(first, self.as_of + timedelta(days=1), f"{first}..{self.as_of}", "range")


def beliefs(plan: Plan, times: Times, observe: Observe) -> tuple[Belief, ...]:
    """Every assumed value with what has come of it."""
    return tuple(belief for one in plan.assumptions.values() for belief in _beliefs(one, plan, times, observe))


def _beliefs(one: Assumption, plan: Plan, times: Times, observe: Observe) -> Iterator[Belief]:
    by = tuple(name for name in one.by if name != MONTH)
    groups = tuple(dict.fromkeys(_without_month(one, members) for members in one.values))
    if not times.over or len(groups) > _MANY:
        for group in groups[:1] if len(groups) > _MANY else groups:
            yield _untold(one, group, "no month of the plan is over yet")
        return
    flow = _adds_up(one)
    rows = observe(one.name, times.to_date if flow else times.trailing, by)
    unit = _unit(rows)
    if unit is None or unit != (one.unit.removesuffix("/month") if flow else one.unit):
        for group in groups if "lag" not in by else groups[:1]:
            yield _untold(one, group if "lag" not in by else (), "no metric measures it by itself")
        return
    now = _observed(rows, by, flow)
    blocks = _blocks(one, times, by, groups, observe)
    for group in groups:
        yield _belief(one, group, plan, times, now.get(group), {s: _of(b, group) for s, b in blocks.items()})


def _blocks(
    one: Assumption, times: Times, by: Sequence[str], groups: Sequence[tuple[str, ...]], observe: Observe
) -> dict[int, list[tuple[str, Found]]]:
    """The latest two spans of one month, and of more where those hold too few cases for some group."""
    found: dict[int, list[tuple[str, Found]]] = {}
    for size in PERIODS:
        found[size] = [_block(one, months, by, observe) for months in times.blocks(size)]
        if found[size] and all(_enough(seen) for group in groups for seen in _of(found[size], group)):
            break
    return found


def _belief(
    one: Assumption,
    group: tuple[str, ...],
    plan: Plan,
    times: Times,
    actual: Observed | None,
    blocks: Mapping[int, tuple[Observed, ...]],
) -> Belief:
    flow = _adds_up(one)
    planned = _planned(one, group, times.over if not flow else times.months, times.to_date if flow else None)
    size = next((s for s, both in blocks.items() if len(both) == 2 and all(_enough(b) for b in both)), None)
    known = [both for both in blocks.values() if both]
    periods: tuple[Observed, ...] = blocks[size] if size else known[-1] if known else ()
    plans = [_planned(one, group, months, None) for months in (times.blocks(size) if size else ())]
    holds = _holds(planned, actual, periods if size else (), plans)
    assumed = next(e for members, e in one.values.items() if _without_month(one, members) == group)
    told = [(seen, said) for said, seen in zip(plans, periods, strict=False) if said is not None]
    latest = bool(told) and _side(told[-1][1], told[-1][0]) != 0
    failing = holds in ("broken", "drifting")
    shown, against = told[-1] if failing and latest else (actual, planned)
    words = _words(holds, one, plan, actual, periods, size, latest)
    span = times.to_date if flow else times.trailing
    better, seen = _better(one.name, against, shown), shown if failing else None
    about = (planned, actual, span.label, periods, better)
    return Belief(one, group, assumed, holds, words, *about, seen, against if failing else None)


def _better(name: str, planned: float | None, seen: Observed | None) -> bool | None:
    """Whether what was seen is good news; None where it is no news."""
    if seen is None or seen.value is None or planned is None or seen.value == planned:
        return None
    return (seen.value < planned) == lower_is_better(name)


def _holds(
    planned: float | None, actual: Observed | None, periods: Sequence[Observed], plans: Sequence[float | None]
) -> Holds:
    if actual is None or actual.value is None or planned is None or not _enough(actual):
        return "unknown"
    sides = [_side(p, one) for one, p in zip(periods, plans, strict=False) if p is not None]
    if len(sides) == 2 and sides[0] == sides[1] != 0:
        return "broken"
    return "drifting" if (sides and sides[-1]) or _side(planned, actual) else "holding"


def _side(planned: float, seen: Observed) -> int:
    """Which side of the plan the measured value is on for sure: below (-1), above (+1), or not sure (0)."""
    if seen.value is None:
        return 0
    if seen.low is None or seen.high is None:
        off = (seen.value - planned) / abs(planned) if planned else 0.0
        return 0 if abs(off) <= FAR else 1 if off > 0 else -1
    return 1 if planned < seen.low else -1 if planned > seen.high else 0


def _enough(seen: Observed) -> bool:
    return seen.value is not None and (seen.n is None or seen.n >= SMALL_SAMPLE)


def _words(
    holds: Holds,
    one: Assumption,
    plan: Plan,
    actual: Observed | None,
    periods: Sequence[Observed],
    size: int | None,
    latest: bool,
) -> str:
    if actual is None or actual.value is None:
        return "nothing was measured"
    if holds == "unknown":
        return f"n = {actual.n}: cannot tell yet" if actual.n is not None else "cannot tell yet"
    told = ", then ".join(f"{quantity(p.value, _told_in(one), plan.currency)} (n = {p.n})" for p in periods)
    each = "months" if size == 1 else f"periods of {plural(size or 0, 'month')}"
    if holds == "broken":
        return f"outside its 80% interval in two {each}: {told}"
    if holds == "holding":
        return ""
    if size is None:
        return "outside its 80% interval; two periods with enough cases are not over yet"
    where = f"in the latest of two {each}" if latest else f"over the whole window, not in the latest two {each}"
    return f"outside its 80% interval {where}: {told}"


def _told_in(one: Assumption) -> str:
    return one.unit.removesuffix("/month")


def _untold(one: Assumption, group: tuple[str, ...], words: str) -> Belief:
    assumed = one.values.get(group) or next(iter(one.values.values()))
    return Belief(one, group, assumed, "unknown", words)


def _planned(one: Assumption, group: tuple[str, ...], months: Sequence[Period], to_date: Period | None) -> float | None:
    """What the assumption says of some months: a flow added up (its last month by days), a rate as it is on average."""
    values = [value for members, value in one.values.items() if _without_month(one, members) == group]
    by_month = dict(zip([m for m in one.values if _without_month(one, m) == group], values, strict=True))
    monthly = [_in_month(one, month, by_month) for month in months]
    if any(value is None for value in monthly) or not monthly:
        return None
    known = [float(value) for value in monthly if value is not None]
    if not _adds_up(one):
        return sum(known) / len(known)
    if to_date is None:
        return sum(known)
    shares = [_share(month, to_date) for month in months]
    return sum(value * share for value, share in zip(known, shares, strict=True))


def _in_month(one: Assumption, month: Period, values: Mapping[tuple[str, ...], object]) -> Decimal | None:
    for members, estimate in one.values.items():
        if members in values and (MONTH not in one.by or members[one.by.index(MONTH)] == month.label):
            return estimate.value
    return None


def _share(month: Period, span: Period) -> float:
    inside = month.clip(span)
    return 0.0 if inside is None else inside.days / month.days


def _adds_up(one: Assumption) -> bool:
    return one.unit.endswith("/month") or (MONTH in one.by and "/" not in one.unit)


def _without_month(one: Assumption, members: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(m for name, m in zip(one.by, members, strict=False) if name != MONTH)


def _unit(rows: Rows | None) -> str | None:
    return None if rows is None or not len(rows) else str(rows.records[0][rows.names.index("unit")])


def _block(one: Assumption, months: Sequence[Period], by: Sequence[str], observe: Observe) -> tuple[str, Found]:
    span = Period(months[0].start, months[-1].end, f"{months[0].start}..{months[-1].last_day}", "range")
    label = months[0].label if len(months) == 1 else f"{months[0].label} to {months[-1].label}"
    return label, _observed(observe(one.name, span, by), by, _adds_up(one), label)


def _of(blocks: Sequence[tuple[str, Found]], group: tuple[str, ...]) -> tuple[Observed, ...]:
    return tuple(found.get(group, Observed(label, None, n=0)) for label, found in blocks)


def _observed(rows: Rows | None, by: Sequence[str], flow: bool, label: str = "") -> Found:
    if rows is None:
        return {}
    found: dict[tuple[str, ...], Observed] = {}
    for record in rows:
        members = tuple(str(record[name]) for name in by)
        value, n = _number(record["value"]), record["n"]
        cases = n if isinstance(n, int) else None
        low, high = _number(record["low"]), _number(record["high"])
        if flow and value is not None and value == cases and low is None:  # a count: what chance alone makes of it
            low, high = max(value - _EIGHTY * sqrt(max(value, 1.0)), 0.0), value + _EIGHTY * sqrt(max(value, 1.0))
        if members in found:  # several currencies: never compared with one plan
            return {}
        found[members] = Observed(label, value, low, high, cases)
    return found


def _number(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool) else None
