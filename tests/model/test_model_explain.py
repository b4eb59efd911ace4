"""Why is this number so: the tree says what it is made of, with values that can be checked."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from model_texts import ROOT, model_file
from reference_plan import INPUTS, MODEL

from headway.core.calendar import FiscalCalendar, Period, month
from headway.core.errors import UserMistake
from headway.core.explanation import Step
from headway.model import Evaluator, compile_model, explain_line


@pytest.fixture(scope="module")
def evaluator() -> Evaluator:
    model, _ = compile_model(MODEL)
    assert model is not None
    return model.on(month(date(2027, 1, 1)), 24)


def period(text: str) -> Period:
    found = FiscalCalendar().parse(text)
    assert isinstance(found, Period)
    return found


def labelled(steps: tuple[Step, ...], label: str) -> Step:
    return next(step for step in steps if step.label == label)


def test_a_headline_down_to_the_limits_that_bind(evaluator: Evaluator) -> None:
    steps = explain_line(evaluator, INPUTS, "new_arr_y2", depth=4)
    assert [(s.depth, s.label, s.value) for s in steps[:4]] == [
        (0, "new_arr_y2", "17,316,418 a year"),
        (1, "new_arr[segment]", "6,721,821  5,228,770  3,973,325  1,392,501 a year"),
        (2, "booked[source]", "6,021,528  4,284,027  3,393,575  3,617,288 a year"),
        (3, "sales_led_booked", "13,699,130 a year"),
    ]
    assert "queue binds in 9 of 12 months · ae_capacity binds in 3 of 12 months" in steps[3].note
    assert labelled(steps, "queue").value == "13,785,678 a year"
    assert labelled(steps, "ae_capacity").value == "13,962,252 a year"
    assert labelled(steps, "mix[source, segment]").note == "assumption"


def test_a_line_that_only_adds_up_is_passed_over(evaluator: Evaluator) -> None:
    labels = {s.label for s in explain_line(evaluator, INPUTS, "new_arr_y2")}
    assert "total_new_arr" not in labels and "new_arr[segment]" in labels


def test_a_shared_part_is_taken_apart_once(evaluator: Evaluator) -> None:
    steps = explain_line(evaluator, INPUTS, "arr[smb]", period("2028"))
    again = [s for s in steps if s.label == "opening_arr[smb]"]
    assert len(again) > 1
    assert all("see above" in s.note for s in again[1:])
    place = steps.index(again[1])
    assert place + 1 == len(steps) or steps[place + 1].depth <= again[1].depth


def test_stocks_are_shown_at_the_ends_and_flows_added_up(evaluator: Evaluator) -> None:
    steps = explain_line(evaluator, INPUTS, "arr[smb]", period("2028"), depth=1)
    whole = {s.label: float(s.value.split()[0].replace(",", "")) for s in steps}
    made = whole["opening_arr[smb]"] + whole["new_arr[smb]"] + whole["expansion[smb]"]
    made -= whole["contraction[smb]"] + whole["churn[smb]"]
    assert whole["arr[smb]"] == pytest.approx(made, abs=3)
    assert "at the end of 2028-12" in steps[0].note
    assert "sum of 12 months" in labelled(steps, "new_arr[smb]").note


def test_a_limit_that_acts_on_one_member_says_so(evaluator: Evaluator) -> None:
    first = explain_line(evaluator, INPUTS, "leads", period("2027-Q1"))[0]
    assert "productive[sdr] * leads_per_sdr binds in 1 of 3 months (outbound)" in first.note
    picked = explain_line(evaluator, INPUTS, "leads[plg]", period("2027-Q1"))
    assert "binds" not in picked[0].note
    assert "productive[sdr]" not in {s.label for s in picked}


def test_every_line_can_be_explained(evaluator: Evaluator) -> None:
    for name in evaluator.model.lines:
        steps = explain_line(evaluator, INPUTS, name)
        assert steps[0].label.split("[")[0] == name
        assert all(s.value for s in steps)
        assert all(b.depth <= a.depth + 1 for a, b in pairwise(steps))


def test_a_period_outside_the_plan_is_refused() -> None:
    model, _ = compile_model(model_file(ROOT / "tests/errors/not-in-plan.yaml"))
    assert model is not None
    inputs = {"leads": INPUTS["season"][:3], "lead_to_opportunity": INPUTS["win_rate_cap"]}
    with pytest.raises(UserMistake) as raised:
        explain_line(model.on(month(date(2027, 1, 1)), 3), inputs, "opportunities", period("2029"))
    assert [d.mistake.code for d in raised.value.diagnostics] == ["not-in-plan"]
