"""As known on a day: which version of each record holds, and what of it was already known then.

The rule, with examples, is in `docs/decisions/0006-facts-and-as-of.md`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from headway.core.formatting import plural
from headway.core.mapping import Thing
from headway.tables.engine import Engine, quoted
from headway.tables.history import version_table
from headway.tables.schema import REFERENCES
from headway.tables.spans import DATED

_HIDDEN_WHILE_OPEN = ("amount", "close_date", "probability", "forecast_category", "loss_reason")
_FROM_CLOSING = ("status", "amount", "close_date", "closed_date", "stage", "loss_reason")


@dataclass(frozen=True)
class Viewpoint:
    """A day to look back from: the last load on or before it (0 where there is none). No day: everything as it stands."""

    day: date | None
    load: int

    @property
    def limit(self) -> str:
        """The day as SQL."""
        return f"DATE '{self.day.isoformat()}'" if self.day else "DATE '9999-12-31'"


def viewpoint(engine: Engine, day: date | None) -> Viewpoint:
    """Where a day stands among the loads."""
    last = "SELECT max(c.seq) FROM load_count c JOIN run r USING (run)"
    if day is None:
        return Viewpoint(None, engine.count(last))
    return Viewpoint(day, engine.count(f"{last} WHERE r.exported_on <= ?", [day]))


def lay_base(engine: Engine, at: Viewpoint) -> None:
    """Temporary views `base_<thing>`: the version of each record that holds on the day, deleted ones left out."""
    things: tuple[Thing, ...] = ("opportunity", *REFERENCES)
    for thing in things:
        engine.run(f"CREATE TEMP TABLE pick_{thing} AS {_pick(thing, at)}")
        engine.run(f"CREATE TEMP VIEW base_{thing} AS {_picked(thing, f'pick_{thing}')}")


def base_sql(thing: Thing, at: Viewpoint) -> str:
    """The version of each record that holds on the day, deleted ones left out, as a query."""
    return _picked(thing, f"({_pick(thing, at)})")


def _pick(thing: Thing, at: Viewpoint) -> str:
    return (
        f"SELECT id, min(seq) AS first_seq, coalesce(max(seq) FILTER (seq <= {at.load}), min(seq)) AS seq "
        f"FROM {version_table(thing)} GROUP BY id"
    )


def _picked(thing: Thing, pick: str) -> str:
    table = version_table(thing)
    return f"SELECT v.*, p.first_seq FROM {table} v JOIN {pick} p ON v.id = p.id AND v.seq = p.seq WHERE NOT v.deleted"


def lay_deals(engine: Engine, at: Viewpoint) -> None:
    """Temporary table `deal`: the opportunities there on the day, with what was not known yet hidden."""
    known = "TRUE" if at.day is None else f"coalesce(b.closed_date <= {at.limit}, b.seq <= {at.load})"
    first = "coalesce(b.created_date, b.closed_date)"
    there = f"coalesce({first} <= {at.limit}, FALSE) OR b.created_date IS NULL AND b.first_seq <= {at.load}"
    told = tuple(name for name in DATED if engine.count(f"SELECT count({name}) FROM deal_state"))
    columns = [f"{_known(name, at, told)} AS {quoted(name)}" for name in engine.schema("base_opportunity")]
    engine.run(
        f"CREATE TEMP TABLE deal AS WITH later AS (SELECT id, min(seq) AS seq FROM opportunity_version "
        f"WHERE seq > {at.load} AND status <> 'open' AND closed_date <= {at.limit} AND NOT deleted GROUP BY id), "
        f"closing AS (SELECT v.* FROM opportunity_version v JOIN later l ON v.id = l.id AND v.seq = l.seq), "
        f"{_reached(at)}, {_state(at)}, base AS (SELECT *, status <> 'open' AND NOT {known} AS hidden "
        f"FROM base_opportunity b) "
        f"SELECT {', '.join(columns)}, b.seq > {at.load} OR c.id IS NOT NULL OR {_paused(at)} OR {_AGAIN} AS reconstructed "
        f"FROM base b LEFT JOIN closing c ON c.id = b.id AND b.status = 'open' AND b.seq <= {at.load} "
        f"LEFT JOIN reached h ON h.id = b.id LEFT JOIN state s ON s.id = b.id WHERE {there if at.day else 'TRUE'}"
    )


def _reached(at: Viewpoint) -> str:
    """What a deal's own dated history tells by the day: the open stage reached, and the last entry of all.

    `open_later`: whether it was in an open stage after the day, so that a closing before it was taken back.
    """
    order, by_then = "(entered_at, source_row, coalesce(ord, 0))", f"CAST(entered_at AS DATE) <= {at.limit}"
    return (
        f"reached AS (SELECT opportunity_id AS id, arg_max(stage, {order}) FILTER ({by_then} AND NOT closing) AS stage, "
        f"max(CAST(entered_at AS DATE)) FILTER ({by_then} AND NOT closing) AS entered_on, "
        f"arg_max({{'outcome': outcome, 'stage': stage, 'day': CAST(entered_at AS DATE)}}, {order}) FILTER ({by_then}) "
        f"AS last, coalesce(bool_or(NOT closing) FILTER (NOT ({by_then})), FALSE) AS open_later "
        f"FROM stage_entry GROUP BY opportunity_id)"
    )


def _paused(at: Viewpoint) -> str:
    """Whether a deal was won or lost on the day by a closing that was taken back after it, as its history tells."""
    news = f"(b.seq > {at.load} OR h.last.day > b.loaded_on)"
    return (
        f"(c.id IS NULL AND (b.hidden OR b.status = 'open') AND h.open_later AND h.last.outcome IS NOT NULL AND {news}) "
        "IS TRUE"
    )


_AGAIN = (
    "(b.status <> 'open' AND NOT b.hidden AND h.last.outcome IS NULL "
    "AND h.last.day > greatest(b.loaded_on, b.closed_date)) IS TRUE"
)
"""Whether a deal that was closed in its load was open again on the day, as its history tells."""


def _state(at: Viewpoint) -> str:
    """The values a deal had on the day, as the last row of its own dated history up to then tells them."""
    values = ", ".join(f"arg_max({{{name!r}: {name}}}, (changed_at, source_row)).{name} AS {name}" for name in DATED)
    return (
        f"state AS (SELECT opportunity_id AS id, max(CAST(changed_at AS DATE)) AS changed_on, {values} "
        f"FROM deal_state WHERE CAST(changed_at AS DATE) <= {at.limit} GROUP BY opportunity_id)"
    )


def _known(name: str, at: Viewpoint, told: Sequence[str]) -> str:
    own, closing = f"b.{quoted(name)}", f"c.{quoted(name)}"
    by_history = {
        "stage": ("h.last.stage", "h.last.stage"),
        "status": ("h.last.outcome", "'open'"),
        "closed_date": ("h.last.day", "NULL"),
        "loss_reason": ("NULL", "NULL"),
    }
    if name == "stage":
        past = f"b.status = 'open' AND (b.seq > {at.load} OR h.entered_on > b.loaded_on)"
        own = f"CASE WHEN b.hidden THEN h.stage WHEN {past} THEN coalesce(h.stage, b.stage) ELSE b.stage END"
    elif name == "status":
        own = "CASE WHEN b.hidden THEN 'open' ELSE coalesce(b.status, 'open') END"
    elif name == "closed_date":
        own = "CASE WHEN b.hidden OR b.status = 'open' THEN NULL ELSE b.closed_date END"
    elif name == "last_activity_date":
        own = f"CASE WHEN {own} <= {at.limit} THEN {own} END"
    elif name in _HIDDEN_WHILE_OPEN:
        own = f"CASE WHEN b.hidden THEN NULL ELSE {own} END"
        if name in told:
            since = f"(b.status = 'open' OR {_AGAIN}) AND (b.seq > {at.load} OR s.changed_on > b.loaded_on)"
            own = f"CASE WHEN s.id IS NOT NULL AND (b.hidden OR {since}) THEN s.{name} ELSE {own} END"
    if name in by_history:
        then, again = by_history[name]
        own = f"CASE WHEN {_paused(at)} THEN {then} WHEN {_AGAIN} THEN {again} ELSE {own} END"
    return f"CASE WHEN c.id IS NOT NULL THEN {closing} ELSE {own} END" if name in _FROM_CLOSING else own


def notes(engine: Engine, at: Viewpoint) -> tuple[str, ...]:
    """What a reader of these facts should know: what was reconstructed, and what cannot be placed."""
    if at.day is None:
        return ()
    said: list[str] = []
    last = engine.run("SELECT max(exported_on) FROM run")[0][0]
    if isinstance(last, date) and last < at.day:
        said.append(f"as known on {at.day}: nothing later than {last} is loaded")
    total = engine.count("SELECT count(*) FROM every_deal")
    rebuilt = engine.count("SELECT count(*) FROM every_deal WHERE reconstructed")
    if rebuilt:
        loads = engine.count("SELECT count(*) FROM run")
        known = f"{rebuilt:,} of {plural(total, 'deal')}"
        said.append(f"reconstructed from {plural(loads, 'load')} by their own dates: {known}")
    undated = engine.count(
        f"SELECT count(*) FROM base_opportunity WHERE created_date IS NULL AND first_seq > {at.load} "
        f"AND coalesce(closed_date > {at.limit}, TRUE)"
    )
    if undated:
        said.append(f"left out: {plural(undated, 'deal')} without a created date, which no load by that day shows")
    unclosed = engine.count(
        f"SELECT count(*) FROM base_opportunity WHERE status <> 'open' AND closed_date IS NULL AND seq > {at.load} "
        f"AND created_date <= {at.limit}"
    )
    if unclosed:
        said.append(f"open until the load that shows them closed: {plural(unclosed, 'deal')} closed on an unknown day")
    return tuple(said)
