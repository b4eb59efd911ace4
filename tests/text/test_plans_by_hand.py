"""Plans written by hand, through `check` as a person meets it: what is right is worked out, what is wrong is all told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from headway.core.calendar import month
from headway.core.diagnostics import Diagnostic, errors
from headway.core.errors import UserMistake, sound
from headway.planning import BoundPlan, bridge, gap_words, required, take_apart
from headway.planning.answers import assumption_rows, month_rows, taken_apart
from headway.project.documents import bound_plan, check
from headway.project.intent import ProjectIntent
from headway.text import read_settings

PLAN = """\
why: double mid-market before the next round
horizon: {start: 2027-01, months: 12}
target: {metric: arr, at: 2027-12, value: 4.6m EUR}
model: saas
segments: [smb, mid]
sources: [inbound, outbound]
"""

SALES = """\
opportunities_created: {by: [source], unit: opportunity/month, values: {inbound: 6, outbound: 4}}
mix:
  by: [source, segment]
  unit: share
  values:
    inbound: {smb: 60%, mid: 40%}
    outbound: {smb: 10%, mid: 90%}
win_rate.eventual: {unit: deal/opportunity, value: 25%}
close_lag:
  by: [source, lag]
  unit: share
  values:
    inbound: [100%, 0%]
    outbound: [50%, 50%]
deal_size.mean: {unit: currency/deal, value: 25k EUR}
won_from_open: {unit: deal, value: 0}
contract_term: {unit: year, value: 1}
"""

BASE = """\
arr_at_start:
  by: [segment]
  unit: currency/year
  values: {smb: 1.5m EUR, mid: 2.5m EUR}
churn_rate:
  by: [segment]
  unit: share/month
  values: {smb: 2%, mid: 0.5%}
contraction_rate: {unit: share/month, value: 0%}
expansion_rate: {unit: share/month, value: 0.5%}
"""

ROOT = Path(__file__).parent.parent


class Folder:
    """A project folder whose plan is good until a test changes a piece of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.put("headway.yaml", "name: Acme\ncurrency: EUR\n")
        self.put("plans/fy27/plan.yaml", PLAN)
        self.put("plans/fy27/assumptions/sales.yaml", SALES)
        self.put("plans/fy27/assumptions/base.yaml", BASE)

    def put(self, name: str, text: str) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        file = self.root / "plans/fy27" / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    def found(self) -> tuple[Diagnostic, ...]:
        return check(self.root)[0]

    def places(self) -> list[tuple[str, str]]:
        return [(d.mistake.code, str(d.location).removeprefix("plans/fy27/")) for d in self.found()]

    def only(self) -> Diagnostic:
        (found,) = self.found()
        return found

    def plan(self, name: str = "fy27") -> BoundPlan:
        return bound_plan(sound(read_settings(self.root / "headway.yaml")), name)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def underlined(found: Diagnostic) -> str:
    """What the caret stands under."""
    here = found.location
    assert here is not None
    return here.excerpt[here.column - 1 : here.column - 1 + here.length]


def test_a_good_plan_is_read_bridged_and_shown(folder: Folder) -> None:
    assert folder.found() == ()
    found = take_apart(folder.plan())
    assert found.base == 4_000_000
    assert found.base + sum(amount for _, amount in found.changes) == pytest.approx(found.planned)
    assert found.planned + found.gap == pytest.approx(4_600_000)
    answer = ProjectIntent(sound(read_settings(folder.root / "headway.yaml"))).show(None)
    assert [name for name, _ in answer.tables] == [
        "Plan by month",
        "Bridge",
        "Required opportunities",
        "Last useful day to create",
        "What each assumption is worth",
    ]
    assert len(set(answer.words)) == len(answer.words)
    assert sum("instead of the planned 120" in sentence for sentence in answer.words) == 1


def test_a_bridge_writes_no_minus_zero(folder: Folder) -> None:
    (contraction,) = (row["amount"] for row in bridge(folder.plan()) if row["what"] == "contraction")
    assert str(contraction) == "0.0"


def test_where_nothing_is_planned_the_same_number_every_month_is_what_is_needed(folder: Folder) -> None:
    folder.change("assumptions/sales.yaml", "{inbound: 6, outbound: 4}", "{inbound: 0, outbound: 0}")
    folder.change("plan.yaml", "metric: arr, at: 2027-12, value: 4.6m", "metric: won_value, at: 2027-12, value: 1m")
    needed = required(folder.plan())
    assert needed.feasible and len(set(needed.rows.column("opportunities_needed"))) == 1
    assert set(needed.rows.column("opportunities_planned")) == {0.0}
    assert needed.words[0].endswith("opportunities where none are planned, as many in each month")


def test_deals_that_close_at_once_have_no_cycle_to_speak_of(folder: Folder) -> None:
    folder.change("assumptions/sales.yaml", "[50%, 50%]", "[100%, 0%]")
    words = " ".join(required(folder.plan()).words)
    assert "not all by" not in words and "0.0% more" not in words


def test_nothing_said_once_is_nothing_for_every_member(folder: Folder) -> None:
    folder.change(
        "assumptions/sales.yaml", "won_from_open: {unit: deal, value: 0}", "won_from_open: {unit: deal, value: 2}"
    )
    assert folder.places() == [("repeated-count", "assumptions/sales.yaml:16:1")]


def test_mistakes_of_several_files_come_at_once(folder: Folder) -> None:
    folder.change("plan.yaml", "value: 4.6m EUR", "value: lots")
    folder.change("assumptions/base.yaml", "share/month\n  values", "share/year\n  values")
    folder.change("assumptions/sales.yaml", "outbound: {smb", "outbuond: {smb")
    folder.change("assumptions/sales.yaml", "[50%, 50%]", "[50%, 60%]")
    folder.put("models/own.yaml", "lines:\n  y: xx\n")
    assert folder.places() == [
        ("unknown-name", "models/own.yaml:2:6"),
        ("annual-assumption", "assumptions/base.yaml:7:9"),
        ("unknown-member", "assumptions/sales.yaml:7:5"),
        ("parts-of-whole", "assumptions/sales.yaml:14:16"),
        ("wrong-type", "plan.yaml:3:43"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "meant"),
    [
        ("model: saas", "model: sas", "sas"),
        ("metric: arr", "metric: arrr", "arrr"),
        ("at: 2027-12", "at: 2031-12", "2031-12"),
        ("4.6m EUR", "4.6m USD", "4.6m USD"),
    ],
)
def test_the_caret_stands_under_the_fault_in_a_plan(folder: Folder, old: str, new: str, meant: str) -> None:
    folder.change("plan.yaml", old, new)
    assert underlined(folder.only()) == meant


@pytest.mark.parametrize(
    ("file", "old", "new", "meant", "remedy"),
    [
        (
            "base.yaml",
            "share/month, value: 0.5%",
            "share/year, value: 24%",
            "share/year",
            "24.0% a year is 2.261% a month",
        ),
        ("base.yaml", "share/month, value: 0.5%", "per year, value: 24%", "per year", "did you mean share/year?"),
        (
            "base.yaml",
            "share/month, value: 0.5%",
            '"% per month", value: 24%',
            "% per month",
            "did you mean share/month?",
        ),
        ("base.yaml", "value: 0.5%", "value: 24% per year", "24% per year", "write 24%, and say the time in `unit`"),
        ("base.yaml", "smb: 1.5m EUR", "smb: 1_500_000", "1_500_000", "write 1500000"),
        ("base.yaml", "smb: 1.5m EUR", "smb: 1.5 million", "1.5 million", "write 1.5m"),
        ("base.yaml", "smb: 1.5m EUR", "smb: €1.5M", "€1.5M", "write 1.5m EUR"),
        ("base.yaml", "smb: 1.5m EUR", "smb: 1.500.000 EUR", "1.500.000 EUR", "write 1200"),
        ("base.yaml", "smb: 1.5m EUR", "smb: 15.000 EUR", "15.000 EUR", "write 15000 EUR"),
        ("base.yaml", "smb: 1.5m EUR", "smb: 1,500,000 EUR", "500", "write 1500000 EUR, without commas"),
        ("base.yaml", "smb: 2%", "smb: 0,5%", "5%", "write 0.5%, with a point"),
        ("base.yaml", "smb: 2%", "smb: 2", "2", "did you mean 2%?"),
        ("sales.yaml", "[100%, 0%]", "[100, 0]", "100", "did you mean 100%?"),
        ("sales.yaml", "[100%, 0%]", "[80%, 30%]", "80%", "change one of the shares"),
        ("sales.yaml", "[100%, 0%]", "[100%]", "100%", "lists over lag are all as long as the longest, 2 months"),
        ("sales.yaml", "unit: deal/opportunity", "unit: opportunity", "opportunity", "write unit: deal/opportunity"),
    ],
)
def test_the_caret_stands_under_the_fault_in_an_assumption(
    folder: Folder, file: str, old: str, new: str, meant: str, remedy: str
) -> None:
    folder.change(f"assumptions/{file}", old, new)
    found = folder.only()
    assert (underlined(found), found.remedy[: len(remedy)]) == (meant, remedy)


def test_many_values_out_of_range_are_one_mistake(folder: Folder) -> None:
    folder.change("assumptions/base.yaml", "{smb: 2%, mid: 0.5%}", "{smb: 2, mid: 5}")
    assert folder.only().detail.startswith("1 more value")


def test_what_is_missing_is_asked_for_in_a_form_that_can_be_copied(folder: Folder) -> None:
    folder.change("assumptions/base.yaml", BASE[BASE.index("churn_rate") : BASE.index("contraction")], "")
    folder.change("assumptions/sales.yaml", SALES[SALES.index("mix") : SALES.index("win_rate")], "")
    found = folder.found()
    assert [(d.mistake.code, underlined(d)) for d in found] == [("missing-assumption", "saas")] * 2
    copied = ["\n".join(row for row in d.remedy.split("\n")[1:] if not row.startswith("or ")) for d in found]
    folder.put("plans/fy27/assumptions/copied.yaml", "\n".join(copied) + "\n")
    assert folder.found() == ()


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("why: x\nhorizon:\n  start: 2027-01\n   months: 24\nmodel: saas\n", "plan.yaml:4:4"),
        ("why: x\nhorizon:\n  start: 2027-01\n months: 24\nmodel: saas\n", "plan.yaml:4:2"),
        ("why: x\n horizon: {start: 2027-01, months: 24}\nmodel: saas\n", "plan.yaml:2:2"),
    ],
)
def test_a_row_at_the_wrong_depth_is_to_be_lined_up(folder: Folder, text: str, at: str) -> None:
    folder.put("plans/fy27/plan.yaml", text)
    assert folder.places() == [("yaml-syntax", at)]
    assert "line it up" in folder.only().remedy


def test_own_models_and_metrics_are_checked_too(folder: Folder) -> None:
    one = "{title: A, words: a, shape: count, of: {}, date: closed_date, unit: deal}"
    folder.put("metrics/a.yaml", f"mine: {one}\n")
    folder.put("metrics/b.yaml", f"mine: {one}\n")
    folder.put("models/own.yaml", "dimensions:\n  sum: [a, b]\nlines:\n  x: 1\n")
    assert folder.places() == [("duplicate-key", "metrics/b.yaml:1:1"), ("name-taken", "models/own.yaml:2:3")]
    assert "models/own.yaml" in check(folder.root)[1]


def test_thousands_of_own_lines_are_checked_in_the_time_of_reading_them(folder: Folder) -> None:
    rows = [f"  l_{i}: l_{i - 1} + 1 * opening_arr" for i in range(1, 400)]
    folder.put("plans/fy27/plan.yaml", PLAN + "lines:\n  l_0: opening_arr\n" + "\n".join(rows) + "\n")
    bound = folder.plan()
    assert bound.can("l_399") and bound.can("arr") and not bound.can("cac") and not bound.can("customers")


def test_a_number_is_explained_as_a_whole_and_by_what_it_stands_on(folder: Folder) -> None:
    folder.change("assumptions/base.yaml", "value: 0.5%}", "value: 0.5%, evidence: upgrades of 2026}")
    bound = folder.plan()
    told = taken_apart(bound, "arr", None)
    assert told.value == f"€{take_apart(bound).planned:,.0f} a year"
    assert told.policy == ("expansion_rate: judgement, upgrades of 2026",)
    assert taken_apart(bound, "won_value", None).policy == ()
    assert taken_apart(bound, "arr[smb]", None).title == "ARR of smb, planned"
    assert "none" not in told.provenance and "no day" not in told.provenance


@pytest.mark.parametrize(
    ("line", "code", "remedy"),
    [
        ("win_rate", "not-in-plan", "explain win_rate.eventual"),
        ("arrr", "not-in-plan", "did you mean 'arr'?"),
        ("cac", "missing-assumption", "add to assumptions/"),
    ],
)
def test_what_cannot_be_explained_says_why(folder: Folder, line: str, code: str, remedy: str) -> None:
    with pytest.raises(UserMistake) as raised:
        taken_apart(folder.plan(), line, None)
    found = raised.value.diagnostics[0]
    assert found.mistake.code == code and found.remedy.startswith(remedy)
    assert found.location is None or "saas.yaml" not in found.location.file


def test_each_assumed_value_names_its_members_under_their_dimensions(folder: Folder) -> None:
    rows = assumption_rows(folder.plan())
    assert [c.name for c in rows.columns if c.type == "dimension"] == ["segment", "source", "lag"]
    shares = {(r["source"], r["segment"]): r["value"] for r in rows if r["metric"] == "mix"}
    assert shares["inbound", "mid"] == 0.4 and len(shares) == 4


@pytest.fixture
def reference(folder: Folder) -> Folder:
    """The reference plan as a project's own model and plan: its lines are not those of the shipped model."""
    import sys

    sys.path.insert(0, str(ROOT / "model"))
    from reference_plan import INPUTS, MODEL

    def nested(value: object, by: tuple[str, ...]) -> str:
        if not by:
            return repr(float(value))  # type: ignore[arg-type]
        parts = [nested(one, by[1:]) for one in np.asarray(value)]
        dimension = MODEL.dimensions.get(by[0])
        if dimension is None or dimension.months:
            return "[" + ", ".join(parts) + "]"
        return "{" + ", ".join(f"{m}: {p}" for m, p in zip(dimension.members, parts, strict=True)) + "}"

    rows: list[str] = []
    for name, meant in MODEL.inputs.items():
        rows += [f"{name}:", f"  by: [{', '.join(meant.by)}]", f"  unit: {meant.unit}"]
        rows += [f"  values: {nested(INPUTS[name], meant.by)}"]
    folder.put("models/own.yaml", (ROOT / "fixtures/reference_plan.yaml").read_text(encoding="utf-8"))
    for file in ("plan.yaml", "assumptions/sales.yaml", "assumptions/base.yaml"):
        (folder.root / "plans/fy27" / file).unlink()
    plan = (
        "why: to see\nhorizon: {start: 2027-01, months: 24}\ntarget: {metric: total_arr, at: 2028-12, value: 72m EUR}\n"
    )
    folder.put("plans/fy27/plan.yaml", plan + "model: own\n")
    folder.put("plans/fy27/assumptions/all.yaml", "\n".join(rows) + "\n")
    return folder


def test_a_plan_on_a_model_of_ones_own_is_worked_out(reference: Folder) -> None:
    assert reference.found() == ()
    found = take_apart(reference.plan())
    assert found.planned == pytest.approx(71_110_705.16597119)
    assert found.base == pytest.approx(40_000_000)
    assert set(found.losses) == {"churn", "contraction"} and found.new == "new_arr"
    assert found.base + sum(amount for _, amount in found.changes) == pytest.approx(found.planned)
    answer = ProjectIntent(sound(read_settings(reference.root / "headway.yaml"))).show(None)
    assert [name for name, _ in answer.tables] == [
        "Plan by month",
        "Bridge",
        "Last useful day to create",
        "What each assumption is worth",
    ]
    assert answer.tables[0][1].column("total_arr")[-1] == pytest.approx(71_110_705.16597119)
    assert any("of the planned leads at start" in words for words in answer.words)


def test_volume_that_bends_is_solved_and_meets_the_target(reference: Folder) -> None:
    reference.change("plan.yaml", "72m", "100m")
    bound = reference.plan()
    factor = required(bound).factor
    assert factor is not None and factor > 1
    more = replace(bound, values={**bound.values, "leads_at_start": bound.values["leads_at_start"] * factor})
    assert take_apart(more).planned == pytest.approx(100_000_000)


@pytest.mark.parametrize(
    ("metric", "told"),
    [("end_arr_m24", "one number for the whole plan"), ("nrr12_m24", "is a ratio"), ("hires", "has no line 'hires'")],
)
def test_targets_that_cannot_be_are_refused(reference: Folder, metric: str, told: str) -> None:
    reference.change("plan.yaml", "metric: total_arr", f"metric: {metric}")
    assert told in reference.only().message


@pytest.mark.parametrize("metric", ["heads", "won", "arr", "leads"])
def test_any_line_that_adds_up_can_be_aimed_at(reference: Folder, metric: str) -> None:
    reference.change("plan.yaml", "metric: total_arr", f"metric: {metric}")
    reference.change("plan.yaml", "72m EUR", "10")
    bound = reference.plan()
    assert errors(reference.found()) == ()
    assert len(bridge(bound)) and gap_words(bound) and required(bound).words
    reference.change("plan.yaml", f"target: {{metric: {metric}, at: 2028-12, value: 10}}\n", "")
    untargeted = reference.plan()
    assert untargeted.kind(untargeted.aim) != "ratio" and len(bridge(untargeted))


def test_a_plan_has_a_value_for_each_month(reference: Folder) -> None:
    rows = month_rows(reference.plan(), ("arr",))
    assert rows.column("month")[0] == month(date(2027, 1, 1)).label and len(rows) == 24
