"""Amounts whose column name says what they are counted in, files without amounts, and ids that are not all there."""

from __future__ import annotations

import pytest
from inlet import Inlet, Write, codes, mapping_of

from headway.connectors.files.amounts import take_apart

ROWS = "".join(f"{i},Alpha,Won,{10 + i}.5,2024-01-1{i},2024-02-02\n" for i in range(9))


def headed(name: str) -> str:
    return f'Deal ID,Company,Stage,"{name}",Created,Close Date\n{ROWS}'


@pytest.mark.parametrize(
    ("header", "counted_in", "currency"),
    [
        ("Amount [k€]", "thousands", "EUR"),
        ("Amount (k EUR)", "thousands", "EUR"),
        ("Amount in thousands", "thousands", None),
        ("Amount (TEUR)", "thousands", "EUR"),
        ("ACV (USD m)", "millions", "USD"),
        ("Deal Value in EUR", "", "EUR"),
        ("Value/£", "", "GBP"),
        ("AMOUNT_EUR", "", "EUR"),
        ("Amount ($)", "", None),
    ],
)
def test_the_unit_in_the_name_of_an_amount(
    inlet: Inlet, write: Write, header: str, counted_in: str, currency: str | None
) -> None:
    proposal = inlet.propose(write("deals.csv", headed(header)))
    found = mapping_of(proposal, "opportunity")
    amount = found.column("amount")
    assert amount and (amount.column, amount.format, found.currency) == (header, counted_in, currency)
    asked = [q.subject for q in proposal.questions]
    assert ("amount" in asked) == bool(counted_in)


def test_a_file_without_a_recognised_amount_says_so(inlet: Inlet, write: Write) -> None:
    proposal = inlet.propose(write("deals.csv", headed("Umfang")))
    (found,) = [d for d in proposal.diagnostics if d.mistake.code == "no-amount"]
    assert found.severity == "warning" and "amount: Umfang" in found.remedy
    again = inlet.propose(write("deals.csv", headed("Umfang")), known=(proposal.connector,))
    assert "no-amount" not in codes(again)


@pytest.mark.parametrize(
    ("value", "currency"),
    [("2.5 mn", ""), ("100kr", "SEK"), ("kr. 5", "SEK"), ("3 Mio. €", "EUR"), ("1.5kEUR", "EUR"), ("12 tsd", "")],
)
def test_scales_and_currencies_behind_an_amount(value: str, currency: str) -> None:
    written = take_apart(value)
    assert written and written.currency == currency


def test_a_few_blank_ids_do_not_turn_the_others_down(inlet: Inlet, write: Write) -> None:
    header = "Deal ID,Company,Stage,Amount,Created,Close Date\n"
    rows = [f"{i},Alpha,Won,5,2024-01-13,2024-02-02\n" for i in range(20)]
    blank = ",Beta,Won,5,2024-01-13,2024-02-02\n"
    few = inlet.propose(write("deals.csv", header + "".join([*rows, blank, blank])))
    assert mapping_of(few, "opportunity").key == ("Deal ID",) and "missing-ids" in codes(few, "warning")
    many = inlet.propose(write("deals.csv", header + "".join([*rows[:5], *[blank] * 5])))
    assert mapping_of(many, "opportunity").made_key
    (said,) = [d for d in many.diagnostics if d.mistake.code == "made-key"]
    assert "no usable id, as 'Deal ID' is blank or repeated" in said.message
