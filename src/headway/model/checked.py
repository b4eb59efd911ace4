"""A model that passed every check: its lines and inputs, what they need, and how far back they look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from headway.core.calendar import Period
from headway.core.diagnostics import Diagnostic, did_you_mean
from headway.core.dimensions import MONTH, MONTH_OF_YEAR
from headway.core.errors import Fault, UserMistake
from headway.core.plan import Input, Kind, Line, ModelText
from headway.core.units import Unit
from headway.model.check import pick_owner
from headway.model.mistakes import UNKNOWN_NAME
from headway.model.order import Component
from headway.model.scope import Scope
from headway.model.tree import Aggregate, Node, Previous, Read, Shape, Spread, children, reads

if TYPE_CHECKING:
    from headway.model.evaluate import Evaluator


@dataclass(frozen=True)
class CheckedLine:
    """One line: what it is by (months apart), its unit as shown and as reckoned, how it adds up, its formula."""

    name: str
    by: tuple[str, ...]
    monthly: bool
    unit: Unit
    unit_text: str
    kind: Kind
    formula: Node
    before: Node | None
    text: Line

    @property
    def dims(self) -> tuple[str, ...]:
        """The axes of its values."""
        return ((MONTH,) if self.monthly else ()) + self.by


@dataclass(frozen=True)
class CheckedInput:
    """One input: the axes its values come in, its unit as shown and as reckoned, what holds before the plan."""

    name: str
    by: tuple[str, ...]
    dims: tuple[str, ...]
    unit: Unit
    unit_text: str
    before: Node | None
    text: Input

    @property
    def by_month(self) -> bool:
        """Whether it has a value of its own for each month of the plan."""
        return MONTH in self.by

    @property
    def seasonal(self) -> bool:
        """Whether it has a value for each month of the year."""
        return MONTH_OF_YEAR in self.by


@dataclass(frozen=True)
class Output:
    """What was asked for: a line, with members picked."""

    text: str
    line: CheckedLine
    picks: tuple[tuple[str, int], ...]
    scope: str

    @property
    def by(self) -> tuple[str, ...]:
        """What is left of the line's breakdown."""
        return tuple(name for name in self.line.by if name not in dict(self.picks))


@dataclass(frozen=True)
class CheckedModel:
    """A model without mistakes, ready to be set on a calendar and evaluated."""

    text: ModelText
    lines: Mapping[str, CheckedLine]
    inputs: Mapping[str, CheckedInput]
    components: tuple[Component, ...]
    scope: Scope
    _depths: dict[frozenset[str], Mapping[str, int]] = field(
        default_factory=dict[frozenset[str], Mapping[str, int]], init=False, repr=False, compare=False
    )

    def output(self, asked: str) -> Output | Diagnostic:
        """The line or pick a user asks for, written x or x[member]."""
        name, bracket, rest = asked.partition("[")
        line = self.lines.get(name.strip())
        if line is None or (bracket and not rest.rstrip().endswith("]")):
            remedy = did_you_mean(name.strip(), self.lines)
            return UNKNOWN_NAME.at(None, f"the model has no line '{asked}'", remedy=remedy)
        shape, picks, members = Shape(line.dims, line.unit), dict[str, int](), list[str]()
        for word in rest.rstrip().removesuffix("]").split(",") if bracket else ():
            found = pick_owner(self.scope, word.strip(), shape, line.name)
            if isinstance(found, Diagnostic):
                return found
            if found is None:
                raise Fault(f"{asked}: the line's shape is unknown")
            dimension, member = found
            if member not in self.scope.dimensions[dimension].members or dimension in picks:
                message = f"'{word.strip()}' does not pick one member of {line.name}"
                return UNKNOWN_NAME.at(None, message, remedy=did_you_mean(member, self.scope.words((dimension,))))
            picks[dimension] = self.scope.places(dimension, member)[0]
            members.append(member)
        return Output(asked, line, tuple(picks.items()), ", ".join(members))

    def outputs(self, asked: Iterable[str]) -> tuple[Output, ...]:
        """All that is asked for; raises with every one that the model does not have."""
        found = [self.output(name) for name in asked]
        wrong = [item for item in found if isinstance(item, Diagnostic)]
        if wrong:
            raise UserMistake(wrong)
        return tuple(item for item in found if isinstance(item, Output))

    def on(self, start: Period, months: int) -> Evaluator:
        """The model set on a calendar: its first month, and how many months to evaluate."""
        from headway.model.evaluate import Evaluator  # the evaluator stands on this module

        return Evaluator(self, start, months)

    def needs(self, outputs: Iterable[str]) -> tuple[str, ...]:
        """The inputs these outputs need, in alphabetical order; nothing else has to have a value."""
        depths = self.months_before(output.line.name for output in self.outputs(outputs))
        return tuple(sorted(name for name in depths if name in self.inputs))

    def months_before(self, wanted: Iterable[str]) -> Mapping[str, int]:
        """Every line and input needed for some lines, and how many months before the plan each must reach.

        A plan is evaluated again and again for the same lines: found once, it is kept with the model, which never changes.
        """
        asked = frozenset(wanted)
        if asked not in self._depths:
            self._depths[asked] = self._reached(asked)
        return self._depths[asked]

    def _reached(self, wanted: Iterable[str]) -> dict[str, int]:
        depths = dict.fromkeys(wanted, 0)
        for component in reversed(self.components):
            changed = True
            while changed:
                changed = False
                for name in component.names:
                    changed = (name in depths and self._ask(name, depths)) or changed
        for declared in self.inputs.values():
            if declared.name in depths and declared.before is not None:
                for read in reads(declared.before):
                    depths.setdefault(read.name, 0)
        return depths

    def _ask(self, name: str, depths: dict[str, int]) -> bool:
        """Passes on how far back one line must reach to what it reads; says whether anything changed in its ring."""
        line, depth = self.lines[name], depths[name]
        asked = list(looks_back(line.formula, 0 if line.before is not None else depth))
        asked += looks_back(line.before, depth) if line.before is not None and depth else ()
        changed = False
        for read, months in asked:
            known = depths.get(read.name)
            wanted = max(0, months) if read.shape.monthly else 0
            if known is None or known < wanted:
                depths[read.name] = wanted
                changed = True
        return changed


def looks_back(node: Node, months: int) -> Iterator[tuple[Read, int]]:
    """What a formula reads, and how many months before the plan it needs it, when itself needed that far back."""
    if isinstance(node, Read):
        yield node, months
        return
    further = 1 if isinstance(node, Previous) else node.lags - 1 if isinstance(node, Spread) else 0
    start = 0 if isinstance(node, Aggregate) and node.over_months else months + further
    for child in children(node):
        yield from looks_back(child, start)
