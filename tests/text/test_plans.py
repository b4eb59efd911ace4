from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headway.core.calendar import FiscalCalendar, add_months, month
from headway.core.plan import Assumption, Estimate, Horizon, Input, Line, Plan, Target
from headway.core.positions import Piece
from headway.text import read_plan, write_plan

PLAN = """\
why: double mid-market before the next round
horizon: {start: 2027-01, months: 3}
target: {metric: arr, at: 2027-12, value: 16.0m EUR}
model: saas
segments: [smb, mid]
sources: [inbound, outbound]
"""
DRIVERS = """\
win_rate.eventual:
  by: [source, segment]
  unit: deal/opportunity
  values:
    inbound:  {smb: 24%, mid: {value: 21%, range: [17%, 25%]}}    # range is P10 to P90
  basis: history             # history | benchmark | judgement
  evidence: time-to-event curve, trailing 12 months, n = 214
  n: 214
  owner: vp-sales
  review_by: 2027-04-01
"""


def folder_of(root: Path, files: Mapping[str, str]) -> Path:
    folder = root / "plans" / "fy27"
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def plan(root: Path, drivers: str = "", text: str = PLAN) -> Plan:
    read, found = read_plan(folder_of(root, {"plan.yaml": text, "assumptions/a.yaml": drivers}))
    assert read is not None and not found, [one.render() for one in found]
    return read


def mistakes(root: Path, drivers: str = "", text: str = PLAN) -> list[tuple[str, str]]:
    _, found = read_plan(folder_of(root, {"plan.yaml": text, "assumptions/a.yaml": drivers}))
    assert found
    return [(one.mistake.code, str(one.location).removeprefix("plans/fy27/")) for one in found]


def values(root: Path, text: str) -> dict[tuple[str, ...], Estimate]:
    return dict(plan(root, f"x:\n  unit: rate\n{text}").assumptions["x"].values)


def of(*numbers: str) -> list[Estimate]:
    return [Estimate(Decimal(number)) for number in numbers]


def test_a_plan_as_the_design_writes_it(tmp_path: Path):
    read = plan(tmp_path, DRIVERS)
    assert (read.name, read.model, read.horizon.months, read.currency) == ("fy27", "saas", 3, "EUR")
    assert read.horizon.start == month(date(2027, 1, 1))
    assert read.target is not None and read.target.value == 16_000_000 and read.target.currency == "EUR"
    assert read.dimensions == {"segment": ("smb", "mid"), "source": ("inbound", "outbound")}
    rate = read.assumptions["win_rate.eventual"]
    assert rate.values == {
        ("inbound", "smb"): Estimate(Decimal("0.24")),
        ("inbound", "mid"): Estimate(Decimal("0.21"), Decimal("0.17"), Decimal("0.25")),
    }
    assert (rate.by, rate.basis, rate.n, rate.owner) == (("source", "segment"), "history", 214, "vp-sales")
    assert rate.review_by == date(2027, 4, 1)
    assert str(rate.location) == "plans/fy27/assumptions/a.yaml:1:1"


def test_values_in_every_form(tmp_path: Path):
    assert values(tmp_path, "  values: 3") == {(): of("3")[0]}
    assert values(tmp_path, "  value: 3\n  range: [2, 4]") == {(): Estimate(Decimal(3), Decimal(2), Decimal(4))}
    assert values(tmp_path, "  values: {value: 3, range: [2, ~]}") == {(): Estimate(Decimal(3), Decimal(2))}
    lag = values(tmp_path, "  by: [source, lag]\n  values: {inbound: [20%, 80%]}")
    assert lag == dict(zip([("inbound", "0"), ("inbound", "1")], of("0.2", "0.8"), strict=True))
    months = dict(zip([("2027-01",), ("2027-02",), ("2027-03",)], of("1", "2", "3"), strict=True))
    assert values(tmp_path, "  by: [month]\n  values: [1, 2, 3]") == months
    assert values(tmp_path, "  by: [month]\n  values: {2027-01: 1, 2027-02: 2, 2027-03: 3}") == months
    year = values(tmp_path, f"  by: [month_of_year]\n  values: [{', '.join(['1'] * 12)}]")
    assert list(year) == [(str(i),) for i in range(1, 13)]


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("  by: [source]\n  values: 24%", "values-shape", "4:11"),
        ("  by: [source]\n  values: [1, 2]", "values-shape", "4:11"),
        ("  by: [source]\n  values: {inbund: 1}", "unknown-member", "4:12"),
        ("  by: [source]\n  values: {inbound: {smb: 1}}", "values-shape", "4:21"),
        ("  by: [source]\n  value: 3", "values-shape", "1:1"),
        ("  by: [month]\n  values: [1, 2]", "values-shape", "4:11"),
        ("  by: [month]\n  values: {2027-Q1: 1}", "text-period", "4:12"),
        ("  by: [month_of_year]\n  values: {jan: 1}", "unknown-member", "4:12"),
        ("  by: [month_of_year]\n  values: [1]", "values-shape", "4:11"),
        ("  values: 3\n  range: [1, 2]", "values-shape", "1:1"),
        ("  values: {value: 3, range: [4, 2]}", "range-order", "3:29"),
        ("  values: {value: 3, range: 4}", "wrong-type", "3:29"),
        ("  values: {value: 3, spread: 4}", "unknown-key", "3:22"),
        ("  values: 12_000.50", "wrong-type", "3:11"),
        ("  values: 3 USD", "mixed-currencies", "3:11"),
        ("  values:", "missing-key", "1:1"),
        ("  values: 3\n  basis: guess", "not-a-choice", "4:10"),
        ("  values: 3\n  review_by: soon", "text-date", "4:14"),
    ],
)
def test_values_that_do_not_fit_say_where(tmp_path: Path, text: str, code: str, at: str):
    assert mistakes(tmp_path, f"x:\n  unit: rate\n{text}\n") == [(code, f"assumptions/a.yaml:{at}")]


def test_a_value_outside_its_range_is_a_warning(tmp_path: Path):
    drivers = "x:\n  unit: rate\n  values: {value: 3, range: [4, 5]}\n"
    read, found = read_plan(folder_of(tmp_path, {"plan.yaml": PLAN, "assumptions/a.yaml": drivers}))
    assert read is not None and [one.severity for one in found] == ["warning"]


@pytest.mark.parametrize(
    ("old", "new", "code", "at"),
    [
        ("months: 3", "months: 0", "wrong-type", "2:10"),
        ("start: 2027-01", "start: FY27", "text-period", "2:18"),
        ("at: 2027-12", "at: 2027-Q4", "text-period", "3:27"),
        ("16.0m EUR", "lots", "wrong-type", "3:43"),
        ("model: saas\n", "", "missing-key", "1:1"),
        ("segments: [smb, mid]", "segments: smb", "wrong-type", "5:11"),
        ("model: saas", "model: saas\ncurrency: USD", "mixed-currencies", "3:43"),
        ("model: saas", "model: saas\ndimensions: {segment: [x]}", "duplicate-key", "6:1"),
        ("model: saas", "model: saas\nlines: {won: min(a, b)}", "split-by-comma", "5:21"),
    ],
)
def test_a_plan_that_does_not_fit_says_where(tmp_path: Path, old: str, new: str, code: str, at: str):
    assert mistakes(tmp_path, text=PLAN.replace(old, new)) == [(code, f"plan.yaml:{at}")]


def test_mistakes_of_all_files_come_at_once(tmp_path: Path):
    files = {
        "plan.yaml": PLAN.replace("2027-12", "later"),
        "assumptions/a.yaml": "leads: {unit: lead, values: x}\n",
        "assumptions/b.yml": "leads: {unit: lead, values: 3}\n",
        "assumptions/c.yaml": "a: [\n",
    }
    read, found = read_plan(folder_of(tmp_path, files))
    assert read is not None and read.target is None and not read.assumptions
    assert [(one.mistake.code, one.location and one.location.file) for one in found] == [
        ("wrong-type", "plans/fy27/assumptions/a.yaml"),
        ("repeated-assumption", "plans/fy27/assumptions/b.yml"),
        ("yaml-syntax", "plans/fy27/assumptions/c.yaml"),
        ("text-period", "plans/fy27/plan.yaml"),
    ]


def test_a_fiscal_calendar_is_known_to_the_months(tmp_path: Path):
    text = PLAN.replace("at: 2027-12", "at: FY27-Q1")
    _, found = read_plan(folder_of(tmp_path, {"plan.yaml": text}), FiscalCalendar(4))
    assert found[0].remedy == "write one month, from 2026-04 to 2026-06"


def test_own_lines_and_inputs(tmp_path: Path):
    text = PLAN + "inputs: {extra: {unit: deal}}\nlines:\n  more: extra + 1\nhistory: 2026\nas_of: 2026-12-31\n"
    read = plan(tmp_path, text=text)
    assert str(read.own_lines["more"].formula.location) == "plans/fy27/plan.yaml:9:9"
    assert (list(read.own_inputs), read.history, read.as_of) == (["extra"], "2026", date(2026, 12, 31))


def test_a_plan_may_have_no_assumptions_and_no_target(tmp_path: Path):
    read, found = read_plan(folder_of(tmp_path, {"plan.yaml": PLAN.replace("target", "# target")}))
    assert read is not None and not found and read.target is None and not read.assumptions


# Reading back what was written


NAMES = st.from_regex(r"[a-z]{1,6}(\.[a-z]{1,4})?", fullmatch=True)
NASTY = st.text(max_size=25) | st.sampled_from(
    ["no", "~", "null", "", " x ", "a: b", "a #b", "- x", "'", '"', "\\n", "2027-01", "{a}", "[b]", "*a", "&a", "!t",
     "%x", "@x", "`x`", "line\nbreak", "tab\there", "\x85", "\u2028", "é 日本 🎯", "a,b", "?", "|", ">", "=", "...", "---"]
)  # fmt: skip
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30)
MEMBERS = st.lists(NASTY, min_size=1, max_size=3, unique=True).map(tuple).filter(all)
PIECES = st.sampled_from(["a + b", "min(a, b) * c", "x[sdr]", "1 - a"]).map(Piece.of) | st.just(
    Piece("sum(a, over=b) + c", "f", Piece.of("sum(a, over=b)\n+ c").rows)
)


@st.composite
def estimates(draw: st.DrawFn) -> Estimate:
    low, value, high = sorted(draw(st.lists(NUMBERS, min_size=3, max_size=3)))
    return draw(st.sampled_from([Estimate(value), Estimate(value, low, high), Estimate(value, None, high)]))


@st.composite
def assumptions(draw: st.DrawFn, name: str, dimensions: Mapping[str, tuple[str, ...]]) -> Assumption:
    known = {**dimensions, "lag": ("0", "1", "2"), "month": ("2027-02", "2027-05"), "free": ("1", "x y", "null")}
    by = tuple(draw(st.lists(st.sampled_from(sorted(known)), max_size=2, unique=True)))
    keys: list[tuple[str, ...]] = [()]
    for dimension in by:
        keys = [(*key, member) for key in keys for member in known[dimension]]
    unit = draw(st.sampled_from(["rate", "deal/opportunity", "currency/year/deal", "lead", "share/month", "number"]))
    return Assumption(
        name, unit, {key: draw(estimates()) for key in keys}, by,
        draw(st.sampled_from(["history", "benchmark", "judgement"])),
        draw(NASTY), draw(st.none() | st.integers(0, 10**6)), draw(NASTY), draw(st.none() | st.dates(date(1000, 1, 1))),
    )  # fmt: skip


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    dimensions = draw(st.dictionaries(st.sampled_from(["segment", "source", "office"]), MEMBERS))
    names = draw(st.lists(NAMES, max_size=3, unique=True))
    start = month(add_months(date(2027, 1, 1), draw(st.integers(0, 30))))
    currency = draw(st.sampled_from([None, "EUR"]))
    target = st.builds(Target, NAMES, st.just(start), NUMBERS, st.just(currency), st.booleans())
    by = st.lists(NAMES, max_size=2, unique=True).map(tuple)
    kinds = st.sampled_from([None, "stock"])
    lines = {
        name: Line(name, draw(PIECES), draw(st.none() | PIECES), draw(st.none() | by), kind=draw(kinds))
        for name in draw(st.lists(NAMES, max_size=2, unique=True))
    }  # fmt: skip
    inputs = {name: Input(name, Piece.of("deal"), draw(by), draw(st.none() | PIECES)) for name in draw(by)}
    return Plan(
        "fy27", draw(NASTY.filter(bool)), Horizon(start, draw(st.integers(1, 60))), draw(NAMES),
        {name: draw(assumptions(name, dimensions)) for name in names}, draw(st.none() | target), currency,
        dimensions, inputs, lines, draw(NASTY), draw(st.none() | st.dates(date(1000, 1, 1))),
    )  # fmt: skip


def placeless(one: Plan) -> Plan:
    """The plan apart from where it stands: formulas by their rows' text, no locations."""

    def words(piece: Piece | None) -> Piece | None:
        return piece and Piece.of("\n".join(row.text for row in piece.rows), piece.value)

    lines = {
        n: replace(x, formula=words(x.formula), before=words(x.before), unit=words(x.unit), location=None)  # type: ignore[arg-type]
        for n, x in one.own_lines.items()
    }
    inputs = {
        n: replace(x, unit=words(x.unit), before=words(x.before), location=None)  # type: ignore[arg-type]
        for n, x in one.own_inputs.items()
    }
    target = one.target and replace(one.target, location=None)
    drivers = {name: replace(x, location=None) for name, x in one.assumptions.items()}
    return replace(one, target=target, assumptions=drivers, own_lines=lines, own_inputs=inputs, location=None)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plans())
def test_a_written_plan_reads_back_as_itself(tmp_path_factory: pytest.TempPathFactory, one: Plan):
    files = write_plan(one)
    read, found = read_plan(folder_of(tmp_path_factory.mktemp("acme"), files))
    assert read is not None and not found, ([x.render() for x in found], files)
    assert placeless(read) == placeless(one)
    assert write_plan(read) == files


def test_a_written_plan_looks_like_this(tmp_path: Path):
    files = write_plan(plan(tmp_path, DRIVERS))
    assert files["plan.yaml"] == PLAN.replace("16.0m", "16000000").replace("saas\n", "saas\ncurrency: EUR\n")
    assert files["assumptions/drivers.yaml"] == (
        "win_rate.eventual:\n"
        "  by: [source, segment]\n"
        "  unit: deal/opportunity\n"
        "  values: {inbound: {smb: 24%, mid: {value: 21%, range: [17%, 25%]}}}\n"
        "  basis: history\n"
        "  evidence: time-to-event curve, trailing 12 months, n = 214\n"
        "  n: 214\n"
        "  owner: vp-sales\n"
        "  review_by: 2027-04-01\n"
    )
