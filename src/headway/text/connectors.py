"""connectors/<name>.yaml: how each column of an export is read, and why; written to be edited or refused by a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from headway.core.diagnostics import Diagnostic, did_you_mean
from headway.core.mapping import ColumnMapping, Connector, FileMapping
from headway.core.positions import Location
from headway.text import mistakes
from headway.text.binding import UNREAD, Gathered, Shape, Unread, bind_entries, bind_shape, read_words
from headway.text.comments import with_comments
from headway.text.documents import read_document
from headway.text.nodes import ListNode, MapNode, Node, Scalar
from headway.text.settings import read_currency
from headway.text.source import load
from headway.text.writing import Tree, block, comment

_HOLDS = "the system and its files, or run `headway import` again"
_HEADING = """How Headway reads the exports of this system. Every line is yours to edit.
To refuse an inference, delete its row, or list the source column under `ignore`.
Run `headway import` again, with or without new files, for an edit to take effect."""
_SPELT = {"thing": "object", "ignored": "ignore"}


@dataclass(frozen=True)
class _Written:
    system: str
    instance: str
    files: Mapping[str, FileMapping]
    location: Location | None = None


def read_connector(path: Path, root: Path | None = None) -> tuple[Connector | None, tuple[Diagnostic, ...]]:
    """The connector of a file connectors/<name>.yaml; its name is the file's."""
    gathered = Gathered()
    node = read_document(load(path, root or path.parent.parent), gathered, _HOLDS)
    written = bind_shape(node, Shape(_Written, read={"files": _files}), gathered) if node else None
    if not isinstance(written, _Written) or gathered.spoiled_since(0):
        return None, gathered.in_order()
    files = tuple(_refused_left_out(mapping) for mapping in written.files.values())
    connector = Connector(path.stem, written.system, written.instance, files, written.location)
    return connector, gathered.in_order()


def write_connector(connector: Connector, before: str = "") -> str:
    """The connector's file, every inference with its evidence; with the comments of the file as it stood before."""
    tree: dict[str, Tree] = {"system": connector.system, "instance": connector.instance}
    tree["files"] = {mapping.name: _file_tree(mapping) for mapping in connector.files}
    text = comment(_HEADING) + block(tree, opened=4)
    return with_comments(before, text) if before else text


def _files(node: Node, gathered: Gathered) -> object:
    read = bind_entries(node, _FILE, gathered)
    for entry in node.entries if isinstance(node, MapNode) else ():
        headers = entry.value.entry("headers") if isinstance(entry.value, MapNode) else None
        listed = read_words(headers.value, Gathered()) if headers else UNREAD
        if isinstance(entry.value, MapNode) and not isinstance(listed, Unread):
            _check_columns(entry.value, listed, gathered)
    return read


def _columns(node: Node, gathered: Gathered) -> object:
    """`field: source column`, or `field: {from: source column, evidence: why}`."""
    return tuple(bind_entries(node, _COLUMN, gathered).values())


_COLUMN = Shape(ColumnMapping, spelt={"column": "from"}, key="field", alone="column")
_FILE = Shape(FileMapping, spelt=_SPELT, read={"columns": _columns, "currency": read_currency})


def _refused_left_out(mapping: FileMapping) -> FileMapping:
    """The mapping without the source columns its reader refused, wherever else they still stand."""
    columns = tuple(column for column in mapping.columns if column.column not in mapping.ignored)
    dimensions = tuple(name for name in mapping.dimensions if name not in mapping.ignored)
    return replace(mapping, columns=columns, dimensions=dimensions)


def _check_columns(node: MapNode, headers: tuple[str, ...], gathered: Gathered) -> None:
    """Every source column named must be one of the file's; an edit with a slip of the pen would else load nothing."""
    known = {header.lower() for header in headers}
    for scalar in _named_columns(node):
        if scalar.text.lower() not in known:
            words = f"the file has no column '{scalar.text}'"
            remedy = did_you_mean(scalar.text, headers)
            gathered.wrong(mistakes.COLUMN_NOT_IN_FILE, scalar.place, words, remedy=remedy)


def _named_columns(node: MapNode) -> Iterator[Scalar]:
    columns = node.entry("columns")
    for entry in columns.value.entries if columns and isinstance(columns.value, MapNode) else ():
        source = entry.value.entry("from") if isinstance(entry.value, MapNode) else None
        named = source.value if source else entry.value
        if isinstance(named, Scalar):
            yield named
    for key in ("key", "dimensions", "ignore"):
        listed = node.entry(key)
        for item in listed.value.items if listed and isinstance(listed.value, ListNode) else ():
            if isinstance(item, Scalar):
                yield item


def _file_tree(mapping: FileMapping) -> Tree:
    tree: dict[str, Tree] = {"object": mapping.thing, "key": mapping.key}
    if mapping.made_key:
        tree["made_key"] = True
    tree["columns"] = {column.field: _column_tree(column) for column in mapping.columns}
    told: dict[str, Tree] = {
        "dimensions": mapping.dimensions,
        "ignore": mapping.ignored,
        "dates": mapping.dates,
        "stages": mapping.stages,
        "stage_entries": mapping.stage_entries,
        "repairs": mapping.repairs,
        "notes": mapping.notes,
    }
    tree |= {key: value for key, value in told.items() if value}
    if mapping.decimal != ".":
        tree["decimal"] = mapping.decimal
    if mapping.currency:
        tree["currency"] = mapping.currency
    if mapping.coverage != "full":
        tree["coverage"] = mapping.coverage
    return tree | {"headers": mapping.headers}


def _column_tree(column: ColumnMapping) -> Tree:
    told = {"from": column.column, "format": column.format, "evidence": column.evidence}
    tree: dict[str, Tree] = {key: value for key, value in told.items() if value or key == "from"}
    return tree if len(tree) > 1 else column.column
