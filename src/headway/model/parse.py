"""From the text of a formula to its parts: Python's own grammar, read through an allow-list, never run."""

from __future__ import annotations

import ast
import re

from headway.core.diagnostics import Diagnostic, Mistake
from headway.core.positions import Piece
from headway.core.quantity import Quantity
from headway.model.mistakes import NOT_IN_LANGUAGE, SYNTAX
from headway.model.syntax import (
    Broken,
    Call,
    Comparison,
    Listing,
    Name,
    Negation,
    Number,
    Operation,
    Source,
    Span,
    Subscript,
    Syntax,
)

LONGEST = 4000
"""The most characters a formula may have; real ones stay under three hundred."""
DEEPEST = 60
"""The deepest a formula may nest."""
MOST_PARTS = 600
"""The most parts a formula may have."""

_SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
}
_REMEDIES: dict[type[ast.AST], str] = {
    ast.IfExp: "write where(condition, then, otherwise)",
    ast.BoolOp: "nest where(...) instead of `and` and `or`",
    ast.Compare: "compare two things at a time",
    ast.Tuple: "a formula gives one value; a list of dimensions is written over=[a, b]",
    ast.List: "a list is written only in over=[a, b]",
    ast.Constant: "only plain numbers such as 12 or 0.5 stand in formulas",
    ast.BinOp: "the signs are + - * / and ** for powers",
    ast.UnaryOp: "write the opposite comparison, or swap the two results of where(...)",
}
_SIGN_REMEDIES = {
    "^": "write ** for a power",
    "×": "write *",
    "÷": "write /",
    ";": "write a comma between arguments",
    **dict.fromkeys("−–—", "write the minus sign of the keyboard: -"),
    **dict.fromkeys("'\"“”„‘’«»", "leave the quotes out: names stand as they are"),
    **dict.fromkeys("€$£¥", "write the amount in its unit, such as 5 * currency"),
    **dict.fromkeys("&|", "nest where(...) instead"),
}
_GENERAL_REMEDY = "the formula reference lists what a formula can say"
_THOUSANDS = re.compile(r"(?<![\w.])\d{1,3}(?:,\d{3})+(?![\w.])")
_SCALED = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:k|m|bn)(?!\w)")
_ASSIGNS = re.compile(r"(?<![=!<>])=(?!=)")
_NUMBER = re.compile(r"(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_STRANGE = re.compile(r"[^\w\s+\-*/()\[\]<>=!.,]")


def parse_formula(piece: Piece) -> tuple[Syntax, tuple[Diagnostic, ...]]:
    """The parts of a formula, and everything in it that is no formula; what cannot be read comes back as Broken."""
    reader = _Reader(_source(piece))
    return reader.read(), tuple(reader.diagnostics)


def _source(piece: Piece) -> Source:
    """The physical rows where they spell the value; else the value itself, found inside the row or shown by it."""
    rows = tuple(row.text.replace("\r", " ") for row in piece.rows)
    if " ".join(" ".join(rows).split()) == " ".join(piece.value.split()):
        return Source(piece, rows)
    value = piece.value.replace("\r", " ")
    place = rows[0].find(value) if rows and "\n" not in value else -1
    return Source(piece, tuple(value.split("\n")), max(place, 0), place >= 0)


class _Reader:
    """Reads one formula and gathers what is wrong with it."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.diagnostics: list[Diagnostic] = []
        self._parts = 0
        last = len(source.rows) - 1
        self.whole = Span(source, 0, 0, last, len(source.rows[last]))

    def read(self) -> Syntax:
        """The formula as a tree."""
        stop = self._too_long() or self._strange_character()
        return stop or self._parsed()

    def _parsed(self) -> Syntax:
        # Square brackets on rows of their own keep every column as it is and show an early `)` or a stray comma.
        text = "[\n" + "\n".join(self.source.rows) + "\n]"
        try:
            body = ast.parse(text, mode="eval").body
        except SyntaxError as error:
            return self._unreadable(error)
        except (ValueError, MemoryError, RecursionError, OverflowError):
            return self._refuse(SYNTAX, self.whole, "this formula cannot be read", "simplify it")
        if not isinstance(body, ast.List):
            return self._refuse(SYNTAX, self.whole, "the brackets of this formula do not match", "close each one")
        if not body.elts:
            return self._refuse(SYNTAX, self.whole, "this formula is empty", "write what the line is made of")
        if len(body.elts) > 1 or "".join(self._bare_rows()).rstrip().endswith(","):
            remedy = _REMEDIES[ast.Tuple]
            if any(_THOUSANDS.search(row) for row in self._bare_rows()):
                remedy = "write numbers without commas: 1000"
            return self._refuse(NOT_IN_LANGUAGE, self.whole, "a formula gives one value", remedy)
        return self._part(body.elts[0], 0)

    def _too_long(self) -> Syntax | None:
        length = sum(len(row) for row in self.source.rows)
        if length <= LONGEST:
            return None
        message = f"this formula has {length:,} characters; {LONGEST:,} is the most"
        return self._refuse(NOT_IN_LANGUAGE, self.whole, message, "give its parts lines of their own")

    def _bare_rows(self) -> list[str]:
        return [row.partition("#")[0] for row in self.source.rows]

    def _strange_character(self) -> Syntax | None:
        for index, row in enumerate(self._bare_rows()):
            found = _STRANGE.search(row)
            if found:
                span = Span(self.source, index, found.start(), index, found.end())
                message = f"the sign {found.group()} is not part of the formula language"
                remedy = _SIGN_REMEDIES.get(found.group(), _GENERAL_REMEDY)
                remedy = _as_fraction(row[: found.start()]) if found.group() == "%" else remedy
                return self._refuse(NOT_IN_LANGUAGE, span, message, remedy)
        return None

    def _unreadable(self, error: SyntaxError) -> Syntax:
        row = (error.lineno or 2) - 2
        column = max((error.offset or 1) - 1, 0)
        if not 0 <= row < len(self.source.rows):
            row, column = len(self.source.rows) - 1, len(self.source.rows[-1].rstrip())
        width = len(self.source.rows[row])
        start = min(column, max(width - 1, 0))
        span = Span(self.source, row, start, row, min(start + 1, max(width, 1)))
        if "does not match" in error.msg or "never closed" in error.msg:
            return self._refuse(SYNTAX, span, "the brackets of this formula do not match", "close each one")
        if (error.lineno or 2) - 2 >= len(self.source.rows):
            return self._refuse(
                SYNTAX, span, "something is missing behind this", "write what follows it, or take it out"
            )
        return self._scaled_number() or self._assignment(row) or self._two_names(error, row) or self._lost(span)

    def _lost(self, span: Span) -> Syntax:
        remedy = "look for a missing sign, a missing name or a bracket too many"
        return self._refuse(SYNTAX, span, "this formula cannot be read from here on", remedy)

    def _scaled_number(self) -> Syntax | None:
        for index, row in enumerate(self._bare_rows()):
            found = _SCALED.search(row)
            meant = Quantity.parse(found.group()) if found else None
            if found and meant:
                span = Span(self.source, index, found.start(), index, found.end())
                message = f"'{found.group()}' is not a number of the formula language"
                return self._refuse(NOT_IN_LANGUAGE, span, message, f"write {meant.value:f}")
        return None

    def _assignment(self, row: int) -> Syntax | None:
        found = _ASSIGNS.search(self._bare_rows()[row])
        if found is None or "(" in self._bare_rows()[row][: found.start()]:
            return None
        span = Span(self.source, row, found.start(), row, found.end())
        message = "a formula is what stands behind the name of its line: nothing is set inside it"
        return self._refuse(SYNTAX, span, message, "to compare, write == inside where(...)")

    def _two_names(self, error: SyntaxError, row: int) -> Syntax | None:
        if "forgot a comma" not in error.msg or error.end_lineno != error.lineno:
            return None
        start, end = (error.offset or 1) - 1, (error.end_offset or 1) - 1
        span = Span(self.source, row, start, row, max(end, start + 1))
        remedy = "write a sign or a comma between two things"
        return self._refuse(SYNTAX, span, "a sign is missing in this", remedy)

    def _refuse(self, mistake: Mistake, span: Span, message: str, remedy: str = _GENERAL_REMEDY) -> Syntax:
        self.diagnostics.append(mistake.at(span.location, message, remedy=remedy))
        return Broken(span)

    def _part(self, node: ast.expr, depth: int) -> Syntax:
        span = self._span(node)
        self._parts += 1
        if depth > DEEPEST or self._parts > MOST_PARTS:
            if any(d.message == "this formula is too involved" for d in self.diagnostics):
                return Broken(span)
            remedy = "give its parts lines of their own"
            return self._refuse(NOT_IN_LANGUAGE, self.whole, "this formula is too involved", remedy)
        match node:
            case ast.Constant():
                return self._number(span)
            case ast.Name() | ast.Attribute():
                return self._name(node, span)
            case ast.BinOp() if type(node.op) in _SIGNS:
                left, right = self._part(node.left, depth + 1), self._part(node.right, depth + 1)
                return Operation(_SIGNS[type(node.op)], left, right, span)
            case ast.UnaryOp(op=ast.USub()):
                return Negation(self._part(node.operand, depth + 1), span)
            case ast.UnaryOp(op=ast.UAdd()):
                return self._part(node.operand, depth + 1)
            case ast.Compare() if len(node.ops) == 1 and type(node.ops[0]) in _SIGNS:
                left, right = self._part(node.left, depth + 1), self._part(node.comparators[0], depth + 1)
                return Comparison(_SIGNS[type(node.ops[0])], left, right, span)
            case ast.Subscript():
                return self._subscript(node, span, depth)
            case ast.Call():
                return self._call(node, span, depth)
            case _:
                remedy = _REMEDIES.get(type(node), _GENERAL_REMEDY)
                return self._refuse(NOT_IN_LANGUAGE, span, "this is not part of the formula language", remedy)

    def _number(self, span: Span) -> Syntax:
        text = span.text
        if not _NUMBER.fullmatch(text):
            remedy = "write the digits without underscores" if "_" in text else _REMEDIES[ast.Constant]
            return self._refuse(NOT_IN_LANGUAGE, span, f"'{text}' is not a number of the formula language", remedy)
        value = float(text)
        if value == float("inf"):
            return self._refuse(NOT_IN_LANGUAGE, span, "this number is too large", "no plan needs it")
        return Number(value, span)

    def _name(self, node: ast.expr, span: Span) -> Syntax:
        while isinstance(node, ast.Attribute):
            node = node.value
        if not isinstance(node, ast.Name):
            message = "this is not part of the formula language"
            return self._refuse(NOT_IN_LANGUAGE, span, message, "a dot stands only inside a name")
        # The text itself: Python would bring letters such as the micro sign to another form than the line's own name.
        return Name(".".join(part.strip() for part in span.text.split(".")), span)

    def _subscript(self, node: ast.Subscript, span: Span, depth: int) -> Syntax:
        operand = self._part(node.value, depth + 1)
        written = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return Subscript(operand, tuple(self._key(key) for key in written), span)

    def _key(self, node: ast.expr) -> Syntax:
        if isinstance(node, ast.Name | ast.Attribute | ast.Constant):
            return self._part(node, 0)
        span = self._span(node)
        return self._refuse(NOT_IN_LANGUAGE, span, "only members and groups stand in [...]", "write x[member]")

    def _call(self, node: ast.Call, span: Span, depth: int) -> Syntax:
        function = self._name(node.func, self._span(node.func))
        if not isinstance(function, Name):
            return Broken(span)
        arguments = tuple(self._part(argument, depth + 1) for argument in node.args)
        options = tuple((word.arg or "**", self._option(word.value, depth + 1)) for word in node.keywords)
        return Call(function, arguments, options, span)

    def _option(self, node: ast.expr, depth: int) -> Syntax:
        if isinstance(node, ast.List | ast.Tuple):
            return Listing(tuple(self._part(item, depth + 1) for item in node.elts), self._span(node))
        return self._part(node, depth)

    def _span(self, node: ast.expr) -> Span:
        row, end_row = node.lineno - 2, (node.end_lineno or node.lineno) - 2
        start = self._characters(row, node.col_offset)
        return Span(self.source, row, start, end_row, self._characters(end_row, node.end_col_offset or 0))

    def _characters(self, row: int, octets: int) -> int:
        """A column as `ast` counts it, in UTF-8 octets, in characters."""
        text = self.source.rows[row]
        return octets if text.isascii() else len(text.encode()[:octets].decode(errors="ignore"))


def _as_fraction(before: str) -> str:
    """How the percentage that ends here is written."""
    found = re.search(r"[\d.]+(?=\s*$)", before)
    share = Quantity.parse(f"{found.group()}%") if found else None
    return f"write {found.group()}% as {share.value:f}" if found and share else "write 24% as 0.24"
