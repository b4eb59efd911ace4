"""How cells are read: exact amounts, dates by pattern, shares, flags; and statuses by label and by flag."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.core.mapping import ColumnMapping, FileMapping
from headway.tables import snake_case
from headway.tables.cells import currency_sign, day, flag, good_pattern, money, share, text
from headway.tables.convert import conversion
from headway.tables.engine import Engine

ENGINE = Engine()


def read(expression: str, value: str) -> object:
    return ENGINE.run(f"SELECT {expression} FROM (SELECT ? AS cell)", [value])[0][0]


@pytest.mark.parametrize(
    ("written", "decimal", "amount"),
    [
        ("$1,234.50", ".", "1234.5"),
        ("(1,000)", ".", "-1000"),
        ("1.5k", ".", "1500"),
        ("EUR 2m", ".", "2000000"),
        ("5-", ".", "-5"),
        ("−5", ".", "-5"),
        ("1.250,00 €", ",", "1250"),
        ("1.234", ",", "1234"),
        ("1 234,50", ",", "1234.5"),
        ("1'000", ".", "1000"),
        ("12,34,567.8", ".", "1234567.8"),
        ("100 kr", ".", "100"),
        ("5kEUR", ".", "5000"),
        ("1e5", ".", "100000"),
        ("1,23", ".", None),
        ("1.2.3", ".", None),
        ("12 apples", ".", None),
        ("", ".", None),
    ],
)
def test_amounts(written: str, decimal: str, amount: str | None) -> None:
    expected = None if amount is None else Decimal(amount)
    assert read(money(text("cell"), decimal), written) == expected


@settings(max_examples=60, deadline=None)
@given(st.decimals(-(10**12), 10**12, places=4, allow_nan=False))
def test_an_amount_is_read_exactly_in_either_style(amount: Decimal) -> None:
    written = f"{amount:,.4f}"
    other = written.translate(str.maketrans(",.", ".,"))
    assert read(money("cell", "."), written) == read(money("cell", ","), other) == amount


@pytest.mark.parametrize(
    ("written", "pattern", "expected"),
    [
        ("2024-03-05", "%Y-%m-%d", date(2024, 3, 5)),
        ("5/3/24", "%d/%m/%y", date(2024, 3, 5)),
        ("Mar 5, 2024", "%b %d, %Y", date(2024, 3, 5)),
        ("3/5/2024 5:06 PM", "%m/%d/%Y %I:%M %p", date(2024, 3, 5)),
        ("2024-03-05", "%Y-%m-%d %H:%M | %Y-%m-%d", date(2024, 3, 5)),
        ("2024-03-05T01:00:00+02:00", "%Y-%m-%dT%H:%M:%S%z", date(2024, 3, 4)),
        ("1709596800000", "epoch_ms", date(2024, 3, 5)),
        ("1709596800", "epoch_s", date(2024, 3, 5)),
        ("2024-03-05T10:11:12Z", "", date(2024, 3, 5)),
        ("2024-02-31", "%Y-%m-%d", None),
        ("0024-03-05", "%Y-%m-%d", None),
    ],
)
def test_dates(written: str, pattern: str, expected: date | None) -> None:
    assert good_pattern(pattern) or not pattern
    assert read(day("cell", pattern), written) == expected


@pytest.mark.parametrize("pattern", ["%Y-%m", "day first", "%Y-%m-%d %Q", "%d.%m"])
def test_patterns_that_name_no_day_are_refused(pattern: str) -> None:
    assert not good_pattern(pattern)


def test_shares_flags_and_currency_signs() -> None:
    assert read(share("cell", ".", "FALSE"), "40%") == pytest.approx(0.4)
    assert read(share("cell", ",", "TRUE"), "12,5") == pytest.approx(0.125)
    assert read(share("cell", ".", "FALSE"), "7") is None
    assert [read(flag("cell"), word) for word in ("Yes", "0", "perhaps")] == [True, False, None]
    signs = {"€ 5": "EUR", "US$ 5": "USD", "5 CHF": "CHF", "$5": "CAD", "5": None}
    assert {written: read(currency_sign("cell", "CAD"), written) for written in signs} == signs


def test_repairs_mend_a_spelling_and_may_empty_a_cell() -> None:
    mended = text("cell", {"Basik": "Basic", "?": ""})
    assert [read(mended, word) for word in (" Basik ", "?", "Pro", "  ")] == ["Basic", None, "Pro", None]


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Deal Name", "deal_name"),
        ("LeadSource", "lead_source"),
        ("Region__c", "region"),
        ("Account.External_Id__c", "account_external_id"),
        ("Close Date (Expected)", "close_date_expected"),
        ("2nd Owner", "column_2nd_owner"),
        ("%", "column"),
    ],
)
def test_headers_become_snake_case(header: str, name: str) -> None:
    assert snake_case(header) == name


def statuses(
    rows: list[dict[str, str]], columns: dict[str, str], stages: dict[str, str]
) -> list[tuple[object, object]]:
    made = FileMapping(
        "deals",
        "opportunity",
        tuple(rows[0]),
        tuple(ColumnMapping(field, column) for field, column in columns.items()),
        ("Id",),
        stages=stages,  # type: ignore[arg-type]
    )
    values = ", ".join(f"({n}, {', '.join(repr(v) for v in r.values())})" for n, r in enumerate(rows))
    relation = f"(SELECT * FROM (VALUES {values}) t(_row, {', '.join(chr(34) + h + chr(34) for h in rows[0])}))"
    with Engine() as engine:
        sql = conversion(made, relation, tuple(rows[0]), 1)
        return engine.run(f"SELECT status, closed_date FROM ({sql}) ORDER BY row")  # type: ignore[return-value]


def test_flags_go_before_stages_and_a_status_column_before_both() -> None:
    columns = {"stage": "Stage", "is_won": "Won", "is_closed": "Closed", "status": "Status"}
    rows = [
        {"Id": "1", "Stage": "Signed", "Won": "false", "Closed": "true", "Status": ""},
        {"Id": "2", "Stage": "Signed", "Won": "true", "Closed": "true", "Status": "open"},
        {"Id": "3", "Stage": "Signed", "Won": "", "Closed": "", "Status": ""},
    ]
    assert [r[0] for r in statuses(rows, columns, {"Signed": "won"})] == ["lost", "open", "open"]
    assert [r[0] for r in statuses(rows, {"stage": "Stage"}, {"signed": "won"})] == ["won"] * 3


def test_the_day_won_and_the_day_lost_may_stand_apart() -> None:
    columns = {"status": "Status", "won_date": "Won on", "lost_date": "Lost on", "close_date": "Expected"}
    rows = [
        {"Id": "1", "Status": "won", "Won on": "2024-01-05", "Lost on": "", "Expected": "2024-03-01"},
        {"Id": "2", "Status": "lost", "Won on": "", "Lost on": "2024-01-06", "Expected": "2024-03-01"},
        {"Id": "3", "Status": "lost", "Won on": "", "Lost on": "", "Expected": "2024-03-01"},
        {"Id": "4", "Status": "open", "Won on": "", "Lost on": "", "Expected": "2024-03-01"},
    ]
    days = [r[1] for r in statuses(rows, columns, {})]
    assert days == [date(2024, 1, 5), date(2024, 1, 6), date(2024, 3, 1), None]
