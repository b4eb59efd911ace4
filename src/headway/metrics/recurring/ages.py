"""Recurring revenue by cohort and age: retention as a triangle, movements and stocks along each cohort's own months."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from headway.core.calendar import FiscalCalendar, Period, add_months
from headway.metrics.estimate import Estimate
from headway.metrics.facts import Facts
from headway.metrics.question import Question
from headway.metrics.recurring.book import Book, Window
from headway.metrics.recurring.estimates import FLOWS, LOGOS, STOCKS, Making, changes_of, labelled
from headway.metrics.recurring.grouping import AGES, COHORTS, Group, grouping
from headway.metrics.recurring.sums import sums
from headway.metrics.recurring.triangles import MONTHS, age_of, next_of, triangle


def by_age(question: Question, facts: Facts, kept: Book, making: Making) -> Iterator[Estimate]:
    """One estimate for each group, cohort and age that was over on the day; the period says which cohorts.

    What was there at the end of a cohort's own month (quarter, year) is what later ages are divided by.
    """
    grain = next(AGES[name] for name in question.by if name in AGES)
    place = next(n for n, name in enumerate(question.by) if COHORTS.get(name) == grain)
    by = grouping(question, facts, kept, changes_of(question, kept), kept.day, heads=making.take in LOGOS)
    if making.take in (*FLOWS, *STOCKS):
        end = next_of(kept.day, grain)
        for group, one in sums(facts, by).items():
            for begun in _begun(group, place, question.period):
                for age in range(age_of(end, begun, grain)):
                    window = _window(begun, age, MONTHS[grain])
                    yield making.added(labelled(group, question, str(age)), one, window)
        return
    for group, cells in triangle(facts, kept, by, grain, place, making.take).items():
        for _ in _begun(group, place, question.period):
            for age, one in enumerate(cells):
                yield making.kept(labelled(group, question, str(age)), one)


def _begun(group: Group, place: int, period: Period | None) -> Iterator[date]:
    """The first day of a group's cohort, where it lies in the period."""
    cohort = FiscalCalendar().parse(group[0][place])
    if isinstance(cohort, Period) and (period is None or period.holds(cohort.start)):
        yield cohort.start


def _window(begun: date, age: int, months: int) -> Window:
    first = add_months(begun, age * months)
    return Window("", first, add_months(first, months) - timedelta(days=1))
