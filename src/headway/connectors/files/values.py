"""How the values of a file are read: dates, amounts, currency."""

from __future__ import annotations

from headway.connectors.files.amounts import SHARED_SYMBOLS, AmountReading, read_amounts
from headway.connectors.files.dates import DateOrder, DateReading, read_dates
from headway.connectors.files.names import currency_in, listed
from headway.connectors.files.proposal import Choices, Draft
from headway.connectors.files.vocabulary import AMOUNTS, DATES
from headway.connectors.mistakes import DATES_CHANGED, SEVERAL_CURRENCIES
from headway.core.positions import Location
from headway.tables.engine import Engine

_KEPT_AS_TEXT = frozenset(("last_activity_date",))


def date_columns(draft: Draft) -> tuple[str, ...]:
    """The columns whose dates are read; other dates stay as they are written."""
    if draft.thing not in ("opportunity", "stage_history"):
        return ()
    mapped = [m.column for name, m in draft.matches.items() if name in DATES - _KEPT_AS_TEXT]
    return tuple(dict.fromkeys([*mapped, *draft.stage_entries.values()]))


def settle_dates(draft: Draft, engine: Engine, choices: Choices) -> None:
    """Find the pattern of each date column, or the evidence against it."""
    columns = [name for name in date_columns(draft) if name in draft.profiled.columns]
    siblings = [n for n, c in draft.profiled.columns.items() if c.kind == "date" and n not in columns]
    known = dict(draft.dates)
    order = choices.dates or _known_order(known)
    for name, reading in read_dates(draft.profiled, columns, engine, order, siblings).items():
        draft.mean_nothing(name, reading.nothing)
        draft.diagnostics += reading.diagnostics
        if reading.pattern and name in known:
            _compare(draft, name, known[name], reading)
        elif reading.pattern:
            draft.dates[name] = reading.pattern
            draft.conclude("dates", name, reading.words)


def _known_order(known: dict[str, str]) -> DateOrder | None:
    orders: set[DateOrder] = {order for pattern in known.values() if (order := _order_in(pattern))}
    return orders.pop() if len(orders) == 1 else None


def _order_in(pattern: str) -> DateOrder | None:
    """The order a pattern reads numbers in; None for one that starts with the year or names its months."""
    if pattern.startswith("%Y") or "%b" in pattern.lower() or "%" not in pattern:
        return None
    return "day-first" if pattern.startswith("%d") else "month-first"


def _compare(draft: Draft, name: str, known: str, reading: DateReading) -> None:
    """A later export may add a form that cannot be mistaken for the known one; it may not turn the order round."""
    if reading.pattern is None or reading.pattern in known:
        return
    before, now = _order_in(known), _order_in(reading.pattern)
    if before and now and before != now:
        message = f"{draft.title}: '{name}' is now written {now}, the mapping reads it {before}"
        remedy = "export it again under the earlier locale, or import it as another connector: --connector NAME"
        place = Location(str(draft.profiled.landed.path), 1)
        draft.diagnostics.append(DATES_CHANGED.at(place, message, detail=reading.words, remedy=remedy))
        return
    draft.dates[name] = f"{known} | {reading.pattern}"
    draft.conclude("dates", name, f"new in this export: {reading.words}")


def settle_amounts(draft: Draft, engine: Engine, choices: Choices, known: str | None = None) -> None:
    """Find the decimal mark and the currency of a file."""
    columns = [m.column for name, m in draft.matches.items() if name in AMOUNTS and m.column in draft.profiled.columns]
    if not columns:
        return
    reading = read_amounts(draft.profiled, columns, engine, choices.decimal or known)
    draft.decimal = reading.decimal
    draft.diagnostics += reading.diagnostics
    for column, word in reading.nothing:
        draft.mean_nothing(column, (word,))
    draft.conclude("decimal mark", ", ".join(columns), reading.words, sure=reading.sure)
    _currency(draft, columns, reading, choices)


def _currency(draft: Draft, columns: list[str], reading: AmountReading, choices: Choices) -> None:
    own = draft.column("currency")
    in_name = {code for column in columns if (code := currency_in(column))}
    if choices.currency:
        draft.currency = choices.currency
    elif own:
        draft.conclude("currency", own, "each row has its own")
    elif len(reading.currencies) > 1:
        _several(draft, reading)
    elif reading.currencies:
        shared = any(
            sign in value for c in columns for value in draft.profiled.columns[c].sample for sign in SHARED_SYMBOLS
        )
        draft.currency = reading.currencies[0]
        draft.conclude("currency", ", ".join(columns), f"{draft.currency} by its sign", sure=not shared)
    elif len(in_name) == 1:
        draft.currency = in_name.pop()
        draft.conclude("currency", ", ".join(columns), f"{draft.currency} by the column's name")


def _several(draft: Draft, reading: AmountReading) -> None:
    message = f"{draft.title}: amounts are in {listed(reading.currencies)}, and no column says which row is in which"
    remedy = "add the currency column to the export"
    place = Location(str(draft.profiled.landed.path), 1)
    draft.diagnostics.append(SEVERAL_CURRENCIES.at(place, message, remedy=remedy))
