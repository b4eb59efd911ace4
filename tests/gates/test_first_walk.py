"""The tutorial is typed as it stands: every command ends well, and what it shows is what the terminal says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sizes import ROOT
from test_docs import console_lines

TUTORIAL = ROOT / "docs" / "tutorial" / "first-walk.md"


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each command of the tutorial says, typed in order in an empty folder beside the examples."""
    folder = tmp_path_factory.mktemp("walk")
    (folder / "examples").symlink_to(ROOT / "examples")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "NO_COLOR": "1"}
    said: dict[str, str] = {}
    for line in console_lines(TUTORIAL.read_text("utf-8")):
        if line.endswith(" serve"):
            continue
        done = subprocess.run(
            ["bash", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
        )
        said[line] = done.stdout + done.stderr
        assert done.returncode == 0, f"{line}\n{said[line]}"
    return said


def test_every_line_shown_is_said(walked: dict[str, str]) -> None:
    """Lines in `text` blocks are parts of what the commands before them say; runs of blanks count as one."""
    shown = [
        " ".join(line.split())
        for block in re.findall(r"```text\n(.*?)```", TUTORIAL.read_text("utf-8"), flags=re.S)
        for line in block.splitlines()
    ]
    everything = " ".join(" ".join(walked.values()).split())
    assert len(shown) >= 5
    assert [line for line in shown if line not in everything] == []


def test_the_story_of_larkfield_holds(walked: dict[str, str]) -> None:
    """On track after the first quarter, behind after the second, and the win rate is why."""
    first, second = (walked[line] for line in walked if " track " in line)
    assert first.startswith("On track")
    assert second.startswith("Behind")
    assert "win rate" in second.splitlines()[0]


def test_the_readme_quotes_the_walk(walked: dict[str, str]) -> None:
    """The sentence the README shows is the one the walk ends with."""
    quoted = re.findall(r"^> (.+)$", (ROOT / "README.md").read_text("utf-8"), flags=re.M)
    last = [said for line, said in walked.items() if " track " in line][-1]
    assert quoted
    assert " ".join(" ".join(quoted).split()) in " ".join(last.split())
