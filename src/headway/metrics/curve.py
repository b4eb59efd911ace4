"""Metrics as curves: deals and customers by age, what sellers make of their first months, forecasts by horizon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from headway.core.calendar import Period
from headway.core.definition import Definition
from headway.core.diagnostics import Diagnostic
from headway.core.rows import Cell, Column, Rows
from headway.metrics.calling.accuracy import by_horizon
from headway.metrics.estimate import small
from headway.metrics.eventual import ages_by_group, observed
from headway.metrics.facts import Facts
from headway.metrics.measure import wrong_with
from headway.metrics.mistakes import NO_CURVE
from headway.metrics.question import GRAINS, NONE, Parameters, asked
from headway.metrics.recurring.estimates import take_of
from headway.metrics.recurring.lifetimes import lifetime_rows
from headway.metrics.selling.curves import pace_curve, ramp_curve
from headway.statistics.survival import Ages, Curve, aalen_johansen, eventual_interval

AGES = (7, 14, 30, 60, 90, 120, 180, 270, 365, 545, 730, 1095)
"""The ages in days that are shown, as far as deals were seen; the oldest age seen always is."""

_DEFAULT = Parameters()


def by_age(
    definition: Definition,
    facts: Facts,
    period: Period | None = None,
    by: Sequence[str] = (),
    where: Mapping[str, str] | None = None,
    parameters: Parameters = _DEFAULT,
) -> Rows | tuple[Diagnostic, ...]:
    """The shares by age for each group: won (with interval and n), lost, open, at risk, share of the won.

    Each age stands on what was seen up to it: deals still open are at risk until their age on the last day, loss is the
    competing end, and deals older than the first day looked at come in late (Aalen and Johansen 1978).
    """
    question = asked(definition, facts, period, by, where or {})
    of_customers = definition.shape == "movements" and take_of(definition) == "logo_retention"
    selling = definition.selling.take if definition.selling else ""
    of_sellers = definition.calling is not None or selling in ("productivity", "time_to_productive")
    if definition.shape != "survival" and not of_customers and not of_sellers:
        message = f"{definition.name} has no curve"
        remedy = "ask for win_rate.eventual, logo_retention, ramp or forecast_accuracy"
        return (NO_CURVE.at(None, message, remedy=remedy),)
    found = wrong_with(question, facts)
    if of_customers:
        return found or lifetime_rows(replace(question, by=_undated(question.by)), facts, parameters)
    if found:
        return found
    if of_sellers:
        shown = by_horizon if definition.calling else ramp_curve if selling == "productivity" else pace_curve
        return shown(question, facts, parameters)
    window = observed(facts, question.period, parameters)
    groups: Mapping[tuple[str, ...], Ages] = {}
    if window is not None:
        groups = ages_by_group(facts, window, question.by, question.where, parameters)
    ordered = sorted(groups, key=lambda members: [(label == NONE, label) for label in members])
    stated = window.stated if window else "undefined: nothing has closed yet"
    records = [row for members in ordered for row in _of_group(definition, members, groups[members], facts, stated)]
    return Rows.of(_columns(question.by), records)


def _undated(by: Sequence[str]) -> tuple[str, ...]:
    """The breakdowns that a life has, which has no month of its own."""
    return tuple(name for name in by if name not in GRAINS)


def _columns(by: Sequence[str]) -> list[Column]:
    return [
        *(Column(name) for name in ("metric", "definition")),
        Column("as_of", "date"),
        *(Column(name, "dimension") for name in by),
        Column("age", "integer", "day"),
        *(Column(name, "number", "share") for name in ("value", "low", "high", "lost", "open", "of_won")),
        *(Column(name, "integer") for name in ("n", "at_risk", "wins", "losses")),
        Column("note", "text"),
    ]


def _of_group(
    definition: Definition, members: tuple[str, ...], ages: Ages, facts: Facts, stated: str
) -> list[tuple[Cell, ...]]:
    whole = aalen_johansen(ages)
    oldest = len(ages.entries) - 1
    shown = [age for age in AGES if age < oldest] + ([oldest] if oldest >= 0 else [])
    return [_row(definition, members, age, _up_to(ages, age), whole, facts, stated) for age in shown]


def _row(
    definition: Definition,
    members: tuple[str, ...],
    age: int,
    seen: Curve,
    whole: Curve,
    facts: Facts,
    stated: str,
) -> tuple[Cell, ...]:
    interval = eventual_interval(seen)
    low, high = interval or (None, None)
    value, eventual = seen.eventual, whole.eventual
    notes = [small(definition, seen.decided), stated]
    if value is None:
        notes.insert(0, "undefined: nothing was decided by this age")
    of_won = value / eventual if value is not None and eventual else None
    shares = (
        value,
        low,
        high,
        None if value is None else float(seen.loss[-1]),
        None if value is None else float(seen.open[-1]),
    )
    counts = (whole.total, int(seen.at_risk[-1]), int(seen.wins.sum()), int(seen.losses.sum()))
    about = (definition.name, definition.label, facts.day, *members)
    return (*about, age, *shares, of_won, *counts, "; ".join(note for note in notes if note))


def _up_to(ages: Ages, age: int) -> Curve:
    """The curve of what was seen up to an age: its end is the curve's value there, with the variance it has there."""
    end = age + 1
    return aalen_johansen(Ages(ages.entries[:end], ages.exits[:end], ages.wins[:end], ages.losses[:end]))
