"""Two policies of one metric side by side: what each makes of it, and the customers that make the difference."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from headway.core import formatting
from headway.core.rows import Rows


@dataclass(frozen=True)
class PolicyBridge:
    """What a metric comes to under one policy and under another, and each customer's part in the difference, or each owner's.

    The effects of the customers add up to the difference, apart from rounding of the last digits. `value` and `other` are
    undefined where a policy gives no number; then there are no effects.
    """

    metric: str
    title: str
    unit: str
    currency: str | None
    period: str
    as_of: date
    policy: str
    other_policy: str
    value: float | None
    other: float | None
    customers: Rows
    notes: tuple[str, ...] = ()
    whom: str = "customer"

    @property
    def difference(self) -> float | None:
        """What the other policy adds."""
        return None if self.value is None or self.other is None else self.other - self.value

    @property
    def headline(self) -> str:
        """Both values, their difference and how many customers make it, in a sentence."""
        one, other = (formatting.quantity(value, self.unit, self.currency) for value in (self.value, self.other))
        if self.policy == self.other_policy:
            return f"{self.title} is {one}: both policies are the same."
        said = f"{self.title} is {one} with {self.policy}, and {other} with {self.other_policy}"
        if self.difference is None:
            return f"{said}."
        share = self.unit in ("share", "percent")
        apart = formatting.points(self.difference) if share else self._signed(self.difference)
        if not len(self.customers):
            return f"{said}: {apart}."
        return f"{said}: {apart}, by {formatting.plural(len(self.customers), self.whom)}."

    def _signed(self, value: float) -> str:
        return formatting.quantity(value, self.unit, self.currency, signed=True)
