"""What changed about the open pipeline between two days: a bridge that adds up, and the deals behind each of its lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from headway.core.calendar import Period
from headway.core.rows import Rows

START, END = "start", "end"

LINES: Mapping[str, str] = {
    START: "Open pipeline at the start",
    "created": "Created",
    "reopened": "Reopened",
    "pulled_in": "Pulled in",
    "pushed_in": "Pushed in",
    "moved_in": "Moved in",
    "increased": "Increased",
    "decreased": "Decreased",
    "valued": "Worth became known, or unknown",
    "revalued": "Revalued by currency",
    "pushed_out": "Pushed out",
    "pulled_out": "Pulled out",
    "moved_out": "Moved out",
    "won": "Won",
    "lost": "Lost",
    "deleted": "Deleted",
    END: "Open pipeline at the end",
}
"""The lines of the bridge in the order they are read, and what they are called."""


@dataclass(frozen=True)
class PipelineScope:
    """The pipeline that is asked about: broken down by columns, of these members only, expected to close in a period."""

    by: tuple[str, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict[str, str])
    closing: Period | None = None


WHOLE_PIPELINE = PipelineScope()


@dataclass(frozen=True)
class PipelineChanges:
    """The bridge from the open pipeline of one day to that of another, for each group and currency apart.

    `lines` has one row for each line that occurs (line, amount, deals, unvalued, currency, and the dimensions asked by);
    `deals` one for each deal and line it is in, with what it was before and after. `headline` says it in one sentence.
    """

    since: date
    until: date
    scope: PipelineScope
    lines: Rows
    deals: Rows
    headline: str
    notes: tuple[str, ...] = ()
