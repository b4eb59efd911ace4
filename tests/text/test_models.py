from __future__ import annotations

from pathlib import Path

import pytest

from headway.core.diagnostics import Diagnostic
from headway.core.plan import ModelText
from headway.text import read_model

MODEL = """\
# A small model.
dimensions:
  source: {members: [inbound, outbound], groups: {sales_led: [outbound]}}
  segment: [smb, mid]
  lag: {months: 3}

inputs:
  leads: {by: [source], unit: lead, before: 0}
  close_lag: {by: [source, lag], unit: rate}

lines:

  # Demand
  opportunities: leads * lead_to_opportunity
  won: spread(opportunities, close_lag) * win_rate.eventual
  arr:
    formula: previous(arr) + new_arr
    before: opening_arr
    by: [segment]
    unit: currency/year
    kind: stock
  cost: >-
    sum(leads * cost_per_lead, over=source)
    + productive[sdr] * 3
"""


def model(text: str) -> ModelText:
    read, found = read_model(("plans/fy27/model.yaml", text))
    assert read is not None and not found, [one.render() for one in found]
    return read


def mistakes(text: str) -> list[tuple[str, str]]:
    read, found = read_model(("m.yaml", text))
    assert read is None or read.gaps
    return [(one.mistake.code, str(one.location).removeprefix("m.yaml:")) for one in found]


def test_a_model_with_dimensions_inputs_and_lines_in_order():
    read = model(MODEL)
    assert read.name == "model"
    assert read.dimensions["source"].groups == {"sales_led": ("outbound",)}
    assert read.dimensions["segment"].members == ("smb", "mid")
    assert (read.dimensions["lag"].months, read.dimensions["lag"].members) == (True, ("0", "1", "2"))
    leads = read.inputs["leads"]
    assert (leads.name, leads.by, str(leads.unit), str(leads.before)) == ("leads", ("source",), "lead", "0")
    assert list(read.lines) == ["opportunities", "won", "arr", "cost"]
    arr = read.lines["arr"]
    assert (str(arr.formula), str(arr.before), arr.by) == ("previous(arr) + new_arr", "opening_arr", ("segment",))
    assert (str(arr.unit), arr.kind, str(arr.location)) == ("currency/year", "stock", "plans/fy27/model.yaml:16:3")
    assert read.lines["won"].by is None


def test_a_part_of_a_formula_has_its_place_in_the_file():
    read = model(MODEL)
    won, cost = read.lines["won"].formula, read.lines["cost"].formula
    assert str(won.part(0, 7, 20)) == "plans/fy27/model.yaml:15:15"
    assert [row.text for row in cost.rows] == ["sum(leads * cost_per_lead, over=source)", "+ productive[sdr] * 3"]
    assert str(cost.part(1, 2, 12)) == "plans/fy27/model.yaml:24:7"


CUT = [
    ("lines:\n  won: {formula: spread(a, b) * c, kind: flow}\n", "2:28"),
    ("lines: {won: spread(a, b) * c}\n", "1:24"),
    ("inputs: {leads: {unit: lead, before: max(a, b)}}\nlines: {a: b}\n", "1:45"),
    ("lines:\n  won: {kind: flow, formula: min(a, b)}\n", "2:37"),
]


@pytest.mark.parametrize(("text", "at"), CUT)
def test_a_formula_cut_at_its_comma_is_one_message(text: str, at: str):
    assert mistakes(text) == [("split-by-comma", at)]


def test_everything_wrong_at_once():
    text = """\
dimensions:
  source: {members: [a, b, b], groups: {g: [a, c]}}
  lag: {months: 0}
  odd: {months: 3, members: [a]}
  word: abc
inputs:
  leads: {unit: lead, bye: [x]}
  deals: {by: [a]}
lines:
  arr:
    formula: previous(arr)
    kind: flw
    befor: 3
  nothing:
  list: [a]
lins: 3
"""
    assert mistakes(text) == [
        ("repeated-item", "2:28"),
        ("unknown-member", "2:48"),
        ("wrong-type", "3:8"),
        ("wrong-type", "4:8"),
        ("wrong-type", "5:9"),
        ("unknown-key", "7:23"),
        ("missing-key", "8:3"),
        ("not-a-choice", "12:11"),
        ("unknown-key", "13:5"),
        ("missing-key", "14:3"),
        ("wrong-type", "15:9"),
        ("unknown-key", "16:1"),
    ]


@pytest.mark.parametrize("text", ["", "# later\n"])
def test_an_empty_model(text: str):
    assert mistakes(text) == [("text-empty", "1:1")]


def test_a_model_in_a_file(tmp_path: Path):
    file = tmp_path / "plans" / "fy27" / "model.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(MODEL)
    read, found = read_model(file, root=tmp_path)
    assert read is not None and not found
    assert str(read.lines["arr"].formula.location) == "plans/fy27/model.yaml:17:14"


def test_a_message_about_a_formula_looks_like_this():
    _, found = read_model(("model.yaml", "lines:\n  größe: {formula: min(a, b)}\n"))
    assert isinstance(found[0], Diagnostic)
    assert found[0].render().split("\n")[:3] == [
        "model.yaml:2:27: 'b)' was cut off  [split-by-comma]",
        "    größe: {formula: min(a, b)}",
        "                            ^^",
    ]


LISTS = """\
inputs:
  leads: {by: [source], unit: lead}
  season: {by: [month_of_year], unit: rate, default: 1}
lines:
  won: leads * 2
  all:
    formula: won + season
    optional: [season]
journey: [leads, won]
families: {volume: [leads], cycle: [season]}
limits: {sellers: [won, all]}
"""


def test_the_journey_the_families_and_the_limits_are_part_of_the_text():
    read = model("dimensions: {source: [a]}\n" + LISTS)
    assert read.journey == ("leads", "won")
    assert read.families == {"volume": ("leads",), "cycle": ("season",)}
    assert read.limits == {"sellers": ("won", "all")}
    assert (read.inputs["season"].default, read.inputs["leads"].default) == (1, None)
    assert read.lines["all"].optional == ("season",)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("[leads, won]", "[leads, wno]", "unknown-member"),
        ("[leads, won]", "[won, won]", "repeated-item"),
        ("cycle: [season]", "cycle: [leads]", "repeated-item"),
        ("sellers: [won, all]", "sellers: [won]", "wrong-type"),
        ("sellers: [won, all]", "sellers: [won, leads]", "unknown-member"),
        ("limits: {sellers: [won, all]}", "limits: [won]", "wrong-type"),
        ("default: 1", "default: much", "wrong-type"),
    ],
)
def test_lists_that_name_what_is_not_there_are_told(old: str, new: str, code: str):
    assert [found for found, _ in mistakes(LISTS.replace(old, new))] == [code]
