"""Docs that cannot lie: reference pages are current, links lead somewhere, commands exist, words are explained."""

from __future__ import annotations

import dataclasses
import importlib.util
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest
from sizes import ROOT

from headway.cli.main import cli
from headway.core.calendar import FiscalCalendar
from headway.core.settings import Settings

DOCS = ROOT / "docs"
TERMS = (
    "as of", "assumption", "basis", "bridge", "connector", "coverage", "cycle", "definition", "diagnostic", "dimension",
    "draw", "evidence", "flow", "kernel", "landing", "late entry", "line", "mapping", "milestone", "model",
    "open pipeline", "opportunity", "plan", "policy", "proposal", "ratio", "reconstructed", "revision", "run",
    "scenario", "segment", "slack", "snapshot", "source", "stage", "step", "stock", "target", "unit", "variant",
    "verdict", "version", "win rate",
)  # fmt: skip


def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "reference" / "generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pages() -> list[Path]:
    shelves = (*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "examples").rglob("*.md"))
    return sorted((*shelves, *(ROOT / "benchmarks").rglob("*.md")))


def test_generated_pages_are_current() -> None:
    for name, text in reference().pages().items():
        assert (DOCS / "reference" / name).read_text("utf-8") == text, f"docs/reference/{name}: run `make docs`"


def leaves(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        if words and command.invoke_without_command:
            yield words, command
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from leaves(found, (*words, name))
    else:
        yield words, command


def test_every_command_and_option_is_documented() -> None:
    text = (DOCS / "reference" / "cli.md").read_text("utf-8")
    for words, command in leaves(cli):
        section = text.split(f"\n## headway {' '.join(words)}\n")
        assert len(section) == 2, words
        own = section[1].split("\n## ")[0]
        for parameter in command.params:
            names = (
                parameter.opts
                if isinstance(parameter, click.Option)
                else [parameter.make_metavar(click.Context(command))]
            )
            assert all(f"`{name}" in own for name in names), (words, names)


def test_every_json_answer_is_documented() -> None:
    text = (DOCS / "reference" / "json.md").read_text("utf-8")
    schemas = {
        f"headway.{'.'.join(words)}/1"
        for words, command in leaves(cli)
        if any("--json" in parameter.opts for parameter in command.params)
    }
    assert schemas, "no command answers with JSON"
    assert schemas | {"headway.mistake/1"} == set(re.findall(r"`(headway\.[a-z.]+/1)`", text))


def test_every_setting_is_documented() -> None:
    text = "\n".join((DOCS / "reference" / name).read_text("utf-8") for name in ("files.md",))
    keys = {field.name for cls in (Settings, FiscalCalendar) for field in dataclasses.fields(cls)} - {"folder"}
    assert sorted(key for key in keys if f"`{key}" not in text and f"\n{key}:" not in text) == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target or target.startswith("mailto:"):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{target} in {page.name}"
        if anchor:
            assert anchor in anchors(there.read_text("utf-8")), f"{target} in {page.name}"


def anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, flags=re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_exist(page: Path) -> None:
    for line in console_lines(page.read_text("utf-8")):
        understand(cli, shlex.split(line)[1:])


def console_lines(text: str) -> Iterator[str]:
    """Each `headway ...` line of the console blocks, continued lines joined."""
    for block in re.findall(r"```console\n(.*?)```", text, flags=re.S):
        for line in block.replace("\\\n", " ").splitlines():
            typed = line.strip().removeprefix("$ ").removeprefix(".venv/bin/")
            if typed.startswith("headway "):
                yield typed.split("  #")[0]


def understand(command: click.Command, words: list[str], parent: click.Context | None = None) -> None:
    """Parse the words as the command line would, without running anything."""
    try:
        context = command.make_context(command.name, words, parent=parent)
    except click.exceptions.Exit:
        return  # --help and --version answer at once
    if isinstance(command, click.Group):
        rest = [*context._protected_args, *context.args]
        if rest:
            _, found, rest = command.resolve_command(context, rest)
            assert found is not None
            understand(found, rest, context)


def test_console_lines_that_are_wrong_would_be_seen() -> None:
    for line in ("headway trak", "headway track --as-off 2026-01-01", "headway plan propose --year 2026"):
        with pytest.raises(click.UsageError):
            understand(cli, line.split()[1:])


def test_the_help_speaks_of_real_commands() -> None:
    for words, command in leaves(cli):
        example = re.search(r"Example: (headway .*)", command.help or "", flags=re.S)
        assert example, f"headway {' '.join(words)} shows no example"
        understand(cli, shlex.split(example[1])[1:])


def test_the_glossary_explains_the_words_once_and_in_order() -> None:
    text = (ROOT / "GLOSSARY.md").read_text("utf-8")
    explained = [word.lower() for word in re.findall(r"^\*\*([^*]+)\*\*", text, flags=re.M)]
    assert sorted(set(TERMS) - set(explained)) == []
    assert len(explained) == len(set(explained))
    assert explained == sorted(explained)


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(path.name[:4]) for path in (DOCS / "decisions").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
