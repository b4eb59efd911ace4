"""The further drivers of a plan as history shows them: by source and segment, and from lead to opportunity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from headway.core.calendar import Period
from headway.core.definition import Definition
from headway.core.history import Figure, Key, Measured
from headway.metrics.customer_base import base_drivers
from headway.metrics.estimate import Estimate
from headway.metrics.facts import Facts
from headway.metrics.look import Look, figure_of
from headway.metrics.question import Parameters

SOURCE, SEGMENT = "source", "segment"
MOST = 12
"""A plan is broken down by this many members of a dimension at most: more are labels, not ways of working."""


@dataclass(frozen=True)
class Drivers:
    """What is measured beside the usual drivers, and the members they are broken down by."""

    members: Mapping[str, Key] = field(default_factory=dict[str, Key])
    measured: Mapping[str, Measured | None] = field(default_factory=dict[str, Measured | None])


def measured_drivers(
    definitions: Mapping[str, Definition], facts: Facts, period: Period, parameters: Parameters, by: Key
) -> Drivers:
    """Every further driver that the facts tell over the period, by those of source and segment that are asked for."""
    look = Look(definitions, facts, period, parameters)
    members = {name: found for name in by if 1 < len(found := look.members(name)) <= MOST}
    measured: dict[str, Measured | None] = dict(_opportunities(look, members))
    if look.whole("leads").n:
        measured |= dict(_leads(look, members))
    return Drivers(members, measured | dict(base_drivers(look, (SEGMENT,) if SEGMENT in members else ())))


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
    yield "leads_per_month", _monthly(look, "leads", by)
    yield "lead_to_opportunity", _rate(look, "lead_to_opportunity", by)


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
