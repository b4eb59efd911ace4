"""What the Revenue page stands on, asked for one address: what runs and moved, what is kept of it, what is up for renewal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from headway.core.answers import Measured, Together
from headway.core.ask import Ask
from headway.core.calendar import Period, add_months, month, months
from headway.core.rows import Cell, Rows, under_each_other
from headway.web.pipeline_answer import number
from headway.web.query import SPANS, Asked
from headway.web.source import Source, Trouble

SEGMENT = "segment"
"""What retention is broken down by where the address says nothing and the customers have it."""

NEAR = 90
"""How many days ahead contracts are looked at one by one."""

ARR, DUE = "arr", "arr_up_for_renewal"
COHORT, AGE = "cohort_quarter", "age_quarter"
ADDED, LOST = ("new_arr", "expansion_arr", "reactivated_arr"), ("contraction_arr", "churned_arr")
MOVES = (*ADDED, *LOST)
RATES = ("nrr", "grr", "logo_retention")


@dataclass(frozen=True)
class RevenueAnswer:
    """The parts of the page, each measured or with what stands in its way, and the spans of time they are of."""

    day: date
    currency: str | None
    back: Period
    ahead: Period
    by: str
    answers: Together
    levels: Measured | Trouble
    moves: Mapping[str, Measured | Trouble]
    rates: Mapping[str, Measured | Trouble]
    rates_by: Mapping[str, Measured | Trouble]
    levels_by: Measured | Trouble
    cohorts: Measured | Trouble
    due: Measured | Trouble

    @property
    def is_empty(self) -> bool:
        """Whether no recurring revenue is loaded at all."""
        return not rows_of(self.levels, self.currency)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What customers can be broken down by."""
        return self.answers.dimensions


def gather(asked: Asked, source: Source) -> RevenueAnswer | Trouble | None:
    """Everything the page shows, or what is wrong with the address or the facts; None before the first import."""
    day = asked.as_of or source.last_load
    if day is None:
        return None
    span, by = int(asked.span or SPANS[0]), asked.by or SEGMENT
    back, ahead = _back(day, span), _ahead(day)
    told = f"{month(back.start).label}..{month(day).label}"
    before = f"{month(add_months(back.start, -1)).label}..{month(day).label}"
    asks = [
        Ask(ARR, before, ("month",)),
        *(Ask(one, told, ("month",)) for one in MOVES),
        *(Ask(one) for one in RATES),
        *(Ask(one, None, (by,)) for one in RATES),
        Ask(ARR, None, (by,)),
        Ask("nrr", None, (COHORT, AGE)),
        Ask(DUE, f"{ahead.start}..{ahead.last_day}", ("month",)),
    ]
    found = source.together(asks, asked.as_of, (ahead.last_day - day).days)
    if isinstance(found, tuple):
        return found
    broken_down = found.answers[1 + len(MOVES) + len(RATES)]
    if isinstance(broken_down, tuple) and asked.by:
        return broken_down
    answers = iter(found.answers)
    return RevenueAnswer(
        found.as_of,
        source.currency,
        back,
        ahead,
        by,
        found,
        next(answers),
        {one: next(answers) for one in MOVES},
        {one: next(answers) for one in RATES},
        {one: next(answers) for one in RATES},
        *answers,
    )


def _back(day: date, span: int) -> Period:
    """So many months up to a day, the one it is in among them."""
    return Period(add_months(day, 1 - span), day + timedelta(days=1), f"{span} months", "range")


def _ahead(day: date) -> Period:
    """What is left of the month after a day, and the twelve months after it."""
    start = day + timedelta(days=1)
    return Period(start, add_months(start, 12 + (start.day > 1)), "ahead", "range")


def labels(period: Period) -> tuple[str, ...]:
    """The months of a period, as rows name them."""
    return tuple(one.label for one in months(period))


def rows_of(found: Measured | Trouble, currency: str | None) -> tuple[Mapping[str, Cell], ...]:
    """The rows that have a value, in the company's currency, or in the one that most is in: several do not add up."""
    if not isinstance(found, Measured):
        return ()
    rows = tuple(row for row in found.rows if row["value"] is not None)
    own = tuple(row for row in rows if row["currency"] in (currency, None))
    if own or not rows:
        return own
    most = max(rows, key=lambda row: number(row["value"]) or 0.0)["currency"]
    return tuple(row for row in rows if row["currency"] == most)


def by_label(found: Measured | Trouble, currency: str | None, name: str) -> dict[str, Mapping[str, Cell]]:
    """Those rows by what they are of."""
    return {str(row[name]): row for row in rows_of(found, currency)}


def together(found: Sequence[Measured | Trouble]) -> Rows:
    """The rows of several metrics asked alike, for a file."""
    known = [one.rows for one in found if isinstance(one, Measured) and len(one.rows)]
    return under_each_other(known) if known else Rows.of([], [])
