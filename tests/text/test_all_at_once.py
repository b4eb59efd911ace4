"""Mistakes of structure hide no mistakes of meaning in the same file, and bring no false ones after them."""

from __future__ import annotations

from pathlib import Path

import pytest

from headway.core.diagnostics import Diagnostic, in_order
from headway.model import compile_model
from headway.planning import MODELS, bind
from headway.text import read_connector, read_model, read_plan

MODEL = """\
dimensions:
  source: {members: [inbound, outbound], groups: {led: [outbound]}}
  lag: {months: 3}
inputs:
  leads: {by: [source, month], unit: lead, before: 0}
  lead_to_deal: {unit: deal/lead}
  close_lag: {by: [lag], unit: share}
  price: {unit: currency/deal}
lines:
  deals: sum(leads * lead_to_deal, over=source)
  won: spread(deals, close_lag)
  led: sum(leads[led], over=source) * lead_to_deal
  capped: min(deals, 20 * deal)
  from_us: where(source == outbound, leads, 0)
  value: won * price
"""


def told(text: str) -> list[str]:
    """Code and line of everything wrong with a model."""
    model, found = read_model(("m.yaml", text))
    assert model is not None
    checked, more = compile_model(model)
    assert checked is None
    return _places((*found, *more))


def _places(found: tuple[Diagnostic, ...]) -> list[str]:
    return [f"{one.mistake.code} {one.location.line if one.location else 0}" for one in in_order(found)]


ONE_SLIP = [
    ("  leads: {by: [source, month], unit: lead, before: 0}", "  leads: {by: [source, month], unit: lead, bfore: 0}"),
    ("  lead_to_deal: {unit: deal/lead}", "  lead_to_deal: {unit: deal/lead, basis: x}"),
    ("  lead_to_deal: {unit: deal/lead}", "  lead_to_deal: {unit: [deal]}"),
    ("  lead_to_deal: {unit: deal/lead}", "  lead_to_deal: {unt: deal/lead}"),
    ("  lead_to_deal: {unit: deal/lead}", "  lead_to_deal:"),
    ("  close_lag: {by: [lag], unit: share}", "  close_lag: {by: lag, unit: share}"),
    ("  lag: {months: 3}", "  lag: {months: 0}"),
    ("  source: {members: [inbound, outbound], groups: {led: [outbound]}}", "  source: inbound"),
    ("groups: {led: [outbound]}", "grps: {led: [outbound]}"),
    ("members: [inbound, outbound]", "members: [inbound, outbound, inbound]"),
    ("led: [outbound]", "led: [outbound, partner]"),
    ("  deals: sum(leads * lead_to_deal, over=source)", "  deals: {formula: sum(leads, over=source), kind: flow}"),
    ("  deals: sum(leads * lead_to_deal, over=source)", "  deals: [leads]"),
    ("  won: spread(deals, close_lag)", "  won: {kind: flw, formula: 'spread(deals, close_lag)'}"),
    ("dimensions:", "dimension:"),
    ("inputs:", "imputs:"),
    ("lines:", "linse:"),
    ("lines:", "note: why\nlines:"),
    ("lines:", "more: {a: b}\nlines:"),
]


@pytest.mark.parametrize(("right", "wrong"), ONE_SLIP, ids=[wrong.strip() for _, wrong in ONE_SLIP])
def test_one_slip_is_one_message(right: str, wrong: str) -> None:
    assert MODEL.count(right) == 1
    assert len(told(MODEL.replace(right, wrong))) == 1


@pytest.mark.parametrize(("right", "wrong"), ONE_SLIP, ids=[wrong.strip() for _, wrong in ONE_SLIP])
def test_no_slip_hides_the_mistakes_in_formulas(right: str, wrong: str) -> None:
    text = MODEL.replace(right, wrong) + "  odd: prize * 2\n  mixed: won + value\n  open: max(won\n"
    codes = sorted(one.split()[0] for one in told(text))
    assert {"unknown-name", "syntax"} <= set(codes)
    # What is made of unread parts has no unit that could be judged.
    assert len(codes) in (3, 4)


def test_a_line_that_says_something_unknown_still_has_its_formula_checked() -> None:
    text = MODEL + "  odd:\n    formula: prize * 2\n    befor: 3\n  more: {formla: pryce * 2}\n  none: odd + more\n"
    assert told(text) == ["unknown-name 17", "unknown-key 18", "unknown-key 19", "unknown-name 19"]


def test_a_part_that_is_no_mapping_says_so_alone() -> None:
    text = MODEL[: MODEL.index("dimensions")] + "inputs: 3\n" + MODEL[MODEL.index("lines") :].replace("led", "lad")
    found = told("dimensions: {source: [inbound, outbound], lag: {months: 3}}\n" + text)
    assert found[0] == "wrong-type 2"
    assert found[1:] == []


PLAN = """\
why: test
horizon: {start: 2027-01, months: 12}
model: saas
target: {metric: won_value, at: 2027-12, value: 3m EUR}
segments: [smb, mid]
lines:
  expected: won_value * 0.9
"""
DRIVERS = """\
win_rate.eventual:
  by: [segment]
  unit: deal/opportunity
  values: {smb: 20%, mid: 30%}
"""


def plan_told(folder: Path, plan: str, drivers: str = DRIVERS) -> list[str]:
    inside = folder / "plans" / "fy27"
    (inside / "assumptions").mkdir(parents=True)
    (inside / "plan.yaml").write_text(plan)
    (inside / "assumptions" / "drivers.yaml").write_text(drivers)
    read, found = read_plan(inside)
    model, wrong = read_model(MODELS / "saas.yaml")
    assert model is not None and not wrong
    more = bind(read, model)[1] if read is not None else ()
    return [one for one in _places((*found, *more)) if not one.startswith("missing-assumption")]


PLAN_SLIPS = [
    ("why: test", "wy: test"),
    ("why: test", "history: [x]\nwhy: test"),
    ("horizon: {start: 2027-01, months: 12}", "horizon: {start: 2027, months: 12}"),
    ("horizon: {start: 2027-01, months: 12}", "horizn: {start: 2027-01, months: 12}"),
    ("segments: [smb, mid]", "segmnts: [smb, mid]"),
    ("segments: [smb, mid]", "segments: [smb, mid, mid]"),
    ("expected: won_value * 0.9", "expected: {formula: won_value * 0.9, kin: flow}"),
    ("lines:", "linse:"),
    ("target: {metric: won_value,", "target: {metrik: won_value,"),
]


@pytest.mark.parametrize(("right", "wrong"), PLAN_SLIPS, ids=[wrong for _, wrong in PLAN_SLIPS])
def test_one_slip_in_a_plan_is_one_message(right: str, wrong: str, tmp_path: Path) -> None:
    assert PLAN.count(right) == 1
    assert len(plan_told(tmp_path, PLAN.replace(right, wrong))) == 1


@pytest.mark.parametrize(("right", "wrong"), PLAN_SLIPS, ids=[wrong for _, wrong in PLAN_SLIPS])
def test_no_slip_in_a_plan_hides_its_own_lines_or_its_assumptions(right: str, wrong: str, tmp_path: Path) -> None:
    plan = PLAN.replace(right, wrong) + "  odd: prize * 2\n"
    found = plan_told(tmp_path, plan, DRIVERS + "win_rat:\n  unit: share\n  values: 3%\n")
    assert len(found) == 3
    assert {"unknown-name", "unknown-assumption"} <= {one.split()[0] for one in found}


def test_a_connector_shows_its_wrong_columns_beside_its_wrong_keys(tmp_path: Path) -> None:
    file = tmp_path / "connectors" / "crm.yaml"
    file.parent.mkdir()
    file.write_text(
        "system: csv\ninstance: deals\nfiles:\n  deals:\n    objct: opportunity\n    key: [Id]\n"
        "    columns: {amount: Ammount}\n    headers: [Id, Amount]\n"
    )
    _, found = read_connector(file)
    assert [one.mistake.code for one in found] == ["unknown-key", "column-not-in-headers"]
