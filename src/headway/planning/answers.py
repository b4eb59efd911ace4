"""A plan as it is shown: its assumptions and months as rows, a line taken apart, the target's share of a period."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from headway.core.calendar import Period
from headway.core.explanation import Explanation, Step
from headway.core.formatting import quantity
from headway.core.plan import Assumption
from headway.core.rows import Cell, Column, Rows
from headway.core.titles import capital, title
from headway.model import explain_line
from headway.planning.bound import BoundPlan
from headway.planning.evaluation import by_month, evaluate, reached

_ASSUMED = (
    "metric",
    "definition",
    "period",
    "members",
    "value",
    "low",
    "high",
    "unit",
    "currency",
    "n",
    "basis",
    "evidence",
)


def assumption_rows(bound: BoundPlan) -> Rows:
    """Every value assumed, one row each, with its range, basis, n and evidence."""
    kinds = {"value": "number", "low": "number", "high": "number", "n": "integer", "members": "dimension"}
    columns = [Column(name, kinds.get(name, "text")) for name in _ASSUMED]
    records = [record for one in bound.plan.assumptions.values() for record in _records(bound, one)]
    return Rows.of(columns, records)


def month_rows(bound: BoundPlan, lines: Sequence[str]) -> Rows:
    """The plan by month, a column for each line it can tell, company-wide."""
    told = [line for line in lines if bound.can(line)]
    series = evaluate(bound, told)
    columns = [Column("month"), *(Column(line, "number", bound.model.lines[line].unit_text) for line in told)]
    values = {line: by_month(series[line]) for line in told}
    records = [(m.label, *(float(values[line][i]) for line in told)) for i, m in enumerate(bound.months)]
    return Rows.of(columns, records)


def planned_in(bound: BoundPlan, period: Period) -> float | None:
    """What the target asks of a period: the plan's own course through it, stretched to the target; None outside it."""
    inside = [i for i, m in enumerate(bound.months) if period.start <= m.start and m.end <= period.end]
    if not inside or bound.kind(bound.aim) != "flow":
        return None
    monthly = by_month(evaluate(bound, [bound.aim])[bound.aim])
    whole = float(reached(bound, bound.aim, monthly))
    target = bound.plan.target
    stretch = float(target.value) / whole if target is not None and whole else 1.0
    return float(monthly[inside].sum()) * stretch


def taken_apart(bound: BoundPlan, line: str, period: Period | None) -> Explanation:
    """A planned number down to its assumptions, over a period or the whole plan; an assumption, to its evidence."""
    assumed = bound.plan.assumptions.get(line)
    if assumed is not None and line not in bound.model.lines:
        return _assumption_apart(bound, assumed)
    evaluator = bound.model.on(bound.months[0], len(bound.months))
    steps = explain_line(evaluator, bound.values, line, period, currency=bound.plan.currency)
    checked = bound.model.lines.get(line.partition("[")[0])
    evidence = tuple(f"{a.name}: {a.basis}, {a.evidence}" for a in bound.plan.assumptions.values() if a.evidence)
    return Explanation(
        line,
        f"{capital(title(line))}, planned",
        f"{line} in plan {bound.plan.name}, model {bound.plan.model}",
        steps[0].value if steps else "",
        checked.unit_text if checked else "",
        checked.text.formula.value if checked else "",
        evidence,
        steps,
        (),
        _provenance(bound, period or bound.horizon),
    )


def _assumption_apart(bound: BoundPlan, one: Assumption) -> Explanation:
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
        _provenance(bound, bound.horizon),
    )


def _provenance(bound: BoundPlan, over: Period) -> str:
    plan = bound.plan
    return f"plan {plan.name} · {over} · history {plan.history or 'none'} · as of {plan.as_of or 'no day'}"


def assumed_in_words(bound: BoundPlan) -> Rows:
    """The assumptions, one row each, as a person reads them."""
    columns = [Column("assumption"), Column("value"), Column("n", "integer"), Column("basis"), Column("evidence")]
    return Rows.of(columns, [_in_words(bound, one) for one in bound.plan.assumptions.values()])


def _records(bound: BoundPlan, one: Assumption) -> Iterator[tuple[Cell, ...]]:
    currency = bound.plan.currency if "currency" in one.unit else None
    for members, e in one.values.items():
        named = ", ".join(f"{by}={member}" for by, member in zip(one.by, members, strict=True))
        plain = (_number(e.value), _number(e.low), _number(e.high))
        definition = f"{one.name} in plan {bound.plan.name}"
        yield (
            one.name,
            definition,
            bound.horizon.label,
            named,
            *plain,
            one.unit,
            currency,
            one.n,
            one.basis,
            one.evidence,
        )


def _in_words(bound: BoundPlan, one: Assumption) -> tuple[Cell, ...]:
    values = [quantity(e.value, one.unit, bound.plan.currency) for e in one.values.values()]
    shown = ", ".join(values[:6]) + (f", ... ({len(values)})" if len(values) > 6 else "")
    name = f"{one.name} by {', '.join(one.by)}" if one.by else one.name
    return (name, shown, one.n, one.basis, one.evidence)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
