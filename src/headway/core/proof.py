"""Whether a mapping holds against its data: what was tested, what came of it, and the receipt that is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Literal, cast

from headway.core.formatting import plural
from headway.core.rows import Column, Rows

State = Literal["ok", "note", "failed"]


@dataclass(frozen=True)
class Tested:
    """One test of one mapping: what was asked, whether it holds, what was seen, and what to do where it does not."""

    mapping: str
    thing: str
    test: str
    state: State
    seen: str
    remedy: str = ""


@dataclass(frozen=True)
class Receipt:
    """What a connector's mapping was tested by, when, and under which text and data: both as hashes."""

    connector: str
    checked_at: str
    as_of: str
    mapping_hash: str
    data_hash: str
    tests: tuple[Tested, ...]
    outdated: str = ""

    @property
    def failed(self) -> tuple[Tested, ...]:
        """The tests that do not hold."""
        return tuple(one for one in self.tests if one.state == "failed")

    @property
    def holds(self) -> bool:
        """Whether every test holds, of the mapping and the data as they now are."""
        return not self.failed and not self.outdated

    @property
    def sentence(self) -> str:
        """How many tests there were and what came of them, and whether that still says something."""
        notes = sum(one.state == "note" for one in self.tests)
        told = f"{plural(len(self.failed), 'test')} failed" if self.failed else "every test holds"
        beside = f", {plural(notes, 'note')}" if notes else ""
        late = f"; {self.outdated} since" if self.outdated else ""
        tested = f"{plural(len(self.tests), 'test')} of the data as of {self.as_of}"
        return f"{self.connector}: {told}, {tested}{beside}{late}."

    @property
    def rows(self) -> Rows:
        """One row for each test."""
        columns = [Column("connector"), *(Column(field.name) for field in fields(Tested))]
        return Rows.of(columns, [(self.connector, *asdict(one).values()) for one in self.tests])

    def kept(self) -> dict[str, object]:
        """The receipt as it is written down."""
        return asdict(self)


def receipt_of(said: Mapping[str, object]) -> Receipt:
    """A receipt that was written down; raises `KeyError` or `TypeError` where it is none."""
    connector, checked_at, as_of, mapping, data = (
        str(said[name]) for name in ("connector", "checked_at", "as_of", "mapping_hash", "data_hash")
    )
    told = cast("Iterable[Mapping[str, str]]", said["tests"])
    return Receipt(connector, checked_at, as_of, mapping, data, tuple(map(_tested, told)))


def _tested(said: Mapping[str, str]) -> Tested:
    state = cast("State", said["state"])
    return Tested(said["mapping"], said["thing"], said["test"], state, said["seen"], said.get("remedy", ""))
