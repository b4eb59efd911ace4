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


def test_without_stages_it_is_undefined_and_says_what_is_missing(definitions: dict[str, Definition]) -> None:
    facts = facts_of([{"status": "open", "segment": "odd", "created_date": TODAY}], TODAY)
    for by, period in (((), None), (("segment",), None), ((), month(TODAY))):
        found = measure(definitions["stage_conversion"], facts, period, by)
        assert isinstance(found, Rows)
        ((stage, value, n, note),) = [(row["stage"], row["value"], row["n"], row["note"]) for row in found]
        assert (stage, value, n) == ("(none)", None, 0)
        assert str(note).startswith("undefined: no stage is known to have been entered")
        assert ("import a stage history" in str(note)) == (period is None)


def test_a_stage_that_stands_for_lost_is_no_progress_whatever_the_deals_call_it(
    definitions: dict[str, Definition],
) -> None:
    deals = [{"status": "lost", "stage": "Closed Lost"}, {"status": "open", "stage": "Qualify"}]
    path = (("Qualify", 1, False), ("Lost", 2, True))
    spans = [
        {"opportunity_id": 1, "stage": stage, "ord": place, "entered_at": date(2026, 1, place), "closing": closing}
        for stage, place, closing in path
    ]
    found = measure(definitions["stage_conversion"], facts_of(deals, TODAY, spans))
    assert isinstance(found, Rows)
    assert [(row["stage"], row["n"], row["value"]) for row in found] == [("Qualify", 1, 0.0)]


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


def stays() -> HandMade:
    """Two deals: one stays in Qualify twice; the other is still in Propose, and its end is no stay."""
    spans = [
        (1, "Qualify", date(2026, 1, 1), date(2026, 1, 11), False),
        (1, "Propose", date(2026, 1, 11), date(2026, 1, 31), False),
        (1, "Qualify", date(2026, 1, 31), date(2026, 2, 4), False),
        (1, "Gone", date(2026, 2, 4), None, True),
        (2, "Qualify", date(2026, 1, 5), date(2026, 2, 1), False),
        (2, "Propose", date(2026, 2, 1), None, False),
    ]
    names = ("opportunity_id", "stage", "entered_at", "exited_at", "closing")
    deals = [
        {"status": "lost", "stage": "Gone", "segment": "odd"},
        {"status": "open", "stage": "Propose", "segment": "even"},
    ]
    return facts_of(deals, TODAY, [dict(zip(names, span, strict=True)) for span in spans])


def test_days_in_a_stage_are_those_of_the_stays_that_are_over(definitions: dict[str, Definition]) -> None:
    found = measure(definitions["days_in_stage.mean"], stays(), by=["stage"])
    assert isinstance(found, Rows)
    assert [(row["stage"], row["n"], row["value"]) for row in found] == [
        ("Propose", 1, 20.0),
        ("Qualify", 3, (10 + 4 + 27) / 3),
    ]
    middle = measure(definitions["days_in_stage.median"], stays(), by=["stage", "segment"])
    assert isinstance(middle, Rows)
    assert [(row["stage"], row["segment"], row["value"]) for row in middle] == [
        ("Propose", "odd", 20.0),
        ("Qualify", "even", 27.0),
        ("Qualify", "odd", 7.0),
    ]


def test_a_stay_belongs_to_the_period_it_ended_in(definitions: dict[str, Definition]) -> None:
    found = measure(definitions["days_in_stage.mean"], stays(), month(date(2026, 1, 1)))
    assert isinstance(found, Rows)
    assert [(row["n"], row["value"]) for row in found] == [(2, 15.0)]
