"""What must hold of any company of sellers: groups add up, later versions change no earlier answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from headway.core.definition import Definition
from headway.metrics import measure
from tests.metrics.selling_world import Record, period, refilled, rows, selling

Definitions = Mapping[str, Definition]
TODAY = date(2026, 6, 30)
TABLES = selling(TODAY)
WHO = st.sampled_from(["AE 1", "AE 2", "AE 3", "SDR 1"])
DAYS = st.dates(date(2026, 1, 1), TODAY)
AMOUNTS = st.decimals(1, 9999, places=2)
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "employee": WHO,
            "start_date": st.dates(date(2025, 6, 1), TODAY),
            "role": st.sampled_from(["AE", "SDR", None]),
            "ramp_profile": st.sampled_from(["0/50/100", "ae_3m", "as agreed", None]),
        }
    ),
    max_size=4,
    unique_by=lambda person: person["employee"],
)
QUOTAS = st.lists(
    st.fixed_dictionaries(
        {
            "owner": WHO,
            "period": st.sampled_from(["2026-Q1", "2026-Q2", "2026-05"]),
            "amount": AMOUNTS,
            "segment": st.sampled_from(["small", "large", None]),
            "in_force_from": st.none() | DAYS,
        }
    ),
    min_size=1,
    max_size=6,
)
WON = st.lists(st.fixed_dictionaries({"owner": WHO | st.none(), "closed_date": DAYS, "amount": AMOUNTS}), max_size=8)
WORLD = st.tuples(PEOPLE, QUOTAS, WON)


def total(definition: Definition, facts: Any, by: list[str]) -> Decimal:
    return rows(measure(definition, facts, period("2026-01..2026-06"), by=by)).total("value")


@settings(max_examples=30, deadline=None)
@given(world=WORLD)
def test_groups_add_up_to_the_whole(
    definitions: Definitions, world: tuple[list[Record], list[Record], list[Record]]
) -> None:
    facts = refilled(TABLES, TODAY, *world)
    for name in ("credited_bookings", "quota"):
        whole = total(definitions[name], facts, [])
        for by in ("owner", "segment", "role", "tenure", "ramped", "month", "quarter"):
            apart = abs(total(definitions[name], facts, [by]) - whole)
            assert apart == 0 if name == "credited_bookings" else apart < Decimal("0.01"), (name, by)
    credited, won = total(definitions["credited_bookings"], facts, []), total(definitions["won_value"], facts, [])
    assert credited <= won


@settings(max_examples=30, deadline=None)
@given(world=WORLD, day=st.dates(date(2026, 1, 1), date(2026, 6, 1)), later=QUOTAS)
def test_a_version_set_later_changes_no_earlier_answer(
    definitions: Definitions, world: tuple[list[Record], list[Record], list[Record]], day: date, later: list[Record]
) -> None:
    people, quotas, won = world
    known = [deal for deal in won if deal["closed_date"] <= day]  # type: ignore[operator]
    set_later = [{**quota, "in_force_from": date(2026, 6, 15)} for quota in later]
    for name in ("quota", "capacity"):
        before, after = (
            rows(
                measure(definitions[name], refilled(TABLES, day, people, each, known), period("2026-Q2"), by=["owner"])
            )
            for each in (quotas, [*quotas, *set_later])
        )
        assert before == after, name
