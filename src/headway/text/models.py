"""A revenue model as text: dimensions, inputs and lines, each formula with the rows it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from headway.core.calendar import FiscalCalendar
from headway.core.diagnostics import Diagnostic, did_you_mean
from headway.core.dimensions import Dimension
from headway.core.plan import Input, Line, ModelText
from headway.text import mistakes
from headway.text.binding import Gathered, Shape, Unread, bind_entries, bind_shape, read_words, wrong_sort
from headway.text.documents import read_document
from headway.text.nodes import ListNode, MapNode, Node, Scalar
from headway.text.source import Source, load

LARGEST_MONTH_COUNT = 1200
_HOLDS = "the lines of the model, such as\n  lines:\n    won: opportunities * win_rate"


@dataclass(frozen=True)
class _Written:
    """The parts of a model file."""

    dimensions: Mapping[str, Dimension] = field(default_factory=dict[str, Dimension])
    inputs: Mapping[str, Input] = field(default_factory=dict[str, Input])
    lines: Mapping[str, Line] = field(default_factory=dict[str, Line])


@dataclass(frozen=True)
class _WrittenDimension:
    members: tuple[str, ...] | None = None
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    months: int | None = None


def read_model(
    text: Path | tuple[str, str], root: Path | None = None
) -> tuple[ModelText | None, tuple[Diagnostic, ...]]:
    """A model from a file, or from (name, text); its name is the file's."""
    gathered = Gathered(FiscalCalendar())
    source = Source.of(*text) if isinstance(text, tuple) else load(text, root)
    name = Path(text[0]).stem if isinstance(text, tuple) else text.stem
    node = read_document(source, gathered, _HOLDS)
    written = bind_shape(node, Shape(_Written, read=_PARTS), gathered) if node else None
    if not isinstance(written, _Written) or gathered.spoiled_since(0):
        return None, gathered.in_order()
    return ModelText(name, written.dimensions, written.inputs, written.lines), gathered.in_order()


def read_lines(node: Node, gathered: Gathered) -> object:
    """Named formulas: `name: formula`, or expanded."""
    return bind_entries(node, _LINE, gathered)


def read_inputs(node: Node, gathered: Gathered) -> object:
    """What a model needs from the plan."""
    return bind_entries(node, Shape(Input), gathered)


def read_dimension(node: Node, gathered: Gathered, name: str) -> Dimension | None:
    """A dimension: `[a, b]`, `{members: [a, b], groups: {...}}` or `{months: n}`."""
    if isinstance(node, ListNode):
        listed = members(node, gathered)
        return None if isinstance(listed, Unread) else Dimension(name, listed)
    read = bind_shape(node, Shape(_WrittenDimension), gathered)
    if not isinstance(read, _WrittenDimension):
        return None
    if read.months is None:
        _check_members(node, gathered)
        _check_groups(node, read, gathered)
        return Dimension(name, read.members or (), read.groups)
    if read.members is not None or read.groups or not 1 <= read.months <= LARGEST_MONTH_COUNT:
        remedy = f"write {{months: n}} alone, n from 1 to {LARGEST_MONTH_COUNT}, or list the members"
        gathered.wrong(mistakes.WRONG_TYPE, node.place, f"'{name}' is no dimension as written", remedy=remedy)
        return None
    return Dimension.of_months(name, read.months)


def members(node: Node, gathered: Gathered) -> tuple[str, ...] | Unread:
    """A list of member names, none twice."""
    read = read_words(node, gathered)
    if isinstance(node, ListNode):
        refuse_repeats(node, gathered)
    return read


def refuse_repeats(node: ListNode, gathered: Gathered) -> None:
    """Note every item of a list that stands there already."""
    seen: set[str] = set()
    for item in node.items:
        if isinstance(item, Scalar):
            if item.text in seen:
                words = f"'{item.text}' is listed twice"
                gathered.wrong(mistakes.REPEATED_ITEM, item.place, words, remedy="take one of the two out")
            seen.add(item.text)


def _read_dimensions(node: Node, gathered: Gathered) -> object:
    if not isinstance(node, MapNode):
        return wrong_sort(node, "a mapping of names", gathered)
    read = [(entry.key, read_dimension(entry.value, gathered, entry.key.text)) for entry in node.entries]
    return {key.text: replace(one, location=key.place) for key, one in read if one is not None}


def _check_members(node: Node, gathered: Gathered) -> None:
    entry = node.entry("members") if isinstance(node, MapNode) else None
    if entry is not None and isinstance(entry.value, ListNode):
        refuse_repeats(entry.value, gathered)


def _check_groups(node: Node, read: _WrittenDimension, gathered: Gathered) -> None:
    groups = node.entry("groups") if isinstance(node, MapNode) else None
    if groups is None or not isinstance(groups.value, MapNode) or not read.members:
        return
    for entry in groups.value.entries:
        for item in entry.value.items if isinstance(entry.value, ListNode) else ():
            if isinstance(item, Scalar) and item.text not in read.members:
                words = f"'{item.text}' in the group '{entry.key.text}' is no member"
                remedy = did_you_mean(item.text, read.members)
                gathered.wrong(mistakes.UNKNOWN_MEMBER, item.place, words, remedy=remedy)


_LINE = Shape(Line, alone="formula")
_PARTS = {"dimensions": _read_dimensions, "inputs": read_inputs, "lines": read_lines}
