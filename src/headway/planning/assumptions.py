"""From an assumption as written to the array its input needs, with everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from headway.core.calendar import Period
from headway.core.diagnostics import Diagnostic
from headway.core.dimensions import MONTH, MONTH_OF_YEAR, Dimension
from headway.core.plan import Assumption, Input
from headway.core.positions import Location
from headway.model import CheckedModel
from headway.model.tree import Node, Read, Spread, children
from headway.planning import mistakes
from headway.planning.unit_checks import check_unit, check_values, is_amount

TOLERANCE = 1e-6
"""How far parts may miss their whole, and a share its bounds: what rounding to six digits leaves."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Grid:
    """What assumptions are laid out on: the model's dimensions with the plan's members, and the plan's months.

    `kernels` are the inputs that spread something over months, so that their parts make a whole.
    """

    dimensions: Mapping[str, Dimension]
    months: Sequence[Period]
    kernels: frozenset[str] = frozenset()

    def members(self, name: str) -> tuple[str, ...]:
        """The labels along one dimension, months and months of the year included."""
        if name == MONTH:
            return tuple(month.label for month in self.months)
        if name == MONTH_OF_YEAR:
            return tuple(str(number) for number in range(1, 13))
        return self.dimensions[name].members

    def shape(self, by: Sequence[str]) -> tuple[int, ...]:
        """The lengths along several dimensions."""
        return tuple(len(self.members(name)) for name in by)

    def counts_months(self, name: str) -> bool:
        """Whether a dimension is a count of months, such as a lag."""
        return name in self.dimensions and self.dimensions[name].months

    def splits_whole(self, meant: Input) -> bool:
        """Whether an input gives the parts of a whole: over months where it spreads something, else one in `share`."""
        if not meant.by:
            return False
        over_months = self.counts_months(meant.by[-1])
        return meant.name in self.kernels if over_months else meant.unit.value.strip() == "share"


def lay_out(assumption: Assumption, meant: Input, grid: Grid) -> tuple[Array | None, tuple[Diagnostic, ...]]:
    """The numbers of an assumption in the shape of its input; None where they cannot be laid out."""
    found = [*check_unit(assumption, meant), *check_values(assumption, meant)]
    misfits = _check_dimensions(assumption, meant, grid) or _check_members(assumption, grid)
    if misfits:
        return None, (*found, *misfits)
    values = _spread_out(assumption, meant, grid)
    if not found:
        found += _check_whole(assumption, meant, grid, values)
    return values, tuple(found)


def unassumed_values(meant: Input, grid: Grid) -> Array | None:
    """What an input holds where nobody assumes it: its default, or the one share of a whole that is not split."""
    if meant.default is not None:
        return np.full(grid.shape(meant.by), float(meant.default))
    return sole_share(meant, grid)


def sole_share(meant: Input, grid: Grid) -> Array | None:
    """The one share where a whole is split over a dimension with a single member; nobody needs to assume it."""
    if not grid.splits_whole(meant) or grid.counts_months(meant.by[-1]) or len(grid.members(meant.by[-1])) > 1:
        return None
    return np.ones(grid.shape(meant.by))


def kernels(model: CheckedModel) -> frozenset[str]:
    """The inputs by which some line is spread over the months that follow, just as they are."""
    return frozenset(name for line in model.lines.values() for name in _spread_by(line.formula))


def _spread_by(formula: Node) -> Iterator[str]:
    if isinstance(formula, Spread) and isinstance(formula.kernel, Read):
        yield formula.kernel.name
    for part in children(formula):
        yield from _spread_by(part)


def _check_dimensions(assumption: Assumption, meant: Input, grid: Grid) -> list[Diagnostic]:
    allowed = {*meant.by, MONTH_OF_YEAR} if MONTH in meant.by else set(meant.by)
    strange = [name for name in assumption.by if name not in allowed]
    if strange:
        return [_strange_dimension(assumption, meant, strange)]
    left_out = [name for name in meant.by if name not in assumption.by and len(grid.members(name)) > 1]
    lags = [name for name in left_out if grid.counts_months(name)]
    if lags:
        message = f"{assumption.name} needs a list over {lags[0]}, one value for each month from 0 on"
        remedy = f"write by: [{', '.join([*assumption.by, lags[0]])}] and a list such as [20%, 50%, 30%]"
        return [mistakes.ASSUMPTION_DIMENSIONS.at(assumption.place("by"), message, remedy=remedy)]
    repeated = [name for name in left_out if name != MONTH]
    if repeated and (
        _counts_something(assumption, meant) or (grid.splits_whole(meant) and repeated[-1] == meant.by[-1])
    ):
        return [_repeated(assumption, repeated[0], grid)]
    return []


def _counts_something(assumption: Assumption, meant: Input) -> bool:
    """Whether it is an amount that would be multiplied; nothing, said once, is nothing for every member."""
    return is_amount(meant.unit.value) and any(estimate.value for estimate in assumption.values.values())


def _strange_dimension(assumption: Assumption, meant: Input, strange: list[str]) -> Diagnostic:
    holds = f"it can be given by {', '.join(meant.by)}" if meant.by else "it is one number for the whole plan"
    message = f"{assumption.name} cannot be given by {strange[0]}"
    kept = [name for name in assumption.by if name not in strange]
    remedy = f"write by: [{', '.join(kept)}]" if kept else "leave `by:` out and give one value"
    return mistakes.ASSUMPTION_DIMENSIONS.at(assumption.place("by"), message, detail=holds, remedy=remedy)


def _repeated(assumption: Assumption, name: str, grid: Grid) -> Diagnostic:
    members = grid.members(name)
    message = (
        f"{assumption.name} is one amount, but the plan has {len(members)} members of {name}: it would be repeated"
    )
    remedy = f"give it by {name}: one value each for {', '.join(members)}"
    return mistakes.REPEATED_COUNT.at(assumption.location, message, remedy=remedy)


def _check_members(assumption: Assumption, grid: Grid) -> list[Diagnostic]:
    wanted = set(product(*(grid.members(name) for name in assumption.by)))
    given = set(assumption.values)
    found: list[Diagnostic] = []
    if given - wanted:
        listed = ", ".join(f"'{'.'.join(key)}'" for key in sorted(given - wanted)[:3])
        known = "; ".join(f"{name}: {', '.join(_some(grid.members(name)))}" for name in assumption.by)
        message = f"{assumption.name} has a value for {listed}, which the plan does not have"
        remedy = f"known here: {known}" if known else "give one value, without members"
        found.append(mistakes.ASSUMPTION_MEMBERS.at(assumption.location, message, remedy=remedy))
    if wanted - given:
        missing = [key for key in product(*(grid.members(name) for name in assumption.by)) if key not in given]
        listed = ", ".join(f"'{'.'.join(key)}'" for key in missing[:3]) + (", ..." if len(missing) > 3 else "")
        message = f"{assumption.name} has no value for {listed}" if assumption.by else f"{assumption.name} has no value"
        remedy = "add one for each member, or leave the dimension out if one value holds for all"
        if grid.counts_months((assumption.by or ("",))[-1]):
            longest = len(grid.members(assumption.by[-1]))
            remedy = f"lists over {assumption.by[-1]} are all as long as the longest, {longest} months: write 0% for the rest"
        elif MONTH in assumption.by:
            remedy = "write a value for each month of the plan, 0 where there is none; a list holds them in order"
        place = _last_beside(missing[0], assumption) or assumption.location
        found.append(mistakes.ASSUMPTION_MEMBERS.at(place, message, remedy=remedy))
    return found


def _last_beside(missing: tuple[str, ...], assumption: Assumption) -> Location | None:
    """Where the values end that stand beside a missing one."""
    beside = [one.location for key, one in assumption.values.items() if key[:-1] == missing[:-1]]
    return beside[-1] if beside and len(missing) > 1 else None


def _some(labels: tuple[str, ...]) -> tuple[str, ...]:
    return labels if len(labels) <= 6 else (*labels[:3], "...", labels[-1])


def _spread_out(assumption: Assumption, meant: Input, grid: Grid) -> Array:
    """Values along the assumption's own dimensions, brought to the input's by repeating what was given once."""
    own = np.array(
        [float(assumption.values[key].value) for key in product(*(grid.members(name) for name in assumption.by))]
    ).reshape(grid.shape(assumption.by))
    names = list(assumption.by)
    if MONTH_OF_YEAR in names and MONTH_OF_YEAR not in meant.by:
        place = names.index(MONTH_OF_YEAR)
        own = np.take(own, [month.start.month - 1 for month in grid.months], axis=place)
        names[place] = MONTH
    own = own.transpose([names.index(name) for name in meant.by if name in names])
    aligned = own.reshape([len(grid.members(name)) if name in names else 1 for name in meant.by])
    return np.broadcast_to(aligned, grid.shape(meant.by)).copy()


def _check_whole(assumption: Assumption, meant: Input, grid: Grid, values: Array) -> list[Diagnostic]:
    if not grid.splits_whole(meant):
        return []
    last = meant.by[-1]
    sums = values.sum(axis=-1)
    at_most = grid.counts_months(last)
    wrong = sums > 1 + TOLERANCE if at_most else np.abs(sums - 1) > TOLERANCE
    if not wrong.any():
        return []
    worst = float(sums[wrong].flat[0])
    members, place = _slice(assumption, meant, grid, np.argwhere(np.atleast_1d(wrong))[0])
    message = f"the shares of {assumption.name}{members} over {last} add up to {worst * 100:.6g}%"
    detail = f"of what is split, {'at most all' if at_most else 'all'} can be given out: the sum must be " + (
        "100% or less" if at_most else "100%"
    )
    remedy = "change one of the shares"
    if not at_most:
        remedy += "; if they are no parts of one whole, give the input the unit rate in the model"
    return [mistakes.PARTS_OF_WHOLE.at(place, message, detail=detail, remedy=remedy)]


def _slice(assumption: Assumption, meant: Input, grid: Grid, found: Iterable[int]) -> tuple[str, Location | None]:
    """The members whose parts are wrong, as far as the assumption tells them apart, and where their values begin."""
    picked = {name: grid.members(name)[place] for name, place in zip(meant.by[:-1], found, strict=False)}
    told = [picked[name] for name in assumption.by if name in picked]
    values = assumption.values.items()
    inside = [one for key, one in values if all(picked.get(d, m) == m for d, m in zip(assumption.by, key, strict=True))]
    place = (inside[0].location if inside else None) or assumption.location
    return (f"[{', '.join(told)}]" if told else ""), place
