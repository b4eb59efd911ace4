"""Foreign amounts at one constant rate or each at the rate of its day, against conversion by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from handmade import HandMade, facts_of
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.core.definition import Definition
from headway.core.explanation import Explanation
from headway.core.rows import Rows
from headway.metrics import Parameters, explain, measure

START, TODAY = date(2026, 1, 1), date(2026, 3, 31)
EUR = Parameters(base="EUR")
Deal = tuple[int, str, int]
Fx = tuple[int, str, int]

days = st.integers(0, 120)  # from 31 March on they lie ahead
deals_of_any_day = st.lists(
    st.tuples(st.integers(0, 89), st.sampled_from(["EUR", "GBP", "USD"]), st.integers(1, 10**8)),
    min_size=1,
    max_size=12,
)
rates_of_any_day = st.dictionaries(
    st.tuples(days, st.sampled_from(["GBP", "USD"])), st.integers(50_000_000, 200_000_000), max_size=12
)


def won(deals: list[Deal], rates: list[Fx]) -> HandMade:
    made = facts_of(
        [
            {
                "status": "won",
                "amount": Decimal(cents) / 100,
                "currency": code,
                "created_date": START,
                "closed_date": START + timedelta(days=day),
            }
            for day, code, cents in deals
        ],
        TODAY,
    )
    made.engine.run("DELETE FROM fx_rate")
    for day, code, rate in rates:
        made.engine.run(
            "INSERT INTO fx_rate BY NAME SELECT ?::DATE AS date, ? AS currency, ?::DECIMAL(28,10) AS rate",
            [START + timedelta(days=day), code, Decimal(rate) / 10**8],
        )
    return made


def by_hand(deals: list[Deal], rates: list[Fx], *, booking: bool) -> dict[str, Decimal]:
    """Every deal by itself: the last rate up to its day (or up to today), to four decimals; without one, as it is."""
    totals: dict[str, Decimal] = {}
    for day, code, cents in deals:
        until = day if booking else (TODAY - START).days
        known = [(of_day, rate) for of_day, currency, rate in rates if currency == code and of_day <= until]
        amount = Decimal(cents) / 100
        if known:
            converted = amount * Decimal(max(known)[1]) / 10**8
            amount, code = converted.quantize(Decimal("0.0001"), ROUND_HALF_UP), "EUR"
        totals[code] = totals.get(code, Decimal(0)) + amount
    return totals


def totals(definition: Definition, facts: HandMade, by: list[str] | None = None) -> dict[str, Decimal]:
    answer = measure(definition, facts, None, by or [], {}, EUR)
    assert isinstance(answer, Rows)
    return {str(row["currency"]): Decimal(str(row["value"])) for row in answer}


@settings(max_examples=25)
@given(deals=deals_of_any_day, rates=rates_of_any_day)
def test_a_flow_is_what_each_record_comes_to_by_hand(
    definitions: dict[str, Definition], deals: list[Deal], rates: dict[tuple[int, str], int]
) -> None:
    listed = [(day, code, rate) for (day, code), rate in rates.items()]
    facts, constant = won(deals, listed), definitions["won_value"]
    assert totals(replace(constant, fx="booking"), facts) == by_hand(deals, listed, booking=True)
    assert totals(constant, facts) == by_hand(deals, listed, booking=False)


@settings(max_examples=25)
@given(deals=deals_of_any_day, rates=rates_of_any_day)
def test_a_rate_known_later_changes_nothing(
    definitions: dict[str, Definition], deals: list[Deal], rates: dict[tuple[int, str], int]
) -> None:
    listed = [(day, code, rate) for (day, code), rate in rates.items()]
    known = [fx for fx in listed if START + timedelta(days=fx[0]) <= TODAY]
    for fx in ("constant", "booking"):
        definition = replace(definitions["won_value"], fx=fx)
        assert totals(definition, won(deals, listed)) == totals(definition, won(deals, known))


def test_the_two_policies_and_what_each_says_of_itself(definitions: dict[str, Definition]) -> None:
    deals = [(10, "GBP", 10_000), (70, "GBP", 10_000), (70, "EUR", 5_000)]
    facts = won(deals, [(0, "GBP", 110_000_000), (60, "GBP", 120_000_000), (110, "GBP", 900_000_000)])
    constant, booking = definitions["won_value"], replace(definitions["won_value"], fx="booking")
    assert totals(constant, facts) == {"EUR": Decimal(290)}
    assert totals(booking, facts) == {"EUR": Decimal(280)}
    answer = measure(booking, facts, None, [], {}, EUR)
    assert isinstance(answer, Rows)
    assert "in EUR: each at the rate of its closed date" in next(iter(answer))["note"]
    why = explain(booking, facts, None, (), {}, EUR, 10)
    assert isinstance(why, Explanation) and "280" in why.value
    assert sorted(row["taken"] for row in dict(why.parts)["records"]) == [50, 110, 120]
    assert totals(booking, facts, ["currency"]) == {"GBP": Decimal(200), "EUR": Decimal(50)}


def test_large_amounts_go_through_a_rate_whole(definitions: dict[str, Definition]) -> None:
    facts = won([(10, "GBP", 9_999_999_999_999)], [(0, "GBP", 123_456_789)])
    for fx in ("constant", "booking"):
        assert totals(replace(definitions["won_value"], fx=fx), facts) == {"EUR": Decimal("123456788999.9877")}


def test_a_record_before_the_first_rate_stays_apart(definitions: dict[str, Definition]) -> None:
    booking = replace(definitions["won_value"], fx="booking")
    facts = won([(10, "GBP", 10_000), (70, "GBP", 10_000)], [(60, "GBP", 120_000_000)])
    assert totals(booking, facts) == {"EUR": Decimal(120), "GBP": Decimal(100)}
    assert totals(definitions["won_value"], facts) == {"EUR": Decimal(240)}


@settings(max_examples=15)
@given(pounds=st.integers(1, 10**6), rates=rates_of_any_day)
def test_no_rate_moves_recurring_revenue(
    definitions: dict[str, Definition], pounds: int, rates: dict[tuple[int, str], int]
) -> None:
    facts = won([], [(0, "GBP", 110_000_000), *((day, code, rate) for (day, code), rate in rates.items() if day)])
    for number, (code, amount) in enumerate((("GBP", pounds), ("EUR", 500)), start=1):
        facts.engine.run(
            "INSERT INTO subscription_item BY NAME SELECT ? AS id, ? AS key, ? AS source_id, ? AS customer_id, "
            "? AS currency, ?::DATE AS valid_from, ?::DECIMAL(18,4) AS unit_amount, 'year' AS interval",
            [number, f"i{number}", f"i{number}", f"c{number}", code, START + timedelta(days=5), amount],
        )
    for name in ("expansion_arr", "contraction_arr", "churned_arr", "reactivated_arr"):
        moved = measure(definitions[name], facts, None, [], {}, EUR)
        assert isinstance(moved, Rows) and [row["value"] for row in moved] == [0], name
    started = measure(definitions["new_arr"], facts, None, [], {}, EUR)
    running = measure(definitions["arr"], facts, None, [], {}, EUR)
    assert isinstance(started, Rows) and isinstance(running, Rows)
    last = max((day, code, rate) for day, code, rate in [*_dated(rates), (0, "GBP", 110_000_000)] if code == "GBP")[2]
    worth = (Decimal(pounds) * last / 10**8).quantize(Decimal("0.0001"))
    assert [row["value"] for row in started] == [row["value"] for row in running] == [worth + 500]


def _dated(rates: dict[tuple[int, str], int]) -> list[Fx]:
    """The rates known by today."""
    return [(day, code, rate) for (day, code), rate in rates.items() if 0 < day <= (TODAY - START).days]
