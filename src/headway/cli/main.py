"""The entry point: the command group, what every command shares, and how each ending becomes an exit code."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from headway import __version__
from headway.cli import terminal
from headway.core.diagnostics import FAILURE, USAGE_MISTAKE, Diagnostic
from headway.core.errors import UserMistake
from headway.core.reading import UNREADABLE_OPTION

if TYPE_CHECKING:
    from headway.project.hall import Project

COMMANDS = {
    "demo": "demo:demo",
    "init": "init:init",
    "import": "imports:import_files",
    "map": "mapping:mapping",
    "metrics": "metrics:metrics",
    "explain": "explain:explain",
    "reconcile": "reconcile:reconcile",
    "changes": "changes:changes",
    "hygiene": "hygiene:hygiene",
    "check": "check:check",
    "doctor": "doctor:doctor",
    "plan": "plan:plan",
    "track": "track:track",
    "note": "records:note",
    "log": "records:log",
    "serve": "serve:serve",
    "completion": "completion:completion",
    "version": "version:version",
}
"""Each command's module and function; a module is imported only when its command runs or its help is asked for."""

SHORT_HELP = {
    "demo": "Look around in a demo company.",
    "init": "Make a project folder.",
    "import": "Load exports or a warehouse: CSV, XLSX, Parquet, DuckDB.",
    "map": "What columns mean: suggest a mapping, and prove one.",
    "metrics": "What happened: list and show metrics.",
    "explain": "Take a number apart.",
    "reconcile": "Do CRM, billing and the books tie out?",
    "changes": "What changed about the pipeline between two days?",
    "hygiene": "Which records cannot be trusted, and what that costs.",
    "check": "Find every mistake in the project's text.",
    "doctor": "Find what is wrong, and say how to mend it.",
    "plan": "What must be true: propose and show plans.",
    "track": "Are we on the way, and what needs attention?",
    "note": "Write down what people should know about something.",
    "log": "What people wrote down, in order.",
    "serve": "Open the pages in a browser.",
    "completion": "Complete commands in your shell.",
    "version": "Print the version.",
}


BEFORE_THE_COMMAND = ("-C", "-q", "--quiet", "--no-color")
"""Options that hold for every command, and are written before it."""

INTERRUPTED = 130


@dataclass(frozen=True)
class Session:
    """What every command knows: the folder named with -C."""

    folder: Path

    def project(self) -> Project:
        """The project this command works in, found by walking up from the folder."""
        from headway.project.hall import Project

        return Project.find(self.folder, clock, os.environ.get("HEADWAY_RECORDS", ""))

    def typed(self, command: str) -> str:
        """A command of this project as it is typed from where the user is."""
        where = "" if self.folder == Path() else f" -C {shlex.quote(str(self.folder))}"
        return f"headway{where}{command.removeprefix('headway')}" if command.startswith("headway ") else command


def clock() -> datetime:
    """Now, or the fixed moment of HEADWAY_NOW, so that a run can be repeated to the letter."""
    fixed = os.environ.get("HEADWAY_NOW")
    try:
        return datetime.fromisoformat(fixed) if fixed else datetime.now().astimezone()
    except ValueError:
        raise click.UsageError(f"HEADWAY_NOW is written 2026-06-30T09:00:00+02:00, not '{fixed}'") from None


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, so that help costs nothing."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own form
        """The commands in the order of a first walk."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's own form
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, function = COMMANDS[cmd_name].partition(":")
        found: click.Command = getattr(import_module(f"headway.cli.commands.{module}"), function)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's own form
        """The list of commands, from their short help alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, SHORT_HELP[name]) for name in COMMANDS])


@click.command(cls=LazyGroup, invoke_without_command=True)
@click.option("-C", "folder", type=click.Path(path_type=Path), default=Path(), help="Work in this folder.")
@click.option("-q", "--quiet", is_flag=True, help="The answer and mistakes only: no notes, no advice, no progress.")
@click.option("--no-color", is_flag=True, help="Plain text; the NO_COLOR variable does the same.")
@click.version_option(__version__, "--version", message="headway %(version)s")
@click.pass_context
def cli(ctx: click.Context, folder: Path, quiet: bool, no_color: bool) -> None:
    """Headway: revenue targets from the bottom up, tracked every week, every number explained.

    A first walk: headway init acme; headway -C acme import deals.csv --yes; headway -C acme plan propose
    --history 2026-01..2026-06 --year 2026; headway -C acme track
    """
    terminal.settle(quiet=quiet, plain=no_color)
    ctx.obj = Session(folder)
    if ctx.invoked_subcommand is None:
        from headway.cli.standing import tell

        ctx.exit(tell(ctx))


def main() -> None:
    """Run the command line and end with a documented exit code."""
    with terminal.listened_to():
        code = _ended()
    sys.exit(code)


def _ended() -> int:
    """The exit code of a run, with whatever went wrong told."""
    try:
        code = cli.main(prog_name="headway", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except UserMistake as mistake:
        return _told(mistake.diagnostics, mistake.exit_code)
    except click.Abort:
        terminal.warn("interrupted")
        return INTERRUPTED
    except click.ClickException as usage:
        terminal.usage(usage)
        if isinstance(usage, click.NoSuchOption) and usage.option_name in BEFORE_THE_COMMAND:
            terminal.warn(f"{usage.option_name} goes before the command: headway {usage.option_name} ...")
        if "--json" in sys.argv:
            _envelope([UNREADABLE_OPTION.at(None, usage.format_message())])
        return USAGE_MISTAKE
    except Exception as bug:
        if os.environ.get("HEADWAY_DEBUG"):
            raise
        terminal.warn(f"A mistake of ours: {type(bug).__name__}: {bug}")
        terminal.warn("Nothing of yours was changed. Run again with HEADWAY_DEBUG=1 for the details to report.")
        return FAILURE


def _told(found: Sequence[Diagnostic], code: int) -> int:
    terminal.diagnostics(found)
    if "--json" in sys.argv:
        _envelope(found)
    return code


def _envelope(found: Sequence[Diagnostic]) -> None:
    terminal.envelope("mistake", [], diagnostics=terminal.json_diagnostics(found))
