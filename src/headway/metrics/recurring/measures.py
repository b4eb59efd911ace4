"""What is measured of recurring revenue: stocks at a day, movements in a period, retention of those there at its start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby

from headway.core.calendar import Period, trailing_year
from headway.metrics.estimate import Estimate
from headway.metrics.facts import Facts
from headway.metrics.question import GRAINS, Parameters, Question
from headway.metrics.recurring.ages import by_age
from headway.metrics.recurring.book import Book, Window, book
from headway.metrics.recurring.estimates import (
    ADDING,
    FLOWS,
    LOGOS,
    RENEWING,
    STOCKS,
    Making,
    changes_of,
    labelled,
    take_of,
)
from headway.metrics.recurring.grouping import AGES, COHORTS, Group, Grouping, grouping
from headway.metrics.recurring.members import grouped
from headway.metrics.recurring.movements import ZERO
from headway.metrics.recurring.renewals import Renewal, a_year
from headway.metrics.recurring.retention import retained
from headway.metrics.recurring.sums import sums
from headway.statistics.intervals import around_ratio_of

NO_TERMS = "undefined: no subscription says when its term ends"
NOTHING = "undefined: no subscriptions and no invoices with service periods are loaded"


def windows(question: Question, kept: Book) -> tuple[Window, ...]:
    """What the question asks for: one window for each step of the grain, or a single one; none begins after the day."""
    take, day = take_of(question.definition), kept.day
    grain = next((name for name in question.by if name in GRAINS), "")
    first = kept.first_day
    period = question.period
    if period is None:
        year = trailing_year(day).start
        start = first if grain or take in (*FLOWS, *RENEWING) else year if take not in STOCKS else day
        period = Period(min(start, day), day + timedelta(days=1), "", "range")
    last = period.last_day if take == "due" else min(period.last_day, day)  # what is due lies ahead, too
    if not grain:
        return (Window("", period.start, last),) if period.start <= last else ()
    made: dict[str, Window] = {}
    for offset in range((last - period.start).days + 1):
        step = period.start + timedelta(days=offset)
        label = GRAINS[grain](step)
        made[label] = Window(label, made[label].first if label in made else step, step)
    return tuple(made.values())


def movement_estimates(question: Question, facts: Facts, parameters: Parameters) -> tuple[Estimate, ...]:
    """One estimate for each window, group and currency."""
    kept = book(question, facts, parameters)
    left_out = tuple(f"{count:,} left out: {why}" for why, count in sorted(kept.read.left_out.items()))
    if kept.read.is_empty:
        return () if question.by else (Estimate((), None, 0, notes=(NOTHING, *left_out)),)
    notes = (*left_out, *((kept.note,) if kept.note else ()))
    making = Making(question.definition, sum(kept.read.left_out.values()), notes)
    if any(name in AGES for name in question.by):
        return tuple(by_age(question, facts, kept, making))
    made = list(_in_windows(question, facts, kept, making))
    if not made and not question.by:
        made = [making.of(((), None), 0 if making.take in ADDING else None, 0)]
    return tuple(made)


def _in_windows(question: Question, facts: Facts, kept: Book, making: Making) -> Iterator[Estimate]:
    asked = windows(question, kept)
    if making.take in RENEWING:
        yield from _renewing(question, facts, kept, making, asked)
        return
    heads, changes = making.take in LOGOS, changes_of(question, kept)
    if making.take in (*FLOWS, *STOCKS):
        found = sums(facts, grouping(question, facts, kept, changes, kept.day, heads=heads))
        for window in asked:
            for group, one in found.items():
                yield making.added(labelled(group, question, window.label), one, window)
        return

    def by(window: Window) -> Grouping:
        return grouping(question, facts, kept, changes, window.eve, heads=heads)

    for _, alike in groupby(asked, key=lambda window: by(window).key):  # as long as nothing is known to have changed
        own = tuple(alike)
        for (group, label), one in retained(facts, by(own[0]), own).items():
            if one.count or not any(name in COHORTS for name in question.by):
                yield making.kept(labelled(group, question, label), one)


def _renewing(
    question: Question, facts: Facts, kept: Book, making: Making, asked: Sequence[Window]
) -> Iterator[Estimate]:
    """What was due, what of it was renewed, or the one divided by the other, of the contracts whose term ended then."""
    groups = grouped(question, facts, kept, kept.day, kept.holders, heads=False)
    for window in asked:
        if not kept.contracts:
            for group in dict.fromkeys(groups.values()):
                yield making.of(labelled(group, question, window.label), None, 0, note=NO_TERMS)
            continue
        held: dict[Group, list[Renewal]] = {group: [] for group in groups.values()}
        for one in kept.contracts:
            group = groups.get((one.customer, one.currency))
            if group is not None and window.first <= one.day <= window.last:
                held[group].append(one)
        for group, own in held.items():
            yield _renewed(making, labelled(group, question, window.label), own)


def _renewed(making: Making, group: Group, own: Sequence[Renewal]) -> Estimate:
    if making.take in ("due", "renewed"):
        total = sum((one.due if making.take == "due" else one.renewed for one in own), ZERO)
        return making.of(group, total, len(own))
    above, below = sum((one.renewed for one in own), ZERO), sum((one.due for one in own), ZERO)
    if not below:
        return making.of(group, None, 0, note="undefined: nothing was up for renewal")
    pairs = [(float(one.renewed), float(one.due)) for one in own]
    if making.take == "renewal_rate_a_year":
        pairs = list(a_year(own))
    around = around_ratio_of(pairs)
    rate = (
        float(above / below) if making.take == "renewal_rate" else sum(a for a, _ in pairs) / sum(b for _, b in pairs)
    )
    return making.of(group, rate, len(own), around and (around[0], min(around[1], 1.0)))
