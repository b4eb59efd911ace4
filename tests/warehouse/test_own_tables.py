"""Warehouses nobody's tool has marked, in five shapes people make by hand: what they hold is found all the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from landings import database

from headway.connectors.files import Proposals, propose_each, read_files
from headway.tables.engine import Engine

SHAPES = {
    "a list of deals in a schema of its own": (
        """
        CREATE SCHEMA sales;
        CREATE TABLE sales.pipeline AS SELECT i AS deal_no, 'Customer ' || (i % 5) AS customer,
            CASE i % 3 WHEN 0 THEN 'Won' WHEN 1 THEN 'Lost' ELSE 'Negotiation' END AS phase,
            (i * 100.5)::DECIMAL(12,2) AS value_eur, DATE '2026-01-01' + i::INTEGER AS opened,
            DATE '2026-03-01' + i::INTEGER AS expected_close FROM range(1, 21) r (i);
        CREATE TABLE sales.notes AS SELECT 'remember the milk' AS text;
        """,
        {"sales.pipeline": ("opportunity", {"account": "customer", "stage": "phase", "amount": "value_eur"})},
    ),
    "a model of a transformation tool": (
        """
        CREATE TABLE hubspot__deals AS SELECT 'dev' AS source_relation, i::BIGINT AS deal_id, 'Deal ' || i AS deal_name,
            'Proposal' AS pipeline_stage_label, false AS is_deal_deleted, i * 10.0 AS amount, 'Sales' AS pipeline_label,
            TIMESTAMP '2026-02-01 10:00' AS created_date, TIMESTAMP '2026-05-01 10:00' AS closed_date FROM range(1, 9) r (i);
        """,
        {"hubspot__deals": ("opportunity", {"id": "deal_id", "amount": "amount", "pipeline": "pipeline_label"})},
    ),
    "snapshots with the time each version held": (
        """
        CREATE TABLE opportunities AS SELECT * FROM (VALUES
            ('a', 'Alpha', 'Discovery', 10.0, DATE '2026-05-01', TIMESTAMP '2026-01-01', TIMESTAMP '2026-02-01'),
            ('a', 'Alpha', 'Proposal', 20.0, DATE '2026-06-01', TIMESTAMP '2026-02-01', NULL),
            ('b', 'Beta', 'Discovery', 5.0, DATE '2026-06-01', TIMESTAMP '2026-01-15', NULL))
            v (id, name, stage, amount, close_date, dbt_valid_from, dbt_valid_to);
        """,
        {
            "opportunities": ("opportunity", {"id": "id", "stage": "stage"}),
            "opportunities versions": ("stage_history", {"entered_at": "changed_at", "amount": "amount"}),
        },
    ),
    "subscriptions with their monthly worth, beside spend": (
        """
        CREATE TABLE subs AS SELECT 'S' || i AS subscription_id, 'C' || (i % 4) AS customer_id, i * 9.99::DOUBLE AS mrr,
            'EUR' AS currency, DATE '2025-01-01' + (i * 20)::INTEGER AS start_date,
            CASE WHEN i % 3 = 0 THEN DATE '2026-01-31' END AS end_date FROM range(1, 13) r (i);
        CREATE TABLE marketing AS SELECT DATE '2026-01-01' + (i * 7)::INTEGER AS day, 'Paid search' AS channel,
            i * 55 AS spend, i * 1000 AS impressions, i * 10 AS clicks, 'EUR' AS currency FROM range(1, 9) r (i);
        """,
        {
            "subs": ("subscription", {"mrr": "mrr", "customer_id": "customer_id"}),
            "marketing": ("spend_line", {"amount": "spend", "date": "day", "source_channel": "channel"}),
        },
    ),
    "nested values, and people under another name": (
        """
        CREATE TABLE opps AS SELECT 'O-' || i AS "Opportunity ID", {'first': 'a', 'n': i} AS raw, ['x', 'y'] AS tags,
            CASE WHEN i < 5 THEN 'Closed Won' ELSE 'Prospecting' END AS "Stage", i * 1000 AS "Amount (USD)",
            'Rep ' || (i % 2) AS "Owner", TIMESTAMPTZ '2026-01-05 10:00+00' AS "Created Date",
            DATE '2026-02-01' AS "Close Date" FROM range(1, 11) r (i);
        CREATE TABLE reps AS SELECT 'R' || i AS rep_id, 'Rep ' || i AS rep_name, 'North' AS sales_team, 'AE' AS job_title
            FROM range(0, 2) r (i);
        """,
        {
            "opps": ("opportunity", {"id": "Opportunity ID", "owner": "Owner", "created_date": "Created Date"}),
            "reps": ("user", {"id": "rep_id"}),
        },
    ),
}


def proposed(source: Path, landing: Path) -> Proposals:
    with Engine() as engine:
        return propose_each(read_files([source], engine, landing), engine)


@pytest.mark.parametrize("shape", SHAPES)
def test_tables_made_by_hand_are_known_by_their_columns(shape: str, tmp_path: Path) -> None:
    script, expected = SHAPES[shape]
    found = proposed(database(tmp_path / "own.duckdb", script), tmp_path / "landing")
    held = {
        file.sheet: (mapping.thing, {column.field: column.column for column in mapping.columns})
        for one in found.each
        for file in one.files
        for mapping in one.connector.files
        if mapping.name == one.mappings[file.title]
    }
    for table, (thing, columns) in expected.items():
        assert held[table][0] == thing, held
        assert columns.items() <= held[table][1].items(), held[table]
    assert found.possible, [d.message for d in found.diagnostics if d.is_error]


def test_what_is_of_no_use_is_named(tmp_path: Path) -> None:
    script, _ = SHAPES["a list of deals in a schema of its own"]
    found = proposed(database(tmp_path / "own.duckdb", script), tmp_path / "landing")
    (said,) = [d for d in found.diagnostics if d.mistake.code == "unknown-table"]
    assert "'sales.notes'" in said.message and said.severity == "note"


def test_a_file_that_only_looks_like_a_database_says_so(tmp_path: Path) -> None:
    from headway.core.errors import UserMistake

    (tmp_path / "broken.duckdb").write_bytes(b"\0" * 8 + b"DUCK" + b"\0" * 64)
    with pytest.raises(UserMistake) as told, Engine() as engine:
        read_files([tmp_path / "broken.duckdb"], engine, tmp_path / "landing")
    assert [d.mistake.code for d in told.value.diagnostics] == ["not-a-table"]


@pytest.fixture(scope="module")
def seeds(reference_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Proposals:
    """The columns of three well-known landings, as their packages test against them."""
    place, scripts = tmp_path_factory.mktemp("seeds"), list[str]()
    wanted = {
        *("deal", "deal_stage", "deal_pipeline_stage", "merged_deal", "deal_company", "company", "owner", "owner_team"),
        *("team_user", "ticket", "opportunity", "opportunity_history", "account", "user", "order", "product", "plan"),
        *(
            "customer",
            "subscription",
            "subscription_history",
            "subscription_item",
            "price",
            "coupon",
            "invoice",
            "charge",
        ),
        *("payment_intent", "credit_note"),
    }
    for schema in ("hubspot", "salesforce", "stripe"):
        scripts.append(f"CREATE SCHEMA {schema}")
        for file in sorted((reference_data / "fivetran_seeds" / f"dbt_{schema}").glob("*_data.csv")):
            name = file.stem.removeprefix("sf_").removesuffix("_data")
            if name in wanted:
                scripts.append(f"CREATE TABLE {schema}.\"{name}\" AS FROM read_csv('{file}', sample_size = -1)")
    return proposed(database(place / "w.duckdb", *scripts), place / "landing")


def test_the_landings_of_the_packages_are_known(seeds: Proposals) -> None:
    held = {(one.connector.system, file.sheet): file for one in seeds.each for file in one.files}
    things = {(one.connector.system, mapping.name): mapping for one in seeds.each for mapping in one.connector.files}
    assert {key: mapping.thing for key, mapping in things.items() if mapping.thing == "opportunity"} == {
        ("hubspot", "deal"): "opportunity",
        ("salesforce", "opportunity"): "opportunity",
    }
    assert things["stripe", "subscription_item"].column("unit_amount").format == "minor"  # type: ignore[union-attr]
    assert {file.thing for one in seeds.each for file in one.connector.files} >= {"customer", "invoice", "subscription"}
    assert "deals merged away by merged_deal" in held["hubspot", "hubspot.deal"].notes
    assert ("salesforce", "salesforce.opportunity_history versions") in held


def test_no_link_ticket_or_charge_is_taken_for_something_else(seeds: Proposals) -> None:
    read = {file.sheet.partition(".")[2] for one in seeds.each for file in one.files}
    assert not read & {
        "ticket",
        "contact",
        "owner_team",
        "team_user",
        "order",
        "charge",
        "payment_intent",
        "credit_note",
    }
