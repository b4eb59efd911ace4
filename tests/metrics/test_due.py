"""Contracts due next: each once, with what the facts know that speaks against it; several metrics from one opening."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from headway.core.answers import Measured
from headway.core.ask import Ask
from headway.core.hygiene import Hygiene
from headway.core.rows import Cell
from headway.core.settings import Settings
from headway.metrics import Parameters
from headway.metrics.recurring.due import contracts_due
from headway.metrics.together import together
from headway.tables import Facts
from tests.metrics.billing_world import asked, definitions, export, known, load
from tests.metrics.test_reconciling import accounts, customers, deals

NAMES = ("Open", "Past", "Lost", "Missing", "Won", "Later", "Ending", "Smaller")
DUE = "2026-02-15"


def contracts() -> tuple[object, ...]:
    """A yearly contract of each customer, due in six weeks but for one; one was cancelled, two gave something up."""
    made, items = list[dict[str, str]](), list[dict[str, str]]()
    for n, name in enumerate(NAMES, start=1):
        start, end = ("2025-09-01", "2026-09-01") if name == "Later" else ("2025-02-15", DUE)
        term = {"current_term_start": start, "current_term_end": end}
        gone = DUE if name == "Ending" else ""
        made.append({"id": f"s{n}", "customer_id": f"C{n}", "start_date": start, "ended_at": gone} | term)
        own = {"customer_id": f"C{n}", "subscription_id": f"s{n}"}
        whole = own | {"unit_amount": str(1000 + n), "valid_from": start, "valid_to": gone}
        if name in ("Won", "Smaller"):
            items.append(whole | {"valid_to": "2025-06-01"})
            whole |= {"unit_amount": str(900 + n), "valid_from": "2025-06-01"}
        items.append(whole)
    return export("subscription", made), export("subscription_item", items)


def renewal(n: int, stage: str, closes: str) -> dict[str, str]:
    return {"Company ID": f"A{n}", "Type": "Renewal", "Stage": stage, "Closed": closes, "Amount": str(1000 + n)}


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Facts]:
    folder = tmp_path_factory.mktemp("due")
    found = [renewal(n, "Talking", "2026-02-14") for n in (1, 6, 7, 8)]
    found += [renewal(2, "Talking", "2025-12-20"), renewal(3, "Lost", "2025-12-12"), renewal(5, "Won", "2026-01-02")]
    found += [renewal(4, "Won", "2025-02-10")]  # of the term before
    exports = (accounts(*NAMES), customers(*NAMES), deals(*found), *contracts())
    load(folder, "2026-01-04", *exports)  # type: ignore[arg-type]
    with known(folder) as opened:
        yield opened


def due(facts: Facts, ahead: int = 90) -> dict[str, Mapping[str, Cell]]:
    return {str(row["customer"]): row for row in contracts_due(definitions()["arr"], facts, Parameters(), ahead)}


def test_what_speaks_against_a_contract_is_what_the_facts_tell_and_nothing_else(facts: Facts) -> None:
    found = {name: row["against"] for name, row in due(facts).items()}
    assert found == {
        "Ending": "known to end",
        "Smaller": "gave up €100 in the last twelve months",
        "Missing": "no renewal deal in the CRM",
        "Lost": "renewal deal lost on 12 Dec 2025",
        "Past": "renewal deal past its close date of 20 Dec 2025",
        "Won": "",
        "Open": "",
    }, "Won is settled whatever it gave up before; Later is not due"
    assert due(facts)["Won"]["deal"] == "won on 2 Jan 2026" and due(facts)["Ending"]["goes_on"] == 0


def test_those_with_something_against_them_come_first_and_the_largest_of_them(facts: Facts) -> None:
    rows = list(due(facts).values())
    doubted = [row for row in rows if row["reasons"]]
    assert rows[: len(doubted)] == doubted
    assert [row["due"] for row in doubted] == sorted((row["due"] for row in doubted), reverse=True)  # type: ignore[type-var]


def test_what_is_due_adds_up_to_the_metric(facts: Facts) -> None:
    for ahead, over in ((90, "2026-01-05..2026-04-04"), (365, "2026-01-05..2027-01-04")):
        (row,) = asked(facts, "arr_up_for_renewal", over)
        assert sum(Decimal(str(one["due"])) for one in due(facts, ahead).values()) == row["value"]


def test_a_term_that_ends_far_ahead_needs_no_deal_yet_and_none_is_missed_where_the_crm_tells_of_none(
    facts: Facts, tmp_path: Path
) -> None:
    assert due(facts, 365)["Later"]["against"] == ""
    load(tmp_path, "2026-01-04", accounts(*NAMES), customers(*NAMES), deals({"Company ID": "A1"}), *contracts())  # type: ignore[arg-type]
    with known(tmp_path) as without:
        told = {name for name, row in due(without).items() if row["reasons"]}
    assert told == {"Ending", "Smaller", "Won"}, "only what billing knows"


def test_several_metrics_come_from_one_opening_each_with_its_own_trouble(facts: Facts, tmp_path: Path) -> None:
    def never() -> Hygiene:
        raise AssertionError("no open deals are measured")

    own = Settings("Tarn", tmp_path, "EUR")
    asks = [Ask("arr"), Ask("nrr", None, ("colour",)), Ask("arr", "someday"), Ask("nosuch"), Ask("customers")]
    found = together(asks, definitions(), facts, own, Parameters(), (date(2026, 1, 4), never), 90)
    arr, colour, someday, nosuch, many = found.answers
    assert isinstance(arr, Measured) and isinstance(many, Measured)
    assert arr.rows.column("value") == asked(facts, "arr").column("value") and many.rows.column("value") == (8,)
    for trouble, word in ((colour, "colour"), (someday, "someday"), (nosuch, "nosuch")):
        assert isinstance(trouble, tuple) and word in trouble[0].message
    assert len(found.due) == 7 and "account" in found.dimensions
