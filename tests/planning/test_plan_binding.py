"""Where a plan meets its model: members, own lines, lines assumed, splits."""

from __future__ import annotations

import pytest

from headway.core.dimensions import MONTH_OF_YEAR
from headway.core.plan import Assumption, Estimate, Input, Line, ModelText
from headway.core.positions import Piece
from headway.planning import bind, by_month, evaluate
from tests.plans import assume, bound, exact, plan, recurring, sales

SOURCES, SEGMENTS = ("inbound", "outbound"), ("smb", "mid")


def by_two(name: str, unit: str, values: dict[tuple[str, str], str], by: tuple[str, str]) -> Assumption:
    return Assumption(name, unit, {key: Estimate(exact(value)) for key, value in values.items()}, by)


def test_sources_and_segments_meet_in_the_mix(saas: ModelText) -> None:
    mix = {("inbound", "smb"): "0.75", ("inbound", "mid"): "0.25", ("outbound", "smb"): "0", ("outbound", "mid"): "1"}
    rates = {
        ("inbound", "smb"): "0.4",
        ("inbound", "mid"): "0.2",
        ("outbound", "smb"): "0.1",
        ("outbound", "mid"): "0.1",
    }
    made = plan(
        *(a for a in sales() if a.name not in ("opportunities_created", "won_from_open", "win_rate.eventual")),
        assume("opportunities_created", "opportunity/month", {"inbound": 100, "outbound": 40}, ("source",)),
        by_two("mix", "share", mix, ("source", "segment")),
        by_two("win_rate.eventual", "deal/opportunity", rates, ("source", "segment")),
        by_two("won_from_open", "deal", dict.fromkeys(mix, "1"), ("source", "segment")),
        dimensions={"source": SOURCES, "segment": SEGMENTS},
    )
    won = evaluate(bound(made, saas), ["won_deals"])["won_deals"].pick(period="2027-01")
    assert won.pick(source="inbound", segment="smb").scalar() == pytest.approx(100 * 0.75 * 0.4 + 1)
    assert won.pick(source="inbound", segment="mid").scalar() == pytest.approx(100 * 0.25 * 0.2 + 1)
    assert won.total("source").total("segment").scalar() == pytest.approx(30 + 5 + 0 + 4 + 4)


def test_several_segments_need_a_mix_that_makes_a_whole(saas: ModelText) -> None:
    def codes(*more: Assumption) -> list[str]:
        kept = [a for a in sales() if a.name != "won_from_open"]
        made = plan(
            *kept,
            assume("won_from_open", "deal", {"smb": 0, "mid": 0}, ("segment",)),
            *more,
            target=("won_value", "2027-12", 1),
            dimensions={"segment": SEGMENTS},
        )
        return [d.mistake.code for d in bind(made, saas)[1]]

    assert codes() == ["missing-assumption"]
    assert codes(assume("mix", "share", {"smb": "0.5", "mid": "0.4"}, ("segment",))) == ["parts-of-whole"]
    assert codes(assume("mix", "share", {"smb": "0.6", "mid": "0.4"}, ("segment",))) == []


def test_a_season_follows_the_calendar_from_the_month_the_plan_starts_in(saas: ModelText) -> None:
    season = Assumption(
        "opportunities_created",
        "opportunity/month",
        {(str(i),): Estimate(exact(10 * i)) for i in range(1, 13)},
        (MONTH_OF_YEAR,),
    )
    ready = bound(plan(*sales(), season, start="2027-11", months=3), saas)
    assert by_month(evaluate(ready, ["opportunities_created"])["opportunities_created"]).tolist() == [110, 120, 10]


def test_an_assumption_in_the_place_of_a_line_keeps_its_unit_and_history(saas: ModelText) -> None:
    ready = bound(plan(*sales(lag=("0.5", "0.5"))), saas)
    line = ready.model.lines["opportunities_created"]
    assert (line.kind, line.unit_text) == ("flow", "opportunity")
    won = by_month(evaluate(ready, ["won_deals"])["won_deals"])
    assert won[:2].tolist() == [160 * 0.5 * 0.25, 160 * 0.25]  # nothing created before the plan reaches into it


def test_a_line_may_be_assumed_further_down(saas: ModelText) -> None:
    made = plan(assume("won_deals", "deal/month", 40), assume("won_value", "currency/month", 1_000_000), *recurring())
    ready = bound(made, saas)
    assert by_month(evaluate(ready, ["arr"])["arr"])[-1] == pytest.approx(16_000_000)
    assert "opportunities_created" not in ready.outputs


def own(name: str, formula: str, file: str = "plans/fy27/plan.yaml") -> Line:
    piece = Piece.of(formula, file, 7)
    return Line(name, piece, location=piece.location)


def test_own_lines_and_inputs_join_the_model_and_may_replace_its_lines(saas: ModelText) -> None:
    made = plan(
        *(a for a in sales() if a.name != "opportunities_created"),
        assume("visits", "visit/month", 5_000),
        assume("visit_to_opportunity", "opportunity/visit", "0.02"),
        own_inputs={
            "visits": Input("visits", Piece.of("visit"), ("source", "month"), Piece.of("0")),
            "visit_to_opportunity": Input("visit_to_opportunity", Piece.of("opportunity/visit")),
        },
        own_lines={
            "opportunities_created": own("opportunities_created", "visits * visit_to_opportunity"),
            "won_twice": own("won_twice", "2 * won_value"),
        },
    )
    ready = bound(made, saas)
    assert by_month(evaluate(ready, ["won_twice"])["won_twice"])[0] == pytest.approx(2 * 100 * 0.25 * 25_000)


def test_a_mistake_in_an_own_line_is_found_with_the_others(saas: ModelText) -> None:
    made = plan(
        *sales(win_rate="1.5"),
        own_lines={"odd": own("odd", "won_deals + won_value"), "spare": own("spare", "won_valeu * 2")},
    )
    ready, found = bind(made, saas)
    assert ready is None
    assert sorted(d.mistake.code for d in found) == ["unit-mismatch", "unknown-name", "value-out-of-range"]
    assert {d.location.line for d in found if d.location} == {7}


def test_an_own_input_nobody_reads_is_a_warning_and_a_shipped_one_is_not(saas: ModelText) -> None:
    unit = Piece.of("visit", "plans/fy27/plan.yaml", 9)
    idle = Input("footfall", unit, location=unit.location)
    ready, found = bind(plan(*sales(), own_inputs={"footfall": idle}), saas)
    assert ready is not None
    assert [(d.mistake.code, d.severity) for d in found] == [("unused-input", "warning")]
