"""What the Pipeline page stands on, asked for one address: what is open, how far it covers, what moved, what is won."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from headway.core.answers import Measured
from headway.core.ask import Ask
from headway.core.calendar import Period
from headway.core.changes import PipelineChanges
from headway.core.diagnostics import Diagnostic
from headway.core.holdings import Holdings
from headway.core.hygiene import Hygiene, Pipeline
from headway.core.rows import Cell
from headway.web.coverage import Cover
from headway.web.query import Asked
from headway.web.source import Source, Trouble

WIN_RATE, COVERED, REQUIRED = "win_rate.eventual", "coverage.all_open", "coverage.required"
QUARTERS = 2
"""How many quarters coverage is told of: the one at hand and the next."""


@dataclass(frozen=True)
class PipelineAnswer:
    """The parts of the page; what moved and what is won may be missing where the facts do not allow them."""

    held: Holdings
    hygiene: Hygiene
    covers: tuple[Cover, ...]
    since: date
    until: date
    changes: PipelineChanges | Trouble
    curve: Measured | Trouble

    @property
    def day(self) -> date:
        """The day it is as of."""
        return self.hygiene.as_of


def gather(asked: Asked, source: Source) -> PipelineAnswer | Trouble:
    """Everything the page shows, or what is wrong with the address or the facts."""
    closing = source.fiscal.parse(asked.closing) if asked.closing else None
    if isinstance(closing, Diagnostic):
        return (closing,)
    held = source.holdings(asked.as_of, asked.plan or "")
    if isinstance(held, tuple):
        return held
    if held.hygiene is None:
        return PipelineAnswer(held, _nothing(held), (), date.min, date.min, (), ())
    day = held.hygiene.as_of
    until = asked.until or day
    since = asked.since or source.fiscal.quarter_of(until).start - timedelta(days=1)
    moved = source.changes(since, until, closing)
    if isinstance(moved, tuple) and (asked.since or asked.until or asked.closing):
        return moved
    won = source.curve(Ask(WIN_RATE, by=(asked.by,) if asked.by else (), as_of=day))
    if isinstance(won, tuple) and asked.by:
        return won
    return PipelineAnswer(held, held.hygiene, _covers(held.hygiene, source), since, until, moved, won)


def _nothing(held: Holdings) -> Hygiene:
    none = held.runs
    day = held.as_of or date.min
    return Hygiene(day, held.run, held.currency, (), Pipeline(0, 0.0, 0, 0.0), None, none, none, none, none, none)


def _covers(found: Hygiene, source: Source) -> tuple[Cover, ...]:
    """Coverage of the quarter at hand, of the next, and of the rest of the plan; none without a plan."""
    inside = found.covered
    if inside is None:
        return ()
    first = source.fiscal.quarter_of(found.as_of + timedelta(days=1))
    second = source.fiscal.quarter_of(first.end)
    quarters = [_cover(one, found, inside, source) for one in (first, second)]
    whole = Cover(
        f"Rest of {inside.plan}",
        inside.remaining,
        inside.coverage,
        inside.trusted_coverage,
        note="what is needed is told for quarters",
        in_plan=True,
    )
    return (*(one for one in quarters if one.raw is not None), *([whole] if whole.raw is not None else []))


def _cover(quarter: Period, found: Hygiene, inside: Pipeline, source: Source) -> Cover:
    covered, required = (
        Ask(metric, quarter.label, as_of=found.as_of, plan=inside.plan) for metric in (COVERED, REQUIRED)
    )
    raw = number(_first(source.measure(covered)).get("value"))
    if raw is None:
        return Cover(quarter.label, None, None, None)
    needed = _first(
        source.measure(required)
    )  # looks through years of history: asked only where there is something to hold
    trusted = raw * inside.trusted / inside.raw if inside.raw else raw
    remaining = inside.raw / raw if raw else None
    told = Cover(quarter.label, remaining, raw, trusted)
    value, low, high = (number(needed.get(name)) for name in ("value", "low", "high"))
    if value is None:
        return replace(told, note=str(needed.get("note") or "history cannot tell yet"))
    if low is not None and low <= 0:
        note = "earlier quarters were too uneven at this point to tell how much is needed"
        return replace(told, note=note)
    return replace(told, needed=value, low=low, high=high)


def _first(found: Measured | Trouble) -> dict[str, Cell]:
    """The one row of an answer; where there is none, why not."""
    if isinstance(found, tuple):
        return {"note": found[0].message if found else ""}
    rows = list(found.rows)
    return dict(rows[0]) if rows else {"note": "nothing was measured"}


def number(cell: Cell) -> float | None:
    """A cell as a number; none where it holds none."""
    return float(cell) if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool) else None
