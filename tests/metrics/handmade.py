"""Facts for the metrics: a small set made by hand, and the reference CRM in the shape the tables give it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from headway.core.definition import Definition
from headway.core.rows import Cell, Rows
from headway.core.things import RECORDS
from headway.tables.engine import Engine
from headway.tables.schema import SQL_TYPE
from headway.tables.spans import stays_sql
from headway.text.documents import read_mapping_of

COLUMNS = {
    "id": "BIGINT",
    "key": "VARCHAR",
    "name": "VARCHAR",
    "status": "VARCHAR",
    "stage": "VARCHAR",
    "pipeline": "VARCHAR",
    "amount": "DECIMAL(18,4)",
    "list_price": "DECIMAL(18,4)",
    "value": "DECIMAL(18,4)",
    "value_basis": "VARCHAR",
    "created_value": "DECIMAL(18,4)",
    "currency": "VARCHAR",
    "created_date": "DATE",
    "close_date": "DATE",
    "closed_date": "DATE",
    "lead_date": "DATE",
    "account": "VARCHAR",
    "owner": "VARCHAR",
    "source_channel": "VARCHAR",
    "segment": "VARCHAR",
    "bought_as": "VARCHAR",
    "is_partner": "BOOLEAN",
    "reconstructed": "BOOLEAN",
    "well_kept": "VARCHAR",
}
SPANS = {
    "opportunity_id": "BIGINT",
    "stage": "VARCHAR",
    "ord": "INTEGER",
    "closing": "BOOLEAN",
    "entered_at": "DATE",
    "exited_at": "DATE",
    "days": "INTEGER",
}


@dataclass
class HandMade:
    """Facts as known on a day, in a database in memory: what the tables hand to the metrics."""

    engine: Engine
    day: date
    notes: tuple[str, ...] = ()
    provenance: str = ""
    kept: dict[Hashable, object] = field(default_factory=dict)

    def run(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Cell, ...]]:
        return self.engine.run(sql, values)

    def rows(self, sql: str, values: Sequence[object] = ()) -> Rows:
        return self.engine.rows(sql, values)

    def schema(self, relation: str) -> dict[str, str]:
        return self.engine.schema(relation)


def facts_of(deals: Iterable[Mapping[str, object]], day: date, spans: Iterable[Mapping[str, object]] = ()) -> HandMade:
    """Facts with these opportunities, whatever is not said being empty, and these stage spans."""
    engine = Engine()
    for name, columns, records in (("opportunity", COLUMNS, list(deals)), ("stage_span", SPANS, list(spans))):
        engine.run(f"CREATE TABLE {name} ({', '.join(f'{column} {kind}' for column, kind in columns.items())})")
        marks = ", ".join("?" for _ in columns)
        for i, record in enumerate(records):
            full = {"id": i + 1, "key": f"k{i + 1}", **record} if name == "opportunity" else record
            engine.run(f"INSERT INTO {name} VALUES ({marks})", [full.get(column) for column in columns])
    engine.run(
        "CREATE OR REPLACE TABLE stage_span AS SELECT *, row_number() OVER (PARTITION BY opportunity_id, stage "
        "ORDER BY entered_at) > 1 AS again FROM stage_span"
    )
    engine.run(
        "CREATE VIEW stage_move AS SELECT * EXCLUDE (entered_at, exited_at), entered_at AS entered_on, exited_at AS next_on "
        "FROM stage_span"
    )
    limit = f"DATE '{day}'"
    engine.run(f"CREATE VIEW stage_stay AS {stays_sql(limit)}")
    return without_billing(HandMade(engine, day))


def without_billing(made: HandMade) -> HandMade:
    """The facts with nothing but opportunities: the relations of every other thing are there, and empty."""
    for name, columns in further_things().items():
        made.engine.run(f"CREATE TABLE {name} ({', '.join(f'{column} {kind}' for column, kind in columns.items())})")
    made.engine.run(
        "CREATE TABLE account_version (id BIGINT, key VARCHAR, name VARCHAR, seq INTEGER, loaded_on DATE, deleted BOOLEAN)"
    )
    made.engine.run(
        "CREATE TABLE base_user (id BIGINT, source_id VARCHAR, name VARCHAR, email VARCHAR, office VARCHAR)"
    )
    made.engine.run(
        "CREATE TABLE entity_link (a_thing VARCHAR, a_id BIGINT, b_thing VARCHAR, b_id BIGINT, method VARCHAR)"
    )
    return made


def further_things() -> dict[str, dict[str, str]]:
    """The columns of every thing beside opportunities, in the shape the tables give them."""
    found = {"renewal": COLUMNS}
    for thing, record in RECORDS.items():
        own = {"id": "BIGINT", "key": "VARCHAR", "source_id": "VARCHAR", "connector": "VARCHAR"}
        own |= {n: SQL_TYPE[f.kind] for n, f in record.fields.items() if n != "id"}
        days = {f"{n[:-3]}_date": "DATE" for n, kind in own.items() if kind == "TIMESTAMP" and n.endswith("_at")}
        found[str(thing)] = own | {name: kind for name, kind in days.items() if name not in own}
    for thing in ("ledger_line", "spend_line"):
        found[thing] |= {"function": "VARCHAR"}
    found["lead"] |= {"led_to": "VARCHAR", "won_date": "DATE"}
    return found


def read_text(tmp_path: Path, text: str) -> dict[str, Definition]:
    """Metrics from a text, as from a project's metrics/ folder."""
    file = tmp_path / "own.yaml"
    file.write_text(text)
    found, diagnostics = read_mapping_of(file, Definition)
    assert not diagnostics, [d.render() for d in diagnostics]
    return found


CRM = """
CREATE TABLE opportunity AS
WITH deal AS (
  SELECT *, CASE product WHEN 'GTXPro' THEN 'GTX Pro' ELSE product END AS sold,
         CASE deal_stage WHEN 'Won' THEN 'won' WHEN 'Lost' THEN 'lost' ELSE 'open' END AS status
  FROM sales_pipeline)
SELECT row_number() OVER (ORDER BY opportunity_id) AS id, opportunity_id AS key, opportunity_id AS name, deal.status,
       deal_stage AS stage, NULL::VARCHAR AS pipeline,
       CASE WHEN deal.status = 'won' THEN close_value END::DECIMAL(18,4) AS amount,
       sales_price::DECIMAL(18,4) AS list_price, sales_price::DECIMAL(18,4) AS value, 'list_price' AS value_basis,
       sales_price::DECIMAL(18,4) AS created_value, NULL::VARCHAR AS currency, engage_date AS created_date,
       NULL::DATE AS close_date, close_date AS closed_date, NULL::DATE AS lead_date, NULL::VARCHAR AS bought_as,
       account, sales_agent AS owner, sold AS product, series,
       manager, regional_office, sector, false AS reconstructed
FROM deal LEFT JOIN products ON products.product = deal.sold LEFT JOIN sales_teams USING (sales_agent)
LEFT JOIN accounts USING (account)
"""


def crm_as_of(crm: HandMade, day: date) -> HandMade:
    """The reference CRM as it was known on a day: created by then, open until closed, the final amount hidden."""
    name = f"known_{day:%Y%m%d}"
    crm.engine.run(
        f"""CREATE OR REPLACE TEMP VIEW {name} AS SELECT * REPLACE (
            CASE WHEN closed_date <= '{day}' THEN status ELSE 'open' END AS status,
            CASE WHEN closed_date <= '{day}' THEN amount END AS amount,
            CASE WHEN closed_date <= '{day}' THEN closed_date END AS closed_date)
        FROM opportunity WHERE created_date <= '{day}'"""
    )
    return Renamed(crm.engine, day, relation=name)


@dataclass
class Renamed(HandMade):
    """Facts whose opportunities stand under another name in the same database."""

    relation: str = "opportunity"

    def run(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Cell, ...]]:
        return self.engine.run(sql.replace("FROM opportunity", f"FROM {self.relation}"), values)

    def rows(self, sql: str, values: Sequence[object] = ()) -> Rows:
        return self.engine.rows(sql.replace("FROM opportunity", f"FROM {self.relation}"), values)

    def schema(self, relation: str) -> dict[str, str]:
        return self.engine.schema(self.relation if relation == "opportunity" else relation)
