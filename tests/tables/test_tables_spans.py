"""Stages: dated entries from columns and from histories, spans between them, and what was known of them on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tables_world import DEALS_HEADERS, Export, ask, bring, deal, deals_mapping, mapping

from headway.core.mapping import FileMapping
from headway.tables import Store

STAGES = {"New": "open", "Demo": "open", "Offer": "open", "Won": "won", "Lost": "lost"}
ENTRIES = {stage: f'Date entered "{stage}"' for stage in ("New", "Demo", "Offer")}
SPANS = "SELECT stage, ord, entered_at, exited_at, days, skipped, regression FROM stage_span ORDER BY entered_at, ord"


def with_entries() -> FileMapping:
    return deals_mapping(stages=STAGES, stage_entries=ENTRIES, headers=(*DEALS_HEADERS, *ENTRIES.values()))


def history_mapping(**fields: str) -> FileMapping:
    named = fields or {"opportunity_id": "Deal ID", "stage": "Stage", "entered_at": "Date"}
    made = mapping("history", "stage_history", {"name": "Deal ID"} | named)
    columns = tuple(c for c in made.columns if c.field != "name")
    key = tuple(named.values())
    return FileMapping("history", "stage_history", (), columns, key, made_key=True)


def entered(**days: str) -> dict[str, str]:
    return {ENTRIES[stage]: day for stage, day in days.items()}


def test_spans_from_entry_columns_end_with_the_next_stage_or_the_deal(tmp_path: Path) -> None:
    row = deal(1, Stage="Won", Closed="2024-02-15", Amount="5") | entered(New="2024-01-10", Offer="2024-02-01")
    bring(tmp_path, "r1", "2024-03-01", Export(with_entries(), [row]))
    assert ask(tmp_path, SPANS).records == (
        ("New", 1, date(2024, 1, 10), date(2024, 2, 1), 22, False, False),
        ("Offer", 3, date(2024, 2, 1), date(2024, 2, 15), 14, True, False),
    )


def test_spans_as_of_a_day_know_no_later_entry(tmp_path: Path) -> None:
    row = deal(1, Stage="Won", Closed="2024-02-15") | entered(New="2024-01-10", Demo="2024-01-20", Offer="2024-02-01")
    bring(tmp_path, "r1", "2024-03-01", Export(with_entries(), [row]))
    day = date(2024, 1, 25)
    spans = ask(tmp_path, SPANS, day).records
    assert spans == (
        ("New", 1, date(2024, 1, 10), date(2024, 1, 20), 10, False, False),
        ("Demo", 2, date(2024, 1, 20), None, None, False, False),
    )
    assert ask(tmp_path, "SELECT status, stage FROM opportunity", day).records == (("open", "Demo"),)


def test_a_history_file_shows_skips_and_steps_back(tmp_path: Path) -> None:
    moves = [("New", "2024-01-10"), ("Offer", "2024-01-12"), ("Offer", "2024-01-13"), ("Demo", "2024-01-15")]
    rows = [{"Deal ID": "D1", "Stage": stage, "Date": day} for stage, day in moves]
    deals = Export(deals_mapping(stages=STAGES), [deal(1, Stage="Demo")])
    bring(tmp_path, "r1", "2024-03-01", Export(history_mapping(), rows), deals)
    assert ask(tmp_path, SPANS).records == (
        ("New", 1, date(2024, 1, 10), date(2024, 1, 12), 2, False, False),
        ("Offer", 3, date(2024, 1, 12), date(2024, 1, 15), 3, True, False),
        ("Demo", 2, date(2024, 1, 15), None, None, False, True),
    )
    changes = [(r["old_value"], r["new_value"], r["origin"]) for r in Store.open(tmp_path).changes()]
    assert changes == [
        (None, "New", "native_history"),
        ("New", "Offer", "native_history"),
        ("Offer", "Demo", "native_history"),
    ]


def test_a_history_may_name_deals_instead_of_numbering_them(tmp_path: Path) -> None:
    by_name = history_mapping(opportunity="Deal Name", stage="Stage", entered_at="Date")
    rows = [{"Deal Name": "Deal 1", "Stage": "New", "Date": "2024-01-10"}]
    deals = Export(deals_mapping(stages=STAGES), [deal(1)])
    bring(tmp_path, "r1", "2024-03-01", Export(by_name, rows), deals)
    assert [r[0] for r in ask(tmp_path, SPANS).records] == ["New"]


def test_entries_of_a_later_export_add_to_the_history(tmp_path: Path) -> None:
    first = deal(1) | entered(New="2024-01-10")
    later = deal(1) | entered(New="2024-01-10", Demo="2024-03-04")
    bring(tmp_path, "r1", "2024-03-01", Export(with_entries(), [first]))
    bring(tmp_path, "r2", "2024-03-08", Export(with_entries(), [later]))
    assert [r[0] for r in ask(tmp_path, SPANS).records] == ["New", "Demo"]
    assert [r[0] for r in ask(tmp_path, SPANS, date(2024, 3, 3)).records] == ["New"]


def test_the_end_of_a_deal_is_no_skipped_stage_and_no_stage_of_an_open_deal(tmp_path: Path) -> None:
    moves = [("New", "2024-01-10"), ("Lost", "2024-01-12"), ("New", "2024-01-15"), ("Won", "2024-02-10")]
    rows = [{"Deal ID": "D1", "Stage": stage, "Date": day} for stage, day in moves]
    deals = Export(deals_mapping(stages=STAGES), [deal(1, Stage="Won", Closed="2024-02-10")])
    bring(tmp_path, "r1", "2024-03-01", Export(history_mapping(), rows), deals)
    assert [r[-2:] for r in ask(tmp_path, SPANS).records] == [(False, False)] * 4
    asked = "SELECT status, stage FROM opportunity"
    assert ask(tmp_path, asked, date(2024, 1, 11)).records == (("open", "New"),)
    assert ask(tmp_path, asked, date(2024, 1, 15)).records == (("open", "New"),)
    assert ask(tmp_path, asked, date(2024, 2, 10)).records == (("won", "Won"),)


REOPENED = [("New", "2024-01-10"), ("Lost", "2024-01-12"), ("Demo", "2024-01-15"), ("Won", "2024-02-10")]
OUTCOME = "SELECT status, stage, closed_date, reconstructed FROM opportunity"


def reopened_rows(until: str = "2024-12-31") -> list[dict[str, str]]:
    return [{"Deal ID": "D1", "Stage": stage, "Date": day} for stage, day in REOPENED if day <= until]


def test_a_closing_that_was_taken_back_counts_while_it_stood(tmp_path: Path) -> None:
    deals = Export(deals_mapping(stages=STAGES), [deal(1, Stage="Won", Closed="2024-02-10")])
    bring(tmp_path, "r1", "2024-03-01", Export(history_mapping(), reopened_rows()), deals)
    lost = ("lost", "Lost", date(2024, 1, 12), True)
    assert ask(tmp_path, OUTCOME, date(2024, 1, 12)).records == (lost,)
    assert ask(tmp_path, OUTCOME, date(2024, 1, 14)).records == (lost,)
    assert ask(tmp_path, OUTCOME, date(2024, 1, 15)).records == (("open", "Demo", None, True),)
    assert ask(tmp_path, OUTCOME).records == (("won", "Won", date(2024, 2, 10), False),)


def test_a_closing_between_two_loads_that_was_taken_back_counts_while_it_stood(tmp_path: Path) -> None:
    first = Export(deals_mapping(stages=STAGES), [deal(1, Stage="New")])
    bring(tmp_path, "r1", "2024-01-11", first, Export(history_mapping(), reopened_rows("2024-01-11")))
    second = Export(deals_mapping(stages=STAGES), [deal(1, Stage="Demo")])
    bring(tmp_path, "r2", "2024-01-20", second, Export(history_mapping(), reopened_rows("2024-01-20")))
    assert ask(tmp_path, OUTCOME, date(2024, 1, 11)).records == (("open", "New", None, False),)
    assert ask(tmp_path, OUTCOME, date(2024, 1, 13)).records == (("lost", "Lost", date(2024, 1, 12), True),)
    assert ask(tmp_path, OUTCOME, date(2024, 1, 16)).records == (("open", "Demo", None, False),)
    assert ask(tmp_path, OUTCOME).records == (("open", "Demo", None, False),)


def test_a_deal_that_was_lost_in_its_load_is_open_from_the_day_its_history_takes_that_back(tmp_path: Path) -> None:
    lost = Export(deals_mapping(stages=STAGES), [deal(1, Stage="Lost", Closed="2024-01-12")])
    bring(tmp_path, "r1", "2024-01-13", lost, Export(history_mapping(), reopened_rows("2024-01-13")))
    won = Export(deals_mapping(stages=STAGES), [deal(1, Stage="Won", Closed="2024-02-10")])
    bring(tmp_path, "r2", "2024-03-01", won, Export(history_mapping(), reopened_rows()))
    assert ask(tmp_path, OUTCOME, date(2024, 1, 14)).records == (("lost", "Lost", date(2024, 1, 12), False),)
    assert ask(tmp_path, OUTCOME, date(2024, 1, 15)).records == (("open", "Demo", None, True),)
    assert ask(tmp_path, OUTCOME, date(2024, 3, 1)).records == (("won", "Won", date(2024, 2, 10), False),)


@pytest.mark.parametrize("newest_first", [False, True])
def test_rows_of_one_day_came_about_in_the_order_the_file_runs(tmp_path: Path, newest_first: bool) -> None:
    """Lost and taken back on one day: the last of the day's rows holds, also in a file that begins with the newest."""
    steps = [("New", "01-10"), ("Lost", "01-12"), ("Demo", "01-12"), ("Offer", "01-20")]
    rows = [{"Deal ID": "D1", "Stage": stage, "Date": f"2024-{day}"} for stage, day in steps]
    deals = Export(deals_mapping(stages=STAGES), [deal(1, Stage="Offer")])
    history = Export(history_mapping(), rows[::-1] if newest_first else rows)
    bring(tmp_path, "r1", "2024-03-01", history, deals)
    assert ask(tmp_path, OUTCOME, date(2024, 1, 12)).records == (("open", "Demo", None, True),)
    lasted = "SELECT stage, days FROM stage_span WHERE entered_at = DATE '2024-01-12' ORDER BY stage"
    assert ask(tmp_path, lasted).records == (("Demo", 8), ("Lost", 0))


VALUES = {"opportunity_id": "Deal ID", "stage": "Stage", "entered_at": "Date", "amount": "Amount", "close_date": "Due"}
ASKED = "SELECT status, stage, amount, close_date, value FROM opportunity"


def valued_history() -> tuple[FileMapping, list[dict[str, str]]]:
    """A deal that grew, was put off and was won for less; its export came after it had closed."""
    steps = [
        ("New", "2024-01-10", "100", "2024-02-01"),
        ("New", "2024-01-20", "150", "2024-02-01"),
        ("Demo", "2024-01-20", "150", "2024-03-01"),
        ("Won", "2024-02-15", "120", "2024-02-15"),
    ]
    rows = [{"Deal ID": "D1", "Stage": s, "Date": day, "Amount": a, "Due": due} for s, day, a, due in steps]
    return replace(history_mapping(**VALUES), key=("Deal ID", "Date", "Amount", "Due")), rows


def test_dated_values_stand_as_they_stood_on_the_day(tmp_path: Path) -> None:
    mapped, rows = valued_history()
    deals = Export(deals_mapping(stages=STAGES), [deal(1, Stage="Won", Closed="2024-02-15", Amount="120")])
    bring(tmp_path, "r1", "2024-03-01", Export(mapped, rows), deals)
    asked = {
        day: ask(tmp_path, ASKED, date.fromisoformat(f"2024-{day}")).records for day in ("01-15", "01-20", "02-15")
    }
    assert asked == {
        "01-15": (("open", "New", 100, date(2024, 2, 1), 100),),
        "01-20": (("open", "Demo", 150, date(2024, 3, 1), 150),),
        "02-15": (("won", "Won", 120, date(2024, 2, 15), 120),),
    }
    moved = [(r["field"], r["old_value"], r["new_value"]) for r in Store.open(tmp_path).changes()]
    assert ("amount", "150.0000", "120.0000") in moved
    assert ("close_date", "2024-02-01", "2024-03-01") in moved


def test_an_open_deal_shows_what_its_history_said_before_its_first_load(tmp_path: Path) -> None:
    mapped, rows = valued_history()
    deals = Export(deals_mapping(stages=STAGES), [deal(1, Stage="Demo", Closed="2024-04-01", Amount="180")])
    bring(tmp_path, "r1", "2024-03-01", Export(mapped, rows[:3]), deals)
    assert ask(tmp_path, ASKED, date(2024, 1, 15)).records == (("open", "New", 100, date(2024, 2, 1), 100),)
    assert ask(tmp_path, ASKED).records == (("open", "Demo", 180, date(2024, 4, 1), 180),)


def test_a_history_without_values_hides_them_as_before(tmp_path: Path) -> None:
    rows = [{"Deal ID": "D1", "Stage": "New", "Date": "2024-01-10"}]
    deals = Export(deals_mapping(stages=STAGES), [deal(1, Stage="Won", Closed="2024-02-15", Amount="120")])
    bring(tmp_path, "r1", "2024-03-01", Export(history_mapping(), rows), deals)
    assert ask(tmp_path, ASKED, date(2024, 1, 15)).records == (("open", "New", None, None, None),)


def test_stages_take_their_places_from_the_mapping_not_from_the_columns(tmp_path: Path) -> None:
    turned = {stage: ENTRIES[stage] for stage in ("Offer", "New", "Demo")}
    made = deals_mapping(stages=STAGES, stage_entries=turned, headers=(*DEALS_HEADERS, *turned.values()))
    row = deal(1, Stage="Demo") | entered(New="2024-01-10", Demo="2024-01-20")
    bring(tmp_path, "r1", "2024-03-01", Export(made, [row]))
    assert [record[:2] for record in ask(tmp_path, SPANS).records] == [("New", 1), ("Demo", 2)]
