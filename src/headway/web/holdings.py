"""The Data page as values: what was loaded, how it was read, what is wrong with it, and what every metric means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from headway.core import formatting
from headway.core.holdings import Holdings
from headway.core.hygiene import Quality
from headway.core.mapping import Connector, FileMapping
from headway.core.rows import Cell, Rows
from headway.web import pages
from headway.web.query import Asked
from headway.web.source import Source
from headway.web.track import Linked
from headway.web.weeks import cell_text

LATEST = 12
"""How many files of the latest loads the page lists; the file holds all."""

SHOWN = 10
"""How many records of each sort the page lists; the file holds more."""


@dataclass(frozen=True)
class Load:
    """One file of one load."""

    day: str
    file: str
    thing: str
    rows: str
    loaded: str
    rejected: int
    run: str


@dataclass(frozen=True)
class Card:
    """One thing that can be wrong with records, written out."""

    title: str
    meaning: str
    fix: str
    severe: bool
    owners: str
    note: str
    count: int
    share: str
    worth: str
    address: str
    heads: tuple[str, ...]
    records: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Owner:
    """One owner: what is open, how far it can be trusted, how much there is to do and where the list is."""

    name: str
    deals: str
    worth: str
    distrusted: str
    score: str
    todo: str
    address: str


@dataclass(frozen=True)
class Fresh:
    """How old the newest export of one sort of record is."""

    thing: str
    words: str
    stale: bool


@dataclass(frozen=True)
class Defined:
    """One metric of the catalogue: what it counts, and its policy, choice by choice."""

    metric: Linked
    definition: str
    title: str
    unit: str
    words: str
    policy: tuple[str, ...]


@dataclass(frozen=True)
class Mapped:
    """How one export is read: its fields and where each comes from."""

    file: str
    thing: str
    fields: tuple[tuple[str, str, str], ...]
    unread: tuple[str, ...]
    stages: tuple[tuple[str, str], ...]


def page(held: Holdings, asked: Asked, source: Source) -> str:
    """What is loaded, as a page."""
    cards = tuple(_card(one, held, asked) for one in _ordered(held.quality))
    return pages.render(
        "data.html",
        pages.frame(source, asked, headline(held), "/data" if held.as_of else "", held.as_of, asked.as_of is not None),
        held=held,
        headline=headline(held),
        lead=_lead(held),
        cards=tuple(card for card in cards if card.count),
        clean=tuple(f"{one.title}: {one.subject}" for one in held.quality if one.judged and not one.count),
        unjudged=tuple(f"{one.title}: {one.note}" for one in held.quality if not one.judged),
        loads=_loads(held),
        more=max(len(held.runs) - LATEST, 0),
        reasons=_reasons(held.rejected),
        connectors=tuple((one.name, one.system, _mapped(one)) for one in held.connectors),
        definitions=_defined(held, asked),
        owners=_owners(held, asked),
        waivers=tuple(held.hygiene.waivers) if held.hygiene else (),
        queued=len(held.hygiene.queue) if held.hygiene else 0,
        fresh=_fresh(held),
        footer=_footer(held),
    )


def tables(held: Holdings) -> Mapping[str, Rows]:
    """The tables of the page by the name they have in an address."""
    checks = {one.name: one.records for one in held.quality}
    own = {"fixes": held.hygiene.fixes, "owners": held.hygiene.owners} if held.hygiene else {}
    return {"loads": held.runs, "rejected": held.rejected, "definitions": held.catalogue, **own, **checks}


def of_owner(rows: Rows, owner: str) -> Rows:
    """The rows of one owner."""
    place = rows.names.index("owner")
    return Rows(rows.columns, tuple(record for record in rows.records if str(record[place] or "") == owner))


def headline(held: Holdings) -> str:
    """The finding: the dearest thing that is wrong."""
    if held.as_of is None:
        return "Nothing is loaded yet."
    wrong = _ordered(held.quality)
    if not wrong or not wrong[0].count:
        return "Nothing is wrong with the records that Headway looks for."
    worst = wrong[0]
    worth = f", worth {formatting.money(worst.worth, held.currency)}" if worst.worth else ""
    many = f"{formatting.count(worst.count)} of {formatting.count(worst.of)} {worst.subject}"
    return f"{worst.title}: {many}{worth}."


def _lead(held: Holdings) -> str:
    loaded = sum(_number(cell) for cell in held.runs.column("loaded")) if len(held.runs) else 0
    if not held.as_of:
        return ""
    rejected = len(held.rejected)
    kept = (
        "none was rejected" if not rejected else f"{formatting.plural(rejected, 'row')} could not be read, listed below"
    )
    loads = f"{formatting.plural(loaded, 'row')} loaded in {formatting.plural(len(held.runs), 'file')}; {kept}."
    return f"{held.hygiene.headline} {loads}" if held.hygiene else loads


def _ordered(found: tuple[Quality, ...]) -> list[Quality]:
    """What takes trust from the pipeline first, then the dearest, then the most frequent."""

    def place(one: Quality) -> tuple[bool, bool, float, int]:
        price = one.worth if one.at_risk is None else one.at_risk
        return one.count == 0, not one.severe, -(price or 0.0), -one.count

    return sorted(found, key=place)


def _card(one: Quality, held: Holdings, asked: Asked) -> Card:
    share = formatting.percent(one.count / one.of) if one.of else formatting.UNDEFINED
    worth = "not known" if one.worth is None else formatting.money(one.worth, held.currency)
    shown = one.records.records[:SHOWN]
    told = [i for i in range(len(one.records.columns)) if any(record[i] is not None for record in shown)]
    heads = tuple(_words(one.records.columns[i].name) for i in told)
    records = tuple(tuple(cell_text(record[i], one.records.columns[i]) for i in told) for record in shown)
    return Card(
        f"{one.title}: {one.subject}",
        one.meaning,
        one.fix,
        one.severe,
        _owned(one),
        one.note,
        one.count,
        share,
        worth,
        asked.file(f"/data/{one.name}.csv"),
        heads,
        records,
    )


def _owned(one: Quality) -> str:
    """How many people answer for the records, and how many more are waived."""
    told = [formatting.plural(one.owners, "owner")] if one.owners else []
    return ", ".join([*told, *([f"{formatting.count(one.waived)} waived"] if one.waived else [])])


def _loads(held: Holdings) -> tuple[Load, ...]:
    latest = list(held.runs)[-LATEST:][::-1]
    return tuple(
        Load(
            cell_text(one["exported_on"]),
            str(one["file"]),
            _words(str(one["thing"])),
            formatting.whole(_number(one["rows"])),
            formatting.whole(_number(one["loaded"])),
            _number(one["rejected"]) + _number(one["listed"]),
            str(one["run"]),
        )
        for one in latest
    )


def _reasons(rejected: Rows) -> tuple[tuple[str, int], ...]:
    """Why rows were not loaded, the most frequent reason first."""
    counts: dict[str, int] = {}
    for one in rejected:
        counts[str(one["reason"])] = counts.get(str(one["reason"]), 0) + 1
    return tuple(sorted(counts.items(), key=lambda pair: -pair[1]))


def _owners(held: Holdings, asked: Asked) -> tuple[Owner, ...]:
    """Who has most to mend, first."""
    if held.hygiene is None or not len(held.hygiene.owners):
        return ()
    todo: dict[str, int] = {}
    for row in held.hygiene.fixes:
        todo[str(row["owner"] or "")] = todo.get(str(row["owner"] or ""), 0) + 1
    return tuple(
        Owner(
            name or "nobody",
            formatting.count(_number(row["open_deals"])),
            formatting.money(_amount(row["value"]), held.currency),
            formatting.money(_amount(row["value_distrusted"]), held.currency),
            formatting.percent(_amount(row["score"]), digits=0),
            formatting.count(todo.get(name, 0)),
            asked.fixes(name) if name and todo.get(name) else "",
        )
        for row in held.hygiene.owners
        for name in (str(row["owner"] or ""),)
    )


def _fresh(held: Holdings) -> tuple[Fresh, ...]:
    """The oldest first: what a number is missing is what was exported longest ago."""
    newest: dict[str, date] = {}
    for row in held.runs:
        day = row["exported_on"]
        if isinstance(day, date) and held.as_of and day <= held.as_of:
            newest[str(row["thing"])] = max(day, newest.get(str(row["thing"]), day))
    told = list[Fresh]()
    for thing, day in sorted(newest.items(), key=lambda one: (one[1], one[0])):
        age = (held.as_of - day).days if held.as_of else 0
        words = f"{formatting.day(day)}, {formatting.days(age)} before" if age else formatting.day(day)
        told.append(Fresh(_words(thing), words, age > pages.FRESH_DAYS))
    return tuple(told)


def _defined(held: Holdings, asked: Asked) -> tuple[Defined, ...]:
    """The metrics of the catalogue; with something to find, those that say it anywhere."""
    wanted, at = asked.find.casefold(), replace(asked, plan=None)
    return tuple(
        Defined(
            Linked(str(row["metric"]), at.why(str(row["metric"]))),
            str(row["definition"]),
            str(row["title"]),
            str(row["unit"]),
            str(row["words"]),
            tuple(rule for rule in str(row["policy"] or "").split("; ") if rule),
        )
        for row in held.catalogue
        if wanted in " ".join(str(cell or "") for cell in row.values()).casefold()
    )


def _amount(cell: Cell) -> float | None:
    return float(str(cell)) if cell is not None else None


def _mapped(connector: Connector) -> tuple[Mapped, ...]:
    return tuple(_file(one) for one in connector.files)


def _file(one: FileMapping) -> Mapped:
    fields = tuple((_words(c.field), c.column, c.evidence) for c in one.columns)
    further = tuple((_words(column), column, "kept to break numbers down") for column in one.dimensions)
    return Mapped(one.name, _words(one.thing), (*fields, *further), one.ignored, tuple(one.stages.items()))


def _footer(held: Holdings) -> tuple[str, ...]:
    if held.as_of is None:
        return ("Scope: everything loaded",)
    currency = f"Amounts in {held.currency}" if held.currency else "Amounts without a currency: none is declared"
    return (f"As of {formatting.day(held.as_of)}", "Scope: everything loaded", currency, f"Data run {held.run}")


def _words(name: str) -> str:
    text = name.replace("_", " ")
    return f"{text[:1].upper()}{text[1:]}"


def _number(cell: Cell) -> int:
    return int(cell) if isinstance(cell, int) else 0
