"""A plan from everything history measured: by source and segment where enough was seen, pooled where it was not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from headway.core.plan import Assumption, Estimate, ModelText
from headway.planning import Figure, Judgement, Measured, by_month, evaluate, propose
from headway.planning.demo import OWNERS, judgement
from headway.planning.measured import season
from headway.planning.sensitivity import family_of
from tests.planning.test_proposal import HISTORY
from tests.plans import assume, bound, exact

SOURCES, SEGMENTS = ("inbound", "partner"), ("smb", "ent")

RATES = Measured(
    "win curve",
    Figure(0.25, 0.22, 0.28, 601),
    ("source", "segment"),
    {
        ("inbound", "smb"): Figure(0.3, 0.26, 0.34, 300),
        ("inbound", "ent"): Figure(0.2, 0.15, 0.25, 120),
        ("partner", "smb"): Figure(0.4, 0.3, 0.5, 80),
        ("partner", "ent"): Figure(0.9, 0.5, 1.0, 7),
    },
)
CREATED = Measured(
    "created, a month",
    Figure(100, n=601),
    ("source",),
    {("inbound",): Figure(75, n=451), ("partner",): Figure(25, n=150)},
)
MIX = Measured(
    "of what was created",
    None,
    ("source", "segment"),
    {
        ("inbound", "smb"): Figure(0.6, n=300),
        ("inbound", "ent"): Figure(0.4, n=150),
        ("partner", "smb"): Figure(0.5, n=75),
        ("partner", "ent"): Figure(0.5, n=75),
    },
)
BASE = Measured(
    "ARR on 30 Jun 2027",
    Figure(3_000_000, n=120),
    ("segment",),
    {("smb",): Figure(1_000_000, n=100), ("ent",): Figure(2_000_000, n=20)},
)
SPLIT = replace(
    HISTORY,
    members={"source": SOURCES, "segment": SEGMENTS},
    measured={"opportunities_created": CREATED, "mix": MIX, "win_rate.eventual": RATES, "arr_at_start": BASE},
)


def values(one: Assumption) -> dict[tuple[str, ...], float]:
    return {key: float(estimate.value) for key, estimate in one.values.items()}


def test_rates_are_told_apart_where_enough_was_seen_and_pooled_where_not(saas: ModelText) -> None:
    rate = propose(SPLIT, saas).assumptions["win_rate.eventual"]
    assert values(rate)[("inbound", "smb")] == 0.3
    assert values(rate)[("partner", "ent")] == 0.25
    assert rate.evidence == "win curve; as a whole for partner.ent, with fewer than 30 cases each"
    assert rate.n == 601


def test_counts_stand_for_themselves_however_few(saas: ModelText) -> None:
    made = propose(SPLIT, saas).assumptions
    assert values(made["arr_at_start"]) == {("smb",): 1_000_000, ("ent",): 2_000_000}
    assert values(made["opportunities_created"]) == {("inbound",): 75, ("partner",): 25}
    assert made["opportunities_created"].unit == "opportunity/month"


def test_a_count_with_a_part_missing_is_not_guessed(saas: ModelText) -> None:
    part = replace(BASE, parts={("smb",): Figure(1_000_000, n=100)})
    assert (
        "arr_at_start"
        not in propose(replace(SPLIT, measured={**SPLIT.measured, "arr_at_start": part}), saas).assumptions
    )


def test_what_is_none_or_has_no_place_in_the_model_is_not_assumed(saas: ModelText) -> None:
    more = {**SPLIT.measured, "churn_rate": None, "weather": Measured("looked up", Figure(1, n=40))}
    assert {"churn_rate", "weather"}.isdisjoint(propose(replace(SPLIT, measured=more), saas).assumptions)


def test_open_deals_are_split_as_what_was_created_and_still_credited_once(saas: ModelText) -> None:
    made = propose(SPLIT, saas)
    wins = values(made.assumptions["won_from_open"])
    assert wins[("inbound", "smb", "2027-07")] == pytest.approx(10 * 0.75 * 0.6)
    assert sum(wins.values()) == pytest.approx(sum(HISTORY.won_from_open))
    assert evaluate(bound(made, saas), ["won_value"])


def test_without_its_split_over_segments_a_plan_is_by_source_alone(saas: ModelText) -> None:
    fewer = {name: one for name, one in SPLIT.measured.items() if name != "mix"}
    made = propose(replace(SPLIT, measured=fewer), saas)
    assert dict(made.dimensions) == {"source": SOURCES}
    assert values(made.assumptions["arr_at_start"]) == {(): 3_000_000}
    assert values(made.assumptions["win_rate.eventual"]) == {(): 0.25}
    assert "pooled" not in made.assumptions["win_rate.eventual"].evidence


def test_a_lag_of_each_source_falls_back_on_the_lag_of_all(saas: ModelText) -> None:
    parts = {("inbound", str(i)): Figure(share, n=100) for i, share in enumerate((0.5, 0.5))}
    parts |= {("partner", str(i)): Figure(share, n=4) for i, share in enumerate((0.0, 1.0))}
    pooled = {(str(i),): Figure(share, n=104) for i, share in enumerate((0.4, 0.6))}
    lag = Measured("win curve", None, ("source", "lag"), {**parts, **pooled})
    made = propose(replace(SPLIT, measured={**SPLIT.measured, "close_lag": lag}), saas).assumptions["close_lag"]
    assert values(made) == {
        ("inbound", "0"): 0.5,
        ("inbound", "1"): 0.5,
        ("partner", "0"): 0.4,
        ("partner", "1"): 0.6,
    }


def test_two_whole_years_give_a_season_that_leaves_the_year_as_it_is(saas: ModelText) -> None:
    year = [90] * 11 + [200]
    created = {f"2025-{m:02d}": count for m, count in enumerate(year, 1)}
    created |= {f"2026-{m:02d}": 2 * count for m, count in enumerate(year, 1)}
    made = propose(replace(SPLIT, created=created), saas)
    monthly = values(made.assumptions["opportunities_created"])
    assert sum(v for key, v in monthly.items() if key[0] == "inbound") == pytest.approx(12 * 75, rel=1e-6)
    assert monthly[("inbound", "12")] == pytest.approx(75 * 200 / (1190 / 12), rel=1e-5)
    assert made.assumptions["opportunities_created"].by == ("source", "month_of_year")
    assert by_month(evaluate(bound(made, saas), ["opportunities_created"])["opportunities_created"])[-1] > 150
    assert season({f"2026-{m:02d}": 3.0 for m in range(1, 13)}) is None


def test_judgement_fills_what_history_does_not_show_and_never_what_it_does(saas: ModelText) -> None:
    own = (
        assume("contract_term", "year", 1),
        Assumption("arr_at_start", "currency/year", {(): Estimate(exact(1))}, owner="finance"),
    )
    made = propose(SPLIT, saas, judgement=Judgement(own, {"deal size": "sales"}, date(2027, 10, 1))).assumptions
    assert (made["contract_term"].basis, made["contract_term"].owner) == ("judgement", "sales")
    assert made["arr_at_start"].basis == "history"
    assert {one.review_by for one in made.values()} == {date(2027, 10, 1)}


def test_the_demo_plan_has_every_family_with_basis_evidence_owner_and_review(saas: ModelText) -> None:
    figures = {
        "arr_at_start": BASE,
        "renewal_rate": Measured("renewed of due", Figure(0.9, 0.86, 0.94, 80)),
        "arr_due_for_renewal": Measured("contracts", Figure(100_000, n=90), (), {}),
        "expansion_rate": Measured("a month", Figure(0.004, 0.003, 0.005, 120)),
        "renewal_contraction": Measured("smaller after than before", Figure(0.02, 0.01, 0.04, 80)),
        "contract_term": Measured("won for new ARR", Figure(1.0, n=80)),
        "churn_rate": None,
        "spend": Measured("ledger", None, ("source",), {(s,): Figure(40_000, n=12) for s in SOURCES}),
        "heads_at_start": Measured("roster", None, ("role",), {(r,): Figure(6, n=6) for r in ("ae", "sdr", "csm")}),
    }
    known = replace(SPLIT, measured={**SPLIT.measured, **figures, "arr_due_for_renewal": due(100_000)})
    made = propose(known, saas, judgement=judgement(SOURCES, date(2027, 10, 1)))
    ready = bound(made, saas)
    assert {family_of(ready, name) for name in made.assumptions} == set(saas.families) == set(OWNERS)
    for one in made.assumptions.values():
        assert one.evidence and one.owner and one.review_by and one.basis in ("history", "judgement")
    assert made.target is not None and made.target.metric == "arr" and made.target.proposed
    assert {"arr", "cac", "payback", "seller_capacity"} - set(ready.outputs) == {"seller_capacity"}


def due(monthly: float) -> Measured:
    parts = {(segment, f"2027-{m:02d}"): Figure(monthly, n=9) for segment in SEGMENTS for m in range(7, 13)}
    return Measured("end of each contract", None, ("segment", "month"), parts)


def test_what_comes_in_follows_the_season_of_whole_years_however_short_the_history(saas: ModelText) -> None:
    counts = {
        f"{year}-{m:02d}": (200.0 if m == 3 else 80.0) * (year - 2024) for year in (2025, 2026) for m in range(1, 13)
    }
    leads = {
        "leads_per_month": Measured(
            "leads", Figure(300, n=3600), ("source",), {(s,): Figure(100, n=1200) for s in SOURCES}
        ),
        "lead_to_opportunity": Measured("of leads", Figure(0.2, 0.19, 0.21, 3600)),
    }
    known = replace(SPLIT, measured={**SPLIT.measured, **leads}, volume=counts)
    made = propose(known, saas)
    season = made.assumptions["season"]
    assert season.by == ("month_of_year",) and float(season.values["3",].value) == pytest.approx(200 / 90, abs=1e-5)
    assert sum(float(one.value) for one in season.values.values()) == pytest.approx(12, abs=1e-4)
    assert "season" not in propose(replace(known, volume={}), saas).assumptions
