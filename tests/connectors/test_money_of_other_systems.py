"""Money as other systems write it: what a deal was won for beside its estimate, currencies in words."""

from __future__ import annotations

import pytest
from inlet import Inlet, Write, columns, mapping_of

from headway.connectors.files.names import currency_named

DYNAMICS = (
    "(Do Not Modify) Opportunity,Topic,Potential Customer,Est. Revenue,Est. Close Date,Actual Revenue,"
    "Actual Close Date,Status,Created On,Owner,Currency\n"
    'o-1,A,Alpha,"$1,200.00",1/13/2026,"$1,000.50",2/14/2026,Won,11/30/2025 9:05 AM,AE 1,US Dollar\n'
    'o-2,B,Beta,"$2,200.00",3/13/2026,,,Open,12/30/2025 9:05 AM,AE 1,Euro\n'
)


def test_what_a_deal_was_won_for_stands_beside_its_estimate(inlet: Inlet, write: Write) -> None:
    proposal = inlet.propose(write("opportunities.csv", DYNAMICS))
    mapping = mapping_of(proposal, "opportunity")
    assert (columns(mapping)["amount"], columns(mapping)["won_amount"]) == ("Est. Revenue", "Actual Revenue")
    assert not proposal.questions, "an actual amount is no rival of the estimate"


def test_an_actual_amount_alone_is_the_amount(inlet: Inlet, write: Write) -> None:
    mapping = mapping_of(inlet.propose(write("o.csv", DYNAMICS.replace("Est. Revenue", "Remark"))), "opportunity")
    assert columns(mapping)["amount"] == "Actual Revenue"
    assert "won_amount" not in columns(mapping)


def test_currencies_in_words_are_read_as_codes(inlet: Inlet, write: Write) -> None:
    mapping = mapping_of(inlet.propose(write("opportunities.csv", DYNAMICS)), "opportunity")
    assert mapping.repairs["Currency"] == {"US Dollar": "USD", "Euro": "EUR"}


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ("USD - U.S. Dollar", "USD"),
        ("U.S. Dollar", "USD"),
        ("Euro (EUR)", "EUR"),
        ("Pound Sterling", "GBP"),
        ("eur", "EUR"),
        ("EUR/USD", ""),
        ("Points", ""),
    ],
)
def test_a_currency_is_named_by_its_code_or_in_words(named: str, code: str) -> None:
    assert currency_named(named) == code


@pytest.mark.parametrize(
    ("amount", "other", "asked"),
    [
        ("Amount", "Amount in company currency", False),
        ("Value", "Expected value", False),
        ("TCV", "ARR", True),
    ],
)
def test_only_an_amount_that_could_as_well_be_meant_is_asked_about(
    inlet: Inlet, write: Write, amount: str, other: str, asked: bool
) -> None:
    text = (
        f"Deal ID,Deal Name,Owner,Stage,{amount},{other},Created,Close Date\n1,A,AE 1,Won,5,6,2026-01-13,2026-02-14\n"
    )
    proposal = inlet.propose(write("deals.csv", text))
    assert columns(mapping_of(proposal, "opportunity"))["amount"] == amount
    assert bool(proposal.questions) == asked


def test_words_that_name_no_currency_are_pointed_out(inlet: Inlet, write: Write) -> None:
    head = "Deal ID,Deal Name,Owner,Stage,Amount,Currency,Created,Close Date\n"
    row = "{0},D{0},AE,Won,10,{1},2025-01-01,2025-02-01\n"
    named = ("EUR", "Points", "US Dollar", "points", "XYZ", "n/a", "Points")
    proposal = inlet.propose(write("deals.csv", head + "".join(row.format(n, c) for n, c in enumerate(named))))
    (said,) = [d for d in proposal.diagnostics if d.mistake.code == "stray-currencies"]
    assert said.message == "deals.csv: 'Points', 'points' in 'Currency' on 3 rows is no currency"
    assert not said.is_error and proposal.possible
