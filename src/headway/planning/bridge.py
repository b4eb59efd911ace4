"""From what is there to the target: base, losses, what is kept, growth, plan, gap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from headway.core.formatting import UNKNOWN, percent, quantity
from headway.core.plan import Target
from headway.core.rows import Cell, Column, Rows
from headway.core.titles import title
from headway.model.tree import Aggregate, Previous, Read, reads
from headway.planning.bound import BoundPlan
from headway.planning.evaluation import by_month, evaluate, reached
from headway.planning.required import Required, required
from headway.planning.terms import terms

TOLERANCE = 1e-9
"""A gap smaller than this share of the target is rounding, not a gap."""


@dataclass(frozen=True)
class Bridge:
    """The parts of a plan's figure at its due month. `base + sum(changes) = planned`, and `planned + gap = target`."""

    line: str
    base: float
    changes: tuple[tuple[str, float], ...]
    losses: tuple[str, ...]
    planned: float
    target: float | None
    new: str | None

    @property
    def gap(self) -> float:
        """What the plan lacks against the target; negative where it exceeds it."""
        return 0.0 if self.target is None else self.target - self.planned

    @property
    def kept(self) -> float:
        """The base after what is lost of it."""
        return self.base + sum(amount for name, amount in self.changes if name in self.losses)

    @property
    def new_needed(self) -> float | None:
        """The gross new amount that reaches the target, all else as planned."""
        return dict(self.changes)[self.new] + self.gap if self.new is not None else None

    @property
    def has_gap(self) -> bool:
        """Whether the plan falls short of its target by more than rounding."""
        return self.target is not None and self.gap > TOLERANCE * max(1.0, abs(self.target))


def bridge(bound: BoundPlan) -> Rows:
    """The bridge as rows: step, what it is, amount, unit, and what would be needed where that differs."""
    found = take_apart(bound)
    unit = bound.model.lines[found.line].unit_text
    columns = ("step", "what", Column("amount", "number", unit), Column("needed", "number", unit), Column("unit"))
    return Rows.of(columns, [(*row, unit) for row in _rows(found)])


def take_apart(bound: BoundPlan) -> Bridge:
    """The plan's target line in the terms its formula adds up, from the start of the plan to the due month."""
    target, line = bound.plan.target, _added_up(bound, bound.aim)
    signs = dict(terms(bound.model.lines[line].formula)) if bound.kind(line) != "ratio" else {}
    signs = signs if all(name in bound.model.lines for name in signs) else {}
    opening = next((name for name in signs if _is_opening(bound, name, line)), None)
    names = [name for name in signs if name != opening]
    answers = evaluate(bound, [line, *signs])
    planned = float(reached(bound, line, by_month(answers[line])))
    base = float(by_month(answers[opening])[0]) if opening else 0.0
    changes = [(name, signs[name] * float(by_month(answers[name])[: bound.due + 1].sum()) + 0.0) for name in names]
    if not np.isclose(base + sum(amount for _, amount in changes), planned, rtol=1e-9, atol=1e-9):
        base, changes = 0.0, [(bound.aim, planned)]  # its terms do not add up over months: shown as one
    losses = tuple(name for name, _ in changes if signs.get(name, 1) < 0)
    new = [name for name, _ in changes if not _carries(bound, name, line)]
    due = _due(target, planned) if target else None
    return Bridge(bound.aim, base, tuple(changes), losses, planned, due, new[-1] if new else None)


def _due(target: Target, planned: float) -> float:
    """What the plan commits to. A proposed target is what its rates yield, written to the cent: the digits left away in
    writing it are no gap."""
    written = float(target.value)
    exponent = target.value.as_tuple().exponent
    finest = 10.0 ** min(0, exponent) if isinstance(exponent, int) else 0.0
    return planned if target.proposed and abs(written - planned) <= finest / 2 * (1 + TOLERANCE) else written


def gap_words(bound: BoundPlan, needed: Required | None = None) -> tuple[str, ...]:
    """The gap in plain words, and the three ways to close it: add a source, raise volume, revise the target.

    needed: what the target asks of creation, where it is known already; finding it evaluates the plan many times.
    """
    found, target = take_apart(bound), bound.plan.target
    if target is None or found.target is None:
        return (f"The plan has no target; its assumptions yield {_amount(bound, found.planned)} {title(found.line)}.",)
    by = f"by the end of {target.at}"
    if not found.has_gap:
        spare = -found.gap if found.gap < -TOLERANCE * max(1.0, found.target) else 0.0
        if target.proposed or not spare:
            return (f"The assumptions yield the target: {_amount(bound, found.target)} {title(found.line)} {by}.",)
        return (
            f"The assumptions yield {_amount(bound, found.planned)} {title(found.line)} {by}, "
            f"{_amount(bound, spare)} above the target.",
        )
    share = f" ({percent(found.gap / found.target)} of the target)" if found.target else ""
    return (
        f"The assumptions yield {_amount(bound, found.planned)} of {_amount(bound, found.target)} {title(found.line)} "
        f"{by}: {_amount(bound, found.gap)}{share} is not explained by any assumption. Close it in one of three ways:",
        f"add a source: one that brings {_amount(bound, found.gap)} by then, with assumptions of its own",
        f"raise volume: {_volume(needed or required(bound))}",
        f"revise the target: to {_amount(bound, found.planned)}, what the assumptions yield",
    )


def _volume(needed: Required) -> str:
    return needed.words[0] if needed.words else UNKNOWN


def _amount(bound: BoundPlan, value: float) -> str:
    return quantity(value, bound.model.lines[bound.aim].unit_text, bound.plan.currency)


def _rows(found: Bridge) -> Iterator[tuple[Cell, ...]]:
    losses = [(name, amount) for name, amount in found.changes if name in found.losses]
    gains = [(name, amount) for name, amount in found.changes if name not in found.losses]
    if found.base:
        yield ("base", f"{title(found.line)} at the start", found.base, None)
        yield from (("loss", title(name), amount, None) for name, amount in losses)
        yield ("kept", f"{title(found.line)} kept", found.kept, None)
    else:
        yield from (("loss", title(name), amount, None) for name, amount in losses)
    for name, amount in gains:
        yield ("gain", title(name), amount, found.new_needed if name == found.new and found.has_gap else None)
    yield ("plan", f"{title(found.line)} the assumptions yield", found.planned, None)
    if found.target is not None and abs(found.gap) > TOLERANCE * max(1.0, abs(found.target)):
        yield ("gap", "gap" if found.has_gap else "above target", found.gap, None)
    if found.target is not None:
        yield ("target", "target", found.target, None)


def _added_up(bound: BoundPlan, line: str) -> str:
    """The line whose parts a company's total only adds up; the line itself where it does more."""
    formula = bound.model.lines[line].formula
    if isinstance(formula, Aggregate) and formula.how == "sum" and not formula.limits and not formula.over_months:
        formula = formula.operand
    if not isinstance(formula, Read) or formula.name not in bound.model.lines:
        return line
    return _added_up(bound, formula.name)


def _is_opening(bound: BoundPlan, name: str, line: str) -> bool:
    """Whether a term is just the line's own value of the month before."""
    known = bound.model.lines.get(name)
    if known is None or not isinstance(known.formula, Previous):
        return False
    inner = known.formula.operand
    return isinstance(inner, Read) and inner.name == line


def _carries(bound: BoundPlan, name: str, line: str) -> bool:
    """Whether a term depends on the line's own past, as churn and expansion do, and new business does not."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        known = bound.model.lines.get(current)
        if current == line:
            return True
        if known is None or current in seen:
            continue
        seen.add(current)
        waiting += [read.name for read in reads(known.formula)]
    return False
