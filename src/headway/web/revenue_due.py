"""What is up for renewal: month by month for the year ahead, and one by one what is due soon and has something against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from markupsafe import Markup

from headway.core import formatting
from headway.core.answers import Measured
from headway.core.calendar import months, trailing_year
from headway.core.rows import Cell, Column, Rows
from headway.core.series import Header
from headway.core.titles import capital
from headway.web import due_months
from headway.web.due_months import DueMonth
from headway.web.figures import scale_of
from headway.web.query import Asked
from headway.web.revenue_answer import ARR, DUE, NEAR, RevenueAnswer, by_label, rows_of
from headway.web.track import Linked

SHOWN = 10
"""How many contracts the page lists; the file holds all."""

ZERO = Decimal(0)


@dataclass(frozen=True)
class InMonth:
    """One month of the calendar: the days of it that lie ahead, what is due in them, what of it is known to end."""

    label: str
    name: str
    first: date
    last: date
    due: Decimal
    n: int
    ending: Decimal
    doubtful: Decimal


@dataclass(frozen=True)
class MonthRow:
    """One month of the table, written out."""

    name: str
    due: Linked
    n: str
    ending: str
    doubtful: str


@dataclass(frozen=True)
class AtRisk:
    """One contract due soon: whose, when, what it is worth, what its renewal deal says, what speaks against it."""

    customer: Linked
    owner: str
    day: str
    worth: str
    deal: str
    against: tuple[str, ...]


@dataclass(frozen=True)
class Renewals:
    """The whole part of the page; `why_not` where no term is known."""

    why_not: tuple[str, ...]
    take: str = ""
    measure: str = ""
    wide: Markup | None = None
    phone: Markup | None = None
    rows: tuple[MonthRow, ...] = ()
    total: MonthRow | None = None
    risk_take: str = ""
    at_risk: tuple[AtRisk, ...] = ()
    risks: int = 0


def told(found: RevenueAnswer, asked: Asked) -> Renewals:
    """The calendar and the list, written out."""
    known = calendar(found)
    if not any(one.n for one in known):
        messages = () if isinstance(found.due, Measured) else tuple(one.message for one in found.due)
        return Renewals(messages or ("no contract says when its term ends",))
    take, near = _take(found, known), soon(found)
    doubted = [row for row in near if row["reasons"]]
    scale = scale_of(float(max(one.due for one in known)), _header(found))
    return Renewals(
        (),
        take,
        scale.long or "amounts",
        due_months.drawn(_drawn(found, known), "wide", take),
        due_months.drawn(_drawn(found, known), "narrow", take),
        tuple(_row(one, found, asked) for one in known),
        _row(_total(found, known), found, asked),
        _risk_take(found, near, doubted),
        tuple(_at_risk(row, found, asked) for row in doubted[:SHOWN]),
        len(doubted),
    )


def calendar(found: RevenueAnswer) -> tuple[InMonth, ...]:
    """What is due in each month ahead."""
    rows, made = by_label(found.due, found.currency, "month"), list[InMonth]()
    for span in months(found.ahead):
        inside, row = span.clip(found.ahead) or span, rows.get(span.label)
        due = [one for one in _own(found) if isinstance(day := one["due_on"], date) and inside.holds(day)]
        ending = sum((_money(one["due"]) - min(_money(one["goes_on"]), _money(one["due"])) for one in due), ZERO)
        doubtful = sum((_money(one["due"]) for one in due if one["reasons"]), ZERO)
        name = formatting.month(span.start, found.day.year)
        value, n = (_money(row["value"]), int(str(row["n"]))) if row else (ZERO, 0)
        made.append(InMonth(span.label, name, inside.start, inside.last_day, value, n, ending, doubtful))
    return tuple(made)


def soon(found: RevenueAnswer) -> tuple[Mapping[str, Cell], ...]:
    """The contracts due in the days looked at one by one, those with something against them first."""
    last = found.day + timedelta(days=NEAR)
    return tuple(row for row in _own(found) if isinstance(day := row["due_on"], date) and day <= last)


def sums(found: RevenueAnswer) -> tuple[Decimal, Decimal, int]:
    """What is due soon, what of it has something against it, and how many contracts those are."""
    near = soon(found)
    doubted = [row for row in near if row["reasons"]]
    return sum((_money(r["due"]) for r in near), ZERO), sum((_money(r["due"]) for r in doubted), ZERO), len(doubted)


def tables(found: RevenueAnswer) -> Mapping[str, Rows]:
    """The calendar, and every contract due in it with what speaks against it."""
    money = [Column(one, "money") for one in ("due", "known_to_end", "something_against")]
    columns = [Column("month"), Column("from", "date"), Column("to", "date"), *money, Column("currency")]
    rows = [
        (one.label, one.first, one.last, one.due, one.ending, one.doubtful, found.currency, one.n)
        for one in calendar(found)
    ]
    return {"renewals": Rows.of([*columns, Column("contracts", "integer")], rows), "contracts": found.answers.due}


def pictures(found: RevenueAnswer) -> Mapping[str, Markup]:
    """The calendar."""
    known = calendar(found)
    return {"renewals": due_months.drawn(_drawn(found, known), "wide", _take(found, known))} if known else {}


def near_period(found: RevenueAnswer) -> str:
    """The days looked at one by one, as a period."""
    return f"{found.ahead.start}..{found.day + timedelta(days=NEAR)}"


def _own(found: RevenueAnswer) -> tuple[Mapping[str, Cell], ...]:
    """The contracts in the currency that amounts are in."""
    code = next((row["currency"] for row in rows_of(found.due, found.currency)), None)
    return tuple(row for row in found.answers.due if row["currency"] == code)


def _total(found: RevenueAnswer, known: tuple[InMonth, ...]) -> InMonth:
    due, ending, doubtful = (sum((getattr(m, side) for m in known), ZERO) for side in ("due", "ending", "doubtful"))
    n = sum(one.n for one in known)
    return InMonth("", "Together", found.ahead.start, found.ahead.last_day, due, n, ending, doubtful)


def _drawn(found: RevenueAnswer, known: tuple[InMonth, ...]) -> tuple[DueMonth, ...]:
    scale = scale_of(float(max(one.due for one in known)), _header(found))
    digits = 2 if scale.divisor >= 1e6 else 0
    return tuple(
        DueMonth(
            one.name if one.first.day == 1 else f"Rest of {one.name}",
            float(one.due),
            float(one.ending),
            formatting.number(float(one.due) / scale.divisor, digits),
            formatting.count(one.n),
        )
        for one in known
    )


def _row(one: InMonth, found: RevenueAnswer, asked: Asked) -> MonthRow:
    at = asked.of("actual", f"{one.first}..{one.last}")
    name = (
        one.name
        if one.first.day == 1 or not one.label
        else f"{one.name}, from {formatting.day(one.first, one.first.year)}"
    )
    return MonthRow(
        name,
        Linked(formatting.money(one.due, found.currency), at.why(DUE)),
        formatting.count(one.n),
        formatting.money(one.ending, found.currency),
        formatting.money(one.doubtful, found.currency),
    )


def _take(found: RevenueAnswer, known: tuple[InMonth, ...]) -> str:
    total, most = _total(found, known), max(known, key=lambda one: one.due)
    said = (
        f"{formatting.money(total.due, found.currency)} is up for renewal until {formatting.day(found.ahead.last_day)}"
    )
    return f"{said}, most in {most.name} ({formatting.money(most.due, found.currency)})."


def _risk_take(found: RevenueAnswer, near: tuple[Mapping[str, Cell], ...], doubted: list[Mapping[str, Cell]]) -> str:
    due, doubtful, _ = sums(found)
    if not near:
        return f"Nothing is due in the next {NEAR} days."
    money = formatting.money(due, found.currency)
    if not doubted:
        return f"{money} is due in the next {NEAR} days, and nothing in the data speaks against any of it."
    many = formatting.plural(len(doubted), "contract")
    some = formatting.money(doubtful, found.currency)
    return f"Of {money} due in the next {NEAR} days, {some} in {many} has something against it."


def _at_risk(row: Mapping[str, Cell], found: RevenueAnswer, asked: Asked) -> AtRisk:
    day, customer = row["due_on"], str(row["customer"])
    year = trailing_year(found.day)
    at = replace(asked, period=f"{year.start}..{year.last_day}", where={"customer": customer})
    currency = str(row["currency"]) if row["currency"] else None
    return AtRisk(
        Linked(customer, at.why(ARR)),
        str(row["owner"] or ""),
        formatting.day(day, found.day.year) if isinstance(day, date) else "not known",
        formatting.money(_money(row["due"]), currency),
        str(row["deal"] or "none"),
        tuple(capital(reason) for reason in str(row["against"]).split("; ")),
    )


def _money(cell: Cell) -> Decimal:
    return Decimal(str(cell)) if cell is not None else ZERO


def _header(found: RevenueAnswer) -> Header:
    return Header(DUE, "actual", "currency/year", currency=found.currency)
