"""A plan as it is shown: its assumptions and months as rows, a line taken apart, the target's share of a period."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from headway.core.answers import PlanAnswer
from headway.core.calendar import Period
from headway.core.diagnostics import Diagnostic, did_you_mean
from headway.core.errors import UserMistake
from headway.core.explanation import Explanation, Origin, Step
from headway.core.formatting import exact_money, number, quantity, unit_note, with_unit
from headway.core.plan import Assumption
from headway.core.rows import Cell, Column, Rows
from headway.core.titles import capital, sentence, title
from headway.core.weekly import DayWeight, working_days
from headway.model import explain_line
from headway.model.mistakes import NOT_IN_PLAN
from headway.planning.binding import missing_for
from headway.planning.bound import ASSUMED, BoundPlan
from headway.planning.bridge import bridge, gap_words
from headway.planning.by_week import holds_whole_months, in_whole_months, told_by_week
from headway.planning.capacity import capacity, capacity_words
from headway.planning.evaluation import by_month, evaluate, reached
from headway.planning.required import Required, required
from headway.planning.sensitivity import family_of, sensitivity
from headway.planning.timing import last_create_dates, last_create_words

_ASSUMED = (
    "metric",
    "family",
    "definition",
    "period",
    "value",
    "low",
    "high",
    "unit",
    "currency",
    "n",
    "basis",
    "evidence",
    "owner",
    "review_by",
)

_WON = "won_value"
MONTHLY = ("opportunities_created", "pipeline_created", "won_deals", "won_value", "new_arr", "arr")
"""The lines a plan is shown by, month for month, with the one it is about."""


def shown(bound: BoundPlan) -> PlanAnswer:
    """A plan with everything that follows from it; what it says nothing about is left out."""
    needed = required(bound)
    tables = (
        ("Plan by month", month_rows(bound, tuple(dict.fromkeys((*MONTHLY, bound.aim))))),
        ("Bridge", bridge(bound)),
        ("Required opportunities", needed.rows),
        ("Last useful day to create", last_create_dates(bound)),
        ("Capacity", capacity(bound)),
        ("What each assumption is worth", sensitivity(bound)),
    )
    told = tuple((name, rows) for name, rows in tables if len(rows))
    in_words = assumed_in_words(bound)
    words = _what_follows(bound, needed)
    return PlanAnswer(bound.plan.name, bound.plan.as_of, assumption_rows(bound), in_words, told, words)


def _what_follows(bound: BoundPlan, needed: Required) -> tuple[str, ...]:
    """The gap, what it takes to close it, when it is too late, and what binds, in sentences."""
    gap = gap_words(bound)
    beside = (*needed.words, *last_create_words(bound), *capacity_words(bound))
    return (*gap, *(sentence(one) for one in beside if not any(said.endswith(one) for said in gap)))


def assumption_rows(bound: BoundPlan) -> Rows:
    """Every value assumed, one row each, with its range, basis, n and evidence."""
    kinds = {"value": "number", "low": "number", "high": "number", "n": "integer", "review_by": "date"}
    dimensions = list(dict.fromkeys(name for one in bound.plan.assumptions.values() for name in one.by))
    columns = [Column(name, kinds.get(name, "text")) for name in _ASSUMED]
    columns += [Column(name, "dimension") for name in dimensions]
    records = [record for one in bound.plan.assumptions.values() for record in _records(bound, one, dimensions)]
    return Rows.of(columns, records)


def month_rows(bound: BoundPlan, lines: Sequence[str]) -> Rows:
    """The plan by month, a column for each line it can tell, company-wide."""
    told = [line for line in lines if bound.can(line)]
    series = evaluate(bound, told)
    columns = [Column("month"), *(Column(line, "number", bound.model.lines[line].unit_text) for line in told)]
    values = {line: by_month(series[line]) for line in told}
    records = [(m.label, *(float(values[line][i]) for line in told)) for i, m in enumerate(bound.months)]
    return Rows.of(columns, records)


def sold_towards(bound: BoundPlan) -> str:
    """The flow that open pipeline is held against: what the target counts; under a level, what is won towards it."""
    if bound.kind(bound.aim) == "flow":
        return bound.aim
    return _WON if bound.can(_WON) else ""


def planned_in(bound: BoundPlan, period: Period) -> float | None:
    """What the plan asks of a period: its own course through it, stretched to a target that adds up; None outside it."""
    inside, line = _inside(bound, period), sold_towards(bound)
    if not inside or not line:
        return None
    monthly = by_month(evaluate(bound, [line])[line])
    whole = float(reached(bound, line, monthly))
    target = bound.plan.target
    stretch = float(target.value) / whole if target is not None and whole and line == bound.aim else 1.0
    return float(monthly[inside].sum()) * stretch


def taken_apart(
    bound: BoundPlan, line: str, period: Period | None, weight: Callable[[], DayWeight] = lambda: working_days
) -> Explanation:
    """A planned number down to its assumptions, over a period or the whole plan; an assumption, to its evidence.

    Over part of a month the plan's weeks tell it; `weight` says how much each day counts within its month.
    """
    assumed, name = bound.plan.assumptions.get(line), line.partition("[")[0].strip()
    if assumed is not None and line not in bound.model.lines:
        return _assumption_apart(bound, assumed)
    if not bound.can(name):
        raise UserMistake(missing_for(bound, name) if name in bound.model.lines else [_unknown(bound, name)])
    checked = bound.model.lines[name]
    if period is not None and checked.monthly and not holds_whole_months(period):
        if checked.kind != "ratio":
            return told_by_week(bound, line, period, weight)
        period = in_whole_months(period)
    evaluator = bound.model.on(bound.months[0], len(bound.months))
    steps = explain_line(evaluator, bound.values, line, period, currency=bound.plan.currency)
    one_step = name != line or checked.kind == "ratio"
    total = steps[0].amount if one_step else _in_all(bound, name, period)
    needed = {one.removesuffix(ASSUMED) for one in bound.model.needs([name])}
    behind = [one for one in bound.plan.assumptions.values() if one.evidence and one.name in needed]
    return Explanation(
        line,
        f"{capital(title(name))}{line[len(name) :].replace('[', ' of ').removesuffix(']')}, planned",
        f"{line} in plan {bound.plan.name}, model {bound.plan.model}",
        steps[0].value if one_step else _written(bound, total, checked.unit_text),
        checked.unit_text,
        checked.text.formula.value,
        tuple(f"{one.name}: {one.basis}, {one.evidence}" for one in behind),
        tuple(replace(step, label=_titled(step.label)) for step in steps),
        (),
        _provenance(bound, period or bound.horizon, checked.unit_text),
        origin=_origin(bound, period or bound.horizon, checked.unit_text, total),
    )


_LABEL = re.compile(r"(?P<earlier>previous\()?(?P<name>[^\[\]()]+)(?:\[(?P<by>[^\]]*)\])?\)?")


def _titled(label: str) -> str:
    """A line of the tree as people call it: `won_value[smb, source]` is Won value of smb, by source."""
    found = _LABEL.fullmatch(label)
    if found is None:
        return label
    name = found["name"].removesuffix(ASSUMED)
    words = capital(title(name)) + (f" [{found['by']}]" if found["by"] else "")
    return f"{words}, the month before" if found["earlier"] else words


def _in_all(bound: BoundPlan, line: str, period: Period | None) -> float:
    """The company's figure, over a period or the whole plan: a flow added up, a stock as it stands at the end."""
    series = evaluate(bound, [line])[line]
    checked, values = bound.model.lines[line], series.values
    if checked.monthly:
        inside = _inside(bound, period) if period else range(len(bound.months))
        monthly = by_month(series)[list(inside)]
        values = monthly[-1] if checked.kind == "stock" else monthly.sum()
    return float(values.sum())


def _written(bound: BoundPlan, total: float | None, unit: str) -> str:
    """The company's figure with its unit: money to the unit, counts with the digits that matter."""
    if unit.startswith("currency"):
        return exact_money(None if total is None else round(total), bound.plan.currency) + unit_note(unit)
    text = number(total, 0 if total is not None and abs(total) >= 1000 else 2)
    return with_unit(text, unit, one=text == "1.00")


def _inside(bound: BoundPlan, period: Period) -> list[int]:
    return [i for i, m in enumerate(bound.months) if period.start <= m.start and m.end <= period.end]


def _unknown(bound: BoundPlan, name: str) -> Diagnostic:
    known = [*bound.outputs, *bound.plan.assumptions]
    variants = sorted(one for one in known if one.startswith(f"{name}."))
    remedy = f"explain {variants[0]}" if variants else did_you_mean(name, known)
    return NOT_IN_PLAN.at(None, f"the plan '{bound.plan.name}' has no line or assumption '{name}'", remedy=remedy)


def _assumption_apart(bound: BoundPlan, one: Assumption) -> Explanation:
    only = next(iter(one.values.values())).value if len(one.values) == 1 else None
    ends = [e for e in one.values.values() if e.low is not None and e.high is not None]
    steps = [
        Step(", ".join(members) or one.name, quantity(e.value, one.unit, bound.plan.currency))
        for members, e in one.values.items()
    ]
    if len(one.values) == 1 and ends:
        low, high = (quantity(end, one.unit, bound.plan.currency) for end in (ends[0].low, ends[0].high))
        steps.append(Step("range, P10 to P90", f"{low} to {high}", 1))
    return Explanation(
        one.name,
        f"{capital(title(one.name))}, assumed",
        f"{one.name} in plan {bound.plan.name}",
        steps[0].value if len(one.values) == 1 else f"{len(one.values)} values",
        one.unit,
        f"assumed from {one.basis}" + (f", n = {one.n:,}" if one.n is not None else ""),
        (one.evidence,) if one.evidence else (),
        tuple(steps),
        (),
        _provenance(bound, bound.horizon, one.unit),
        origin=_origin(bound, bound.horizon, one.unit, _number(only), one.n),
    )


def _origin(bound: BoundPlan, over: Period, unit: str, value: float | None = None, n: int | None = None) -> Origin:
    return Origin(over.label, bound.plan.as_of, value=value, currency=_currency(bound, unit), n=n)


def _currency(bound: BoundPlan, unit: str) -> str | None:
    return bound.plan.currency if "currency" in unit else None


def _provenance(bound: BoundPlan, over: Period, unit: str) -> str:
    plan, history = bound.plan, f"history {bound.plan.history}" if bound.plan.history else ""
    told = (f"plan {plan.name}", str(over), "company", _currency(bound, unit) or "", history)
    return " · ".join(one for one in (*told, f"as of {plan.as_of}" if plan.as_of else "") if one)


def assumed_in_words(bound: BoundPlan) -> Rows:
    """The assumptions, one row each, as a person reads them."""
    columns = [Column("assumption"), Column("value"), Column("n", "integer"), Column("basis"), Column("evidence")]
    return Rows.of(columns, [_in_words(bound, one) for one in bound.plan.assumptions.values()])


def _records(bound: BoundPlan, one: Assumption, dimensions: Sequence[str]) -> Iterator[tuple[Cell, ...]]:
    currency = _currency(bound, one.unit)
    for members, e in one.values.items():
        named = dict(zip(one.by, members, strict=True))
        plain = (_number(e.value), _number(e.low), _number(e.high))
        definition = f"{one.name} in plan {bound.plan.name}"
        yield (
            one.name,
            family_of(bound, one.name),
            definition,
            bound.horizon.label,
            *plain,
            one.unit,
            currency,
            one.n,
            one.basis,
            one.evidence,
            one.owner,
            one.review_by,
            *(named.get(name) for name in dimensions),
        )


def _in_words(bound: BoundPlan, one: Assumption) -> tuple[Cell, ...]:
    values = [quantity(e.value, one.unit, bound.plan.currency) for e in one.values.values()]
    shown = ", ".join(values[:6]) + (f", ... ({len(values)})" if len(values) > 6 else "")
    name = f"{one.name} by {', '.join(one.by)}" if one.by else one.name
    return (name, shown, one.n, one.basis, one.evidence)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
