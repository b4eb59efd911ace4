"""Warehouses of three loading tools, imported whole: deletions, histories, labels, money; known slips not inherited."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from landings import (
    AIRBYTE_HUBSPOT,
    DLT_HUBSPOT,
    FIVETRAN_HUBSPOT,
    SALESFORCE_VERSIONS,
    STRIPE,
    database,
    parquet_folder,
)

from headway.core.answers import ImportAnswer
from headway.core.ask import Ask
from headway.core.reading import Reading
from headway.project.hall import Project
from headway.tables.engine import Engine

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)


class Company:
    """A project into which one warehouse was brought."""

    def __init__(self, folder: Path, source: Path) -> None:
        Project.create(folder, "Acme", "EUR", 1)
        self.source, self.project = source, Project(folder, lambda: NOW)
        self.answer = self.bring()

    def bring(self) -> ImportAnswer:
        return self.project.import_files([self.source], Reading(), lambda _: True)

    def ask(self, sql: str, day: date | None = None) -> list[tuple[object, ...]]:
        from headway.tables import Store

        with Store.open(self.project.folder).as_of(day) as facts:
            return [tuple(record) for record in facts.run(sql)]

    def deals(self, system: str, day: date | None = None) -> dict[str, tuple[object, ...]]:
        told = "SELECT split_part(key, ':', 4), status, stage, amount, close_date FROM opportunity"
        return {str(key): tuple(rest) for key, *rest in self.ask(f"{told} WHERE key LIKE '{system}:%' ORDER BY 1", day)}

    def value(self, metric: str, period: str) -> dict[str | None, Decimal]:
        rows = self.project.facts.measure(Ask(metric, period)).rows
        return {str(row["currency"]): Decimal(str(row["value"])) for row in rows}


@pytest.fixture(scope="module")
def fivetran(tmp_path_factory: pytest.TempPathFactory) -> Company:
    place = tmp_path_factory.mktemp("fivetran")
    stages = "hubspot.deal_pipeline_stage"
    source = database(place / "w.duckdb", FIVETRAN_HUBSPOT, SALESFORCE_VERSIONS, STRIPE, stages=stages)
    return Company(place / "acme", source)


@pytest.fixture(scope="module")
def airbyte(tmp_path_factory: pytest.TempPathFactory) -> Company:
    place = tmp_path_factory.mktemp("airbyte")
    return Company(place / "acme", database(place / "w.duckdb", AIRBYTE_HUBSPOT))


@pytest.fixture(scope="module")
def dlt(tmp_path_factory: pytest.TempPathFactory) -> Company:
    place = tmp_path_factory.mktemp("dlt")
    return Company(place / "acme", database(place / "w.duckdb", DLT_HUBSPOT, stages="pipelines_deals__stages"))


def test_each_schema_is_a_system_of_its_own(fivetran: Company) -> None:
    files = sorted(file.name for file in (fivetran.project.folder / "connectors").iterdir())
    assert files == ["hubspot.yaml", "salesforce.yaml", "stripe.yaml"]
    assert not any(found.is_error for found in fivetran.answer.diagnostics)


def test_deleted_and_merged_deals_are_gone_and_count_once(fivetran: Company) -> None:
    """Merged deals that stay in the models count a pipeline twice: a known slip of ready-made packages."""
    assert set(fivetran.deals("hubspot")) == {"1", "2", "3"}
    ((open_value,),) = fivetran.ask("SELECT sum(amount) FROM opportunity WHERE status = 'open' AND currency = 'USD'")
    assert open_value == Decimal(2000)
    gone = fivetran.ask("SELECT source_id FROM opportunity_version WHERE deleted AND connector = 'hubspot' ORDER BY 1")
    assert gone == [("4",), ("5",), ("6",)]


def test_stages_have_their_labels_and_deals_the_primary_company(fivetran: Company) -> None:
    told = {key: deal[:2] for key, deal in fivetran.deals("hubspot").items()}
    assert told == {"1": ("won", "Signed"), "2": ("open", "Proposal"), "3": ("lost", "Turned away")}
    companies = fivetran.ask(
        "SELECT split_part(key, ':', 4), account FROM opportunity WHERE key LIKE 'hubspot:%' ORDER BY 1"
    )
    assert companies == [("1", "South Works"), ("2", "North Works"), ("3", None)]


@pytest.mark.parametrize(
    ("day", "deal"),
    [
        (date(2026, 1, 15), ("open", "Prospecting", Decimal(100), date(2026, 3, 31))),
        (date(2026, 2, 15), ("open", "Negotiation/Review", Decimal(150), date(2026, 4, 30))),
        (date(2026, 4, 1), ("won", "Closed Won", Decimal(140), date(2026, 3, 1))),
    ],
)
def test_versions_of_history_mode_are_what_was_known_then(
    fivetran: Company, day: date, deal: tuple[object, ...]
) -> None:
    assert fivetran.deals("salesforce", day)["006A00000000001"] == deal


def test_a_record_whose_last_version_has_ended_is_deleted(fivetran: Company) -> None:
    assert set(fivetran.deals("salesforce")) == {"006A00000000001", "006A00000000002"}


@pytest.mark.parametrize(
    ("day", "deal"),
    [(date(2026, 2, 1), ("Discovery", Decimal(1500))), (date(2026, 3, 3), ("Proposal", Decimal(1500)))],
)
def test_changes_of_single_properties_are_what_was_known_then(
    fivetran: Company, day: date, deal: tuple[object, ...]
) -> None:
    assert fivetran.deals("hubspot", day)["2"][1:3] == deal


def test_recurring_revenue_has_none_of_the_known_mistakes(fivetran: Company) -> None:
    """Today's price on the past, nothing for a price by the day, metered use, discounts, yen counted in hundredths."""
    assert fivetran.value("arr", "2025-05") == {"EUR": Decimal(3600), "JPY": Decimal(21900)}
    assert fivetran.value("arr", "2025-06") == {"EUR": Decimal(4800), "JPY": Decimal(21900)}


def test_an_upgrade_from_plan_to_plan_is_no_churn(fivetran: Company) -> None:
    assert fivetran.value("expansion_arr", "2025-06")["EUR"] == Decimal(1200)
    assert fivetran.value("churned_arr", "2025-06").get("EUR", Decimal(0)) == 0


def test_copying_anew_what_nobody_changed_changes_nothing(fivetran: Company) -> None:
    with Engine(fivetran.source) as engine:
        engine.run("UPDATE hubspot.deal SET _fivetran_synced = _fivetran_synced + INTERVAL 1 DAY")
    assert "Nothing has changed" in fivetran.bring().message


def test_appended_copies_are_a_history_and_the_newest_holds(airbyte: Company) -> None:
    deals = airbyte.deals("hubspot")
    assert deals["1"] == ("open", "s8", Decimal("1000.5"), date(2026, 2, 10))
    assert set(deals) == {"1", "2"}, "the deal that was merged away is still in the warehouse"
    assert airbyte.deals("hubspot", date(2026, 1, 11))["1"][1:3] == ("s1", Decimal(800))
    assert airbyte.ask("SELECT account_id FROM opportunity WHERE key LIKE '%:1'") == [("901",)]
    assert airbyte.ask("SELECT deleted FROM account_version") == [(True,)]


def test_columns_split_by_type_are_one_and_child_tables_give_the_labels(dlt: Company) -> None:
    deals = dlt.deals("hubspot")
    assert deals["1"] == ("won", "Signed", Decimal("1000.5"), date(2026, 2, 10))
    assert deals["2"][1:3] == ("Proposal", Decimal(2000))
    assert dlt.ask("SELECT DISTINCT pipeline FROM opportunity") == [("Sales",)]


def test_a_history_that_came_twice_counts_once_and_one_that_was_lost_is_named(dlt: Company) -> None:
    """Known slips of a loader: history appended at every run, and lost for the rest of a page."""
    assert dlt.ask("SELECT count(*) FROM stage_entry WHERE stage = 'Discovery'") == [(2,)]
    (history,) = [one for r in dlt.project.proofs(None, anew=True) for one in r.tests if one.test == "history"]
    assert history.state == "note"
    assert history.seen == "of 3 deals 1 have no history, and 1 end theirs in another stage than they are in"


def test_a_folder_of_parquet_parts_says_the_same_as_the_database(dlt: Company, tmp_path: Path) -> None:
    tables = ("deals", "pipelines_deals", "pipelines_deals__stages", "deals_property_history")
    folder = parquet_folder(dlt.source, tmp_path / "lake", tables)
    again = Company(tmp_path / "acme", folder)
    assert again.deals("hubspot") == dlt.deals("hubspot")
    assert again.deals("hubspot", date(2026, 1, 10)) == dlt.deals("hubspot", date(2026, 1, 10))


def test_no_total_is_left_out_of_a_large_table(tmp_path: Path) -> None:
    """Some systems stop to show totals from two thousand records on."""
    made = (
        "CREATE TABLE deals AS SELECT i AS deal_id, 'Deal ' || i AS deal_name, 'Acct ' || i AS account_name, "
        "CASE WHEN i % 2 = 0 THEN 'Won' ELSE 'Open' END AS stage, CAST(i AS DECIMAL(12,2)) / 10 AS amount, "
        "'EUR' AS currency, "
        "DATE '2025-01-01' + (i % 300)::INTEGER AS created_date, DATE '2025-12-01' AS close_date FROM range(1, 25001) r (i)"
    )
    company = Company(tmp_path / "acme", database(tmp_path / "w.duckdb", made))
    (receipt,) = company.project.proofs(None, anew=True)
    assert receipt.holds, receipt.failed
    told = {one.test: one.seen for one in receipt.tests}
    assert told["amount ties"].startswith("31,251,250.00 EUR on both sides, of 25,000 cells")
