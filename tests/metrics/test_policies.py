"""Another policy of a metric: both values, and each customer's part, which together are the whole difference."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.core.policies import PolicyBridge
from headway.metrics import another_policy, policy_bridge
from headway.metrics.policies import Pair, effects
from headway.metrics.question import Parameters
from tests.metrics.billing_world import definitions, export, known, load, period

DAY = st.integers(0, 700).map(lambda n: date.fromordinal(date(2023, 1, 1).toordinal() + n).isoformat())
AMOUNT = st.integers(1, 5000)
LEDGERS = st.lists(st.tuples(st.sampled_from("ABCDEFGH"), DAY, st.integers(1, 500), AMOUNT), min_size=8, max_size=40)
SIDES = st.dictionaries(
    st.sampled_from([("A", "EUR"), ("B", "EUR"), ("C", "EUR")]),
    st.builds(Pair, st.integers(0, 900).map(float), st.integers(1, 900).map(float)),
    min_size=1,
)


def bridged(folder: Path, metric: str, span: str | None, **policy: Any) -> PolicyBridge:
    own = definitions()[metric]
    other = another_policy(own, {name: str(value) for name, value in policy.items()})
    assert not isinstance(other, tuple)
    with known(folder) as facts:
        told = policy_bridge(own, other, facts, period(span) if span else None, {}, Parameters(base="EUR"))
    assert isinstance(told, PolicyBridge), told
    return told


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """One customer gave notice in March and leaves in June, one was away for 40 days, one simply stays."""
    notice = {"id": "S", "customer_id": "C", "start_date": "2023-01-01"}
    notice |= {"canceled_at": "2024-03-15", "cancel_at": "2024-06-01"}
    items = [
        {"subscription_id": "S", "unit_amount": "100", "valid_from": "2023-01-01"},
        {"customer_id": "G", "unit_amount": "40", "valid_from": "2023-01-01", "valid_to": "2024-02-01"},
        {"customer_id": "G", "unit_amount": "50", "valid_from": "2024-03-12"},
        {"customer_id": "K", "unit_amount": "300", "valid_from": "2023-01-01"},
    ]
    load(tmp_path, "2024-12-31", export("subscription", [notice]), export("subscription_item", items))
    return tmp_path


def test_the_customers_that_make_the_difference_are_named(company: Path) -> None:
    told = bridged(company, "churned_arr", "2024", gap_days=60)
    assert (told.value, told.other, told.difference) == (140.0, 100.0, -40.0)
    assert [(row["customer"], row["effect"]) for row in told.customers] == [("G", -40.0)]
    assert (told.policy, told.other_policy) == ("gap days 0", "gap days 60")
    assert told.headline.endswith("−€40, by 1 customer.")


def test_a_ratio_with_another_base_is_shared_out_to_the_last_digit(company: Path) -> None:
    told = bridged(company, "nrr", "2024-04..2024-12", churn_on="notice")
    # at service end C is there on 31 March (450 at the start, 350 at the end); by notice it is gone (350, 350)
    assert (told.value, told.other) == (pytest.approx(350 / 450), 1.0)
    assert [(row["customer"], row["counted"], row["of"]) for row in told.customers] == [("C", 0.0, 100.0)]
    assert sum(row["effect"] for row in told.customers) == pytest.approx(told.difference)
    assert "77.8% with churn on service end, and 100.0% with churn on notice: +22.2 pt, by 1 customer." in told.headline


def test_the_same_policy_makes_no_difference(company: Path) -> None:
    told = bridged(company, "grr", "2024", gap_days=0)
    assert (told.difference, len(told.customers)) == (0.0, 0) and "both policies are the same" in told.headline
    empty = bridged(company, "nrr", "2022", gap_days=30)
    assert empty.value is None and len(empty.customers) == 0


def test_every_wrong_policy_is_said_at_once() -> None:
    wrong = another_policy(definitions()["nrr"], {"churn": "x", "gap_days": "-3", "fx": "yes", "take": "arr"})
    assert isinstance(wrong, tuple)
    assert [d.message for d in wrong] == [
        "there is no policy 'churn'",
        "gap_days is a number of days, not '-3'",
        "fx is constant or none, not 'yes'",
        "there is no policy 'take'",
    ]
    other = another_policy(definitions()["won_deals"], {"gap_days": "3"})
    assert isinstance(other, tuple) and [d.mistake.code for d in other] == ["unknown-policy"]


@given(SIDES, SIDES)
def test_effects_of_a_ratio_are_its_whole_difference(one: dict[Any, Pair], other: dict[Any, Pair]) -> None:
    (a, b), (c, d) = ((sum(p.above for p in s.values()), sum(p.below or 0 for p in s.values())) for s in (one, other))
    assert sum(effects(one, other, a / b, d).values()) == pytest.approx(c / d - a / b, abs=1e-9)


METRICS = ("arr", "churned_arr", "new_arr", "reactivated_arr", "nrr", "grr", "grr.movement_sum", "logo_churn", "arpa")
POLICIES = ({"gap_days": 45}, {"step": "month"}, {"ends": "last_day"})


@settings(max_examples=4)
@given(LEDGERS, st.sampled_from(POLICIES))
def test_customers_add_up_to_the_difference_on_any_ledger(
    tmp_path_factory: pytest.TempPathFactory, ledger: list[Any], policy: dict[str, Any]
) -> None:
    folder = tmp_path_factory.mktemp("ledger")
    items = [
        {"customer_id": who, "unit_amount": str(amount), "valid_from": first}
        | {"valid_to": date.fromordinal(date.fromisoformat(first).toordinal() + days).isoformat()}
        for who, first, days, amount in ledger
    ]
    load(folder, "2024-12-31", export("subscription_item", items))
    for metric in METRICS:
        told = bridged(folder, metric, "2024", **policy)
        if told.difference is not None:
            assert sum(row["effect"] for row in told.customers) == pytest.approx(told.difference, abs=1e-6)


def compared(folder: Path, metric: str, span: str | None, **policy: Any) -> tuple[float | None, float | None]:
    """A metric under its own policy, and under another."""
    told = bridged(folder, metric, span, **policy)
    return told.value, told.other


def test_a_trial_is_worth_nothing_until_it_ends(tmp_path: Path) -> None:
    trying = {
        "id": "S",
        "customer_id": "T",
        "status": "trialing",
        "start_date": "2024-12-10",
        "trial_end": "2025-01-10",
    }
    tried = {"id": "P", "customer_id": "P", "start_date": "2024-03-01", "trial_end": "2024-04-01"}
    items = [
        {"subscription_id": "S", "unit_amount": "100", "valid_from": "2024-12-10"},
        {"subscription_id": "P", "unit_amount": "70", "valid_from": "2024-03-01"},
    ]
    load(tmp_path, "2024-12-31", export("subscription", [trying, tried]), export("subscription_item", items))
    assert compared(tmp_path, "arr", None, trials="as_paid") == (70, 170)
    assert compared(tmp_path, "new_arr", "2024-03", trials="as_paid") == (0, 70)
    told = bridged(tmp_path, "arr", None, trials="as_paid")
    assert [(row["customer"], row["effect"]) for row in told.customers] == [("T", 100.0)]


def test_a_contract_shorter_than_the_minimum_is_in_no_arr(tmp_path: Path) -> None:
    yearly = {"id": "Y", "customer_id": "Y", "start_date": "2024-01-01", "current_term_start": "2024-01-01"}
    yearly |= {"current_term_end": "2025-01-01"}
    items = [
        {"subscription_id": "Y", "unit_amount": "10", "interval": "month", "valid_from": "2024-01-01"},
        {"customer_id": "M", "unit_amount": "5", "interval": "month", "valid_from": "2024-01-01"},
        {"customer_id": "Q", "unit_amount": "9", "interval": "quarter", "valid_from": "2024-01-01"},
    ]
    load(tmp_path, "2024-12-31", export("subscription", [yearly]), export("subscription_item", items))
    told = bridged(tmp_path, "arr", None, minimum_months=3)
    assert (told.value, told.other) == (120 + 60 + 36, 120 + 36)
    assert "1 left out: a term of less than 3 months" in told.notes
    assert compared(tmp_path, "arr", None, minimum_months=12)[1] == 120
    wrong = another_policy(definitions()["arr"], {"minimum_months": "long"})
    assert isinstance(wrong, tuple) and wrong[0].message == "minimum_months is a number of months, not 'long'"


def test_a_contract_of_several_years_counts_its_year_or_its_average(tmp_path: Path) -> None:
    ramped = {"id": "R", "customer_id": "R", "start_date": "2024-01-01", "arr": "60", "contract_value": "300"}
    ramped |= {"current_term_start": "2024-01-01", "current_term_end": "2027-01-01"}
    flat = {"id": "F", "customer_id": "F", "start_date": "2024-01-01", "arr": "50"}
    whole = {"id": "W", "customer_id": "W", "start_date": "2024-02-01", "contract_value": "150"}
    whole |= {"current_term_start": "2024-02-01", "current_term_end": "2025-08-01"}
    untold = {"id": "U", "customer_id": "U", "start_date": "2024-02-01", "contract_value": "900"}
    load(tmp_path, "2024-12-31", export("subscription", [ramped, flat, whole, untold]))
    told = bridged(tmp_path, "arr", None, ramp="average")
    assert (told.value, told.other) == (60 + 50 + 100, 100 + 50 + 100)
    assert "1 left out: no amount" in told.notes
    assert [row["customer"] for row in told.customers] == ["R"]


def test_a_renewal_that_comes_late_is_renewed_within_its_grace(tmp_path: Path) -> None:
    old = {"id": "A", "customer_id": "A", "start_date": "2023-07-01", "ended_at": "2024-07-01", "arr": "100"}
    old |= {"current_term_start": "2023-07-01", "current_term_end": "2024-07-01"}
    new = {"id": "B", "customer_id": "A", "start_date": "2024-07-21", "arr": "90"}
    gone = old | {"id": "G", "customer_id": "G"}
    other = {"id": "O", "customer_id": "G", "start_date": "2023-01-01", "arr": "40"}  # stays, and renews nothing
    load(tmp_path, "2024-12-31", export("subscription", [old, new, gone, other]))
    assert compared(tmp_path, "renewal_rate.arr", "2024-Q3", grace_days=30) == (0, 0.5)
    assert compared(tmp_path, "renewed_arr", "2024-Q3", grace_days=19) == (0, 0)
    told = bridged(tmp_path, "renewed_arr", "2024-Q3", grace_days=20)
    assert [(row["customer"], row["effect"]) for row in told.customers] == [("A", 100.0)]
