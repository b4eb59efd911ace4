"""The facts as known on a day: one wide table of deals with everything that is known about them, and their stages."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, MutableMapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from types import TracebackType

from headway.core.diagnostics import did_you_mean
from headway.core.errors import UserMistake
from headway.core.reconciliation import LinkSaid
from headway.core.rows import Cell, Rows
from headway.tables.asof import lay_base, lay_deals, notes, viewpoint
from headway.tables.catalogue import described
from headway.tables.engine import Engine, literal, quoted
from headway.tables.layout import opened
from headway.tables.mistakes import UNKNOWN_SCOPE
from headway.tables.origins import lay_origins
from headway.tables.records import lay_records
from headway.tables.references import REFERENCES, id_sql, joins, label_sql, lay_matches
from headway.tables.spans import changes_sql, has_moves, lay_moves, spans_sql, stays_sql

_LIST_PRICE = (
    "coalesce(o.list_price, CASE WHEN o.currency IS NULL OR p.currency IS NULL OR o.currency = p.currency "
    "THEN p.list_price END)"
)
_WORTH = (
    "CAST(coalesce(amount, list_price) AS DECIMAL(18,4)) AS value, "
    "CASE WHEN amount IS NOT NULL THEN 'amount' WHEN list_price IS NOT NULL THEN 'list_price' ELSE 'unknown' END "
    "AS value_basis, "
    "CAST(coalesce(list_price, CASE WHEN status = 'lost' AND amount = 0 THEN NULL ELSE amount END) AS DECIMAL(18,4)) "
    "AS created_value"
)
_CONTRACT = (
    *("id", "key", "name", "status", "stage", "pipeline", "amount", "list_price", "value", "value_basis"),
    *("created_value", "currency", "created_date", "close_date", "closed_date", "account", "account_id", "owner"),
    *("owner_id", "product", "product_id", "source_channel", "motion", "segment", "probability"),
    *("forecast_category", "loss_reason", "reconstructed"),
)
_DIMENSIONS = (
    *("status", "stage", "pipeline", "currency", "account", "owner", "product", "source_channel", "motion"),
    *("segment", "forecast_category", "loss_reason", "value_basis"),
)
_BOUGHT_AS = (
    "CASE WHEN status <> 'won' OR account IS NULL OR closed_date IS NULL THEN NULL "
    "WHEN row_number() OVER (PARTITION BY coalesce(account_id, account), status ORDER BY closed_date, id) = 1 "
    "THEN 'new customer' ELSE 'existing customer' END AS bought_as"
)
"""Whether a won deal is the first its account won, renewals among them; unknown where no account is named."""

_CREATED = {
    "created_month": "strftime(created_date, '%Y-%m')",
    "created_quarter": "concat(year(created_date), '-Q', quarter(created_date))",
    "created_year": "CAST(year(created_date) AS VARCHAR)",
}
"""The cohorts of deals: when they were created, whatever date decides a metric's period."""

_RENEWAL = "is_a_renewal_by_its_words"
_RENEWS = "(concat_ws(' ', motion, pipeline) ILIKE '%renew%')"
"""What makes a deal a renewal: its motion, or its pipeline, says so. Kept revenue is no new business."""

_ORIGIN = "LEFT JOIN deal_origin d ON d.deal = o.id"

_WORD = re.compile(r"\w+")

_INHERITED = ("segment", "source_channel")
"""What a deal takes from its account (its source, then, from its lead) where its own export does not carry it."""


class Facts:
    """What was known on a day: relations `opportunity`, `renewal`, `stage_span`, `deal_change`, `entity_link` and others.

    `day` is the day looked back from, `dimensions` the columns deals can be broken down by with the thing each comes
    from, `kept` what readers worked out of them.
    """

    def __init__(
        self,
        file: Path,
        day: date | None,
        scope: Mapping[str, str],
        accounts: Mapping[str, Sequence[str]],
        links: Sequence[LinkSaid] = (),
        memory: str = "1GB",
    ) -> None:
        self._engine = opened(file, memory)
        self.kept: MutableMapping[Hashable, object] = {}
        at = viewpoint(self._engine, day)
        self.day = day or _last_day(self._engine)
        lay_base(self._engine, at)
        lay_deals(self._engine, at)
        lay_matches(self._engine)
        lay_origins(self._engine, at)
        self.dimensions = _lay_opportunity(self._engine, scope)
        if not has_moves(self._engine):
            lay_moves(self._engine, "TEMP TABLE")
        self._late = {
            **lay_records(self._engine, at, accounts, links),
            "stage_span": f"CREATE TEMP VIEW stage_span AS {spans_sql(at.limit)}",
            "stage_stay": f"CREATE TEMP VIEW stage_stay AS {stays_sql(at.limit)}",
            "deal_change": f"CREATE TEMP VIEW deal_change AS {changes_sql(at.limit)}",
        }
        self._at, self._scope = at, scope

    @property
    def notes(self) -> tuple[str, ...]:
        """What was reconstructed or could not be placed."""
        return self._told[0]

    @property
    def provenance(self) -> str:
        """The run the tables end with."""
        return self._told[1]

    @cached_property
    def _told(self) -> tuple[tuple[str, ...], str]:
        run = str(self._engine.run("SELECT arg_max(run, seq) FROM run")[0][0])
        return (*_scope_told(self._scope), *notes(self._engine, self._at)), run

    def run(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Cell, ...]]:
        """Run one query and give its records."""
        self._lay(sql)
        return self._engine.run(sql, values)

    def rows(self, sql: str, values: Sequence[object] = ()) -> Rows:
        """Run one query and give its records under their columns."""
        self._lay(sql)
        return self._engine.rows(sql, values)

    def schema(self, relation: str) -> dict[str, str]:
        """The columns of a relation with their types."""
        self._lay(relation)
        return self._engine.schema(relation)

    def _lay(self, sql: str) -> None:
        """Relations that few questions need are laid before the first query that names them, with what they name."""
        for name in sorted(self._late.keys() & set(_WORD.findall(sql))):
            if statement := self._late.pop(name, ""):
                self._lay(statement)
                self._engine.run(statement)

    def close(self) -> None:
        """Let go of the tables."""
        self._engine.close()

    def __enter__(self) -> Facts:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _last_day(engine: Engine) -> date:
    day = engine.run("SELECT max(exported_on) FROM run")[0][0]
    return day if isinstance(day, date) else date.min


def _lay_opportunity(engine: Engine, scope: Mapping[str, str]) -> dict[str, str]:
    """Temporary table `opportunity`; given back is where each dimension in it comes from."""
    known = described(engine)
    deal_columns = known["opportunity"]
    columns = _own_columns()
    dimensions = dict.fromkeys((*_DIMENSIONS, "bought_as"), "opportunity")
    for column in deal_columns:
        for name in (column.name, *column.aliases):
            if name not in _CONTRACT:
                columns[name] = columns.get(column.name, f"o.{quoted(column.name)}")
                if column.kind == "text":
                    dimensions[name] = "opportunity"
    if "source" not in columns:
        columns["source"], dimensions["source"] = columns["source_channel"], "opportunity"
    mapped = {column.name for column in deal_columns if column.mapped}
    for reference in REFERENCES:
        for column in known[reference.thing]:
            if column.name in ("name", "list_price", "currency") or column.kind != "text":
                continue
            source = f"{reference.alias}.{quoted(column.name)}"
            for name in (column.name, *column.aliases):
                free = name not in columns or (name in _INHERITED and name not in mapped)
                shown = name if free else f"{reference.label}_{name}"
                if free or shown not in columns:
                    columns[shown], dimensions[shown] = source, reference.thing
    if "source_channel" not in mapped:
        columns["source_channel"] = f"coalesce({columns['source_channel']}, d.channel)"
        columns["source"] = columns["source_channel"] if "source" not in mapped else columns["source"]
    columns["lead_date"] = "d.lead_date"
    select = ", ".join(f"{expression} AS {quoted(name)}" for name, expression in columns.items())
    engine.run(
        f"CREATE TEMP TABLE every_deal AS SELECT *, {_WORTH}, {_BOUGHT_AS}, {_RENEWS} AS {_RENEWAL} "
        f"FROM (SELECT {select} FROM deal o {joins()} {_ORIGIN})"
    )
    inside = _inside(scope, dimensions)
    cohorts = {name: made for name, made in _CREATED.items() if name not in columns}
    dimensions |= dict.fromkeys(cohorts, "opportunity")
    own = ", ".join([f"* EXCLUDE ({_RENEWAL})", *(f"{made} AS {name}" for name, made in cohorts.items())])
    engine.run(f"CREATE TEMP VIEW opportunity AS SELECT {own} FROM every_deal WHERE NOT {_RENEWAL} AND {inside}")
    engine.run(f"CREATE TEMP VIEW renewal AS SELECT * EXCLUDE ({_RENEWAL}) FROM every_deal WHERE {_RENEWAL}")
    return dimensions


def _inside(scope: Mapping[str, str], dimensions: Mapping[str, str]) -> str:
    """What opportunities must be like to be in a scope, as a condition; raises for columns that there are not."""
    unknown = [name for name in scope if name not in dimensions]
    if unknown:
        raise UserMistake(
            [
                UNKNOWN_SCOPE.at(
                    None,
                    f"a scope names '{name}', which opportunities do not have",
                    remedy=did_you_mean(name, dimensions),
                )
                for name in unknown
            ]
        )
    told = [f"CAST({quoted(name)} AS VARCHAR) = {literal(value)}" for name, value in scope.items()]
    return " AND ".join(told) or "TRUE"


def _scope_told(scope: Mapping[str, str]) -> tuple[str, ...]:
    words = " and ".join(f"{name.replace('_', ' ')} = {value}" for name, value in scope.items())
    return (f"of opportunities, only those with {words}",) if words else ()


def _own_columns() -> dict[str, str]:
    made = {name: f"o.{quoted(name)}" for name in _CONTRACT if name not in ("value", "value_basis", "created_value")}
    for reference in REFERENCES:
        made[reference.label] = label_sql(reference)
        made[reference.id_column] = id_sql(reference)
    made["list_price"] = f"CAST({_LIST_PRICE} AS DECIMAL(18,4))"
    made["currency"] = "coalesce(o.currency, CASE WHEN o.amount IS NULL THEN p.currency END)"
    return made
