"""The eventual win rate: deals counted by day of age inside a window, and the curve those counts give."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from headway.core.calendar import Period
from headway.core.definition import Definition
from headway.core.rows import Cell, Rows
from headway.core.series import Axis, Header, Series
from headway.metrics import cache, expressions
from headway.metrics.ages import FIRST, LAST, READ, ages_query, deals_query
from headway.metrics.estimate import Estimate, as_count, small
from headway.metrics.facts import Facts, quoted
from headway.metrics.question import NONE, Parameters, Question, filtered, opportunities
from headway.statistics.survival import Ages, Curve, aalen_johansen, eventual_interval

PARTS = ("win", "loss", "open", "at_risk", "wins", "losses")

_DEFAULT = Parameters()


@dataclass(frozen=True)
class Window:
    """The days that were looked at; `stated` says where the first one comes from."""

    start: date
    last_day: date
    stated: str


def win_curve(
    facts: Facts,
    window: Period | None = None,
    parameters: Parameters = _DEFAULT,
    where: Mapping[str, str] | None = None,
) -> Curve | None:
    """The curve of deals won, lost and open by age, from what happened inside the window; None if nothing ever closed."""
    looked = observed(facts, window, parameters)
    if looked is None:
        return None
    groups = ages_by_group(facts, looked, (), dict(where or {}), parameters)
    return aalen_johansen(groups[()]) if groups else None


def curve(
    definition: Definition,
    facts: Facts,
    window: Period | None = None,
    parameters: Parameters = _DEFAULT,
    where: Mapping[str, str] | None = None,
) -> Series:
    """The curve as a series along age in days and part; empty where nothing ever closed. The header holds n and notes."""
    made = win_curve(facts, window, parameters, where)
    looked = observed(facts, window, parameters)
    interval = eventual_interval(made) if made else None
    notes = [looked.stated if looked else "nothing has closed yet"]
    if made and made.eventual is not None and interval:
        notes.append(f"eventual {made.eventual:.4f}, {interval[0]:.4f} to {interval[1]:.4f} (P10 to P90)")
    header = Header(
        definition.name,
        "actual",
        definition.unit,
        "ratio",
        definition.label,
        facts.day,
        scope=", ".join(f"{name}={member}" for name, member in (where or {}).items()) or "company",
        n=made.total if made else 0,
        note="; ".join(notes),
    )
    values = _laid_out(made) if made else np.zeros((0, len(PARTS)))
    ages = tuple(str(age) for age in range(len(values)))
    return Series(header, (Axis("age", ages), Axis("part", PARTS)), values)


def eventual_estimates(question: Question, facts: Facts, parameters: Parameters) -> tuple[Estimate, ...]:
    """The share won in the end, by Aalen-Johansen, for each group."""
    window = observed(facts, question.period, parameters)
    if window is None:
        return (Estimate((), None, 0, notes=("undefined: nothing has closed yet",)),) if not question.by else ()
    groups = ages_by_group(facts, window, question.by, question.where, parameters)
    missing = _left_out(facts, question)
    if not question.by and not groups:
        groups = {(): _ages([])}
    made = [
        _estimate(question.definition, members, aalen_johansen(ages), missing.get(members, 0), window)
        for members, ages in groups.items()
    ]
    return tuple(sorted(made, key=lambda e: [(label == NONE, label) for label in e.members]))


def observed(facts: Facts, window: Period | None, parameters: Parameters) -> Window | None:
    """The days looked at: from when history is complete, or from the first closing there is; None without either."""
    first, stated = parameters.observed_from, "observed from {:%Y-%m-%d}, as set"
    if first is None:
        found = facts.run("SELECT min(closed_date) FROM opportunity WHERE status IN ('won', 'lost')")[0][0]
        first, stated = found if isinstance(found, date) else None, "observed from {:%Y-%m-%d}, the first closing known"
    if first is None:
        return None
    last_day = min(facts.day, window.last_day) if window else facts.day
    if window and window.start > first:
        return Window(window.start, last_day, f"observed from {window.start}, the start of the period")
    return Window(first, last_day, stated.format(first))


def _laid_out(made: Curve) -> NDArray[np.float64]:
    parts = (made.win, made.loss, made.open, made.at_risk, made.wins, made.losses)
    return np.stack([np.asarray(part, dtype=np.float64) for part in parts], axis=1)


def _estimate(definition: Definition, members: tuple[str, ...], made: Curve, missing: int, window: Window) -> Estimate:
    low, high = eventual_interval(made) or (None, None)
    notes = [small(definition, made.decided), window.stated]
    if made.eventual is None:
        notes.insert(0, "undefined: nothing was decided in the window")
    elif made.unresolved and made.unresolved > 0.005:
        notes.append(f"{made.unresolved:.1%} still open at {made.win.size - 1} days, the oldest age seen")
    if missing:
        notes.append(f"{missing:,} left out: dates missing or out of order")
    return Estimate(members, made.eventual, made.total, None, low, high, missing, tuple(note for note in notes if note))


def ages_by_group(
    facts: Facts, window: Window, by: Sequence[str], where: Mapping[str, str], parameters: Parameters
) -> dict[tuple[str, ...], Ages]:
    """Deals by day of age inside the window, for each group."""
    schema = facts.schema("opportunity")
    read = {name: schema[name] for name in (*READ, *by) if name in schema}
    sql = cache.compiled(parameters.cache, ("ages", read, tuple(by)), lambda: ages_query(read, by))
    conditions, values = filtered(where)
    behind = _looked_at(opportunities(conditions))
    answer = facts.run(expressions.over(sql, scope=behind), [window.start, window.last_day, *values])
    grouped = defaultdict[tuple[str, ...], list[tuple[Cell, ...]]](list)
    for record in answer:
        members = tuple(NONE if cell is None else str(cell) for cell in record[: len(by)])
        grouped[members].append(record[len(by) :])
    return {members: _ages(records) for members, records in grouped.items()}


def observed_deals(
    question: Question, facts: Facts, shown: Sequence[str], outcome: str, limit: int, parameters: Parameters
) -> tuple[int, Rows]:
    """The deals with one outcome inside the window, the oldest first up to a limit; and how many there are."""
    window = observed(facts, question.period, parameters)
    if window is None:
        return 0, Rows.of([*shown, "entry", "exit", "outcome"], [])
    schema = facts.schema("opportunity")
    read = {name: schema[name] for name in (*READ, *shown)}
    sql = cache.compiled(parameters.cache, ("deals", read, tuple(shown)), lambda: deals_query(read, shown))
    conditions, values = filtered(question.where)
    query = expressions.over(sql, scope=_looked_at(opportunities(conditions))) + " WHERE outcome = ?"
    values = [window.start, window.last_day, *values, outcome]
    total = as_count(facts.run(f"SELECT count(*) FROM ({query})", values)[0][0])
    return total, facts.rows(f"{query} ORDER BY created_date, key LIMIT {limit:d}", values)


def _looked_at(behind: str) -> str:
    return f"SELECT *, CAST(? AS DATE) AS {FIRST}, CAST(? AS DATE) AS {LAST} FROM ({behind})"


def _ages(records: Sequence[Sequence[Cell]]) -> Ages:
    """Records of age, entries, exits, wins, losses, as dense arrays."""
    table = np.array([[as_count(cell) for cell in record] for record in records], dtype=np.int64).reshape(-1, 5)
    dense = np.zeros((4, int(table[:, 0].max()) + 1 if len(table) else 0), dtype=np.int64)
    dense[:, table[:, 0]] = table[:, 1:].T
    return Ages(dense[0], dense[1], dense[2], dense[3])


def _left_out(facts: Facts, question: Question) -> dict[tuple[str, ...], int]:
    """Deals whose age cannot be told, for each group."""
    conditions, values = filtered(question.where)
    groups = "".join(f"CAST({quoted(name)} AS VARCHAR), " for name in question.by)
    broken = "created_date IS NULL OR (status <> 'open' AND closed_date IS NULL) OR closed_date < created_date"
    kept = " AND ".join((*conditions, f"({broken})"))
    answer = facts.run(f"SELECT {groups}count(*) FROM opportunity WHERE {kept} GROUP BY ALL", values)
    return {tuple(NONE if c is None else str(c) for c in record[:-1]): as_count(record[-1]) for record in answer}
