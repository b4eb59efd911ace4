"""What holds for every command, in real processes: pipes that close, terminals, quiet, colours, completion, exit codes."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from shipped import HEADWAY, NOW, ROOT, run

from headway.cli import main as entry
from headway.tables.layout import alone

ENV = {**os.environ, "HEADWAY_NOW": NOW, "TERM": "xterm"}
ESCAPE = "\x1b"


def into_closed_pipe(*words: str, also_errors: bool = False) -> tuple[int, str]:
    """The exit code and standard error of a command whose output nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    errors = subprocess.STDOUT if also_errors else subprocess.PIPE
    done = subprocess.run([HEADWAY, *words], stdout=writing, stderr=errors, env=ENV, text=True, timeout=120, cwd=ROOT)
    os.close(writing)
    return done.returncode, done.stderr or ""


class Terminal:
    """A command with a terminal at its standard error and input, and its output in a pipe or at the terminal too."""

    def __init__(self, *words: str, output_too: bool = False, env: dict[str, str] | None = None) -> None:
        self.master, slave = pty.openpty()
        out = slave if output_too else subprocess.PIPE
        self.process = subprocess.Popen(words, stdin=slave, stdout=out, stderr=slave, env=env or ENV, text=True)
        os.close(slave)
        self.shown = ""

    def read(self, until: str = "", seconds: float = 60) -> str:
        """What the terminal shows, up to a text or the end."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if select.select([self.master], [], [], 0.1)[0]:
                try:
                    self.shown += os.read(self.master, 4096).decode()
                except OSError:  # the other side has ended
                    break
            elif self.process.poll() is not None:
                break
            if until and until in self.shown:
                break
        return self.shown

    def end(self) -> tuple[int, str]:
        """The exit code, and what went into the pipe."""
        self.read()
        piped = self.process.stdout.read() if self.process.stdout else ""
        code = self.process.wait(60)
        os.close(self.master)
        return code, piped


CLOSED = [
    (["--help"], 0),
    (["version"], 0),
    (["completion", "bash"], 0),
    (["-C", "{acme}"], 0),
    (["-C", "{acme}", "check", "--json"], 0),
    (["-C", "{acme}", "doctor", "--json"], 0),
    (["-C", "{acme}", "metrics", "list"], 0),
    (["-C", "{acme}", "plan", "show", "--json"], 0),
    (["-C", "{acme}", "track", "--fail-on", "behind"], 8),
    (["-C", "{acme}", "metrics", "show", "nonsense", "--json"], 2),
    (["-C", "nowhere", "check", "--json"], 3),
    (["frobnicate", "--json"], 2),
]


@pytest.mark.parametrize(("words", "code"), CLOSED, ids=[" ".join(words) for words, _ in CLOSED])
def test_a_closed_pipe_changes_no_exit_code_and_shows_no_traceback(whole: Path, words: list[str], code: int) -> None:
    typed = [word.replace("{acme}", str(whole)) for word in words]
    ended, errors = into_closed_pipe(*typed)
    assert ended == code, errors
    assert "Traceback" not in errors and "Broken" not in errors and "Exception ignored" not in errors


def test_errors_into_the_same_closed_pipe_change_nothing_either(tmp_path: Path) -> None:
    assert into_closed_pipe("-C", str(tmp_path), "check", "--json", also_errors=True)[0] == 3
    assert into_closed_pipe("frobnicate", also_errors=True)[0] == 2


def test_an_import_goes_on_to_its_end_when_nobody_listens(tmp_path: Path) -> None:
    acme, deals = str(tmp_path / "acme"), str(ROOT / "tests" / "errors" / "nothing-won" / "deals.csv")
    run("init", acme)
    assert into_closed_pipe("-C", acme, "import", deals, "--yes", also_errors=True)[0] == 0
    assert run("-C", acme, "metrics", "show", "opportunities_created", "--json").returncode == 0


def test_a_usage_mistake_under_json_is_json_too() -> None:
    for words in (["frobnicate", "--json"], ["metrics", "show", "--json"], ["track", "--nonsense", "--json"]):
        done = run(*words)
        told = json.loads(done.stdout)
        assert done.returncode == 2 and told["schema"] == "headway.mistake/1"
        assert [one["code"] for one in told["diagnostics"]] == ["unreadable-option"]


def test_an_option_in_the_wrong_place_is_told_where_it_goes() -> None:
    done = run("check", "-q")
    assert done.returncode == 2 and "-q goes before the command: headway -q ..." in done.stderr


def test_quiet_keeps_the_answer_and_the_mistakes(whole: Path, tmp_path: Path) -> None:
    plain, quiet = (run(*before, "-C", str(whole), "track") for before in ([], ["-q"]))
    assert plain.stdout == quiet.stdout and plain.stderr and not quiet.stderr
    told = run("-q", "-C", str(tmp_path), "check")
    assert told.returncode == 3 and "[no-project]" in told.stderr
    assert run("-q", "init", str(tmp_path)).stderr == ""


@pytest.mark.parametrize("how", ["--no-color", "NO_COLOR"])
def test_no_colour_means_none(whole: Path, how: str) -> None:
    shown: list[str] = []
    for plain in (False, True):
        words = [HEADWAY, *(["--no-color"] if plain and how == "--no-color" else []), "-C", str(whole), "plan", "show"]
        env = ENV | ({"NO_COLOR": "1"} if plain and how == "NO_COLOR" else {})
        terminal = Terminal(*words, output_too=True, env=env)
        assert terminal.end()[0] == 0
        shown.append(terminal.shown.replace(f"{ESCAPE}[?25l", ""))
    assert f"{ESCAPE}[1m" in shown[0]
    assert f"{ESCAPE}[1m" not in shown[1] and f"{ESCAPE}[3" not in shown[1]


def hasty(*words: str, patience: int = 0) -> list[str]:
    """The command, with another patience before progress is shown."""
    told = f"import sys, headway.cli.bar as bar; bar.PATIENCE = {patience}; sys.argv = ['headway', *{list(words)!r}]; "
    return [sys.executable, "-c", f"{told}from headway.cli.main import main; main()"]


def test_progress_is_seen_on_a_terminal_and_gone_at_the_end(acme: Path) -> None:
    terminal = Terminal(*hasty("-C", str(acme), "import", "--json"))
    code, piped = terminal.end()
    assert code == 0 and json.loads(piped)["loaded"]
    assert "building" in terminal.shown and "as of 2026-06-30" in terminal.shown
    assert terminal.shown.rstrip().endswith(f"{ESCAPE}[2K"), "the bar is cleared away"


def test_progress_is_seen_nowhere_else(acme: Path) -> None:
    piped = subprocess.run(hasty("-C", str(acme), "import"), capture_output=True, text=True, env=ENV, timeout=120)
    assert piped.returncode == 0 and ESCAPE not in piped.stdout + piped.stderr and "building" not in piped.stderr
    for before, env in ((["-q"], ENV), ([], ENV | {"TERM": "dumb"})):
        terminal = Terminal(*hasty(*before, "-C", str(acme), "import"), env=env)
        assert terminal.end()[0] == 0
        assert "building" not in terminal.shown and ESCAPE not in terminal.shown


def test_short_work_shows_no_progress(acme: Path) -> None:
    terminal = Terminal(*hasty("-C", str(acme), "import", patience=600))
    assert terminal.end()[0] == 0 and ESCAPE not in terminal.shown


def test_a_question_stands_alone_and_can_be_interrupted(tmp_path: Path) -> None:
    acme, deals = str(tmp_path / "acme"), str(ROOT / "tests" / "errors" / "nothing-won" / "deals.csv")
    run("init", acme)
    terminal = Terminal(*hasty("-C", acme, "import", deals))
    asked = terminal.read(until="[y/N]")
    assert "Load under this mapping?" in asked
    time.sleep(0.3)
    assert terminal.read(until="\0", seconds=0.3) == asked, "nothing is drawn over a question"
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.end()[0] == 130
    terminal = Terminal(*hasty("-C", acme, "import", deals))
    terminal.read(until="[y/N]")
    os.write(terminal.master, b"y\n")
    code, piped = terminal.end()
    assert code == 0 and "Loaded as run" in piped


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["-C", "{acme}", "check"], 0),
        (["-C", "{acme}", "track", "--fail-on", "behind"], 8),
        (["-C", "{acme}", "track", "--as-of", "never"], 2),
        (["-C", "{acme}", "explain"], 2),
        (["-C", "{acme}", "plan", "show", "nonsense"], 3),
        (["-C", "{empty}", "metrics", "show", "won_deals"], 4),
        (["init", "{acme}"], 7),
        (["-C", "{nowhere}", "doctor"], 3),
        (["-C", "{nowhere}"], 3),
        (["-C", "{nowhere}", "track"], 3),
    ],
    ids=lambda told: " ".join(told) if isinstance(told, list) else str(told),
)
def test_exit_codes_are_those_documented(whole: Path, tmp_path: Path, words: list[str], code: int) -> None:
    places = {"{acme}": str(whole), "{empty}": str(tmp_path / "empty"), "{nowhere}": str(whole / "nowhere")}
    run("init", str(tmp_path / "empty"))
    done = run(*(places.get(word, word) for word in words))
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr and "mistake of ours" not in done.stderr


def test_two_imports_at_once_are_a_conflict(acme: Path) -> None:
    with alone(acme):
        done = run("-C", str(acme), "import")
    assert done.returncode == 7 and "[import-running]" in done.stderr


def test_a_clock_that_cannot_be_read_is_a_usage_mistake(whole: Path) -> None:
    done = run("-C", str(whole), "doctor", HEADWAY_NOW="yesterday")
    assert done.returncode == 2 and "HEADWAY_NOW" in done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_is_for_its_shell(shell: str) -> None:
    done = run("completion", shell)
    assert done.returncode == 0 and f"_HEADWAY_COMPLETE={shell}_complete" in done.stdout and not done.stderr


def completed(*words: str) -> list[str]:
    told = {"_HEADWAY_COMPLETE": "bash_complete", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    return [line.split(",", 1)[1] for line in run(**told).stdout.splitlines()]


def test_commands_and_options_are_completed() -> None:
    assert completed("headway", "im") == ["import"]
    assert set(completed("headway", "")) >= set(entry.COMMANDS)
    assert completed("headway", "plan", "pro") == ["propose"]
    assert completed("headway", "track", "--as") == ["--as-of"]
    assert completed("headway", "completion", "") == ["bash", "zsh", "fish"]


def test_bash_takes_the_script() -> None:
    script = f'PATH={Path(HEADWAY).parent}:$PATH; eval "$(headway completion bash)" && complete -p headway'
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=ENV, timeout=60)
    assert done.returncode == 0 and "_headway_completion headway" in done.stdout, done.stderr


def test_the_bare_command_says_where_things_stand_and_one_next_step(whole: Path, tmp_path: Path) -> None:
    done = run("-C", str(whole))
    rows = done.stdout.splitlines()
    assert done.returncode == 0 and len(rows) == 4 and not done.stderr
    assert rows[0] == "acme: data of 2026-06-30, plan 2026-from-2026-01"
    assert rows[1].startswith("Behind: won €") and rows[1].endswith(", by the plan 2026-from-2026-01.")
    assert rows[2].startswith("An assumption does not hold: win rate is ") and rows[2].endswith("% is assumed.")
    assert rows[3] == f"Next: headway -C {whole} track"
    assert run(at=whole).stdout.splitlines()[-1] == "Next: headway track"
    old = run("-C", str(whole), HEADWAY_NOW="2026-09-01T08:00:00+00:00").stdout.splitlines()
    assert old[3] == "Data of 2026-06-30, 63 days old."
    assert old[4] == f"Next: headway -C {whole} import a-newer-export.csv"
    outside = run(at=tmp_path)
    assert outside.returncode == 0 and "headway init acme" in outside.stdout
    assert ("headway demo" in outside.stdout) == ("demo" in entry.COMMANDS)


def test_the_bare_command_proposes_a_plan_that_can_be_made(acme: Path) -> None:
    for file in sorted((acme / "plans").rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    told = run("-C", str(acme)).stdout.splitlines()
    assert told[0] == "acme: data of 2026-06-30, no plan yet"
    assert told[1] == f"Next: headway -C {acme} plan propose --history 2025-07..2026-06 --year 2026"
    assert run(*told[1].removeprefix("Next: headway ").split()).returncode == 0
    assert run("-C", str(acme)).stdout.splitlines()[0] == "acme: data of 2026-06-30, plan 2026-from-2026-07"
