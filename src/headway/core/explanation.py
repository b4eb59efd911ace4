"""Why a number is what it is: definition, policy, arithmetic, the records behind it, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field

from headway.core.rows import Rows


@dataclass(frozen=True)
class Step:
    """One row of the arithmetic: what it is, its value as text, how deep it stands under the row above."""

    label: str
    value: str
    depth: int = 0
    note: str = ""


@dataclass(frozen=True)
class Explanation:
    """A number taken apart. `parts` names record sets (numerator, denominator, ...) and holds their rows."""

    metric: str
    title: str
    definition: str
    value: str
    unit: str
    words: str
    policy: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    parts: tuple[tuple[str, Rows], ...] = ()
    provenance: str = ""
    notes: tuple[str, ...] = field(default=())
