"""The metrics there are: the shipped texts, checked; found by name; listed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from headway.core.definition import Definition
from headway.core.diagnostics import Diagnostic, did_you_mean
from headway.core.rows import Rows
from headway.core.units import Unit
from headway.metrics.formula_text import check_formulas
from headway.metrics.mistakes import INCOMPLETE_METRIC, UNKNOWN_METRIC

Definitions = Mapping[str, Definition]

_OF = {"count", "sum", "mean", "median", "quantile"}
_STATUSES = ("open", "won", "lost")
_DEALS = ("opportunity", "renewal")


def shipped() -> tuple[Path, ...]:
    """The texts of the metrics that come with Headway, in order; each is a mapping of names to definitions."""
    return tuple(sorted((Path(__file__).parent / "definitions").glob("*.yaml")))


def check_definitions(definitions: Definitions) -> tuple[Diagnostic, ...]:
    """Everything that definitions leave unsaid, at once."""
    return tuple(
        INCOMPLETE_METRIC.at(d.location, f"{d.name}: {message}", remedy=remedy)
        for d in definitions.values()
        for message, remedy in (*_parts(d), *_contents(d))
    ) + check_formulas(definitions)


def resolve(name: str, definitions: Definitions) -> tuple[Definition, ...] | Diagnostic:
    """The metric of that name with its variants, side by side; a bare name stands for all of them."""
    plain = (definitions[name],) if name in definitions else ()
    variants = tuple(d for key, d in definitions.items() if key.startswith(f"{name}."))
    if plain or variants:
        return plain + variants
    known = {*definitions, *(key.split(".")[0] for key in definitions)}
    return UNKNOWN_METRIC.at(None, f"there is no metric '{name}'", remedy=did_you_mean(name, known))


def catalogue(definitions: Definitions) -> Rows:
    """All metrics: name, definition, title, what it is in words, shape, unit, how it adds up, its policy."""
    columns = ("metric", "definition", "title", "unit", "shape", "adds_up", "date", "words", "policy")
    records = [
        (d.name, d.label, d.title, d.unit, d.shape, d.adds_up, d.date, d.words, "; ".join(d.policy))
        for d in definitions.values()
    ]
    return Rows.of(columns, records)


def _parts(d: Definition) -> list[tuple[str, str]]:
    found = list[tuple[str, str]]()
    if d.shape in _OF and d.of is None:
        found.append((f"a {d.shape} says nothing about what it is taken of", "write of: {...}; of: {} is all records"))
    if d.shape == "ratio" and (d.numerator is None or d.denominator is None):
        missing = "numerator" if d.numerator is None else "denominator"
        found.append((f"a ratio without a {missing}", f"write {missing}: {{...}}; {missing}: {{}} is all records"))
    if d.shape in {"sum", "mean", "median", "quantile"} and d.of and d.of.counts:
        found.append((f"a {d.shape} of nothing", "name a value, or days_from and days_to, under of"))
    if d.shape in {*_OF, "ratio"} and d.parts and all(part.parameter for part in d.parts):
        found.append(("it stands on parameters alone", "a metric is measured on records: say which"))
    if (d.shape == "formula") != (d.formula is not None):
        found.append(
            ("a formula and its shape go together", "write shape: formula, and formula: spend / new_customers")
        )
    if d.shape == "movements" and d.ledger is None:
        found.append(("movements of nothing", "write ledger: {take: arr}, or another of what the ledger gives"))
    for shape, said in (("selling", d.selling), ("calling", d.calling)):
        if d.shape == shape and said is None:
            found.append((f"a metric of {shape} says nothing about what is taken", f"write {shape}: {{take: ...}}"))
    if d.adds_up == "flow" and not d.dated and d.shape not in {"movements", "formula"}:
        found.append(
            ("a flow without a date", "write date: created_date, or whichever date puts a record in its period")
        )
    return found


def _contents(d: Definition) -> list[tuple[str, str]]:
    found = list[tuple[str, str]]()
    for part in d.parts:
        for status in (*part.status, *part.value_of) if (part.records or d.records) in _DEALS else ():
            if status not in _STATUSES:
                found.append((f"'{status}' is not a status", "a status is open, won or lost"))
        if bool(part.days_from) != bool(part.days_to):
            found.append(("days need both ends", "write days_from and days_to"))
        if part.within_days < 0 or (part.compares_days and not part.days_from):
            found.append(
                ("within_days and same compare the days of nothing", "write days_from and days_to, and 1 day or more")
            )
    if d.fx == "booking" and not all(part.date or d.date or part.parameter for part in d.parts):
        found.append(("fx: booking asks for the rate of a day, and nothing says which", "write date, or fx: constant"))
    if not 0 < d.percentile < 100:
        found.append((f"the percentile {d.percentile} is outside 1 to 99", "write percentile: 25, or another between"))
    if Unit.parse(d.unit) is None:
        found.append((f"'{d.unit}' is not a unit", "write it like currency, deal, day, or deal/opportunity"))
    return found
