"""What the rules find on a day: each with its records, owners and price, less what is waived, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from headway.core.hygiene import Quality, Rule, Waiver
from headway.core.rows import Cell, Column, Rows
from headway.metrics.currencies import in_one_currency
from headway.metrics.facts import Facts, quoted
from headway.metrics.hygiene import amounts, dates, fields, owners, ways
from headway.metrics.hygiene.conditions import RECORD, columns_of, unknown
from headway.metrics.hygiene.seen import Answer, Look, Seen, laid, source_id

LISTED = 500
"""How many records of each rule are listed, the most valuable first."""

_CHECKS: Mapping[str, Callable[[Rule, Look], Answer]] = {
    "missing": fields.missing,
    "when": fields.when,
    "required": fields.required,
    "category": fields.category,
    "alike": fields.alike,
    "untouched": dates.untouched,
    "older": dates.older,
    "pushed": dates.pushed,
    "clustered": dates.clustered,
    "entered_late": dates.entered_late,
    "moves": ways.moves,
    "evidence": ways.evidence,
    "wrong_unit": amounts.wrong_unit,
    "outlier": owners.outlier,
}
_SHOWN = ("name", "account", "owner", "stage", "source_channel", "created_date", "close_date", "value", "currency")
_TYPES = {"created_date": "date", "close_date": "date", "value": "money"}


@dataclass(frozen=True)
class Record:
    """A record that a rule names: its own number and cells, and why."""

    id: int
    record: str
    cells: Mapping[str, Cell]
    why: str

    @property
    def owner(self) -> str:
        """Who answers for it."""
        return str(self.cells.get("owner") or "")

    @property
    def value(self) -> Decimal | None:
        """What it is worth, if that is known."""
        value = self.cells.get("value")
        return value if isinstance(value, Decimal) else None

    @property
    def is_open(self) -> bool:
        """Whether it stands in the open pipeline."""
        return self.cells.get("status") == "open"


@dataclass(frozen=True)
class Named:
    """What one rule found: the records it names, those waived, out of how many, and what to know about how."""

    rule: Rule
    of: int
    records: tuple[Record, ...]
    waived: tuple[tuple[Record, Waiver], ...]
    note: str
    judged: bool


def look_at(thing: str, facts: Facts, currency: str | None, way: Sequence[str] = (), first_month: int = 1) -> Look:
    """The records of a thing, their amounts in one currency where its rates are known."""
    schema = facts.schema(thing)
    relation = in_one_currency(thing, facts, schema, currency, ()).relation
    records = relation if relation == thing else laid(facts, f"{thing}_in_one_currency", f"SELECT * FROM {relation}")
    return Look(facts, records, schema, tuple(way), first_month)


def named_by(rule: Rule, look: Look, waivers: Sequence[Waiver]) -> Named:
    """The records a rule names."""
    strange = unknown(columns_of(rule.among), look.schema)
    if strange:
        return Named(rule, 0, (), (), f"there is no column '{strange[0]}'", judged=False)
    of = look.facts.run(f"SELECT count(*) {look.among(rule)}")[0][0]
    answer = _CHECKS[rule.kinds[0]](rule, look)
    if not isinstance(answer, Seen):
        return Named(rule, 0, (), (), answer.why, judged=False)
    known = {name: quoted(name) for name in (*_SHOWN, "status") if name in look.schema}
    columns = "".join(f", {RECORD}.{column}" for column in known.values())
    by_value = f"{RECORD}.value DESC NULLS LAST, " if "value" in known else ""
    found = look.facts.run(
        f"SELECT {RECORD}.id, {source_id(f'{RECORD}.key')}, CAST(f.why AS VARCHAR){columns} FROM {look.relation} {RECORD} "
        f"JOIN ({answer.sql}) f ON f.id = {RECORD}.id ORDER BY {by_value}{RECORD}.key"
    )
    records = [
        Record(int(str(key)), str(number), dict(zip(known, cells, strict=True)), str(why or ""))
        for key, number, why, *cells in found
    ]
    own = [one for one in waivers if one.rule == rule.name]
    waived = tuple((r, w) for r in records if (w := _waiver_of(r, own, look.facts.day)))
    gone = {r.id for r, _ in waived}
    left = tuple(r for r in records if r.id not in gone)
    return Named(rule, int(str(of)), left, waived, answer.note, judged=True)


def told(named: Named) -> Quality:
    """What a rule found, as every surface shows it."""
    rule, records = named.rule, named.records
    columns = [name for name in _SHOWN if any(name in r.cells for r in records[:1])]
    listed = Rows.of(
        [Column("record"), *(Column(name, _TYPES.get(name, "text")) for name in columns), Column("why")],
        [(r.record, *(r.cells.get(name) for name in columns), r.why) for r in records[:LISTED]],
    )
    return Quality(
        rule.name,
        rule.title,
        rule.subject or f"{rule.records.replace('_', ' ')}s",
        rule.meaning,
        len(records),
        named.of,
        worth(records),
        listed,
        worth([r for r in records if r.is_open]),
        len({r.owner for r in records if r.owner}),
        len(named.waived),
        bool(rule.severe),
        rule.fix,
        named.note,
        named.judged,
    )


def worth(records: Sequence[Record]) -> float | None:
    """What records are worth together; None where none has a known worth, or their currencies differ."""
    valued = [r for r in records if r.value is not None]
    if len({r.cells.get("currency") for r in valued}) > 1 or not valued:
        return None
    return float(sum((r.value or Decimal(0) for r in valued), Decimal(0)))


def _waiver_of(record: Record, waivers: Sequence[Waiver], day: date) -> Waiver | None:
    return next((one for one in waivers if one.covers(record.record, record.owner, day)), None)
