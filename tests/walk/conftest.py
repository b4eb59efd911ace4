"""The command line as a user runs it, in this process, and one project loaded from the reference CRM export."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from headway.cli import main as entry

NOW = "2026-11-22T08:00:00+00:00"


@dataclass(frozen=True)
class Answer:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return self.json["rows"]


Run = Callable[..., Answer]


def run_headway(arguments: tuple[object, ...], capsys: Any) -> Answer:
    """Run `headway` with these arguments; warnings are errors of ours, so nothing may escape."""
    monkey = pytest.MonkeyPatch()
    monkey.setattr("sys.argv", ["headway", *map(str, arguments)])
    monkey.setenv("HEADWAY_NOW", NOW)
    monkey.setenv("HEADWAY_DEBUG", "1")
    try:
        with pytest.raises(SystemExit) as ended:
            entry.main()
    finally:
        monkey.undo()
    told = capsys.readouterr()
    return Answer(int(ended.value.code or 0), told.out, told.err)


@pytest.fixture
def headway(capsys: Any) -> Run:
    return lambda *arguments: run_headway(arguments, capsys)


class _Silent:
    """Stands in for capsys while a project is made for the whole session."""

    def readouterr(self) -> Any:
        return Answer(0, "", "")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo company as `headway demo` makes it; whoever changes it takes a copy."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo"
    shared.mkdir(exist_ok=True)
    folder = shared / "halvermere"
    with (shared / "lock").open("w") as lock:  # one of the test processes makes it, the others wait
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "made").exists():
            assert run_headway(("demo", "--dir", folder, "--no-open"), _Silent()).code == 0
            (shared / "made").touch()
    return folder


@pytest.fixture(scope="session")
def crm(reference_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the reference CRM export loaded and a plan proposed from its first half year."""
    folder = tmp_path_factory.mktemp("walk") / "acme"
    files = sorted((reference_data / "maven_crm").glob("*.csv"))
    assert files, "the reference CRM export is missing"
    for arguments in (
        ("init", folder),
        ("-C", folder, "import", *files, "--yes"),
        ("-C", folder, "plan", "propose", "--history", "2017-01..2017-06", "--year", "2017"),
    ):
        assert run_headway(arguments, _Silent()).code == 0
    return folder


@pytest.fixture(scope="session")
def funnel(reference_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the reference export of leads and closed deals loaded, given as a folder."""
    folder = tmp_path_factory.mktemp("funnel") / "acme"
    given = reference_data / "olist_funnel"
    for arguments in (("init", folder), ("-C", folder, "import", given, "--exported-on", "2018-11-30", "--yes")):
        assert run_headway(arguments, _Silent()).code == 0
    return folder
