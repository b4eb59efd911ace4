"""What a survival curve of customers costs against lifelines: `survival.py PEERS PYTHON LIFELINES [ROWS] [ROUNDS]`.

The figures: of the customers of each segment, the share still there after each month, with its interval (Kaplan and Meier).
PEERS and PYTHON are those of `ledger.py`, whose project it shares; LIFELINES is an interpreter that has lifelines and DuckDB.

In memory: from the same arrays of months and ends to the curve with its interval at every age, for each segment; both sides
in a warm process of their own, each round one call of each, nothing read inside the clock. From tables: ours as in
`ledger.py`, from the canonical tables to the rows `headway metrics curve logo_retention` prints; lifelines' from the Parquet
file, months and ends of each customer by a query in DuckDB, then the curves. Each round is one process of each, in turn.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

from ledger import AS_OF, MEMORY, make
from pairs import machine, paired, ratio_of
from rivals import answer, run, told

ROWS, ROUNDS = 1_000_000, 9
MONTHS, NEAR = (6, 12, 24, 48), 1e-9

LIVES = """
WITH spans AS (
  SELECT account_id, segment, (year(start_date) - 2019) * 12 + month(start_date) - 1 AS s,
    coalesce(least(72, (year(end_date) - 2019) * 12 + month(end_date) - 1), 72) AS e FROM read_parquet('{file}')
), live AS (
  SELECT *, max(e) OVER (PARTITION BY account_id ORDER BY s ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
  FROM spans WHERE s < e
), lives AS (
  SELECT account_id, segment, s, e, sum(CASE WHEN reached IS NULL OR s <= reached THEN 0 ELSE 1 END)
    OVER (PARTITION BY account_id ORDER BY s) AS life FROM live
)
SELECT segment, CAST(least(max(e), 71) - min(s) AS INTEGER) AS months, max(e) < 72 AS gone
FROM lives WHERE life = 0 GROUP BY account_id, segment
"""
"""Each customer's first life in months: from its first month end to the first one without it, or to the last one seen."""


def main(peers: Path, python: str, lifelines: str, rows: int, rounds: int) -> None:
    """Run both sides in turn, hold the curves together, print the ratios."""
    print(machine())
    data = peers / "data" / f"subs_{rows}.parquet"
    if not data.exists():
        data.parent.mkdir(exist_ok=True)
        run([python, str(peers / "metrics" / "gen_subscriptions.py"), str(rows), str(data)])
    project = peers / "data" / f"headway_{rows}" / "project"
    if not project.exists():
        make(data, project)
    pairs, inside = list[tuple[float, float]](), list[tuple[float, float]]()
    for turn in range(rounds):
        sides: dict[str, Any] = {}
        for side in ("ours", "rival") if turn % 2 else ("rival", "ours"):
            command = [sys.executable, __file__, "--ours", str(project)]
            sides[side] = answer(command if side == "ours" else [lifelines, __file__, "--rival", str(data)])
        alike(sides["ours"]["curve"], sides["rival"]["curve"])
        pairs.append((sides["ours"]["tables_s"], sides["rival"]["tables_s"]))
        inside.append((in_memory(data), sides["rival"]["memory_s"]))
    print(f"{sides['rival']['lives']:,} customers; curves equal to {NEAR:g} in all {rounds} rounds")
    print(f"from months and ends in memory, against lifelines: {told(ratio_of(inside))}")
    print(f"from tables, against DuckDB and lifelines: {told(ratio_of(pairs))}")


def alike(mine: dict[str, list[float]], theirs: dict[str, list[float]]) -> None:
    """End with what differs, where anything does."""
    for segment, own in theirs.items():
        if any(abs(a - b) > NEAR for a, b in zip(mine[segment], own, strict=True)):
            sys.exit(f"{segment}: {mine[segment]} where {own} is right")


def in_memory(data: Path) -> float:
    """The seconds our curves take from arrays of months and ends, the second time."""
    import numpy as np

    from headway.statistics.survival import Ages, aalen_johansen, survival_intervals
    from headway.tables.engine import Engine

    with Engine(memory=MEMORY) as engine:
        found = engine.run(LIVES.format(file=data))
    lives: dict[str, tuple[Any, Any]] = {}
    for segment in sorted({str(row[0]) for row in found}):
        own = [row for row in found if row[0] == segment]
        lives[segment] = (
            np.array([row[1] for row in own], dtype=np.int64),
            np.array([row[2] for row in own], dtype=bool),
        )

    def curves() -> None:
        for months, gone in lives.values():
            exits = np.bincount(months)
            left = np.bincount(months[gone], minlength=exits.size)
            entries = np.zeros_like(exits)
            entries[0] = months.size
            survival_intervals(aalen_johansen(Ages(entries, exits, left, np.zeros_like(exits))))

    return paired(curves, lambda: None, 5).ours


def ours(project: Path) -> dict[str, Any]:
    """Ours, once, in this process: the seconds from tables, and the curve at a few ages."""
    from headway.core.calendar import FiscalCalendar
    from headway.core.definition import Definition, Ledger
    from headway.metrics import Parameters, shipped
    from headway.metrics.question import Question
    from headway.metrics.recurring.billed import billed
    from headway.metrics.recurring.customers import laid_attributes
    from headway.metrics.recurring.lifetimes import lifetimes
    from headway.statistics.survival import aalen_johansen, survival_intervals
    from headway.tables import Store
    from headway.text import read_mappings_of

    texts, _ = read_mappings_of(shipped(), Definition, FiscalCalendar())
    policy = Ledger(take="logo_retention", step="month")
    asked = Question(replace(texts["logo_retention"], ledger=policy), None, ("segment",), {})
    with Store.open(project).as_of(date.fromisoformat(AS_OF), memory=MEMORY) as facts:
        billed(facts, policy)
        laid_attributes(facts, facts.day)
        start = perf_counter()
        made = {
            group[0][0]: aalen_johansen(ages) for group, ages in lifetimes(asked, facts, Parameters(base="USD")).items()
        }
        for curve in made.values():
            survival_intervals(curve)
        seconds = perf_counter() - start
    return {"tables_s": seconds, "curve": {name: [float(one.open[m]) for m in MONTHS] for name, one in made.items()}}


def rival(data: str) -> dict[str, Any]:
    """Theirs, once, under an interpreter that has lifelines: warm in memory, then from the file."""
    import duckdb
    import lifelines

    def read() -> Any:
        return duckdb.connect().execute(LIVES.format(file=data)).df()

    def curves(lives: Any) -> dict[str, list[float]]:
        found: dict[str, list[float]] = {}
        for segment, own in lives.groupby("segment"):
            fitted = lifelines.KaplanMeierFitter(alpha=0.2).fit(own["months"], own["gone"])
            found[segment] = [float(one) for one in fitted.survival_function_at_times(list(MONTHS))]
        return found

    lives = read()
    curves(lives)
    start = perf_counter()
    curves(lives)
    memory, start = perf_counter() - start, perf_counter()
    made = curves(read())
    return {"memory_s": memory, "tables_s": perf_counter() - start, "curve": made, "lives": len(lives)}


if __name__ == "__main__":
    if sys.argv[1] == "--ours":
        print(json.dumps(ours(Path(sys.argv[2]))))
    elif sys.argv[1] == "--rival":
        print(json.dumps(rival(sys.argv[2])))
    else:
        numbers = [int(word) for word in sys.argv[4:]]
        main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], *(numbers + [ROWS, ROUNDS][len(numbers) :]))
