"""The bets that fail: which of them are named, in which order, and what the sentence says of the first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from headway.core.belief import Belief, Holds, Observed, Register
from headway.core.finding import Finding
from headway.core.plan import Assumption, Estimate
from headway.core.review import Milestone, Review
from headway.core.rows import Column, Rows
from headway.core.series import Axis, Header, Series
from headway.tracking import ordered, to_price, with_bets

DAY = date(2027, 6, 30)
RISK = Rows.of(
    [Column("assumption"), *(Column(name, "number") for name in ("less", "more", "at_low", "at_high"))],
    [("win_rate.eventual", -50.0, 50.0, -90.0, 80.0), ("deal_size.mean", -10.0, 10.0, None, None)],
)


def bet(members: tuple[str, ...], holds: Holds, better: bool | None, name: str = "win_rate.eventual") -> Belief:
    one = Assumption(name, "deal/opportunity", {members: Estimate(Decimal("0.25"))}, ("source",), owner="head of sales")
    seen = Observed("2027-06", 0.15, 0.11, 0.19, 61)
    told = holds in ("broken", "drifting")
    about = (0.25, seen, None, (), better)
    return Belief(one, members, one.values[members], holds, "", *about, seen if told else None, 0.25 if told else None)


def reviewed(**changes: object) -> Review:
    made = Review(DAY, "fy27", "ahead", "Ahead: won", "Mainly because of luck.", "EUR", (), (), (), RISK)
    return replace(made, **{"because": "mainly because of luck (+€3)", **changes})  # type: ignore[arg-type]


def register(*beliefs: Belief, prices: dict[str, float] | None = None) -> Register:
    found = ordered(beliefs, prices or {}, RISK)
    return Register("fy27", DAY, "EUR", found, "", RISK, prices or {})


def test_the_sentence_names_the_bet_that_costs_most_and_counts_the_others() -> None:
    prices = {"win_rate.eventual[inbound]": -451_178.0, "win_rate.eventual[partner]": -77_600.0}
    known = register(bet(("partner",), "drifting", False), bet(("inbound",), "drifting", False), prices=prices)
    found = with_bets(reviewed(), known)
    assert found.lead == (
        "Mainly because of luck (+€3); look at win rate (inbound) this week: drifting, 15.0% in 2027-06 (n = 61) "
        "where 25.0% is assumed, −€451k if the whole plan ran so; 1 more does not hold."
    )
    assert [one.where for one in found.failing] == ["win_rate.eventual[inbound]", "win_rate.eventual[partner]"]
    assert found.failing[0].owner == "head of sales" and found.failing[0].price == -451_178.0


def test_a_milestone_behind_its_pace_is_looked_at_first() -> None:
    way = Series(Header("opportunities_created", "plan", "opportunity"), (Axis("period", ("2027-W01",)),), np.ones(1))
    late = Milestone("opportunities_created", "Opportunities created", way, way, 168.0, 149.0, "worse")
    finding = Finding("opportunities created", "opportunities_created", "149 against 168 planned")
    found = with_bets(reviewed(milestones=(late,), look_at=(finding,)), register(bet(("inbound",), "broken", False)))
    assert found.lead == (
        "Mainly because of luck (+€3); look at opportunities created this week: 149 against 168 planned; "
        "and at win rate (inbound): broken, 15.0% in 2027-06 (n = 61) where 25.0% is assumed."
    )


def test_what_holds_or_drifts_for_the_better_leaves_the_review_as_it_is() -> None:
    known = register(
        bet(("inbound",), "holding", False), bet(("partner",), "drifting", True), bet(("plg",), "unknown", None)
    )
    review = reviewed()
    assert with_bets(review, known) is review


def test_what_broke_for_the_better_is_named_after_what_drifts_for_the_worse() -> None:
    known = register(bet(("inbound",), "broken", True), bet(("partner",), "drifting", False))
    assert [one.where for one in with_bets(reviewed(), known).failing] == [
        "win_rate.eventual[partner]",
        "win_rate.eventual[inbound]",
    ]


def test_what_adds_up_over_its_span_is_not_priced_as_a_value_of_the_plan() -> None:
    rate, flow = bet(("inbound",), "broken", False), bet(("inbound",), "broken", False, "leads_per_month")
    flow = replace(flow, assumption=replace(flow.assumption, unit="lead/month"))
    assert to_price([rate, flow, bet(("plg",), "holding", None)]) == {"win_rate.eventual[inbound]": 0.15}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("broken", "drifting", "holding", "unknown")),
            st.sampled_from((True, False, None)),
            st.floats(-1e6, 1e6),
        ),
        max_size=8,
    )
)
def test_every_belief_is_kept_and_the_worst_comes_first(told: list[tuple[Holds, bool | None, float]]) -> None:
    known = [bet((f"s{i}",), holds, better) for i, (holds, better, _) in enumerate(told)]
    prices = {f"win_rate.eventual[s{i}]": price for i, (_, _, price) in enumerate(told)}
    found = ordered(known, prices, RISK)
    assert sorted(b.members for b in found) == sorted(b.members for b in known)
    ranks = [("broken", "drifting", "holding", "unknown").index(b.holds) for b in found]
    assert ranks == sorted(ranks)
    worse = [prices[b.key] for b in found if b.holds == "broken" and b.better is not True]
    assert worse == sorted(worse)
