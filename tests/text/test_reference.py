"""The reference on files cannot lie: its examples are read, and it names every key there is."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headway.core.calendar import FiscalCalendar
from headway.core.mapping import ColumnMapping, FileMapping
from headway.core.plan import Assumption, Horizon, Input, Line, ModelText, Plan
from headway.core.reconciliation import LinkSaid, Tolerances
from headway.core.settings import Settings
from headway.text import read_connector, read_model, read_plan, read_settings
from headway.text.plans import _Written

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "files.md").read_text(encoding="utf-8")
EXAMPLES = {found[1]: found[0] for found in re.finditer(r"(?<=```yaml\n)# (\S+)\n.*?(?=```)", PAGE, re.DOTALL)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in EXAMPLES.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def test_every_example_reads(folder: Path):
    assert len(EXAMPLES) == 9
    company, found = read_settings(folder / "headway.yaml")
    plan, more = read_plan(folder / "plans" / "fy27")
    model, wrong = read_model(folder / "models" / "own.yaml")
    connector, odd = read_connector(folder / "connectors" / "crm.yaml")
    assert not [one.render() for one in (*found, *more, *wrong, *odd)]
    assert company and plan and model and connector
    assert [len(one.accounts) for one in company.links] == [2, 0]
    assert plan.target is not None and plan.target.value == 16_000_000
    assert list(plan.assumptions) == ["win_rate.eventual", "close_lag", "leads", "contract_term"]


UNWRITTEN = {"folder", "location", "places", "name", "field", "customer"}
SPELT = {"refused": "not", "thing": "object", "ignored": "ignore", "column": "from"}


@pytest.mark.parametrize(
    "made",
    [
        *(Settings, FiscalCalendar, Tolerances, LinkSaid, _Written, Horizon, Assumption, Input, Line),
        *(FileMapping, ColumnMapping),
    ],
)
def test_every_key_is_in_the_reference(made: type):
    keys = {SPELT.get(one.name, one.name) for one in fields(made)} - UNWRITTEN
    assert [key for key in sorted(keys) if f"`{key}`" not in PAGE] == []


@st.composite
def mangled(draw: st.DrawFn) -> dict[str, str]:
    """The examples after a few slips of the pen in one of them."""
    name = draw(st.sampled_from(sorted(EXAMPLES)))
    text = EXAMPLES[name]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        put = draw(
            st.sampled_from(
                ["", ":", " ", "\n", "- ", "{", "}", "[", "]", ",", "~", "x", "'", '"', "9", "#", "\t", "é"]
            )
        )
        text = text[:start] + put + text[start + draw(st.integers(0, 6)) :]
    return {**EXAMPLES, name: text}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mangled())
def test_slips_of_the_pen_are_told_never_raised(tmp_path_factory: pytest.TempPathFactory, files: dict[str, str]):
    root = tmp_path_factory.mktemp("acme")
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    results = [
        read_settings(root / "headway.yaml"),
        read_plan(root / "plans" / "fy27"),
        read_model(root / "models" / "own.yaml", root),
        read_connector(root / "connectors" / "crm.yaml"),
    ]
    for value, found in results:
        assert (value is None) <= any(one.is_error for one in found)
        assert isinstance(value, Plan | ModelText) or (value is None) == any(one.is_error for one in found)
        for one in found:
            assert one.location is not None and one.render()
            lines = files[one.location.file].split("\n")
            assert one.location.line <= len(lines) and one.location.column <= len(lines[one.location.line - 1]) + 1
