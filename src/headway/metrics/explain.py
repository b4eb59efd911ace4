"""Why a number is what it is: its definition and policy, the arithmetic, and the records on each side of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from headway.core import formatting
from headway.core.calendar import Period
from headway.core.definition import Definition, Part
from headway.core.diagnostics import Diagnostic
from headway.core.explanation import Explanation, Origin, Step
from headway.core.rows import Rows
from headway.metrics import cache, expressions
from headway.metrics.calling.accuracy import calling_records
from headway.metrics.currencies import OWN_CURRENCY, in_one_currency
from headway.metrics.estimate import Estimate, as_count, as_number
from headway.metrics.eventual import observed_deals
from headway.metrics.facts import Facts, quoted
from headway.metrics.formula import sides
from headway.metrics.measure import as_rows, estimates, wrong_with
from headway.metrics.question import Parameters, Question, asked, many, scope
from headway.metrics.recurring.explaining import records
from headway.metrics.required import as_rows as required_rows
from headway.metrics.required import pasts
from headway.metrics.selling.explaining import selling_records

LIMIT = 50
"""How many records of each side are shown unless more are asked for."""

_DEFAULT = Parameters()
_SHOWN = ("key", "name", "status", "created_date", "closed_date", "account", "owner")

Named = tuple[str, Rows]


def explain(
    definition: Definition,
    facts: Facts,
    period: Period | None = None,
    by: Sequence[str] = (),
    where: Mapping[str, str] | None = None,
    parameters: Parameters = _DEFAULT,
    limit: int = LIMIT,
) -> Explanation | tuple[Diagnostic, ...]:
    """The number taken apart, or everything that is wrong with the question; with `by`, each group is one step."""
    question = asked(definition, facts, period, by, where or {})
    found = wrong_with(question, facts)
    if found:
        return found
    made = estimates(question, facts, parameters)
    parts, sides = _records(question, facts, limit, parameters)
    origin = _origin(question, facts, made)
    single = definition.shape != "transition" and not by
    if not single:
        parts = [("groups", as_rows(question, facts, made)), *parts]
    return Explanation(
        definition.name,
        definition.title,
        definition.label,
        " and ".join(_value(definition, e) for e in made) if single else f"{len(made):,} groups",
        definition.unit,
        definition.words,
        definition.policy,
        (*sides, *(step for e in made for step in _steps(definition, e))),
        tuple(parts),
        _provenance(definition, origin),
        tuple(facts.notes),
        origin,
    )


def _value(definition: Definition, made: Estimate) -> str:
    if made.value is None:
        return formatting.UNDEFINED
    return formatting.quantity(made.value, definition.unit, made.currency)


def _steps(definition: Definition, made: Estimate) -> list[Step]:
    """The result of one group, with its interval and what was left out under it."""
    label = ", ".join(made.members) or definition.title
    steps = [Step(label, _value(definition, made), 0, "; ".join(made.notes))]
    if made.low is not None and made.high is not None:
        low, high = (formatting.quantity(end, definition.unit, made.currency) for end in (made.low, made.high))
        steps.append(Step("interval, P10 to P90", f"{low} to {high}", 1))
    steps.append(Step("records it stands on", formatting.count(made.n), 1))
    if made.excluded:
        steps.append(Step("records left out", formatting.count(made.excluded), 1))
    return steps


def _records(
    question: Question, facts: Facts, limit: int, parameters: Parameters
) -> tuple[list[Named], tuple[Step, ...]]:
    """The records of each side with their total, and the sides as the first steps of the arithmetic."""
    if question.definition.shape == "transition":
        return [], ()
    if question.definition.shape == "formula":
        return _metrics(question, facts, limit, parameters)
    if question.definition.shape == "survival":
        return _outcomes(question, facts, limit, parameters)
    if question.definition.shape == "movements":
        return records(question, facts, limit, parameters)
    if question.definition.shape == "selling":
        return selling_records(question, facts, limit, parameters)
    if question.definition.shape == "calling":
        return calling_records(question, facts, limit, parameters)
    if question.definition.shape == "required":
        known = pasts(question, facts, parameters)[0] if question.period else {}
        return [("earlier periods", required_rows(known, question.by))], ()
    parts, steps = list[Named](), list[Step]()
    for name, part in _sides(question.definition):
        if part.parameter:
            given = parameters.numbers.get(part.parameter)
            steps.append(Step(f"{name}: {part.parameter.replace('_', ' ')}", formatting.exact_money(given)))
            continue
        asked = replace(question, definition=question.definition.side(part)) if question.definition.across else question
        total, worth, rows = _listed(asked, part, facts, limit, parameters, left_out=False)
        steps.append(Step(name, worth, 0, _shown(len(rows), total)))
        parts.append((name, rows))
    if question.definition.across:
        return parts, tuple(steps)
    basis = expressions.basis_of(question.definition)
    total, _, rows = _listed(question, basis, facts, limit, parameters, left_out=True)
    if total:
        parts.append(("left out", rows))
        steps.append(Step("left out", formatting.count(total), 0, _shown(len(rows), total)))
    return parts, tuple(steps)


def _metrics(
    question: Question, facts: Facts, limit: int, parameters: Parameters
) -> tuple[list[Named], tuple[Step, ...]]:
    """Each metric that a formula names, with its own arithmetic under it and its records."""
    parts, steps = list[Named](), list[Step]()
    for written, side, note in sides(question, facts, parameters, estimates):
        listed, told = _records(side, facts, limit, parameters)
        made = estimates(side, facts, parameters)
        single = len(side.by) == 0 and side.definition.shape != "transition"
        worth = " and ".join(_value(side.definition, e) for e in made) if single else f"{len(made):,} groups"
        steps.append(Step(written, worth, 0, note))
        steps += [replace(step, depth=step.depth + 1) for step in told]
        parts += [(written if name == "records" else f"{written}: {name}", rows) for name, rows in listed]
    return parts, tuple(steps)


def _outcomes(
    question: Question, facts: Facts, limit: int, parameters: Parameters
) -> tuple[list[Named], tuple[Step, ...]]:
    schema = facts.schema("opportunity")
    shown = [name for name in (*_SHOWN, *question.dimensions, *question.where) if name in schema]
    shown = list(dict.fromkeys(shown))
    parts, steps = list[Named](), list[Step]()
    for outcome in ("won", "lost", "open"):
        total, rows = observed_deals(question, facts, shown, outcome, limit, parameters)
        parts.append((outcome, rows))
        steps.append(
            Step(
                f"{outcome} at the window's end" if outcome == "open" else f"{outcome} inside the window",
                formatting.count(total),
                0,
                _shown(len(rows), total),
            )
        )
    return parts, tuple(steps)


def _sides(definition: Definition) -> list[tuple[str, Part]]:
    named = (("records", definition.of), ("numerator", definition.numerator), ("denominator", definition.denominator))
    return [(name, part) for name, part in named if part is not None]


def _listed(
    question: Question, part: Part, facts: Facts, limit: int, parameters: Parameters, *, left_out: bool
) -> tuple[int, str, Rows]:
    """How many records a side has, what they come to, and the first of them by the deciding date."""
    definition, schema = question.definition, facts.schema(question.definition.records)
    asked = (*question.by, *question.where)
    base = parameters.base if part.value else None
    read_from = in_one_currency(definition.records, facts, schema, base, asked, definition.booked)
    if read_from.note:
        schema = {**schema, OWN_CURRENCY: "VARCHAR"}
    wanted = (
        *_SHOWN,
        *part.columns,
        definition.date,
        "currency",
        OWN_CURRENCY,
        "value_basis",
        *question.where,
        *question.dimensions,
    )
    shown = tuple(name for name in dict.fromkeys(wanted) if name in schema)
    read = {name: schema[name] for name in (*shown, *definition.columns, "status") if name in schema}
    key = ("listing", definition.records, part, definition.date, definition.undated, read, shown, left_out)
    compiled = cache.compiled(
        parameters.cache, key, lambda: expressions.listing(definition, part, read, shown, left_out)
    )
    behind, values = scope(question, parameters.currency, read_from.relation)
    query = expressions.over(compiled, scope=behind)
    total = as_count(facts.run(f"SELECT count(*) FROM ({query})", values)[0][0])
    order = ", ".join(quoted(name) for name in (definition.date, "key") if name in shown)
    rows = facts.rows(f"{query} ORDER BY {order} LIMIT {limit:d}", values)
    money = part.value and "currency" in shown and not left_out
    worth = _worth(facts, query, values) if money else ""
    thing = "deal" if definition.records == "opportunity" else definition.records
    named = thing.replace("_", " ") if total == 1 else many(thing)
    return total, f"{formatting.count(total)} {named}{worth}", rows


def _worth(facts: Facts, query: str, values: Sequence[object]) -> str:
    """What the records of a side come to, each currency apart."""
    taken = expressions.TAKEN
    sums = facts.run(f"SELECT currency, sum({taken}) FROM ({query}) GROUP BY 1 ORDER BY 1", values)
    amounts = [
        formatting.exact_money(as_number(amount), None if currency is None else str(currency))
        for currency, amount in sums
    ]
    return ", " + " and ".join(amounts) if amounts else ""


def _shown(shown: int, total: int) -> str:
    return f"the first {shown:,} of {total:,} are listed" if shown < total else ""


def _origin(question: Question, facts: Facts, made: Sequence[Estimate]) -> Origin:
    """What the number covers; its value, interval and currency where it is one number, the records of all groups."""
    one = made[0] if len(made) == 1 else None
    return Origin(
        question.period.label if question.period else "all time",
        facts.day,
        dict(question.where),
        one.value if one else None,
        one.low if one else None,
        one.high if one else None,
        one.currency if one else None,
        sum(e.n for e in made),
        facts.provenance,
    )


def _provenance(definition: Definition, origin: Origin) -> str:
    scope = ", ".join(f"{name} = {member}" for name, member in origin.dimensions.items()) or "company"
    count = f"n = {formatting.count(origin.n)}"
    parts = (definition.label, origin.period, scope, origin.currency, count, f"as known on {origin.as_of}")
    return " · ".join(part for part in (*parts, f"run {origin.run}" if origin.run else "") if part)
