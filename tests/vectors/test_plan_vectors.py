"""The worked examples a plan must reproduce; each is named by its number in the requirements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from headway.core.plan import Assumption, ModelText, Plan
from headway.metrics.coverage import coverage, implied_conversion, required_from_history, required_naive
from headway.planning import by_month, evaluate, last_create_dates, required, take_apart
from tests.planning.chain import renewing_plan, table
from tests.plans import Number, assume, bound, plan, recurring, sales

MONTHS = [f"2027-{i:02d}" for i in range(1, 13)]


def in_january(name: str, share: Number) -> Assumption:
    """A yearly rate that falls due at one renewal date."""
    return assume(name, "share/month", {m: share if m == "2027-01" else 0 for m in MONTHS}, ("month",))


def retained(base: Number, churn: Number, expansion: Number, target: Number, opportunities: Number = 0) -> object:
    return plan(
        *sales(opportunities=opportunities),
        *recurring(base),
        in_january("churn_rate", churn),
        in_january("expansion_rate", expansion),
        target=("arr", "2027-12", target),
        currency="GBP",
    )


def test_v1_nine_tenths_kept_of_four_million_starts_the_year_400k_in_the_hole(saas: ModelText) -> None:
    ready = bound(retained(4_000_000, "0.1", 0, 4_000_000), saas)  # type: ignore[arg-type]
    found = take_apart(ready)
    assert found.base == pytest.approx(4_000_000)
    assert found.kept == pytest.approx(3_600_000)
    assert found.gap == pytest.approx(400_000)
    assert found.new_needed == pytest.approx(400_000)
    rates = evaluate(ready, ["grr", "nrr"])
    assert {name: pytest.approx(0.9) for name in rates} == {name: by_month(s).prod() for name, s in rates.items()}


def test_v1_net_and_gross_retention_differ_by_expansion(saas: ModelText) -> None:
    ready = bound(retained(4_000_000, "0.1", "0.15", 4_000_000), saas)  # type: ignore[arg-type]
    rates = {name: by_month(s).prod() for name, s in evaluate(ready, ["grr", "nrr"]).items()}
    assert rates == {"grr": pytest.approx(0.9), "nrr": pytest.approx(1.05)}


def test_v2_arr_is_twelve_times_mrr_without_rounding_drift(saas: ModelText) -> None:
    ready = bound(plan(*sales(opportunities=0), *recurring(4_000_000)), saas)
    lines = evaluate(ready, ["arr", "mrr"])
    mrr = by_month(lines["mrr"])[0]
    assert round(mrr, 2) == 333_333.33
    assert mrr * 12 == pytest.approx(4_000_000, abs=1e-6)
    assert round(mrr, 2) * 12 != 4_000_000


def test_v3_one_in_four_is_four_times_the_target_only_without_timing(saas: ModelText) -> None:
    assert required_naive(0.25) == 4.0
    assert required_from_history(k=0.25, c=0.0) == 4.0
    lagging = plan(*sales(lag=(0, "0.5", "0.5")), target=("won_value", "2027-12", 3_000_000))
    needed = required(bound(lagging, saas))
    assert needed.pipeline is not None and needed.factor is not None and needed.naive_factor is not None
    assert needed.pipeline * needed.naive_factor / needed.factor / 3_000_000 == pytest.approx(4.0)
    assert needed.pipeline / 3_000_000 == pytest.approx(4.0 * 12 / 10.5)


def test_v4_a_flat_year_needs_gross_new_business(saas: ModelText) -> None:
    needed = required(bound(retained(4_000_000, "0.1", 0, 4_000_000, opportunities=5), saas))  # type: ignore[arg-type]
    assert needed.deals == pytest.approx(16)
    assert needed.opportunities == pytest.approx(64)
    assert needed.pipeline == pytest.approx(1_600_000)


def test_v4a_deals_opportunities_and_pipeline_each_in_their_unit(saas: ModelText) -> None:
    made = plan(*sales(opportunities=7), target=("won_value", "2027-12", 1_000_000), currency="GBP")
    needed = required(bound(made, saas))
    assert (needed.deals, needed.opportunities, needed.pipeline) == (
        pytest.approx(40),
        pytest.approx(160),
        pytest.approx(4_000_000),
    )
    units = {column.name: column.unit for column in needed.rows.columns}
    assert units["deals_from_needed"] == "deal"
    assert units["opportunities_needed"] == "opportunity"
    assert units["pipeline_needed"] == "GBP"
    assert sum(float(str(n)) for n in needed.rows.column("opportunities_needed")) == pytest.approx(160)


def test_v5_arpa_is_recurring_revenue_over_accounts(saas: ModelText) -> None:
    made = plan(
        *sales(opportunities=0),
        *recurring(4_000_000),
        assume("customers_at_start", "account", 160),
        assume("logo_churn_rate", "share/month", 0),
    )
    assert np.allclose(evaluate(bound(made, saas), ["arpa"])["arpa"].values, 25_000)


def test_v6_cac_is_what_sales_and_marketing_spend_for_each_new_customer(saas: ModelText) -> None:
    made = plan(*sales(opportunities=40), assume("sales_and_marketing", "currency/month", 120_000))
    assert np.allclose(evaluate(bound(made, saas), ["cac"])["cac"].values, 12_000)


def test_v6_without_new_customers_cac_is_undefined(saas: ModelText) -> None:
    made = plan(*sales(opportunities=0), assume("sales_and_marketing", "currency/month", 120_000))
    assert np.isnan(evaluate(bound(made, saas), ["cac"])["cac"].values).all()


def test_v7_v10_thirty_million_of_growth_is_twenty_new_and_ten_expansion(saas: ModelText) -> None:
    found = take_apart(bound(retained(100_000_000, 0, "0.1", 130_000_000), saas))  # type: ignore[arg-type]
    assert dict(found.changes)["expansion_arr"] == pytest.approx(10_000_000)
    assert found.new_needed == pytest.approx(20_000_000)


def test_v7_with_nine_tenths_retained_the_same_growth_needs_forty_million_gross(saas: ModelText) -> None:
    found = take_apart(bound(retained(100_000_000, "0.1", "0.1", 130_000_000), saas))  # type: ignore[arg-type]
    gross = (found.new_needed or 0) + dict(found.changes)["expansion_arr"]
    assert gross == pytest.approx(40_000_000)


def test_x5_three_times_covered_means_a_third_must_be_won() -> None:
    covered = coverage(9_000_000, 3_000_000)
    assert covered == 3.0
    assert implied_conversion(covered) == pytest.approx(1 / 3)


def test_x2_churn_of_a_year_is_what_was_lost_over_what_was_there_at_its_start(saas: ModelText) -> None:
    lost = {m: 312.5 if m in ("2027-03", "2027-06", "2027-09", "2027-12") else 0 for m in MONTHS}
    made = plan(*sales(opportunities=1), *recurring(10_000), assume("churned_arr", "currency/year", lost, ("month",)))
    lines = evaluate(bound(made, saas), ["churned_arr", "opening_arr"])
    churned, opening = by_month(lines["churned_arr"]), by_month(lines["opening_arr"])
    assert churned.sum() / opening[0] == pytest.approx(0.125)
    assert (churned / opening).sum() < 0.125  # each quarter over its own start, in a growing company, adds up to less


def test_x3_one_year_deals_at_ten_percent_are_three_year_deals_at_twenty_seven(saas: ModelText) -> None:
    yearly = renewing_plan(saas, 100, 0.9, 12, 36)
    three_years = renewing_plan(saas, 100, 0.729, 36, 36)
    ends = [by_month(evaluate(one, ["arr"])["arr"])[-1] for one in (yearly, three_years)]
    assert ends == pytest.approx([72.9, 72.9])


def staffed(heads: Number, hired: Number, ramp: Sequence[Number], *more: Assumption, target: Number = 0) -> Plan:
    """Account executives with a monthly quota, some of them hired in the first month; nobody leaves."""
    roles = ("ae", "sdr", "csm")
    return plan(
        *sales(opportunities=target, win_rate=1, deal_size=1),
        *recurring(),
        assume("heads_at_start", "head", {"ae": heads, "sdr": 0, "csm": 0}, ("role",)),
        table(
            "hires",
            "head/month",
            ("role", "month"),
            {(r, m): hired if (r, m) == ("ae", "2027-01") else 0 for r in roles for m in MONTHS},
        ),
        assume("attrition", "share/month", 0),
        table("ramp", "share", ("role", "tenure"), {(r, str(i)): s for r in roles for i, s in enumerate(ramp)}),
        *more,
    )


def test_x6_ramping_sellers_carry_half_a_quota_in_their_second_month(saas: ModelText) -> None:
    quota = assume("quota_per_ae", "currency/year/head/month", 10_000)
    ramped = bound(staffed(5, 0, (0, "0.5"), quota), saas)
    hired = bound(staffed(0, 5, (0, "0.5"), quota), saas)
    assert by_month(evaluate(ramped, ["street_quota"])["street_quota"])[1] == pytest.approx(50_000)
    assert by_month(evaluate(hired, ["street_quota"])["street_quota"])[:3] == pytest.approx([0, 25_000, 50_000])


def test_x7_a_street_quota_of_a_million_for_eight_hundred_thousand_is_80_percent(saas: ModelText) -> None:
    quota = assume("quota_per_ae", "currency/year/head/month", 200_000)
    ready = bound(staffed(5, 0, (0,), quota, target=800_000), saas)
    needed = by_month(evaluate(ready, ["needed_attainment"])["needed_attainment"])
    assert needed == pytest.approx([0.8] * 12)
    assert 1 / needed == pytest.approx([1.25] * 12)


def test_x8_ramped_and_ramping_people_count_with_their_own_attainment(saas: ModelText) -> None:
    made = staffed(
        20,
        5,
        ("0.5", "0.5"),
        assume("quota_per_ae", "currency/year/head/month", 1),
        assume("attainment", "percent", "0.85"),
        assume("ramping_attainment", "percent", "0.7"),
    )
    effective = by_month(evaluate(bound(made, saas), ["seller_capacity"])["seller_capacity"])
    assert effective[0] == pytest.approx(17 + 1.75)


def test_v11_ten_million_at_eight_hundred_thousand_each_is_thirteen_people(saas: ModelText) -> None:
    quota = assume("quota_per_ae", "currency/year/head/month", repr(800_000 / 12))
    full = (assume("attainment", "percent", 1), assume("ramping_attainment", "percent", 1))
    plans = (bound(staffed(n, 0, (1,), quota, *full, target=10_000_000 // 12), saas) for n in (12, 13))
    gaps = [by_month(evaluate(one, ["capacity_gap"])["capacity_gap"]) for one in plans]
    assert gaps[0].sum() > 0 > gaps[1].sum()


@pytest.mark.parametrize(("cycle", "last"), [(65, date(2027, 10, 27)), (50, date(2027, 11, 11))])
def test_x16_the_last_day_to_create_is_a_cycle_before_the_year_ends(saas: ModelText, cycle: int, last: date) -> None:
    made = plan(*sales(), assume("sales_cycle.won_median", "day", cycle), target=("won_value", "2027-12", 1))
    (row,) = last_create_dates(bound(made, saas))
    assert row["by_median"] == last
