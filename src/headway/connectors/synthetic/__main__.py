"""Write a company's exports into a folder: `python -m headway.connectors.synthetic [larkfield|demo|truth] FOLDER`.

`truth` writes what the demo company hides: the tables a method can be scored against.
"""

import sys
from pathlib import Path

import numpy as np

from headway.connectors.synthetic import LARKFIELD, SEED, exports, simulate
from headway.connectors.synthetic.demo import demo_exports, make


def main(folder: Path) -> None:
    """Simulate Larkfield and write one CSV file for each export."""
    rng = np.random.default_rng(SEED)
    write(folder, exports(LARKFIELD, simulate(LARKFIELD, rng), rng))


def write(folder: Path, files: dict[str, str]) -> None:
    """Write each file's text under its name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")


def _run(words: list[str]) -> None:
    match words:
        case ["demo", folder]:
            write(Path(folder), demo_exports())
        case ["truth", folder]:
            write(Path(folder), make().truth())
        case ["larkfield", folder] | [folder]:
            main(Path(folder))
        case _:
            sys.exit("usage: python -m headway.connectors.synthetic [larkfield|demo|truth] FOLDER")


if __name__ == "__main__":
    _run(sys.argv[1:])
