"""Which limit binds, and when: what a min, max or where chose, month by month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from headway.core.dimensions import MONTH
from headway.model.interpreter import Interpreter, Values, aligned
from headway.model.tree import Aggregate, Compared, Extreme, MemberTest, Node, Pick, Previous, Read, Where, children


@dataclass(frozen=True)
class Place:
    """Where in a plan a part of a formula is looked at: its months, members picked or limited to, months earlier."""

    months: tuple[int, ...]
    picks: Mapping[str, int] = field(default_factory=dict[str, int])
    within: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    earlier: int = 0

    def below(self, parent: Node, child: Node, run: Interpreter) -> Place | None:
        """The place of a part below another; None where the parent does not use it there."""
        match parent:
            case Pick():
                return replace(self, picks={**self.picks, **dict(parent.picks)})
            case Previous():
                return replace(self, earlier=self.earlier + 1)
            case Aggregate():
                return self._added_up(parent, run)
            case Where(condition=MemberTest()) if child is not parent.condition:
                return self._tested(parent, child, run)
            case _:
                return self

    def _added_up(self, parent: Aggregate, run: Interpreter) -> Place:
        picks = {name: place for name, place in self.picks.items() if name not in parent.over}
        within = {name: places for name, places in self.within.items() if name not in parent.over}
        here = replace(self, picks=picks, within={**within, **dict(parent.limits)})
        if not parent.over_months:
            return here
        months = run.months_chosen(parent.when)
        return replace(here, months=months[-1:] if parent.how == "last" else months, earlier=0)

    def _tested(self, parent: Where, child: Node, run: Interpreter) -> Place | None:
        test = parent.condition
        if not isinstance(test, MemberTest):
            return self
        count = len(run.model.scope.dimensions[test.dimension])
        met = set(test.places) if child is parent.then else set(range(count)) - set(test.places)
        if test.dimension in self.picks:
            return self if self.picks[test.dimension] in met else None
        left = tuple(i for i in self.within.get(test.dimension, range(count)) if i in met)
        return replace(self, within={**self.within, test.dimension: left}) if left else None

    def values(self, run: Interpreter, node: Node, dims: tuple[str, ...]) -> Values:
        """A part of a formula here: along dims, over the months looked at, without draws."""
        if MONTH in dims:
            parts = [run.over(node, m - self.earlier, m - self.earlier + 1) for m in self.months]
            values = np.concatenate([aligned(p, node.shape.dims, dims) for p in parts]) if parts else np.empty((0,))
        else:
            values = aligned(run.over(node, 0, run.grid.months), node.shape.dims, dims)
        return self._narrowed(values, dims, run)[..., 0]

    def _narrowed(self, values: Values, dims: tuple[str, ...], run: Interpreter) -> Values:
        sizes = [
            values.shape[i] if name == MONTH else len(run.model.scope.dimensions[name]) for i, name in enumerate(dims)
        ]
        values = np.broadcast_to(values, (*sizes, values.shape[-1]))
        for axis, name in enumerate(dims):
            if name in self.picks:
                values = np.take(values, [self.picks[name]], axis=axis)
            elif name in self.within:
                values = np.take(values, self.within[name], axis=axis)
        return values


def placed(node: Node, place: Place, run: Interpreter) -> Iterator[tuple[Node, Place]]:
    """Every part of a formula with its place, in the order written."""
    yield node, place
    for child in children(node):
        below = place.below(node, child, run)
        if below is not None:
            yield from placed(child, below, run)


def placed_reads(node: Node, place: Place, run: Interpreter) -> Iterator[tuple[Read, Place]]:
    """Everything a formula reads, with its place."""
    return ((part, at) for part, at in placed(node, place, run) if isinstance(part, Read))


def binding(formula: Node, place: Place, run: Interpreter) -> tuple[str, ...]:
    """In words, for every min, max and where: what it chose in how many months."""
    found: list[str] = []
    for node, at in placed(formula, place, run):
        if MONTH in node.shape.dims and at.months:
            if isinstance(node, Extreme):
                found += _extreme(node, at, run)
            if isinstance(node, Where) and isinstance(node.condition, Compared):
                found += _where(node, node.condition, at, run)
    return tuple(dict.fromkeys(found))


def _extreme(node: Extreme, place: Place, run: Interpreter) -> list[str]:
    dims = node.shape.dims
    parts = np.stack([place.values(run, part, dims) for part in node.parts])
    known = ~np.isnan(parts).any(axis=0)
    chosen = np.argmin(parts, axis=0) if node.how == "min" else np.argmax(parts, axis=0)
    counts = [int(((chosen == i) & known).sum()) for i in range(len(node.parts))]
    if chosen.size == 1:
        return [f"{part.span.text} binds" for part, n in zip(node.parts, counts, strict=True) if n]
    span = _span(dims, chosen.shape, place, run)
    return [f"{part.span.text} binds in {n} of {span}" for part, n in zip(node.parts, counts, strict=True) if n]


def _where(node: Where, condition: Compared, place: Place, run: Interpreter) -> list[str]:
    dims = node.shape.dims
    met: NDArray[np.float64] = place.values(run, condition, dims)
    return [f"{condition.span.text} in {int((met == 1).sum())} of {_span(dims, met.shape, place, run)}"]


def _span(dims: tuple[str, ...], form: Sequence[int], place: Place, run: Interpreter) -> str:
    """How many cells there are, in words: months, and the members they are counted over."""
    sizes = dict(zip(dims, form, strict=True))
    members = [name for name in dims if name != MONTH]
    limited = [run.model.scope.dimensions[name].members[i] for name in members for i in place.within.get(name, ())]
    words = f"{int(np.prod(list(form)))} months"
    if len(limited) == 1:
        return f"{words} ({limited[0]})"
    several = [name for name in members if sizes[name] > 1]
    return f"{words} by {', '.join(several)}" if several else words
