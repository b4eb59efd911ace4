"""What is asked of a metric, as a user puts it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Ask:
    """A metric's name (a bare one stands for its variants) over a period, broken down, filtered, as known on a day.

    `plan`: the plan whose target or opportunities are meant, where one has to be. `limit`: how many records are listed.
    """

    metric: str
    period: str | None = None
    by: Sequence[str] = ()
    where: Mapping[str, str] = field(default_factory=dict[str, str])
    as_of: date | None = None
    plan: str | None = None
    limit: int = 10
