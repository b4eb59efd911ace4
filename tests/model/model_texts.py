"""Models for tests: written as YAML, read just well enough to know where each formula stands."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import yaml

from headway.core.dimensions import Dimension
from headway.core.plan import Input, Line, ModelText
from headway.core.positions import Location, Piece, Row

ROOT = Path(__file__).parents[2]


def model_file(path: Path) -> ModelText:
    return model_text(path.read_text(encoding="utf-8"), path.name)


def model_text(text: str, file: str = "model.yaml") -> ModelText:
    text = dedent(text)
    rows = text.split("\n")
    root = _entries(yaml.compose(text))
    dimensions = {name: _dimension(name, yaml_value(node)) for name, node in _entries(root.get("dimensions")).items()}
    inputs = {name: _input(name, node, file, rows) for name, node in _entries(root.get("inputs")).items()}
    lines = {name: _line(name, node, file, rows) for name, node in _entries(root.get("lines")).items()}
    return ModelText(file, dimensions, inputs, lines)


def yaml_value(node: yaml.Node) -> object:
    if isinstance(node, yaml.MappingNode):
        return {key.value: yaml_value(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [yaml_value(value) for value in node.value]
    return node.value


def _entries(node: yaml.Node | None) -> dict[str, yaml.Node]:
    return {key.value: value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}


def _dimension(name: str, written: dict) -> Dimension:
    if "months" in written:
        return Dimension.of_months(name, int(written["months"]))
    return Dimension(name, tuple(written["members"]), {k: tuple(v) for k, v in written.get("groups", {}).items()})


def _input(name: str, node: yaml.Node, file: str, rows: list[str]) -> Input:
    parts = _entries(node)
    by = tuple(yaml_value(parts["by"])) if "by" in parts else ()
    before = _piece(parts["before"], file, rows) if "before" in parts else None
    return Input(name, _piece(parts["unit"], file, rows), by, before, _place(node, file, rows))


def _line(name: str, node: yaml.Node, file: str, rows: list[str]) -> Line:
    place = _place(node, file, rows)
    if isinstance(node, yaml.ScalarNode):
        return Line(name, _piece(node, file, rows), location=place)
    parts = _entries(node)
    known = {key: _piece(parts[key], file, rows) for key in ("before", "unit") if key in parts}
    by = tuple(yaml_value(parts["by"])) if "by" in parts else None
    kind = parts["kind"].value if "kind" in parts else None
    return Line(name, _piece(parts["formula"], file, rows), by=by, kind=kind, location=place, **known)


def _place(node: yaml.Node, file: str, rows: list[str]) -> Location:
    mark = node.start_mark
    return Location(file, mark.line + 1, mark.column + 1, 1, rows[mark.line])


def _piece(node: yaml.ScalarNode, file: str, rows: list[str]) -> Piece:
    start, end = node.start_mark, node.end_mark
    if node.style in (">", "|"):
        found = [(i, rows[i]) for i in range(start.line + 1, end.line) if rows[i].strip()]
        lines = [Row(i + 1, len(row) - len(row.lstrip()) + 1, row.strip(), row) for i, row in found]
        return Piece(node.value, file, tuple(lines))
    text = rows[start.line][start.column : end.column if end.line == start.line else None]
    return Piece(node.value, file, (Row(start.line + 1, start.column + 1, text, rows[start.line]),))
