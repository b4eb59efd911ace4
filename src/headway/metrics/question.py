"""What is asked of a metric: the period, the breakdown, the filter; checked against the columns there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from unicodedata import normalize

from headway.core.calendar import Period, month, week
from headway.core.definition import Definition
from headway.core.diagnostics import Diagnostic, did_you_mean
from headway.core.rows import Cell
from headway.metrics.facts import Facts, quoted
from headway.metrics.library import shipped
from headway.metrics.mistakes import MISSING_COLUMN, NO_DECIDING_DATE, UNKNOWN_DIMENSION, UNKNOWN_FILTER_VALUE

_DAYS = ("DATE", "TIMESTAMP")

NONE = "(none)"
"""How records without a value in a dimension are shown, and asked for."""


@dataclass(frozen=True)
class Parameters:
    """What a number may need from outside the facts.

    `numbers` are handed to definitions that name a parameter, such as `remaining_target`; `observed_from` is the day
    the history is complete from; `currency` keeps to one; `base` is the company's; `cache` is a folder for compiled queries;
    `facts_at` gives the facts as they were known on other days.
    """

    numbers: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])
    observed_from: date | None = None
    currency: str | None = None
    base: str | None = None
    cache: Path | None = None
    facts_at: Callable[[date], Facts] | None = None


@dataclass(frozen=True)
class Question:
    """A metric over a period, broken down by dimensions or one time grain, for the records a filter keeps."""

    definition: Definition
    period: Period | None = None
    by: tuple[str, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The breakdowns that are columns, not time."""
        return tuple(name for name in self.by if name not in GRAINS)

    @property
    def dated(self) -> bool:
        """Whether each record belongs to a day, so that a period or a week can hold it."""
        return self.definition.dated and self.definition.shape not in {"survival", "transition"}


def asked(
    definition: Definition, facts: Facts, period: Period | None, by: Sequence[str], where: Mapping[str, str]
) -> Question:
    """A question as a user puts it: columns may be called as the export calls them, `SALES_REGION` or `Sales Region`."""
    own: dict[str, list[str]] = {}
    names = (name for thing in _things(definition) for name in dimensions(facts.schema(thing)))
    for name in dict.fromkeys((*names, *GRAINS)):
        own.setdefault(_folded(name), []).append(name)

    def named(word: str) -> str:
        meant = own.get(_folded(word), [])
        return meant[0] if word not in meant and len(meant) == 1 else word

    broken_down = tuple(dict.fromkeys(named(name) for name in by))
    return Question(definition, period, broken_down, {named(name): member for name, member in where.items()})


def _things(definition: Definition) -> tuple[str, ...]:
    """The things whose records a metric reads: of one that divides across things, each side's."""
    if definition.shape == "formula":
        return tuple(thing for one in definition.others.values() for thing in _things(one))
    if definition.shape in {"selling", "calling"}:
        return ("employee_position", "quota", "base_user")
    if not definition.across:
        return (definition.records,)
    return tuple(definition.side(part).records for part in definition.parts if not part.parameter)


def _folded(name: str) -> str:
    """A name without case, accents, blanks and punctuation."""
    return "".join(sign for sign in normalize("NFKD", name).casefold() if sign.isalnum())


def label_of(grain: str, day: Cell) -> str:
    """How a period is written that starts on this day."""
    return GRAINS[grain](day) if isinstance(day, date) else NONE


GRAINS: Mapping[str, Callable[[date], str]] = {
    "week": lambda day: week(day).label,
    "month": lambda day: month(day).label,
    "quarter": lambda day: f"{day.year}-Q{(day.month + 2) // 3}",
    "year": lambda day: f"{day.year}",
}


def scope(question: Question, currency: str | None = None, relation: str = "") -> tuple[str, list[object]]:
    """The records a question is about, as a query with its values: filtered, dated inside the period or undated.

    They are read from `relation`, where that is not the one named like them.
    """
    conditions, values = filtered(question.where)
    if currency:
        conditions.append('"currency" = ?')
        values.append(currency)
    if question.period and question.dated:
        day = quoted(question.definition.date)
        conditions.append(f"({day} IS NULL OR ({day} >= ? AND {day} < ?))")
        values += [question.period.start, question.period.end]
    return records_of(relation or question.definition.records, conditions), values


def opportunities(conditions: Sequence[str]) -> str:
    """The opportunities that meet all conditions, as a query."""
    return records_of("opportunity", conditions)


def records_of(thing: str, conditions: Sequence[str]) -> str:
    """The records of a thing that meet all conditions, as a query."""
    return f"SELECT * FROM {thing} WHERE {' AND '.join(conditions) or 'TRUE'}"


def many(thing: str) -> str:
    """What several records of a thing are called in a sentence."""
    words = thing.replace("_", " ")
    return f"{words[:-1]}ies" if words.endswith(("ty", "ry")) else f"{words}s"


def filtered(where: Mapping[str, str]) -> tuple[list[str], list[object]]:
    """The conditions of a filter, with their values."""
    conditions, values = list[str](), list[object]()
    for name, member in where.items():
        if member == NONE:
            conditions.append(f"{quoted(name)} IS NULL")
        else:
            conditions.append(f"CAST({quoted(name)} AS VARCHAR) = ?")
            values.append(member)
    return conditions, values


def check(question: Question, facts: Facts) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a question, at once."""
    if question.definition.across:
        sides = (part for part in question.definition.parts if not part.parameter)
        asked = [replace(question, definition=question.definition.side(part)) for part in sides]
        return tuple(dict.fromkeys(found for one in asked for found in check(one, facts)))
    thing = question.definition.records
    schema = facts.schema(thing)
    known = dimensions(schema)
    found = [*_columns(question.definition, schema), *_grains(question)]
    for name in (*question.dimensions, *question.where):
        if name not in known:
            message = f"'{name}' is not a dimension of {many(thing)}"
            found.append(UNKNOWN_DIMENSION.at(None, message, remedy=_near(name, known)))
    if not found:
        found = [d for name, member in question.where.items() for d in _member(thing, name, member, facts)]
    return tuple(found)


def _near(name: str, known: Sequence[str]) -> str:
    return did_you_mean(name.casefold().replace(" ", "_"), (*known, *GRAINS))


def dimensions(schema: Mapping[str, str]) -> tuple[str, ...]:
    """The columns numbers can be broken down by: texts and yes/no, without the record's own name and keys."""
    own = {"id", "key", "name"}
    return tuple(sorted(c for c, kind in schema.items() if kind in {"VARCHAR", "BOOLEAN"} and c not in own))


def _grains(question: Question) -> list[Diagnostic]:
    asked = [name for name in question.by if name in GRAINS]
    if not asked or (question.dated and len(asked) == 1 and question.definition.adds_up != "stock"):
        return []
    name = question.definition.name
    if len(asked) > 1:
        message = f"{name} is asked by {' and '.join(asked)} at once"
        return [NO_DECIDING_DATE.at(None, message, remedy="ask by one of them")]
    message = f"{name} has no date that puts each record into a {asked[0]}"
    return [
        NO_DECIDING_DATE.at(None, message, remedy="ask for another as-of day (--as-of) or another period (--period)")
    ]


def _columns(definition: Definition, schema: Mapping[str, str]) -> list[Diagnostic]:
    if definition.shape in {"transition", "survival", "movements", "formula", "selling", "calling"}:
        return []
    found = list[Diagnostic]()
    for name in definition.columns:
        if name not in schema:
            message = f"{definition.name} needs the column '{name}', which {many(definition.records)} do not have"
            found.append(MISSING_COLUMN.at(definition.location, message, remedy=did_you_mean(name, schema)))
    days = {definition.date, *(name for part in definition.parts for name in (part.days_from, part.days_to))}
    for name in sorted(days & schema.keys()):
        if schema[name] not in _DAYS:
            message, dates = f"{definition.name} takes '{name}' for a date, which it is not", sorted(_dates(schema))
            found.append(MISSING_COLUMN.at(definition.location, message, remedy=f"dates here: {', '.join(dates)}"))
    return found


def check_columns(definitions: Mapping[str, Definition], folder: Path) -> tuple[Diagnostic, ...]:
    """The columns a project's own metrics name and none of its tables has; nothing before the first import."""
    from headway.metrics.hygiene.judged import JUDGED
    from headway.tables import Store

    store, given = Store.open(folder), {str(file) for file in shipped()}
    own = [d for d in definitions.values() if d.location is None or d.location.file not in given]
    if store.is_empty or not own:
        return ()
    with store.as_of(None) as facts:
        asked = [side for d in own for side in ([d.side(part) for part in d.parts] if d.across else [d])]
        judged = {"opportunity": JUDGED}
        schemas = ((one, {**facts.schema(one.records), **judged.get(one.records, {})}) for one in asked)
        return tuple(wrong for one, schema in schemas for wrong in _columns(one, schema))


def _dates(schema: Mapping[str, str]) -> list[str]:
    return [name for name, kind in schema.items() if kind in _DAYS]


def _member(thing: str, name: str, member: str, facts: Facts) -> list[Diagnostic]:
    conditions, values = filtered({name: member})
    if facts.run(f"SELECT 1 FROM {thing} WHERE {conditions[0]} LIMIT 1", values):
        return []
    column = quoted(name)
    known = facts.run(f"SELECT DISTINCT CAST({column} AS VARCHAR) FROM {thing} ORDER BY 1 LIMIT 1000")
    names: Sequence[str] = [NONE if record[0] is None else str(record[0]) for record in known]
    message = f"no {thing.replace('_', ' ')} known on {facts.day} has {name} '{member}'"
    return [UNKNOWN_FILTER_VALUE.at(None, message, remedy=did_you_mean(member, names))]
