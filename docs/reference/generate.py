"""Write the reference pages that follow from the code: `make docs`. A test checks that they are current."""

from __future__ import annotations

import importlib
import pkgutil
import textwrap
from collections.abc import Iterator
from pathlib import Path

import click

import headway
from headway.cli.main import SHORT_HELP, cli
from headway.core.diagnostics import Mistake
from headway.core.things import RECORDS

EXITS = {1: "failure", 2: "usage", 3: "text", 4: "data", 7: "conflict"}


def pages() -> dict[str, str]:
    """Each generated page's name and text."""
    return {"cli.md": command_page(), "diagnostics.md": diagnostics_page(), "things.md": things_page()}


def command_page() -> str:
    """The command line: every command, argument and option, from its own help."""
    rows = [
        "# The command line",
        "",
        "Generated from the commands themselves. Data goes to standard output, everything else to standard error.",
        "",
        "| Exit code | Means |",
        "|---|---|",
        "| 0 | done |",
        "| 1 | it failed: a mistake of ours, a machine that would not let it, a mapping that `map check` finds wrong |",
        "| 2 | the command was not understood |",
        "| 3 | the project's text has a mistake |",
        "| 4 | the data has a problem |",
        "| 7 | somebody else is at work on the same project, it is locked, or something of that name is there |",
        "| 8 | a check you asked for failed (`headway track --fail-on`) |",
        "| 130 | interrupted |",
        "",
        "## Before the command",
        "",
        *_parameters(cli, click.Context(cli, info_name="headway")),
    ]
    for words, command, context in _leaves(cli, click.Context(cli, info_name="headway")):
        rows += ["", f"## headway {' '.join(words)}", "", *_help(command), *_parameters(command, context)]
    rows += ["", "## Commands at a glance", ""]
    rows += [f"* `headway {name}`: {text}" for name, text in SHORT_HELP.items()]
    return "\n".join(rows) + "\n"


def diagnostics_page() -> str:
    """The catalogue: every sort of mistake Headway can point at."""
    rows = [
        "# Diagnostics",
        "",
        "Generated from the code. Everything Headway can find wrong with your text or data, by the code shown in",
        "brackets at the end of its message. Work that meets one ends with the exit code given here.",
    ]
    for mistake in sorted(_mistakes(), key=lambda found: found.code):
        kind = EXITS[mistake.exit_code]
        rows += ["", f"## {mistake.code}", "", f"**{mistake.title}.** Exit code {mistake.exit_code} ({kind}).", ""]
        rows += textwrap.wrap(mistake.meaning, 118, break_on_hyphens=False)
    return "\n".join(rows) + "\n"


def things_page() -> str:
    """The further things: their fields, what dates them, what they belong to, how exports call the columns."""
    rows = [
        "# Things",
        "",
        "Generated from the declarations in `headway.core.things`. What every relation has besides, and how it is read as",
        "known on a day, is in [tables](tables.md). To say what a file holds: `headway import --as FILE=THING`.",
        "",
        "Column names are compared without case, blanks and signs; the likeliest spellings are listed.",
    ]
    for thing, record in RECORDS.items():
        dated = " or ".join(f"`{name}`" for name in record.dated.fields)
        through = f", else that of its {record.dated.through}" if record.dated.through else ""
        otherwise = "always, where it has no date" if record.dated.always else "from the first load that shows it"
        rows += ["", f"## {thing}", "", f"Known from {dated}{through}, or {otherwise}."]
        for link in record.links:
            pairs = ", else ".join(f"`{own}` = its `{theirs}`" for own, theirs in link.by)
            rows.append(f"Belongs to {link.to}: {pairs}.")
        rows += ["", "| Field | Kind | Known from | Spelt |", "|---|---|---|---|"]
        for name, field in record.fields.items():
            told = " or ".join(f"`{date}`" for date in field.told_by)
            meanwhile = f" (`{field.meanwhile}` before)" if field.meanwhile else ""
            spelt = ", ".join(field.spellings.split()[:5])
            rows.append(f"| `{name}` | {field.kind} | {told}{meanwhile} | {spelt} |")
    return "\n".join(rows) + "\n"


def _leaves(
    command: click.Command, context: click.Context, words: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command, click.Context]]:
    if not isinstance(command, click.Group):
        yield words, command, context
        return
    if words and command.invoke_without_command:
        yield words, command, context
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        if found is not None:
            yield from _leaves(found, click.Context(found, context, info_name=name), (*words, name))


def _help(command: click.Command) -> list[str]:
    paragraphs = [" ".join(paragraph.split()) for paragraph in (command.help or "").split("\n\n")]
    rows: list[str] = []
    for paragraph in paragraphs:
        if paragraph.startswith("Example: "):
            rows += ["```console", f"$ {paragraph.removeprefix('Example: ')}", "```", ""]
        else:
            rows += [*textwrap.wrap(paragraph, 118, break_on_hyphens=False), ""]
    return rows


def _parameters(command: click.Command, context: click.Context) -> list[str]:
    rows = ["| Argument or option | Meaning |", "|---|---|"]
    for parameter in command.get_params(context):
        if isinstance(parameter, click.Argument):
            rows.append(f"| `{parameter.make_metavar(context)}` | {_needed(parameter)} |")
        elif isinstance(parameter, click.Option):
            rows.append(f"| {_spelling(parameter, context)} | {_meaning(parameter)} |")
    return rows


def _spelling(option: click.Option, context: click.Context) -> str:
    metavar = "NUMBER" if isinstance(option.type, click.IntRange) else option.make_metavar(context).replace("|", r"\|")
    value = "" if option.is_flag or option.is_eager else f" {metavar}"
    return ", ".join(f"`{name}{value}`" for name in option.opts)


def _meaning(option: click.Option) -> str:
    text = " ".join((option.help or "").split())
    kind = option.type
    bounds = f" From {kind.min} to {kind.max}." if isinstance(kind, click.IntRange) else ""
    shown = f" Default: {option.default}." if option.show_default else ""
    return text + bounds + (" Required." if option.required else "") + shown


def _needed(argument: click.Argument) -> str:
    many = ", any number" if argument.nargs == -1 else ""
    return ("required" if argument.required else "optional") + many


def _mistakes() -> Iterator[Mistake]:
    seen: set[int] = set()
    for module in pkgutil.walk_packages(headway.__path__, "headway."):
        if module.name.endswith("__main__"):
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Mistake) and id(value) not in seen:
                seen.add(id(value))
                yield value


def write(folder: Path) -> None:
    """Write every generated page into a folder."""
    for name, text in pages().items():
        (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    write(Path(__file__).parent)
