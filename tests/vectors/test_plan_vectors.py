"""The worked examples a plan must reproduce; each is named by its number in the requirements."""

from __future__ import annotations

import numpy as np
import pytest

from headway.core.plan import Assumption, ModelText
from headway.metrics.coverage import coverage, implied_conversion, required_from_history, required_naive
from headway.planning import by_month, evaluate, required, take_apart
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
    assert dict(found.changes)["expansion"] == pytest.approx(10_000_000)
    assert found.new_needed == pytest.approx(20_000_000)


def test_v7_with_nine_tenths_retained_the_same_growth_needs_forty_million_gross(saas: ModelText) -> None:
    found = take_apart(bound(retained(100_000_000, "0.1", "0.1", 130_000_000), saas))  # type: ignore[arg-type]
    gross = (found.new_needed or 0) + dict(found.changes)["expansion"]
    assert gross == pytest.approx(40_000_000)


def test_x5_three_times_covered_means_a_third_must_be_won() -> None:
    covered = coverage(9_000_000, 3_000_000)
    assert covered == 3.0
    assert implied_conversion(covered) == pytest.approx(1 / 3)
