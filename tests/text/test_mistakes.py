"""Each mistake of this room has a file that provokes it, and says where, what and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from headway.core.diagnostics import TEXT_MISTAKE, Diagnostic, Mistake
from headway.core.plan import ModelText, Plan
from headway.core.reconciliation import LinkSaid
from headway.text import mistakes, read_connector, read_model, read_plan, read_settings
from headway.text.links import read_links

ERRORS = Path(__file__).parent.parent / "errors"
MISTAKES = [one for one in vars(mistakes).values() if isinstance(one, Mistake)]
MODELS = {"split-by-comma"}
CONNECTORS = {"column-not-in-headers"}
LINKS = {"contradicting-link"}


def provoke(code: str) -> tuple[object, tuple[Diagnostic, ...]]:
    folder, file = ERRORS / code, ERRORS / f"{code}.yaml"
    if folder.is_dir():
        return read_plan(folder, root=folder)
    if code in LINKS:
        (link,), found = read_links([file], ERRORS)
        return link, found
    if code in MODELS:
        return read_model(file, root=ERRORS)
    return read_connector(file, root=ERRORS) if code in CONNECTORS else read_settings(file)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda one: one.code)
def test_its_file_provokes_it(mistake: Mistake):
    value, found = provoke(mistake.code)
    assert value is None or (isinstance(value, Plan | ModelText | LinkSaid) and any(one.is_error for one in found))
    mine = [one for one in found if one.mistake == mistake]
    assert mine, [one.render() for one in found]
    for one in mine:
        assert one.location is not None and one.location.line >= 1
        assert one.message and one.remedy
        assert "^" in one.render() or not one.location.excerpt


def test_codes_are_unique_and_lead_to_exit_code_3():
    assert len({one.code for one in MISTAKES}) == len(MISTAKES)
    assert {one.exit_code for one in MISTAKES} == {TEXT_MISTAKE}


def test_a_password_is_never_shown():
    _, found = provoke("password-in-text")
    assert found and all("hunter2" not in one.render() for one in found)


def test_a_newer_format_hides_everything_that_follows_from_it():
    _, found = provoke("newer-format")
    assert [one.mistake.code for one in found] == ["newer-format"]


def test_the_second_of_two_assumptions_is_shown_and_the_first_is_named():
    _, found = provoke("repeated-assumption")
    assert str(found[0].location) == "assumptions/rates.yaml:1:1"
    assert "assumptions/demand.yaml:1" in found[0].remedy


def test_a_cut_formula_points_at_the_cut():
    _, found = provoke("split-by-comma")
    assert [str(one.location) for one in found] == ["split-by-comma.yaml:2:40"]
    assert "formula" in found[0].detail
