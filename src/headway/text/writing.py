"""Values to YAML that reads well: short things on one row, long ones below each other, quotes only where needed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Context, Decimal
from typing import TypeAlias

from headway.core.positions import Piece

Tree: TypeAlias = "str | bool | Piece | Sequence[Tree] | Mapping[str, Tree] | None"
"""What can be written: words, yes or no, formulas as they stood, lists and mappings of these."""

WIDTH = 110

_PLAIN = re.compile(r"(?:\w|[(+.](?=[\w(])|-(?=[\w(.]))(?:[\w \-+*/%().;!?=<>@$€£|~^–—−,\[\]{}'&]|:(?=\S)|(?<=\S)#)*")
_RESERVED = frozenset(["null", "~", "true", "false", "yes", "no", "on", "off"])
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def block(tree: Mapping[str, Tree], opened: int = 1, depth: int = 0) -> str:
    """A mapping as rows; the first `opened` levels always stand one entry below the other."""
    return "".join(_entry(key, value, opened, depth) for key, value in tree.items())


def flow(tree: Tree) -> str:
    """A value on one row."""
    if isinstance(tree, str | bool | Piece | None):
        return leaf(tree, True)
    if isinstance(tree, Mapping):
        return "{" + ", ".join(f"{_word(key, True)}: {flow(value)}" for key, value in tree.items()) + "}"
    return "[" + ", ".join(flow(value) for value in tree) + "]"


def leaf(value: str | bool | Piece | None, inside: bool) -> str:
    """A single value as it is written, `inside` brackets or not."""
    if value is None:
        return "~"
    return str(value).lower() if isinstance(value, bool) else _word(str(value), inside)


def in_quotes(text: str, mark: str = '"') -> str:
    """Text between quotation marks; single ones where they can hold it."""
    if mark == "'" and _printable(text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(_escaped(character) for character in text) + '"'


def comment(text: str) -> str:
    """Text as a comment, each row of it."""
    return "".join(f"# {row}".rstrip() + "\n" for row in text.split("\n"))


def as_share(value: Decimal) -> str:
    """A share of one as a percentage, without loss."""
    return f"{plain(value.scaleb(2, Context(prec=len(value.as_tuple().digits) + 2)))}%"


def plain(value: Decimal) -> str:
    """A number in digits only, exact, without needless zeros behind the point."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _entry(key: str, value: Tree, opened: int, depth: int) -> str:
    margin = "  " * depth
    head = f"{margin}{_word(key, False)}:"
    if isinstance(value, Piece) and _rows_say_it(value):
        return f"{head} >-\n" + "".join(f"{margin}  {row.text.strip()}\n" for row in value.rows)
    if isinstance(value, str | bool | Piece | None):
        return f"{head} {leaf(value, False)}\n"
    if isinstance(value, Mapping) and value and (depth + 1 < opened or not _fits(head, value)):
        return f"{head}\n{block(value, opened, depth + 1)}"
    if isinstance(value, Mapping) or _fits(head, value):
        return f"{head} {flow(value)}\n"
    return f"{head}\n" + "".join(f"{margin}  - {flow(item)}\n" for item in value)


def _fits(head: str, value: Tree) -> bool:
    return not _holds_formula(value) and len(head) + 1 + len(flow(value)) <= WIDTH


def _holds_formula(value: Tree) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_formula(one) for one in value.values())
    return isinstance(value, Piece) and len(value.rows) > 1


def _rows_say_it(piece: Piece) -> bool:
    """Whether a formula over several rows can keep them: folded again, they give the same text."""
    rows = [row.text.strip() for row in piece.rows]
    return len(rows) > 1 and all(rows) and " ".join(rows) == piece.value and all(_printable(row) for row in rows)


def _word(text: str, inside: bool) -> str:
    """Text as it stands, or quoted where YAML would take it for something else."""
    safe = _PLAIN.fullmatch(text) and not text.endswith(" ") and text.lower() not in _RESERVED
    if safe and not (inside and re.search(r"[,\[\]{}:#]", text)):
        return text
    return in_quotes(text)


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if _printable(character):
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _printable(text: str) -> bool:
    return text.isprintable() and "\ufeff" not in text
