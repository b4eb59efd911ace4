"""What a later export of the same system costs against the first: `python benchmarks/second_export.py [ROWS]`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from import_memory import HEADWAY, write
from pairs import machine

ROWS = 200_000
CHANGED_EVERY = 10
"""Every tenth deal has another owner, amount and stage in the second export."""


def main(rows: int) -> None:
    """Import a file of deals and, a week later, the same deals with every tenth changed; print what each took."""
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        first, second = Path(folder) / "deals.csv", Path(folder) / "deals_later.csv"
        write(first, rows)
        change(first, second)
        project = str(Path(folder) / "acme")
        subprocess.run([HEADWAY, "init", project, "--currency", "EUR"], check=True, capture_output=True)
        took = [imported(project, file, day) for file, day in ((first, "2026-01-05"), (second, "2026-01-12"))]
    print(f"{rows:,} rows: {took[0]:,.1f} s, then {took[1]:,.1f} s")
    print(f"the second export takes {took[1] / took[0]:.2f} times as long as the first")


def imported(project: str, file: Path, day: str) -> float:
    """The seconds one import takes."""
    start = perf_counter()
    command = [HEADWAY, "-C", project, "import", str(file), "--yes", "--exported-on", day]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return perf_counter() - start


def change(first: Path, second: Path) -> None:
    """The same export a week later."""
    with first.open(encoding="utf-8") as before, second.open("w", encoding="utf-8") as after:
        after.write(next(before))
        for i, line in enumerate(before):
            cells = line.rstrip("\n").split(",")
            if i % CHANGED_EVERY == 0:
                cells[2], cells[3], cells[6] = "Closed Won", f"{int(cells[3]) + 100}", "AE 500"
            after.write(",".join(cells) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
