"""The entry point: the command group, what every command shares, and how each ending becomes an exit code."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from headway import __version__
from headway.cli import terminal
from headway.core.errors import UserMistake

if TYPE_CHECKING:
    from headway.project.hall import Project

COMMANDS = {
    "demo": "demo:demo",
    "init": "init:init",
    "import": "imports:import_files",
    "metrics": "metrics:metrics",
    "explain": "explain:explain",
    "check": "check:check",
    "plan": "plan:plan",
    "track": "track:track",
    "note": "records:note",
    "log": "records:log",
    "serve": "serve:serve",
    "version": "version:version",
}
"""Each command's module and function; a module is imported only when its command runs or its help is asked for."""

SHORT_HELP = {
    "demo": "Look around in a demo company.",
    "init": "Make a project folder.",
    "import": "Load exports: CSV, TSV or XLSX.",
    "metrics": "What happened: list and show metrics.",
    "explain": "Take a number apart.",
    "check": "Find every mistake in the project's text.",
    "plan": "What must be true: propose and show plans.",
    "track": "Are we on the way, and what needs attention?",
    "note": "Write down what people should know about something.",
    "log": "What people wrote down, in order.",
    "serve": "Open the pages in a browser.",
    "version": "Print the version.",
}


@dataclass(frozen=True)
class Session:
    """What every command knows: the folder named with -C, and whether answers are JSON."""

    folder: Path
    json: bool = False

    def project(self) -> Project:
        """The project this command works in, found by walking up from the folder."""
        from headway.project.hall import Project

        return Project.find(self.folder, clock, os.environ.get("HEADWAY_RECORDS", ""))


def clock() -> datetime:
    """Now, or the fixed moment of HEADWAY_NOW, so that a run can be repeated to the letter."""
    fixed = os.environ.get("HEADWAY_NOW")
    return datetime.fromisoformat(fixed) if fixed else datetime.now().astimezone()


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
@click.option("--no-color", is_flag=True, help="Plain text; the NO_COLOR variable does the same.")
@click.version_option(__version__, "--version", message="headway %(version)s")
@click.pass_context
def cli(ctx: click.Context, folder: Path, no_color: bool) -> None:
    """Headway: revenue targets from the bottom up, tracked every week, every number explained.

    A first walk: headway init acme; headway -C acme import deals.csv --yes; headway -C acme plan propose
    --history 2026-01..2026-06 --year 2026; headway -C acme track
    """
    if no_color:
        os.environ["NO_COLOR"] = "1"
    ctx.obj = Session(folder)
    if ctx.invoked_subcommand is None:
        _where_we_are(ctx)


def _where_we_are(ctx: click.Context) -> None:
    """In a project: what is in it and the next step. Elsewhere: the help."""
    try:
        project = ctx.obj.project()
    except UserMistake:
        terminal.out(ctx.get_help())
        return
    where, load = ctx.obj.folder, project.last_load
    terminal.out(f"{project.settings.name}: {f'data of {load}' if load else 'no data yet'}, {_counted(project.plans)}")
    if load is None:
        terminal.out(f"Next: headway -C {where} import your-export.csv")
    elif not project.plans:
        terminal.out(f"Next: headway -C {where} plan propose --history {load.year}-01..{load:%Y-%m} --year {load.year}")
    else:
        terminal.out(f"Next: headway -C {where} track")


def _counted(plans: tuple[str, ...]) -> str:
    return "no plan yet" if not plans else f"plan {plans[0]}" if len(plans) == 1 else f"{len(plans)} plans"


def main() -> None:
    """Run the command line and end with a documented exit code."""
    code: object = 0
    try:
        with terminal.reader_may_leave():
            code = cli.main(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except UserMistake as mistake:
        with terminal.reader_may_leave():
            terminal.diagnostics(mistake.diagnostics)
            if "--json" in sys.argv:
                terminal.envelope("mistake", [], diagnostics=terminal.json_diagnostics(mistake.diagnostics))
        sys.exit(mistake.exit_code)
    except click.Abort:
        terminal.note("interrupted")
        sys.exit(130)
    except click.ClickException as usage:
        usage.show()
        sys.exit(2)
    except Exception as bug:
        if os.environ.get("HEADWAY_DEBUG"):
            raise
        terminal.note(f"A mistake of ours: {type(bug).__name__}: {bug}")
        terminal.note("Nothing of yours was changed. Run again with HEADWAY_DEBUG=1 for the details to report.")
        sys.exit(1)
