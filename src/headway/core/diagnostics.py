"""What is wrong, where, why, and what to do: a user's mistake as a value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal
from unicodedata import combining, east_asian_width

from headway.core.positions import Location

Severity = Literal["error", "warning", "note"]

TEXT_MISTAKE = 3
DATA_PROBLEM = 4
USAGE_MISTAKE = 2
CONFLICT = 7
FAILURE = 1


@dataclass(frozen=True)
class Mistake:
    """One sort of mistake: its code, a title, what it means, and the exit code it leads to.

    Each room declares its own in `mistakes.py`; the catalogue page and the files under
    `tests/errors/` that provoke them are checked against these.
    """

    code: str
    title: str
    meaning: str
    exit_code: int = TEXT_MISTAKE

    def at(
        self,
        location: Location | None,
        message: str,
        *,
        detail: str = "",
        remedy: str = "",
        severity: Severity = "error",
    ) -> Diagnostic:
        """This sort of mistake, found at a place."""
        return Diagnostic(self, message, location, detail, remedy, severity)


@dataclass(frozen=True)
class Diagnostic:
    """One finding about the user's text or data: sentence, place, detail, remedy."""

    mistake: Mistake
    message: str
    location: Location | None = None
    detail: str = ""
    remedy: str = ""
    severity: Severity = "error"

    @property
    def is_error(self) -> bool:
        """Whether work must stop until this is mended."""
        return self.severity == "error"

    def render(self) -> str:
        """The finding as the terminal shows it: place, sentence, excerpt with caret, detail, remedy."""
        place = f"{self.location}: " if self.location else ""
        sort = "" if self.is_error else f"{self.severity}: "
        rows = [f"{place}{sort}{self.message}  [{self.mistake.code}]"]
        if self.location is not None and self.location.excerpt:
            rows += _excerpt(self.location)
        rows += [f"  {row}" for text in (self.detail, self.remedy) if text for row in text.split("\n")]
        return "\n".join(rows)


_WIDEST = 150


def _excerpt(location: Location) -> list[str]:
    """The line, cut to what fits a terminal, and below it a caret under the characters meant."""
    line = location.excerpt.replace("\t", " ")
    start = location.column - 1
    indent = len(line) - len(line.lstrip())
    cut = min(indent, start)
    if len(line) - cut > _WIDEST and start - cut > _WIDEST * 3 // 5:
        cut = start - _WIDEST * 3 // 5
    shown = line[cut : cut + _WIDEST].rstrip()
    meant = shown[start - cut : start - cut + location.length]
    before = shown[: start - cut].ljust(start - cut)
    return [f"    {shown}", f"    {' ' * _cells(before)}{'^' * max(1, _cells(meant))}"]


def _cells(text: str) -> int:
    """How many terminal cells a text takes: two for a wide character, none for a mark set upon the one before."""
    return sum(0 if combining(one) else 2 if east_asian_width(one) in "WF" else 1 for one in text)


def errors(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Those that stop the work."""
    return tuple(d for d in diagnostics if d.is_error)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """By file, line and column; those without a place first."""

    def place(one: Diagnostic) -> tuple[str, int, int]:
        return (one.location.file, one.location.line, one.location.column) if one.location else ("", 0, 0)

    return tuple(sorted(diagnostics, key=place))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A remedy naming the nearest known word, or the first few known ones."""
    names = sorted(set(known))
    near = get_close_matches(word, names, n=1, cutoff=0.6)
    if near:
        return f"did you mean '{near[0]}'?"
    if not names:
        return ""
    listed = ", ".join(names[:12])
    return f"known here: {listed}" + (", ..." if len(names) > 12 else "")
