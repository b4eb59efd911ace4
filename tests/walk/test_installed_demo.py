"""From the installed wheel, offline: the demo's Track page, populated, with everything it needs found in the wheel."""

from __future__ import annotations

import html
import json
import re
import subprocess
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tests.walk.installed import ROOT, declared, environment, installed, visited, wheel

PACKAGE = ROOT / "src" / "headway"
PAGES = (
    "/plan",
    "/pipeline",
    "/assumptions",
    "/data",
    "/why/won_value?period=2026-01-01..2026-11-15",
    "/data/pace.csv",
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def commands(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed(built, tmp_path_factory.mktemp("installed") / "venv")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("empty")


@pytest.fixture(scope="module")
def visit(commands: Path, empty: Path) -> dict[str, Any]:
    """What a visitor found who typed `headway demo` in an empty folder, without a network."""
    static = [f"/static/{file.name}" for file in sorted((PACKAGE / "web" / "static").glob("*.[cjs]*s*"))]
    done = subprocess.run(
        visited(commands, empty, *PAGES, *static), cwd=empty, env=environment(empty), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_every_file_of_the_package_is_in_the_wheel(built: Path) -> None:
    with ZipFile(built) as archive:
        held = set(archive.namelist())
    there = {
        str(file.relative_to(PACKAGE.parent))
        for file in PACKAGE.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert there - held == set()


def test_the_tests_tools_are_not_there(built: Path, commands: Path) -> None:
    """What is tried here is the wheel with what it declares, not this environment under another name."""
    assert not {"pytest", "hypothesis", "httpx", "hatchling", "playwright"} & declared(built)
    code = "import importlib.util as u, headway; print(headway.__file__, u.find_spec('pytest'), u.find_spec('httpx'))"
    done = subprocess.run([str(commands / "python"), "-I", "-c", code], capture_output=True, text=True, check=True)
    where, *tools = done.stdout.split()
    assert Path(where).is_relative_to(commands.parent)
    assert tools == ["None", "None"]


def test_track_is_populated(visit: dict[str, Any]) -> None:
    """The page opens with the sentence the terminal said, and its number stands on the page."""
    sentence = next(line for line in visit["said"].splitlines() if re.match(r"(Ahead|On track|Behind): ", line))
    headline = sentence.split(", mainly", 1)[0]
    page = words(visit["pages"]["/"])
    assert headline in page
    number = re.findall(r"€[\d.]+m", headline)[0]
    pace = [line.split(",") for line in visit["pages"]["/data/pace.csv"].splitlines()]
    assert page.count(number) >= 2, "in the sentence, and on its own"
    assert len(pace) > 40
    assert len(re.findall(r"<svg", visit["pages"]["/"])) >= 2


def test_every_page_is_whole(visit: dict[str, Any]) -> None:
    for address in PAGES[:4]:
        assert "Halvermere" in words(visit["pages"][address]), address
        assert "2026" in words(visit["pages"][address]), address
    assert all(text for text in visit["pages"].values())


def test_agreements_can_be_kept(commands: Path, empty: Path, visit: dict[str, Any]) -> None:
    """The records' migrations are in the wheel too: a note is written down, and read again."""
    for words_ in (("check",), ("note", "won_value", "seen", "--by", "reader"), ("log", "--json")):
        done = subprocess.run(
            [str(commands / "headway"), "-C", str(empty / "headway-demo"), *words_],
            env=environment(empty), capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    assert [row["subject"] for row in json.loads(done.stdout)["rows"]] == ["won_value"]


def test_nothing_asked_for_the_network(empty: Path, visit: dict[str, Any]) -> None:
    log = empty / "network.log"
    assert not log.exists() or log.read_text() == ""


def test_the_watch_sees_who_asks_for_the_network(commands: Path, tmp_path: Path) -> None:
    code = "import urllib.request as u; u.urlopen('http://example.org/')"
    done = subprocess.run(
        [str(commands / "python"), "-c", code], env=environment(tmp_path), capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "the network is blocked" in done.stderr
    assert "example.org" in (tmp_path / "network.log").read_text()


def words(page: str) -> str:
    """A page as it is read: no marks, entities resolved, runs of blanks counted as one."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
