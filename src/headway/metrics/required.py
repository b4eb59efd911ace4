"""How much pipeline is enough, from history: what earlier periods had open at the same point for each unit they then booked.

The open pipeline of a point over all that was won between it and the period's end is (1 - c) / k of coverage.py: slips and
deals created later are in it, once. It is measured on the whole open pipeline, so it is held against coverage of the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from headway.core.calendar import Period, add_months
from headway.core.formatting import plural
from headway.core.rows import Cell, Column, Rows
from headway.metrics.currencies import in_one_currency
from headway.metrics.estimate import Estimate
from headway.metrics.facts import Facts, quoted
from headway.metrics.question import NONE, Parameters, Question, filtered
from headway.statistics.intervals import around_ratio_of

MOST, FEWEST = 8, 3
"""How many earlier periods are looked at, and how many it takes to tell."""

Group = tuple[tuple[str, ...], str | None]
NO_PAST = "undefined: no earlier period of this length lies whole in the data"
NO_PERIOD = "undefined: it is asked for a period, such as --period 2026-Q3"


@dataclass(frozen=True)
class Past:
    """One earlier period of a group: what was open at its point, over how many deals, and what was booked after it.

    Of the deals, `stood_in` count for the last amount known of them, because the one of that day was not kept; of
    `unvalued` ones nothing is known.
    """

    period: Period
    point: date
    pipeline: Decimal
    booked: Decimal
    deals: int
    stood_in: int
    unvalued: int

    def with_deal(self, worth: Decimal | None, *, kept: bool) -> Past:
        """One open deal more, worth so much, if that is known."""
        if worth is None:
            return replace(self, unvalued=self.unvalued + 1)
        added = replace(self, pipeline=self.pipeline + worth, deals=self.deals + 1)
        return added if kept else replace(added, stood_in=self.stood_in + 1)


def required_estimates(question: Question, facts: Facts, parameters: Parameters) -> tuple[Estimate, ...]:
    """The coverage needed, for each group and currency; undefined without a period, or without a past to learn it from."""
    if question.period is None:
        return (Estimate((), None, 0, notes=(NO_PERIOD,)),) if not question.by else ()
    found, note = pasts(question, facts, parameters)
    made = [_estimate(group, known, note) for group, known in found.items()]
    if not made and not question.by:
        made = [Estimate((), None, 0, parameters.base, notes=(NO_PAST,))]
    return tuple(sorted(made, key=lambda one: (one.members, one.currency or "")))


def pasts(question: Question, facts: Facts, parameters: Parameters) -> tuple[dict[Group, list[Past]], str]:
    """What earlier periods held and booked, by group; and how currencies were made one."""
    asked = (*question.by, *question.where)
    read_from = in_one_currency("opportunity", facts, facts.schema("opportunity"), parameters.base, asked)
    found: dict[Group, list[Past]] = {}
    if question.period is None:
        return found, ""

    def on(day: date) -> Facts:
        return parameters.facts_at(day) if parameters.facts_at else facts

    window = _Window.of(question, facts, read_from.relation)
    for period, point in earlier(question.period, facts.day, _first_day(facts, parameters)):
        for group, past in window.past(on, period, point).items():
            found.setdefault(group, []).append(past)
    return found, read_from.note


def earlier(period: Period, day: date, first: date) -> Iterator[tuple[Period, date]]:
    """Periods of the same length before this one, newest first, each with the day as far into it as `day` is into this.

    One of them lies whole before `day`, and has a whole period of known deals before it: a pipeline takes time to fill.
    """
    months = _whole_months(period)
    for back in range(1, MOST + 2):
        if months:
            start, end = add_months(period.start, -back * months), add_months(period.start, (1 - back) * months)
            warm = add_months(start, -months)
        else:
            start = period.start - timedelta(days=back * period.days)
            end, warm = start + timedelta(days=period.days), start - timedelta(days=period.days)
        if warm < first:
            return
        point = min(start + (day - period.start), end - timedelta(days=1))
        if end <= day + timedelta(days=1):
            yield Period(start, end, f"{start}..{end - timedelta(days=1)}", "range"), point


def as_rows(found: dict[Group, list[Past]], by: Sequence[str]) -> Rows:
    """Earlier periods as records: what each held at its point, what it booked after, and what that comes to."""
    columns = [*(Column(name, "dimension") for name in by), Column("period"), Column("as_of", "date")]
    columns += [Column("open_deals", "integer"), Column("open_pipeline", "money"), Column("booked_after", "money")]
    columns += [Column("coverage", "number"), Column("left_out", "integer"), Column("currency")]
    records: list[tuple[Cell, ...]] = []
    for (members, currency), known in found.items():
        for one in known:
            covered = float(one.pipeline / one.booked) if one.booked else None
            amounts = one.pipeline, one.booked, covered, one.unvalued, currency
            records.append((*members, one.period.label, one.point, one.deals, *amounts))
    return Rows.of(columns, records)


def _estimate(group: Group, known: Sequence[Past], note: str) -> Estimate:
    members, currency = group
    pipeline, booked = (float(sum(values)) for values in zip(*((p.pipeline, p.booked) for p in known), strict=True))
    pairs = [(float(one.pipeline), float(one.booked)) for one in known]
    low, high = around_ratio_of(pairs) or (None, None)
    notes = [
        f"from {len(known)} earlier periods at the same point, {known[-1].period.start} to {known[0].period.last_day}"
    ]
    if len(known) < FEWEST:
        notes = [f"{plural(len(known), 'earlier period')} only: cannot tell yet"]
    if not booked:
        notes.append("undefined: nothing was booked in them")
    unvalued, stood_in = sum(one.unvalued for one in known), sum(one.stood_in for one in known)
    if stood_in:
        notes.append(f"{stood_in:,} count for their last known amount: what they stood at then was not kept")
    if unvalued:
        notes.append(f"{unvalued:,} left out: no value")
    value = pipeline / booked if booked else None
    told = tuple(filter(None, (*notes, note)))
    return Estimate(members, value, sum(one.deals for one in known), currency, low, high, unvalued, told)


@dataclass(frozen=True)
class _Window:
    """What one question reads of every day: the relation with its currencies made one, the filter, the groups."""

    relation: str
    inside: str
    values: Sequence[object]
    columns: Sequence[str]
    worth: Mapping[Cell, Decimal]

    @classmethod
    def of(cls, question: Question, facts: Facts, relation: str) -> _Window:
        """The window of a question; what each deal is worth by the newest facts stands in where it was not kept."""
        conditions, values = filtered(question.where)
        columns = [*(f"CAST({quoted(name)} AS VARCHAR)" for name in question.by), "currency"]
        worth = facts.run(f"SELECT id, coalesce(nullif(value, 0), created_value) FROM {relation}")
        known = {id_: _exact(cell) for id_, cell in worth if cell is not None}
        return cls(relation, " AND ".join(["TRUE", *conditions]), values, columns, known)

    def past(self, facts_at: Callable[[date], Facts], period: Period, point: date) -> dict[Group, Past]:
        """What each group had open at the point, as it was known then, and what was won after it up to the period's end."""
        chosen = ", ".join(self.columns)
        held = facts_at(point).run(
            f"SELECT id, value, {chosen} FROM {self.relation} WHERE status = 'open' AND {self.inside}", self.values
        )
        won = facts_at(period.last_day).run(
            f"SELECT sum(value), {chosen} FROM {self.relation}"
            f" WHERE status = 'won' AND closed_date > ? AND closed_date < ? AND {self.inside} GROUP BY ALL",
            [max(point, period.start - timedelta(days=1)), period.end, *self.values],
        )
        found: dict[Group, Past] = {}
        for booked, *cells in won:
            found[_group(cells)] = Past(period, point, Decimal(), _exact(booked), 0, 0, 0)
        for id_, value, *cells in held:
            group, worth = _group(cells), _exact(value) if value is not None else self.worth.get(id_)
            before = found.get(group, Past(period, point, Decimal(), Decimal(), 0, 0, 0))
            found[group] = before.with_deal(worth, kept=value is not None)
        return found


def _group(cells: Sequence[Cell]) -> Group:
    members = tuple(NONE if cell is None else str(cell) for cell in cells[:-1])
    return members, None if cells[-1] is None else str(cells[-1])


def _exact(cell: Cell) -> Decimal:
    return Decimal(str(cell)) if cell is not None else Decimal()


def _first_day(facts: Facts, parameters: Parameters) -> date:
    """The first day history is known from: as the project says, or that of the first deal."""
    found = facts.run("SELECT min(created_date) FROM opportunity")[0][0]
    known = found if isinstance(found, date) else date.max
    return max(known, parameters.observed_from) if parameters.observed_from else known


def _whole_months(period: Period) -> int:
    """How many months a period is long; none, where it does not begin and end with a month."""
    if period.start.day != 1 or period.end.day != 1:
        return 0
    return (period.end.year - period.start.year) * 12 + period.end.month - period.start.month
