"""What the tests of this room share: files made on the spot, and one way from files to a proposal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from headway.connectors.files import Choices, LandedFile, Proposal, propose, read_file
from headway.core.mapping import Connector, FileMapping
from headway.tables.engine import Engine

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as made:
        yield made


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def make(name: str, content: str | bytes) -> Path:
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return make


class Inlet:
    """Reads and proposes in one temporary folder."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self.folder = engine, folder

    def land(self, *files: Path) -> list[LandedFile]:
        landed: list[LandedFile] = []
        for file in files:
            result = read_file(file, self.engine, self.folder / "landing")
            assert isinstance(result, tuple), [problem.render() for problem in result]
            landed += result
        return landed

    def propose(self, *files: Path, known: Sequence[Connector] = (), choices: Choices | None = None) -> Proposal:
        return propose(self.land(*files), self.engine, known, choices)

    def rows(self, file: LandedFile) -> list[tuple[object, ...]]:
        return list(self.engine.run(f"SELECT * FROM read_parquet('{file.landing}') ORDER BY _row"))


@pytest.fixture
def inlet(engine: Engine, tmp_path: Path) -> Inlet:
    return Inlet(engine, tmp_path)


def columns(mapping: FileMapping) -> dict[str, str]:
    """Canonical field to source column."""
    return {column.field: column.column for column in mapping.columns}


def mapping_of(proposal: Proposal, thing: str) -> FileMapping:
    """The one mapping of a thing."""
    (found,) = [mapping for mapping in proposal.connector.files if mapping.thing == thing]
    return found


def codes(proposal: Proposal, severity: str = "") -> set[str]:
    """The codes of what was found, of one severity or all."""
    return {d.mistake.code for d in proposal.diagnostics if severity in ("", d.severity)}
