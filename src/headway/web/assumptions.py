"""The Assumptions page as values: what the plan bets on, what has come of each bet, and which of them fail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from markupsafe import Markup

from headway.core import formatting
from headway.core.belief import Belief, Holds, Observed, Register
from headway.core.rows import Cell, Column, Rows
from headway.core.titles import capital, title
from headway.web import dials, pages
from headway.web.figures import Mark
from headway.web.query import Asked, row_of
from headway.web.source import Source
from headway.web.svg import drawing, element, path
from headway.web.tornado import tornado
from headway.web.track import Linked

MARKS: dict[Holds, Mark] = {
    "broken": Mark("bad", "diamond", "Broken"),
    "drifting": Mark("warn", "triangle", "Drifting"),
    "holding": Mark("good", "dot", "Holding"),
    "unknown": Mark("none", "ring", "Cannot tell yet"),
}
"""Each standing as shape, word and colour, the worst first."""

_WIDTH, _HEIGHT = 140.0, 38.0
_LONG = 90


@dataclass(frozen=True)
class Entry:
    """One row of the register; `row` is its place in an address."""

    row: str
    notes: str
    title: str
    owner: str
    basis: str
    n: int | None
    evidence: str
    planned: Linked
    span: str
    review_by: str
    drawing: Markup | None
    actual: Linked
    interval: str
    mark: Mark
    words: str
    attempts: tuple[Linked, ...]
    family: str
    risk: str
    moved: str


@dataclass(frozen=True)
class Risk:
    """What the plan's figure loses at the unfavourable end of an assumption's range, all its members together."""

    family: str = ""
    amount: float = 0.0
    unit: str = ""
    moved: str = ""


_NO_RISK = Risk()


def risks_of(register: Register) -> Mapping[str, Risk]:
    """The risk of each assumption; where no range is known, that of a tenth more or less, and it says so."""
    return {str(one["assumption"]): _risk(one, register.risk) for one in register.risk}


def _risk(one: Mapping[str, Cell], rows: Rows) -> Risk:
    def worst(*names: str) -> float | None:
        known = [float(cell) for cell in (one[name] for name in names) if isinstance(cell, float | int)]
        return -min([*known, 0.0]) if known else None

    ranged, tenth = worst("at_low", "at_high"), worst("less", "more")
    by_range = ranged is not None and ranged > 0
    amount = ranged if by_range else tenth
    said = "over its range" if by_range else "for a tenth"
    unit = rows.columns[rows.names.index("less")].unit
    return Risk(str(one["family"] or ""), amount or 0.0, unit, said if amount else "")


@dataclass(frozen=True)
class Chip:
    """One way to narrow the register."""

    words: str
    count: int
    address: str
    chosen: bool


def page(register: Register, asked: Asked, source: Source) -> str:
    """The register as a page; what it links to is pinned to the day and the plan it shows."""
    chosen = asked.as_of is not None
    asked = replace(asked, as_of=register.as_of, plan=register.plan)
    risks = risks_of(register)
    shown = [belief for belief in register.beliefs if asked.show in ("", belief.holds)]
    return pages.render(
        "assumptions.html",
        pages.frame(source, asked, headline(register), "/assumptions", register.as_of, chosen),
        register=register,
        priced=bool(risks),
        tornado=tornado(register),
        headline=headline(register),
        lead=_lead(register),
        chips=chips(register, asked),
        entries=tuple(_entry(belief, register, asked, risks.get(belief.assumption.name, _NO_RISK)) for belief in shown),
        footer=_footer(register),
    )


def headline(register: Register) -> str:
    """The finding: how many bets have broken, are drifting, or hold."""
    broken, drifting = register.count("broken"), register.count("drifting")
    told = len(register.beliefs) - register.count("unknown")
    if broken:
        more = f", and {drifting} {'is' if drifting == 1 else 'are'} drifting" if drifting else ""
        if broken == 1:
            which = next(_title(belief) for belief in register.beliefs if belief.holds == "broken")
            return f"One assumption has broken: {which[:1].lower()}{which[1:]}{more}."
        return f"{formatting.plural(broken, 'assumption')} have broken{more}."
    if drifting:
        return f"Nothing has broken; {formatting.plural(drifting, 'assumption')} {'is' if drifting == 1 else 'are'} drifting."
    if told:
        whole = len(register.beliefs)
        return f"What can be told holds: {told} of {formatting.plural(whole, 'assumption')}."
    return "No assumption can be told yet."


def chips(register: Register, asked: Asked) -> tuple[Chip, ...]:
    """The ways to narrow the register, each with its count; those that hold nothing are left out."""
    found = [Chip("All", len(register.beliefs), asked.assumptions(), not asked.show)]
    for holds, mark in MARKS.items():
        count = register.count(holds)
        if count or asked.show == holds:
            found.append(Chip(mark.word, count, asked.assumptions(holds), asked.show == holds))
    return tuple(found)


def as_rows(register: Register) -> Rows:
    """The register as a table, one row for each assumed value."""
    numbers = ("assumed", "low", "high")
    names = ("assumption", "members", "unit", *numbers, "basis", "n", "evidence", "owner", "review_by")
    names += ("planned", "actual", "actual_low", "actual_high", "actual_n", "period", "standing", "words")
    kinds = {"review_by": "date"} | dict.fromkeys(("n", "actual_n"), "integer")
    kinds |= dict.fromkeys((*numbers, "planned", "actual", "actual_low", "actual_high"), "number")
    return Rows.of([Column(name, kinds.get(name, "text")) for name in names], map(_record, register.beliefs))


def _record(belief: Belief) -> tuple[Cell, ...]:
    one, assumed, seen = belief.assumption, belief.assumed, belief.actual or Observed("", None)
    values = (assumed.value, assumed.low, assumed.high)
    said = (one.basis, one.n, one.evidence, one.owner, one.review_by)
    measured = (belief.planned, seen.value, seen.low, seen.high, seen.n, belief.period)
    return (one.name, ", ".join(belief.members), one.unit, *values, *said, *measured, belief.holds, belief.words)


def _lead(register: Register) -> str:
    worst = next((b for b in register.beliefs if b.holds in ("broken", "drifting")), None)
    if worst is None:
        return ""
    written = _quantity(worst.planned, worst, register)
    seen = _quantity(worst.actual.value if worst.actual else None, worst, register)
    return f"{_title(worst)}: assumed {written}, measured {seen}; {worst.words}."


def _entry(belief: Belief, register: Register, asked: Asked, risk: Risk) -> Entry:
    one, assumed = belief.assumption, belief.assumed
    seen = belief.actual
    several = len(one.values) > 1 and not belief.members
    span = ""
    if several:
        span = formatting.plural(len(one.values), "value")
    elif assumed.low is not None and assumed.high is not None:
        span = f"{_written(assumed.low, one.unit, register)} to {_written(assumed.high, one.unit, register)}"
    interval = ""
    if seen is not None and seen.value is not None:
        ends = seen.low is not None and seen.high is not None
        interval = (
            f"{_quantity(seen.low, belief, register)} to {_quantity(seen.high, belief, register)}" if ends else ""
        )
    return Entry(
        row_of(belief.key),
        asked.notes(belief.key),
        _title(belief),
        one.owner,
        one.basis,
        one.n,
        one.evidence,
        Linked(_told(belief, register, several), asked.of("plan", None).why(one.name)),
        span,
        formatting.day(one.review_by, register.as_of.year) if one.review_by else "",
        _spark(belief),
        _actual(belief, register, asked),
        interval,
        MARKS[belief.holds],
        belief.words,
        tuple(_attempts(belief, register, asked)),
        risk.family,
        formatting.quantity(-risk.amount, risk.unit, register.currency, signed=True) if risk.amount else "",
        risk.moved,
    )


def _attempts(belief: Belief, register: Register, asked: Asked) -> Iterator[Linked]:
    """Where a bet fails: the plan with what was measured in its place, lately, and over the whole window."""
    one = belief.assumption
    if belief.outside is None or any(name in ("month", "lag") for name in one.by) or one.unit.endswith("/month"):
        return
    for seen in dict.fromkeys((belief.outside, belief.actual)):
        if seen is not None and seen.value is not None:
            when = f"in {seen.label}" if seen.label else "over the whole window"
            tried = {belief.key: dials.shown_text(Decimal(repr(seen.value)), one.unit)}
            yield Linked(f"Use {_quantity(seen.value, belief, register)}, measured {when}", asked.plan_page(tried))


def _told(belief: Belief, register: Register, several: bool) -> str:
    one = belief.assumption
    if not several:
        return _written(belief.assumed.value, one.unit, register)
    values = [estimate.value for estimate in one.values.values()]
    low, high = (_written(end, one.unit, register) for end in (min(values), max(values)))
    return low if low == high else f"{low} to {high}"


def _actual(belief: Belief, register: Register, asked: Asked) -> Linked:
    seen, one = belief.actual, belief.assumption
    if seen is None or seen.value is None:
        return Linked("not measured", "")
    by = [name for name in one.by if name != "month"]
    where = dict(zip(by, belief.members, strict=False))
    address = replace(asked, where=where, show="").of("actual", belief.period).why(one.name)
    flow = one.unit.endswith("/month") or "month" in one.by
    against = f" of {_quantity(belief.planned, belief, register)}" if flow and belief.planned is not None else ""
    return Linked(f"{_quantity(seen.value, belief, register)}{against}", address)


def _title(belief: Belief) -> str:
    words = capital(title(belief.assumption.name))
    return f"{words}, {', '.join(belief.members)}" if belief.members else words


def _written(value: Decimal | float | None, unit: str, register: Register) -> str:
    """A value of the plan; one for each month says so."""
    monthly = unit.endswith("/month") and not unit.startswith(("share", "rate"))
    text = formatting.quantity(value, unit.removesuffix("/month") if monthly else unit, register.currency)
    return f"{text} a month" if monthly else text


def _quantity(value: float | None, belief: Belief, register: Register) -> str:
    unit = belief.assumption.unit
    monthly = unit.endswith("/month") and not unit.startswith(("share", "rate"))
    return formatting.quantity(value, unit.removesuffix("/month") if monthly else unit, register.currency)


def _spark(belief: Belief) -> Markup | None:
    """The latest periods with their intervals, and the dashed line of what is assumed."""
    known = [one for one in belief.periods if one.value is not None]
    flow = belief.assumption.unit.endswith("/month")
    planned = float(belief.assumed.value) if flow else belief.planned
    if flow and any(" to " in one.label for one in known):
        return None
    if not known or planned is None:
        return None
    ends = [end for one in known for end in (one.low, one.high, one.value) if end is not None]
    low, high = min([planned, *ends]), max([planned, *ends])
    room = (high - low or abs(high) or 1.0) * 0.08

    def level(value: float) -> float:
        return _HEIGHT - 3 - (value - low + room) / (high - low + 2 * room) * (_HEIGHT - 6)

    xs = [_WIDTH * (i + 0.5) / len(known) for i in range(len(known))]
    parts = [
        element(
            "rect", class_="ci", x=x - 7, y=level(one.high), width=14, height=max(level(one.low) - level(one.high), 1)
        )
        for x, one in zip(xs, known, strict=True)
        if one.low is not None and one.high is not None
    ]
    parts.append(element("line", class_="assumed", x1=0, x2=_WIDTH, y1=level(planned), y2=level(planned)))
    points = [(x, level(one.value)) for x, one in zip(xs, known, strict=True) if one.value is not None]
    if len(points) > 1:
        parts.append(path(points, "seen"))
    parts += [element("circle", class_="dotmark", cx=x, cy=y, r=3.2) for x, y in points]
    return drawing(_WIDTH, _HEIGHT, *parts, label=None, class_="viz spark")


def _footer(register: Register) -> tuple[str, ...]:
    run = (f"Data run {register.run}",) if register.run else ()
    currency = (
        f"Amounts in {register.currency}" if register.currency else "Amounts without a currency: none is declared"
    )
    return (f"As of {formatting.day(register.as_of)}", "Scope: company", f"Plan {register.plan}", currency, *run)
