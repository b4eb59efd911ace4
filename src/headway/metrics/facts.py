"""The window on the facts that metrics read through: what was known on one day."""

from __future__ import annotations

from collections.abc import Callable, Hashable, MutableMapping, Sequence
from datetime import date
from typing import Protocol, TypeVar

from headway.core.rows import Cell, Rows

T = TypeVar("T")


class Facts(Protocol):
    """The facts as they were known on a day: relations such as `opportunity`, `stage_span`, `deal_change`, read by SQL."""

    @property
    def day(self) -> date:
        """The day they are as of."""
        ...

    @property
    def notes(self) -> Sequence[str]:
        """What a reader of any number should know about them."""
        ...

    @property
    def provenance(self) -> str:
        """The run they end with; nothing where they come from no import."""
        ...

    @property
    def kept(self) -> MutableMapping[Hashable, object]:
        """What was worked out of them before, kept as long as they are open."""
        ...

    def run(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Cell, ...]]:
        """The records a query gives."""
        ...

    def rows(self, sql: str, values: Sequence[object] = ()) -> Rows:
        """The records a query gives, under their columns."""
        ...

    def schema(self, relation: str) -> dict[str, str]:
        """The columns of a relation with their types."""
        ...


def once(facts: Facts, key: Hashable, kind: type[T], make: Callable[[], T]) -> T:
    """What a question needs of the facts, worked out the first time it is asked."""
    found = facts.kept.get(key)
    if not isinstance(found, kind):
        found = facts.kept[key] = make()
    return found


def quoted(name: str) -> str:
    """A column's name, quoted for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text value, quoted for SQL."""
    return "'" + text.replace("'", "''") + "'"
