"""Each sort of mistake in a model is found, once, where it is, with a remedy; and all of them at once."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from model_texts import ROOT, model_file, model_text

from headway.core.calendar import month
from headway.core.diagnostics import Diagnostic
from headway.core.dimensions import Dimension
from headway.core.errors import UserMistake
from headway.core.plan import Input, Line, ModelText
from headway.core.positions import Piece
from headway.model import MISTAKES, compile_model

ERRORS = ROOT / "tests/errors"


def found_in(text: str) -> list[Diagnostic]:
    return list(compile_model(model_text(text))[1])


@pytest.mark.parametrize("code", [m.code for m in MISTAKES if m.code not in ("missing-input", "not-in-plan")])
def test_each_mistake_is_found_once(code: str) -> None:
    model, diagnostics = compile_model(model_file(ERRORS / f"{code}.yaml"))
    assert [d.mistake.code for d in diagnostics] == [code]
    assert (model is None) == diagnostics[0].is_error
    assert diagnostics[0].remedy or diagnostics[0].detail


def test_a_missing_input_is_named_with_every_other() -> None:
    model, diagnostics = compile_model(model_file(ERRORS / "missing-input.yaml"))
    assert model is not None and diagnostics == ()
    with pytest.raises(UserMistake) as raised:
        model.on(month(date(2027, 1, 1)), 3).evaluate({}, {}, ["opportunities"])
    assert [d.mistake.code for d in raised.value.diagnostics] == ["missing-input"] * 2


MESSAGES = {
    "unit-mismatch": "cannot add currency/year and account",
    "unit-declared": "cac is declared as currency/deal, but the formula gives currency/account",
    "annual-rate-in-monthly-line": "churn_rate is per year, but the plan runs by month",
    "dimension-mismatch": "demand is by source, but this varies by segment too",
    "not-by-dimension": "booked is not by segment",
    "unknown-name": "unknown name 'commision'",
    "missing-before": "previous(heads) needs a value before the first month",
    "ring-in-month": "budget needs itself in the same month: budget → all_leads → bought → budget",
    "ambiguous-pick": "'partner' is a member of source and region",
    "unknown-unit": "'lead per month' is not a unit",
    "group-outside-sum": "'sales_led' is a group of source: it stands for several members",
    "month-aggregate-in-ring": "arr_share reads all months of arr, and arr needs arr_share",
    "unused-input": "no line reads the input cost_per_lead",
    "duplicate-member": "'inbound' is listed twice in source",
    "name-taken": "'year' is a word of the formula language",
    "kind-declared": "win_rate is declared as a flow, but its unit is deal/opportunity",
}


@pytest.mark.parametrize(("code", "message"), MESSAGES.items())
def test_messages_say_it_plainly(code: str, message: str) -> None:
    assert compile_model(model_file(ERRORS / f"{code}.yaml"))[1][0].message == message


REMEDIES = {
    "annual-rate-in-monthly-line": "churn_rate * year / 12, or write the monthly rate as share/month",
    "unknown-name": "did you mean 'commission'?",
    "missing-before": "add `before:` to heads",
    "dimension-mismatch": "add segment to `by:`, or sum(..., over=segment)",
    "ambiguous-pick": "write leads[source.partner] or leads[region.partner]",
}


@pytest.mark.parametrize(("code", "remedy"), REMEDIES.items())
def test_remedies_can_be_followed(code: str, remedy: str) -> None:
    assert remedy in compile_model(model_file(ERRORS / f"{code}.yaml"))[1][0].remedy


def test_the_caret_stands_under_the_part_that_is_wrong() -> None:
    text = """\
    inputs:
      spend: {by: [month], unit: currency}
      won: {by: [month], unit: deal}
    lines:
      plain: 2 * (spend + won)
      block: >-
        spend
        + spend * 2
        + wonn * 3
      quoted: "spend + wonn"
      accented: étage_über + spend
    """
    where = {(d.location.line, d.location.column, d.location.length) for d in found_in(text) if d.location}
    assert where == {(5, 15, 11), (9, 7, 4), (10, 20, 4), (11, 13, 10)}


def test_a_caret_after_letters_of_several_octets_counts_characters() -> None:
    text = "inputs:\n  größe: {by: [month], unit: deal}\nlines:\n  x: größe + größe * größere\n"
    (only,) = found_in(text)
    assert only.location is not None
    assert only.location.excerpt[only.location.column - 1 :][: only.location.length] == "größere"


def test_all_mistakes_at_once_and_one_message_for_each() -> None:
    text = """\
    dimensions:
      source: {members: [inbound, outbound]}
    inputs:
      leads: {by: [month, source], unit: lead}
      price: {unit: currency/lead}
    lines:
      a: leads + price
      b: a * 2 + leads
      c: b + nobody
      d: c[inbound] + c[smb] + sum(c, over=region)
      e: rounded(leads) + leads[inbuond]
    """
    codes = [(d.location.line if d.location else 0, d.mistake.code) for d in found_in(text)]
    assert codes == [
        (7, "unit-mismatch"),
        (9, "unknown-name"),
        (10, "unknown-name"),
        (11, "unknown-function"),
        (11, "unknown-name"),
    ]


RING = """\
dimensions:
  lag: {months: 3}
inputs:
  kernel: {by: [lag], unit: share}
  start: {unit: deal}
lines:
  won:
    formula: spread(FORMULA, kernel) + start
    before: start
    unit: deal
"""


def test_many_lines_in_a_chain_are_no_trouble() -> None:
    count = 1500
    lines = {"x0": Line("x0", Piece.of("a"))}
    lines |= {f"x{i}": Line(f"x{i}", Piece.of(f"x{i - 1} + a")) for i in range(1, count)}
    text = ModelText("chain", {}, {"a": Input("a", Piece.of("deal"), ("month",))}, lines)
    model, diagnostics = compile_model(text)
    assert diagnostics == () and model is not None
    got = model.on(month(date(2027, 1, 1)), 2).evaluate({}, {"a": np.ones(2)}, [f"x{count - 1}"])
    assert got[f"x{count - 1}"].values.tolist() == [count, count]


def test_a_spread_over_its_own_ring_reads_the_same_month() -> None:
    (only,) = found_in(RING.replace("FORMULA", "won"))
    assert only.mistake.code == "ring-in-month"
    assert "spread(...)" in only.detail
    assert found_in(RING.replace("FORMULA", "previous(won)")) == []


def test_a_self_reading_line_by_a_dimension_must_say_so() -> None:
    text = """\
    dimensions:
      team: {members: [ae, sdr]}
    inputs:
      hires: {by: [month, team], unit: head}
    lines:
      heads:
        formula: previous(heads) + hires
        before: 0
        unit: head
    """
    (only,) = found_in(text)
    assert (only.mistake.code, only.remedy) == ("self-reading-line", "add `by: [team]`")


def test_an_input_read_before_the_plan_needs_to_say_what_it_was() -> None:
    text = """\
    inputs:
      hires: {by: [month], unit: head}
    lines:
      joined_last_month: previous(previous(hires))
    """
    (only,) = found_in(text)
    assert only.mistake.code == "missing-before"
    assert only.message == "hires is read 2 months before the first month"
    assert found_in(text.replace("unit: head}", "unit: head, before: 0}")) == []


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("arr * churn", "annual-rate-in-monthly-line"),
        ("1 - churn", "annual-rate-in-monthly-line"),
        ("arr - arr * churn", "annual-rate-in-monthly-line"),
        ("fee + arr", "annual-rate-in-monthly-line"),
        ("fee + heads * salary", "annual-rate-in-monthly-line"),
        ("heads * churn", "annual-rate-in-monthly-line"),
        ("heads * (1 - churn * year / 12) - heads * churn", "annual-rate-in-monthly-line"),
    ],
)
def test_yearly_figures_do_not_act_on_months(formula: str, code: str) -> None:
    assert [d.mistake.code for d in found_in(TIMES + f"  x: {formula}\n") if d.is_error] == [code]


@pytest.mark.parametrize(
    ("formula", "unit"),
    [
        ("arr * churn * year / 12", "currency/year"),
        ("1 - churn * year / 12", "number"),
        ("arr * monthly_churn", "currency/year"),
        ("1 - monthly_churn", "number"),
        ("arr * year / 12 + fee", "currency"),
        ("arr / (12 * month / year) + fee", "currency"),
        ("heads * salary * year / 12 + fee", "currency"),
        ("fee / (arr / (12 * month / year))", "month"),
        ("{formula: heads * churn, unit: head/year}", "head/year"),
        ("churn * 0.5", "1/year"),
    ],
)
def test_converting_is_explicit(formula: str, unit: str) -> None:
    model, diagnostics = compile_model(model_text(TIMES + f"  x: {formula}\n"))
    assert [d.render() for d in diagnostics if d.is_error] == []
    assert model is not None and model.lines["x"].unit_text == unit


TIMES = """\
inputs:
  arr: {by: [month], unit: currency/year}
  fee: {by: [month], unit: currency/month}
  churn: {unit: share/year}
  monthly_churn: {unit: share/month}
  heads: {by: [month], unit: head}
  salary: {unit: currency/head/year}
lines:
"""


@pytest.mark.parametrize(
    "formula",
    [
        "a if b else a",
        "a and b",
        "not a",
        "[a]",
        "a, b",
        "a) + (b",
        "lambda: a",
        "a // b",
        "1_000 * a",
        "0x10",
        "1j",
        "True",
        "a.b().c",
        "a[b[a]]",
        "a[0:1]",
        "a @ b",
        "a < b < a",
        "a is b",
        "f'{a}'",
        "(yield a)",
        "(a := b)",
        "sum(*a)",
        "sum(**a)",
        "'text'",
        "a; b",
        "1e999",
        "",
        "# nothing",
        "(" * 250 + "a" + ")" * 250,
        "-" * 3000 + "a",
        "a + " * 900 + "a",
        "a * " * 2000 + "a",
        "9" * 5000,
        "\x00",
        "a\u2028b",
        "\ud800",
    ],
)
def test_what_is_no_formula_is_refused(formula: str) -> None:
    inputs = {name: Input(name, Piece.of("deal"), ("month",)) for name in "ab"}
    text = ModelText("m", {"d": Dimension("d", ("x",))}, inputs, {"line": Line("line", Piece.of(formula))})
    model, diagnostics = compile_model(text)
    assert model is None
    assert {d.mistake.code for d in diagnostics if d.is_error} <= {"syntax", "not-in-language", "call-arguments"}


@pytest.mark.parametrize(
    ("formula", "meant", "remedy"),
    [
        ("10% * arr", "%", "write 10% as 0.10"),
        ("arr * 2.5 %", "%", "write 2.5% as 0.025"),
        ("arr = 3", "=", "to compare, write == inside where(...)"),
        ("'arr'", "'", "leave the quotes out: names stand as they are"),
        ("1,000 * arr", "1,000 * arr", "write numbers without commas: 1000"),
        ("arr ^ 2", "^", "write ** for a power"),
        ("arr * arr arr", "arr * arr arr", "write a sign or a comma between two things"),
        ("arr *", "*", "write what follows it, or take it out"),
        ("arr * 2k", "2k", "write 2000"),
        ("arr × 2", "×", "write *"),
        ("arr – arr", "–", "write the minus sign of the keyboard: -"),
        ("where(segmnt == smb, arr, 0)", "segmnt", "did you mean 'segment'?"),
    ],
)
def test_what_people_write_for_something_else_is_understood(formula: str, meant: str, remedy: str) -> None:
    quoted = formula.replace("'", "''")
    head = "dimensions: {segment: {members: [smb]}}\ninputs:\n  arr: {by: [segment], unit: account}\nlines:\n"
    _, (found,) = compile_model(model_text(f"{head}  x: '{quoted}'\n"))
    here = found.location
    assert here is not None and found.remedy == remedy
    if "'" not in formula:
        assert here.excerpt[here.column - 1 : here.column - 1 + here.length] == meant


def test_names_keep_the_letters_they_are_written_in() -> None:
    text = "inputs:\n  µ_rate: {unit: rate}\nlines:\n  x: µ_rate * 2\n  größe: x + 1\n  y: größe * 2\n"
    model, found = compile_model(model_text(text))
    assert model is not None and found == ()


def test_mistakes_of_a_dimension_stand_where_it_is_declared() -> None:
    from headway.text import read_model

    written, _ = read_model(("own.yaml", "dimensions:\n  sum: [a, b]\nlines:\n  x: 1\n"))
    assert written is not None
    _, (found,) = compile_model(written)
    assert str(found.location) == "own.yaml:2:3"
