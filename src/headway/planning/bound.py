"""A plan that has met its model: every name resolved, every needed number in place, ready to be evaluated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from headway.core.calendar import Period
from headway.core.plan import Kind, Plan
from headway.model import CheckedModel

USUAL_TARGET = "won_value"
"""What a plan without a target of its own is about, where the model has it."""

ASSUMED = ".assumed"
"""A line whose place an assumption takes reads an input of this ending."""


@dataclass(frozen=True)
class BoundPlan:
    """A plan, the checked model it runs on, its months, and one array for each input assumed.

    `values` holds, per input of the model, numbers shaped by the input's `by`; `outputs` are the lines that can be
    evaluated from them, in the order of the model.
    """

    plan: Plan
    model: CheckedModel
    months: tuple[Period, ...]
    values: Mapping[str, NDArray[np.float64]] = field(compare=False)
    outputs: tuple[str, ...]

    def can(self, line: str) -> bool:
        """Whether a line can be evaluated from what the plan assumes."""
        return line in self.outputs

    def input_for(self, metric: str) -> str | None:
        """The input an assumption of this name fills: its own, or the one a replaced line reads."""
        return next((name for name in (metric, metric + ASSUMED) if name in self.values), None)

    def kind(self, line: str) -> Kind:
        """How a line adds up over months."""
        return self.model.lines[line].kind

    @property
    def aim(self) -> str:
        """The line the plan is about: its target's; won value, or the model's last line, where it has no target."""
        if self.plan.target is not None:
            return self.plan.target.metric
        adding = [name for name in self.outputs if self.model.lines[name].monthly and self.kind(name) != "ratio"]
        return USUAL_TARGET if self.can(USUAL_TARGET) else (adding or self.outputs)[-1]

    @property
    def due(self) -> int:
        """The place of the month the target is due in; the last month where the plan has no target."""
        target = self.plan.target
        if target is None:
            return len(self.months) - 1
        return sum(1 for month in self.months if month.end < target.at.end)

    @property
    def horizon(self) -> Period:
        """The months the plan covers, as one span."""
        first, last = self.months[0], self.months[-1]
        return Period(first.start, last.end, f"{first.label}..{last.label}", "range")


def newest_covering(plans: Sequence[BoundPlan], day: date | None) -> BoundPlan:
    """Of the plans that cover a day, the one that starts last; of all of them, where none does or no day is named."""
    covering = [one for one in plans if day is None or one.horizon.holds(day)] or plans
    return max(covering, key=lambda one: (one.horizon.start, one.plan.name))
