"""An export imported again: nothing changes, nothing of the user's is lost, and what can be corrected afterwards is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

DEALS = (
    "Deal ID,Deal Name,Company,Product,Stage,Amount,Created,Close Date\n"
    "1,A,Alpha,Basic Plan,Won,5000,2026-08-13,2026-09-14\n2,B,Beta,BasicPlan,Demo,6000,2026-08-15,2026-10-16\n"
    "3,C,Alpha,Gold,Lost,7000,2026-08-17,2026-09-01\n"
)
LATER = DEALS.replace("Demo", "Legal") + "4,D,Beta,Gold,Demo,100,2026-11-01,2026-12-24\n"
PRODUCTS = "Product,Series,List price\nBasic Plan,S,5000\nGold,G,7000\n"


@pytest.fixture
def files(tmp_path: Path, headway: Run) -> tuple[Path, Path]:
    headway("init", tmp_path / "acme")
    for name, text in (("deals.csv", DEALS), ("products.csv", PRODUCTS), ("later.csv", LATER)):
        (tmp_path / name).write_text(text)
    return tmp_path / "deals.csv", tmp_path / "products.csv"


def bring(headway: Run, folder: Path, *arguments: object) -> Any:
    answer = headway("-C", folder, "import", *arguments, "--yes", "--json")
    assert answer.code == 0, answer.err + answer.out
    return answer.json


def test_the_same_files_twice_change_nothing(headway: Run, files: tuple[Path, Path], tmp_path: Path) -> None:
    acme = tmp_path / "acme"
    first = bring(headway, acme, *files)
    text = acme / "connectors" / "files.yaml"
    text.write_text("# ours\n" + text.read_text())
    before = {file: file.read_bytes() for file in acme.rglob("*") if file.is_file()}
    again = bring(headway, acme, *files)
    assert again["message"] == f"Nothing has changed: loaded before, in run {first['run']}."
    assert {file: file.read_bytes() for file in acme.rglob("*") if file.is_file()} == before


def test_a_later_export_keeps_comments_and_edits(headway: Run, files: tuple[Path, Path], tmp_path: Path) -> None:
    acme = tmp_path / "acme"
    bring(headway, acme, *files)
    text = acme / "connectors" / "files.yaml"
    edited = (
        text.read_text()
        .replace("Demo: open", "Demo: lost # we gave up")
        .replace("    object: opp", "    # big\n    object: opp")
    )
    text.write_text(edited)
    later = bring(headway, acme, tmp_path / "later.csv")
    assert later["run"].endswith("-2"), "two imports in one second are two runs"
    kept = text.read_text()
    assert "Demo: lost  # we gave up" in kept and "    # big\n    object: opportunity" in kept and "Legal: open" in kept


def test_the_day_of_an_export_can_be_told_afterwards(headway: Run, files: tuple[Path, Path], tmp_path: Path) -> None:
    acme = tmp_path / "acme"
    first = bring(headway, acme, *files)
    (asked,) = [d for d in first["diagnostics"] if d["code"] == "old-export"]
    assert "--exported-on 2026-09-14" in asked["remedy"]
    told = bring(headway, acme, *files, "--exported-on", "2026-09-30")
    assert told["as_of"] == "2026-09-30" and first["run"] in told["message"]


@pytest.mark.parametrize("option", [("--currency", "Euros"), ("--connector", "../x"), ("--exported-on", "2035-01-01")])
def test_options_that_could_not_be_read_again_are_refused(
    headway: Run, files: tuple[Path, Path], tmp_path: Path, option: tuple[str, str]
) -> None:
    answer = headway("-C", tmp_path / "acme", "import", files[0], "--yes", *option)
    assert answer.code == 2 and "unreadable-option" in answer.err
    assert not (tmp_path / "acme" / "connectors").exists() and not (tmp_path / "x.yaml").exists()


def test_a_mapping_that_was_removed_is_made_again_by_importing(
    headway: Run, files: tuple[Path, Path], tmp_path: Path
) -> None:
    acme = tmp_path / "acme"
    bring(headway, acme, *files)
    (acme / "connectors" / "files.yaml").unlink()
    assert headway("-C", acme, "import").code == 3
    assert bring(headway, acme, *files)["loaded"]


def test_dry_run_writes_no_mapping(headway: Run, files: tuple[Path, Path], tmp_path: Path) -> None:
    answer = headway("-C", tmp_path / "acme", "import", files[0], "--dry-run")
    assert answer.code == 0 and "nothing written" in answer.out
    assert not (tmp_path / "acme" / "connectors").exists()
