"""A revenue model as text: dimensions, inputs and lines, each formula with the rows it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from headway.core.calendar import FiscalCalendar
from headway.core.diagnostics import Diagnostic, did_you_mean
from headway.core.dimensions import Dimension
from headway.core.plan import WHOLE, Gaps, Input, Line, ModelText
from headway.text import mistakes
from headway.text.binding import (
    Gathered,
    Shape,
    Unread,
    bind_entries,
    bind_shape,
    read_words,
    reject_unknown,
    wrong_sort,
)
from headway.text.documents import read_document
from headway.text.gaps import entry_meant, gaps_of, without_cut
from headway.text.model_lists import LISTS, read_lists
from headway.text.nodes import ListNode, MapNode, Node, Scalar, sort_of
from headway.text.source import Source, load

LARGEST_MONTH_COUNT = 1200
_HOLDS = "the lines of the model, such as\n  lines:\n    won: opportunities * win_rate"


@dataclass(frozen=True)
class _WrittenDimension:
    members: tuple[str, ...] | None = None
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    months: int | None = None


def read_model(
    text: Path | tuple[str, str], root: Path | None = None
) -> tuple[ModelText | None, tuple[Diagnostic, ...]]:
    """A model from a file, or from (name, text); its name is the file's. None where the file holds no mapping.

    Beside mistakes the model holds what could be read, so that its formulas are checked too, and `gaps` what could not.
    """
    gathered = Gathered(FiscalCalendar())
    source = Source.of(*text) if isinstance(text, tuple) else load(text, root)
    name = Path(text[0]).stem if isinstance(text, tuple) else text.stem
    node = read_document(source, gathered, _HOLDS)
    if node is None:
        return None, gathered.in_order()
    reject_unknown(node, _PARTS, gathered)
    parts = {key: entry_meant(node, key, _PARTS) for key in _PARTS}
    empty = {key for key, entry in parts.items() if entry is None or sort_of(entry.value) == "nothing"}
    nodes = {key: entry.value for key, entry in parts.items() if entry is not None and key not in empty}
    dimensions = _read_dimensions(nodes["dimensions"], gathered) if "dimensions" in nodes else {}
    inputs = read_inputs(nodes["inputs"], gathered) if "inputs" in nodes else {}
    lines = read_lines(nodes["lines"], gathered) if "lines" in nodes else {}
    lists = read_lists(nodes, inputs, lines, gathered)
    gaps, read = Gaps(torn=gathered.spoiled_since(0)), {"dimensions": dimensions, "inputs": inputs, "lines": lines}
    for key, part in nodes.items():
        gaps |= gaps_of(part, read[key]) if key in read else WHOLE
    for entry in node.entries:
        if entry.key.text not in _PARTS and entry not in parts.values() and isinstance(entry.value, MapNode):
            gaps |= gaps_of(entry.value, ())
    return ModelText(name, dimensions, inputs, lines, gaps, *lists), gathered.in_order()


def read_lines(node: Node, gathered: Gathered) -> dict[str, Line]:
    """Named formulas: `name: formula`, or expanded."""
    return without_cut(node, bind_entries(node, _LINE, gathered))


def read_inputs(node: Node, gathered: Gathered) -> dict[str, Input]:
    """What a model needs from the plan."""
    return without_cut(node, bind_entries(node, Shape(Input), gathered))


def read_dimension(node: Node, gathered: Gathered, name: str) -> Dimension | None:
    """A dimension: `[a, b]`, `{members: [a, b], groups: {...}}` or `{months: n}`."""
    if isinstance(node, ListNode):
        listed = members(node, gathered)
        return None if isinstance(listed, Unread) else Dimension(name, tuple(dict.fromkeys(listed)))
    read = bind_shape(node, Shape(_WrittenDimension), gathered)
    if not isinstance(read, _WrittenDimension):
        return None
    if read.months is None:
        _check_members(node, gathered)
        _check_groups(node, read, gathered)
        known = dict.fromkeys(read.members or ())
        groups = {group: tuple(one for one in listed if one in known) for group, listed in read.groups.items()}
        return Dimension(name, tuple(known), groups)  # without what was just reported
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


def _read_dimensions(node: Node, gathered: Gathered) -> dict[str, Dimension]:
    if not isinstance(node, MapNode):
        wrong_sort(node, "a mapping of names", gathered)
        return {}
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
_PARTS = ("dimensions", "inputs", "lines", *LISTS)
