"""The shipped model from the first visit to the renewal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.core.plan import ModelText
from headway.planning import bind, by_month, evaluate, take_apart, weekly, weeks_until
from headway.planning.bound import BoundPlan
from tests.planning.chain import MONTHS, SEGMENTS, SOURCES, by_segment, by_source, renewing_plan, table, whole_chain
from tests.plans import bound, plan, recurring, sales


def monthly(ready: BoundPlan, line: str) -> np.ndarray:
    return by_month(evaluate(ready, [line])[line])


def one_source(ready: BoundPlan, line: str, source: str) -> float:
    return evaluate(ready, [line])[line].pick(source=source, period="2027-01").scalar()


@pytest.fixture(scope="module")
def ready(saas: ModelText) -> BoundPlan:
    return bound(whole_chain(), saas)


def test_every_line_of_the_chain_can_be_told(ready: BoundPlan) -> None:
    unmeant = {"arr_due_again", "expansion_from_deals", "expansion_by_rate", "churned_by_rate", "contraction_by_rate"}
    silent = set(ready.model.lines) - set(ready.outputs)
    assert silent == {
        "activities",
        "leads_by_volume",
        "leads_from_activity",
        "opportunities_from_leads",
        "reactivated_arr",
        "lost_customers_at_renewal",
        *unmeant,
    }


def test_each_source_has_its_own_way_in(ready: BoundPlan) -> None:
    bought = 40_000 / 200
    leads = 20_000 * 0.01 + bought * 800 / (bought + 800)
    assert one_source(ready, "leads", "inbound") == pytest.approx(leads)
    assert one_source(ready, "meetings", "inbound") == pytest.approx(leads * 0.4 * 0.5)
    assert one_source(ready, "meetings", "outbound") == pytest.approx(4 * 0.98 * 12)
    created = {source: one_source(ready, "opportunities_created", source) for source in SOURCES}
    assert created == {
        "inbound": pytest.approx(leads * 0.4 * 0.5 * 0.5),
        "outbound": pytest.approx(4 * 0.98 * 12 * 0.4),
        "partner": pytest.approx(8),
        "plg": pytest.approx(40),
    }


def test_money_saturates_below_its_ceiling_and_costs_more_a_lead_the_more_is_spent(saas: ModelText) -> None:
    def leads(budget: int) -> float:
        made = whole_chain(by_source("budget", "currency/month", budget, 0, 0, 0), without=("visit_to_lead",))
        return one_source(bound(made, saas), "leads", "inbound")

    few, more, many = leads(40_000), leads(80_000), leads(40_000_000)
    assert few < more < 2 * few
    assert 790 < many < 800
    without = whole_chain(without=("visit_to_lead", "lead_ceiling"))
    assert one_source(bound(without, saas), "leads", "inbound") == pytest.approx(200)


@pytest.mark.parametrize("line", ["opportunities_created", "won_deals", "won_value", "pipeline_created", "spend"])
def test_the_sources_add_up_to_the_whole(ready: BoundPlan, line: str) -> None:
    series = evaluate(ready, [line])[line]
    parts = sum(by_month(series.pick(source=source)) for source in SOURCES)
    assert np.allclose(parts, by_month(series))


def test_new_arr_is_the_same_by_source_and_by_segment(ready: BoundPlan) -> None:
    assert np.allclose(monthly(ready, "new_arr"), monthly(ready, "new_arr_by_source"))


def test_the_base_kept_and_what_comes_to_it_is_the_plan(ready: BoundPlan) -> None:
    found = take_apart(ready)
    assert found.kept + sum(amount for name, amount in found.changes if name not in found.losses) == pytest.approx(
        found.planned
    )
    assert found.planned + found.gap == pytest.approx(12_000_000)
    assert set(found.losses) == {"churned_arr", "contraction_arr"} and found.new == "new_arr"


def test_renewals_fall_on_their_dates(ready: BoundPlan) -> None:
    due = 300_000
    assert monthly(ready, "renewed_arr") == pytest.approx([100_000 * (0.8 + 0.9 + 0.95)] * 12)
    assert monthly(ready, "churned_arr") + monthly(ready, "renewed_arr") == pytest.approx([due] * 12)
    assert monthly(ready, "contraction_arr") == pytest.approx([100_000 * (0.8 * 0.02 + 0.9 * 0.01)] * 12)


def test_dates_and_smooth_rates_may_stand_side_by_side(saas: ModelText) -> None:
    due = {(segment, month): 0 if segment == "smb" else 100_000 for segment in SEGMENTS for month in MONTHS}
    both = whole_chain(
        table("arr_due_for_renewal", "currency/year/month", ("segment", "month"), due),
        by_segment("churn_rate", "share/month", "0.02", 0, 0),
    )
    churned = evaluate(bound(both, saas), ["churned_arr"])["churned_arr"].pick(period="2027-01")
    assert [churned.pick(segment=one).scalar() for one in SEGMENTS] == pytest.approx([30_000, 10_000, 5_000])


def test_what_is_begun_is_asked_to_its_end_and_where_nothing_is_the_first_way_is_asked_for(saas: ModelText) -> None:
    _, found = bind(whole_chain(without=("renewal_rate",)), saas)
    assert [d.message.split("'")[1] for d in found] == ["renewal_rate"]
    _, found = bind(plan(*sales()[1:], *recurring(), target=("arr", "2027-12", 1)), saas)
    assert {d.message.split("'")[1] for d in found} == {"leads_per_month", "lead_to_opportunity"}


def test_something_that_only_one_way_reads_asks_for_the_rest_of_it(saas: ModelText) -> None:
    _, found = bind(whole_chain(without=("active_partners",)), saas)
    assert [d.message.split("'")[1] for d in found] == ["active_partners"]


def test_an_optional_name_that_is_no_term_is_told(saas: ModelText) -> None:
    line = replace(saas.lines["arr"], optional=("reactivated",))
    _, found = bind(whole_chain(), replace(saas, lines={**saas.lines, "arr": line}))
    (strange,) = (d for d in found if d.mistake.code == "unknown-name")
    assert strange.remedy == "did you mean 'reactivated_arr'?"


def test_what_is_won_back_joins_where_it_is_assumed(saas: ModelText) -> None:
    won_back = bound(whole_chain(by_segment("winbacks", "currency/year/month", 1_000, 0, 0)), saas)
    assert dict(take_apart(won_back).changes)["reactivated_arr"] == pytest.approx(12_000)


def test_the_season_moves_creation_and_leaves_the_rest(saas: ModelText) -> None:
    season = {(source, str(m)): 2 if m == 3 else 1 for source in SOURCES for m in range(1, 13)}
    seasonal = bound(whole_chain(table("season", "rate", ("source", "month_of_year"), season)), saas)
    plain = monthly(bound(whole_chain(), saas), "opportunities_created")
    moved = monthly(seasonal, "opportunities_created")
    assert moved[2] > 1.7 * plain[2]  # what people do in outreach is doubled too; only partners' number is not
    assert np.allclose(np.delete(moved, 2), np.delete(plain, 2))


def test_onboarding_follows_the_close(ready: BoundPlan) -> None:
    started, done = monthly(ready, "new_customers"), monthly(ready, "onboardings_completed")
    assert done == pytest.approx(0.3 * started + 0.7 * np.concatenate([[0], started[:-1]]))


def test_cac_by_source_reconciles_to_what_was_spent(ready: BoundPlan) -> None:
    assert monthly(ready, "acquisition_cost") == pytest.approx(monthly(ready, "sales_and_marketing"))
    per_source = evaluate(ready, ["cac_by_source", "new_customers_by_source"])
    total = (per_source["cac_by_source"].values * per_source["new_customers_by_source"].values).sum(axis=1)
    assert total == pytest.approx(monthly(ready, "sales_and_marketing"))


def test_payback_is_months_of_gross_margin_and_lifetime_is_capped(ready: BoundPlan) -> None:
    spent, new, payback = (monthly(ready, line) for line in ("sales_and_marketing", "new_arr", "payback"))
    assert payback == pytest.approx(spent / (new / 12 * 0.78))
    lifetime = evaluate(ready, ["lifetime"])["lifetime"]
    assert all(0 < lifetime.pick(segment=one).scalar() <= 60 for one in SEGMENTS)


@settings(max_examples=20, deadline=None)
@given(base=st.integers(1, 10**7), rate=st.integers(0, 100), months=st.sampled_from([12, 24, 36]))
def test_what_is_renewed_and_what_is_lost_is_what_was_due(saas: ModelText, base: int, rate: int, months: int) -> None:
    ready = renewing_plan(saas, base, rate / 100, 12, months)
    due, kept, lost = (monthly(ready, line) for line in ("arr_up_for_renewal", "renewed_arr", "churned_arr"))
    assert kept + lost == pytest.approx(due)
    assert monthly(ready, "arr")[-1] == pytest.approx(base - lost.sum())


def test_the_plan_by_week_has_every_step_in_the_order_of_the_journey(ready: BoundPlan) -> None:
    weeks = weeks_until(ready.horizon, date(2027, 12, 31))
    by_week = weekly(ready, evaluate(ready), weeks)
    assert list(by_week) == [name for name in ready.model.text.journey if name != "reactivated_arr"]
    for name in ("visits", "qualified_leads", "meetings", "renewed_arr", "onboardings_completed"):
        assert by_week[name].values[-1] == pytest.approx(monthly(ready, name).sum())
