"""What lead conversions say of what the record cannot show: wins before it began, leads too young to be judged."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from handmade import HandMade, facts_of

from headway.core.calendar import FiscalCalendar
from headway.core.definition import Definition
from headway.core.rows import Rows
from headway.metrics import measure

START, TODAY = date(2026, 1, 1), date(2026, 6, 30)


def leads(seen_from: date, lag: int = 20, every: int = 5) -> HandMade:
    """Ten leads a day for 150 days, every fifth won after 20 days; wins from before a day are not in the record."""
    made = facts_of([], TODAY)
    rows = list[list[object]]()
    for day in range(150):
        came = START + timedelta(days=day)
        for number in range(10):
            won = came + timedelta(days=lag) if number % every == 0 else None
            rows.append([f"{day}-{number}", came, won if won and seen_from <= won <= TODAY else None])
    for row in rows:
        made.engine.run("INSERT INTO lead BY NAME SELECT ? AS key, ?::DATE AS created_date, ?::DATE AS won_date", row)
    made.engine.run("ALTER TABLE lead ALTER created_date TYPE DATE")
    return made


def notes(facts: HandMade, definition: Definition, *by: str, period: str = "") -> dict[str, str]:
    span = FiscalCalendar().parse(period) if period else None
    answer = measure(definition, facts, span, by)
    assert isinstance(answer, Rows)
    return {str(row[by[0]]) if by else "": str(row["note"]) for row in answer}


def test_a_record_that_begins_with_the_company_says_nothing(definitions: dict[str, Definition]) -> None:
    made = leads(START)
    assert set(notes(made, definitions["lead_to_won.ever"], "month").values()) == {""}


def test_a_record_that_begins_late_says_so_where_it_matters(definitions: dict[str, Definition]) -> None:
    made = leads(date(2026, 3, 10))
    found = notes(made, definitions["lead_to_won.ever"], "month")
    early = {month for month, note in found.items() if "no win is recorded before 2026-03-10" in note}
    assert early == {"2026-01", "2026-02", "2026-03"}
    assert "where about 96 were to be expected" in found["2026-01"]  # two of each day from 1 January to 17 February
    assert "so later ones only seem better" in found["2026-01"]
    assert "so the share is too low" in notes(made, definitions["lead_to_won.ever"])[""]
    assert notes(made, definitions["lead_to_won.ever"], period="2026-04") == {"": ""}


@pytest.mark.parametrize(("days", "young"), [(30, set()), (90, {"2026-04", "2026-05"})])
def test_leads_that_have_not_had_their_days_are_named(
    definitions: dict[str, Definition], days: int, young: set[str]
) -> None:
    found = notes(leads(START), definitions[f"lead_to_won.within_{days}_days"], "month")
    assert {month for month, note in found.items() if f"have not had {days} days yet" in note} == young


def test_the_limit_of_days_is_met_on_its_last_day(definitions: dict[str, Definition]) -> None:
    for lag, share in ((30, 0.2), (31, 0)):
        answer = measure(
            definitions["lead_to_won.within_30_days"], leads(START, lag), FiscalCalendar().parse("2026-01")
        )
        assert isinstance(answer, Rows) and [row["value"] for row in answer] == [share]
