"""Spend brings visits, with saturation and seasons; some visits become leads."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from headway.connectors.synthetic.chance import count, lognormal
from headway.connectors.synthetic.demo.company import Company, Source
from headway.connectors.synthetic.demo.draws import normal
from headway.connectors.synthetic.demo.truth import Week

_YEAR = 365.25


def weeks(company: Company, rng: np.random.Generator) -> tuple[Week, ...]:
    """Every week of every source, from the warm-up to the last day; the running week counts its days so far."""
    return tuple(
        _week(company, source, monday, rng)
        for monday in mondays(company.warm_up, company.last_day)
        for source in company.sources
    )


def mondays(start: date, last: date) -> Iterator[date]:
    """The Mondays from the week of `start` to that of `last`."""
    monday = start - timedelta(days=start.weekday())
    while monday <= last:
        yield monday
        monday += timedelta(days=7)


def years_since(company: Company, day: date) -> float:
    """Years from the first day, negative before it."""
    return (day - company.first_day).days / _YEAR


def shocks(company: Company, rng: np.random.Generator) -> tuple[tuple[date, float], ...]:
    """What every deal of a quarter shares: a factor on moving on that remembers the quarter before."""
    made: list[tuple[date, float]] = []
    level = 0.0
    day = date(company.warm_up.year, 3 * ((company.warm_up.month - 1) // 3) + 1, 1)
    memory = company.market.shock_memory
    while day <= company.last_day:
        level = memory * level + math.sqrt(1 - memory**2) * company.market.shock * normal(rng)
        made.append((day, math.exp(level)))
        day = date(day.year + (day.month == 10), (day.month + 2) % 12 + 1, 1)
    return tuple(made)


def _week(company: Company, source: Source, monday: date, rng: np.random.Generator) -> Week:
    years = years_since(company, monday)
    season = company.market.season[(monday + timedelta(days=3)).month - 1]
    spend = source.spend * (1 + source.spend_growth) ** years * (0.75 + 0.25 * season) * lognormal(rng, 1.0, 0.07)
    reach = source.reach * (1 + source.reach_growth) ** years
    visits = round(reach * (1 - math.exp(-spend / source.depth)) * season * lognormal(rng, 1.0, 0.06))
    return Week(source.name, monday, spend, visits, count(rng, visits * source.lead_rate))
