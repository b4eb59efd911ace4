"""Whether the people planned can do what the plan asks of them, month by month, and what binds."""

from __future__ import annotations

import numpy as np

from headway.core.formatting import UNDEFINED
from headway.core.rows import Cell, Column, Rows
from headway.planning.bound import BoundPlan
from headway.planning.evaluation import by_month, evaluate

ROUNDING = 1e-9
"""A shortage smaller than this share of what is asked for is rounding."""


def limits(bound: BoundPlan) -> dict[str, tuple[str, str]]:
    """The limits of the model the plan can tell: by resource, the line that asks and the line that has."""
    named = {name: (pair[0], pair[1]) for name, pair in bound.model.text.limits.items()}
    return {name: pair for name, pair in named.items() if bound.can(pair[0]) and bound.can(pair[1])}


def capacity(bound: BoundPlan) -> Rows:
    """By month and resource: what is asked, what there is, the gap (positive where it lacks), and whether it binds.

    Of the resources that lack in a month the one that binds is the one furthest short, as a share of what is asked.
    """
    told = limits(bound)
    lines = [line for pair in told.values() for line in pair]
    monthly = {name: by_month(series) for name, series in evaluate(bound, lines).items()} if lines else {}
    columns = (
        "month",
        "limit",
        Column("asked", "number"),
        Column("there_is", "number"),
        Column("gap", "number"),
        "unit",
        Column("used", "number", "share"),
        Column("binds", "flag"),
    )
    records: list[tuple[Cell, ...]] = []
    for m, month in enumerate(bound.months):
        asked = {name: (float(monthly[need][m]), float(monthly[has][m])) for name, (need, has) in told.items()}
        binding = _binding(asked)
        for name, (need, has) in asked.items():
            unit = bound.model.lines[told[name][0]].unit_text
            used = need / has if has else None
            records.append((month.label, name, need, has, need - has, unit, used, name == binding))
    return Rows.of(columns, records)


def capacity_words(bound: BoundPlan) -> tuple[str, ...]:
    """Which limit binds in which months, one sentence each; nothing where the plan says nothing of capacity."""
    rows = capacity(bound)
    if not len(rows):
        return ()
    months: dict[str, list[str]] = {}
    for row in rows:
        if row["binds"]:
            months.setdefault(str(row["limit"]), []).append(str(row["month"]))
    if not months:
        return ("The people planned can do what the plan asks of them in every month.",)
    return tuple(
        f"What binds in {_span(when)} is {name}: the plan asks for more than they can do."
        for name, when in months.items()
    )


def _binding(asked: dict[str, tuple[float, float]]) -> str | None:
    short = {name: (need - has) / need for name, (need, has) in asked.items() if np.isfinite(need - has) and need > 0}
    short = {name: share for name, share in short.items() if share > ROUNDING}
    return max(short, key=lambda name: short[name]) if short else None


def _span(months: list[str]) -> str:
    if not months:
        return UNDEFINED
    return months[0] if len(months) == 1 else f"{months[0]} to {months[-1]} ({len(months)} months)"
