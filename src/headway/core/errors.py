"""The two roots of failure: the user's mistake and our own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar, cast

from headway.core.diagnostics import Diagnostic, errors

T = TypeVar("T")


class UserMistake(Exception):  # noqa: N818 - the name says whose it is
    """What the user must mend before we can go on; carries every diagnostic found, not the first."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("; ".join(d.message for d in self.diagnostics))

    @property
    def exit_code(self) -> int:
        """The first to mend decides: usage (2) before text (3) before data (4); warnings decide nothing."""
        return min((d.mistake.exit_code for d in self.diagnostics if d.is_error), default=1)


class Fault(Exception):  # noqa: N818 - the name says whose it is
    """A mistake of ours: an impossible state, reported as a bug."""


def sound(read: tuple[T | None, Sequence[Diagnostic]]) -> T:
    """What was read, if nothing is wrong with it; raises with every mistake there is."""
    value, found = read
    if value is None or errors(found):
        raise UserMistake(errors(found))
    return value


def told(answer: T | Diagnostic) -> T:
    """What was told, unless it is that something is wrong; that is raised."""
    if isinstance(answer, Diagnostic):
        raise UserMistake([answer])
    return answer


def answered(answer: T | tuple[Diagnostic, ...]) -> T:
    """The answer, where it is one; raises with every mistake there is."""
    if isinstance(answer, tuple):
        raise UserMistake(cast("tuple[Diagnostic, ...]", answer))
    return answer
