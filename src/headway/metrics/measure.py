"""A metric measured on the facts: one row for each group, with everything a number carries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from headway.core.answers import Measured
from headway.core.calendar import Period
from headway.core.definition import Definition
from headway.core.diagnostics import Diagnostic
from headway.core.rows import Cell, Column, Rows, under_each_other
from headway.metrics import cache, expressions
from headway.metrics.calling.accuracy import calling_estimates, check_calling
from headway.metrics.currencies import in_one_currency
from headway.metrics.estimate import Estimate, estimate, ordered, small
from headway.metrics.eventual import eventual_estimates
from headway.metrics.facts import Facts
from headway.metrics.formula import check_formula, formula_estimates
from headway.metrics.leads_seen import with_what_was_seen
from headway.metrics.question import GRAINS, NONE, Parameters, Question, asked, check, label_of, scope
from headway.metrics.recurring.checking import check_movements
from headway.metrics.recurring.measures import movement_estimates
from headway.metrics.required import required_estimates
from headway.metrics.selling.answers import selling_estimates
from headway.metrics.selling.checking import check_selling
from headway.metrics.stages import stage_estimates
from headway.statistics.intervals import wilson

_DEFAULT = Parameters()
_MONEY = "DECIMAL(18,4)"
_PERIODIC = ("movements", "required", "formula")
_EMPTY: dict[str, Cell] = {"a": None, "b": None, "n": 0, "spread": None, "undated": 0, "unvalued": 0}


def measure(
    definition: Definition,
    facts: Facts,
    period: Period | None = None,
    by: Sequence[str] = (),
    where: Mapping[str, str] | None = None,
    parameters: Parameters = _DEFAULT,
) -> Rows | tuple[Diagnostic, ...]:
    """The metric's value for each group, or everything that is wrong with the question. No period means all time."""
    question = asked(definition, facts, period, by, where or {})
    found = wrong_with(question, facts)
    return found or as_rows(question, facts, estimates(question, facts, parameters))


def side_by_side(
    answers: Mapping[str, Rows | tuple[Diagnostic, ...]], facts: Facts
) -> Measured | tuple[Diagnostic, ...]:
    """The variants of a metric under each other: those that can be asked so, and a note on each that cannot."""
    wrong = {name: answer for name, answer in answers.items() if not isinstance(answer, Rows)}
    if len(wrong) == len(answers):
        return tuple(dict.fromkeys(one for found in wrong.values() for one in found))
    without = (f"without {name}: {found[0].message}" for name, found in wrong.items())
    told = under_each_other([answer for answer in answers.values() if isinstance(answer, Rows)])
    return Measured(facts.day, told, (*without, *facts.notes))


def wrong_with(question: Question, facts: Facts) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a question, at once."""
    if question.definition.shape == "formula":
        return check_formula(question, facts, wrong_with)
    match question.definition.shape:
        case "movements":
            return check_movements(question, facts)
        case "selling":
            return check_selling(question, facts)
        case "calling":
            return check_calling(question, facts)
        case _:
            return check(question, facts)


def estimates(question: Question, facts: Facts, parameters: Parameters = _DEFAULT) -> tuple[Estimate, ...]:
    """One estimate for each group and currency, in the order of their labels. The question has been checked."""
    made = _by_shape(question, facts, parameters)
    currencies = len({e.currency for e in made})
    return tuple(_with_notes(question, e, currencies, facts.day) for e in made)


def _by_shape(question: Question, facts: Facts, parameters: Parameters) -> tuple[Estimate, ...]:
    match question.definition.shape:
        case "survival":
            return eventual_estimates(question, facts, parameters)
        case "transition":
            return stage_estimates(question, facts, parameters)
        case "movements":
            return tuple(sorted(movement_estimates(question, facts, parameters), key=ordered))
        case "selling":
            return selling_estimates(question, facts, parameters)
        case "calling":
            return calling_estimates(question, facts, parameters)
        case "required":
            return required_estimates(question, facts, parameters)
        case "formula":
            return formula_estimates(question, facts, parameters, _by_shape)
        case _:
            return with_what_was_seen(question, facts, _aggregates(question, facts, parameters))


def as_rows(question: Question, facts: Facts, made: Sequence[Estimate]) -> Rows:
    """Estimates as rows, with what every number carries: metric, definition, period, as-of, unit, currency, n."""
    definition, by = question.definition, question.by
    if definition.shape == "transition":
        by = ("stage", *by)
    columns = [
        *(Column(name) for name in ("metric", "definition", "period")),
        Column("as_of", "date"),
        *(Column(name, "dimension") for name in by),
        Column("value", "number", definition.unit),
        *(Column(name) for name in ("unit", "currency")),
        *(Column(*column) for column in (("n", "integer"), ("low", "number"), ("high", "number"))),
        *(Column(*column) for column in (("excluded", "integer"), ("note", "text"))),
    ]
    period = question.period.label if question.period else "all time"
    start = (definition.name, definition.label, period, facts.day)
    records = [
        (*start, *e.members, e.value, definition.unit, e.currency, e.n, e.low, e.high, e.excluded, "; ".join(e.notes))
        for e in made
    ]
    return Rows.of(columns, records)


def is_money(definition: Definition, schema: Mapping[str, str]) -> bool:
    """Whether amounts are behind it, so that currencies must be kept apart."""
    return any(schema.get(part.value, "") == _MONEY for part in definition.parts)


def _aggregates(question: Question, facts: Facts, parameters: Parameters) -> tuple[Estimate, ...]:
    if question.definition.across:
        return _quotients(question, facts, parameters)
    definition, schema = question.definition, facts.schema(question.definition.records)
    money = is_money(definition, schema)
    by = (*question.by, "currency") if money else question.by
    read = {name: schema[name] for name in (*definition.columns, "status", *by) if name in schema}
    key = (
        definition.shape,
        definition.records,
        definition.percentile,
        definition.date,
        definition.undated,
        definition.parts,
        read,
        by,
    )
    sql = cache.compiled(parameters.cache, key, lambda: expressions.aggregate(definition, schema, by))
    base = parameters.base if money else None
    read_from = in_one_currency(definition.records, facts, schema, base, _named(question), definition.booked)
    behind, values = scope(question, parameters.currency if money else None, read_from.relation)
    answer = facts.rows(expressions.over(sql, scope=behind), values)
    made = [_group(question, record, money, parameters) for record in answer]
    if not made and not question.by:
        made = [estimate(definition, (), parameters.currency if money else None, _EMPTY, parameters)]
    if read_from.note:
        made = [replace(e, notes=(*e.notes, read_from.note)) if e.currency == parameters.base else e for e in made]
    return tuple(sorted(made, key=ordered))


def _named(question: Question) -> tuple[str, ...]:
    return (*question.by, *question.where)


def _quotients(question: Question, facts: Facts, parameters: Parameters) -> tuple[Estimate, ...]:
    """A ratio whose sides are of different records: each measured by itself, then divided group by group.

    A side without money holds for every currency of the other. Its n is that of the denominator.
    """
    definition = question.definition
    above, below = (
        {(e.members, e.currency): e for e in _aggregates(replace(question, definition=side), facts, parameters)}
        for side in (definition.side(part) for part in definition.parts)
    )
    currencies = {c for _, c in (*above, *below) if c} or {None}
    groups = {members for members, _ in (*above, *below)}
    made = [
        _divided(
            definition, members, currency, *(s.get((members, currency), s.get((members, None))) for s in (above, below))
        )
        for members in groups
        for currency in currencies
    ]
    return tuple(sorted(made, key=ordered))


def _divided(
    definition: Definition, members: tuple[str, ...], currency: str | None, a: Estimate | None, b: Estimate | None
) -> Estimate:
    top, bottom = (float(side.value) if side and side.value is not None else 0.0 for side in (a, b))
    n, excluded = b.n if b else 0, sum(side.excluded for side in (a, b) if side)
    if not bottom:
        return Estimate(
            members, None, n, currency, excluded=excluded, notes=("undefined: there is nothing to divide by",)
        )
    note, counts = small(definition, n), all(part.counts for part in definition.parts)
    low, high = (wilson(round(top), n) if counts and top <= n else None) or (None, None)
    return Estimate(members, top / bottom, n, currency, low, high, excluded, (note,) if note else ())


def _group(question: Question, record: Mapping[str, Cell], money: bool, parameters: Parameters) -> Estimate:
    cells = [record[column] for column in expressions.group_columns(question.by)]
    members = tuple(
        label_of(name, cell) if name in GRAINS else NONE if cell is None else str(cell)
        for name, cell in zip(question.by, cells, strict=True)
    )
    currency = record[f"g{len(question.by)}"] if money else None
    made = estimate(question.definition, members, str(currency) if currency else None, record, parameters)
    if question.by and any(part.parameter for part in question.definition.parts):
        note = f"undefined: what it is measured against is not known by {' and '.join(question.by)}"
        return replace(made, value=None, notes=(note,))
    return made


def _with_notes(question: Question, made: Estimate, currencies: int, day: date) -> Estimate:
    forward = question.definition.shape == "required" or any(p.parameter for p in question.definition.parts)
    if question.period and question.period.last_day < day and forward:
        made = replace(made, value=None, notes=("undefined: the period is over",))
    notes = list(made.notes)
    if currencies > 1:
        notes.append(f"{made.currency or 'unknown'} only: currencies are never added")
    if question.period and not question.definition.dated and question.definition.shape not in _PERIODIC:
        notes.append("taken on the as-of day: the period plays no part")
    elif question.period and question.period.last_day > day and question.definition.adds_up != "stock":
        notes.append(_ahead(question.definition, question.period, day))
    told = tuple(dict.fromkeys(notes))
    return made if told == made.notes else replace(made, notes=told)


def _ahead(definition: Definition, period: Period, day: date) -> str:
    """What is to be known of a figure whose period has not ended."""
    if definition.ledger is not None and definition.ledger.take == "due":
        return f"after {day}, what is known to run until then"
    if definition.selling is not None and definition.selling.take in ("quota", "capacity"):
        return f"of people and quotas known on {day}"
    return f"up to {day}" if period.holds(day) else f"the period begins after {day}"
