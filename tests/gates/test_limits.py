"""The hard limits of the house."""

from __future__ import annotations

import ast
from collections import Counter

from sizes import (
    FILE_LIMIT,
    FUNCTION_LIMIT,
    HALL_LIMIT,
    PACKAGE,
    ROOT,
    files,
    functions,
    functions_in,
    sources,
    summary,
)

FORBIDDEN_NAMES = {"utils", "util", "common", "helpers", "helper", "manager", "base", "misc"}
PRINTS = {"src/headway/cli/terminal.py"}
READS_THE_WORLD = {"src/headway/cli", "src/headway/connectors/synthetic/__main__.py"}


def test_no_file_is_too_long() -> None:
    assert [size for size in files() if size.lines > FILE_LIMIT] == []


def test_no_function_is_too_long() -> None:
    assert [size for size in functions() if size.lines > FUNCTION_LIMIT] == []


def test_lengths_are_counted_with_decorators() -> None:
    text = "@decorated\ndef f():\n    '''Says.'''\n    return 1\n\nclass A:\n    async def g(self):\n        pass\n"
    assert [(size.name, size.lines) for size in functions_in(text, "x")] == [("x:2 f", 4), ("x:7 g", 2)]
    assert "median" in summary()


def test_the_hall_stays_small() -> None:
    assert sum(size.lines for size in files(PACKAGE / "project")) <= HALL_LIMIT


def test_no_module_has_a_name_that_gathers_dust() -> None:
    names = {part for path in sources() for part in (*path.relative_to(PACKAGE).parts[:-1], path.stem)}
    assert names & FORBIDDEN_NAMES == set()


def test_no_assert_and_one_file_prints() -> None:
    found: list[str] = []
    for path in sources():
        name = str(path.relative_to(ROOT))
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Assert):
                found.append(f"{name}:{node.lineno} asserts")
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
                found += [] if name in PRINTS else [f"{name}:{node.lineno} prints"]
    assert found == []


def test_rooms_read_no_clock_no_environment_and_no_unseeded_randomness() -> None:
    read = {"getenv", "environ", "time_ns", "default_rng", "urandom"}
    clocks = {f"{kind}.{word}" for kind in ("date", "datetime") for word in ("today", "now", "utcnow")}
    found: list[str] = []
    for path in sources():
        name = str(path.relative_to(ROOT))
        if name.startswith(tuple(READS_THE_WORLD)):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Attribute)
                and (node.attr in read or ".".join(ast.unparse(node).split(".")[-2:]) in clocks)
                and isinstance(node.value, ast.Name | ast.Attribute)
            ):
                found.append(f"{name}:{node.lineno} {ast.unparse(node)}")
            if isinstance(node, ast.Import | ast.ImportFrom) and "random" in {alias.name for alias in node.names}:
                found.append(f"{name}:{node.lineno} random")
    assert found == []


def test_test_files_have_names_of_their_own() -> None:
    names = Counter(path.name for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name, times in names.items() if times > 1] == []
