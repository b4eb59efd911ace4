"""Intent: the plan, its target, and the assumptions it stands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from headway.core.calendar import Period, add_months, month
from headway.core.dimensions import Dimension
from headway.core.positions import Location, Piece

Basis = Literal["history", "benchmark", "judgement"]
Kind = Literal["flow", "stock", "ratio"]


@dataclass(frozen=True)
class Estimate:
    """A value and, where known, the range from P10 to P90."""

    value: Decimal
    low: Decimal | None = None
    high: Decimal | None = None
    location: Location | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Assumption:
    """One driver of the plan: a metric in the future, with where it comes from and who answers for it.

    `values` is keyed by members in the order of `by`; an assumption without dimensions has the one key `()`.
    `places` is where its parts stand in the text, by their keys.
    """

    name: str
    unit: str
    values: Mapping[tuple[str, ...], Estimate]
    by: tuple[str, ...] = ()
    basis: Basis = "judgement"
    evidence: str = ""
    n: int | None = None
    owner: str = ""
    review_by: date | None = None
    location: Location | None = None
    places: Mapping[str, Location] = field(default_factory=dict[str, Location], compare=False)

    def place(self, part: str) -> Location | None:
        """Where a part of it stands in the text; where it begins, if that part is not written."""
        return self.places.get(part, self.location)


@dataclass(frozen=True)
class Horizon:
    """The months a plan covers."""

    start: Period
    months: int

    @property
    def each(self) -> tuple[Period, ...]:
        """Its months, one by one."""
        return tuple(month(add_months(self.start.start, i)) for i in range(self.months))


@dataclass(frozen=True)
class Target:
    """What the plan commits to: a line of the model, the month it is due, the amount. `proposed` is what rates yield."""

    metric: str
    at: Period
    value: Decimal
    currency: str | None = None
    proposed: bool = False
    location: Location | None = None
    places: Mapping[str, Location] = field(default_factory=dict[str, Location], compare=False)

    def place(self, part: str) -> Location | None:
        """Where a part of it stands in the text; where it begins, if that part is not written."""
        return self.places.get(part, self.location)


@dataclass(frozen=True)
class Input:
    """A number the model needs from the plan: what it is broken down by and its unit; `before` holds earlier months.

    `default` is what holds, for every member and month, where the plan assumes nothing.
    """

    name: str
    unit: Piece
    by: tuple[str, ...] = ()
    before: Piece | None = None
    location: Location | None = None
    default: Decimal | None = None


@dataclass(frozen=True)
class Line:
    """A named formula. `by`, `unit` and `kind` are inferred; written ones are checked.

    `optional` names terms of its sum that count only where a plan says something of them.
    """

    name: str
    formula: Piece
    before: Piece | None = None
    by: tuple[str, ...] | None = None
    unit: Piece | None = None
    kind: Kind | None = None
    location: Location | None = None
    optional: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gaps:
    """What of a text could not be read. It is reported already, so nothing more is said of what stands on it.

    `names` are the inputs, lines, dimensions and keys, `units` the words of their units, and `formulas` what can still
    be checked by itself. Where a part as a whole cannot be read, any name may be one of its: `any_name`. `torn` is true
    where there is any mistake at all.
    """

    names: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    formulas: tuple[Piece, ...] = ()
    any_name: bool = False
    torn: bool = False

    def __or__(self, other: Gaps) -> Gaps:
        """Both together."""
        formulas = (*self.formulas, *other.formulas)
        names, units = self.names | other.names, self.units | other.units
        return Gaps(names, units, formulas, self.any_name or other.any_name, self.torn or other.torn)

    def __bool__(self) -> bool:
        return bool(self.names or self.any_name or self.torn)


WHOLE = Gaps()
"""A text without mistakes."""


@dataclass(frozen=True)
class ModelText:
    """A revenue model as text: what it is broken down by, what it needs, and its lines in the order written.

    A text with `gaps` holds what could be read; it can be checked, but nothing can be evaluated.
    `journey` names the steps a plan is followed by, in order; `families` group what a plan may assume; `limits` name
    what is asked of a resource and how much there is of it, a line each.
    """

    name: str
    dimensions: Mapping[str, Dimension]
    inputs: Mapping[str, Input]
    lines: Mapping[str, Line]
    gaps: Gaps = WHOLE
    journey: tuple[str, ...] = ()
    families: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    limits: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


@dataclass(frozen=True)
class Plan:
    """A plan as the user wrote it, before it meets its model. With `gaps` it can be checked, but not followed.

    `scope` are the columns and values of the opportunities it is about; without any it is about all of them.
    """

    name: str
    why: str
    horizon: Horizon
    model: str
    assumptions: Mapping[str, Assumption]
    target: Target | None = None
    currency: str | None = None
    dimensions: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    own_inputs: Mapping[str, Input] = field(default_factory=dict[str, Input])
    own_lines: Mapping[str, Line] = field(default_factory=dict[str, Line])
    history: str = ""
    as_of: date | None = None
    location: Location | None = None
    places: Mapping[str, Location] = field(default_factory=dict[str, Location], compare=False)
    gaps: Gaps = WHOLE
    scope: Mapping[str, str] = field(default_factory=dict[str, str])

    def place(self, part: str) -> Location | None:
        """Where a part of it stands in the text; where it begins, if that part is not written."""
        return self.places.get(part, self.location)
