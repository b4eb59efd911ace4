"""Sellers made by hand: people with their ramp, quotas in versions, and the deals they won."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from headway.core.calendar import FiscalCalendar, Period
from headway.core.rows import Rows
from tests.metrics.handmade import HandMade, facts_of

Record = Mapping[str, object]


def selling(
    day: date, people: Iterable[Record] = (), quotas: Iterable[Record] = (), won: Iterable[Record] = ()
) -> HandMade:
    """Facts of a company on a day; a deal needs its owner, the day it was won and its amount."""
    return refilled(facts_of([], day), day, people, quotas, won)


def refilled(
    made: HandMade, day: date, people: Iterable[Record] = (), quotas: Iterable[Record] = (), won: Iterable[Record] = ()
) -> HandMade:
    """The same tables with other records in them, which is quicker than tables of one's own."""
    made.day = day
    made.kept.clear()
    made.engine.run("DELETE FROM opportunity; DELETE FROM employee_position; DELETE FROM quota")
    for number, deal in enumerate(won, start=1):
        known = {
            "id": number,
            "key": f"k{number}",
            "status": "won",
            "currency": "EUR",
            "created_date": deal["closed_date"],
        }
        _insert(made, "opportunity", {**known, **deal})
    for person in people:
        _insert(made, "employee_position", {"fte": 1, "quota_carrying": True, "role": "AE", **person})
    for quota in quotas:
        _insert(made, "quota", {"currency": "EUR", **quota})
    return made


def _insert(made: HandMade, table: str, record: Record) -> None:
    names = ", ".join(record)
    marks = ", ".join("?" for _ in record)
    made.engine.run(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(record.values()))


def period(text: str) -> Period:
    """A period as users write it."""
    found = FiscalCalendar().parse(text)
    assert isinstance(found, Period)
    return found


def rows(answer: object) -> Rows:
    """Rows, where the question was right."""
    assert isinstance(answer, Rows), answer
    return answer
