"""A formula once checked: every part knows what it varies by and its unit, every name what it stands for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from headway.core.units import Unit
from headway.model.syntax import Span

Aggregation = Literal["sum", "product", "last"]


@dataclass(frozen=True)
class Shape:
    """What a value varies by ("month" first), and its unit; `unit` None fits any, not `sure` after a mistake."""

    dims: tuple[str, ...]
    unit: Unit | None
    sure: bool = True

    @property
    def monthly(self) -> bool:
        """Whether it varies from month to month."""
        return "month" in self.dims


@dataclass(frozen=True)
class Part:
    """What all parts of a checked formula have."""

    shape: Shape
    span: Span


@dataclass(frozen=True)
class Constant(Part):
    """A number, or one of a unit."""

    value: float


@dataclass(frozen=True)
class CalendarTerm(Part):
    """elapsed_months, elapsed_years or year."""

    term: str


@dataclass(frozen=True)
class MonthCount(Part):
    """The members of a month count as numbers: 0, 1, 2, ..."""

    dimension: str


@dataclass(frozen=True)
class Read(Part):
    """The value of a line or an input."""

    name: str


@dataclass(frozen=True)
class Opposite(Part):
    """Minus something."""

    operand: Node


@dataclass(frozen=True)
class Arithmetic(Part):
    """Two values joined by + - * / **."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Compared(Part):
    """A condition on values: known only when evaluated."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True)
class MemberTest(Part):
    """A condition on a dimension: `places` are the members that meet it."""

    dimension: str
    places: tuple[int, ...]


@dataclass(frozen=True)
class Where(Part):
    """One value or the other."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True)
class Extreme(Part):
    """The least or the greatest of several values."""

    how: Literal["min", "max"]
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Previous(Part):
    """A value one month earlier."""

    operand: Node


@dataclass(frozen=True)
class Spread(Part):
    """A value spread over the months that follow, by a kernel along a month count of `lags` months."""

    operand: Node
    kernel: Node
    dimension: str
    lags: int


@dataclass(frozen=True)
class Aggregate(Part):
    """A value added up, multiplied or read last, over dimensions (limited to some members) or months (`when`)."""

    how: Aggregation
    operand: Node
    over: tuple[str, ...]
    limits: tuple[tuple[str, tuple[int, ...]], ...] = ()
    when: Node | None = None

    @property
    def over_months(self) -> bool:
        """Whether it runs over the months of the plan."""
        return "month" in self.over


@dataclass(frozen=True)
class Pick(Part):
    """One member of some dimensions."""

    operand: Node
    picks: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Mistaken(Part):
    """A part that has been reported; a model with one is never evaluated."""


Node = (
    Constant
    | CalendarTerm
    | MonthCount
    | Read
    | Opposite
    | Arithmetic
    | Compared
    | MemberTest
    | Where
    | Extreme
    | Previous
    | Spread
    | Aggregate
    | Pick
    | Mistaken
)


def children(node: Node) -> tuple[Node, ...]:
    """The parts directly below, in the order written."""
    match node:
        case Arithmetic() | Compared():
            return (node.left, node.right)
        case Where():
            return (node.condition, node.then, node.otherwise)
        case Extreme():
            return node.parts
        case Spread():
            return (node.operand, node.kernel)
        case Opposite() | Previous() | Aggregate() | Pick():
            return (node.operand,)
        case Constant() | CalendarTerm() | MonthCount() | Read() | MemberTest() | Mistaken():
            return ()


def reads(node: Node) -> Iterator[Read]:
    """Every line and input a formula reads, in the order written, with repeats."""
    if isinstance(node, Read):
        yield node
    for child in children(node):
        yield from reads(child)
