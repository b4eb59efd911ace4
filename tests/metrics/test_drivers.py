"""The further drivers of a plan: parts that add up to the whole, and rates that fall back where few cases tell."""

from __future__ import annotations

from datetime import date

import pytest

from headway.core.calendar import FiscalCalendar, Period
from headway.core.definition import Definition
from headway.core.diagnostics import Diagnostic
from headway.metrics import Parameters, measured_drivers
from headway.metrics.drivers import Drivers
from tests.metrics.handmade import COLUMNS, HandMade, facts_of

TODAY = date(2026, 3, 31)


@pytest.fixture
def facts() -> HandMade:
    deals = []
    for n in range(60):
        source = ("ads", "ads", "calls", None)[n % 4]
        deals.append(
            {
                "status": "won" if n % 3 == 0 else "lost",
                "source_channel": source,
                "segment": "large" if n % 5 == 0 else "small",
                "amount": 100 if n % 3 == 0 else None,
                "created_date": date(2026, 1 + n % 3, 5),
                "closed_date": date(2026, 3, 20),
            }
        )
    made = facts_of(deals, TODAY)
    columns = ", ".join(name for name in COLUMNS if name != "segment")
    made.engine.run("ALTER TABLE opportunity RENAME TO deals")
    made.engine.run(f"CREATE VIEW opportunity AS SELECT {columns}, segment, source_channel AS source FROM deals")
    made.engine.run("CREATE OR REPLACE TABLE lead (key VARCHAR, created_date DATE, source VARCHAR, led_to VARCHAR)")
    made.engine.run(
        "INSERT INTO lead SELECT i::VARCHAR, DATE '2026-02-01', CASE WHEN i % 3 = 0 THEN 'calls' ELSE 'ads' END, "
        "CASE WHEN i % 15 = 0 OR i % 15 = 1 OR (i % 15 = 6) OR (i % 30 = 8) OR (i % 30 = 23) THEN 'D' END "
        "FROM range(300) t(i)"
    )
    return made


def found(facts: HandMade, definitions: dict[str, Definition], by: tuple[str, ...]) -> Drivers:
    period = FiscalCalendar().parse("2026-01..2026-03")
    assert isinstance(period, Period) and not isinstance(period, Diagnostic)
    return measured_drivers(definitions, facts, period, Parameters(), by)


def test_parts_add_up_to_the_whole_though_some_deals_name_no_source(
    facts: HandMade, definitions: dict[str, Definition]
) -> None:
    made = found(facts, definitions, ("source", "segment"))
    assert made.members == {"source": ("ads", "calls"), "segment": ("small", "large")}
    created = made.measured["opportunities_created"]
    assert created is not None and created.whole is not None
    assert created.whole.value == 20
    assert sum(part.value for part in created.parts.values()) == pytest.approx(20)
    assert "15 of them without a source, shared out as the others" in created.method
    mix = made.measured["mix"]
    assert mix is not None
    for source in ("ads", "calls"):
        assert sum(mix.parts[source, segment].value for segment in ("small", "large")) == pytest.approx(1, abs=1e-12)


def test_leads_and_what_becomes_of_them_go_by_their_own_source(
    facts: HandMade, definitions: dict[str, Definition]
) -> None:
    made = found(facts, definitions, ("source",))
    leads, rate = made.measured["leads_per_month"], made.measured["lead_to_opportunity"]
    assert leads is not None and rate is not None and rate.whole is not None
    assert {key: round(part.value, 2) for key, part in leads.parts.items()} == {("ads",): 66.67, ("calls",): 33.33}
    assert {key: (part.value, part.n) for key, part in rate.parts.items()} == {
        ("ads",): (0.2, 200),
        ("calls",): (0.4, 100),
    }
    assert rate.whole.value == pytest.approx(80 / 300)


def test_without_leads_or_a_breakdown_nothing_is_added(definitions: dict[str, Definition]) -> None:
    deals = [{"status": "open", "created_date": date(2026, 1, 5)}]
    made = found(facts_of(deals, TODAY), definitions, ())
    assert (made.members, made.measured) == ({}, {})


def test_volume_is_counted_by_month_where_every_month_of_whole_years_has_some(
    facts: HandMade, definitions: dict[str, Definition]
) -> None:
    assert not found(facts, definitions, ("source",)).volume  # three months of leads are no year
    facts.engine.run(
        "INSERT INTO lead SELECT 'v' || i, DATE '2024-04-15' + INTERVAL (i % 24) MONTH, 'ads', NULL FROM range(48) t(i)"
    )
    made = found(facts, definitions, ("source",)).volume
    assert (len(made), min(made), max(made)) == (24, "2024-04", "2026-03")
    assert made["2025-12"] == 2 and made["2026-02"] == 302


def test_leads_are_planned_from_visits_where_every_source_is_visited(
    facts: HandMade, definitions: dict[str, Definition]
) -> None:
    columns = "key VARCHAR, occurred_date DATE, source VARCHAR, kind VARCHAR, count BIGINT"
    facts.engine.run(f"CREATE OR REPLACE TABLE touch ({columns})")
    facts.engine.run("INSERT INTO touch VALUES ('1', '2026-02-01', 'ads', 'visit', 4000)")
    assert "leads_per_month" in found(facts, definitions, ("source",)).measured  # nobody visits by calls
    facts.engine.run(
        "INSERT INTO touch VALUES ('2', '2026-03-01', 'calls', 'visit', 500), ('3', '2026-03-01', 'ads', 'form', 9)"
    )
    made = found(facts, definitions, ("source",)).measured
    visits, rate = made["visits_per_month"], made["visit_to_lead"]
    assert visits is not None and rate is not None and "leads_per_month" not in made
    assert {key: (part.value, part.n) for key, part in rate.parts.items()} == {
        ("ads",): (0.05, 4000),
        ("calls",): (0.2, 500),
    }
    assert visits.parts["ads",].value == pytest.approx(4000 / 3)
