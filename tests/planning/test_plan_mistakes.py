"""Each mistake of planning has a plan that makes it, and says it once, with place and remedy."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from headway.core.diagnostics import Mistake
from headway.core.errors import UserMistake
from headway.core.plan import ModelText
from headway.planning import Amounts, Rate, bind, mistakes, propose
from headway.text import read_plan
from tests.planning.test_proposal import HISTORY
from tests.plans import assume, plan, recurring, sales

ERRORS = Path(__file__).parent.parent / "errors"
DECLARED = [one for one in vars(mistakes).values() if isinstance(one, Mistake)]
FROM_PLANS = [one for one in DECLARED if one is not mistakes.HISTORY_TOO_THIN]


def provoked(code: str, model: ModelText) -> list[tuple[str, str, str]]:
    read, found = read_plan(ERRORS / code)
    assert read is not None, [d.render() for d in found]
    ready, found = bind(read, model)
    assert ready is None
    return [(d.mistake.code, d.message, d.remedy) for d in found]


@pytest.mark.parametrize("mistake", FROM_PLANS, ids=lambda m: m.code)
def test_each_is_provoked_alone_and_has_a_remedy(mistake: Mistake, saas: ModelText) -> None:
    found = provoked(mistake.code, saas)
    assert [code for code, _, _ in found] == [mistake.code]
    assert all(remedy for _, _, remedy in found)


@pytest.mark.parametrize(
    ("code", "message", "remedy"),
    [
        (
            "missing-assumption",
            "nothing is assumed for 'win_rate.eventual', which won_value needs",
            "add to assumptions/, with your own numbers:\nwin_rate.eventual:",
        ),
        (
            "unknown-assumption",
            "the model 'saas' has no input or line 'win_rate'",
            "write win_rate.eventual, which says how",
        ),
        (
            "assumption-unit",
            "deal_size.mean is in currency/opportunity, but the model needs currency/deal",
            "write unit: currency/deal",
        ),
        (
            "annual-assumption",
            "churn_rate is a yearly rate, but the model runs by month and needs share/month",
            "10.0% a year is 0.874% a month lost, or 0.797% gained, with unit: share/month",
        ),
        ("assumption-dimensions", "win_rate.eventual cannot be given by team", "leave `by:` out"),
        ("assumption-members", "win_rate.eventual has no value for 'outbound'", "add one for each member"),
        (
            "repeated-count",
            "opportunities_created is one amount, but the plan has 2 members of source: it would be repeated",
            "give it by source: one value each for inbound, outbound",
        ),
        (
            "value-out-of-range",
            "win_rate.eventual is 2,500.0%, and a share lies between 0% and 100%",
            "did you mean 25%?",
        ),
        ("parts-of-whole", "the shares of close_lag over lag add up to 110%", "change one of the shares"),
        ("plan-dimension", "the model 'saas' is not broken down by 'region'", "known here: role, segment, source"),
        ("unknown-target", "the model 'saas' has no line 'won_valeu' to aim at", "did you mean 'won_value'?"),
        (
            "target-outside-horizon",
            "the target is due in 2028-12, and the plan runs from 2027-01 to 2027-12",
            "change `at:`",
        ),
    ],
)
def test_messages_quote_the_value_and_say_what_to_do(code: str, message: str, remedy: str, saas: ModelText) -> None:
    ((_, said, way_out),) = provoked(code, saas)
    assert said == message
    assert way_out.startswith(remedy)


def test_the_place_is_where_the_parts_begin(saas: ModelText) -> None:
    read, _ = read_plan(ERRORS / "parts-of-whole")
    assert read is not None
    _, (found,) = bind(read, saas)
    assert found.location is not None
    assert found.location.file.endswith("assumptions/drivers.yaml")
    assert found.location.excerpt[found.location.column - 1 :].startswith("20%")


def test_all_mistakes_come_at_once_in_the_order_of_the_text(saas: ModelText) -> None:
    made = plan(
        assume("opportunities_created", "lead", 10),
        assume("win_rate.eventual", "deal/opportunity", "2"),
        assume("close_lag", "share", ("0.9", "0.9"), ("lag",)),
        assume("chrun_rate", "share/month", "0.1"),
        target=("wonvalue", "2031-01", 1),
    )
    _, found = bind(made, saas)
    assert sorted(d.mistake.code for d in found) == [
        "assumption-unit",
        "parts-of-whole",
        "target-outside-horizon",
        "unknown-assumption",
        "unknown-target",
        "value-out-of-range",
    ]
    assert any("did you mean 'churn_rate'?" in d.remedy for d in found)


def test_every_missing_assumption_is_named_with_the_line_that_would_do_instead(saas: ModelText) -> None:
    _, found = bind(plan(assume("win_rate.eventual", "deal/opportunity", "0.2"), target=("arr", "2027-12", 1)), saas)
    assert {d.mistake.code for d in found} == {"missing-assumption"}
    assert len(found) == 10
    leads = next(d for d in found if "'leads_per_month'" in d.message)
    assert leads.remedy.endswith("or assume leads, which it feeds, directly")


def test_what_the_target_does_not_need_may_stay_open(saas: ModelText) -> None:
    ready, found = bind(plan(*sales(), target=("won_value", "2027-12", 1)), saas)
    assert found == ()
    assert ready is not None
    assert "won_value" in ready.outputs
    assert "arr" not in ready.outputs


def test_a_rate_without_its_time_is_asked_for_it(saas: ModelText) -> None:
    made = plan(*sales(), *recurring(), assume("churn_rate", "share", "0.1"), target=("arr", "2027-12", 1))
    _, (found,) = bind(made, saas)
    assert found.message == "churn_rate does not say over which time it holds; the model needs share/month"


def test_recurring_revenue_given_by_month_is_refused(saas: ModelText) -> None:
    made = plan(*sales(), *recurring(), assume("arr_at_start", "currency/month", 400_000), target=("arr", "2027-12", 1))
    _, (found,) = bind(made, saas)
    assert found.message == "arr_at_start is in currency/month, but the model needs currency/year"


def test_a_history_without_a_won_deal_is_too_thin(saas: ModelText) -> None:
    with (ERRORS / "history-too-thin.csv").open() as file:
        deals = list(csv.DictReader(file))
    won = [deal for deal in deals if deal["Status"] == "won"]
    created = {"2027-01": 1, "2027-02": len(deals) - 1}
    thin = replace(
        HISTORY,
        created=created,
        deal_size=Amounts(0.0, 0.0, None, None, len(won)),
        win_rate=Rate(0.0, None, None, 1, "curve"),
    )
    with pytest.raises(UserMistake) as caught:
        propose(thin, saas)
    assert [d.mistake.code for d in caught.value.diagnostics] == ["history-too-thin"]
