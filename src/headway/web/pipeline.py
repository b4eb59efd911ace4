"""The Pipeline page as values: is there enough, is it real, what moved, what is won, and what to inspect first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup

from headway.core import formatting
from headway.core.rows import Column, Rows
from headway.core.series import Header
from headway.core.titles import capital
from headway.web import coverage, pages, pipeline_curve, pipeline_moves
from headway.web.coverage import Cover
from headway.web.figures import Figure, figure
from headway.web.pipeline_answer import COVERED, REQUIRED, WIN_RATE, PipelineAnswer, number
from headway.web.query import Asked
from headway.web.source import Source
from headway.web.track import Linked

SHOWN = 10
"""How many deals of the queue the page lists; the file holds all."""

FIXES = 2
"""How many things to do the page names for each of them."""


@dataclass(frozen=True)
class Tile:
    """One number of the head: its label, its value, what it is held against, and where it is taken apart."""

    label: str
    value: Figure
    beside: str
    below: str
    address: str


@dataclass(frozen=True)
class CoverRow:
    """One span of the coverage table, written out."""

    span: str
    remaining: str
    raw: Linked
    trusted: str
    needed: Linked
    interval: str
    short: bool


@dataclass(frozen=True)
class ToInspect:
    """One deal of the queue: whose, in which state, what is wrong with it and what to do."""

    name: str
    owner: str
    stage: str
    closes: str
    value: str
    trusted: bool
    why: str
    fixes: tuple[str, ...]


def page(found: PipelineAnswer, asked: Asked, source: Source) -> str:
    """The Pipeline page; what it links to is pinned to the day and the plan it shows."""
    chosen, inside = asked.as_of is not None, found.hygiene.covered
    asked = replace(asked, as_of=found.day, plan=inside.plan if inside else asked.plan)
    covers = tuple(one for one in found.covers if one.raw is not None)
    return pages.render(
        "pipeline.html",
        pages.frame(source, asked, headline(found), "/pipeline", found.day, chosen),
        found=found,
        headline=headline(found),
        lead=lead(found),
        tiles=_tiles(found, asked),
        take=_take(covers),
        wide=coverage.drawn(covers, "wide") if covers else "",
        phone=coverage.drawn(covers, "narrow") if covers else "",
        covers=tuple(_cover_row(one, found, asked) for one in covers),
        why_not=tuple(dict.fromkeys(one.note for one in covers if one.note and not one.in_plan)),
        moves=pipeline_moves.told(found, asked),
        curve=pipeline_curve.told(found, asked),
        queue=_queue(found),
        queued=len(found.hygiene.queue),
        footer=_footer(found),
    )


def tables(found: PipelineAnswer, asked: Asked) -> Mapping[str, Rows]:
    """The tables of the page by the name they have in an address."""
    return {
        "coverage": _as_rows(found.covers),
        **pipeline_moves.tables(found, asked),
        **pipeline_curve.tables(found),
        "queue": found.hygiene.queue,
        "fixes": found.hygiene.fixes,
    }


def pictures(found: PipelineAnswer) -> Mapping[str, Markup]:
    """The charts of the page by the name they have in an address."""
    covers = {"coverage": coverage.drawn(found.covers, "wide")} if found.covers else {}
    return {**covers, **pipeline_moves.pictures(found), **pipeline_curve.pictures(found)}


def headline(found: PipelineAnswer) -> str:
    """The finding: coverage of the quarter at hand on paper, on deals that can be trusted, and as much as it takes."""
    line, first = found.hygiene.pipeline, next(iter(found.covers), None)
    if not line.deals:
        return "Nothing is open."
    if first is None:
        trusted, raw = (formatting.money(value, found.hygiene.currency) for value in (line.trusted, line.raw))
        return f"{trusted} of {raw} open pipeline can be trusted."
    span = f"the {first.span[:1].lower()}{first.span[1:]}" if first.in_plan else first.span
    told = f"On paper {span} is covered {formatting.multiple(first.raw)}, on deals that can be trusted"
    told = f"{told} {formatting.multiple(first.trusted)}"
    return f"{told}; it takes {formatting.multiple(first.needed)}." if first.needed is not None else f"{told}."


def lead(found: PipelineAnswer) -> str:
    """What takes trust away, and how far the pipeline goes towards the plan."""
    line, inside, currency = found.hygiene.pipeline, found.hygiene.covered, found.hygiene.currency
    if not line.deals:
        return "No opportunity is open on this day in the data that are loaded."
    told: list[str] = []
    if line.distrusted:
        lost = formatting.money(line.raw - line.trusted, currency)
        told.append(f"{formatting.count(line.distrusted)} of {formatting.plural(line.deals, 'open deal')},")
        told.append(f"worth {lost}, cannot be trusted")
        worst = max(
            (one for one in found.hygiene.found if one.severe), key=lambda one: one.at_risk or 0.0, default=None
        )
        if worst is not None and worst.at_risk:
            told.append(f"({formatting.money(worst.at_risk, currency)} of it: {worst.title.lower()})")
        told[-1] += "."
    else:
        told.append("No severe rule names any open deal.")
    if inside is not None and inside.coverage is not None:
        missing = formatting.money(inside.remaining, currency)
        told.append(
            f"Of the {missing} that {inside.plan} still misses, all that is open covers"
            f" {formatting.multiple(inside.coverage)}, what can be trusted"
            f" {formatting.multiple(inside.trusted_coverage)}."
        )
    return " ".join(told)


def _tiles(found: PipelineAnswer, asked: Asked) -> tuple[Tile, ...]:
    line, header = (
        found.hygiene.pipeline,
        Header("open_pipeline", "actual", "currency", currency=found.hygiene.currency),
    )
    if not line.deals:
        return ()
    whole = replace(asked, plan=None)
    share = f"{formatting.percent(line.trusted / line.raw)} of raw" if line.raw else ""
    kept = formatting.plural(line.deals - line.distrusted, "deal")
    tiles = [
        Tile("Open pipeline, raw", figure(line.raw, header), formatting.plural(line.deals, "deal"), "All that is open",
             whole.why("open_pipeline")),
        Tile("Open pipeline, trusted", figure(line.trusted, header), kept, share, asked.data_page()),
    ]  # fmt: skip
    first = next(iter(found.covers), None)
    if first is not None and not first.in_plan:
        needed = (
            f"needed {formatting.multiple(first.needed)}" if first.needed is not None else "needed: cannot tell yet"
        )
        shown = Figure(formatting.multiple(first.raw).rstrip("×"), "×")
        beside = f"raw, {formatting.multiple(first.trusted)} trusted"
        address = asked.of("actual", first.span).why(COVERED)
        tiles.append(Tile(f"Coverage of {first.span}", shown, beside, needed, address))
    rate = pipeline_curve.in_the_end(found)
    if rate is not None and not asked.by:
        shown = Figure(formatting.percent(rate.won).rstrip("%"), "%")
        tiles.append(
            Tile("Win rate, in the end", shown, "of deals created", pipeline_curve.interval(rate), whole.why(WIN_RATE))
        )
    return tuple(tiles)


def _take(covers: tuple[Cover, ...]) -> str:
    """The finding of the coverage chart."""
    judged = [one for one in covers if one.needed is not None]
    short = [one for one in judged if one.is_short]
    if not covers:
        return ""
    if not judged:
        return "How much coverage is enough cannot be told yet."
    if not short:
        return f"What can be trusted is enough for {formatting.listed([one.span for one in judged])}."
    spans, verb = formatting.listed([one.span for one in short]), "are" if len(short) > 1 else "is"
    on_paper = [one for one in short if one.raw is not None and one.raw < (one.low or one.needed or 0.0)]
    if len(on_paper) == len(short):
        return f"{spans} {verb} short, even on paper."
    return f"{spans} {verb} short once deals that cannot be trusted are taken out."


def _cover_row(one: Cover, found: PipelineAnswer, asked: Asked) -> CoverRow:
    at = asked.of("actual", None if one.in_plan else one.span)
    needed = Linked(formatting.multiple(one.needed), at.why(REQUIRED)) if one.needed is not None else Linked("", "")
    if one.needed is None:
        needed = Linked("told for quarters" if one.in_plan else "cannot tell yet", "")
    span = formatting.interval(one.low, one.high, formatting.multiple) if one.low is not None else ""
    return CoverRow(
        one.span,
        formatting.money(one.remaining, found.hygiene.currency),
        Linked(formatting.multiple(one.raw), at.why(COVERED)),
        formatting.multiple(one.trusted),
        needed,
        span,
        one.is_short,
    )


def _queue(found: PipelineAnswer) -> tuple[ToInspect, ...]:
    fixes: dict[str, list[str]] = {}
    for row in found.hygiene.fixes:
        fix = str(row["fix"] or "")
        known = fixes.setdefault(str(row["record"]), [])
        if fix and fix not in known:
            known.append(fix)
    return tuple(
        ToInspect(
            str(row["name"] or row["record"]),
            str(row["owner"] or "nobody"),
            str(row["stage"] or "stage not given"),
            formatting.day(closes, found.day.year) if isinstance(closes := row["close_date"], date) else "not given",
            formatting.money(number(row["value"]), str(row["currency"] or "") or None),
            not row["severe"],
            str(row["why"]),
            _first_of([capital(text) for text in fixes.get(str(row["record"]), ())]),
        )
        for row in list(found.hygiene.queue)[:SHOWN]
    )


def _first_of(fixes: list[str]) -> tuple[str, ...]:
    """The first two things to do, and how many more the fix list has."""
    more = len(fixes) - FIXES
    return (*fixes[:FIXES], *([f"{formatting.plural(more, 'more thing')} to do in the fix list"] if more > 0 else []))


def _as_rows(covers: tuple[Cover, ...]) -> Rows:
    numbers = [Column(name, "number") for name in ("raw", "trusted", "needed", "needed_low", "needed_high")]
    columns = [Column("span"), Column("remaining_target", "money"), *numbers, Column("note")]
    return Rows.of(
        columns,
        [(one.span, one.remaining, one.raw, one.trusted, one.needed, one.low, one.high, one.note) for one in covers],
    )


def _footer(found: PipelineAnswer) -> tuple[str, ...]:
    inside, currency = found.hygiene.covered, found.hygiene.currency
    return (
        f"As of {formatting.day(found.day)}",
        f"Coverage towards plan {inside.plan}" if inside else "No plan, so no coverage",
        f"Amounts in {currency}" if currency else "Amounts without a currency: none is declared",
        f"Data run {found.hygiene.run}",
    )
