"""What the ledger costs against the same figures written by hand: `ledger.py PEERS PYTHON [ROWS] [ROUNDS]`.

The figures: monthly movements by segment, and net and gross retention by start-month cohort, segment and age. PEERS is a
folder with the rivals' programs (`metrics/gen_subscriptions.py`, `metrics/metrics_peer.py`, and, where DBT_VENV names an
environment with it, `metrics/dbt_peer.py`) and their `CHECKS.md`; PYTHON is the interpreter that has their libraries.

Inside the clock, ours: from the canonical tables as known on the day (subscriptions with their customers, customers) to
the eight answers `headway metrics show` would print, as rows in memory: how ends are written is looked at, each
subscription valued in exact decimals, changes netted, every cell with its n and interval. Outside: opening the tables,
which version of each record holds, and finding whom it belongs to by its words; told as `loading`. Inside the clock of the
rivals: from a Parquet file with whole numbers for keys to both result tables in memory. Each round is one process of
each, in turn.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from import_memory import HEADWAY
from pairs import Ratio, machine, middle_of, ratio_of

ROWS, ROUNDS, MEMORY = 1_000_000, 9, "4GB"
FLOWS = ("new", "expansion", "contraction", "churn", "reactivation")
METRICS = dict(
    zip(FLOWS, ("new_arr", "expansion_arr", "contraction_arr", "churned_arr", "reactivated_arr"), strict=True)
)
SLOW = {"polars_delta": 3, "pandas": 3, "dbt": 3}
AS_OF = "2024-12-31"


def main(peers: Path, python: str, rows: int, rounds: int) -> None:
    """Make the project where it is not there, run both sides in turn, check the figures and print the ratios."""
    print(machine())
    data = peers / "data" / f"subs_{rows}.parquet"
    if not data.exists():
        data.parent.mkdir(exist_ok=True)
        run([python, str(peers / "metrics" / "gen_subscriptions.py"), str(rows), str(data)])
    project = peers / "data" / f"headway_{rows}" / "project"
    if not project.exists():
        make(data, project)
    checks = checks_of(peers / "CHECKS.md", rows)
    mine, theirs = list[dict[str, Any]](), list[dict[str, Any]]()
    for turn in range(rounds):
        for side in (0, 1) if turn % 2 else (1, 0):
            if side:
                mine.append(ours_once(project))
            else:
                theirs.append(answer([python, str(peers / "metrics" / "metrics_peer.py"), "duckdb_delta", str(data)]))
    for one in (*mine, *theirs):
        compare(one["check"], checks or theirs[0]["check"])
    print(f"figures equal to {'CHECKS.md' if checks else 'the rival'} in all {2 * rounds} runs")
    print(f"against DuckDB by hand, on change points: {against(mine, theirs)}")
    print(f"of it sums in the database: {against(mine, theirs, 'sums_s')}")
    print(f"loading, outside the clock: {spread([one['loading_s'] for one in mine])}; peak {mine[0]['peak_mb']:,} MB")
    for name, times in SLOW.items():
        if rows <= ROWS and (name != "dbt" or "DBT_VENV" in os.environ):
            slower(name, peers, python, data, project, min(times, rounds))
    shown(project)


def slower(name: str, peers: Path, python: str, data: Path, project: Path, rounds: int) -> None:
    """One of the other rivals, in turn with ours."""
    program = ["dbt_peer.py"] if name == "dbt" else ["metrics_peer.py", name]
    command = [python, str(peers / "metrics" / program[0]), *program[1:], str(data)]
    pairs = [(ours_once(project)["inner_s"], answer(command)["inner_s"]) for _ in range(rounds)]
    print(f"against {name}: {told(ratio_of(pairs))}")


def against(mine: Sequence[Mapping[str, Any]], theirs: Sequence[Mapping[str, Any]], clock: str = "inner_s") -> str:
    """Our clock against the rival's, round by round."""
    return told(ratio_of([(a[clock], b["inner_s"]) for a, b in zip(mine, theirs, strict=True)]))


def told(ratio: Ratio) -> str:
    """A ratio, said the other way round where we are ahead by more than twice."""
    return f"{ratio}" if ratio.middle > 0.5 else f"{1 / ratio.middle:.1f} times ahead ({ratio})"


def spread(seconds: Sequence[float]) -> str:
    """A median with its interval."""
    middle, low, high = middle_of(seconds)
    return f"{middle:.2f} s [{low:.2f}, {high:.2f}], n = {len(seconds)}"


def make(data: Path, project: Path) -> None:
    """A project with the rivals' subscriptions, imported as two exports of a billing system."""
    from headway.tables.engine import Engine, parquet

    folder = project.parent
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    customers, subscriptions = folder / "customers.csv", folder / "subscriptions.csv"
    with Engine(memory=MEMORY, scratch=folder / "scratch") as engine:
        engine.run(
            "COPY (SELECT account_id AS customer_id, concat('Customer ', account_id) AS customer_name, "
            "concat('c', account_id, '@example.com') AS customer_email, any_value(segment) AS segment, "
            "'USD' AS preferred_currency_code, DATE '2019-01-01' AS created "
            f"FROM {parquet(data)} GROUP BY account_id) TO '{customers}' (HEADER)"
        )
        engine.run(
            "COPY (SELECT subscription_id, account_id AS customer_id, plan, start_date, end_date, mrr, 'USD' AS currency "
            f"FROM {parquet(data)}) TO '{subscriptions}' (HEADER)"
        )
    run([HEADWAY, "init", str(project), "--currency", "USD"])
    start = perf_counter()
    run([HEADWAY, "-C", str(project), "import", str(customers), str(subscriptions), "--yes", "--exported-on", AS_OF])
    print(f"imported once, in {perf_counter() - start:,.0f} s")


def ours(project: Path, memory: str) -> dict[str, Any]:
    """Ours, once, in this process: the seconds, and the sums the rivals print too."""
    import resource

    from headway.core.calendar import FiscalCalendar, Period
    from headway.core.definition import Definition, Ledger
    from headway.metrics import Parameters, measure, shipped
    from headway.metrics.recurring.billed import billed
    from headway.metrics.recurring.customers import laid_attributes
    from headway.tables import Store
    from headway.text import read_mappings_of

    texts, _ = read_mappings_of(shipped(), Definition, FiscalCalendar())
    policy = Ledger(step="month")
    known = {n: replace(d, ledger=replace(policy, take=d.ledger.take)) for n, d in texts.items() if d.ledger}
    years, given = FiscalCalendar().parse("2019-01..2024-12"), Parameters(base="USD")
    assert isinstance(years, Period)
    start = perf_counter()
    with Store.open(project).as_of(date.fromisoformat(AS_OF), memory=memory) as facts:
        billed(facts, policy)
        laid_attributes(facts, facts.day)
        loading, clock, processor, spent = perf_counter() - start, perf_counter(), process_time(), [0.0]
        plain = facts.run

        def timed(sql: str, values: Sequence[object] = ()) -> Any:
            begun = perf_counter()
            try:
                return plain(sql, values)
            finally:
                spent[0] += perf_counter() - begun

        facts.run = timed  # type: ignore[method-assign]
        asked = {n: (METRICS.get(n, "mrr"), years, ("month", "segment")) for n in (*FLOWS, "mrr")}
        aged = {n: (n, None, ("cohort_month", "segment", "age_month")) for n in ("nrr", "grr")}
        made: dict[str, Any] = {
            n: measure(known[metric], facts, period, by, {}, given)
            for n, (metric, period, by) in (asked | aged).items()
        }
        inner, used = perf_counter() - clock, process_time() - processor
        arr = measure(known["arr"], facts, None, ("cohort_month", "segment", "age_month"), {}, given)
        check = sums_of(made, arr)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {
        "inner_s": inner,
        "sums_s": spent[0],
        "cpu_s": used,
        "loading_s": loading,
        "peak_mb": peak,
        "check": check,
    }


def sums_of(made: Mapping[str, Any], arr: Any) -> dict[str, Any]:
    """The sums by which the rivals tell that they found the same."""
    check: dict[str, Any] = {n: float(sum(made[n].column("value"))) / 12 for n in FLOWS}
    check["mrr"] = float(sum(made["mrr"].column("value")))
    check |= {f"co_{n}": sum(made[n].column("value")) for n in ("nrr", "grr")}
    base = {(r["cohort_month"], r["segment"]): float(r["value"]) / 12 for r in arr if r["age_month"] == "0"}
    starts = [base[r["cohort_month"], r["segment"]] for r in made["nrr"]]
    check["co_mrr0"], check["co_mrr"] = sum(starts), float(sum(arr.column("value"))) / 12
    check["co_kept"] = sum(start * float(r["value"]) for start, r in zip(starts, made["grr"], strict=True))
    return check | {"rows": [len(made["mrr"]), len(made["nrr"])]}


def compare(found: Mapping[str, Any], checks: Mapping[str, Any]) -> None:
    """End with what differs, where anything does."""
    for name, value in found.items():
        pairs = zip(value, checks[name], strict=True) if isinstance(value, list) else [(value, checks[name])]
        for mine, right in pairs:
            if abs(mine - right) > 1e-9 * abs(right):
                sys.exit(f"{name}: {mine!r} where {right!r} is right")


def checks_of(file: Path, rows: int) -> dict[str, Any]:
    """The checksums the rivals' authors wrote down for so many rows; none, where they did not."""
    found = re.search(rf"## mrr_metrics, {rows} rows\n(.*?)(\n## |\Z)", file.read_text(encoding="utf-8"), re.DOTALL)
    told = re.findall(r"- (\S+) = (\S+)", found.group(1)) if found else []
    checks: dict[str, Any] = {name: float(value) for name, value in told if "[" not in name}
    return checks | ({"rows": [int(value) for name, value in told if "[" in name]} if told else {})


def shown(project: Path) -> None:
    """The wall time of the commands a person types."""
    for metric, by in (("new_arr", ("month", "segment")), ("nrr", ("cohort_month", "segment", "age_month"))):
        words, start = [metric, *(word for name in by for word in ("--by", name))], perf_counter()
        run([HEADWAY, "-C", str(project), "metrics", "show", *words])
        print(f"headway metrics show {' '.join(words)}: {perf_counter() - start:.1f} s")


def ours_once(project: Path) -> dict[str, Any]:
    """Ours in a process of its own."""
    return answer([sys.executable, __file__, "--ours", str(project), MEMORY])


def answer(command: Sequence[str]) -> dict[str, Any]:
    """What a process says in its last line."""
    return json.loads(run(command).strip().splitlines()[-1])


def run(command: Sequence[str]) -> str:
    """Run a process to its end; what it says is shown only where it fails."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return done.stdout


if __name__ == "__main__":
    if sys.argv[1] == "--ours":
        print(json.dumps(ours(Path(sys.argv[2]), sys.argv[3])))
    else:
        numbers = [int(word) for word in sys.argv[3:]]
        main(Path(sys.argv[1]), sys.argv[2], *(numbers + [ROWS, ROUNDS][len(numbers) :]))
