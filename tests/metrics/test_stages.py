"""Stage conversion: how far opportunities got, by the furthest stage; being lost is no stage, going back is no loss."""

from __future__ import annotations

from datetime import date

from headway.core.calendar import month
from headway.core.definition import Definition
from headway.core.rows import Rows
from headway.metrics import explain, measure
from tests.metrics.handmade import HandMade, facts_of

TODAY = date(2026, 3, 31)
PLACES = {"Qualify": 1, "Propose": 2, "Negotiate": 3, "Signed": 4, "Gone": 5}


def story() -> HandMade:
    """Five deals: won after skipping a stage; lost after two; stuck; gone back; won with every stage recorded."""
    paths = [
        ("won", "Signed", ["Qualify", "Negotiate", "Signed"]),
        ("lost", "Gone", ["Qualify", "Propose", "Gone"]),
        ("open", "Qualify", ["Qualify"]),
        ("open", "Qualify", ["Qualify", "Propose", "Qualify"]),
        ("won", "Signed", ["Qualify", "Propose", "Negotiate"]),
    ]
    deals = [
        {"status": status, "stage": stage, "segment": "odd" if i % 2 else "even", "created_date": date(2026, 1, 1)}
        for i, (status, stage, _) in enumerate(paths)
    ]
    spans = [
        {"opportunity_id": i + 1, "stage": stage, "ord": PLACES[stage], "entered_at": date(2026, 1 + min(step, 2), 1)}
        for i, (_, _, path) in enumerate(paths)
        for step, stage in enumerate(path)
    ]
    return facts_of(deals, TODAY, spans)


def test_share_that_got_further(definitions: dict[str, Definition]) -> None:
    found = measure(definitions["stage_conversion"], story())
    assert isinstance(found, Rows)
    assert [(row["stage"], row["n"], row["value"]) for row in found] == [
        ("Qualify", 5, 4 / 5),
        ("Propose", 3, 1 / 3),
        ("Negotiate", 2, 1.0),
    ]
    assert all(row["note"] == f"n = {row['n']}: cannot tell yet" for row in found)


def test_by_group_and_by_period(definitions: dict[str, Definition]) -> None:
    found = measure(definitions["stage_conversion"], story(), by=["segment"])
    assert isinstance(found, Rows)
    assert [(row["stage"], row["segment"], row["n"]) for row in found] == [
        ("Qualify", "even", 3),
        ("Qualify", "odd", 2),
        ("Propose", "even", 1),
        ("Propose", "odd", 2),
        ("Negotiate", "even", 2),
    ]
    february = measure(definitions["stage_conversion"], story(), month(date(2026, 2, 1)))
    assert isinstance(february, Rows)
    assert [(row["stage"], row["n"]) for row in february] == [("Propose", 3), ("Negotiate", 1)]


def test_without_stages_there_is_nothing_to_say(definitions: dict[str, Definition]) -> None:
    found = measure(definitions["stage_conversion"], facts_of([{"status": "open", "created_date": TODAY}], TODAY))
    assert isinstance(found, Rows)
    assert len(found) == 0


def test_explained_stage_by_stage(definitions: dict[str, Definition]) -> None:
    found = explain(definitions["stage_conversion"], story())
    assert not isinstance(found, tuple)
    assert [(step.label, step.value) for step in found.steps if step.depth == 0] == [
        ("Qualify", "80.0%"),
        ("Propose", "33.3%"),
        ("Negotiate", "100.0%"),
    ]


def test_a_stage_entered_again_counts_in_the_period_of_its_first_entry(definitions: dict[str, Definition]) -> None:
    march = measure(definitions["stage_conversion"], story(), month(date(2026, 3, 1)))
    assert isinstance(march, Rows)
    assert [(row["stage"], row["n"]) for row in march] == [("Negotiate", 1)]  # one deal went back to Qualify in March
