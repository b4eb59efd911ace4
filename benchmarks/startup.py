"""How long the command line takes to wake: `python benchmarks/startup.py`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from pairs import machine, paired

ROUNDS = 41
HEAVY = (
    "numpy",
    "duckdb",
    "ibis",
    "sqlglot",
    "openpyxl",
    "fastapi",
    "starlette",
    "pydantic",
    "jinja2",
    "uvicorn",
    "rich",
)
HEADWAY = str(Path(sys.executable).parent / "headway")


def main() -> None:
    """Print, for each light command, its time as a multiple of a bare interpreter's, and what it imports."""
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "acme"
        keep_bytecode(Path(folder) / "bytecode")
        run(HEADWAY, "init", str(project), "--currency", "EUR")
        for words in (["--help"], ["-C", str(project), "check"]):
            ratio = paired(lambda words=words: run(HEADWAY, *words), lambda: run(sys.executable, "-c", "pass"), ROUNDS)
            print(f"headway {words[-1]} against a bare interpreter: {ratio}")
            imported = modules(words)
            heavy = sorted(set(HEAVY) & imported)
            print(f"  {len(imported)} modules imported; heavy libraries: {', '.join(heavy) or 'none'}")


def keep_bytecode(folder: Path) -> None:
    """Let the warm-up round compile every module once, as installing does, whatever this shell is set to."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)


def run(*words: str) -> None:
    """Run a process to its end, throwing away what it says."""
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def modules(words: list[str]) -> set[str]:
    """Every module a command imports, as the interpreter itself reports."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", HEADWAY, *words], check=True, capture_output=True, text=True
    )
    rows = [row.rsplit("|", 1)[-1].strip() for row in done.stderr.splitlines() if row.startswith("import time:")]
    return set(rows)


if __name__ == "__main__":
    main()
