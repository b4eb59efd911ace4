"""What changed about the open pipeline, in one sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from headway.core import formatting
from headway.core.changes import END, LINES, START, PipelineScope
from headway.core.rows import Rows

_MOST = 3
"""How many lines a sentence names."""


def headline(lines: Rows, since: date, until: date, pipeline: PipelineScope) -> str:
    """The pipeline at the end against that at the start, and what moved it most; each currency by itself."""
    added = defaultdict[tuple[str | None, str], Decimal](Decimal)
    for row in lines:
        currency = None if row["currency"] is None else str(row["currency"])
        added[currency, str(row["line"])] += Decimal(str(row["value"]))
    if pipeline.by:  # what moves between groups moved nowhere
        for currency in {currency for currency, _ in added}:
            moved = added.pop((currency, "moved_in"), Decimal()) + added.pop((currency, "moved_out"), Decimal())
            added[currency, "moved_in" if moved > 0 else "moved_out"] = moved
    what = "Open pipeline"
    if pipeline.closing:
        what += f" expected to close in {pipeline.closing}"
    if pipeline.where:
        what += f" with {formatting.listed([f'{name} = {member}' for name, member in pipeline.where.items()])}"
    days = f"from {formatting.day(since, until.year)} to {formatting.day(until)}"
    currencies = sorted({currency for currency, _ in added}, key=str)
    return (
        ". ".join(
            _sentence(what, days, currency, {k[1]: v for k, v in added.items() if k[0] == currency})
            for currency in currencies
        )
        + "."
    )


def _sentence(what: str, days: str, currency: str | None, added: Mapping[str, Decimal]) -> str:
    start, end = added.get(START, Decimal()), added.get(END, Decimal())
    change = end - start
    went = (
        f"{'rose' if change > 0 else 'fell'} by {formatting.money(abs(change), currency)} to" if change else "stayed at"
    )
    told = f"{what} {went} {formatting.money(end, currency)} {days}"
    steps = [(line, value) for line, value in added.items() if line not in (START, END) and value]
    most = sorted(steps, key=lambda step: (-abs(step[1]), list(LINES).index(step[0])))[:_MOST]
    words = [f"{LINES[line].lower()} {formatting.money(value, currency, signed=True)}" for line, value in most]
    return f"{told}: {', '.join(words)}" if words else told
