"""How long customers stay: of those that came, the share still there by each month since, with its interval.

Customers still there are followed until the as-of day, as Kaplan and Meier (1958) count them: each age stands on those
that were seen at it. A life ends when a customer first goes to no recurring revenue at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from headway.core.rows import Cell, Column, Rows
from headway.metrics.estimate import small
from headway.metrics.facts import Facts
from headway.metrics.question import NONE, Parameters, Question
from headway.metrics.recurring.book import Book, book
from headway.metrics.recurring.estimates import changes_of
from headway.metrics.recurring.grouping import Group, grouping
from headway.statistics.survival import Ages, aalen_johansen, survival_intervals

AGES = (1, 2, 3, 6, 9, 12, 15, 18, 24, 30, 36, 48, 60, 72, 84, 96, 108, 120)
"""The ages in months that are shown, as far as customers were seen; the oldest age seen always is."""


def lifetimes(question: Question, facts: Facts, parameters: Parameters) -> Mapping[Group, Ages]:
    """Customers by month of age for each group: when they came under observation, left, or were last seen.

    The period says in which days they came; none means whenever.
    """
    kept = book(question, facts, parameters)
    if kept.read.is_empty:
        return {}
    by = grouping(question, facts, kept, changes_of(question, kept), facts.day, heads=True)
    end = f"DATE '{facts.day}'"
    within = f"c.day <= {end}"
    if period := question.period:
        within += f" AND c.since >= DATE '{period.start}' AND c.since < DATE '{period.end}'"
    lives = (
        f"SELECT {by.named}who, min(since) AS since, min(day) FILTER (after <= 0) AS gone FROM (SELECT {by.selected}"
        f"c.who AS who, c.since AS since, c.day AS day, c.after AS after FROM {by.source(within)}) GROUP BY ALL"
    )
    found = facts.run(
        f"SELECT {by.named}{_months(kept, end)} AS age, count(*), count(gone) FROM ({lives}) GROUP BY ALL", by.values
    )
    counts: dict[Group, list[tuple[int, int, int]]] = defaultdict(list)
    for record in found:
        cells, (age, exits, gone) = record[: by.width], record[by.width :]
        counts[by.group(cells)].append((int(str(age)), int(str(exits)), int(str(gone))))
    return {group: ages_of(own) for group, own in counts.items()}


def ages_of(counts: list[tuple[int, int, int]]) -> Ages:
    """Customers by age from triples: the age they were last seen at, how many, and how many of them had gone."""
    size = max((age for age, *_ in counts), default=-1) + 1
    exits, gone, entries = (np.zeros(size, dtype=np.int64) for _ in range(3))
    for age, many, left in counts:
        exits[age] += many
        gone[age] += left
    if size:
        entries[0] = exits.sum()
    return Ages(entries, exits, gone, np.zeros(size, dtype=np.int64))


def lifetime_rows(question: Question, facts: Facts, parameters: Parameters) -> Rows:
    """By group and month of age: the share still there with its interval, who was seen at that age, and who left by it."""
    definition, records = question.definition, list[tuple[Cell, ...]]()
    made = lifetimes(question, facts, parameters)
    for members, _ in sorted(made, key=lambda group: [(label == NONE, label) for label in group[0]]):
        ages = made[members, None]
        curve = aalen_johansen(ages)
        low, high = survival_intervals(curve)
        gone, oldest = np.cumsum(curve.wins), curve.win.size - 1
        for age in [age for age in AGES if age < oldest] + ([oldest] if oldest >= 0 else []):
            at_risk = int(curve.at_risk[age])
            note = small(definition, at_risk)
            shares = (float(curve.open[age]), float(low[age]), float(high[age]))
            about = (definition.name, definition.label, facts.day, *members)
            records.append((*about, age, *shares, ages.total, at_risk, int(gone[age]), note))
    columns = [
        *(Column(name) for name in ("metric", "definition")),
        Column("as_of", "date"),
        *(Column(name, "dimension") for name in question.by),
        Column("age", "integer", "month"),
        *(Column(name, "number", "share") for name in ("value", "low", "high")),
        *(Column(name, "integer") for name in ("n", "at_risk", "gone")),
        Column("note", "text"),
    ]
    return Rows.of(columns, records)


def _months(kept: Book, end: str) -> str:
    """The whole months a customer was there; where the ledger goes by month ends, the months between them."""
    count = "date_diff" if kept.policy.step == "month" else "date_sub"
    return f"{count}('month', since, coalesce(gone, {end}))"
