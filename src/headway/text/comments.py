"""The user's comments, carried over to a text that is written anew: each stays with the entry it stood at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

import yaml

_LOADER = yaml.SafeLoader
_END: tuple[str, ...] = ()

KeyPath = tuple[str, ...]


@dataclass
class _Comments:
    """What is said above each entry, and behind it on its row."""

    above: dict[KeyPath, list[str]] = field(default_factory=lambda: defaultdict[KeyPath, list[str]](list))
    behind: dict[KeyPath, str] = field(default_factory=dict[KeyPath, str])


def with_comments(old: str, new: str) -> str:
    """`new` with the comments of `old`; those of entries that are gone stand at the end."""
    said = _comments(old)
    own = {row.strip() for rows in _comments(new).above.values() for row in rows}
    rows = new.splitlines()
    for number, path in sorted(_rows_of_entries(new).items(), reverse=True):
        margin = rows[number][: len(rows[number]) - len(rows[number].lstrip())]
        if path in said.behind:
            rows[number] += f"  {said.behind.pop(path)}"
        above = [row for row in said.above.pop(path, []) if row not in own]
        rows[number:number] = [f"{margin}{row}" for row in above]
    left = [row for found in said.above.values() for row in found if row not in own]
    return "\n".join([*rows, *left, *said.behind.values()]) + "\n"


def _comments(text: str) -> _Comments:
    found, waiting = _Comments(), list[str]()
    ends, entries = _ends(text), _rows_of_entries(text)
    last = _END
    for number, row in enumerate(text.splitlines()):
        last = entries.get(number, last)
        if number in entries and waiting:
            found.above[last] += waiting
            waiting = []
        rest = row[ends.get(number, 0) :].strip()
        if rest.startswith("#") and number in ends:
            found.behind[last] = f"{found.behind[last]} {rest}" if last in found.behind else rest
        elif rest.startswith("#"):
            waiting.append(rest)
    found.above[_END] += waiting
    return found


def _ends(text: str) -> Mapping[int, int]:
    """The column at which what is said on a row ends, for each row on which anything is."""
    ends: dict[int, int] = {}
    for token in cast("Iterator[yaml.Token]", yaml.scan(text, Loader=_LOADER)):  # pyright: ignore[reportUnknownMemberType]
        start, end = token.start_mark, token.end_mark
        if start.index < end.index:
            for number in range(start.line, end.line):
                ends[number] = len(text.splitlines()[number])
            ends[end.line] = max(ends.get(end.line, 0), end.column)
    return ends


def _rows_of_entries(text: str) -> dict[int, KeyPath]:
    """The row each entry starts on, by the keys that lead to it; of several on one row the first."""
    rows: dict[int, KeyPath] = {}

    def walk(node: yaml.Node | None, path: KeyPath) -> None:
        if isinstance(node, yaml.MappingNode):
            for key, value in cast("list[tuple[yaml.Node, yaml.Node]]", node.value):
                here = (*path, str(key.value))
                rows.setdefault(key.start_mark.line, here)
                walk(value, here)

    walk(cast("yaml.Node | None", yaml.compose(text, Loader=_LOADER)), _END)  # pyright: ignore[reportUnknownMemberType]
    return rows
