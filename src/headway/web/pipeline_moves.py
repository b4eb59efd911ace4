"""What moved in the pipeline between two days: the bridge, its lines to choose from, and the deals behind one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from markupsafe import Markup

from headway.core import formatting
from headway.core.changes import END, LINES, START, PipelineChanges
from headway.core.rows import Cell, Rows
from headway.core.series import Header
from headway.web import waterfall
from headway.web.figures import Scale, scale_of
from headway.web.pipeline_answer import PipelineAnswer, number
from headway.web.query import Asked
from headway.web.track import Linked
from headway.web.waterfall import Move, Tone

SHOWN = 10
"""How many deals of a line the page lists; the file holds all."""

_SHORT = {"valued": "Worth known", "revalued": "Currency"}
_GREY = ("won",)


@dataclass(frozen=True)
class Line:
    """One line of the bridge: to be chosen, and as a row of the table."""

    line: str
    title: str
    amount: Linked
    n: str
    unvalued: str
    currency: str
    address: str
    chosen: bool
    total: bool


@dataclass(frozen=True)
class MovedDeal:
    """One deal behind a line: what it was before and is after."""

    name: str
    owner: str
    before: str
    after: str
    amount: str


@dataclass(frozen=True)
class Moves:
    """The whole part of the page; `why_not` instead, where the facts do not allow it."""

    why_not: tuple[str, ...]
    since: date
    until: date
    closing: str
    take: str = ""
    measure: str = ""
    wide: Markup | None = None
    phone: Markup | None = None
    lines: tuple[Line, ...] = ()
    unvalued: bool = False
    title: str = ""
    deals: tuple[MovedDeal, ...] = ()
    count: int = 0
    notes: tuple[str, ...] = ()


def told(found: PipelineAnswer, asked: Asked) -> Moves:
    """What moved, written out, with the deals of the line chosen; without one, of the line that moved most."""
    changes, closing = found.changes, asked.closing or ""
    if not isinstance(changes, PipelineChanges):
        return Moves(tuple(one.message for one in changes), found.since, found.until, closing)
    own = _own(changes, found.hygiene.currency)
    shown, line = _moves(own, changes), _line(own, asked.line)
    deals = [row for row in changes.deals if row["line"] == line]
    scale = _scale(own)
    return Moves(
        (),
        changes.since,
        changes.until,
        closing,
        changes.headline,
        _measure(changes, own, scale, shown),
        waterfall.standing(shown, changes.headline),
        waterfall.lying(shown, changes.headline),
        tuple(_row(row, changes, asked, line) for row in changes.lines),
        any(changes.lines.column("unvalued")),
        LINES.get(line, ""),
        tuple(_deal(row) for row in deals[:SHOWN]),
        len(deals),
        changes.notes,
    )


def tables(found: PipelineAnswer, asked: Asked) -> Mapping[str, Rows]:
    """The bridge, and the deals behind its lines or the one chosen."""
    changes = found.changes
    if not isinstance(changes, PipelineChanges):
        return {}
    place = changes.deals.names.index("line")
    kept = [record for record in changes.deals.records if not asked.line or record[place] == asked.line]
    return {"changes": changes.lines, "deals": Rows(changes.deals.columns, tuple(kept))}


def pictures(found: PipelineAnswer) -> Mapping[str, Markup]:
    """The bridge."""
    changes = found.changes
    if not isinstance(changes, PipelineChanges):
        return {}
    return {"changes": waterfall.standing(_moves(_own(changes, found.hygiene.currency), changes), changes.headline)}


def _own(changes: PipelineChanges, currency: str | None) -> tuple[Mapping[str, Cell], ...]:
    """The lines in the company's currency, or in the one that most is open in: amounts of several do not add up."""
    rows = tuple(changes.lines)
    starts = [row for row in rows if row["line"] in (START, END)]
    most = max(starts, key=lambda row: number(row["value"]) or 0.0, default={"currency": currency})["currency"]
    used = currency if any(row["currency"] == currency for row in rows) else most
    return tuple(row for row in rows if row["currency"] == used)


def _moves(rows: tuple[Mapping[str, Cell], ...], changes: PipelineChanges) -> tuple[Move, ...]:
    scale = _scale(rows)
    return tuple(_move(row, changes, scale) for row in rows)


def _move(row: Mapping[str, Cell], changes: PipelineChanges, scale: Scale) -> Move:
    line, amount, total = str(row["line"]), number(row["value"]) or 0.0, row["line"] in (START, END)
    tone: Tone = "ac" if total else "none" if line in _GREY or not amount else "good" if amount > 0 else "bad"
    text = formatting.whole(amount / scale.divisor, signed=not total)
    label = _day_of(line, changes) if total else _SHORT.get(line, LINES[line])
    return Move(label, amount, text, formatting.plural(number(row["n"]) or 0, "deal"), tone, total)


def _day_of(line: str, changes: PipelineChanges) -> str:
    return f"Open, {formatting.day(changes.since if line == START else changes.until, changes.until.year)}"


def _scale(rows: tuple[Mapping[str, Cell], ...]) -> Scale:
    currency = next((str(row["currency"]) for row in rows if row["currency"]), None)
    largest = max((abs(number(row["value"]) or 0.0) for row in rows), default=0.0)
    return scale_of(largest, Header("open_pipeline", "actual", "currency", currency=currency))


def _measure(
    changes: PipelineChanges, rows: tuple[Mapping[str, Cell], ...], scale: Scale, moves: tuple[Move, ...]
) -> str:
    totals = [Decimal(str(row["value"])) for row in rows]
    rest = totals[-1] - sum(totals[:-1], Decimal(0)) if totals else Decimal(0)
    of = f"closing in {changes.scope.closing.label}" if changes.scope.closing else "whenever it closes"
    days = f"{formatting.day(changes.since, changes.until.year)} to {formatting.day(changes.until)}"
    words = [f"Raw open pipeline, {of}", scale.long or "amounts", days]
    cut, apart = (
        waterfall.cut_at(moves),
        {str(row["currency"]) for row in changes.lines} - {str(row["currency"]) for row in rows},
    )
    more = [f"Unexplained: {formatting.whole(rest)}"]
    more += [f"The scale starts at {formatting.whole(cut / scale.divisor)}"] if cut > 0 else []
    more += [f"Deals in {formatting.listed(sorted(apart))} are in the table, not added"] if apart else []
    return f"{', '.join(words)}. {'. '.join(more)}."


def _line(rows: tuple[Mapping[str, Cell], ...], asked: str) -> str:
    if asked:
        return asked
    moved = [row for row in rows if row["line"] not in (START, END)]
    return str(max(moved, key=lambda row: abs(number(row["value"]) or 0.0), default={"line": END})["line"])


def _row(row: Mapping[str, Cell], changes: PipelineChanges, asked: Asked, chosen: str) -> Line:
    line, total = str(row["line"]), row["line"] in (START, END)
    currency = str(row["currency"]) if row["currency"] else None
    day = changes.since if line == START else changes.until
    whole = replace(asked, as_of=day, plan=None).why("open_pipeline") if total and not changes.scope.closing else ""
    unvalued = number(row["unvalued"])
    return Line(
        line,
        _day_of(line, changes) if total else LINES[line],
        Linked(formatting.exact_money(number(row["value"]), currency, signed=not total), whole),
        formatting.count(number(row["n"])),
        formatting.count(unvalued) if unvalued else "",
        currency or "",
        f"{asked.pipeline(line=line)}#deals",
        line == chosen,
        total,
    )


def _deal(row: Mapping[str, Cell]) -> MovedDeal:
    currency = str(row["currency"]) if row["currency"] else None
    value = number(row["value"])
    signed = row["line"] not in (START, END)
    return MovedDeal(
        str(row["name"] or row["key"]),
        str(row["owner"] or "nobody"),
        str(row["before"] or ""),
        str(row["after"] or ""),
        "not known" if value is None else formatting.exact_money(value, currency, signed=signed),
    )
