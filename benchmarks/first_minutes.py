"""How long from an installed wheel to a populated Track page: `python benchmarks/first_minutes.py [ROUNDS]`.

The wheel of this checkout is installed into a fresh environment with what it declares and nothing else. Each round types
`headway demo` in an empty folder, with no network at all where the machine lets its users have that, and ends when the
Track page has arrived. Nothing is kept from one round to the next but the bytecode that installing compiled.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from pairs import machine, middle_of

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.walk.installed import environment, installed, offline, visited, wheel

ROUNDS, PROMISE = 6, 30.0


def main(rounds: int) -> None:
    """Print the seconds to the page and the processor's time, each with its interval; an error if the promise is broken."""
    print(machine())
    print(f"network: {'none, ' + offline()[0] if offline() else 'watched, this machine lets nobody go without'}")
    with tempfile.TemporaryDirectory() as kept:
        commands = installed(wheel(Path(kept)), Path(kept) / "installed")
        found = [visit(commands, Path(kept) / f"empty-{number}") for number in range(rounds)]
    for what, values in (
        ("to the Track page", [one[0] for one in found]),
        ("processor time", [one[1] for one in found]),
    ):
        middle, low, high = middle_of(values)
        print(f"{what}: {middle:.1f} s [{low:.1f}, {high:.1f}], n = {rounds}, longest {max(values):.1f} s")
    late = sum(seconds > PROMISE for seconds, _ in found)
    sys.exit(f"{late} of {rounds} took longer than {PROMISE:.0f} s: the promise is not kept" if late else 0)


def visit(commands: Path, empty: Path) -> tuple[float, float]:
    """One visitor's seconds to the page, and the processor's for all of it."""
    empty.mkdir()
    done = subprocess.run(
        visited(commands, empty), cwd=empty, env=environment(empty), check=True, stdout=subprocess.PIPE, text=True
    )
    told = json.loads(done.stdout)
    if "<svg" not in told["pages"]["/"]:
        raise SystemExit("the Track page has nothing on it")
    return told["seconds"], told["cpu"]


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else ROUNDS)
