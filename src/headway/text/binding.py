"""Nodes to frozen dataclasses by their type hints: every unknown, missing or wrong entry is gathered, none guessed."""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from difflib import get_close_matches
from functools import cache
from itertools import takewhile
from typing import Any, Final, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from headway.core.calendar import FiscalCalendar
from headway.core.diagnostics import Diagnostic, Mistake, did_you_mean, in_order
from headway.core.errors import Fault
from headway.core.positions import Location
from headway.text import mistakes, scalars
from headway.text.nodes import Entry, ListNode, MapNode, Node, Scalar, sort_of
from headway.text.scalars import Wrong

T = TypeVar("T")

_THOUSANDS = re.compile(r"\d{3}(?!\d)")


class Unread:
    """The value of what could not be read; its diagnostic is already gathered."""


UNREAD: Final = Unread()


@dataclass(frozen=True)
class Gathered:
    """What one reading goes by, and what it has found wrong so far."""

    fiscal: FiscalCalendar = field(default_factory=FiscalCalendar)
    found: list[Diagnostic] = field(default_factory=list[Diagnostic])

    def wrong(self, mistake: Mistake, place: Location, message: str, *, detail: str = "", remedy: str = "") -> Unread:
        """Note a mistake; the value it spoils is unread."""
        self.found.append(mistake.at(place, message, detail=detail, remedy=remedy))
        return UNREAD

    def in_order(self) -> tuple[Diagnostic, ...]:
        """Everything found wrong, from the top of each file to its end."""
        return in_order(self.found)

    def spoiled_since(self, before: int) -> bool:
        """Whether an error was found after the first `before` findings."""
        return any(one.is_error for one in self.found[before:])


Reader = Callable[[Node, Gathered], object]


@dataclass(frozen=True)
class Shape:
    """How entries become a dataclass where its type hints alone do not say.

    `spelt` gives a field another key in the text, `read` gives it its own reader, `given` are fields the caller fills,
    `key` is the field that takes the name of a `name: {...}` entry, and `alone` the field a bare value stands for.
    The rest is worth having without the fields in `loose`, where one of them cannot be read: the value given there, or
    the field's own default, stands in for it.
    """

    made: type
    spelt: Mapping[str, str] = field(default_factory=dict[str, str])
    read: Mapping[str, Reader] = field(default_factory=dict[str, Reader])
    given: Mapping[str, object] = field(default_factory=dict[str, object])
    key: str = "name"
    alone: str | None = None
    loose: Mapping[str, object] = field(default_factory=dict[str, object])


def bind(node: Node, made: type[T], fiscal: FiscalCalendar | None = None) -> tuple[T | None, tuple[Diagnostic, ...]]:
    """A node as a frozen dataclass, or None, with everything found wrong."""
    gathered = Gathered(fiscal or FiscalCalendar())
    value = bind_shape(node, Shape(made), gathered)
    return (None if isinstance(value, Unread) else cast(T, value)), gathered.in_order()


def bind_entries(node: Node, shape: Shape, gathered: Gathered) -> dict[str, Any]:
    """A file of `name: {...}` entries, each bound to the shape; those that could not be read are left out."""
    if not isinstance(node, MapNode):
        wrong_sort(node, "a mapping of names", gathered)
        return {}
    bound = {
        e.key.text: bind_shape(e.value, shape, gathered, e) for e in node.entries if not cut_off(node, e, gathered)
    }
    return {name: value for name, value in bound.items() if not isinstance(value, Unread)}


def bind_shape(node: Node, shape: Shape, gathered: Gathered, entry: Entry | None = None) -> object:
    """A node as the dataclass of a shape, or UNREAD; `entry` is the `name: {...}` it is the value of."""
    hints, before = _hints(shape.made), len(gathered.found)
    own = {f.name: f for f in fields(shape.made) if f.metadata.get("text", True)}
    values: dict[str, object] = {n: v for n, v in shape.given.items() if n in own}
    if _is_location(hints.get("location")):
        values["location"] = entry.key.place if entry else node.place
    if entry is not None and shape.key in own:
        values[shape.key] = entry.key.text
    readable = {shape.spelt.get(n, n): n for n in own if n not in values}
    if shape.alone and isinstance(node, Scalar) and not node.is_empty:
        values[shape.alone] = _value(node, shape.alone, shape, hints, gathered)
    elif isinstance(node, MapNode):
        values |= _values(node, readable, own, shape, gathered)
    elif isinstance(node, Scalar) and node.is_empty and entry is not None and not _needed(readable, own):
        pass
    elif isinstance(node, Scalar) and node.is_empty and entry is not None:
        remedy = f"write {_listed(readable)} below it"
        return gathered.wrong(mistakes.MISSING_KEY, entry.key.place, f"'{entry.key.text}' says nothing", remedy=remedy)
    else:
        return wrong_sort(node, f"a mapping with {_listed(readable)}", gathered)
    for key in _needed(readable, own):
        if readable[key] not in values and key not in _misspelt(node, readable):
            owner = f"'{entry.key.text}' lacks" if entry else "this lacks"
            place = entry.key.place if entry else node.place
            gathered.wrong(mistakes.MISSING_KEY, place, f"{owner} '{key}'", remedy=f"add '{key}: ...'")
    sound = {name: value for name, value in values.items() if not isinstance(value, Unread)}
    if gathered.spoiled_since(before):
        unread = {n for n, v in values.items() if isinstance(v, Unread)}
        unread |= {readable[key] for key in _needed(readable, own) if readable[key] not in values}
        if not shape.loose or not unread <= shape.loose.keys():
            return UNREAD
        sound |= {name: shape.loose[name] for name in unread if not _has_default(own[name])}
    return shape.made(**sound)


def wrong_sort(node: Node, expected: str, gathered: Gathered) -> Unread:
    """A node of another sort than expected."""
    sort = sort_of(node)
    return gathered.wrong(mistakes.WRONG_TYPE, node.place, f"{expected} is expected here, not {sort}")


def reject_unknown(node: MapNode, known: tuple[str, ...], gathered: Gathered) -> None:
    """Note every key that is none of those known."""
    for entry in node.entries:
        if entry.key.text not in known:
            _unknown_key(node, entry, known, gathered)


def _values(
    node: MapNode, readable: Mapping[str, str], own: Mapping[str, Field[Any]], shape: Shape, gathered: Gathered
) -> dict[str, object]:
    values: dict[str, object] = {}
    hints = _hints(shape.made)
    reject_unknown(node, tuple(readable), gathered)
    for entry in node.entries:
        name = readable.get(entry.key.text)
        if name is None:
            continue
        if isinstance(entry.value, Scalar) and entry.value.is_empty and not _optional(hints[name]):
            if _has_default(own[name]):
                continue
            remedy = f"write a value after '{entry.key.text}:'"
            found = f"'{entry.key.text}' has no value"
            values[name] = gathered.wrong(mistakes.MISSING_KEY, entry.key.place, found, remedy=remedy)
        else:
            before = len(gathered.found)
            value = _value(entry.value, name, shape, hints, gathered)
            values[name] = UNREAD if gathered.spoiled_since(before) else value
    return values


def _value(node: Node, name: str, shape: Shape, hints: Mapping[str, Any], gathered: Gathered) -> object:
    reader = shape.read.get(name)
    return reader(node, gathered) if reader else read_as(node, hints[name], gathered)


def cut_off(node: MapNode, entry: Entry, gathered: Gathered) -> bool:
    """Whether a key is the rest of a value cut at its comma: `{won: spread(a, b)}` is `won: spread(a` and `b)`."""
    if not _is_rest(node, entry):
        return False
    place = node.entries.index(entry)
    if place and _is_rest(node, node.entries[place - 1]):
        return True  # said of the first part cut off
    head = node.entries[place - 1].value if place else node
    if isinstance(head, Scalar) and head.text[-1:].isdigit() and entry.key.text[:1].isdigit():
        _cut_number(head.text, node.entries[place:], gathered)
        return True
    before = node.entries[max(0, place - 1)].key.text
    detail = f"inside {{ }} a comma ends a value, so '{before}' stops before this"
    remedy = f"write '{before}: ...' on a row of its own, without the braces, or put its value in quotes"
    words = f"'{entry.key.text}' was cut off"
    gathered.wrong(mistakes.SPLIT_BY_COMMA, entry.key.place, words, detail=detail, remedy=remedy)
    return True


def _is_rest(node: MapNode, entry: Entry) -> bool:
    return node.flow and isinstance(entry.value, Scalar) and entry.value.is_empty


def _cut_number(head: str, rests: Sequence[Entry], gathered: Gathered) -> None:
    """Note a number written with a comma, where a comma ends a value."""
    following = takewhile(lambda entry: isinstance(entry.value, Scalar) and entry.value.is_empty, rests)
    parts = [head, *(entry.key.text for entry in following)]
    whole = ",".join(parts)
    detail = f"inside {{ }} a comma ends a value, so this reads as {' and '.join(repr(part) for part in parts)}"
    remedy = f'write {"".join(parts)}, without commas, or put it in quotes: "{whole}"'
    if not _THOUSANDS.match(parts[1]):
        remedy = f"write {'.'.join(parts)}, with a point"
    gathered.wrong(
        mistakes.SPLIT_BY_COMMA, rests[0].key.place, f"'{whole}' was cut at its comma", detail=detail, remedy=remedy
    )


def _unknown_key(node: MapNode, entry: Entry, known: tuple[str, ...], gathered: Gathered) -> None:
    if cut_off(node, entry, gathered):
        return
    word = entry.key.text
    near = did_you_mean(word, known)
    detail = f"keys that may stand here: {', '.join(known)}" if known else ""
    remedy = near if near.startswith("did you mean") else "take it out, or correct it"
    gathered.wrong(mistakes.UNKNOWN_KEY, entry.key.place, f"unknown key '{word}'", detail=detail, remedy=remedy)


def read_as(node: Node, hint: Any, gathered: Gathered) -> object:
    """A node as any type a dataclass may hold, or UNREAD."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _read_union(node, inner, gathered)
    if origin is Literal:
        return _scalar(node, lambda scalar: scalars.choice(scalar, inner), gathered)
    if origin is tuple:
        return _read_tuple(node, inner, gathered)
    if origin in (dict, Mapping) and inner[0] is str:
        return _read_mapping(node, inner[1], gathered)
    if hint in scalars.READERS:
        return _scalar(node, lambda scalar: scalars.READERS[hint](scalar, gathered.fiscal), gathered)
    if isinstance(hint, type) and is_dataclass(hint):
        return bind_shape(node, Shape(hint), gathered)
    raise Fault(f"text cannot be bound to {hint}")


def _read_union(node: Node, inner: tuple[Any, ...], gathered: Gathered) -> object:
    if isinstance(node, Scalar) and node.is_empty and types.NoneType in inner:
        return None
    kinds = [kind for kind in inner if kind is not types.NoneType]
    attempts: list[Gathered] = []
    for kind in kinds:
        attempts.append(Gathered(gathered.fiscal))
        value = read_as(node, kind, attempts[-1])
        if not attempts[-1].found:
            return value
    gathered.found.extend(attempts[-1].found)
    return UNREAD


def _read_tuple(node: Node, inner: tuple[Any, ...], gathered: Gathered) -> object:
    if not isinstance(node, ListNode):
        remedy = f"write [{node.text}]" if isinstance(node, Scalar) and not node.is_empty else "write [first, second]"
        words = f"a list is expected here, not {sort_of(node)}"
        return gathered.wrong(mistakes.WRONG_TYPE, node.place, words, remedy=remedy)
    kinds = inner[:1] * len(node.items) if inner[-1] is Ellipsis else inner
    if len(kinds) != len(node.items):
        words = f"{len(kinds)} items are expected here, not {len(node.items)}"
        return gathered.wrong(mistakes.WRONG_TYPE, node.place, words)
    values = tuple(read_as(item, kind, gathered) for item, kind in zip(node.items, kinds, strict=True))
    return UNREAD if any(isinstance(value, Unread) for value in values) else values


def _read_mapping(node: Node, kind: Any, gathered: Gathered) -> object:
    if not isinstance(node, MapNode):
        return wrong_sort(node, "a mapping (key: value)", gathered)
    values: dict[str, object] = {}
    for entry in node.entries:
        if isinstance(kind, type) and is_dataclass(kind) and kind not in scalars.READERS:
            values[entry.key.text] = bind_shape(entry.value, Shape(kind), gathered, entry)
        elif cut_off(node, entry, gathered):
            values[entry.key.text] = UNREAD
        else:
            values[entry.key.text] = read_as(entry.value, kind, gathered)
    return UNREAD if any(isinstance(value, Unread) for value in values.values()) else values


def _scalar(node: Node, read: Callable[[Scalar], object | Wrong], gathered: Gathered) -> object:
    if not isinstance(node, Scalar):
        return wrong_sort(node, "a single value", gathered)
    if node.is_empty:
        return wrong_sort(node, "a value", gathered)
    value = read(node)
    if isinstance(value, Wrong):
        return gathered.wrong(value.mistake, node.place, value.message, remedy=value.remedy)
    return value


def read_words(node: Node, gathered: Gathered) -> tuple[str, ...] | Unread:
    """A list of words."""
    if isinstance(_read_tuple(node, (str, ...), gathered), Unread) or not isinstance(node, ListNode):
        return UNREAD
    return tuple(item.text for item in node.items if isinstance(item, Scalar))


@cache
def _hints(made: type) -> Mapping[str, Any]:
    return get_type_hints(made)


def _is_location(hint: Any) -> bool:
    return hint is Location or Location in get_args(hint)


def meant(word: str, known: Iterable[str]) -> str | None:
    """The known word a strange one was meant to be, if one is near."""
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.6)), None)


def _misspelt(node: Node, readable: Mapping[str, str]) -> frozenset[str]:
    """The keys that unknown ones of a mapping were meant to be: one slip of the pen is one message."""
    strangers = [e.key.text for e in node.entries if e.key.text not in readable] if isinstance(node, MapNode) else []
    return frozenset(word for stranger in strangers if (word := meant(stranger, readable)))


def _optional(hint: Any) -> bool:
    return types.NoneType in get_args(hint)


def _has_default(one: Field[Any]) -> bool:
    return one.default is not MISSING or one.default_factory is not MISSING


def _needed(readable: Mapping[str, str], own: Mapping[str, Field[Any]]) -> list[str]:
    return [key for key, name in readable.items() if not _has_default(own[name])]


def places_of(node: Node) -> dict[str, Location]:
    """Where each value of a mapping stands, by its key."""
    return {e.key.text: e.value.place for e in node.entries} if isinstance(node, MapNode) else {}


def _listed(readable: Mapping[str, str]) -> str:
    return ", ".join(f"'{key}'" for key in readable)
