"""How much memory a very large import takes: `python benchmarks/import_memory.py [ROWS]`."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

import numpy as np
from pairs import machine

ROWS = 5_000_000
LIMIT = 2 * 1024**3
HEADWAY = str(Path(sys.executable).parent / "headway")
CHUNK = 250_000


def main(rows: int) -> None:
    """Write a file of deals, import it, and print the largest memory any process of it held."""
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "deals.csv"
        write(file, rows)
        print(f"{rows:,} rows, {file.stat().st_size / 1e6:,.0f} MB")
        project = str(Path(folder) / "acme")
        subprocess.run([HEADWAY, "init", project, "--currency", "EUR"], check=True, capture_output=True)
        start = perf_counter()
        done = subprocess.run([HEADWAY, "-C", project, "import", str(file), "--yes"], capture_output=True, text=True)
        seconds = perf_counter() - start
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
        print(done.stdout.splitlines()[-1])
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    print(f"{seconds:,.0f} s, {rows / seconds:,.0f} rows/s, peak memory {peak / 1024**3:.2f} GiB")
    sys.exit(0 if peak <= LIMIT else "more than 2 GiB")


def write(file: Path, rows: int) -> None:
    """Deals of four years in the manner of a CRM export, a chunk at a time."""
    rng = np.random.default_rng(1)
    days = [(date(2022, 1, 1) + timedelta(days=i)).isoformat() for i in range(1461)]
    stages = ("Discovery", "Proposal", "Closed Won", "Closed Lost")
    sources = ("Inbound", "Outbound", "Partner")
    with file.open("w", encoding="utf-8") as text:
        text.write("Record ID,Deal Name,Deal Stage,Amount,Create Date,Close Date,Deal owner,Original Source\n")
        for first in range(0, rows, CHUNK):
            count = min(CHUNK, rows - first)
            made, took = rng.integers(0, 1200, count), rng.integers(5, 250, count)
            stage, amount = rng.integers(0, 4, count), rng.integers(10, 900, count) * 100
            owner, source = rng.integers(1, 200, count), rng.integers(0, 3, count)
            text.writelines(
                f"{10_000_000 + first + i},Deal {first + i},{stages[stage[i]]},{amount[i]},{days[made[i]]},"
                f"{days[made[i] + took[i]]},AE {owner[i]},{sources[source[i]]}\n"
                for i in range(count)
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
