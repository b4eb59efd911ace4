"""Files to text, text to nodes: the only place that speaks to the YAML library. No exception of its leaves here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import cast

import yaml

from headway.core.diagnostics import Diagnostic
from headway.core.positions import Location, Piece, Row
from headway.text import mistakes
from headway.text.nodes import Entry, ListNode, MapNode, Node, Scalar, Span, row_of

LARGEST = 4_000_000
DEEPEST = 40
KEPT = 256
"""How many texts are kept as read: one process asks for the same ones again and again."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LINE_ENDS = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_SECRET = re.compile(
    r"(?P<before>://[^\s/:@]*:(?!\d+/)|[?&;](?:password|passwd|pwd|token|secret|api_?key)=)"
    r"(?P<secret>[^\s&;\"']+(?=@)|(?<==)[^\s&;\"']+)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Source:
    """A text and the name messages give it. `lines` are for excerpts: passwords in URLs are already blotted out."""

    file: str
    text: str
    lines: tuple[str, ...]

    @classmethod
    def of(cls, file: str, text: str) -> Source:
        """A source from text at hand."""
        return cls(file, text, tuple(blot(line) for line in _LINE_ENDS.split(text)))

    def place(self, line: int, column: int, length: int = 1) -> Location:
        """A place, line and column counting from 0 as the YAML library does."""
        whole = self.lines[line] if line < len(self.lines) else ""
        return Location(self.file, line + 1, column + 1, max(1, length), whole)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The character each row starts at."""
        return (0, *(found.end() for found in _LINE_ENDS.finditer(self.text)))

    def offset(self, line: int, column: int) -> int:
        """The character at a place, all counted from 0."""
        return self.starts[line] + column if line < len(self.starts) else len(self.text)

    def row_end(self, offset: int) -> int:
        """Where the row of a character ends, before its line end."""
        found = _LINE_ENDS.search(self.text, offset)
        return found.start() if found else len(self.text)

    def rest(self, line: int, column: int) -> Location:
        """From a place to the end of its row."""
        whole = self.lines[line] if line < len(self.lines) else ""
        return self.place(line, column, len(whole.rstrip()) - column)


def blot(text: str) -> str:
    """The text with every password inside a URL replaced by as many stars."""
    return _SECRET.sub(lambda found: found["before"] + "*" * len(found["secret"]), text)


def holds_secret(text: str) -> re.Match[str] | None:
    """Where a URL in the text carries a password, if one does."""
    return _SECRET.search(text)


def load(path: Path, root: Path | None = None, instead: Mapping[Path, str] | None = None) -> Source | Diagnostic:
    """The text of a file, named in messages relative to `root`; or the text that is to stand in it `instead`."""
    file = shown(path, root)
    if instead and path in instead:
        return Source.of(file, instead[path])
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= LARGEST else b""
    except OSError as error:
        remedy = "check the name and the folder" if isinstance(error, FileNotFoundError) else "check who may read it"
        words = error.strerror or "it cannot be opened"
        return mistakes.UNREADABLE_TEXT.at(Location(file, 1), f"'{file}' cannot be read: {words}", remedy=remedy)
    if size > LARGEST:
        detail = f"it holds {size:,} bytes; text files of up to {LARGEST:,} are read"
        remedy = "exports of systems are brought in with `headway import`"
        return mistakes.TOO_LARGE.at(Location(file, 1), f"'{file}' is too large", detail=detail, remedy=remedy)
    return decoded(file, raw)


def shown(path: Path, root: Path | None) -> str:
    """The name messages give a file."""
    if root is not None and path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    return path.as_posix()


def decoded(file: str, raw: bytes) -> Source | Diagnostic:
    """The text of a file from its bytes."""
    try:
        return Source.of(file, raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        before = _LINE_ENDS.split(raw[: error.start].decode("utf-8-sig"))
        wide = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
        detail = "it looks like UTF-16" if wide else f"byte {raw[error.start]:#04x} is not UTF-8"
        place = Location(file, len(before), len(before[-1]) + 1)
        return mistakes.NOT_UTF8.at(place, f"'{file}' is not UTF-8", detail=detail, remedy="save the file as UTF-8")


@lru_cache(maxsize=KEPT)
def read_nodes(source: Source) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """The tree of a text; None when it is empty or cannot be read. Every duplicate key is reported at once."""
    try:
        refused = tuple(_refused(source))
        if refused:
            return None, refused
        composed = _compose(source.text)
    except yaml.YAMLError as error:
        return None, (_syntax(source, error),)
    if composed is None:
        return None, ()
    found: list[Diagnostic] = []
    return _node(composed, source, found), tuple(found)


def _refused(source: Source) -> Iterator[Diagnostic]:
    """What plain YAML does without, and what must be known before the composer recurses."""
    depth = documents = 0
    for event in _events(source.text):
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents == 2:
                words = "a second document starts here"
                yield mistakes.ALIAS.at(_from(event, source), words, remedy="keep one document a file")
        elif isinstance(event, yaml.NodeEvent):
            yield from _marked(event, source)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                words = f"this is nested deeper than {DEEPEST} levels"
                yield mistakes.TOO_LARGE.at(_from(event, source), words, remedy="write it with fewer levels")
                return


def _compose(text: str) -> yaml.Node | None:
    return cast("yaml.Node | None", yaml.compose(text, Loader=_LOADER))  # pyright: ignore[reportUnknownMemberType]


def _events(text: str) -> Iterator[yaml.Event]:
    return cast("Iterator[yaml.Event]", yaml.parse(text, Loader=_LOADER))  # pyright: ignore[reportUnknownMemberType]


def _marked(event: yaml.NodeEvent, source: Source) -> Iterator[Diagnostic]:
    """Aliases, anchors and tags."""
    tag = getattr(event, "tag", None)
    if isinstance(event, yaml.AliasEvent):
        words = f"'*{event.anchor}' is an alias"
        yield mistakes.ALIAS.at(_from(event, source), words, remedy="write the value out")
    elif event.anchor is not None:
        words = f"'&{event.anchor}' is an anchor"
        yield mistakes.ALIAS.at(_from(event, source), words, remedy="write the value out where it is used")
    if tag is not None:
        remedy = "leave the tag out: Headway knows what stands where"
        yield mistakes.ALIAS.at(_from(event, source), f"'{tag}' is a tag", remedy=remedy)


def _from(event: yaml.Event, source: Source) -> Location:
    return source.rest(event.start_mark.line, event.start_mark.column)


def _node(composed: yaml.Node, source: Source, found: list[Diagnostic]) -> Node:
    if isinstance(composed, yaml.ScalarNode):
        return Scalar(_piece(composed, source), str(composed.style or ""), _span(composed, source))
    mark = composed.start_mark
    if isinstance(composed, yaml.SequenceNode):
        items = tuple(_node(item, source, found) for item in composed.value)
        return ListNode(items, _collection_place(composed, source), bool(composed.flow_style), _span(composed, source))
    if isinstance(composed, yaml.MappingNode):
        entries = _entries(composed, source, found)
        flow = bool(composed.flow_style)
        block = entries[0].key.place if entries and not flow else source.place(mark.line, mark.column)
        place = _collection_place(composed, source) if flow else block
        return MapNode(entries, place, flow, _span(composed, source))
    return Scalar(Piece("", source.file, (row_of(mark.line, mark.column, "", ""),)))


def _span(composed: yaml.Node, source: Source) -> Span:
    """From its first character to its last: those of a block scalar end with its last row that says something."""
    first, after = composed.start_mark, composed.end_mark
    start = source.offset(first.line, first.column)
    if not isinstance(composed, yaml.ScalarNode) or composed.style not in ("|", ">"):
        return Span(start, source.offset(after.line, after.column))
    last = after.line - 1 if after.column == 0 else after.line
    keeps_blank_rows = "+" in source.text[start : start + 3]
    while last > first.line and not keeps_blank_rows and not source.lines[last].strip():
        last -= 1
    return Span(start, source.row_end(source.offset(last, 0)))


def _collection_place(composed: yaml.CollectionNode, source: Source) -> Location:
    start, end = composed.start_mark, composed.end_mark
    if composed.flow_style and start.line == end.line:
        return source.place(start.line, start.column, end.column - start.column)
    return source.rest(start.line, start.column)


def _entries(composed: yaml.MappingNode, source: Source, found: list[Diagnostic]) -> tuple[Entry, ...]:
    entries: dict[str, Entry] = {}
    for key_node, value_node in composed.value:
        value = _node(value_node, source, found)
        key = _node(key_node, source, found)
        if not isinstance(key, Scalar) or key.is_empty:
            remedy = "a key is a single word followed by ':'"
            found.append(mistakes.SYNTAX.at(key.place, "this cannot be a key", remedy=remedy))
        elif key.text == "<<" and not key.quoted:
            found.append(mistakes.ALIAS.at(key.place, "'<<' is a merge key", remedy="write the entries out"))
        elif key.text in entries:
            first = entries[key.text].key.place
            remedy = f"keep one of the two: the first is on line {first.line}"
            found.append(mistakes.DUPLICATE_KEY.at(key.place, f"'{key.text}' is written twice", remedy=remedy))
        else:
            entries[key.text] = Entry(key, value)
    return tuple(entries.values())


def _piece(scalar: yaml.ScalarNode, source: Source) -> Piece:
    start, end = scalar.start_mark, scalar.end_mark
    if scalar.style in ("|", ">"):
        last = end.line if end.column == 0 else end.line + 1
        rows = _block_rows(source, start.line + 1, last)
    else:
        inset = 1 if scalar.style else 0
        rows = _inline_rows(source, (start.line, start.column + inset), (end.line, end.column - inset))
        if scalar.style and any("\\" in row.text or "''" in row.text for row in rows):
            rows = (Row(rows[0].line, rows[0].column, scalar.value, rows[0].whole),)
    return Piece(scalar.value, source.file, rows or (row_of(start.line, start.column, "", source.lines[start.line]),))


def _block_rows(source: Source, first: int, last: int) -> tuple[Row, ...]:
    lines = list(enumerate(source.lines[first:last], first))
    while lines and not lines[-1][1].strip():
        lines.pop()
    while lines and not lines[0][1].strip():
        lines.pop(0)
    indent = min((len(line) - len(line.lstrip(" ")) for _, line in lines if line.strip()), default=0)
    return tuple(row_of(number, indent, line[indent:].rstrip(), line) for number, line in lines)


def _inline_rows(source: Source, start: tuple[int, int], end: tuple[int, int]) -> tuple[Row, ...]:
    """A plain or quoted scalar, which may run over several rows: the words of each, without the indentation."""
    rows: list[Row] = []
    last = len(source.lines) - 1
    if start[0] > last:  # an empty value after the last row: the reader's mark stands below the text
        return (row_of(last, len(source.lines[last]), "", source.lines[last]),)
    for number in range(start[0], min(end[0], last) + 1):
        whole = source.lines[number]
        left = start[1] if number == start[0] else len(whole) - len(whole.lstrip())
        right = end[1] if number == end[0] else len(whole.rstrip())
        rows.append(row_of(number, left, whole[left:right], whole))
    return tuple(rows)


_PROBLEMS = (
    ("found unexpected end of stream", "this quote is never closed", "close it, or leave the quotes out", True),
    ("',' or ']'", "this [ is never closed, or a ',' is missing after an item", "close it with ]", True),
    ("',' or '}'", "this { is never closed, or a ',' is missing after an entry", "close it with }", True),
    ("node content", "something is missing here", "close the bracket, or write the value", False),
    ("mapping values are not allowed", "a ':' too many stands here", "put the whole value in quotes", False),
    ("could not find expected ':'", "a ':' is missing after this key", "write key: value, with a space", True),
    ("cannot start any token", "a value cannot start with this character", "put the value in quotes", False),
    ("expected key", "this row stands at another depth than its neighbours", "line it up with the rows above", False),
    ("block end", "this row stands at another depth than its neighbours", "line it up with the rows above", False),
    ("block mapping", "this row stands at another depth than its neighbours", "line it up with the rows above", False),
)


def _syntax(source: Source, error: yaml.YAMLError) -> Diagnostic:
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return _control_character(source, error)
    mark, problem = error.problem_mark, error.problem or "this cannot be read"
    here = source.rest(mark.line, mark.column)
    line = source.lines[mark.line] if mark.line < len(source.lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())] or line[mark.column : mark.column + 1] == "\t":
        return mistakes.TAB.at(here, "a tab is used to indent this row", remedy="indent with spaces")
    if "mapping values are not allowed" in problem and _deeper_than_above(source, mark.line):
        start = len(line) - len(line.lstrip())
        words = "this row stands deeper than the one above, which has its value already"
        return mistakes.SYNTAX.at(source.rest(mark.line, start), words, remedy="line it up with the row above")
    for sign, words, remedy, from_start in _PROBLEMS:
        if sign in problem:
            if from_start and error.context_mark is not None:
                here = source.rest(error.context_mark.line, error.context_mark.column)
            return mistakes.SYNTAX.at(here, words, remedy=remedy)
    return mistakes.SYNTAX.at(here, "this is not YAML", detail=problem, remedy="put the value in quotes")


_WITH_VALUE = re.compile(r"\s*[^\s#][^:]*:\s+[^\s#|>&].*")


def _deeper_than_above(source: Source, number: int) -> bool:
    """Whether a row `key: ...` is indented under a row that is `key: value` already."""
    above = next(
        (row for row in reversed(source.lines[:number]) if row.strip() and not row.strip().startswith("#")), ""
    )
    line = source.lines[number] if number < len(source.lines) else ""
    depth, depth_above = (len(row) - len(row.lstrip()) for row in (line, above))
    return depth > depth_above and bool(_WITH_VALUE.match(above))


def _control_character(source: Source, error: yaml.YAMLError) -> Diagnostic:
    position = getattr(error, "position", 0)
    rows = _LINE_ENDS.split(source.text[:position])
    place = source.place(len(rows) - 1, len(rows[-1]))
    return mistakes.SYNTAX.at(place, "an invisible control character stands here", remedy="delete it")
