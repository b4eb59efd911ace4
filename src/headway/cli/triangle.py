"""An answer by cohort and age, laid out as people read it: a line for each cohort, a column for each age."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from headway.core import formatting
from headway.core.rows import Cell, Column, Rows

AGE = "age_"
LEGEND = "in brackets: too few customers to tell yet; n is how many there were at the start"

_PASSED_OVER = ("definition", "as_of", "value", "unit", "low", "high", "n", "excluded", "note")


def has_ages(rows: Rows) -> bool:
    """Whether an answer is by age."""
    return any(name.startswith(AGE) for name in rows.names)


def triangle(rows: Rows) -> Rows:
    """The same answer with its ages side by side, each value in its unit; in brackets where its n is too small."""
    age = next(name for name in rows.names if name.startswith(AGE))
    kept = [c for c in rows.columns if c.name != age and c.name not in _PASSED_OVER]
    lines: dict[tuple[Cell, ...], dict[str, Mapping[str, Cell]]] = {}
    for row in rows:
        lines.setdefault(tuple(row[c.name] for c in kept), {})[str(row[age])] = row
    ages = sorted({at for own in lines.values() for at in own}, key=int)
    columns = [*kept, Column("n", "integer"), *(Column(at, "number") for at in ages)]
    return Rows.of(
        columns, [(*told, _first(own, ages), *(_cell(own.get(at)) for at in ages)) for told, own in lines.items()]
    )


def _first(own: Mapping[str, Mapping[str, Cell]], ages: Sequence[str]) -> Cell:
    return next((own[at]["n"] for at in ages if at in own), None)


def _cell(row: Mapping[str, Cell] | None) -> str:
    if row is None:
        return ""
    value, currency = row["value"], row["currency"]
    if not isinstance(value, int | float | Decimal):
        return formatting.UNDEFINED
    text = formatting.quantity(value, str(row["unit"]), None if currency is None else str(currency))
    return f"({text})" if "cannot tell yet" in str(row["note"] or "") else text
