"""Why a number is what it is: both sides, their records, the policy, what was left out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from headway.core.calendar import month
from headway.core.definition import Definition
from headway.core.explanation import Explanation
from headway.core.rows import Rows
from headway.metrics import Parameters, explain, measure
from tests.metrics.handmade import HandMade, facts_of

TODAY = date(2026, 3, 31)
Definitions = dict[str, Definition]


@pytest.fixture
def facts() -> HandMade:
    def deal(status: str, segment: str, amount: int | None, closed: date | None) -> dict[str, object]:
        worth = None if amount is None else Decimal(amount)
        return {
            "status": status,
            "segment": segment,
            "amount": worth if status != "lost" else None,
            "created_value": worth,
            "value": worth,
            "currency": "EUR",
            "created_date": date(2026, 1, 10),
            "closed_date": closed,
        }

    february = date(2026, 2, 9)
    deals = [deal("won", "mid", 100 + i, february) for i in range(30)]
    deals += [deal("lost", "mid", 100, february)] * 10
    deals += [deal("won", "mid", None, february), deal("won", "ent", 999, february), deal("open", "mid", 40, None)]
    made = facts_of(deals, TODAY)
    made.notes, made.provenance = ("reconstructed from 1 load",), "load-1"
    return made


def explained(found: object) -> Explanation:
    assert isinstance(found, Explanation)
    return found


def test_a_ratio(facts: HandMade, definitions: Definitions) -> None:
    why = explained(
        explain(definitions["win_rate.closed_value"], facts, month(date(2026, 2, 1)), where={"segment": "mid"}, limit=7)
    )
    assert why.definition == "win_rate.closed_value@1"
    assert why.value == "77.5%"  # 3,435 won of 4,435 decided
    assert why.policy == definitions["win_rate.closed_value"].policy
    told = "win_rate.closed_value@1 · 2026-02 · segment = mid · EUR · n = 40 · as known on 2026-03-31 · run load-1"
    assert why.provenance == told
    assert (why.origin.period, why.origin.as_of, why.origin.run) == ("2026-02", TODAY, "load-1")
    assert why.origin.value == pytest.approx(3435 / 4435)
    assert why.origin.dimensions == {"segment": "mid"}
    assert why.notes == ("reconstructed from 1 load",)
    steps = {step.label: step for step in why.steps}
    assert steps["numerator"].value == "30 deals, €3,435"
    assert steps["denominator"].value == "40 deals, €4,435"
    assert steps["denominator"].note == "the first 7 of 40 are listed"
    assert steps["left out"].value == "1"
    parts = dict(why.parts)
    assert set(parts) == {"numerator", "denominator", "left out"}
    assert len(parts["numerator"]) == 7
    assert set(parts["numerator"].column("status")) == {"won"}


def test_listed_records_come_to_the_number(facts: HandMade, definitions: Definitions) -> None:
    why = explained(explain(definitions["won_value"], facts, limit=1000))
    listed = sum(Decimal(str(cell)) for cell in dict(why.parts)["records"].column("taken"))
    found = measure(definitions["won_value"], facts)
    assert isinstance(found, Rows)
    assert found.column("value") == (listed,)


def test_the_curve_lists_what_became_of_deals(facts: HandMade, definitions: Definitions) -> None:
    why = explained(explain(definitions["win_rate.eventual"], facts, where={"segment": "mid"}))
    assert {name: len(rows) for name, rows in why.parts} == {"won": 31, "lost": 10, "open": 1}
    assert [step.value for step in why.steps[:3]] == ["31", "10", "1"]
    assert any(step.label == "interval, P10 to P90" for step in why.steps)


def test_by_dimension_every_group_is_a_step(facts: HandMade, definitions: Definitions) -> None:
    why = explained(explain(definitions["won_deals"], facts, by=["segment"]))
    assert why.value == "2 groups"
    assert [(step.label, step.value) for step in why.steps if step.label in {"ent", "mid"}] == [
        ("ent", "1"),
        ("mid", "31"),
    ]
    assert "groups" in dict(why.parts)


def test_a_number_handed_in_is_named(facts: HandMade, definitions: Definitions) -> None:
    given = Parameters({"remaining_target": Decimal(20)})
    why = explained(explain(definitions["coverage.naive"], facts, parameters=given))
    assert why.value == "2.00"
    assert "denominator: remaining target" in {step.label for step in why.steps}


@pytest.mark.parametrize("month_start", [date(2026, 2, 1), date(2025, 2, 1)])
def test_every_shipped_metric_can_be_explained(month_start: date, facts: HandMade, definitions: Definitions) -> None:
    for definition in definitions.values():
        why = explained(explain(definition, facts, month(month_start)))
        assert why.title == definition.title
        assert why.value
