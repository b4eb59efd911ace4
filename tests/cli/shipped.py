"""One project of the shipped company, made once by the real commands and copied for each test that changes it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEADWAY = str(Path(sys.executable).parent / "headway")
NOW = "2026-07-01T08:00:00+00:00"


def run(*words: str, at: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    """A command as a user's shell runs it, on a fixed day."""
    told = {**os.environ, "HEADWAY_NOW": NOW, **env}
    return subprocess.run([HEADWAY, *words], cwd=at, env=told, capture_output=True, text=True, timeout=120, input="")


def make(folder: Path) -> Path:
    """A project with one load, exported on 30 June 2026, and a plan."""
    acme = folder / "acme"
    exports = [str(file) for file in sorted((ROOT / "examples" / "larkfield").glob("*.csv"))]
    for words in (
        ("init", str(acme), "--currency", "EUR"),
        ("-C", str(acme), "import", *exports, "--yes", "--exported-on", "2026-06-30"),
        ("-C", str(acme), "plan", "propose", "--history", "2025-01..2025-12", "--year", "2026"),
    ):
        done = run(*words)
        assert done.returncode == 0, done.stderr
    return acme
