"""A plan laid out for the page, as written or with some of its values tried otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np

from headway.core.calendar import FiscalCalendar, Period
from headway.core.diagnostics import Diagnostic, errors
from headway.core.dimensions import MONTH
from headway.core.plan import Assumption, Estimate
from headway.core.rows import Cell, Column, Rows
from headway.core.series import Series
from headway.core.sheet import BridgeStep, Dial, Sheet, Window, key_of
from headway.core.titles import capital, title
from headway.planning.assumptions import Grid, kernels, lay_out
from headway.planning.bound import BoundPlan
from headway.planning.bridge import TOLERANCE, Bridge, gap_words, take_apart
from headway.planning.evaluation import by_month, evaluate, reached
from headway.planning.required import required

SOURCE = "source"
BY_QUARTER = ("opportunities_created", "eventual_wins", "won_deals", "won_value", "new_arr")
CYCLE = "sales_cycle.won_median"


def sheet(bound: BoundPlan, fiscal: FiscalCalendar, tried: Mapping[str, Decimal]) -> Sheet | tuple[Diagnostic, ...]:
    """The plan with some values tried otherwise, by the keys of its dials; or what is wrong with trying them."""
    known = {key: (one, members) for one in bound.plan.assumptions.values() for key, members in _keys(one)}
    changed = {k: v for k, v in tried.items() if known[k][0].values[known[k][1]].value != v}
    then = _with(bound, {(known[key][0].name, known[key][1]): value for key, value in changed.items()})
    return _laid_out(bound, then, fiscal, changed) if isinstance(then, BoundPlan) else then


def effects(bound: BoundPlan, values: Mapping[str, float]) -> dict[str, float]:
    """What the aim moves by if one value were otherwise, each by itself, in money; a value that cannot be tried, and
    one that cannot be, has none."""
    if not bound.model.lines[bound.aim].unit_text.startswith("currency"):
        return {}
    known = {key: (one.name, members) for one in bound.plan.assumptions.values() for key, members in _keys(one)}
    untouched, found = _reached(bound), dict[str, float]()
    for key in known.keys() & values.keys():
        then = _with(bound, {known[key]: Decimal(repr(values[key]))})
        if isinstance(then, BoundPlan):
            found[key] = _reached(then) - untouched
    return found


def _keys(one: Assumption) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The values that can be tried one by one: those that do not run over months."""
    if any(name in (MONTH, "lag", "month_of_year") for name in one.by) or one.unit == "share":
        return
    for members in one.values:
        yield key_of(one.name, members), members


def _with(
    bound: BoundPlan, changes: Mapping[tuple[str, tuple[str, ...]], Decimal]
) -> BoundPlan | tuple[Diagnostic, ...]:
    """The plan with these values in place of its own; the model stays as it is compiled."""
    if not changes:
        return bound
    assumptions, values = dict(bound.plan.assumptions), dict(bound.values)
    for (name, members), value in changes.items():
        current = assumptions[name]
        estimates = {**current.values, members: replace(current.values[members], value=value)}
        assumptions[name] = replace(current, values=estimates)
    grid = Grid(bound.model.text.dimensions, bound.months, kernels(bound.model))
    found: list[Diagnostic] = []
    for name in {name for name, _ in changes}:
        fed = bound.input_for(name)
        if fed is not None:
            laid, wrong = lay_out(assumptions[name], bound.model.text.inputs[fed], grid)
            found += errors(wrong)
            values |= {} if laid is None else {fed: laid}
    target = replace(bound.plan.target, proposed=False) if bound.plan.target else None  # no longer what the rates yield
    plan = replace(bound.plan, assumptions=assumptions, target=target)
    return tuple(found) if found else replace(bound, plan=plan, values=values)


def _laid_out(as_written: BoundPlan, then: BoundPlan, fiscal: FiscalCalendar, changed: Mapping[str, Decimal]) -> Sheet:
    found, untouched = take_apart(then), _reached(as_written)
    needed = required(then)
    months = then.months
    return Sheet(
        as_written.plan,
        then.aim,
        then.model.lines[then.aim].unit_text,
        months[then.due].label,
        tuple(_dials(as_written, changed, untouched)),
        tuple(_steps(then, found)),
        found.planned,
        untouched,
        _quarters(then, fiscal),
        needed.rows,
        tuple(_windows(then, fiscal)),
        gap_words(then, needed),
        needed.words,
    )


def _reached(bound: BoundPlan) -> float:
    return float(reached(bound, bound.aim, by_month(evaluate(bound, [bound.aim])[bound.aim])))


def _dials(bound: BoundPlan, changed: Mapping[str, Decimal], untouched: float) -> Iterator[Dial]:
    for one in bound.plan.assumptions.values():
        for key, members in _keys(one):
            yield Dial(
                key,
                one,
                members,
                one.values[members],
                changed.get(key),
                _effect(bound, one, members, key, changed, untouched),
            )


def _effect(
    bound: BoundPlan,
    one: Assumption,
    members: tuple[str, ...],
    key: str,
    changed: Mapping[str, Decimal],
    untouched: float,
) -> float | None:
    """What a changed value does to the aim by itself, the others as written."""
    alone = _with(bound, {(one.name, members): changed[key]}) if key in changed else None
    return _reached(alone) - untouched if isinstance(alone, BoundPlan) else None


def _steps(bound: BoundPlan, found: Bridge) -> Iterator[BridgeStep]:
    """The bridge, gains of a line that knows its sources one by one."""
    losses = [(name, amount) for name, amount in found.changes if name in found.losses]
    if found.base:
        yield BridgeStep("base", f"{capital(title(found.line))} at the start", found.base, found.line)
    yield from (BridgeStep("loss", capital(title(name)), amount, name) for name, amount in losses)
    if found.base and losses:
        yield BridgeStep("kept", f"{capital(title(found.line))} kept", found.kept)
    for name, amount in found.changes:
        if name not in found.losses:
            yield from _gains(bound, name, amount)
    yield BridgeStep("plan", "What the assumptions yield", found.planned, found.line)
    if found.target is not None:
        if found.has_gap or -found.gap > TOLERANCE * max(1.0, abs(found.target)):
            yield BridgeStep("gap", "Gap, unexplained" if found.has_gap else "Above target", found.gap)
        yield BridgeStep("target", "Target", found.target)


def _gains(bound: BoundPlan, name: str, amount: float) -> Iterator[BridgeStep]:
    series = evaluate(bound, [name])[name]
    parts = _by_source(series)
    due = bound.due + 1
    if len(parts) < 2 or bound.kind(name) == "stock":
        yield BridgeStep("gain", capital(title(name)), amount, name)
        return
    for source, monthly in parts.items():
        yield BridgeStep("gain", f"{capital(title(name))}, {source}", float(monthly[:due].sum()), f"{name}[{source}]")


def _by_source(series: Series) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    """The monthly figures of each source; none where the line knows no sources."""
    if SOURCE not in series.names:
        return {}
    labels = series.axis(SOURCE).labels
    return {label: by_month(series.pick(**{SOURCE: label})) for label in labels}


def _quarters(bound: BoundPlan, fiscal: FiscalCalendar) -> Rows:
    """Each source by quarter: what is created, what of it is won in the end, what is won and what it is worth."""
    lines = [name for name in BY_QUARTER if bound.can(name) and bound.kind(name) == "flow"]
    answers = evaluate(bound, lines)
    columns = [Column("source"), Column("quarter")]
    columns += [Column(name, "number", bound.model.lines[name].unit_text) for name in lines]
    spans = _spans(bound, fiscal)
    sources = next((s.axis(SOURCE).labels for s in answers.values() if SOURCE in s.names), ())
    records: list[tuple[Cell, ...]] = []
    for source in (*(sources if len(sources) > 1 else ()), ""):
        for label, inside in spans:
            cells = [_in_quarter(answers[name], source, inside) for name in lines]
            records.append((source or "all", label, *cells))
    return Rows.of(columns, records)


def _in_quarter(series: Series, source: str, inside: Sequence[int]) -> float | None:
    if source and SOURCE not in series.names:
        return None
    monthly = by_month(series.pick(**{SOURCE: source}) if source else series)
    return float(monthly[list(inside)].sum())


def _spans(bound: BoundPlan, fiscal: FiscalCalendar) -> list[tuple[str, list[int]]]:
    """The plan's months by fiscal quarter, in order."""
    found: dict[str, list[int]] = {}
    for i, month in enumerate(bound.months):
        found.setdefault(fiscal.quarter_of(month.start).label, []).append(i)
    return list(found.items())


def _windows(bound: BoundPlan, fiscal: FiscalCalendar) -> Iterator[Window]:
    """For each quarter up to the due month and each source with a cycle, when its deals have to be created."""
    one = bound.plan.assumptions.get(CYCLE)
    if one is None or any(name != SOURCE for name in one.by):
        return
    spans = _spans(bound, fiscal)
    for members, estimate in one.values.items():
        for label, inside in spans:
            if inside[0] <= bound.due:
                yield _window(members[0] if members else "all", label, bound.months, inside, estimate)


def _window(source: str, quarter: str, months: Sequence[Period], inside: Sequence[int], cycle: Estimate) -> Window:
    back = timedelta(days=round(float(cycle.value)))
    return Window(
        source, quarter, months[inside[0]].start - back, months[inside[-1]].last_day - back, float(cycle.value)
    )
