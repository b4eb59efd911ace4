"""The metrics there are: the shipped texts, checked; found by name; listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from headway.core.definition import Definition, Part
from headway.core.diagnostics import Diagnostic, did_you_mean
from headway.core.rows import Rows
from headway.core.units import Unit
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
        for message, remedy in (*_parts(d), *_contents(d), *_others(d, definitions))
    )


def linked(definitions: Definitions) -> dict[str, Definition]:
    """Each metric with the metrics that its parts name; one that cannot be had is left as it is."""
    return {name: _whole(d, definitions) for name, d in definitions.items()}


def _whole(d: Definition, definitions: Definitions) -> Definition:
    named = _named(d)
    if not named or not named <= definitions.keys() or _in_a_circle(d.name, definitions):
        return d
    return replace(d, others={name: _whole(definitions[name], definitions) for name in sorted(named)})


def _named(d: Definition) -> set[str]:
    return {name for part in d.parts for name in (part.metric, part.lag) if name}


def _in_a_circle(name: str, definitions: Definitions, seen: frozenset[str] = frozenset()) -> bool:
    """Whether following the metrics that a metric names leads into a ring."""
    if name in seen:
        return True
    named = _named(definitions[name]) if name in definitions else set[str]()
    return any(_in_a_circle(one, definitions, seen | {name}) for one in named)


def _others(d: Definition, definitions: Definitions) -> list[tuple[str, str]]:
    """What is wrong with the metrics that a metric's parts name."""
    named = sorted(_named(d))
    found = [(f"there is no metric '{one}'", did_you_mean(one, definitions)) for one in named if one not in definitions]
    if not found and _in_a_circle(d.name, definitions):
        found.append(("it is made of itself, by way of the metrics it names", "break the ring: name records in one"))
    lags = [definitions[part.lag] for part in d.parts if part.lag in definitions]
    found += [(f"'{one.name}' measures no days", "a lag is a metric in days") for one in lags if one.unit != "day"]
    if named and d.shape != "ratio":
        found.append((f"a {d.shape} of another metric", "only a ratio has whole metrics as its sides"))
    return found


def resolve(name: str, definitions: Definitions) -> tuple[Definition, ...] | Diagnostic:
    """The metric of that name with its variants, side by side; a bare name stands for all of them."""
    plain = (definitions[name],) if name in definitions else ()
    variants = tuple(d for key, d in definitions.items() if key.startswith(f"{name}."))
    if plain or variants:
        return plain + variants
    known = {*definitions, *(key.split(".")[0] for key in definitions)}
    return UNKNOWN_METRIC.at(None, f"there is no metric '{name}'", remedy=did_you_mean(name, known))


def catalogue(definitions: Definitions) -> Rows:
    """All metrics: name, definition, title, what it is in words, shape, unit, how it adds up."""
    columns = ("metric", "definition", "title", "unit", "shape", "adds_up", "date", "words")
    records = [(d.name, d.label, d.title, d.unit, d.shape, d.adds_up, d.date, d.words) for d in definitions.values()]
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
    if d.shape == "movements" and d.ledger is None:
        found.append(("movements of nothing", "write ledger: {take: arr}, or another of what the ledger gives"))
    if d.adds_up == "flow" and not d.dated and d.shape != "movements":
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
        if part.lag_days < 0 or (part.lag_days and part.lag):
            found.append(("a part lies some days before the period, or a metric says how many", "write one of the two"))
        if part.metric and replace(part, metric="", lag="", lag_days=0) != Part():
            found.append((f"a side is the whole metric '{part.metric}'", "write nothing beside it but a lag"))
        if part.within_days < 0 or (part.within_days and not part.days_from):
            found.append(("within_days counts days of nothing", "write days_from and days_to, and 1 day or more"))
    if d.fx == "booking" and not all(part.date or d.date or part.parameter for part in d.parts):
        found.append(("fx: booking asks for the rate of a day, and nothing says which", "write date, or fx: constant"))
    if not 0 < d.percentile < 100:
        found.append((f"the percentile {d.percentile} is outside 1 to 99", "write percentile: 25, or another between"))
    if Unit.parse(d.unit) is None:
        found.append((f"'{d.unit}' is not a unit", "write it like currency, deal, day, or deal/opportunity"))
    return found
