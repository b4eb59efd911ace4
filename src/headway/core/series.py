"""The first shape: numbers along named axes, with a header that says what they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from headway.core.errors import Fault

SeriesKind = Literal["actual", "plan", "forecast", "simulated"]
AddsUp = Literal["flow", "stock", "ratio"]

_TIMES = ("period", "age")
_NO_PARTS = ("draw", "quantile", "summary")


@dataclass(frozen=True)
class Axis:
    """One direction of a series: its name (period, source, age, cohort, draw, quantile, ...) and its labels in order."""

    name: str
    labels: tuple[str, ...]

    def index(self, label: str) -> int:
        """Where a label stands."""
        if label not in self.labels:
            raise Fault(f"the axis {self.name} has no '{label}'")
        return self.labels.index(label)


@dataclass(frozen=True)
class Header:
    """What the numbers are: metric and variant, whose definition, as of when, over what, in which unit, from how many."""

    metric: str
    kind: SeriesKind
    unit: str
    adds_up: AddsUp = "flow"
    definition: str = ""
    as_of: date | None = None
    scope: str = "company"
    currency: str | None = None
    run: str = ""
    n: int | None = None
    note: str = ""
    trailing: int | None = None
    """The days before each period's end that its number is measured over, where that is not the period itself."""


@dataclass(frozen=True)
class Series:
    """A dense array with named axes and a header; `values` has one dimension per axis, in the order of `axes`."""

    header: Header
    axes: tuple[Axis, ...]
    values: NDArray[np.float64] = field(compare=False)

    def __post_init__(self) -> None:
        if self.values.shape != tuple(len(axis.labels) for axis in self.axes):
            raise Fault(f"{self.header.metric}: shape {self.values.shape} does not fit its axes")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Series):
            return NotImplemented
        same = self.header == other.header and self.axes == other.axes
        return same and np.array_equal(self.values, other.values, equal_nan=True)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its axes."""
        return tuple(axis.name for axis in self.axes)

    def axis(self, name: str) -> Axis:
        """The axis of that name."""
        return self.axes[self._place(name)]

    def pick(self, **labels: str) -> Series:
        """The part at one label of each axis named; those axes go away."""
        values, axes = self.values, list(self.axes)
        for name, label in labels.items():
            place = axes.index(self.axis(name))
            values = np.take(values, axes[place].index(label), axis=place)
            del axes[place]
        return Series(self.header, tuple(axes), values)

    def reduce(self, name: str, how: Callable[..., NDArray[np.float64]]) -> Series:
        """The series with one axis reduced away by a NumPy reduction such as `np.sum`."""
        place = self._place(name)
        axes = (*self.axes[:place], *self.axes[place + 1 :])
        return Series(self.header, axes, np.asarray(how(self.values, axis=place)))

    def total(self, name: str) -> Series:
        """Added up over one axis, as its kind allows: flows over time, anything countable over its parts, never draws."""
        kind = self.header.adds_up
        if kind == "ratio" or name in _NO_PARTS or (kind == "stock" and name in _TIMES):
            raise Fault(f"{self.header.metric} is a {self.header.adds_up}: it does not add up over {name}")
        return self.reduce(name, np.sum)

    def _place(self, name: str) -> int:
        if name not in self.names:
            raise Fault(f"{self.header.metric} has no axis {name}; it has {', '.join(self.names) or 'none'}")
        return self.names.index(name)

    def scalar(self) -> float:
        """The one number of a series without axes."""
        if self.values.size != 1:
            raise Fault(f"{self.header.metric} holds {self.values.size} numbers, not one")
        return float(self.values.reshape(()))

    def with_header(self, **changes: object) -> Series:
        """The same numbers under a changed header."""
        return Series(replace(self.header, **changes), self.axes, self.values)  # type: ignore[arg-type]


def stack(name: str, labels: Sequence[str], parts: Sequence[Series]) -> Series:
    """Several series of one form, laid along a new first axis."""
    if not parts or any(part.axes != parts[0].axes for part in parts):
        raise Fault(f"cannot stack along {name}: the parts have different axes")
    values = np.stack([part.values for part in parts])
    return Series(parts[0].header, (Axis(name, tuple(labels)), *parts[0].axes), values)
