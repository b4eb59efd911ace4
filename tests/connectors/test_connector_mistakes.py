"""Every mistake of this room is provoked by the sample that bears its name, and says where and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from headway.connectors import mistakes
from headway.connectors.files import Choices, propose, read_file
from headway.core.diagnostics import Diagnostic, Mistake
from headway.tables.engine import Engine

SAMPLES = Path(__file__).parent.parent / "errors"
EVERY = sorted((m for m in vars(mistakes).values() if isinstance(m, Mistake)), key=lambda m: m.code)


def sample(code: str) -> Path:
    (found,) = [path for path in SAMPLES.iterdir() if path.stem == code]
    return found


def provoke(code: str, engine: Engine, landing: Path) -> list[Diagnostic]:
    place = sample(code)
    if code == "file-missing":
        place = SAMPLES / place.read_text().strip()
    if code == "landing-not-writable":
        landing, place = place, sample("made-key")
    if code == "unknown-file":
        name, thing = place.read_text().strip().split(": ")
        landed = read_file(sample("made-key"), engine, landing)
        assert isinstance(landed, tuple) and thing == "account"
        return list(propose(landed, engine, (), Choices(things={name: "account"})).diagnostics)
    if code == "repeated-file":
        both = [read_file(file, engine, landing) for file in sorted(place.iterdir())]
        return list(propose([file for read in both if isinstance(read, tuple) for file in read], engine).diagnostics)
    if (place / "first.csv").exists():
        first, later = read_file(place / "first.csv", engine, landing), read_file(place / "later.csv", engine, landing)
        assert isinstance(first, tuple) and isinstance(later, tuple)
        known = propose(first, engine).connector
        return list(propose(later, engine, (known,)).diagnostics)
    result = read_file(place, engine, landing)
    return result if isinstance(result, list) else list(propose(result, engine).diagnostics)


@pytest.mark.parametrize("mistake", EVERY, ids=lambda m: m.code)
def test_its_sample_provokes_it(mistake: Mistake, engine: Engine, tmp_path: Path) -> None:
    found = [d for d in provoke(mistake.code, engine, tmp_path / "landing") if d.mistake is mistake]
    assert found, f"{sample(mistake.code)} does not provoke it"
    assert all(d.message and "\n" not in d.message for d in found)
    assert all(d.remedy for d in found)


@pytest.mark.parametrize(
    "code",
    ["empty-file", "header-only", "not-a-table", "no-header", "mixed-encodings", "mixed-delimiters", "file-missing"],
)
def test_a_file_that_cannot_be_used_gives_one_message(code: str, engine: Engine, tmp_path: Path) -> None:
    (found,) = provoke(code, engine, tmp_path / "landing")
    assert found.mistake.code == code and found.is_error


def test_codes_are_unique() -> None:
    assert len({m.code for m in EVERY}) == len(EVERY)
