"""Can the data support the numbers: what is missing is named with the metrics that wait for it, and what to do first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from headway.core.definition import Definition
from headway.core.hygiene import Hygiene
from headway.core.readiness import Readiness, Repair, Standing
from headway.metrics.question import Parameters
from headway.metrics.readiness import readiness
from tests.metrics.handmade import HandMade, facts_of

TODAY = date(2026, 6, 30)
ASKED = (
    "won_deals",
    "won_value",
    "spend",
    "cac",
    "cac.loaded",
    "sales_and_marketing_cost",
    "new_customers",
    "coverage.naive",
)


def facts() -> HandMade:
    won = {"status": "won", "created_date": date(2026, 1, 1), "account": "Alder", "bought_as": "new customer"}
    deals = [won | {"closed_date": date(2026, 2, 1 + n), "amount": Decimal(100) if n else None} for n in range(4)]
    return facts_of(deals, TODAY)


def nobody() -> Hygiene:
    raise AssertionError("nothing here speaks of open deals")


def told(definitions: Mapping[str, Definition], known: HandMade) -> Readiness:
    return readiness({name: definitions[name] for name in ASKED}, known, TODAY, nobody, Parameters())


def test_what_is_not_loaded_comes_first_with_all_that_waits_for_it(definitions: Mapping[str, Definition]) -> None:
    found = told(definitions, facts())
    grades = {one.metric: one.grade for one in found.standings}
    assert grades == {
        "won_deals": "A",
        "new_customers": "A",
        "won_value": "C",  # one of four without an amount
        "spend": "",
        "cac": "",
        "cac.loaded": "",
        "sales_and_marketing_cost": "",
    }  # coverage needs a plan's target
    assert [(one.remedy, one.without, one.lowered) for one in found.repairs] == [
        ("export ledger lines and import them", ("sales_and_marketing_cost", "cac.loaded"), ()),
        ("export spend lines and import them", ("spend", "cac"), ()),
        ("fill in what deals lack (no amount)", (), ("won_value",)),
    ]
    assert found.sentence == (
        "Of 7 metrics, 2 can be committed to, 1 with care, 4 not at all. First: export ledger lines and import them."
    )


def test_accounts_without_a_function_are_to_be_named(definitions: Mapping[str, Definition]) -> None:
    known = facts()
    known.engine.run("INSERT INTO ledger_line (date, amount, currency) VALUES ('2026-05-01', 10, 'EUR')")
    remedies = {one.remedy: one.without for one in told(definitions, known).repairs}
    assert remedies["name its accounts under accounts: sales_and_marketing in headway.yaml"] == (
        "sales_and_marketing_cost",
        "cac.loaded",
    )


def test_tables_show_the_weakest_first_and_name_a_few_of_many() -> None:
    names = tuple(f"m{n}" for n in range(6))
    found = Readiness(
        TODAY, (Standing("x", "X", "A"), Standing("y", "Y", ""), Standing("z", "Z", "C")), (Repair("w", "do", names),)
    )
    assert [row["metric"] for row in found.metrics] == ["y", "z", "x"]
    (row,) = found.to_mend
    assert (row["no value"], row["for"]) == (6, "m0, m1, m2, m3 and 2 more")
