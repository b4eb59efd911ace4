"""How the values of a file are read: dates, amounts, currency."""

from __future__ import annotations

from collections.abc import Mapping

from headway.connectors.files.amounts import SHARED_SYMBOLS, SYMBOLS, AmountReading, read_amounts
from headway.connectors.files.dates import DateOrder, DateReading, read_dates
from headway.connectors.files.names import CURRENCIES, counted, currency_in, currency_named, listed
from headway.connectors.files.profiling import counts_of
from headway.connectors.files.proposal import Choices, Draft
from headway.connectors.files.vocabulary import NOTHING, sort_of
from headway.connectors.mistakes import (
    AMOUNTS_IN_TWO_STYLES,
    DATES_CHANGED,
    NEGATIVE_AMOUNTS,
    NO_AMOUNT,
    STRAY_CURRENCIES,
)
from headway.core.diagnostics import Diagnostic
from headway.core.positions import Location
from headway.core.things import RECORDS
from headway.tables.engine import Engine

_CODE = 3
"""Letters of a currency's code; three letters we do not know may be one all the same."""


def date_columns(draft: Draft) -> tuple[str, ...]:
    """The columns whose dates are read; other dates stay as they are written."""
    if draft.thing not in ("opportunity", "stage_history", *RECORDS):
        return ()
    mapped = [m.column for name, m in draft.matches.items() if sort_of(draft.thing, name) == "date"]
    return tuple(dict.fromkeys([*mapped, *draft.stage_entries.values()]))


def settle_dates(draft: Draft, engine: Engine, choices: Choices) -> None:
    """Find the pattern of each date column, or the evidence against it."""
    columns = [name for name in date_columns(draft) if name in draft.profiled.columns]
    siblings = [n for n, c in draft.profiled.columns.items() if c.kind == "date" and n not in columns]
    known = dict(draft.dates)
    order = choices.dates or _known_order(known)
    for name, reading in read_dates(draft.profiled, columns, engine, order, siblings).items():
        if name == draft.column("last_activity_date") and any(d.is_error for d in reading.diagnostics):
            del draft.matches["last_activity_date"]
            draft.conclude("last_activity_date", name, f"{reading.words}; kept as text", sure=False)
            continue
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
    """Find the decimal mark and the currency of a file; `known` is the mark of the mapping a later export comes under."""
    sorts = ("amount", "number") if draft.thing in RECORDS else ("amount",)
    mapped = {name: m.column for name, m in draft.matches.items() if m.column in draft.profiled.columns}
    columns = [column for name, column in mapped.items() if sort_of(draft.thing, name) in sorts]
    if not columns:
        _without_amount(draft)
        return
    reading = read_amounts(draft.profiled, columns, engine, choices.decimal or known)
    draft.diagnostics += [d for d in reading.diagnostics if not (d.mistake == NEGATIVE_AMOUNTS and _signed(draft))]
    for column, word in reading.nothing:
        draft.mean_nothing(column, (word,))
    if known:
        _currency_names(draft, engine)
        _same_mark(draft, reading, known)
        return
    draft.decimal = reading.decimal
    draft.conclude("decimal mark", ", ".join(columns), reading.words, sure=reading.sure)
    amounts = [column for name, column in mapped.items() if sort_of(draft.thing, name) == "amount"]
    if amounts:
        _currency(draft, amounts, reading, choices.currency)
        _currency_names(draft, engine)


def _signed(draft: Draft) -> bool:
    """Whether amounts below zero are a matter of course in such a file: credit notes, corrections."""
    record = RECORDS.get(draft.thing)
    return bool(record) and any(field.signed for field in record.fields.values())


def _without_amount(draft: Draft) -> None:
    """Say that deals come without amounts, and which columns could hold them."""
    if draft.thing != "opportunity" or draft.settled:
        return
    numbers = [name for name, c in draft.profiled.columns.items() if draft.is_free(name) and c.kind == "number"]
    message = f"{draft.title} has no column recognised as the amount of a deal"
    remedy = "export it again with the amount"
    if numbers:
        remedy = (
            f"if it is {listed(numbers)}, write it under `columns` in the connector's mapping: amount: {numbers[0]}"
        )
    place = Location(str(draft.profiled.landed.path), 1)
    draft.diagnostics.append(NO_AMOUNT.at(place, message, remedy=remedy, severity="warning"))


def _same_mark(draft: Draft, reading: AmountReading, known: str) -> None:
    if reading.decimal == known:
        return
    before, now = ("points", "commas") if known == "." else ("commas", "points")
    message = f"{draft.title} writes amounts with decimal {now}, its mapping reads decimal {before}"
    remedy = (
        f"export it again under the earlier locale; or, if all earlier exports held whole numbers, "
        f'write decimal: "{reading.decimal}" in the connector\'s mapping'
    )
    place = Location(str(draft.profiled.landed.path), 1)
    draft.diagnostics.append(AMOUNTS_IN_TWO_STYLES.at(place, message, detail=reading.words, remedy=remedy))


def _currency(draft: Draft, columns: list[str], reading: AmountReading, default: str | None) -> None:
    """Whose money it is: by a column, by signs, by the column's name; the default is for amounts that name none."""
    own, named = draft.column("currency"), ", ".join(columns)
    in_name = {code for column in columns if (code := currency_in(column))}
    samples = [value for column in columns for value in draft.profiled.columns[column].sample]
    shared = [sign for sign in SHARED_SYMBOLS if any(sign in value for value in samples)]
    draft.currency = default
    if own:
        draft.conclude("currency", own, "each row has its own")
    elif len(reading.currencies) > 1:
        words = f"{listed(reading.currencies)}: each row by the sign or code in its amount"
        draft.match("currency", columns[0], words, sure=False, form="symbol")
    elif reading.currencies and not (shared and default):
        draft.currency = reading.currencies[0]
        draft.conclude("currency", named, f"{draft.currency} by the sign or code in the amounts", sure=not shared)
    elif len(in_name) == 1:
        draft.currency = in_name.pop()
        draft.conclude("currency", named, f"{draft.currency} by the column's name")
    elif default:
        draft.conclude("currency", named, f"{default}, as the amounts name none")


def _currency_names(draft: Draft, engine: Engine) -> None:
    """Propose the code for each currency that its column spells in words or by its sign."""
    column = draft.column("currency")
    if not column or draft.matches["currency"].format == "symbol":
        return
    strays: dict[str, int] = {}
    for value, count in counts_of(engine, draft.profiled, column).items():
        mended = draft.repairs.get(column, {})
        if value.upper() in CURRENCIES or value in mended:
            continue
        code = currency_named(value) or SYMBOLS.get(value, "")
        if code:
            draft.repairs.setdefault(column, {})[value] = code
            draft.conclude("currency", column, f"'{value}' on {counted(count, 'row')} is {code}", sure=len(value) > 2)
        elif value.casefold() not in NOTHING and not (len(value) == _CODE and value.isalpha()):
            strays[value] = count
    if strays:
        draft.diagnostics.append(_stray(draft, column, strays))


def _stray(draft: Draft, column: str, strays: Mapping[str, int]) -> Diagnostic:
    rows = counted(sum(strays.values()), "row")
    message = f"{draft.title}: {listed(strays)} in '{column}' on {rows} is no currency"
    detail = "amounts there are kept apart from every total, as those of a currency without a rate"
    remedy = f"where a currency is meant, name it under `repairs` of '{column}' in the connector's mapping"
    place = Location(str(draft.profiled.landed.path), 1)
    return STRAY_CURRENCIES.at(place, message, detail=detail, remedy=remedy, severity="warning")
