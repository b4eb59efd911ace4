"""What the funnel costs against the same figures written by hand: `funnel.py PEERS PYTHON [ROWS] [ROUNDS]`.

The figures: win rate by segment, source and quarter of creation, by count and by amount; the cycle of won deals by segment;
stage conversion by segment; days in each stage. PEERS is a folder with the rivals' programs (`funnel/gen_funnel.py`,
`funnel/funnel_peer.py`) and their `CHECKS.md`; PYTHON is the interpreter that has their libraries.

Inside the clock, ours: from the canonical tables as known on the day to the answers `headway metrics show` would print, as
rows in memory, every cell with its n and interval; stays in stages are worked out inside it. Outside: opening the tables,
which version of each deal holds on the day and whom it belongs to; told as `loading`. Inside the clock of the rivals: from
two Parquet files to four tables in memory. Each round is one process of each, in turn.

We count whole days, the rivals fractions of one: counts must be theirs to the last digit, days those of a query by hand
over the same files in whole days.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

from import_memory import HEADWAY
from pairs import machine, ratio_of
from rivals import answer, checks_of, compare, run, spread, told

ROWS, ROUNDS, MEMORY = 1_000_000, 9, "4GB"
OTHERS = {"polars": 3, "pandas": 3}
AS_OF = "2025-01-01"


def main(peers: Path, python: str, rows: int, rounds: int) -> None:
    """Make the project where it is not there, run both sides in turn, check the figures and print the ratios."""
    print(machine())
    data = peers / "data"
    deals, stages = data / f"opps_{rows}.parquet", data / f"stages_{rows}.parquet"
    if not deals.exists():
        data.mkdir(exist_ok=True)
        run([python, str(peers / "funnel" / "gen_funnel.py"), str(rows), str(data)])
    project = data / f"funnel_{rows}" / "project"
    if not project.exists():
        make(deals, stages, project)
    mine, theirs = list[dict[str, Any]](), list[dict[str, Any]]()
    for turn in range(rounds):
        for side in (0, 1) if turn % 2 else (1, 0):
            if side:
                mine.append(answer([sys.executable, __file__, "--ours", str(project), MEMORY]))
            else:
                theirs.append(rival("duckdb", peers, python, deals, stages))
    right = checks_of(peers / "CHECKS.md", "funnel", rows) or told_by(theirs[0]["check"])
    days = by_hand(deals, stages)
    for one in mine:
        compare(one["check"], {**right, **days})
    print(f"figures equal to {'CHECKS.md' if rows in (100_000, ROWS) else 'the rival'}, days to a query by hand")
    pairs = [(a["inner_s"], b["inner_s"]) for a, b in zip(mine, theirs, strict=True)]
    print(f"against DuckDB by hand: {told(ratio_of(pairs))}")
    print(f"loading, outside the clock: {spread([one['loading_s'] for one in mine])}")
    for name, times in OTHERS.items():
        others = [rival(name, peers, python, deals, stages) for _ in range(min(times, rounds))]
        ours = [answer([sys.executable, __file__, "--ours", str(project), MEMORY]) for _ in others]
        pairs = [(a["inner_s"], b["inner_s"]) for a, b in zip(ours, others, strict=True)]
        print(f"against {name}: {told(ratio_of(pairs))}")
    for words in (
        ["win_rate.closed_count", "--by", "segment", "--by", "source"],
        ["stage_conversion", "--by", "segment"],
    ):
        start = perf_counter()
        run([HEADWAY, "-C", str(project), "metrics", "show", *words])
        print(f"headway metrics show {' '.join(words)}: {perf_counter() - start:.1f} s")


def rival(name: str, peers: Path, python: str, deals: Path, stages: Path) -> dict[str, Any]:
    """One of the rivals, once, in a process of its own."""
    return answer([python, str(peers / "funnel" / "funnel_peer.py"), name, str(deals), str(stages)])


def told_by(check: Mapping[str, Any]) -> dict[str, Any]:
    """A rival's checksums under the names CHECKS.md gives them."""
    return {f"{part}.{name}": value for part, own in check.items() if part != "rows" for name, value in own.items()}


def by_hand(deals: Path, stages: Path) -> dict[str, float]:
    """Cycle and days in stage in whole days, straight from the files."""
    from headway.tables.engine import Engine, parquet

    with Engine(memory=MEMORY) as engine:
        engine.run(
            "CREATE TEMP TABLE stay AS SELECT opp_id, stage, entered_at, date_diff('day', entered_at, lead(entered_at) "
            f"OVER (PARTITION BY opp_id ORDER BY entered_at)) AS days FROM {parquet(stages)}"
        )
        cycle = engine.run(
            "SELECT count(*), avg(d), quantile_cont(d, 0.5), quantile_cont(d, 0.9) FROM (SELECT segment, "
            f"date_diff('day', created_at, entered_at) AS d FROM {parquet(deals)} JOIN stay USING (opp_id) "
            "WHERE stage = 'closed_won') GROUP BY segment"
        )
        dwell = engine.run(
            "SELECT count(days), avg(days), quantile_cont(days, 0.5) FROM stay WHERE days IS NOT NULL GROUP BY stage"
        )
    names = ("cycle.n", "cycle.mean", "cycle.median", "cycle.p90")
    found = {name: float(sum(float(str(row[i])) for row in cycle)) for i, name in enumerate(names)}
    names = ("dwell.n", "dwell.mean", "dwell.median")
    return found | {name: float(sum(float(str(row[i])) for row in dwell)) for i, name in enumerate(names)}


def make(deals: Path, stages: Path, project: Path) -> None:
    """A project with the rivals' opportunities and their history, imported as two exports of a CRM."""
    from headway.tables.engine import Engine, parquet

    folder = project.parent
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    ours, history = folder / "opportunities.csv", folder / "opportunity_history.csv"
    with Engine(memory=MEMORY, scratch=folder / "scratch") as engine:
        engine.run(
            "COPY (SELECT o.opp_id AS Id, concat('Deal ', o.opp_id) AS Name, l.stage AS StageName, amount AS Amount, "
            "created_at AS CreatedDate, CASE WHEN l.stage LIKE 'closed%' THEN CAST(l.at AS DATE) END AS CloseDate, "
            "source AS LeadSource, segment AS Segment, concat('AE ', owner_id) AS OwnerId, l.stage LIKE 'closed%' AS "
            f"IsClosed, l.stage = 'closed_won' AS IsWon FROM {parquet(deals)} o JOIN (SELECT opp_id, arg_max(stage, "
            f"entered_at) AS stage, max(entered_at) AS at FROM {parquet(stages)} GROUP BY opp_id) l USING (opp_id)) "
            f"TO '{ours}' (HEADER)"
        )
        engine.run(
            "COPY (SELECT opp_id AS OpportunityId, stage AS StageName, entered_at AS CreatedDate "
            f"FROM {parquet(stages)} ORDER BY entered_at) TO '{history}' (HEADER)"
        )
    run([HEADWAY, "init", str(project), "--currency", "USD"])
    start = perf_counter()
    run([HEADWAY, "-C", str(project), "import", str(ours), str(history), "--yes", "--exported-on", AS_OF])
    print(f"imported once, in {perf_counter() - start:,.0f} s")


def ours(project: Path, memory: str) -> dict[str, Any]:
    """Ours, once, in this process: the seconds, and the sums the rivals print too."""
    import resource

    from headway.core.calendar import FiscalCalendar
    from headway.core.definition import Definition
    from headway.metrics import Parameters, measure, shipped
    from headway.tables import Store
    from headway.text import read_mappings_of

    texts, _ = read_mappings_of(shipped(), Definition, FiscalCalendar())
    tail = replace(texts["sales_cycle.won_p75"], percentile=90)
    asked = {
        "count": (texts["win_rate.closed_count"], ("segment", "source", "created_quarter")),
        "value": (texts["win_rate.closed_value"], ("segment", "source", "created_quarter")),
        "mean": (texts["sales_cycle.won_mean"], ("segment",)),
        "median": (texts["sales_cycle.won_median"], ("segment",)),
        "p90": (tail, ("segment",)),
        "conv": (texts["stage_conversion"], ("segment",)),
        "stay": (texts["days_in_stage.mean"], ("stage",)),
        "stays": (texts["days_in_stage.median"], ("stage",)),
    }
    compiled, spent = Parameters(base="USD", cache=project / ".headway" / "compiled"), dict[str, float]()
    start = perf_counter()
    with Store.open(project).as_of(date.fromisoformat(AS_OF), memory=memory) as facts:
        facts.run("SELECT count(*) FROM opportunity")
        loading, clock, made = perf_counter() - start, perf_counter(), dict[str, Any]()
        for name, (definition, by) in asked.items():
            begun = perf_counter()
            made[name] = measure(definition, facts, None, by, {}, compiled)
            spent[name] = round(perf_counter() - begun, 3)
        inner = perf_counter() - clock
    return {
        "inner_s": inner,
        "each_s": spent,
        "loading_s": loading,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "check": sums_of(made),
    }


def sums_of(made: Mapping[str, Any]) -> dict[str, Any]:
    """The sums by which the rivals tell that they found the same."""
    total = {name: float(sum(made[name].column("value"))) for name in made}
    n = {name: float(sum(made[name].column("n"))) for name in made}
    won = sum(row["value"] * row["n"] for row in made["count"])
    check: dict[str, Any] = {"win.won": won, "win.lost": n["count"] - won, "win.win_rate": total["count"]}
    check |= {"win.win_rate_value": total["value"], "cycle.n": n["mean"], "cycle.mean": total["mean"]}
    check |= {"cycle.median": total["median"], "cycle.p90": total["p90"], "conv.reached": n["conv"]}
    check |= {"conv.advanced": sum(row["value"] * row["n"] for row in made["conv"]), "conv.conv": total["conv"]}
    return check | {"dwell.n": n["stay"], "dwell.mean": total["stay"], "dwell.median": total["stays"]}


if __name__ == "__main__":
    if sys.argv[1] == "--ours":
        print(json.dumps(ours(Path(sys.argv[2]), sys.argv[3])))
    else:
        numbers = [int(word) for word in sys.argv[3:]]
        main(Path(sys.argv[1]), sys.argv[2], *(numbers + [ROWS, ROUNDS][len(numbers) :]))
