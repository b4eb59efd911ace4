# ruff: noqa: E501 - tables read better in rows
"""Small made-up warehouses as three loading tools leave them: the same few deals, and the marks each tool adds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from headway.tables.engine import Engine

STAGES = (
    ("s1", "Discovery", "false", "false", "0.2"),
    ("s2", "Proposal", "false", "false", "0.5"),
    ("s8", "Signed", "true", "true", "1.0"),
    ("s9", "Turned away", "true", "false", "0.0"),
)

FIVETRAN_HUBSPOT = """
CREATE SCHEMA hubspot;
CREATE TABLE hubspot.deal (deal_id BIGINT, is_deleted BOOLEAN, deal_pipeline_id VARCHAR, deal_pipeline_stage_id VARCHAR,
    owner_id BIGINT, property_dealname VARCHAR, property_amount DOUBLE, property_deal_currency_code VARCHAR,
    property_closedate TIMESTAMP, property_createdate TIMESTAMP, _fivetran_synced TIMESTAMPTZ, _fivetran_deleted BOOLEAN);
INSERT INTO hubspot.deal VALUES
 (1, false, 'p1', 's8', 71, 'First',  1000.5, 'EUR', '2026-02-10 09:00', '2026-01-05 08:00', '2026-04-01 00:00+00', false),
 (2, false, 'p1', 's2', 72, 'Second', 2000, 'USD', '2026-06-30 09:00', '2026-01-20 08:00', '2026-04-01 00:00+00', false),
 (3, false, 'p1', 's9', 71, 'Third',  300,  'EUR', '2026-03-01 09:00', '2026-02-01 08:00', '2026-04-01 00:00+00', false),
 (4, true,  'p1', 's1', 71, 'Gone',   400,  'EUR', '2026-05-01 09:00', '2026-02-01 08:00', '2026-04-01 00:00+00', false),
 (5, false, 'p1', 's1', 72, 'Twin',   2000, 'USD', '2026-06-30 09:00', '2026-01-21 08:00', '2026-04-01 00:00+00', false),
 (6, false, 'p1', 's1', 72, 'Lost',   600,  'EUR', '2026-06-30 09:00', '2026-01-21 08:00', '2026-04-01 00:00+00', true);
CREATE TABLE hubspot.deal_pipeline AS SELECT 'p1' AS pipeline_id, 'Sales' AS label, true AS active;
CREATE TABLE hubspot.deal_pipeline_stage (stage_id VARCHAR, pipeline_id VARCHAR, label VARCHAR, is_closed VARCHAR,
    closed_won VARCHAR, probability DOUBLE, display_order INTEGER);
CREATE TABLE hubspot.merged_deal AS SELECT 2::BIGINT AS deal_id, 5::BIGINT AS merged_deal_id;
CREATE TABLE hubspot.deal_company AS SELECT * FROM (VALUES (1, 901, 341), (1, 902, 5), (2, 901, 5))
    v (deal_id, company_id, type_id);
CREATE TABLE hubspot.company AS SELECT * FROM (VALUES (901, false, 'North Works', 'north.example'),
    (902, false, 'South Works', 'south.example')) v (id, is_deleted, property_name, property_domain), (SELECT now() AS _fivetran_synced);
CREATE TABLE hubspot.owner AS SELECT * FROM (VALUES (71, 'AE', 'North 1'), (72, 'AE', 'North 2'))
    v (owner_id, first_name, last_name), (SELECT now() AS _fivetran_synced);
CREATE TABLE hubspot.deal_property_history (deal_id BIGINT, name VARCHAR, value VARCHAR, "timestamp" TIMESTAMPTZ,
    _fivetran_synced TIMESTAMPTZ);
INSERT INTO hubspot.deal_property_history SELECT d, n, v, t::TIMESTAMPTZ, now() FROM (VALUES
 (1, 'dealstage', 's1', '2026-01-05 08:00+00'), (1, 'amount', '800', '2026-01-05 08:00+00'),
 (1, 'dealstage', 's2', '2026-01-20 08:00+00'), (1, 'amount', '1000.5', '2026-02-01 08:00+00'),
 (1, 'closedate', '1772355600000', '2026-01-05 08:00+00'), (1, 'dealstage', 's8', '2026-02-10 09:00+00'),
 (2, 'dealstage', 's1', '2026-01-20 08:00+00'), (2, 'amount', '1500', '2026-01-20 08:00+00'),
 (2, 'dealstage', 's2', '2026-03-02 08:00+00'), (2, 'amount', '2000', '2026-03-05 08:00+00'),
 (2, 'dealstage', 's2', '2026-03-02 08:00+00'),
 (3, 'dealstage', 's1', '2026-02-01 08:00+00'), (3, 'hubspot_owner_id', '71', '2026-02-01 08:00+00')) v (d, n, v, t);
"""

SALESFORCE_VERSIONS = """
CREATE SCHEMA salesforce;
CREATE TABLE salesforce.opportunity (id VARCHAR, name VARCHAR, account_id VARCHAR, stage_name VARCHAR, amount DECIMAL(18,2),
    is_won BOOLEAN, is_closed BOOLEAN, close_date DATE, created_date TIMESTAMP, probability DOUBLE,
    forecast_category_name VARCHAR, is_deleted BOOLEAN, _fivetran_start TIMESTAMPTZ, _fivetran_end TIMESTAMPTZ,
    _fivetran_active BOOLEAN, _fivetran_synced TIMESTAMPTZ);
INSERT INTO salesforce.opportunity VALUES
 ('006A00000000001', 'One', '001A00000000001', 'Prospecting', 100, false, false, '2026-03-31', '2026-01-02', 10, 'Pipeline',
  false, '2026-01-02 10:00+00', '2026-02-01 09:59+00', false, now()),
 ('006A00000000001', 'One', '001A00000000001', 'Negotiation/Review', 150, false, false, '2026-04-30', '2026-01-02', 90, 'Commit',
  false, '2026-02-01 10:00+00', '2026-03-01 09:59+00', false, now()),
 ('006A00000000001', 'One', '001A00000000001', 'Closed Won', 140, true, true, '2026-03-01', '2026-01-02', 100, 'Closed',
  false, '2026-03-01 10:00+00', '9999-12-31 23:59+00', true, now()),
 ('006A00000000002', 'Two', '001A00000000001', 'Prospecting', 70, false, false, '2026-05-31', '2026-01-09', 10, 'Pipeline',
  false, '2026-01-09 10:00+00', '9999-12-31 23:59+00', true, now()),
 ('006A00000000003', 'Three', '001A00000000001', 'Prospecting', 30, false, false, '2026-05-31', '2026-01-09', 10, 'Pipeline',
  false, '2026-01-09 10:00+00', '2026-02-20 00:00+00', false, now());
CREATE TABLE salesforce.account AS SELECT '001A00000000001' AS id, 'North Works' AS name, 'Tools' AS industry,
    false AS is_deleted, now() AS _fivetran_synced;
"""

STRIPE = """
CREATE SCHEMA stripe;
CREATE TABLE stripe.customer AS SELECT * FROM (VALUES ('cus_A00000001', 'North Works', 'a@north.example', 'eur', false),
    ('cus_A00000002', 'South Works', 'b@south.example', 'jpy', false), ('cus_A00000003', 'Ended', 'c@end.example', 'eur', true))
    v (id, name, email, currency, is_deleted), (SELECT true AS livemode, TIMESTAMP '2025-01-01' AS created, now() AS _fivetran_synced);
CREATE TABLE stripe.subscription AS SELECT * FROM (VALUES
    ('sub_A0000001', 'cus_A00000001', 'active', TIMESTAMP '2025-01-01', NULL::TIMESTAMP),
    ('sub_A0000002', 'cus_A00000002', 'active', TIMESTAMP '2025-02-01', NULL),
    ('sub_A0000004', 'cus_A00000001', 'canceled', TIMESTAMP '2025-01-01', TIMESTAMP '2025-07-01'))
    v (id, customer_id, status, start_date, ended_at), (SELECT TIMESTAMP '2026-03-01' AS current_period_start,
    TIMESTAMP '2026-04-01' AS current_period_end, true AS livemode, now() AS _fivetran_synced);
CREATE TABLE stripe.price AS SELECT * FROM (VALUES ('price_A0000001', 'eur', 10000, 'month', 'licensed'),
    ('price_A0000002', 'jpy', 120, 'day', 'licensed'), ('price_A0000003', 'eur', 15000, 'month', 'licensed'),
    ('price_A0000004', 'eur', 7, 'month', 'metered'))
    v (id, currency, unit_amount, recurring_interval, recurring_usage_type), (SELECT 1 AS recurring_interval_count,
    'prod_A0000001' AS product_id, 'recurring' AS type, true AS livemode, now() AS _fivetran_synced);
CREATE TABLE stripe.coupon AS SELECT 'half' AS id, 50.0 AS percent_off, 'forever' AS duration, now() AS _fivetran_synced;
CREATE TABLE stripe.subscription_discount AS SELECT 'di_1' AS id, 'half' AS coupon_id, 'sub_A0000002' AS subscription_id,
    TIMESTAMP '2025-02-01' AS start, NULL::TIMESTAMP AS "end", now() AS _fivetran_synced;
CREATE TABLE stripe.subscription_item (id VARCHAR, subscription_id VARCHAR, price_id VARCHAR, quantity INTEGER,
    created TIMESTAMP, _fivetran_start TIMESTAMP, _fivetran_end TIMESTAMP, _fivetran_active BOOLEAN, _fivetran_synced TIMESTAMP);
INSERT INTO stripe.subscription_item VALUES
 ('si_A00000001', 'sub_A0000001', 'price_A0000001', 2, '2025-01-01', '2025-01-01', '2025-06-01', false, now()),
 ('si_A00000001', 'sub_A0000001', 'price_A0000003', 2, '2025-01-01', '2025-06-01', '9999-12-31', true, now()),
 ('si_A00000002', 'sub_A0000002', 'price_A0000002', 1, '2025-02-01', '2025-02-01', '9999-12-31', true, now()),
 ('si_A00000003', 'sub_A0000001', 'price_A0000004', 1, '2025-01-01', '2025-01-01', '9999-12-31', true, now()),
 ('si_A00000004', 'sub_A0000004', 'price_A0000001', 1, '2025-01-01', '2025-01-01', '9999-12-31', true, now());
"""

AIRBYTE_HUBSPOT = """
CREATE TABLE deals (id VARCHAR, archived BOOLEAN, properties JSON, companies JSON, _airbyte_raw_id VARCHAR,
    _airbyte_extracted_at TIMESTAMPTZ, _airbyte_meta JSON, _airbyte_generation_id BIGINT);
INSERT INTO deals SELECT id, archived, properties, companies, uuid()::VARCHAR, since::TIMESTAMPTZ, '{}', 1 FROM (VALUES
 ('1', false, '{"dealname": "First", "dealstage": "s1", "pipeline": "p1", "amount": "800", "createdate": "2026-01-05T08:00:00Z",
   "closedate": "2026-03-31T08:00:00Z", "hs_merged_object_ids": null}', '["901"]', '2026-01-10 00:00+00'),
 ('1', false, '{"dealname": "First", "dealstage": "s8", "pipeline": "p1", "amount": "1000.5", "createdate": "2026-01-05T08:00:00Z",
   "closedate": "2026-02-10T08:00:00Z", "hs_merged_object_ids": "5"}', '["901"]', '2026-02-12 00:00+00'),
 ('2', false, '{"dealname": "Second", "dealstage": "s2", "pipeline": "p1", "amount": "2000", "createdate": "2026-01-20T08:00:00Z",
   "closedate": "2026-06-30T08:00:00Z"}', '[]', '2026-02-12 00:00+00'),
 ('5', false, '{"dealname": "Twin", "dealstage": "s2", "pipeline": "p1", "amount": "1000.5", "createdate": "2026-01-20T08:00:00Z",
   "closedate": "2026-06-30T08:00:00Z"}', '[]', '2026-01-10 00:00+00')) v (id, archived, properties, companies, since);
CREATE TABLE owners AS SELECT '71' AS id, 'AE' AS "firstName", 'North 1' AS "lastName", false AS archived,
    now() AS _airbyte_extracted_at;
CREATE TABLE companies AS SELECT '901' AS id, 'North Works' AS properties_name, 'north.example' AS properties_domain,
    false AS archived, now() AS _airbyte_extracted_at, TIMESTAMPTZ '2026-02-01 00:00+00' AS _ab_cdc_deleted_at;
"""

DLT_HUBSPOT = """
CREATE TABLE deals (id VARCHAR, dealname VARCHAR, dealstage VARCHAR, pipeline VARCHAR, amount BIGINT, amount__v_double DOUBLE,
    createdate TIMESTAMPTZ, closedate TIMESTAMPTZ, _dlt_load_id VARCHAR, _dlt_id VARCHAR);
INSERT INTO deals VALUES
 ('1', 'First', 's8', 'p1', NULL, 1000.5, '2026-01-05 08:00+00', '2026-02-10 08:00+00', '1770000000.5', 'a'),
 ('2', 'Second', 's2', 'p1', 2000, NULL, '2026-01-20 08:00+00', '2026-06-30 08:00+00', '1770000000.5', 'b'),
 ('3', 'Third', 's1', 'p1', 300, NULL, '2026-02-01 08:00+00', '2026-06-30 08:00+00', '1770000000.5', 'c');
CREATE TABLE pipelines_deals AS SELECT 'p1' AS id, 'Sales' AS label, 'x' AS _dlt_id;
CREATE TABLE pipelines_deals__stages (id VARCHAR, label VARCHAR, metadata__is_closed VARCHAR, metadata__probability VARCHAR,
    _dlt_parent_id VARCHAR, _dlt_id VARCHAR);
CREATE TABLE deals_property_history (object_id VARCHAR, property_name VARCHAR, value VARCHAR, "timestamp" TIMESTAMPTZ,
    source_type VARCHAR, _dlt_load_id VARCHAR, _dlt_id VARCHAR);
INSERT INTO deals_property_history SELECT o, p, v, t::TIMESTAMPTZ, 'CRM_UI', l, uuid()::VARCHAR FROM (VALUES
 ('1', 'dealstage', 's1', '2026-01-05 08:00+00', '1'), ('1', 'dealstage', 's8', '2026-02-10 08:00+00', '1'),
 ('1', 'dealstage', 's1', '2026-01-05 08:00+00', '2'), ('1', 'dealstage', 's8', '2026-02-10 08:00+00', '2'),
 ('2', 'dealstage', 's1', '2026-01-20 08:00+00', '1'), ('1', 'amount', '500', '2026-01-05 08:00+00', '1')) v (o, p, v, t, l);
CREATE TABLE _dlt_loads AS SELECT '1770000000.5' AS load_id, 0 AS status;
"""


def database(file: Path, *scripts: str, stages: str = "") -> Path:
    """A DuckDB file made by these scripts; `stages` names a table that gets the list of stages."""
    with Engine(file) as engine:
        for script in scripts:
            engine.run(script)
        if stages:
            columns = list(engine.schema(stages))
            by_name = {
                "stage_id": 0, "id": 0, "label": 1, "is_closed": 2, "metadata__is_closed": 2, "closed_won": 3,
                "probability": 4, "metadata__probability": 4,
            }  # fmt: skip
            rows = [[_cell(by_name, column, stage) for column in columns] for stage in STAGES]
            for row in rows:
                engine.run(f"INSERT INTO {stages} VALUES ({', '.join('?' for _ in row)})", row)
    return file


def parquet_folder(database_file: Path, folder: Path, tables: Sequence[str]) -> Path:
    """The tables of a DuckDB file as Parquet files, each in a folder of its own and in two parts where it has rows enough."""
    with Engine(database_file) as engine:
        for table in tables:
            place = folder / table.replace(".", "/")
            place.mkdir(parents=True)
            for part in (0, 1):
                engine.run(
                    f"COPY (SELECT * EXCLUDE n FROM (SELECT *, row_number() OVER () AS n FROM {table}) WHERE n % 2 = {part}) "
                    f"TO '{place / f'part-0000{part}.parquet'}' (FORMAT parquet)"
                )
    return folder


def _cell(places: dict[str, int], column: str, stage: tuple[str, ...]) -> str | None:
    if column == "pipeline_id":
        return "p1"
    return stage[places[column]] if column in places else None
