"""Dates, amounts, stages, keys and spellings: each settled by evidence over every value, or refused with it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inlet import Inlet, Write, codes, columns, mapping_of

from headway.connectors.files import Choices
from headway.connectors.files.amounts import take_apart
from headway.connectors.files.dates import date_form
from headway.connectors.files.names import snake, spellings
from headway.connectors.files.references import nearest
from headway.connectors.files.stages import status_of

HEADER = "Deal ID,Deal Name,Company,Owner,Stage,Amount,Created,Close Date\n"


def deals(*rows: tuple[str, str, str]) -> str:
    """A small export: amount, created and close date of each row."""
    lines = (f'{i},Deal {i},Alpha,Ann,Won,"{a}","{c}","{d}"' for i, (a, c, d) in enumerate(rows, 1))
    return HEADER + "\n".join(lines) + "\n"


FORMS = {
    "%Y-%m-%d": "%Y-%m-%d",
    "%Y/%m/%d": "%Y/%m/%d",
    "%Y%m%d": "%Y%m%d",
    "%d/%m/%Y": "%d/%m/%Y",
    "%m/%d/%Y": "%m/%d/%Y",
    "%m/%d/%y": "%m/%d/%y",
    "%d.%m.%Y": "%d.%m.%Y",
    "%d-%m-%Y": "%d-%m-%Y",
    "%d-%b-%y": "%d-%b-%y",
    "%b %d, %Y": "%b %d, %Y",
    "%d %b %Y": "%d %b %Y",
    "%Y-%m-%d %H:%M": "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%SZ": "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%d %H:%M:%S.%f": "%Y-%m-%d %H:%M:%S.%f",
    "%m/%d/%y %I:%M %p": "%m/%d/%y %I:%M %p",
    "%m/%d/%Y, %I:%M %p": "%m/%d/%Y, %I:%M %p",
    "%d/%m/%Y %H:%M:%S": "%d/%m/%Y %H:%M:%S",
}


@pytest.mark.parametrize(("written", "read"), FORMS.items())
def test_each_form_of_date_is_found_over_the_whole_column(inlet: Inlet, write: Write, written: str, read: str) -> None:
    from datetime import datetime

    days = [datetime(2024, 1, 9, 13, 5, 6, 120000) + timedelta(days=11 * i, hours=i) for i in range(9)]
    text = deals(*[("10", d.strftime(written), (d + timedelta(days=30)).strftime(written)) for d in days])
    proposal = inlet.propose(write("deals.csv", text))
    assert proposal.possible, [d.render() for d in proposal.diagnostics]
    assert mapping_of(proposal, "opportunity").dates == {"Created": read, "Close Date": read}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.dates(date(2000, 1, 1), date(2030, 12, 31)), min_size=2, max_size=8),
    st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]),
)
def test_the_order_is_never_guessed(inlet: Inlet, days: list[date], written: str) -> None:
    """Either the right order is found, or the column is refused as ambiguous; the wrong order never comes out."""
    file = inlet.folder / "made.csv"
    file.write_text(deals(*[("10", d.strftime(written), d.strftime(written)) for d in days]))
    proposal = inlet.propose(file)
    if any(d.day > 12 for d in days):
        assert mapping_of(proposal, "opportunity").dates == {"Created": written, "Close Date": written}
    elif all(d.day == d.month for d in days):
        assert proposal.possible
    else:
        assert codes(proposal, "error") == {"dates-ambiguous"}
        chosen = inlet.propose(file, choices=Choices(dates="day-first" if written.startswith("%d") else "month-first"))
        assert mapping_of(chosen, "opportunity").dates == {"Created": written, "Close Date": written}


def test_two_orders_in_one_column_are_refused_with_both_rows(inlet: Inlet, write: Write) -> None:
    text = deals(
        ("1", "2024-01-01", "13/02/2024"), ("1", "2024-01-01", "05/06/2024"), ("1", "2024-01-01", "02/14/2024")
    )
    proposal = inlet.propose(write("deals.csv", text))
    (found,) = [d for d in proposal.diagnostics if d.is_error]
    assert found.mistake.code == "dates-in-two-orders"
    assert "row 2: '13/02/2024' can only be day first" in found.detail
    assert "row 4: '02/14/2024' can only be month first" in found.detail


def test_two_forms_in_one_column_are_refused_with_both_rows(inlet: Inlet, write: Write) -> None:
    text = deals(("1", "2024-01-01", "2024-02-13"), ("1", "2024-01-01", "14/02/2024"))
    (found,) = [d for d in inlet.propose(write("deals.csv", text)).diagnostics if d.is_error]
    assert found.mistake.code == "dates-in-two-orders"
    assert "row 2: '2024-02-13'" in found.detail and "row 3: '14/02/2024'" in found.detail


def test_times_may_be_left_out_and_empty_words_mean_nothing(inlet: Inlet, write: Write) -> None:
    text = deals(*[("1", "2024-01-01 10:00", "2024-02-13")] * 5, ("TBD", "2024-01-02", "TBD"))
    found = mapping_of(inlet.propose(write("deals.csv", text)), "opportunity")
    assert found.dates == {"Created": "%Y-%m-%d %H:%M", "Close Date": "%Y-%m-%d"}
    assert found.repairs == {"Close Date": {"TBD": ""}, "Amount": {"TBD": ""}}


def test_stray_dates_are_named_with_their_rows(inlet: Inlet, write: Write) -> None:
    text = deals(*[("1", "2024-01-01", "2024-02-13")] * 9, ("1", "2024-01-02", "2024-02-31"))
    proposal = inlet.propose(write("deals.csv", text))
    (found,) = [d for d in proposal.diagnostics if d.mistake.code == "stray-dates"]
    assert found.severity == "warning" and "row 11: '2024-02-31'" in found.detail


@pytest.mark.parametrize(
    ("value", "mark", "currency", "negative"),
    [
        ("1200", "", "", False),
        ("1,200.50", ".", "", False),
        ("1.200,50", ",", "", False),
        ("1,234,567", ".", "", False),
        ("1.234.567", ",", "", False),
        ("12,34,567.5", ".", "", False),
        ("12.5", ".", "", False),
        ("12,5", ",", "", False),
        ("0.125", ".", "", False),
        ("$1,200.00", ".", "USD", False),
        ("1.200,00 €", ",", "EUR", False),
        ("EUR 1.200,00", ",", "EUR", False),
        ("-£30.5", ".", "GBP", True),
        ("£-30.5", ".", "GBP", True),
        ("(300)", "", "", True),
        ("300-", "", "", True),
        ("1'200.50", ".", "", False),
        ("1 200,50", ",", "", False),
        ("1.2m", ".", "", False),
        ("45k", "", "", False),
    ],
)
def test_amounts_are_taken_apart(value: str, mark: str, currency: str, negative: bool) -> None:
    found = take_apart(value)
    assert found is not None
    assert (found.mark, found.currency, found.negative) == (mark, currency, negative)


@pytest.mark.parametrize("value", ["", "abc", "1.2.3", "12/3", "ten", "1,23,4", "USD 5 EUR", "2024-01-01"])
def test_what_is_no_amount(value: str) -> None:
    assert take_apart(value) is None


def test_one_group_of_three_proves_nothing() -> None:
    comma, point = take_apart("1,234"), take_apart("1.234")
    assert comma and point and comma.doubtful and point.doubtful and comma.mark == point.mark == ""


def test_thousands_are_settled_by_another_value(inlet: Inlet, write: Write) -> None:
    text = deals(("1.234", "2024-01-01", "2024-02-01"), ("9,50", "2024-01-01", "2024-02-01"))
    assert mapping_of(inlet.propose(write("deals.csv", text)), "opportunity").decimal == ","
    text = deals(("1.234", "2024-01-01", "2024-02-01"), ("9.50", "2024-01-01", "2024-02-01"))
    assert mapping_of(inlet.propose(write("deals.csv", text)), "opportunity").decimal == "."
    text = deals(("1.234", "2024-01-01", "2024-02-01"), ("9.500", "2024-01-01", "2024-02-01"))
    proposal = inlet.propose(write("deals.csv", text))
    assert any(question.subject == "decimal mark" for question in proposal.questions)
    chosen = inlet.propose(write("deals.csv", text), choices=Choices(decimal="."))
    assert mapping_of(chosen, "opportunity").decimal == "."


def test_two_styles_of_amounts_are_refused_with_both_rows(inlet: Inlet, write: Write) -> None:
    text = deals(("1,234.50", "2024-01-01", "2024-02-01"), ("1.234,50", "2024-01-01", "2024-02-01"))
    (found,) = [d for d in inlet.propose(write("deals.csv", text)).diagnostics if d.is_error]
    assert found.mistake.code == "amounts-in-two-styles"
    assert "row 2: '1,234.50'" in found.detail and "row 3: '1.234,50'" in found.detail


def test_currency_by_sign_by_name_by_choice(inlet: Inlet, write: Write) -> None:
    by_sign = deals(("€5", "2024-01-01", "2024-02-01"))
    assert mapping_of(inlet.propose(write("a.csv", by_sign)), "opportunity").currency == "EUR"
    by_name = by_sign.replace("Amount", "Amount (GBP)").replace("€", "")
    assert mapping_of(inlet.propose(write("b.csv", by_name)), "opportunity").currency == "GBP"
    for written, settled in (("$5", "CAD"), ("5", "CAD"), ("€5", "EUR")):
        text = deals((written, "2024-01-01", "2024-02-01"))
        found = mapping_of(inlet.propose(write("c.csv", text), choices=Choices(currency="CAD")), "opportunity")
        assert found.currency == settled


def test_several_currencies_are_told_row_by_row(inlet: Inlet, write: Write) -> None:
    text = deals(("€5", "2024-01-01", "2024-02-01"), ("£6", "2024-01-01", "2024-02-01"))
    proposal = inlet.propose(write("deals.csv", text))
    currency = mapping_of(proposal, "opportunity").column("currency")
    assert currency and (currency.column, currency.format) == ("Amount", "symbol")
    assert any(question.subject == "currency" for question in proposal.questions)


def test_an_unreadable_activity_date_stops_nothing(inlet: Inlet, write: Write) -> None:
    text = (
        deals(("5", "2024-01-01", "2024-02-01"))
        .replace("Deal Name", "Last Activity Date")
        .replace("Deal 1", "long ago")
    )
    proposal = inlet.propose(write("deals.csv", text))
    assert proposal.possible and "Last Activity Date" in mapping_of(proposal, "opportunity").dimensions


def test_negative_amounts_are_kept_and_named(inlet: Inlet, write: Write) -> None:
    text = deals(("5", "2024-01-01", "2024-02-01"), ("(7)", "2024-01-01", "2024-02-01"))
    (found,) = [d for d in inlet.propose(write("deals.csv", text)).diagnostics if d.mistake.code == "negative-amounts"]
    assert found.severity == "warning" and "row 3: '(7)'" in found.detail


@pytest.mark.parametrize(
    ("label", "status"),
    [
        ("Closed Won", "won"),
        ("closedwon", "won"),
        ("Won - pending signature", "won"),
        ("Closed - Not Won", "lost"),
        ("CLOSED LOST", "lost"),
        ("Disqualified", "lost"),
        ("Closed, no decision", "lost"),
        ("Abandoned", "lost"),
        ("Proposal/Price Quote", "open"),
        ("Id. Decision Makers", "open"),
        ("Appointment Scheduled", "open"),
        ("Closed", None),
        ("Zebra", None),
        ("On hold", "open"),
        ("Not interested", "lost"),
        ("S4 - Signed", "won"),
        ("Wonderland", None),
    ],
)
def test_stage_words(label: str, status: str | None) -> None:
    assert status_of(label) == status


def test_a_label_without_words_is_settled_by_probability(inlet: Inlet, write: Write) -> None:
    text = (
        "Deal ID,Deal Name,Stage,Probability (%),Amount,Created,Close Date\n"
        "1,A,Zebra,100,5,2024-01-01,2024-02-01\n2,B,Lion,0,5,2024-01-01,2024-02-01\n3,C,Demo,40,5,2024-01-01,2024-02-01\n"
    )
    proposal = inlet.propose(write("deals.csv", text))
    assert mapping_of(proposal, "opportunity").stages == {"Demo": "open", "Lion": "lost", "Zebra": "won"}


def test_ids_that_repeat_and_ids_that_are_missing(inlet: Inlet, write: Write) -> None:
    rows = [f"{i},A,Won,5,2024-01-01,2024-02-01\n" for i in range(1, 41)]
    text = (
        "Deal ID,Deal Name,Stage,Amount,Created,Close Date\n"
        + "".join(rows)
        + rows[0]
        + ",Z,Won,5,2024-01-01,2024-02-01\n"
    )
    proposal = inlet.propose(write("deals.csv", text))
    found = {d.mistake.code: d for d in proposal.diagnostics}
    assert "'1' on rows 2 and 42" in found["duplicate-ids"].detail
    assert str(found["missing-ids"].location).endswith("deals.csv:43:1")
    assert mapping_of(proposal, "opportunity").key == ("Deal ID",)


def test_a_column_of_mostly_missing_ids_is_no_key(inlet: Inlet, write: Write) -> None:
    rows = "".join(f"{i if i % 2 else ''},A{i},Won,5,2024-01-01,2024-02-01\n" for i in range(1, 11))
    found = mapping_of(
        inlet.propose(write("deals.csv", "Deal ID,Deal Name,Stage,Amount,Created,Close Date\n" + rows)), "opportunity"
    )
    assert found.made_key and "Deal Name" in found.key and "Deal ID" in found.dimensions


def test_salesforce_ids_of_15_and_18_characters_meet(inlet: Inlet, write: Write) -> None:
    opps = write(
        "opps.csv",
        "Opportunity ID,Opportunity Name,Account ID,Stage,Amount,Created Date,Close Date\n"
        "0065g00000AbCdE,A,0015g00000XyZ12,Closed Won,5,2024-01-01,2024-02-01\n",
    )
    accounts = write("acc.csv", "Account ID,Account Name,Industry\n0015g00000XyZ12AAA,Alpha,Retail\n")
    proposal = inlet.propose(opps, accounts)
    assert proposal.connector.system == "salesforce"
    evidence = {(row["subject"], row["column"]): row["evidence"] for row in proposal.evidence}
    assert evidence[("account_id", "Account ID")] == "1 of 1 values are ids in acc.csv"
    account, key = (mapping_of(proposal, "opportunity").column(field) for field in ("account_id", "id"))
    assert account and key and account.format == key.format == "salesforce_id"


@pytest.mark.parametrize(
    ("value", "meant", "by_sign"),
    [
        ("WidgetPro", "Widget Pro", True),
        ("widget-pro", "Widget Pro", True),
        ("Widgt Basic", "Widget Basic", False),
        ("Model 200", "", False),
        ("Gadget", "", False),
        ("Pro", "", False),
    ],
)
def test_the_nearest_spelling(value: str, meant: str, by_sign: bool) -> None:
    names = ["Widget Pro", "Widget Basic", "Model 100", "Model 300", "Pra", "Prx"]
    assert nearest(value, names) == (meant, by_sign)


def test_two_equally_near_spellings_are_none() -> None:
    assert nearest("Carlton", ["Carlson", "Carlten"]) == ("", False)


@pytest.mark.parametrize(
    ("header", "thing", "form"),
    [
        ("Opportunity.External_Id__c", "", "opportunityid"),
        ("External_Id__c", "", "id"),
        ("property_closedate", "opportunity", "closedate"),
        ("hs_object_id", "opportunity", "objectid"),
        ("Deal - Deal created", "opportunity", "created"),
        ("Probability (%)", "opportunity", "probabilitypercent"),
        ("StageName", "opportunity", "stagename"),
        ("Montant prévu", "", "montantprevu"),
        ("Amount (EUR)", "opportunity", "amount"),
    ],
)
def test_names_come_down_to_plain_words(header: str, thing: str, form: str) -> None:
    assert form in spellings(header, thing)


def test_dimension_names_are_snake_case() -> None:
    assert [snake(n) for n in ("Regional Office", "annualRevenue", "Tier__c")] == [
        "regional_office",
        "annual_revenue",
        "tier",
    ]


def test_dates_that_are_none() -> None:
    assert [date_form(v) for v in ("hello", "12", "2024", "1/2", "2024-01-01 nonsense")] == [None] * 5


def test_unmapped_columns_are_all_kept(inlet: Inlet, write: Write) -> None:
    text = "Deal ID,Stage,Amount,Created,Close Date,Colour,_fivetran_synced,,Notes\n1,Won,5,2024-01-01,2024-02-01,red,x,,n\n"
    found = mapping_of(inlet.propose(write("deals.csv", text)), "opportunity")
    assert found.dimensions == ("Colour", "Notes")
    assert found.ignored == ("_fivetran_synced", "column 8")
    assert set(found.notes) == set(found.ignored)
    assert "created_date" in columns(found)
