"""What the benchmarks against programs of others have in common: run them, hold the figures together, tell the ratio."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pairs import Ratio, middle_of


def told(ratio: Ratio) -> str:
    """A ratio, said the other way round where we are ahead by more than twice."""
    return f"{ratio}" if ratio.middle > 0.5 else f"{1 / ratio.middle:.1f} times ahead ({ratio})"


def spread(seconds: Sequence[float]) -> str:
    """A median with its interval."""
    middle, low, high = middle_of(seconds)
    return f"{middle:.2f} s [{low:.2f}, {high:.2f}], n = {len(seconds)}"


def compare(found: Mapping[str, Any], checks: Mapping[str, Any]) -> None:
    """End with what differs, where anything does."""
    for name, value in found.items():
        pairs = zip(value, checks[name], strict=True) if isinstance(value, list) else [(value, checks[name])]
        for mine, right in pairs:
            if abs(mine - right) > 1e-9 * abs(right):
                sys.exit(f"{name}: {mine!r} where {right!r} is right")


def checks_of(file: Path, title: str, rows: int) -> dict[str, Any]:
    """The checksums the rivals' authors wrote down for so many rows, counts of rows under `rows`; none without them."""
    found = re.search(rf"## {title}, {rows} rows\n(.*?)(\n## |\Z)", file.read_text(encoding="utf-8"), re.DOTALL)
    told = re.findall(r"- (\S+) = (\S+)", found.group(1)) if found else []
    checks: dict[str, Any] = {name: float(value) for name, value in told if "[" not in name}
    return checks | ({"rows": [int(value) for name, value in told if "[" in name]} if told else {})


def answer(command: Sequence[str]) -> dict[str, Any]:
    """What a process says in its last line."""
    return json.loads(run(command).strip().splitlines()[-1])


def run(command: Sequence[str]) -> str:
    """Run a process to its end; what it says is shown only where it fails."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return done.stdout
