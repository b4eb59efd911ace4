"""How the base grew: the snowball of recurring revenue, as a bridge over the whole span and month by month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from markupsafe import Markup

from headway.core import formatting
from headway.core.calendar import add_months, month, months
from headway.core.rows import Cell, Column, Rows
from headway.core.series import Header
from headway.web import snowball, waterfall
from headway.web.figures import scale_of
from headway.web.query import SPANS, Asked
from headway.web.revenue_answer import ADDED, ARR, LOST, MOVES, RevenueAnswer, by_label
from headway.web.snowball import Month
from headway.web.track import Linked
from headway.web.waterfall import Move

TITLES = {
    "new_arr": "New",
    "expansion_arr": "Expansion",
    "reactivated_arr": "Reactivated",
    "contraction_arr": "Contraction",
    "churned_arr": "Churn",
}
_WORDS = {
    "new_arr": "new",
    "expansion_arr": "by expansion",
    "reactivated_arr": "won back",
    "contraction_arr": "given up",
    "churned_arr": "churned",
}
ZERO = Decimal(0)


@dataclass(frozen=True)
class Chip:
    """One way to see a part of the page."""

    words: str
    address: str
    chosen: bool


@dataclass(frozen=True)
class InMonth:
    """One month of the ledger: what ran before, each movement with its sign, what ran at its end, how many customers."""

    label: str
    name: str
    opening: Decimal
    moves: Mapping[str, Decimal]
    counts: Mapping[str, int]
    closing: Decimal
    customers: int

    @property
    def net(self) -> Decimal:
        """What came and went, together."""
        return sum(self.moves.values(), ZERO)

    @property
    def unexplained(self) -> Decimal:
        """What the movements do not tell of the difference; nothing, or something is wrong."""
        return self.closing - self.opening - self.net


@dataclass(frozen=True)
class Row:
    """One month of the table, written out."""

    name: str
    opening: str
    moves: tuple[Linked, ...]
    closing: Linked


@dataclass(frozen=True)
class Snowball:
    """The whole part of the page."""

    take: str
    measure: str
    chips: tuple[Chip, ...]
    wide: Markup
    phone: Markup
    by_month: str
    wide_months: Markup
    phone_months: Markup
    rows: tuple[Row, ...]
    total: Row
    unit: str


def by_months(found: RevenueAnswer) -> tuple[InMonth, ...]:
    """The months of the span, each opening where the one before closed."""
    levels = by_label(found.levels, found.currency, "month")
    moves = {one: by_label(found.moves[one], found.currency, "month") for one in MOVES}
    opening, made = _amount(levels.get(month(add_months(found.back.start, -1)).label)), list[InMonth]()
    for span in months(found.back):
        at = levels.get(span.label)
        own = {one: _amount(moves[one].get(span.label)) * (-1 if one in LOST else 1) for one in MOVES}
        counts = {one: int(str(row["n"])) if (row := moves[one].get(span.label)) else 0 for one in MOVES}
        closing = _amount(at)
        name = formatting.month(span.start)
        made.append(InMonth(span.label, name, opening, own, counts, closing, int(str(at["n"])) if at else 0))
        opening = closing
    return tuple(made)


def told(found: RevenueAnswer, asked: Asked) -> Snowball:
    """The snowball written out and drawn."""
    found_months = by_months(found)
    scale = scale_of(float(max(one.closing for one in found_months)), _header(found))
    fine = scale_of(float(max(max(abs(v) for v in one.moves.values()) for one in found_months)), _header(found))
    steps, drawn = _steps(found, found_months), _drawn(found, found_months)
    take, by_month = _take(found, found_months), _by_month(found_months, found)
    first, total = found_months[0], _total(found, found_months)
    return Snowball(
        take,
        _measure(found, steps, total),
        tuple(
            Chip(f"{one} months", f"{asked.revenue(span=one)}#h-moves", one == (asked.span or SPANS[0]))
            for one in SPANS
        ),
        waterfall.standing(steps, take),
        waterfall.lying(steps, take),
        by_month,
        snowball.drawn(drawn, "wide", by_month),
        snowball.drawn(_drawn(found, found_months, short=True)[-12:], "narrow", by_month),
        tuple(_row(one, asked, fine.divisor) for one in found_months),
        _row(total, asked, fine.divisor, f"{first.label}..{found_months[-1].label}"),
        fine.long or scale.long,
    )


def tables(found: RevenueAnswer) -> Mapping[str, Rows]:
    """The months with their movements, exactly."""
    money = [Column(one, "money") for one in ("opening", *MOVES, "closing", "unexplained")]
    counts = [Column(f"{one}_n", "integer") for one in MOVES]
    rows = [
        (
            *(one.label, one.opening, *one.moves.values(), one.closing, one.unexplained),
            *(found.currency, one.customers, *one.counts.values()),
        )
        for one in by_months(found)
    ]
    columns = [Column("month"), *money, Column("currency"), Column("customers", "integer"), *counts]
    return {"snowball": Rows.of(columns, rows)}


def pictures(found: RevenueAnswer) -> Mapping[str, Markup]:
    """The bridge, and the months."""
    known = by_months(found)
    bridge = waterfall.standing(_steps(found, known), _take(found, known))
    return {"snowball": bridge, "months": snowball.drawn(_drawn(found, known), "wide", _by_month(known, found))}


def grown(found: RevenueAnswer) -> tuple[Decimal, Decimal]:
    """What ran before the span and what runs at its end."""
    known = by_months(found)
    return known[0].opening, known[-1].closing


def _total(found: RevenueAnswer, known: tuple[InMonth, ...]) -> InMonth:
    """All months as one."""
    moves = {one: sum((each.moves[one] for each in known), ZERO) for one in MOVES}
    counts = {one: sum(each.counts[one] for each in known) for one in MOVES}
    last = known[-1]
    return InMonth("", found.back.label, known[0].opening, moves, counts, last.closing, last.customers)


def _steps(found: RevenueAnswer, known: tuple[InMonth, ...]) -> tuple[Move, ...]:
    total = _total(found, known)
    scale = scale_of(float(max(total.opening, total.closing)), _header(found))
    digits = 2 if scale.divisor >= 1e6 else 0

    def written(value: Decimal, signed: bool) -> str:
        return formatting.number(float(value) / scale.divisor, digits, signed=signed)

    eve = found.back.start - timedelta(days=1)
    start = Move(formatting.day(eve), float(total.opening), written(total.opening, False), "", "ac", True)
    customers = formatting.plural(total.customers, "customer")
    end = Move(formatting.day(found.day), float(total.closing), written(total.closing, False), customers, "ac", True)
    moved = [
        Move(
            TITLES[one],
            float(total.moves[one]),
            written(total.moves[one], True),
            formatting.plural(total.counts[one], "time"),
            "none" if not total.moves[one] else "good" if total.moves[one] > 0 else "bad",
        )
        for one in MOVES
    ]
    return (start, *moved, end)


def _drawn(found: RevenueAnswer, known: tuple[InMonth, ...], *, short: bool = False) -> tuple[Month, ...]:
    fine = scale_of(float(max(max(abs(v) for v in one.moves.values()) for one in known)), _header(found))
    scale = scale_of(float(max(one.closing for one in known)), _header(found))
    digits = 1 if scale.divisor >= 1e6 else 0
    return tuple(
        Month(
            one.label,
            one.name.partition(" ")[0] if short or len(known) <= 12 else _brief(one.name),
            tuple((kind, float(one.moves[kind])) for kind in ADDED),
            tuple((kind, -float(one.moves[kind])) for kind in LOST),
            formatting.whole(float(one.net) / fine.divisor, signed=True),
            formatting.number(float(one.closing) / scale.divisor, digits),
        )
        for one in known
    )


def _brief(name: str) -> str:
    word, _, year = name.partition(" ")
    return f"{word} {year[-2:]}"


def _row(one: InMonth, asked: Asked, divisor: float, label: str = "") -> Row:
    at = asked.of("actual", label or one.label)

    def cell(value: Decimal, *, signed: bool = False) -> str:
        return formatting.whole(float(value) / divisor, signed=signed)

    return Row(
        one.name,
        cell(one.opening),
        tuple(Linked(cell(one.moves[kind], signed=True), at.why(kind)) for kind in MOVES),
        Linked(cell(one.closing), at.why(ARR)),
    )


def _take(found: RevenueAnswer, known: tuple[InMonth, ...]) -> str:
    total = _total(found, known)
    rose = "rose" if total.net > 0 else "fell" if total.net < 0 else "stayed"
    by = f" by {formatting.money(abs(total.net), found.currency)}" if total.net else ""
    share = f" ({formatting.percent(float(total.net / total.opening), signed=True)})" if total.opening else ""
    return f"ARR {rose}{by}{share} since {formatting.day(found.back.start - timedelta(days=1), found.day.year)}."


def _by_month(known: tuple[InMonth, ...], found: RevenueAnswer) -> str:
    shrank = [one for one in known if one.net < 0]
    best = max(known, key=lambda one: one.net)
    said = f"most in {best.name} ({formatting.money(best.net, found.currency, signed=True)})"
    if not shrank:
        return f"It grew in every month, {said}."
    many = "one month" if len(shrank) == 1 else f"{len(shrank)} months"
    return f"It shrank in {many} of {len(known)}; it grew {said}."


def _measure(found: RevenueAnswer, steps: tuple[Move, ...], total: InMonth) -> str:
    scale = scale_of(float(max(total.opening, total.closing)), _header(found))
    cut = waterfall.cut_at(steps)
    until = "the last month is not over" if (found.day + timedelta(days=1)).day > 1 else ""
    more = [f"Unexplained: {formatting.exact_money(total.unexplained, found.currency)}"]
    more += (
        [f"The scale starts at {formatting.number(cut / scale.divisor, 2 if scale.divisor >= 1e6 else 0)}"]
        if cut > 0
        else []
    )
    words = ["ARR at the end of the day", scale.long or "amounts", *([until] if until else [])]
    return f"{', '.join(words)}. {'. '.join(more)}."


def _header(found: RevenueAnswer) -> Header:
    return Header(ARR, "actual", "currency/year", currency=found.currency)


def _amount(row: Mapping[str, Cell] | None) -> Decimal:
    return Decimal(str(row["value"])) if row is not None else ZERO


def words_of(total: Mapping[str, Decimal], currency: str | None) -> str:
    """The movements in a sentence: what came, less what went."""
    sides = ([one for one in kinds if total[one]] for kinds in (ADDED, LOST))
    told = [
        formatting.listed([f"{formatting.money(abs(total[one]), currency)} {_WORDS[one]}" for one in kinds])
        for kinds in sides
    ]
    return "; less ".join(side for side in told if side) if told[0] else f"{told[1]}"
