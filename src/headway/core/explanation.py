"""Why a number is what it is: definition, policy, arithmetic, the records behind it, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from headway.core.rows import Rows


@dataclass(frozen=True)
class Step:
    """One row of the arithmetic: what it is, its value as text, how deep it stands under the row above.

    `amount` is the value as a number, where it is one number and the step is asked for it.
    """

    label: str
    value: str
    depth: int = 0
    note: str = ""
    amount: float | None = None


@dataclass(frozen=True)
class Origin:
    """What one number covers and stands on: period, day, dimensions, currency, records, the run its facts end with."""

    period: str = ""
    as_of: date | None = None
    dimensions: Mapping[str, str] = field(default_factory=dict[str, str])
    value: float | int | Decimal | None = None
    low: float | None = None
    high: float | None = None
    currency: str | None = None
    n: int | None = None
    run: str = ""


@dataclass(frozen=True)
class Explanation:
    """A number taken apart. `parts` names record sets (numerator, denominator, ...) and holds their rows; `provenance`
    says in one line where it comes from, `origin` the same as values."""

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
    origin: Origin = field(default=Origin())
