"""Each mistake of the project as a whole, provoked as a user would: by commands typed in an empty folder."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest

from headway.cli import main as entry

ERRORS = Path(__file__).parents[1] / "errors"
CONSOLES = sorted(ERRORS.rglob("*.console"))
EXITS = {
    "already-there": 7,
    "cannot-edit": 3,
    "cannot-write": 1,
    "changed-meanwhile": 7,
    "no-curve": 2,
    "incomplete-rule": 3,
    "no-model": 3,
    "no-plan": 3,
    "no-project": 3,
    "no-such-assumption": 3,
    "nothing-won": 4,
    "outside-plan": 2,
    "records-address": 3,
    "records-damaged": 4,
    "records-unwritable": 1,
    "since-after-until": 2,
    "unknown-date": 2,
    "unknown-owner": 2,
    "unknown-period": 2,
    "unknown-policy": 2,
    "unknown-rule": 2,
    "unknown-scope": 4,
    "unreadable-option": 2,
    "waived-rule-unknown": 3,
}


def code_of(console: Path) -> str:
    return console.stem if console.parent == ERRORS else console.parent.name


def test_every_console_is_expected() -> None:
    assert {code_of(console) for console in CONSOLES} == set(EXITS)


@pytest.mark.parametrize("console", CONSOLES, ids=code_of)
def test_the_last_command_says_what_is_wrong(
    console: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if console.parent != ERRORS:
        shutil.copytree(console.parent, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HEADWAY_NOW", "2026-04-01T08:00:00+00:00")
    monkeypatch.setenv("HEADWAY_DEBUG", "1")
    commands = [line[2:] for line in console.read_text("utf-8").splitlines() if line.startswith("$ ")]
    codes: list[int] = []
    for command in commands:
        capsys.readouterr()
        monkeypatch.setattr("sys.argv", shlex.split(command))
        with pytest.raises(SystemExit) as ended:
            entry.main()
        codes.append(int(ended.value.code or 0))
    told = capsys.readouterr()
    assert codes == [0] * (len(commands) - 1) + [EXITS[code_of(console)]], told.err
    assert f"[{code_of(console)}]" in told.err
    assert "\n  " in told.err, "a remedy or a detail is missing"
