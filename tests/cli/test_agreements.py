"""`plan set`, `note` and `log` as a user types them."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest

from headway.cli import main as entry

PROJECT = Path(__file__).parents[1] / "errors" / "outside-plan" / "acme"


class Shell:
    """Types commands in a project and gives what they said."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._monkeypatch, self._capsys = folder, monkeypatch, capsys

    def types(self, words: str, code: int = 0) -> str:
        self._capsys.readouterr()
        self._monkeypatch.setattr("sys.argv", ["headway", "-C", str(self.folder), *shlex.split(words)])
        with pytest.raises(SystemExit) as ended:
            entry.main()
        told = self._capsys.readouterr()
        assert int(ended.value.code or 0) == code, told.err
        return told.out if code == 0 else told.err

    def asks(self, words: str) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.types(f"{words} --json"))
        return answer


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    shutil.copytree(PROJECT, tmp_path / "acme")
    monkeypatch.setenv("HEADWAY_NOW", "2026-04-01T08:00:00+00:00")
    monkeypatch.delenv("HEADWAY_RECORDS", raising=False)
    return Shell(tmp_path / "acme", monkeypatch, capsys)


def drivers(shell: Shell) -> str:
    return (shell.folder / "plans" / "next" / "assumptions" / "drivers.yaml").read_text("utf-8")


def test_an_edit_is_looked_at_and_then_made_if_nobody_was_faster(shell: Shell) -> None:
    before = drivers(shell)
    seen = shell.asks("plan set next win_rate.eventual 27% --dry-run")["rows"][0]
    assert (seen["written"], drivers(shell)) == (False, before)
    said = shell.types(f"plan set next win_rate.eventual 27% --if-match {seen['before']}")
    assert said.strip() == seen["diff"].strip()
    assert drivers(shell) == before.replace("values: 25%", "values: 27%")
    shell.types(f"plan set next win_rate.eventual 28% --if-match {seen['before']}", code=7)
    assert shell.types("plan set next win_rate.eventual 27%").strip() == "it says so already"


def test_members_range_reason_and_owner_are_written_where_they_belong(shell: Shell) -> None:
    words = 'won_from_open 3 --at 2027-02 --range 1,5 --why "two are signed" --owner vp-sales --review-by 2027-03-01'
    shell.types(f"plan set next {words}")
    assert "[2, {value: 3, range: [1, 5]}, 0," in drivers(shell)
    told = "basis: judgement, evidence: two are signed, owner: vp-sales, review_by: 2027-03-01}"
    assert drivers(shell).splitlines()[-1].endswith(told)
    assert "0 mistakes" in shell.types("check") or "no mistakes" in shell.types("check")


def test_an_edit_that_would_make_the_plan_wrong_is_refused(shell: Shell) -> None:
    before = drivers(shell)
    assert "[value-out-of-range]" in shell.types("plan set next win_rate.eventual 270%", code=3)
    assert "[no-plan]" in shell.types("plan set nex win_rate.eventual 27%", code=3)
    assert "LOW,HIGH" in shell.types("plan set next win_rate.eventual 27% --range 5", code=2)
    assert drivers(shell) == before


def test_notes_are_kept_and_shown(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "nothing was written down yet about plans/next" in shell.types("log plans/next")
    shell.types('note win_rate.eventual "two new partners" --by vp-sales --seen ab12')
    monkeypatch.setenv("HEADWAY_ACTOR", "cfo")
    shell.types("note plans/next agreed")
    rows = shell.asks("log")["rows"]
    assert [(one["number"], one["actor"], one["text"], one["seen"]) for one in rows] == [
        (1, "vp-sales", "two new partners", "ab12"),
        (2, "cfo", "agreed", None),
    ]
    assert {one["time"] for one in rows} == {"2026-04-01T08:00:00+00:00"}
    assert shell.asks("log plans/next")["rows"] == rows[1:]
    assert "two new partners" in shell.types("log win_rate.eventual")


def test_the_variable_names_another_file(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWAY_RECORDS", "sqlite:///kept/said.sqlite")
    shell.types("note a b --by me")
    assert (shell.folder / "kept" / "said.sqlite").is_file()
    assert not (shell.folder / ".headway").exists()
