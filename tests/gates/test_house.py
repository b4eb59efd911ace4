"""The house stands: arrows between rooms, types, lint and form, each checked by the tool that knows it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from sizes import PACKAGE, ROOT

BIN = Path(sys.executable).parent

HEAVY = (
    "duckdb", "ibis", "sqlglot", "openpyxl", "fastapi", "starlette", "pydantic", "jinja2", "uvicorn", "rich",
    "sqlalchemy", "alembic",
)  # fmt: skip


def run(*words: str, at: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(BIN / words[0]), *words[1:]], cwd=at, capture_output=True, text=True, timeout=600)


def said(done: subprocess.CompletedProcess[str]) -> str:
    return done.stdout + done.stderr


def test_import_contracts() -> None:
    done = run("lint-imports", "--no-cache")
    assert done.returncode == 0, said(done)


def test_one_place_reads_the_clock() -> None:
    reading = re.compile(r"\b(?:datetime|date)\.(?:now|today|utcnow)\(")
    there = {
        str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py") if reading.search(path.read_text("utf-8"))
    }
    assert there == {"cli/main.py"}


def test_every_room_has_its_place_in_the_layers() -> None:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"][0]
    placed = {room.strip() for layer in contract["layers"] for room in layer.split("|")}
    there = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert contract["exhaustive"] is True
    assert there <= placed
    assert {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"} <= placed


def test_types() -> None:
    done = run("pyright")
    assert done.returncode == 0, said(done)
    assert "0 errors" in done.stdout


@pytest.mark.parametrize("words", [("ruff", "check", "--no-cache"), ("ruff", "format", "--check", "--no-cache")])
def test_lint_and_form(words: tuple[str, ...]) -> None:
    done = run(*words)
    assert done.returncode == 0, said(done)


def test_the_locks_hold_every_dependency_with_hashes_and_no_host() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"]
    for lock, wanted in (
        ("requirements.lock", [*project["project"]["dependencies"], *groups["build"]]),
        ("requirements-dev.lock", groups["dev"]),
    ):
        text = (ROOT / lock).read_text("utf-8")
        pins = [line.split("==")[0] for line in text.splitlines() if "==" in line]
        assert {_project_name(word) for word in wanted} <= set(pins), lock
        assert text.count("--hash=sha256:") >= len(pins)
        assert "://" not in text


def _project_name(requirement: str) -> str:
    for mark in "[<>=!~ ;":
        requirement = requirement.split(mark)[0]
    return requirement.lower().replace("_", "-")


@pytest.mark.parametrize(
    ("words", "heavy"), [(["--help"], {*HEAVY, "numpy"}), (["version"], {*HEAVY, "numpy"}), (["check"], {*HEAVY})]
)
def test_light_commands_load_no_heavy_library(words: list[str], heavy: set[str], tmp_path: Path) -> None:
    (tmp_path / "headway.yaml").write_text("name: Acme\ncurrency: EUR\n", "utf-8")
    program = f"""
import sys
sys.argv = ["headway", *{words!r}]
from headway.cli.main import main
try:
    main()
except SystemExit as end:
    code = end.code
print("LOADED", code, *sorted({heavy!r} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "LOADED 0", said(done)


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_the_commands_of_the_readme_exist() -> None:
    for target in ("demo", "walk", "test"):
        done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, said(done)
