"""The second shape: a table of things, with a schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Cell = str | int | float | bool | Decimal | date | None


@dataclass(frozen=True)
class Column:
    """One column: its name, its type (text, integer, number, money, date, flag) and its unit where it has one."""

    name: str
    type: str = "text"
    unit: str = ""


@dataclass(frozen=True)
class Rows:
    """Records under named columns, in order."""

    columns: tuple[Column, ...]
    records: tuple[tuple[Cell, ...], ...]

    @classmethod
    def of(cls, columns: Sequence[Column | str], records: Iterable[Sequence[Cell]]) -> Rows:
        """Rows from plain sequences; a column given by name alone is text."""
        made = tuple(c if isinstance(c, Column) else Column(c) for c in columns)
        return cls(made, tuple(tuple(record) for record in records))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Mapping[str, Cell]]:
        names = self.names
        return (dict(zip(names, record, strict=True)) for record in self.records)

    def column(self, name: str) -> tuple[Cell, ...]:
        """All cells of one column."""
        place = self.names.index(name)
        return tuple(record[place] for record in self.records)

    def without(self, name: str) -> Rows:
        """The same records but for one column."""
        place = self.names.index(name)
        kept = tuple((*record[:place], *record[place + 1 :]) for record in self.records)
        return Rows((*self.columns[:place], *self.columns[place + 1 :]), kept)

    def total(self, name: str) -> Decimal:
        """A column of numbers added up exactly; what is empty adds nothing."""
        return sum((Decimal(str(cell or 0)) for cell in self.column(name)), Decimal(0))


def under_each_other(parts: Sequence[Rows]) -> Rows:
    """Several answers as one, under the columns of the widest; a part without a column is empty in it."""
    widest = max(parts, key=lambda rows: len(rows.columns))
    records = [tuple(record.get(name) for name in widest.names) for rows in parts for record in rows]
    return Rows(widest.columns, tuple(records))
