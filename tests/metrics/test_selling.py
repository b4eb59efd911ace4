"""Attainment, ramp, capacity and the rest, on sellers small enough to add up by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from headway.core.definition import Definition
from headway.core.explanation import Explanation
from headway.core.policies import PolicyBridge
from headway.metrics import another_policy, explain, measure, policy_bridge
from headway.metrics.question import Parameters
from headway.metrics.selling.ramps import carried, schedule
from tests.metrics.selling_world import period, rows, selling

Definitions = Mapping[str, Definition]
TODAY = date(2026, 6, 30)
PEOPLE = [
    {"employee": "AE 1", "start_date": date(2024, 1, 1), "ramp_profile": "0/50/100"},
    {"employee": "AE 2", "start_date": date(2026, 4, 1), "ramp_profile": "0/50/100", "role": "AE large"},
    {"employee": "AE 3", "start_date": date(2024, 1, 1), "end_date": date(2026, 5, 31), "ramp_profile": "0/50/100"},
]
MONTHS = [date(2026, number, 1) for number in (4, 5, 6)]
QUOTAS = [{"owner": f"AE {who}", "start_date": day, "amount": 100} for who in (1, 2, 3) for day in MONTHS]
WON = [
    {"owner": "AE 1", "closed_date": date(2026, 4, 9), "amount": 330, "segment": "small"},
    {"owner": "AE 2", "closed_date": date(2026, 5, 9), "amount": 75, "segment": "large"},
    {"owner": "AE 3", "closed_date": date(2026, 5, 9), "amount": 100},
    {"owner": "Founder", "closed_date": date(2026, 5, 9), "amount": 1000},
]


def value(definition: Definition, *asked: object, **how: object) -> object:
    (found,) = rows(measure(definition, *asked, **how))  # type: ignore[arg-type]
    return found["value"]


def test_a_quota_is_ramped_by_its_profile_and_pro_rated_by_the_days_in_role(definitions: Definitions) -> None:
    facts = selling(TODAY, PEOPLE, QUOTAS, WON)
    by = rows(measure(definitions["quota"], facts, period("2026-Q2"), by=["owner"]))
    # AE 2 carries nothing in the first month and half in the second; AE 3 left at the end of May
    assert {row["owner"]: row["value"] for row in by} == {"AE 1": 300, "AE 2": 150, "AE 3": 200}
    assert rows(measure(definitions["quota"], facts, period("2026-Q2"))).total("value") == 650
    half = value(definitions["quota"], facts, period("2026-04-01..2026-04-15"))
    assert half == 100  # AE 1 and AE 3, half a month each


def test_attainment_is_of_those_who_carry_a_quota(definitions: Definitions) -> None:
    facts = selling(TODAY, PEOPLE, QUOTAS, WON)
    (found,) = rows(measure(definitions["attainment"], facts, period("2026-Q2")))
    assert (found["value"], found["n"], found["excluded"]) == (pytest.approx(505 / 650), 3, 1)
    assert "1 deal left out: whose owner carries no quota" in str(found["note"])
    assert str(found["note"]).startswith("n = 3: cannot tell yet")
    by = rows(measure(definitions["attainment"], facts, period("2026-Q2"), by=["owner"]))
    assert {row["owner"]: row["value"] for row in by} == {
        **{"AE 1": pytest.approx(1.1), "AE 2": 0.5, "AE 3": 0.5, "Founder": None},
    }


def test_the_spread_and_the_shares_at_quota(definitions: Definitions) -> None:
    facts = selling(TODAY, PEOPLE, QUOTAS, WON)
    quarter = period("2026-Q2")
    assert value(definitions["attainment.median"], facts, quarter) == 0.5
    assert value(definitions["attainment.p75"], facts, quarter) == pytest.approx(0.8)
    assert value(definitions["attainment.at_quota"], facts, quarter) == pytest.approx(1 / 3)
    # ramped: AE 1 all along, AE 3 until the end of May; AE 2's third month is still of the ramp
    assert value(definitions["attainment.ramped_at_quota"], facts, quarter) == 0.5
    assert value(definitions["attainment.ramping_at_70"], facts, quarter) == 0.0


def test_by_tenure_role_and_whether_ramped(definitions: Definitions) -> None:
    facts = selling(TODAY, PEOPLE, QUOTAS, WON)

    def by(name: str) -> dict[object, object]:
        found = rows(measure(definitions["credited_bookings"], facts, period("2026-Q2"), by=[name]))
        return {row[name]: row["value"] for row in found}

    assert by("tenure") == {"months 01 to 03": 75, "months 25 on": 430, "(none)": 0}
    assert by("role") == {"AE": 430, "AE large": 75, "(none)": 0}
    assert by("ramped") == {"ramped": 430, "ramping": 75, "(none)": 0}
    assert by("month") == {"2026-04": 330, "2026-05": 175, "2026-06": 0}


def test_the_newest_version_in_force_on_the_day_counts_for_its_whole_span(definitions: Definitions) -> None:
    quotas = [
        {"owner": "AE 1", "period": "2026-Q2", "amount": 300, "in_force_from": date(2026, 1, 5)},
        {"owner": "AE 1", "period": "2026-Q2", "amount": 600, "in_force_from": date(2026, 5, 15)},
    ]
    for day, quota in ((date(2026, 1, 4), None), (date(2026, 5, 14), 300), (date(2026, 5, 15), 600)):
        facts = selling(day, [], quotas, WON[:1])
        assert value(definitions["quota"], facts, period("2026-Q2")) == quota, day


def test_without_quotas_what_is_missing_is_said(definitions: Definitions) -> None:
    facts = selling(TODAY, PEOPLE, [], WON)
    for name in ("quota", "attainment", "attainment.median", "capacity", "ramp", "time_to_productivity"):
        (found,) = rows(measure(definitions[name], facts, period("2026-Q2")))
        assert found["value"] is None
        assert str(found["note"]).startswith("undefined: no quotas are loaded; import who carries how much"), name
    told = explain(definitions["attainment"], facts, period("2026-Q2"))
    assert isinstance(told, Explanation) and told.value == "undefined"


def test_a_quota_of_nothing_is_not_attained(definitions: Definitions) -> None:
    quotas = [{"owner": "AE 1", "start_date": MONTHS[0], "amount": 0}]
    (found,) = rows(measure(definitions["attainment"], selling(TODAY, [], quotas, WON), period("2026-04")))
    assert found["value"] is None and str(found["note"]).startswith("undefined: there is nothing to divide by")


def test_revenue_for_each_rep_counts_ramping_ones_for_their_share(definitions: Definitions) -> None:
    facts = selling(TODAY, PEOPLE, [], WON)
    # AE 1 3 months, AE 2 0 + 0.5 + 1, AE 3 2 months: 6.5 months in 3 are 2.17 people; full heads 8 in 3
    assert value(definitions["revenue_per_rep"], facts, period("2026-Q2")) == pytest.approx(505 / (6.5 / 3))
    assert value(definitions["revenue_per_rep.per_head"], facts, period("2026-Q2")) == pytest.approx(505 / (8 / 3))


def test_productivity_by_month_in_role(definitions: Definitions) -> None:
    facts = selling(TODAY, PEOPLE, QUOTAS, WON)
    by = rows(measure(definitions["ramp"], facts, period("2026-Q2"), by=["month_in_role"], where={"owner": "AE 2"}))
    assert {row["month_in_role"]: row["value"] for row in by} == {"1": 0.0, "2": 0.75, "3": 0.0}
    assert value(definitions["ramp"], facts, period("2026-Q2")) == 0.25  # of the months of the ramp: 75 of 300
    # ramped AEs: 430 in 5 months; AE 2 is of another role, of whom nobody is ramped
    assert value(definitions["ramp.peers"], facts, period("2026-Q2")) is None
    same = selling(TODAY, [{**person, "role": "AE"} for person in PEOPLE], [], WON)
    assert value(definitions["ramp.peers"], same, period("2026-Q2")) == pytest.approx(75 / (3 * 430 / 5))


def test_capacity_is_eighteen_and_three_quarters_of_twenty_five(definitions: Definitions) -> None:
    """Twenty ramped people at 85 %, five ramping who carry half a quota at 70 % of it (vector X8)."""
    people = [{"employee": f"AE {i}", "start_date": date(2024, 1, 1), "ramp_profile": "50/50/50"} for i in range(20)]
    people += [{"employee": f"New {i}", "start_date": date(2026, 6, 1), "ramp_profile": "50/50/50"} for i in range(5)]
    names = [str(person["employee"]) for person in people]
    months = [date(2026, 6, 1), date(2026, 7, 1)]
    quotas = [{"owner": name, "start_date": day, "amount": 100} for name in names for day in months]
    won = [
        {"owner": name, "closed_date": date(2026, 6, 20), "amount": 85 if name.startswith("AE") else 35}
        for name in names
    ]
    facts = selling(TODAY, people, quotas, won)
    (found,) = rows(measure(definitions["capacity"], facts, period("2026-07")))
    assert found["value"] == Decimal("1875.0000")
    assert "attainment 85% of 20 ramped, attainment 70% of 5 ramping" in str(found["note"])


def test_capacity_falls_as_people_leave(definitions: Definitions) -> None:
    people = [{"employee": f"AE {i}", "start_date": date(2025, 7, 1)} for i in range(6)]
    people[0] = {**people[0], "end_date": date(2026, 6, 30)}
    quotas = [
        {"owner": f"AE {i}", "start_date": day, "amount": 100} for i in range(6) for day in (*MONTHS, date(2026, 8, 1))
    ]
    won = [{"owner": f"AE {i}", "closed_date": date(2026, 5, 5), "amount": 300} for i in range(6)]
    (found,) = rows(measure(definitions["capacity"], selling(TODAY, people, quotas, won), period("2026-08")))
    stay = Fraction(71, 72) ** 2  # one left in 72 months worked, two months ahead; five are left, at 100 % of quota
    assert found["value"] == pytest.approx(Decimal(float(500 * stay)), abs=Decimal("0.001"))


def test_capacity_follows_the_season_of_whole_years(definitions: Definitions) -> None:
    quotas = [{"owner": "AE 1", "start_date": date(2026, number, 1), "amount": 100} for number in range(1, 13)]
    won = [  # twice as much in each July as in any other month
        {"owner": "AE 1", "closed_date": date(year, number, 5), "amount": 200 if number == 7 else 100}
        for year in (2024, 2025, 2026)
        for number in range(1, 13)
        if (year, number) <= (2026, 6)
    ]
    made = another_policy(definitions["capacity"], {"season": "history"})
    assert isinstance(made, Definition)
    facts = selling(TODAY, [], quotas, won)
    plain = value(definitions["capacity"], facts, period("2026-07"))
    seasonal = value(made, facts, period("2026-07"))
    assert float(str(seasonal)) == pytest.approx(float(str(plain)) * 200 * 12 / 1300)
    young = selling(TODAY, [], quotas, [one for one in won if one["closed_date"] >= date(2025, 1, 1)])  # type: ignore[operator]
    (found,) = rows(measure(made, young, period("2026-07")))
    assert found["value"] == 100 and "no season: fewer than two whole years are known" in str(found["note"])
    assert value(definitions["capacity.of_quota"], young, period("2026-07")) == 1.0


def test_months_without_money_stand_with_the_currency_somebody_sells_in(definitions: Definitions) -> None:
    people = [{"employee": f"AE {n}", "start_date": date(2024, 1, 1)} for n in (1, 2)]
    won = [{"owner": "AE 1", "closed_date": date(2026, 4, 9), "amount": 300}]
    won += [{"owner": "AE 2", "closed_date": date(2026, 5, 9), "amount": 600, "currency": "USD"}]
    found = rows(measure(definitions["revenue_per_rep"], selling(TODAY, people, [], won), period("2026-Q2")))
    assert {row["currency"]: row["value"] for row in found} == {"EUR": 300.0, "USD": 600.0}


def test_half_of_those_who_joined_are_at_full_pace_by_a_month(definitions: Definitions) -> None:
    start, months = date(2025, 1, 1), [date(2025, number, 1) for number in range(1, 13)]
    people = [{"employee": f"AE {i}", "start_date": start} for i in range(4)]
    people[3] = {**people[3], "end_date": date(2025, 5, 31)}
    quotas = [{"owner": f"AE {i}", "start_date": day, "amount": 100} for i in range(4) for day in months]
    # full pace over three months: AE 0 from month 3 on, AE 1 from month 6 on; AE 2 never, AE 3 left in the fifth
    won = [{"owner": "AE 0", "closed_date": day, "amount": 100} for day in months]
    won += [{"owner": "AE 1", "closed_date": day, "amount": 100} for day in months[3:]]
    facts = selling(date(2025, 12, 31), people, quotas, won)
    (found,) = rows(measure(definitions["time_to_productivity"], facts))
    assert (found["value"], found["n"]) == (6, 4)
    assert "50% at full pace and 25% gone by month 12" in str(found["note"])
    told = explain(definitions["time_to_productivity"], facts)
    assert isinstance(told, Explanation)
    ((_, hired),) = told.parts
    assert {row["seller"]: (row["outcome"], row["until_month"]) for row in hired} == {
        **{"AE 0": ("productive", 3), "AE 1": ("productive", 6), "AE 2": ("still ramping", 12), "AE 3": ("left", 5)},
    }


def test_who_was_at_full_pace_when_first_seen_is_left_out(definitions: Definitions) -> None:
    months = [date(2025, number, 1) for number in range(1, 13)]
    people = [
        {"employee": "AE 0", "start_date": date(2024, 1, 1)},
        {"employee": "AE 1", "start_date": date(2024, 11, 1)},
    ]
    quotas = [{"owner": f"AE {i}", "start_date": day, "amount": 100} for i in range(2) for day in months]
    won = [{"owner": "AE 0", "closed_date": day, "amount": 100} for day in months]
    won += [{"owner": "AE 1", "closed_date": day, "amount": 100} for day in months[6:]]
    (found,) = rows(measure(definitions["time_to_productivity"], selling(date(2025, 12, 31), people, quotas, won)))
    # AE 1 joined in November: seen from the third month in role, judged from the fifth, at pace in September, the eleventh
    assert (found["value"], found["n"], found["excluded"]) == (11, 1, 1)


def test_explain_lists_the_people_and_the_deals(definitions: Definitions) -> None:
    told = explain(definitions["attainment"], selling(TODAY, PEOPLE, QUOTAS, WON), period("2026-Q2"))
    assert isinstance(told, Explanation)
    parts = dict(told.parts)
    assert [(row["seller"], row["booked"], row["quota_in_force"]) for row in parts["sellers"]] == [
        ("AE 1", 330, 300),
        ("AE 3", 100, 200),
        ("AE 2", 75, 150),
    ]
    assert [row["amount"] for row in parts["deals"]] == [330, 100, 75]
    steps = {step.label: step.value for step in told.steps}
    assert steps["quota in force"] == "650.00 EUR" or "650" in steps["quota in force"]


def test_another_policy_shows_whose_number_makes_the_difference(definitions: Definitions) -> None:
    facts, own = selling(TODAY, PEOPLE, QUOTAS, WON), definitions["attainment"]
    other = another_policy(own, {"quotas": "assigned"})
    assert isinstance(other, Definition)
    told = policy_bridge(own, other, facts, period("2026-Q2"), {}, Parameters(base="EUR"))
    assert isinstance(told, PolicyBridge)
    assert (told.value, told.other) == (pytest.approx(505 / 650), pytest.approx(505 / 900))
    assert {row["owner"]: (row["of"], row["of_other"]) for row in told.customers} == {
        "AE 2": (150, 300),
        "AE 3": (200, 300),
    }
    assert float(told.customers.total("effect")) == pytest.approx(505 / 900 - 505 / 650)
    assert "with quotas ramp, and" in told.headline and told.headline.endswith("by 2 owners.")
    for said, message in (
        ({"quotas": "halved"}, "quotas is ramp or assigned, not 'halved'"),
        ({"at_least": "x"}, "whole number"),
    ):
        found = another_policy(own, said)
        assert isinstance(found, tuple) and message in found[0].message


def test_policies_of_who_joined_and_who_left(definitions: Definitions) -> None:
    facts, quarter = selling(TODAY, PEOPLE, QUOTAS, WON), period("2026-Q2")

    def under(name: str, **policy: str) -> object:
        made = another_policy(definitions[name], policy)
        assert isinstance(made, Definition)
        return value(made, facts, quarter)

    assert under("attainment", leavers="leave_out") == pytest.approx(405 / 450)
    late = [{**PEOPLE[1], "start_date": date(2026, 4, 2)}]
    shifted = selling(TODAY, late, QUOTAS[3:6], WON[1:2])
    made = another_policy(definitions["quota"], {"first_month": "first_whole"})
    assert isinstance(made, Definition)
    assert value(made, shifted, quarter) == 50  # the first whole month, May, carries nothing, and June half


def test_what_cannot_be_asked_is_said_with_what_can(definitions: Definitions) -> None:
    facts = selling(TODAY, PEOPLE, QUOTAS, WON)
    for by, where, message in (
        (["planet"], {}, "'planet' is not a dimension of sellers"),
        (["week"], {}, "attainment is kept by months, and a week may lie in two"),
        (["month", "quarter"], {}, "attainment is asked by month and quarter at once"),
        ([], {"role": "AE lrge"}, "no seller known on 2026-06-30 has role 'AE lrge'"),
    ):
        found = measure(definitions["attainment"], facts, period("2026-Q2"), by, where)
        assert isinstance(found, tuple) and [d.message for d in found] == [message]


def test_ramp_profiles_as_people_write_them() -> None:
    assert schedule("0/25/50/75") == (0, Fraction(1, 4), Fraction(1, 2), Fraction(3, 4))
    assert schedule("25%, 100 %") == (Fraction(1, 4), 1)
    assert schedule("0.5 1") == (Fraction(1, 2), 1)
    assert schedule("ae_2m") == schedule("two months") == (Fraction(1, 4), Fraction(3, 4))
    assert schedule("as agreed") is None and schedule("") is None
    assert [carried((Fraction(1, 2),), number) for number in (1, 2, None)] == [Fraction(1, 2), 1, 1]
