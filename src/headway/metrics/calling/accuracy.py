"""How good forecasts were: accuracy by the lowest entity, bias, and whether ranges held what came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from headway.core import formatting
from headway.core.calendar import month
from headway.core.definition import Calling, Definition
from headway.core.diagnostics import Diagnostic, did_you_mean
from headway.core.explanation import Step
from headway.core.rows import Cell, Column, Rows
from headway.metrics.calling.calls import ZERO, Call, Calls, calls
from headway.metrics.estimate import Estimate, ordered, small
from headway.metrics.facts import Facts
from headway.metrics.mistakes import NO_DECIDING_DATE, UNKNOWN_DIMENSION
from headway.metrics.question import GRAINS, NONE, Parameters, Question
from headway.metrics.selling.measures import exact
from headway.metrics.selling.sellers import Sellers, traits
from headway.statistics.intervals import around_ratio_of, wilson

OWN = ("owner", "currency")
HORIZONS = (90, 60, 30, 14, 7, 0)
"""The days before the end of a period at which forecasts are shown as a curve."""


def check_calling(question: Question, facts: Facts) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a question about forecasts, at once."""
    known, found = (*OWN, *traits(facts)), list[Diagnostic]()
    if "week" in question.by or sum(name in GRAINS for name in question.by) > 1:
        message = f"{question.definition.name} is of whole periods that were called"
        found.append(NO_DECIDING_DATE.at(None, message, remedy="ask by one of month, quarter, year"))
    for name in (*question.dimensions, *question.where):
        if name not in known:
            message = f"'{name}' is not a dimension of forecasts"
            found.append(UNKNOWN_DIMENSION.at(None, message, remedy=did_you_mean(name, (*known, *GRAINS))))
    return tuple(found)


def calling_estimates(question: Question, facts: Facts, parameters: Parameters) -> tuple[Estimate, ...]:
    """One estimate for each group and currency of the calls that a question is about."""
    known, chosen = _chosen(question, facts, parameters)
    if known.why or not chosen:
        why = known.why or "undefined: nobody of these was called for"
        return (Estimate(tuple(NONE for _ in question.by), None, 0, notes=(why,)),)
    groups = defaultdict[tuple[tuple[str, ...], str | None], list[Call]](list)
    for one in chosen:
        groups[tuple(_member(n, one, known.people) for n in question.by), one.currency].append(one)
    made = [_estimate(question.definition, members, code, own, known) for (members, code), own in groups.items()]
    return tuple(sorted(made, key=ordered))


def by_horizon(question: Question, facts: Facts, parameters: Parameters) -> Rows:
    """The number by how many days before the end of their period the calls are taken."""
    columns = [Column("metric"), Column("definition"), Column("as_of", "date")]
    columns += [*(Column(name, "dimension") for name in question.by), Column("age", "integer", "day")]
    columns += [*(Column(name, "number", "share") for name in ("value", "low", "high")), Column("n", "integer")]
    policy, records = question.definition.calling or Calling(), list[tuple[Cell, ...]]()
    for days in HORIZONS:
        definition = replace(question.definition, calling=replace(policy, horizon=days))
        for e in calling_estimates(replace(question, definition=definition), facts, parameters):
            about = (definition.name, definition.label, facts.day, *e.members, days)
            records.append((*about, e.value, e.low, e.high, e.n, "; ".join(e.notes)))
    return Rows.of([*columns, Column("note")], records)


def calling_records(
    question: Question, facts: Facts, limit: int, parameters: Parameters
) -> tuple[list[tuple[str, Rows]], tuple[Step, ...]]:
    """The calls behind a number, those furthest off first, and what they come to."""
    known, chosen = _chosen(question, facts, parameters)
    if known.why:
        return [], ()
    columns = [Column("owner"), Column("period"), Column("locked_on", "date")]
    columns += [Column(name, "money") for name in ("called", "low", "high", "came", "error")]
    records = list[tuple[Cell, ...]]()
    for one in sorted(chosen, key=lambda c: (-abs(c.error), c.span.start, c.name)):
        label = f"{one.span.start}..{one.span.last_day}"
        amounts = (one.called, one.low, one.high, one.came, one.error)
        cells = [None if amount is None else exact(amount) for amount in amounts]
        records.append((one.name, label, one.locked, *cells, one.currency))
    steps = list[Step]()
    for code in sorted({one.currency for one in chosen}, key=str):
        own = [one for one in chosen if one.currency == code]
        for words, amounts in (
            ("called", [one.called for one in own]),
            ("came", [one.came for one in own]),
            ("errors, whatever their sign", [abs(one.error) for one in own]),
        ):
            steps.append(Step(words, formatting.exact_money(exact(sum(amounts, ZERO)), code)))
    shown = f"the first {limit:,} of {len(chosen):,} are listed" if len(chosen) > limit else ""
    steps.append(Step("calls held against what came", formatting.count(len(chosen)), 0, shown))
    return [("calls", Rows.of([*columns, Column("currency")], records[:limit]))], tuple(steps)


def _chosen(question: Question, facts: Facts, parameters: Parameters) -> tuple[Calls, list[Call]]:
    policy = question.definition.calling or Calling()
    known = calls(facts, policy, question.period, parameters)
    own = [one for one in known.calls if all(_member(n, one, known.people) == m for n, m in question.where.items())]
    return known, own


def _member(name: str, one: Call, people: Sellers) -> str:
    if name == "owner":
        return one.name
    if name == "currency":
        return one.currency or NONE
    if name in GRAINS:
        return GRAINS[name](one.span.start)
    position = people.held(one.who, month(one.span.start))
    told = {**people.traits.get(one.who, {}), **(position.traits if position else {})}
    return told.get(name, NONE)


def _estimate(
    definition: Definition, members: tuple[str, ...], currency: str | None, own: Sequence[Call], known: Calls
) -> Estimate:
    policy = definition.calling or Calling()
    each = _whole(own) if policy.entity == "company" else own
    value, low, high, n, why = _value(policy, each)
    told = [why] if value is None else [small(definition, n)]
    return Estimate(members, value, n, currency, low, high, notes=tuple(filter(None, (*told, *known.notes))))


def _value(policy: Calling, each: Sequence[Call]) -> tuple[float | None, float | None, float | None, int, str]:
    if policy.take == "coverage":
        ranged = [one for one in each if one.low is not None and one.high is not None]
        held = sum(1 for one in ranged if (one.low or ZERO) <= one.came <= (one.high or ZERO))
        low, high = wilson(held, len(ranged)) or (None, None)
        return (held / len(ranged) if ranged else None), low, high, len(ranged), "undefined: no call has a range"
    signed = policy.take == "bias"
    errors = [float(one.error if signed else abs(one.error)) for one in each]
    came = [float(one.came if signed else abs(one.came)) for one in each]
    if not sum(came):
        return None, None, None, len(each), "undefined: nothing came of any of them"
    share, ends = sum(errors) / sum(came), around_ratio_of(list(zip(errors, came, strict=True)))
    if signed:
        low, high = ends or (None, None)
        return share, low, high, len(each), ""
    low, high = (max(0.0, 1 - ends[1]), min(1.0, 1 - ends[0])) if ends else (None, None)
    return max(0.0, 1 - share), low, None if high is None else max(0.0, high), len(each), ""


def _whole(own: Sequence[Call]) -> list[Call]:
    """The calls of each period as one, so that what one owner called too high makes up for what another called too low."""
    found = dict[tuple[object, str | None], Call]()
    for one in own:
        before = found.get((one.span, one.currency))
        found[one.span, one.currency] = (
            replace(
                before,
                called=before.called + one.called,
                came=before.came + one.came,
                low=None if before.low is None or one.low is None else before.low + one.low,
                high=None if before.high is None or one.high is None else before.high + one.high,
            )
            if before
            else one
        )
    return list(found.values())
