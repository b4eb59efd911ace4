"""Billing exports landed and loaded the real way, and questions put to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from headway.core.calendar import FiscalCalendar, Period
from headway.core.definition import Definition, Ledger
from headway.core.rows import Rows
from headway.core.things import RECORDS, Thing
from headway.metrics import linked, measure, shipped
from headway.metrics.question import Parameters
from headway.tables import Facts, Store
from headway.text import read_mappings_of
from tests.tables.tables_world import Export, bring, mapping

DEFAULTS = {
    "subscription_item": {"quantity": "1", "interval": "year", "interval_count": "1", "currency": "EUR"},
    "subscription": {"currency": "EUR"},
}


def export(thing: Thing, rows: Sequence[Mapping[str, str]]) -> Export:
    """Rows of any further thing under columns that carry the names of its fields."""
    fields = {name: name for name in RECORDS[thing].fields}
    dates = dict.fromkeys(RECORDS[thing].of_kind("date", "moment"), "%Y-%m-%d")
    made = (
        mapping(thing, thing, fields, dates=dates)
        if "id" in fields
        else mapping(thing, thing, fields | {"name": "date"})
    )
    made = replace(made, columns=tuple(c for c in made.columns if c.field in fields), dates=dates)
    if "id" not in fields:
        made = replace(made, key=("date", "currency"))
    blank = dict.fromkeys(fields, "") | DEFAULTS.get(thing, {})
    return Export(made, [blank | {"id": f"{thing}{n}"} | dict(row) for n, row in enumerate(rows)], headers=list(fields))


def load(folder: Path, day: str, *exports: Export, run: str = "r1") -> None:
    """One load of these exports."""
    bring(folder, run, day, *exports)


@contextmanager
def known(folder: Path, day: str | None = None) -> Iterator[Facts]:
    """The facts as known on a day."""
    with Store.open(folder).as_of(date.fromisoformat(day) if day else None) as facts:
        yield facts


@cache
def definitions() -> Mapping[str, Definition]:
    """The shipped metrics."""
    found, wrong = read_mappings_of(shipped(), Definition, FiscalCalendar())
    assert not wrong
    return linked(found)


def under(name: str, **policy: Any) -> Definition:
    """A shipped metric, under another policy where one is given."""
    plain = definitions()[name]
    return replace(plain, ledger=replace(plain.ledger or Ledger(), **policy))


def period(text: str) -> Period:
    """A period as users write it."""
    found = FiscalCalendar().parse(text)
    assert isinstance(found, Period)
    return found


def asked(
    facts: Facts, name: str, over: str | None = None, by: Sequence[str] = (), base: str | None = None, **policy: Any
) -> Rows:
    """What a metric answers."""
    span = period(over) if over else None
    answer = measure(under(name, **policy), facts, span, by, None, Parameters(base=base))
    assert isinstance(answer, Rows), answer
    return answer


def value(facts: Facts, name: str, over: str | None = None, base: str | None = None, **policy: Any) -> Any:
    """The one number a metric answers with."""
    (found,) = asked(facts, name, over, (), base, **policy).column("value")
    return found


def money(cell: object) -> Decimal:
    """An amount to the cent."""
    assert isinstance(cell, Decimal | int)
    return Decimal(cell).quantize(Decimal("0.01"))
