"""The Revenue page as values: is the base holding and growing, what is kept of it, and what comes up for renewal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from markupsafe import Markup

from headway.core import formatting
from headway.core.rows import Rows
from headway.core.series import Header
from headway.web import pages, revenue_cohorts, revenue_due, revenue_moves, revenue_rates
from headway.web.figures import Figure, figure
from headway.web.intervals import Rate
from headway.web.pipeline import Tile
from headway.web.pipeline_answer import number
from headway.web.query import Asked
from headway.web.revenue_answer import ARR, DUE, NEAR, RevenueAnswer, rows_of
from headway.web.source import Source

_RATES = {"nrr": "Net retention (NRR)", "grr": "Gross retention (GRR)", "logo_retention": "Customers kept"}


def page(found: RevenueAnswer, asked: Asked, source: Source) -> str:
    """The Revenue page; what it links to is pinned to the day it shows."""
    chosen = asked.as_of is not None
    asked = replace(asked, as_of=found.day)
    at = replace(asked, plan=None)
    return pages.render(
        "revenue.html",
        pages.frame(source, asked, headline(found), "/revenue", found.day, chosen),
        found=found,
        headline=headline(found),
        lead=lead(found),
        tiles=_tiles(found, at),
        moves=revenue_moves.told(found, at),
        kept=revenue_rates.told(found, at),
        cohorts=revenue_cohorts.told(found, at),
        due=revenue_due.told(found, at),
        footer=_footer(found),
    )


def tables(found: RevenueAnswer) -> Mapping[str, Rows]:
    """The tables of the page by the name they have in an address."""
    return {
        **revenue_moves.tables(found),
        **revenue_rates.tables(found),
        **revenue_cohorts.tables(found),
        **revenue_due.tables(found),
    }


def pictures(found: RevenueAnswer) -> Mapping[str, Markup]:
    """The charts of the page by the name they have in an address."""
    return {**revenue_moves.pictures(found), **revenue_rates.pictures(found), **revenue_due.pictures(found)}


def headline(found: RevenueAnswer) -> str:
    """The finding: whether the base grows, holds or shrinks by itself, as far as the interval tells."""
    _, closing = revenue_moves.grown(found)
    arr = f"ARR is {formatting.money(closing, found.currency)}"
    known = revenue_rates.rate_of(found.rates["nrr"], found.currency)
    if known is None:
        return f"{arr}; who was there a year ago is not known, so retention cannot be told."
    rate, n = known
    nrr = f"NRR {formatting.percent(rate.value)}"
    if not rate.sure or rate.low is None or rate.high is None:
        return f"{arr}; retention cannot be told yet (n = {n:,})."
    if rate.low > 1:
        return f"The base grows by itself: {nrr}. {arr}."
    if rate.high < 1:
        return f"The base shrinks without new customers: {nrr}. {arr}."
    return f"The base holds: {nrr}, growth that may be chance. {arr}."


def lead(found: RevenueAnswer) -> str:
    """How the base got here, and what of it has to be renewed soon."""
    opening, closing = revenue_moves.grown(found)
    known = revenue_moves.by_months(found)
    total = {one: sum((each.moves[one] for each in known), revenue_moves.ZERO) for one in known[0].moves}
    since = formatting.day(found.back.start - timedelta(days=1), found.day.year)
    moved = "stands" if closing == opening else "is up" if closing > opening else "is down"
    by = f" {formatting.money(abs(closing - opening), found.currency)}" if closing != opening else ""
    words = revenue_moves.words_of(total, found.currency)
    told = [f"ARR {moved}{by} since {since}{f': {words}' if words else ''}."]
    due, doubtful, many = revenue_due.sums(found)
    if due:
        soon, against = (formatting.money(amount, found.currency) for amount in (due, doubtful))
        speaks = f"; {against} of it in {formatting.plural(many, 'contract')} has something against it" if many else ""
        told.append(f"{soon} is up for renewal in the next {NEAR} days{speaks}.")
    return " ".join(told)


def _tiles(found: RevenueAnswer, asked: Asked) -> tuple[Tile, ...]:
    header = Header(ARR, "actual", "currency/year", currency=found.currency)
    opening, closing = revenue_moves.grown(found)
    now = next(iter(rows_of(found.levels, found.currency)[::-1]))
    since = formatting.money(closing - opening, found.currency, signed=True)
    eve = formatting.day(found.back.start - timedelta(days=1))
    customers = formatting.plural(number(now["n"]) or 0, "customer")
    tiles = [Tile("ARR", figure(float(closing), header), customers, f"{since} since {eve}", asked.why(ARR))]
    for metric, title in _RATES.items():
        known = revenue_rates.rate_of(found.rates[metric], found.currency)
        if known is not None:
            rate, n = known
            shown = Figure(formatting.percent(rate.value).rstrip("%"), "%")
            tiles.append(Tile(title, shown, f"of {n:,} a year ago", _interval(rate), asked.why(metric)))
    due, doubtful, many = revenue_due.sums(found)
    if due:
        against = (
            f"{formatting.money(doubtful, found.currency)} has something against it"
            if many
            else "Nothing is against it"
        )
        address = asked.of("actual", revenue_due.near_period(found)).why(DUE)
        contracts = formatting.plural(len(revenue_due.soon(found)), "contract")
        tiles.append(Tile(f"Due in {NEAR} days", figure(float(due), header), contracts, against, address))
    return tuple(tiles)


def _interval(rate: Rate) -> str:
    return revenue_rates.written(rate) if rate.low is not None else "no interval"


def _footer(found: RevenueAnswer) -> tuple[str, ...]:
    return (
        f"As of {formatting.day(found.day)}",
        "Scope: every customer with recurring revenue",
        f"Amounts in {found.currency}" if found.currency else "Amounts without a currency: none is declared",
        *_notes(found),
        f"Data run {found.answers.run}",
    )


def _notes(found: RevenueAnswer) -> tuple[str, ...]:
    """What the numbers say of themselves, once: rates of exchange, records left out."""
    rows = rows_of(found.levels, found.currency)
    return tuple(dict.fromkeys(part for row in rows for part in str(row["note"] or "").split("; ") if part))
