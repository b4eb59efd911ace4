"""The confidence of a number: a grade by the data beneath it, and why."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from headway.core.definition import Definition
from headway.core.hygiene import Hygiene, Pipeline
from headway.core.rows import Rows
from headway.metrics import measure
from headway.metrics.confidence import graded, once_asked
from tests.metrics.handmade import HandMade, facts_of

TODAY = date(2026, 6, 30)
EMPTY = Rows.of([], [])


def made(distrusted: float = 0.0) -> Hygiene:
    line = Pipeline(10, 1000.0, round(10 * distrusted), 1000.0 * (1 - distrusted))
    return Hygiene(TODAY, "", "EUR", (), line, None, EMPTY, EMPTY, EMPTY, EMPTY, EMPTY)


def deals(won: int, lost: int = 0, **more: object) -> HandMade:
    plain = {"created_date": date(2026, 1, 5), "closed_date": date(2026, 3, 2), "reconstructed": False, **more}
    plain |= {"amount": Decimal(100), "value": Decimal(100)}
    return facts_of([plain | {"status": "won"}] * won + [plain | {"status": "lost"}] * lost, TODAY)


def grade(
    definition: Definition, facts: HandMade, last_load: date | None = TODAY, distrusted: float = 0.0
) -> tuple[str, str]:
    rows = graded(measure(definition, facts), definition, facts, last_load, lambda: made(distrusted))
    assert isinstance(rows, Rows)
    (row,) = rows
    return str(row["confidence"]), str(row["because"])


@pytest.mark.parametrize(
    ("won", "lost", "want"),
    [(30, 30, ("A", "")), (15, 15, ("B", "n = 30: few")), (5, 6, ("D", "n = 11: cannot tell yet"))],
)
def test_few_records_cost_a_rate_its_grade(
    definitions: dict[str, Definition], won: int, lost: int, want: tuple[str, str]
) -> None:
    assert grade(definitions["win_rate.closed_count"], deals(won, lost)) == want


def test_a_count_is_complete_however_small(definitions: dict[str, Definition]) -> None:
    assert grade(definitions["won_deals"], deals(3)) == ("A", "")


def test_an_undefined_value_has_no_grade(definitions: dict[str, Definition]) -> None:
    assert grade(definitions["win_rate.closed_count"], deals(0)) == ("", "")


def test_old_loads_and_reconstruction_lower_it(definitions: dict[str, Definition]) -> None:
    won = definitions["won_deals"]
    assert grade(won, deals(3), TODAY - timedelta(days=7)) == ("A", "")
    assert grade(won, deals(3), TODAY - timedelta(days=8)) == ("B", "nothing is loaded of the last 8 days")
    assert grade(won, deals(3), TODAY - timedelta(days=40)) == ("C", "nothing is loaded of the last 40 days")
    assert grade(won, deals(3, reconstructed=True)) == ("B", "100% reconstructed from later loads")


def test_what_was_left_out_lowers_it(definitions: dict[str, Definition]) -> None:
    facts = deals(50)
    facts.engine.run("UPDATE opportunity SET amount = NULL, value = NULL WHERE id <= 5")
    assert grade(definitions["deal_size.mean"], facts) == ("B", "10% of its records left out")


def test_open_pipeline_is_as_good_as_its_trusted_part(definitions: dict[str, Definition]) -> None:
    facts = deals(0)
    facts.engine.run("INSERT INTO opportunity (id, status, value, created_date) VALUES (1, 'open', 10, '2026-05-01')")
    assert grade(definitions["open_pipeline"], facts, distrusted=0.04) == ("A", "")
    assert grade(definitions["open_pipeline"], facts, distrusted=0.1)[0] == "B"
    assert grade(definitions["open_pipeline"], facts, distrusted=0.5) == (
        "C",
        "50% of the open pipeline not trusted (headway hygiene)",
    )
    assert grade(definitions["won_deals"], deals(3), distrusted=0.5) == ("A", ""), "it speaks of open deals alone"


def test_hygiene_is_looked_at_once_and_only_if_asked(definitions: dict[str, Definition]) -> None:
    asked: list[int] = []

    def look() -> Hygiene:
        asked.append(1)
        return made()

    known, facts = once_asked(look), deals(3)
    for name in ("won_deals", "open_pipeline", "open_opportunities"):
        graded(measure(definitions[name], facts), definitions[name], facts, TODAY, known)
    assert len(asked) == 1
