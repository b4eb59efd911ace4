"""Definitions compiled to SQL. Ibis is a compiler of reads here, imported when a query is compiled and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headway.core.definition import Definition, Part
from headway.core.errors import Fault

SCOPE = "scope"
"""The name compiled queries read from; what stands behind it is put in front of them, with its values."""

TAKEN = "taken"
"""The column of a listing that holds what each record adds to the number."""

SHARES = tuple(percent / 100 for percent in range(0, 101, 5))
"""The shares of the records at which a median or quantile looks at the values."""

SPREAD = "values_at_shares"

_TYPES = {
    "VARCHAR": "string",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "BOOLEAN": "boolean",
    "BIGINT": "int64",
    "INTEGER": "int32",
}
_TRUNCATED = {"week": "W", "month": "M", "quarter": "Q", "year": "Y"}

Column = Any
"""An Ibis expression over a table; Ibis gives no precise types for them."""


def aggregate(definition: Definition, schema: Mapping[str, str], by: Sequence[str]) -> str:
    """Per group: a (what is measured, or the numerator), b (the denominator), n, spread, undated, unvalued.

    A ratio of values has the sums of squares aa, ab and bb besides; a median or quantile what the values are at each of
    `SHARES`, as q0, q1, ...
    """
    records = table(schema, (*definition.columns, "status", "currency"), by)
    basis = basis_of(definition)
    kept = records.filter(_any_part(definition, records))
    used = usable(definition, basis, kept)
    above = definition.numerator
    numerator = basis if above is None or above.parameter else above
    columns = {
        "a": _taken_together(definition, numerator, kept, usable(definition, numerator, kept)),
        "b": _taken_together(definition, basis, kept, used),
        "n": used.sum().cast("int64"),
        "spread": _spread(definition, basis, kept, used),
        **_squares(definition, kept),
        **_shares(definition, basis, kept, used),
        "undated": (member(basis, kept) & ~dated(definition, kept)).sum().cast("int64"),
        "unvalued": (member(basis, kept) & dated(definition, kept) & ~used).sum().cast("int64"),
    }
    groups = _groups(definition, by, kept)
    made = kept.group_by(**groups).agg(**columns) if groups else kept.agg(**columns)
    return sql(_each_share(made) if SPREAD in columns else made)


def listing(definition: Definition, part: Part, schema: Mapping[str, str], shown: Sequence[str], left_out: bool) -> str:
    """The records of a part that are used, or had to be left out: the columns shown, and what is taken of each."""
    records = table(schema, (*definition.columns, "status", *shown))
    used = usable(definition, part, records)
    kept = records.filter(member(part, records) & (~used if left_out else used))
    taken = value_of(part, kept)
    return sql(kept.select(*shown) if taken is None else kept.select(*shown, **{TAKEN: taken}))


def table(schema: Mapping[str, str], columns: Sequence[str], more: Sequence[str] = (), name: str = SCOPE) -> Column:
    """An unbound table with those of the columns that there are."""
    ibis = compiler()
    there = dict.fromkeys(column for column in (*columns, *more) if column in schema)
    return ibis.table({column: _type(schema[column]) for column in there}, name=name)


def basis_of(definition: Definition) -> Part:
    """The part whose records are counted as n and checked for what is missing."""
    first = next(
        (p for p in (definition.of, definition.denominator, definition.numerator) if p and not p.parameter), None
    )
    if first is None:
        raise Fault(f"{definition.name} stands on no records")
    return first


def member(part: Part, records: Column) -> Column:
    """Whether a record belongs to a part."""
    belongs = records.status.isin(list(part.status)) if part.status else compiler().literal(True)
    for name in part.present:
        belongs = belongs & records[name].notnull()
    if part.same:
        spans = [records[name].truncate(_TRUNCATED[part.same]) for name in (part.days_from, part.days_to)]
        belongs = belongs & (spans[0] == spans[1]).fill_null(False)
    if part.within_days:
        days = records[part.days_to].delta(records[part.days_from], unit="day")
        belongs = belongs & days.between(0, part.within_days).fill_null(False)
    for name, value in part.where.items():
        belongs = belongs & (records[name].cast("string").lower() == value.lower()).fill_null(False)
    for name, values in part.without.items():
        left_out = records[name].cast("string").lower().isin([value.lower() for value in values])
        belongs = belongs & ~left_out.fill_null(False)
    return belongs


def usable(definition: Definition, part: Part, records: Column) -> Column:
    """Whether a record of a part has the date and the value the metric needs."""
    used = member(part, records) & dated(definition, records)
    for name in part.needs:
        used = used & records[name].notnull()
    taken = value_of(part, records)
    return used if taken is None else used & taken.notnull()


def dated(definition: Definition, records: Column) -> Column:
    """Whether a record has the date that decides its period, where it needs one."""
    ibis = compiler()
    needed = bool(definition.date) and definition.undated == "leave_out"
    return records[definition.date].notnull() if needed else ibis.literal(True)


def value_of(part: Part, records: Column) -> Column | None:
    """What is taken from a record; None where records are only counted."""
    ibis = compiler()
    if part.days_from and not part.compares_days:
        days = records[part.days_to].delta(records[part.days_from], unit="day")
        return ibis.ifelse(days >= 0, days, None)
    if not part.value:
        return None
    others = [(records.status == status, _number(records[column])) for status, column in part.value_of.items()]
    value = _number(records[part.value])
    return ibis.cases(*others, else_=value) if others else value


def sql(expression: Column) -> str:
    """The expression as a query."""
    ibis = compiler()
    return str(ibis.to_sql(expression, dialect="duckdb"))


def compiler() -> Any:
    """Ibis itself, imported when it is first needed: that takes most of a second."""
    import ibis

    module: Any = ibis
    return module


def over(query: str, **behind: str) -> str:
    """A compiled query with what stands behind the names it reads from; its order is left to the reader."""
    named = ", ".join(f"{name} AS ({text})" for name, text in behind.items())
    return f"WITH {named} SELECT * FROM ({query})"


def group_columns(by: Sequence[str]) -> list[str]:
    """The names a query gives to its groups, whatever the dimensions are called."""
    return [f"g{i}" for i in range(len(by))]


def _groups(definition: Definition, by: Sequence[str], records: Column) -> dict[str, Column]:
    def group(name: str) -> Column:
        if name in _TRUNCATED:
            return records[definition.date].truncate(_TRUNCATED[name]).cast("date")
        return records[name].cast("string")

    return {column: group(name) for column, name in zip(group_columns(by), by, strict=True)}


def _taken_together(definition: Definition, part: Part, records: Column, used: Column) -> Column:
    taken = value_of(part, records)
    if taken is None:
        return used.sum().cast("int64")
    if definition.shape in {"median", "quantile"}:
        share = 0.5 if definition.shape == "median" else definition.percentile / 100
        return taken.cast("float64").quantile(share, where=used)
    return taken.sum(where=used)


def _spread(definition: Definition, part: Part, records: Column, used: Column) -> Column:
    """The sample variance of what a mean is taken of, for its interval; the plain count elsewhere is never read."""
    taken = value_of(part, records)
    if definition.shape != "mean" or taken is None:
        return used.sum().cast("float64")
    return taken.cast("float64").var(where=used, how="sample")


def _shares(definition: Definition, part: Part, records: Column, used: Column) -> dict[str, Column]:
    """For a median or quantile: the values at every share of the records, for its interval."""
    taken = value_of(part, records)
    if definition.shape not in {"median", "quantile"} or taken is None:
        return {}
    return {SPREAD: taken.cast("float64").quantile(list(SHARES), where=used)}


def _each_share(made: Column) -> Column:
    return made.mutate(**{f"q{i}": made[SPREAD][i] for i in range(len(SHARES))}).drop(SPREAD)


def _squares(definition: Definition, records: Column) -> dict[str, Column]:
    """For a ratio of values: the sums that say how much single records weigh in it."""
    above, below = definition.numerator, definition.denominator
    if above is None or below is None or above.parameter or below.parameter or (above.counts and below.counts):
        return {}
    a, b = _each(definition, above, records), _each(definition, below, records)
    return {"aa": (a * a).sum(), "ab": (a * b).sum(), "bb": (b * b).sum()}


def _each(definition: Definition, part: Part, records: Column) -> Column:
    """What each record adds to a part, nothing where it is not in it."""
    taken = value_of(part, records)
    one: Column = compiler().literal(1.0) if taken is None else taken.cast("float64")
    return compiler().ifelse(usable(definition, part, records), one, 0.0)


def _number(column: Column) -> Column:
    """Mapped columns are kept as text; what is no number in them counts as missing."""
    return column.try_cast("float64") if column.type().is_string() else column


def _any_part(definition: Definition, records: Column) -> Column:
    parts = [part for part in definition.parts if not part.parameter]
    belongs = member(parts[0], records)
    for part in parts[1:]:
        belongs = belongs | member(part, records)
    return belongs


def _type(kind: str) -> str:
    if kind.startswith("DECIMAL"):
        return kind.lower()
    return _TYPES.get(kind, "float64" if kind in {"DOUBLE", "FLOAT"} else "string")
