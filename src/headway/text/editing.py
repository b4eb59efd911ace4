"""The comment-preserving editor: single values spliced into a text, every other character of it kept as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from headway.core.diagnostics import Diagnostic, Mistake
from headway.core.positions import Location, Piece
from headway.text.nodes import ListNode, MapNode, Node, Scalar
from headway.text.source import Source, read_nodes
from headway.text.writing import Tree, block, flow, in_quotes, leaf

KeyPath: TypeAlias = "tuple[str, ...]"
_Plain: TypeAlias = "str | list[_Plain] | dict[str, _Plain] | None"

CANNOT_EDIT = Mistake(
    "cannot-edit",
    "A value that cannot be changed by itself",
    "Headway changes single values and leaves every other character of a file alone. What is asked for would touch "
    "more than that, so the file has to be edited by hand.",
)

_BLOCK_HEADER = re.compile(r"[|>][+\-0-9]*")


@dataclass(frozen=True)
class Edit:
    """A value to stand at a place: the keys that lead to it (in a list "0", "1", ...), and the value.

    A key that is missing is added; a mapping is laid over the one that is there, whose other entries stay.
    """

    path: KeyPath
    value: Tree


@dataclass(frozen=True)
class Splice:
    """The characters from `start` up to `end` give way to `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Edited:
    """A text after its edits, and the splices that made it, from the top."""

    text: str
    splices: tuple[Splice, ...]


def edit(source: Source, edits: Iterable[Edit]) -> Edited | tuple[Diagnostic, ...]:
    """The text with the values in it, read again to see that nothing else says anything new; or why that cannot be."""
    node, found = read_nodes(source)
    if found:
        return found
    wanted: Tree = {}
    for one in edits:
        wanted = _joined(wanted, one.path, one.value)
    if node is None:
        node = MapNode((), Location(source.file, 1))
    editor = _Editor(source)
    editor.put(node, wanted, inside=False)
    if editor.refused:
        return tuple(editor.refused)
    splices = tuple(sorted(editor.splices, key=lambda one: (one.start, one.end)))
    text = _spliced(source.text, splices)
    again, wrong = read_nodes(Source.of(source.file, text))
    if wrong or again is None or _said(again) != _with(_said(node), wanted):
        return (_cannot(node, "this value cannot be written here without changing what stands around it"),)
    return Edited(text, splices)


def path_to(node: Node, place: Location) -> KeyPath | None:
    """The keys that lead to the value which stands at a place."""
    if node.place == place and isinstance(node, Scalar):
        return ()
    for key, value in _parts(node):
        below = path_to(value, place)
        if below is not None:
            return (key, *below)
    return None


@dataclass
class _Editor:
    """The splices that write what is wanted over a tree, and what cannot be written."""

    source: Source
    splices: list[Splice] = field(default_factory=list[Splice])
    refused: list[Diagnostic] = field(default_factory=list[Diagnostic])

    def put(self, node: Node, wanted: Tree, inside: bool) -> None:
        """Write a value over a node; `inside` brackets or not."""
        within = inside or (isinstance(node, MapNode | ListNode) and node.flow)
        if isinstance(node, MapNode) and isinstance(wanted, Mapping):
            self._put_entries(node, wanted, within)
        elif isinstance(node, ListNode) and isinstance(wanted, Mapping) and _places(wanted, len(node.items)):
            for place, value in wanted.items():
                self.put(node.items[int(place)], value, within)
        elif isinstance(node, ListNode) and isinstance(wanted, Sequence) and _same_length(node, wanted):
            for item, value in zip(node.items, wanted, strict=True):
                self.put(item, value, within)
        elif isinstance(node, ListNode) and isinstance(wanted, Mapping):
            self.refused.append(_cannot(node, f"this list has no place {', '.join(wanted)}"))
        else:
            self._replace(node, wanted, inside)

    def _put_entries(self, node: MapNode, wanted: Mapping[str, Tree], within: bool) -> None:
        missing: dict[str, Tree] = {}
        for key, value in wanted.items():
            entry = node.entry(key)
            if entry is None:
                missing[key] = value
            else:
                self.put(entry.value, value, within)
        if missing:
            self._add(node, missing)

    def _replace(self, node: Node, wanted: Tree, inside: bool) -> None:
        start, end = node.span.start, node.span.end
        if isinstance(node, Scalar) and node.style in ("|", ">"):
            self._replace_block(node, wanted)
        elif isinstance(node, Scalar) and start == end:
            before, after = self.source.text[start - 1 : start], self.source.text[end : end + 1]
            text = _rendered(wanted, "", inside)
            self._splice(
                start, end, f"{' ' if before.strip() else ''}{text}{' ' if after not in ' ,]}' + _ENDS else ''}"
            )
        elif isinstance(node, Scalar):
            self._splice(start, end, _rendered(wanted, node.style, inside))
        elif node.flow and not _holds_comment(self.source.text[start:end]):
            self._splice(start, end, _rendered(wanted, "", inside))
        else:
            words = "what stands here fills several rows, and one value cannot take their place"
            self.refused.append(_cannot(node, words))

    def _replace_block(self, node: Scalar, wanted: Tree) -> None:
        """The sign on the first row gives way to the value, the rows below go; a comment behind the sign stays."""
        start = node.span.start
        header = _BLOCK_HEADER.match(self.source.text, start)
        self._splice(start, header.end() if header else start + 1, _rendered(wanted, "", inside=False))
        row_end = self.source.row_end(start)
        if node.span.end > row_end:
            self._splice(row_end, node.span.end, "")

    def _add(self, node: MapNode, missing: Mapping[str, Tree]) -> None:
        """Entries behind the last one: on its row inside brackets, else on rows of their own, as deep as the others."""
        if node.flow:
            text = flow(missing)[1:-1]
            start = _end(node.entries[-1].value) if node.entries else node.span.start + 1
            self._splice(start, start, f", {text}" if node.entries else text)
            return
        rows = block(missing).splitlines()
        if not node.entries:
            self._splice(len(self.source.text), len(self.source.text), "\n".join([*rows, ""]))
            return
        line_end = _line_end(self.source.text)
        margin = " " * (node.entries[0].key.place.column - 1)
        start = self.source.row_end(_end(node.entries[-1].value))
        self._splice(start, start, "".join(f"{line_end}{margin}{row}" for row in rows))

    def _splice(self, start: int, end: int, text: str) -> None:
        if self.source.text[start:end] != text:
            self.splices.append(Splice(start, end, text))


_ENDS = "\n\r\x85\u2028\u2029"


def _cannot(node: Node, words: str) -> Diagnostic:
    return CANNOT_EDIT.at(node.place, words, remedy="edit the file by hand; nothing has been changed")


def _joined(tree: Tree, path: KeyPath, value: Tree) -> Tree:
    """What is wanted so far, with one more value in it."""
    if not path:
        return value
    known: Mapping[str, Tree] = tree if isinstance(tree, Mapping) else dict[str, Tree]()
    return {**known, path[0]: _joined(known.get(path[0], {}), path[1:], value)}


def _spliced(text: str, splices: Sequence[Splice]) -> str:
    parts: list[str] = []
    reached = 0
    for one in splices:
        parts += [text[reached : one.start], one.text]
        reached = one.end
    return "".join([*parts, text[reached:]])


def _rendered(wanted: Tree, style: str, inside: bool) -> str:
    """A value as it is written, in the quotation marks of the one it replaces."""
    if style in ("'", '"') and isinstance(wanted, str):
        return in_quotes(wanted, style)
    return leaf(wanted, inside) if isinstance(wanted, str | bool | Piece | None) else flow(wanted)


def _line_end(text: str) -> str:
    found = re.search("\r\n|[\n\r\x85\u2028\u2029]", text)
    return found[0] if found else "\n"


def _holds_comment(text: str) -> bool:
    return bool(re.search(r"(?:^|\s)#", text)) and any(end in text for end in _ENDS)


def _end(node: Node) -> int:
    """Where what is said ends; a collection that is not in brackets ends where its last part does."""
    if isinstance(node, Scalar) or node.flow:
        return node.span.end
    last = node.entries[-1].value if isinstance(node, MapNode) else node.items[-1]
    return _end(last)


def _parts(node: Node) -> Iterator[tuple[str, Node]]:
    if isinstance(node, MapNode):
        yield from ((entry.key.text, entry.value) for entry in node.entries)
    elif isinstance(node, ListNode):
        yield from ((str(i), item) for i, item in enumerate(node.items))


def _places(wanted: Mapping[str, Tree], count: int) -> bool:
    """Whether every key is a place of a list."""
    return all(key in map(str, range(count)) for key in wanted)


def _same_length(node: ListNode, wanted: Sequence[Tree]) -> bool:
    return not isinstance(wanted, str) and len(node.items) == len(wanted)


def _said(node: Node) -> _Plain:
    """What a tree says, without where and how."""
    if isinstance(node, Scalar):
        return None if node.is_empty else node.text
    if isinstance(node, ListNode):
        return [_said(item) for item in node.items]
    return {entry.key.text: _said(entry.value) for entry in node.entries}


def _with(said: _Plain, wanted: Tree) -> _Plain:
    """What is to be said once the wanted is written over it."""
    if isinstance(wanted, Mapping):
        if isinstance(said, list) and _places(wanted, len(said)):
            return [_with(item, wanted[str(i)]) if str(i) in wanted else item for i, item in enumerate(said)]
        known = said if isinstance(said, dict) else {}
        return known | {str(key): _with(known.get(str(key)), value) for key, value in wanted.items()}
    if wanted is None:
        return None
    if isinstance(wanted, bool):
        return str(wanted).lower()
    if isinstance(wanted, str | Piece):
        return str(wanted)
    old = said if isinstance(said, list) and len(said) == len(wanted) else [None] * len(wanted)
    return [_with(item, value) for item, value in zip(old, wanted, strict=True)]
