"""How long the files and functions of the package are: hard limits are tested, medians are shown."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "headway"

FILE_LIMIT, FUNCTION_LIMIT, HALL_LIMIT = 500, 60, 800


@dataclass(frozen=True)
class Size:
    """A file or a function, and its lines."""

    name: str
    lines: int


def sources(folder: Path = PACKAGE) -> Iterator[Path]:
    """Every Python file below a folder, in order."""
    yield from sorted(folder.rglob("*.py"))


def files(folder: Path = PACKAGE) -> list[Size]:
    """The lines of every file."""
    return [Size(_name(path), len(path.read_text("utf-8").splitlines())) for path in sources(folder)]


def functions(folder: Path = PACKAGE) -> list[Size]:
    """The lines of every function, decorators and docstring included."""
    return [size for path in sources(folder) for size in functions_in(path.read_text("utf-8"), _name(path))]


def functions_in(text: str, name: str) -> list[Size]:
    """The lines of every function in one piece of source."""
    found: list[Size] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            found.append(Size(f"{name}:{node.lineno} {node.name}", (node.end_lineno or first) - first + 1))
    return found


def summary() -> str:
    """The medians and the longest, in one line for each."""
    rows: list[str] = []
    for what, sizes in (("files", [s for s in files() if s.lines]), ("functions", functions())):
        longest = max(sizes, key=lambda size: size.lines)
        middle = median(size.lines for size in sizes)
        rows.append(f"{len(sizes)} {what}: median {middle:g} lines, longest {longest.lines} ({longest.name})")
    return "\n".join(rows)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


if __name__ == "__main__":
    print(summary())
