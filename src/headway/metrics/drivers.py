"""The further drivers of a plan as history shows them: by source and segment, and from lead to opportunity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from headway.core.calendar import Period, add_months
from headway.core.definition import Definition
from headway.core.history import Figure, Key, Measured
from headway.metrics.customer_base import base_drivers
from headway.metrics.estimate import Estimate
from headway.metrics.facts import Facts
from headway.metrics.look import Look, figure_of
from headway.metrics.question import Parameters
from headway.statistics.intervals import wilson

SOURCE, SEGMENT = "source", "segment"
MOST = 12
"""A plan is broken down by this many members of a dimension at most: more are labels, not ways of working."""


@dataclass(frozen=True)
class Drivers:
    """What is measured beside the usual drivers, and the members they are broken down by."""

    members: Mapping[str, Key] = field(default_factory=dict[str, Key])
    measured: Mapping[str, Measured | None] = field(default_factory=dict[str, Measured | None])
    volume: Mapping[str, float] = field(default_factory=dict[str, float])
    """What the plan's volume is made of, counted by month over whole years up to the period's end."""


def measured_drivers(
    definitions: Mapping[str, Definition], facts: Facts, period: Period, parameters: Parameters, by: Key
) -> Drivers:
    """Every further driver that the facts tell over the period, by those of source and segment that are asked for."""
    look = Look(definitions, facts, period, parameters)
    members = {name: found for name in by if 1 < len(found := look.members(name)) <= MOST}
    measured: dict[str, Measured | None] = dict(_opportunities(look, members))
    if look.whole("leads").n:
        measured |= dict(_leads(look, members))
    volume = _volume(look, "leads" if "lead_to_opportunity" in measured else "opportunities_created")
    return Drivers(members, measured | dict(base_drivers(look, (SEGMENT,) if SEGMENT in members else ())), volume)


def _volume(look: Look, name: str) -> Mapping[str, float]:
    """What came in each month of the last three or two whole years, where it came in all of them."""
    for years in (3, 2):
        span = Period(add_months(look.period.end, -12 * years), look.period.end, "", "range")
        found = {key[0]: float(e.value or 0) for key, e in look.over(span).parts(name, ("month",)).items()}
        if look.period.end.day == 1 and len(found) == 12 * years and all(found.values()):
            return found
    return {}


def _opportunities(look: Look, members: Mapping[str, Key]) -> Iterator[tuple[str, Measured]]:
    """What was created by source, how it splits over segments, and how each part is won and worth."""
    if SOURCE in members:
        yield "opportunities_created", _monthly(look, "opportunities_created", (SOURCE,))
    if SEGMENT in members:
        yield "mix", _mix(look, tuple(name for name in (SOURCE, SEGMENT) if name in members))
    by = tuple(name for name in (SOURCE, SEGMENT) if name in members)
    if by:
        yield "win_rate.eventual", _rate(look, "win_rate.eventual", by)
    if SEGMENT in members:
        for name, metric in (("deal_size.mean", "deal_size.mean"), ("opportunity_value", "opportunity_value.mean")):
            if look.whole(metric).n:
                yield name, _rate(look, metric, (SEGMENT,))


def _leads(look: Look, members: Mapping[str, Key]) -> Iterator[tuple[str, Measured]]:
    """How many leads come in a month, and the share of them that leads to an opportunity, by their own source."""
    by = (SOURCE,) if SOURCE in members else ()
    visits = look.parts("visits", by) if by else {(): look.whole("visits")}
    leads = _monthly(look, "leads", by)
    if _begin_as_visits(visits, leads):
        yield "visits_per_month", _monthly(look, "visits", by)
        yield "visit_to_lead", _from_visits(look, visits, leads)
    else:
        yield "leads_per_month", leads
    yield "lead_to_opportunity", _rate(look, "lead_to_opportunity", by)


def _begin_as_visits(visits: Mapping[Key, Estimate], leads: Measured) -> bool:
    """Whether every source is visited, and more often than it brings leads: then leads are planned from visits."""
    figures = leads.parts or ({(): leads.whole} if leads.whole else {})
    return bool(figures) and all(
        key in visits and float(visits[key].value or 0) > one.n for key, one in figures.items()
    )


def _from_visits(look: Look, visits: Mapping[Key, Estimate], leads: Measured) -> Measured:
    """Leads for each visit; those without a source are shared out as the leads are."""
    figures = leads.parts or ({(): leads.whole} if leads.whole else {})
    parts = {key: _of_visits(one.value * look.length, float(visits[key].value or 0)) for key, one in figures.items()}
    whole = _of_visits((leads.whole.value if leads.whole else 0.0) * look.length, sum(one.n for one in parts.values()))
    told = f"leads for each visit of the same source, {look.period}"
    return Measured(told, whole, leads.by, {key: one for key, one in parts.items() if key})


def _of_visits(leads: float, visits: float) -> Figure:
    count = round(visits)
    low, high = wilson(min(round(leads), count), count) or (None, None)
    return Figure(leads / visits, low, high, count)


def _monthly(look: Look, name: str, by: Key) -> Measured:
    """A count for a month; what names no member is shared out as the rest."""
    whole, parts = look.whole(name), look.parts(name, by) if by else {}
    known = sum(float(e.value or 0) for e in parts.values())
    total = float(whole.value or 0)
    scale = total / known if known else 1.0
    told = f"{total:,.0f} in {look.period}, {look.length} months"
    if parts and total > known:
        told += f"; {total - known:,.0f} of them without a {' and '.join(by)}, shared out as the others"
    figures = {key: Figure(float(e.value or 0) * scale / look.length, n=e.n) for key, e in parts.items()}
    return Measured(told, Figure(total / look.length, n=whole.n), by, figures)


def _mix(look: Look, by: Key) -> Measured:
    """How what is created splits over segments; the cases behind a share are all those it is a share of."""
    counted = {key: float(e.n) for key, e in look.parts("opportunities_created", by).items()}
    whole = {key: float(e.n) for key, e in look.parts("opportunities_created", (SEGMENT,)).items()}
    parts = _shares(whole, ())
    if len(by) > 1:
        for source in dict.fromkeys(key[0] for key in counted):
            parts |= _shares({key: n for key, n in counted.items() if key[0] == source}, (source,), whole)
    return Measured(f"shares of the opportunities created in {look.period}", None, by, parts)


def _shares(counted: Mapping[Key, float], front: Key, every: Mapping[Key, float] | None = None) -> dict[Key, Figure]:
    """Shares of one whole, to a hundredth of a percent; what rounding leaves goes to the largest."""
    total = sum(counted.values())
    if not total:
        return {}
    shares = {(*front, *key[-1:]): round(counted.get((*front, *key[-1:]), 0.0) / total, 4) for key in every or counted}
    largest = max(shares, key=lambda key: shares[key])
    shares[largest] = round(1 - sum(share for key, share in shares.items() if key != largest), 4)
    return {key: Figure(share, n=round(total)) for key, share in shares.items()}


def _rate(look: Look, name: str, by: Key) -> Measured:
    """A rate of each part, of the next coarser ones, and of the whole."""
    coarser = [by[place:] for place in range(len(by))]
    parts = {key: made for group in reversed(coarser) for key, made in _figures(look.parts(name, group)).items()}
    title = look.definitions[name].title
    return Measured(f"{title.lower()}, {look.period}", figure_of(look.whole(name)), by, parts)


def _figures(parts: Mapping[Key, Estimate]) -> dict[Key, Figure]:
    return {key: made for key, e in parts.items() if (made := figure_of(e)) is not None}
