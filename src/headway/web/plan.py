"""The Plan page as values: the bridge to the target, the inputs it stands on, when deals have to be created, the gap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from markupsafe import Markup

from headway.core import formatting
from headway.core.diagnostics import Diagnostic, did_you_mean
from headway.core.rows import Cell, Column, Rows
from headway.core.series import Header
from headway.core.sheet import BridgeStep, Sheet
from headway.core.titles import capital, title
from headway.web import dials, figures, pages, plan_drawings
from headway.web.figures import Scale
from headway.web.mistakes import UNREADABLE_ADDRESS
from headway.web.query import Asked
from headway.web.source import Source, Trouble
from headway.web.track import Linked

Day = date | None
"""The day the page stands on, where anything is loaded."""


@dataclass(frozen=True)
class BridgeRow:
    """One row of the bridge's table: its label, amount, and where the amount is explained."""

    label: str
    amount: Linked
    total: bool


@dataclass(frozen=True)
class QuarterRow:
    """One line of the table by quarter; a heading where it opens a source."""

    label: str
    cells: tuple[str, ...]
    heading: bool = False
    total: bool = False


def page(sheet: Sheet, asked: Asked, source: Source, base: str, day: Day) -> str:
    """A plan laid out, inside the frame or bare."""
    chosen = asked.as_of is not None
    tried = {dial.key: asked.tried[dial.key] for dial in sheet.tried}
    asked = replace(asked, plan=sheet.plan.name, tried=tried)
    scale = figures.scale_of(max(abs(step.amount) for step in sheet.bridge), _header(sheet))
    wide, phone = plan_drawings.bridge(sheet, scale, "wide"), plan_drawings.bridge(sheet, scale, "narrow")
    return pages.render(
        "plan.html",
        pages.frame(source, asked, headline(sheet), "/plan", asked.as_of, chosen),
        base=base,
        sheet=sheet,
        headline=headline(sheet),
        lead=lead(sheet),
        take=bridge_take(sheet),
        measure=_measure(sheet, scale),
        wide=wide,
        phone=phone,
        steps=tuple(_bridge_row(step, sheet, asked, scale) for step in sheet.bridge),
        unit=scale.short,
        groups=dials.groups(sheet, asked),
        quarters=quarter_heads(sheet),
        quarter_rows=tuple(quarter_rows(sheet)),
        windows=sheet.windows,
        calendar_take=plan_drawings.calendar_take(sheet, day),
        calendar_wide=plan_drawings.calendar(sheet, day, "wide"),
        calendar_phone=plan_drawings.calendar(sheet, day, "narrow"),
        months=tuple(_month(record, sheet) for record in sheet.required),
        needed=tuple(words[:1].upper() + words[1:] for words in sheet.required_words),
        files={name: asked.plan_page(tried, f"/plan/{name}") for name in FILES},
        footer=_footer(sheet, day),
    )


FILES = ("bridge.csv", "bridge.png", "quarters.csv", "required.csv", "calendar.csv", "calendar.png")
"""What can be taken from the page."""


def headline(sheet: Sheet) -> str:
    """The finding: what the assumptions yield against the target."""
    reached = _money(sheet.reached, sheet)
    what = title(sheet.aim)
    if sheet.target is None:
        return f"The assumptions yield {reached} {what} by the end of {sheet.due}."
    gap = sheet.target - sheet.reached
    if _is_rounding(gap, sheet):
        return f"The assumptions yield the target: {_money(sheet.target, sheet)} {what} by the end of {sheet.due}."
    if gap < 0:
        above = f"{_money(-gap, sheet)} above the target of {_money(sheet.target, sheet)}"
        return f"The assumptions yield {reached} {what}, {above}."
    return (
        f"The assumptions yield {reached} of {_money(sheet.target, sheet)} {what}. {_money(gap, sheet)} is unexplained."
    )


def lead(sheet: Sheet) -> str:
    """What was tried, or where the volume has to come from."""
    if sheet.tried:
        many = formatting.plural(len(sheet.tried), "value")
        difference = formatting.quantity(sheet.reached - sheet.untouched, sheet.unit, sheet.plan.currency, signed=True)
        return f"{many} tried otherwise: {difference} against the plan as written. Nothing is saved."
    words = sheet.required_words[0] if sheet.required_words else ""
    return f"{words[:1].upper()}{words[1:]}." if words else sheet.plan.why


def bridge_take(sheet: Sheet) -> str:
    """The finding of the bridge: the largest part, or what is kept of the base."""
    base = next((step for step in sheet.bridge if step.kind == "base"), None)
    kept = next((step for step in sheet.bridge if step.kind == "kept"), None)
    if base and kept:
        left, there = _money(kept.amount, sheet), _money(base.amount, sheet)
        return f"Growth starts from the base kept, {left}, not the base there is, {there}."
    gains = [step for step in sheet.bridge if step.kind == "gain"]
    if not gains or not sheet.reached:
        return "What the assumptions add up to."
    largest = max(gains, key=lambda step: step.amount)
    share = formatting.percent(largest.amount / sheet.reached, digits=0)
    return f"{largest.label} brings {share} of what the assumptions yield."


def read_tried(sheet: Sheet, texts: Mapping[str, str]) -> Mapping[str, Decimal] | tuple[Diagnostic, ...]:
    """The values of an address as numbers, those as the plan has them left out; or what cannot be read."""
    known = {dial.key: dial for dial in sheet.dials}
    found: list[Diagnostic] = []
    tried: dict[str, Decimal] = {}
    for key, text in texts.items():
        if key not in known:
            message = f"the plan has no value '{key}' that can be tried"
            found.append(UNREADABLE_ADDRESS.at(None, message, remedy=did_you_mean(key, known)))
            continue
        value = _number(text)
        if value is None:
            found.append(
                UNREADABLE_ADDRESS.at(None, f"'{text}' is not a number", remedy=f"write set.{key}= and a number")
            )
        elif text != dials.text_of(known[key]):
            tried[key] = dials.from_shown(value, known[key])
    return tuple(found) if found else tried


def not_to_try(found: Trouble) -> Trouble:
    """What is wrong with values that were tried: with the address, not with the plan's text, which is as it was."""
    return tuple(UNREADABLE_ADDRESS.at(None, one.message, detail=one.detail, remedy=one.remedy) for one in found)


def tables(sheet: Sheet) -> Mapping[str, Rows]:
    """The tables of the page by the name they have in an address."""
    bridge = [(step.kind, step.label, step.line, step.amount, sheet.unit) for step in sheet.bridge]
    columns = [Column("kind"), Column("step"), Column("line"), Column("amount", "number"), Column("unit")]
    windows = [(one.source, one.quarter, one.first, one.last, one.cycle) for one in sheet.windows]
    spans = [Column("source"), Column("quarter"), Column("first", "date"), Column("last", "date")]
    return {
        "bridge": Rows.of(columns, bridge),
        "quarters": sheet.quarters,
        "required": sheet.required,
        "calendar": Rows.of([*spans, Column("cycle_days", "number")], windows),
    }


def pictures(sheet: Sheet, day: Day) -> Mapping[str, Markup]:
    """The charts of the page by the name they have in an address, wide."""
    scale = figures.scale_of(max(abs(step.amount) for step in sheet.bridge), _header(sheet))
    drawn = {
        "bridge": plan_drawings.bridge(sheet, scale, "wide"),
        "calendar": plan_drawings.calendar(sheet, day, "wide"),
    }
    return {name: one for name, one in drawn.items() if one is not None}


def quarter_heads(sheet: Sheet) -> tuple[str, ...]:
    """The quarters of the plan."""
    return tuple(dict.fromkeys(str(one["quarter"]) for one in sheet.quarters))


def quarter_rows(sheet: Sheet) -> Iterator[QuarterRow]:
    """By source and quarter: volume, conversion, deals, deal size, amount; the whole company last."""
    quarters = quarter_heads(sheet)
    sources = tuple(dict.fromkeys(str(one["source"]) for one in sheet.quarters))
    for source in sources:
        records = {str(one["quarter"]): one for one in sheet.quarters if one["source"] == source}
        if len(sources) > 1:
            yield QuarterRow("All sources" if source == "all" else capital(source), (), heading=True)
        yield from _source_rows([records[quarter] for quarter in quarters], sheet)


def _source_rows(records: list[Mapping[str, Cell]], sheet: Sheet) -> Iterator[QuarterRow]:
    currency = sheet.plan.currency

    def values(name: str) -> list[float] | None:
        cells = [record.get(name) for record in records]
        known = [float(cell) for cell in cells if isinstance(cell, float)]
        return [*known, sum(known)] if len(known) == len(cells) else None

    def written(name: str, unit: str) -> tuple[str, ...]:
        return tuple(formatting.quantity(value, unit, currency) for value in values(name) or ())

    created, wins = values("opportunities_created"), values("eventual_wins")
    won, worth = values("won_deals"), values("won_value")
    if created:
        yield QuarterRow("Opportunities created", written("opportunities_created", "opportunity"))
    if created and wins:
        yield QuarterRow("of them won in the end", tuple(map(_share, wins, created)))
    if won:
        yield QuarterRow("Deals won in the quarter", written("won_deals", "deal"))
    if won and worth:
        sizes = (value / count if count else None for value, count in zip(worth, won, strict=True))
        shown = (formatting.UNDEFINED if size is None else formatting.money(size, currency) for size in sizes)
        yield QuarterRow("Mean deal size", tuple(shown))
    if worth:
        yield QuarterRow("Won value", written("won_value", "currency"), total=True)
    if values("new_arr"):
        yield QuarterRow("New ARR", written("new_arr", "currency"), total=True)


def _share(part: float, whole: float) -> str:
    return formatting.percent(part / whole) if whole else formatting.UNDEFINED


def _bridge_row(step: BridgeStep, sheet: Sheet, asked: Asked, scale: Scale) -> BridgeRow:
    total = step.kind in ("base", "kept", "plan", "target")
    header = _header(sheet)
    text = figures.cell(step.amount, header, scale)
    if not total and figures.is_money(header):
        text = formatting.whole(step.amount / scale.divisor, signed=True)
    explained = step.line and step.kind != "base" and not sheet.tried
    return BridgeRow(step.label, Linked(text, asked.of("plan", None).why(step.line) if explained else ""), total)


def _month(record: Mapping[str, Cell], sheet: Sheet) -> tuple[str, ...]:
    def told(name: str, unit: str) -> str:
        cell = record.get(name)
        known = isinstance(cell, float)
        return formatting.quantity(cell, unit, sheet.plan.currency) if known else "not known"

    return (
        str(record["month"]),
        told("opportunities_planned", "opportunity"),
        told("opportunities_needed", "opportunity"),
        told("opportunities_needed_without_lag", "opportunity"),
        told("pipeline_needed", "currency"),
        told("yield_by_due_month", "share"),
    )


def _measure(sheet: Sheet, scale: Scale) -> str:
    unit = f", {scale.long}" if scale.long else ""
    cut = plan_drawings.cut_of(sheet)
    said = f". The scale starts at {_money(cut, sheet)}; cut bars are marked" if cut > 0 else ""
    return f"{capital(title(sheet.aim))} by the end of {sheet.due}{unit}, plan {sheet.plan.name}{said}"


def _header(sheet: Sheet) -> Header:
    return Header(sheet.aim, "plan", sheet.unit, currency=sheet.plan.currency)


def _money(value: float, sheet: Sheet) -> str:
    return formatting.quantity(value, sheet.unit, sheet.plan.currency)


def _is_rounding(gap: float, sheet: Sheet) -> bool:
    return abs(gap) <= 1e-6 * max(1.0, abs(sheet.target or 0.0))


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text.replace(",", "").strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _footer(sheet: Sheet, day: Day) -> tuple[str, ...]:
    made = (
        f"Assumptions as of {formatting.day(sheet.plan.as_of)}" if sheet.plan.as_of else "Assumptions of no stated day"
    )
    currency = (
        f"Amounts in {sheet.plan.currency}" if sheet.plan.currency else "Amounts without a currency: none is declared"
    )
    stands = (f"Data as of {formatting.day(day)}",) if day else ()
    return (made, *stands, "Scope: company", f"Plan {sheet.plan.name}, model {sheet.plan.model}", currency)
