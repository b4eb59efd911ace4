"""Write Larkfield's exports into a folder: `python -m headway.connectors.synthetic FOLDER`."""

import sys
from pathlib import Path

import numpy as np

from headway.connectors.synthetic import LARKFIELD, SEED, exports, simulate


def main(folder: Path) -> None:
    """Simulate the company and write one CSV file for each export."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    for name, text in exports(LARKFIELD, simulate(LARKFIELD, rng), rng).items():
        (folder / name).write_text(text, encoding="utf-8", newline="")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m headway.connectors.synthetic FOLDER")
    main(Path(sys.argv[1]))
