"""The repository names no machine, no package registry, no data set, and not how it was written."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from sizes import ROOT

SKIPPED = {
    ".git",
    ".venv",
    "walk",
    "__pycache__",
    ".hypothesis",
    ".ruff_cache",
    ".pytest_cache",
    "node_modules",
    "build",
}

# Put together from halves, so that this file does not hold what it looks for.
HOSTS = ("py" + "pi.org", "python" + "hosted", "npm" + "js", "deb." + "debian", "files.python" + "hosted")
MACHINES = re.compile(r"(?<![\w.])/(?:" + "|".join(("wo" + "rk", "ro" + "ot", "ho" + "me", "Use" + "rs")) + r")/\w")
WRITERS = ("clau" + "de", "anthro" + "pic", "open" + "ai", "chat" + "gpt", "co" + "pilot")
SYSTEMS = {"salesforce", "stripe", "fivetran", "hubspot", "attribution", "mrr", "ibm"}
"""First words of data-set folders that are systems we read or words of the business."""


def texts() -> list[tuple[str, str]]:
    """Every file that is, or would be, in the repository, as text."""
    found: list[tuple[str, str]] = []
    for path in sorted(_files()):
        try:
            found.append((str(path.relative_to(ROOT)), path.read_text("utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def _files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode == 0:
        return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    return [path for path in ROOT.rglob("*") if path.is_file() and not SKIPPED & set(path.relative_to(ROOT).parts)]


def test_no_registry_host() -> None:
    assert [(name, host) for name, text in texts() for host in HOSTS if host in text.lower()] == []


def test_no_path_of_a_machine() -> None:
    assert [(name, found) for name, text in texts() for found in MACHINES.findall(text)] == []
    assert MACHINES.search("see /" + "home/someone/x") and not MACHINES.search("a/" + "work/b")


def test_no_word_on_who_typed_it() -> None:
    assert [(name, word) for name, text in texts() for word in WRITERS if word in text.lower()] == []


def test_package_and_docs_know_no_data_set(reference_data: Path) -> None:
    folders = sorted(path.name.lower() for path in reference_data.iterdir() if path.is_dir())
    if not folders:
        pytest.fail("the reference data holds no data sets")
    firsts = {name.split("_")[0] for name in folders} - SYSTEMS
    words = {*(name for name in folders if "_" in name), *firsts}
    pattern = re.compile(r"(?<![a-z])(" + "|".join(sorted(map(re.escape, words))) + r")(?![a-z])")
    known = [
        (name, found)
        for name, text in texts()
        if not name.startswith("tests/")
        for found in pattern.findall(text.lower())
    ]
    assert known == []
