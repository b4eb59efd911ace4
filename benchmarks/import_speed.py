"""How long an import takes against DuckDB's own CSV reader: `python benchmarks/import_speed.py [ROWS] [ROUNDS]`.

Inside the clock, on both sides: one process from its start to its end, the same file. Ours lands the file, proposes a
mapping from all of its values, reads it under that mapping and publishes checked tables with an account of every row.
The rival makes a table of typed columns in a database file, with the types the reader finds by itself.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from import_memory import HEADWAY, write
from pairs import machine, paired

ROWS, ROUNDS = 1_000_000, 6
RIVAL = "import duckdb, sys; duckdb.connect(sys.argv[2]).execute(f\"CREATE TABLE t AS FROM read_csv('{sys.argv[1]}')\")"


def main(rows: int, rounds: int) -> None:
    """Write a file of deals, bring it in both ways in turn, and print the ratio."""
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        file, project, database = (Path(folder) / name for name in ("deals.csv", "acme", "rival.duckdb"))
        write(file, rows)
        print(f"{rows:,} rows, {file.stat().st_size / 1e6:,.0f} MB")

        def ours() -> None:
            shutil.rmtree(project, ignore_errors=True)
            run(HEADWAY, "init", str(project), "--currency", "EUR")
            run(HEADWAY, "-C", str(project), "import", str(file), "--yes")

        def rival() -> None:
            database.unlink(missing_ok=True)
            run(sys.executable, "-c", RIVAL, str(file), str(database))

        print(f"import against DuckDB's CSV reader: {paired(ours, rival, rounds)}")


def run(*words: str) -> None:
    """Run a process to its end; what it says is shown only where it fails."""
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*(given + [ROWS, ROUNDS][len(given) :]))
