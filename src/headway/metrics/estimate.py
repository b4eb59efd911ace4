"""One number with what it stands on: how many records, its interval, what was left out, what to know about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from headway.core.definition import Definition, Part
from headway.core.history import Amounts
from headway.core.review import Evidence
from headway.core.rows import Cell
from headway.metrics.expressions import SHARES, basis_of
from headway.metrics.question import NONE, Parameters
from headway.statistics.intervals import around_mean, around_quantile, around_ratio, wilson

Number = float | int | Decimal


@dataclass(frozen=True)
class Estimate:
    """A measured value for one group of records; `members` are the group's labels in the order asked."""

    members: tuple[str, ...]
    value: Number | None
    n: int
    currency: str | None = None
    low: float | None = None
    high: float | None = None
    excluded: int = 0
    notes: tuple[str, ...] = ()

    @property
    def evidence(self) -> Evidence:
        """What the value rests on, without the value."""
        return Evidence(self.n, self.low, self.high, "; ".join(self.notes), self.excluded)


def ordered(made: Estimate) -> tuple[tuple[bool, int, str], ...]:
    """What estimates are sorted by: their labels, numbers among them by their size, those without one last."""
    labels = (*made.members, made.currency or "")
    return tuple((label == NONE, len(label) if label.isdigit() else 0, label) for label in labels)


def amounts(mean: Estimate, median: Estimate) -> Amounts:
    """A mean with its interval and a median of the same records."""
    return Amounts(float(mean.value or 0), float(median.value or 0), mean.low, mean.high, mean.n)


def estimate(
    definition: Definition,
    members: tuple[str, ...],
    currency: str | None,
    record: Mapping[str, Cell],
    parameters: Parameters,
) -> Estimate:
    """The estimate of one group, from what its query gave: a, b, n, spread, undated, unvalued."""
    n = as_count(record["n"])
    value, undefined = _value(definition, record, n, parameters)
    low, high = _interval(definition, record, value, n) or (None, None)
    left_out = _left_out(definition, record)
    notes = tuple(note for note in (undefined, small(definition, n), *left_out) if note)
    excluded = as_count(record["undated"]) + as_count(record["unvalued"])
    return Estimate(members, value, n, currency, low, high, excluded, notes)


def small(definition: Definition, n: int) -> str:
    """What a small sample says; counts and sums are complete, so they are never too small."""
    if definition.shape in {"count", "sum"} or not 0 < n < definition.enough:
        return ""
    return f"n = {n}: cannot tell yet"


def _value(
    definition: Definition, record: Mapping[str, Cell], n: int, parameters: Parameters
) -> tuple[Number | None, str]:
    if definition.shape in {"sum", "ratio"} and not n and as_count(record["unvalued"]):
        return None, "undefined: nothing of it has a known value"
    match definition.shape:
        case "count":
            return n, ""
        case "sum":
            return as_number(record["a"]) or 0, ""
        case "mean" if n:
            return float(as_number(record["a"]) or 0) / n, ""
        case "median" | "quantile" if n:
            return as_number(record["a"]), ""
        case "ratio":
            return _ratio(definition, record, parameters)
        case _:
            return None, "undefined: there is no such record"


def _ratio(definition: Definition, record: Mapping[str, Cell], parameters: Parameters) -> tuple[float | None, str]:
    sides = list[Number]()
    for part, column in ((definition.numerator, "a"), (definition.denominator, "b")):
        name = part.parameter if part else ""
        if name and name not in parameters.numbers:
            return None, f"undefined: no {name.replace('_', ' ')} was given"
        sides.append(parameters.numbers[name] if name else as_number(record[column]) or 0)
    if not sides[1]:
        return None, "undefined: there is nothing to divide by"
    return float(sides[0]) / float(sides[1]), ""


def _interval(
    definition: Definition, record: Mapping[str, Cell], value: Number | None, n: int
) -> tuple[float, float] | None:
    if value is None:
        return None
    if definition.shape == "mean":
        return around_mean(float(value), float(as_number(record["spread"]) or 0), n)
    if definition.shape in {"median", "quantile"}:
        share = 0.5 if definition.shape == "median" else definition.percentile / 100
        return around_quantile(share, SHARES, [float(as_number(record[f"q{i}"]) or 0) for i in range(len(SHARES))], n)
    if definition.shape == "ratio" and all(part.counts for part in definition.parts):
        successes = as_count(record["a"])
        return wilson(successes, n) if successes <= n else None
    if "bb" in record:
        a, b, *squares = (float(as_number(record.get(name)) or 0) for name in ("a", "b", "aa", "ab", "bb"))
        return around_ratio(a, b, (squares[0], squares[1], squares[2]), n)
    return None


def _left_out(definition: Definition, record: Mapping[str, Cell]) -> tuple[str, ...]:
    part = basis_of(definition)
    undated, unvalued = as_count(record["undated"]), as_count(record["unvalued"])
    return (
        f"{undated:,} left out: no {definition.date.replace('_', ' ')}" if undated else "",
        f"{unvalued:,} left out: {_lacking(part)}" if unvalued else "",
    )


def _lacking(part: Part) -> str:
    if part.needs:
        return f"no {' or no '.join(name.replace('_', ' ') for name in (*part.needs, part.value) if name)}"
    return "dates missing or out of order" if part.days_from else f"no {part.value.replace('_', ' ')}"


def as_count(cell: Cell) -> int:
    """A count a query gave; nothing counts as zero."""
    return int(cell) if isinstance(cell, int | float | Decimal) else 0


def as_number(cell: Cell) -> Number | None:
    """A number a query gave."""
    return cell if isinstance(cell, int | float | Decimal) else None
