"""The command line's own manners: help, status, JSON, and what never reaches stdout."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from headway.cli import main as entry
from headway.cli import terminal
from headway.core.rows import Column, Rows


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["headway", *arguments])
    monkeypatch.setenv("HEADWAY_NOW", "2026-04-01T08:00:00+00:00")
    with pytest.raises(SystemExit) as ended:
        entry.main()
    return int(ended.value.code or 0)


def test_help_lists_every_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "--help") == 0
    told = capsys.readouterr().out
    assert [name for name in entry.COMMANDS if f"\n  {name}" not in told] == []
    assert set(entry.SHORT_HELP) == set(entry.COMMANDS)


def test_an_unknown_command_is_a_usage_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, "frobnicate") == 2


def test_the_bare_command_tells_where_a_project_stands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run(monkeypatch, "init", str(tmp_path / "acme"))
    capsys.readouterr()
    assert run(monkeypatch, "-C", str(tmp_path / "acme")) == 0
    told = capsys.readouterr().out
    assert "acme: no data yet, no plan yet" in told
    assert "import your-export.csv" in told


def test_a_mistake_under_json_is_json_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(monkeypatch, "-C", str(tmp_path), "check", "--json") == 3
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "headway.mistake/1"
    assert [d["code"] for d in told["diagnostics"]] == ["no-project"]


def test_import_without_yes_keeps_the_mapping_and_loads_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    export = Path(__file__).parents[1] / "errors" / "nothing-won" / "deals.csv"
    run(monkeypatch, "init", str(tmp_path / "acme"))
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert run(monkeypatch, "-C", str(tmp_path / "acme"), "import", str(export)) == 2
    assert "Nothing was loaded" in capsys.readouterr().out
    assert list((tmp_path / "acme" / "connectors").glob("*.yaml"))
    assert run(monkeypatch, "-C", str(tmp_path / "acme"), "import", str(export), "--dry-run") == 0
    capsys.readouterr()
    assert run(monkeypatch, "-C", str(tmp_path / "acme"), "metrics", "show", "won_deals") == 4


def test_json_gathers_dimensions() -> None:
    rows = Rows.of(
        [Column("metric"), Column("region", "dimension"), Column("value", "number")], [("won", "North", 2.0)]
    )
    assert terminal.json_rows(rows) == [{"metric": "won", "value": 2.0, "dimensions": {"region": "North"}}]


@pytest.mark.parametrize("arguments", [["--help"], ["check"]])
def test_start_up_imports_no_heavy_library(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "headway.yaml").write_text("name: Acme\n")
    script = (
        "import sys\n"
        f"sys.argv = ['headway', '-C', {str(tmp_path)!r}, *{arguments!r}]\n"
        "from headway.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'duckdb', 'ibis', 'sqlglot', 'openpyxl', 'fastapi', 'uvicorn', 'rich', 'pandas', 'scipy'}\n"
        "heavy |= {'sqlalchemy', 'alembic'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "HEAVY []"


@pytest.mark.parametrize("ending", ["| true", "2>&1 | true"], ids=["answer unread", "all unread"])
def test_a_reader_who_leaves_is_no_mistake_of_ours(ending: str, tmp_path: Path) -> None:
    """A mistake found keeps its own code, and nothing is said of the closed pipe."""
    lines = ["import sys, time", "from headway.cli.main import main", "time.sleep(0.3)"]
    lines += [f"sys.argv = ['headway', '-C', '{tmp_path}', 'check', '--json']", "main()"]
    script = tmp_path / "run.py"
    script.write_text("\n".join(lines))
    piped = f"set -o pipefail; {sys.executable} {script} {ending}"
    ended = subprocess.run(["bash", "-c", piped], capture_output=True, text=True, check=False)
    assert ended.returncode == 3
    assert "Traceback" not in ended.stderr and "BrokenPipe" not in ended.stderr
