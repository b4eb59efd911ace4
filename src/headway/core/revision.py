"""An edit of the user's text as a value: what is to change, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from headway.core.diagnostics import Diagnostic


@dataclass(frozen=True)
class Change:
    """What is to be written about one assumption of a plan, in the words that are to stand in the text.

    `at` names the members the value belongs to, in the order of the assumption's dimensions; `range` is its P10 and
    P90; `told` are fields beside the values, such as owner or evidence, where None says that nothing is known.
    """

    assumption: str
    value: str | None = None
    at: tuple[str, ...] = ()
    range: tuple[str, str] | None = None
    told: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])

    @classmethod
    def because(cls, why: str) -> Mapping[str, str | None]:
        """The fields of a value somebody set by judgement: the reason is its evidence, and no records count for it."""
        return {"basis": "judgement", "evidence": why, "n": None}


@dataclass(frozen=True)
class Revision:
    """A file before and after an edit: the hashes of both, and the difference as people review it."""

    file: str
    before: str
    after: str
    diff: str
    written: bool
    noticed: tuple[Diagnostic, ...] = ()
