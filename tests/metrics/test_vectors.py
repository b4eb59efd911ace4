"""Worked examples with published results, and small ones that can be done in the head."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from headway.core.calendar import FiscalCalendar, Period
from headway.core.definition import Definition
from headway.core.rows import Cell, Rows
from headway.metrics import Parameters, measure
from headway.metrics.coverage import coverage, implied_conversion, required_from_history, required_naive
from tests.metrics.handmade import HandMade, facts_of, read_text

Definitions = dict[str, Definition]
JANUARY = date(2026, 1, 15)
TODAY = date(2026, 3, 31)


def period(text: str) -> Period:
    found = FiscalCalendar().parse(text)
    assert isinstance(found, Period)
    return found


def deal(status: str, **more: object) -> Mapping[str, object]:
    closed = None if status == "open" else date(2026, 2, 14)
    return {"status": status, "created_date": JANUARY, "closed_date": closed, "currency": "EUR", **more}


def one(found: object) -> Mapping[str, Cell]:
    assert isinstance(found, Rows)
    (row,) = found
    return row


@pytest.fixture
def january() -> HandMade:
    """X1: 100 created in January: 3 won, 7 lost, 90 open."""
    return facts_of([deal("won")] * 3 + [deal("lost")] * 7 + [deal("open")] * 90, TODAY)


def test_x1_created_and_closed_win_rate(january: HandMade, definitions: Definitions) -> None:
    cohort = one(measure(definitions["win_rate.created_cohort"], january, period("2026-01")))
    closed = one(measure(definitions["win_rate.closed_count"], january))
    assert (cohort["value"], cohort["n"]) == (pytest.approx(0.03), 100)
    assert (closed["value"], closed["n"]) == (pytest.approx(0.30), 10)
    assert closed["note"] == "n = 10: cannot tell yet"


def test_x1_eventual_lies_between_the_two_and_says_how_little_it_knows(
    january: HandMade, definitions: Definitions
) -> None:
    row = one(measure(definitions["win_rate.eventual"], january))
    assert row["value"] == pytest.approx(0.03)  # every deal was at risk until day 30, and none has been decided since
    assert "90.0% still open" in str(row["note"])
    assert "n = 10: cannot tell yet" in str(row["note"])


def test_x5_coverage(definitions: Definitions) -> None:
    facts = facts_of([deal("open", value=Decimal(3_000_000))] * 3, TODAY)
    target = Parameters({"remaining_target": Decimal(3_000_000)})
    row = one(measure(definitions["coverage.naive"], facts, parameters=target))
    assert row["value"] == 3.0
    implied = one(measure(definitions["coverage.implied_conversion"], facts, parameters=target))
    assert implied["value"] == pytest.approx(0.33, abs=0.005)
    assert implied_conversion(coverage(9_000, 3_000)) == pytest.approx(1 / 3)


def test_v3_win_one_in_four() -> None:
    """Four times the target is what one would say naively; history says what it says."""
    assert required_naive(0.25) == 4.0
    assert required_from_history(0.25, 0.0) == 4.0  # the two agree when no booking comes from later deals
    assert required_from_history(0.20, 0.30) == pytest.approx(3.5)  # X4


def test_closings_before_the_first_one_known_are_said_to_be_missing(definitions: Definitions) -> None:
    first = date(2026, 1, 1)
    early = [deal("open", created_date=first - timedelta(days=60), value=None)] * 40
    quick = [
        deal("won", created_date=first + timedelta(days=n), closed_date=first + timedelta(days=n + 9))
        for n in range(20)
    ]
    lost = [deal("lost", created_date=first, closed_date=first)]
    facts = facts_of([*early, *quick, *lost], TODAY)
    definition = definitions["win_rate.closed_count"]
    note = str(one(measure(definition, facts))["note"])
    assert "no closing is recorded before 2026-01-01, where about 40 were to be expected" in note
    assert "to be expected" not in str(one(measure(definition, facts, period("2026-02")))["note"])
    settled = facts_of([*quick, *lost], TODAY)
    assert "to be expected" not in str(one(measure(definition, settled))["note"])


def test_coverage_of_nothing_is_undefined() -> None:
    assert coverage(100, 0) is None
    assert implied_conversion(None) is None
    assert required_naive(0.0) is None
    assert required_from_history(0.0, 0.5) is None
    assert required_from_history(0.5, None) is None


def test_coverage_without_a_target_is_undefined(definitions: Definitions) -> None:
    facts = facts_of([deal("open", value=Decimal(5))], TODAY)
    row = one(measure(definitions["coverage.naive"], facts))
    assert (row["value"], row["note"]) == (None, "undefined: no remaining target was given")
    met = one(measure(definitions["coverage.naive"], facts, parameters=Parameters({"remaining_target": Decimal(0)})))
    assert (met["value"], met["note"]) == (None, "undefined: there is nothing to divide by")


def test_coverage_counts_deals_that_may_close_in_the_period(definitions: Definitions) -> None:
    """Expected in April, in the next quarter, and who knows when: the first and the last can close in April."""
    days = (date(2026, 4, 20), date(2026, 7, 1), None)
    facts = facts_of([deal("open", value=Decimal(100), close_date=day) for day in days], TODAY)
    target = Parameters({"remaining_target": Decimal(100)})
    row = one(measure(definitions["coverage.naive"], facts, period("2026-04"), parameters=target))
    assert (row["value"], row["n"]) == (2.0, 2)


def test_nothing_to_divide_by_is_undefined_not_zero(definitions: Definitions) -> None:
    facts = facts_of([deal("open")], TODAY)
    for name in ("win_rate.closed_count", "win_rate.closed_value", "deal_size.mean", "sales_cycle.won_median"):
        row = one(measure(definitions[name], facts))
        assert row["value"] is None, name
        assert str(row["note"]).startswith("undefined: "), name
    assert one(measure(definitions["win_rate.eventual"], facts))["value"] is None
    assert one(measure(definitions["won_deals"], facts))["value"] == 0


def test_value_of_a_lost_deal_is_what_it_was_worth_when_created(definitions: Definitions) -> None:
    won = deal("won", amount=Decimal(60), created_value=Decimal(80))
    lost = deal("lost", amount=Decimal(0), created_value=Decimal(40))
    unknown = deal("lost")
    row = one(measure(definitions["win_rate.closed_value"], facts_of([won, lost, unknown], TODAY)))
    assert (row["value"], row["n"], row["excluded"]) == (0.6, 2, 1)
    assert "1 left out: no amount" in str(row["note"])


def test_currencies_are_never_added(definitions: Definitions) -> None:
    deals = [deal("won", amount=Decimal(10)), deal("won", amount=Decimal(7), currency="USD")]
    found = measure(definitions["won_value"], facts_of(deals, TODAY))
    assert isinstance(found, Rows)
    assert [(row["value"], row["currency"]) for row in found] == [(10, "EUR"), (7, "USD")]
    assert all("currencies are never added" in str(row["note"]) for row in found)
    counted = one(measure(definitions["won_deals"], facts_of(deals, TODAY)))
    assert (counted["value"], counted["currency"]) == (2, None)
    euro = one(measure(definitions["won_value"], facts_of(deals, TODAY), parameters=Parameters(currency="EUR")))
    assert (euro["value"], euro["note"]) == (10, "")


def test_empty_dimension_is_shown_and_can_be_asked_for(definitions: Definitions) -> None:
    facts = facts_of([deal("won", segment="mid")] * 2 + [deal("won")], TODAY)
    found = measure(definitions["won_deals"], facts, by=["segment"])
    assert isinstance(found, Rows)
    assert [(row["segment"], row["value"]) for row in found] == [("mid", 2), ("(none)", 1)]
    assert one(measure(definitions["won_deals"], facts, where={"segment": "(none)"}))["value"] == 1


def test_yes_or_no_is_a_dimension(definitions: Definitions) -> None:
    facts = facts_of([deal("won", is_partner=True), deal("won", is_partner=False)], TODAY)
    assert one(measure(definitions["won_deals"], facts, where={"is_partner": "true"}))["value"] == 1


def test_what_every_number_carries(january: HandMade, definitions: Definitions) -> None:
    row = one(measure(definitions["won_deals"], january, period("2026-Q1"), where={"segment": "(none)"}))
    assert {key: row[key] for key in ("metric", "definition", "period", "as_of", "unit", "n", "excluded")} == {
        "metric": "won_deals",
        "definition": "won_deals@1",
        "period": "2026-Q1",
        "as_of": TODAY,
        "unit": "deal",
        "n": 3,
        "excluded": 0,
    }


def test_a_period_that_is_not_over_says_so(january: HandMade, definitions: Definitions) -> None:
    assert one(measure(definitions["won_deals"], january, period("2026")))["note"] == "up to 2026-03-31"
    later = one(measure(definitions["won_deals"], january, period("2027")))
    assert later["note"] == "the period begins after 2026-03-31"
    stock = one(measure(definitions["open_opportunities"], january, period("2026-01")))
    assert (stock["value"], stock["note"]) == (90, "taken on the as-of day: the period plays no part")


def test_a_metric_is_one_entry_of_text(tmp_path: Path) -> None:
    """A count, a sum, a quantile and a ratio of a user's own, without a line of code."""
    own = read_text(
        tmp_path,
        """
won_deals.partner:
  {title: Won with partners, words: Won., shape: count, unit: deal, date: closed_date,
   of: {status: [won], where: {is_partner: 'true'}}}
lost_value.at_list:
  {title: Lost at list, words: Lost., shape: sum, unit: currency, date: closed_date,
   of: {status: [lost], value: list_price}}
age.open_p90:
  {title: Old, words: Old., shape: quantile, percentile: 90, unit: day, date: created_date, adds_up: ratio,
   of: {status: [won], days_from: created_date, days_to: closed_date}}
discount.won:
  {title: Realised, words: Realised., shape: ratio, unit: share, date: closed_date, adds_up: ratio,
   numerator: {status: [won], value: amount}, denominator: {status: [won], value: list_price}}
employees.mean:
  {title: Size, words: Size., shape: mean, unit: number, date: created_date, adds_up: ratio, enough: 0,
   of: {value: source_channel}}
""",
    )
    facts = facts_of(
        [
            deal("won", amount=Decimal(90), list_price=Decimal(100), is_partner=True, source_channel="12"),
            deal("won", amount=Decimal(30), list_price=Decimal(50), is_partner=False, source_channel="many"),
            deal("lost", list_price=Decimal(70), source_channel="18"),
        ],
        TODAY,
    )
    values = {name: one(measure(definition, facts))["value"] for name, definition in own.items()}
    assert values == {
        "won_deals.partner": 1,
        "lost_value.at_list": 70,
        "age.open_p90": 30,
        "discount.won": 0.8,
        "employees.mean": 15,
    }
    assert one(measure(own["employees.mean"], facts))["excluded"] == 1


def test_a_cycle_runs_forwards_and_has_an_interval(definitions: Definitions) -> None:
    deals = [deal("won", created_date=date(2026, 2, 14 - days)) for days in range(13)]
    backwards = deal("won", created_date=date(2026, 3, 1))
    row = one(measure(definitions["sales_cycle.won_median"], facts_of([*deals, backwards], TODAY)))
    assert (row["value"], row["n"], row["excluded"]) == (6, 13, 1)
    assert "1 left out: dates missing or out of order" in str(row["note"])
    reach = 12 * 1.2815515655 * 0.5 / 13**0.5  # so many ranks to each side
    assert (row["low"], row["high"]) == (pytest.approx(6 - reach), pytest.approx(6 + reach))


def test_coverage_of_a_period_that_is_over_is_undefined(definitions: Definitions) -> None:
    facts = facts_of([deal("open", value=Decimal(3_000_000))] * 3, TODAY)
    target = Parameters({"remaining_target": Decimal(3_000_000)})
    row = one(measure(definitions["coverage.naive"], facts, period("2026-02"), parameters=target))
    assert (row["value"], row["note"]) == (None, "undefined: the period is over")
    assert one(measure(definitions["coverage.naive"], facts, period("2026-03"), parameters=target))["value"] == 3.0


def test_what_is_worth_an_unknown_amount_is_not_worth_nothing(definitions: Definitions) -> None:
    facts = facts_of([deal("open")] * 3, TODAY)
    target = Parameters({"remaining_target": Decimal(3_000_000)})
    for name in ("open_pipeline", "coverage.naive"):
        row = one(measure(definitions[name], facts, parameters=target))
        assert (row["value"], row["n"], row["excluded"]) == (None, 0, 3)
    assert one(measure(definitions["open_pipeline"], facts_of([], TODAY)))["value"] == 0
