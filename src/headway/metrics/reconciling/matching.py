"""Which won deal is which step of billing, within one company: the same amount first, then the nearest day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from headway.core.reconciliation import Tolerances
from headway.metrics.reconciling.billing import Step
from headway.metrics.reconciling.crm import Deal
from headway.metrics.reconciling.money import Exchange

MOST = 6
"""How many records of one side may stand for one of the other."""


@dataclass(frozen=True)
class Match:
    """Deals and steps that are the same sale; one side is empty where the other stands alone."""

    deals: tuple[Deal, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def won(self) -> Decimal:
        """What the deals come to."""
        return sum((deal.amount for deal in self.deals), Decimal(0))

    @property
    def added(self) -> Decimal:
        """What billing's steps come to."""
        return sum((step.amount for step in self.steps), Decimal(0))

    @property
    def landed(self) -> date | None:
        """The day of its last step: where what is left of it beyond timing belongs."""
        return max((step.day for step in self.steps), default=None)


@dataclass(frozen=True)
class Likeness:
    """Under which reading a deal and a step are the same amount, if any; the better reading is asked first."""

    exchange: Exchange
    tolerances: Tolerances

    def same(self, deal: Deal, step: Step) -> str:
        """The class that explains a deal and a step: rounding (the same), currency, discount, scope, or none."""
        alike = self.tolerances.alike
        if alike(deal.amount, step.amount):
            return "rounding"
        if self._otherwise_paid(deal, step):
            return "currency"
        if step.gross is not None and step.gross != step.amount and alike(deal.amount, step.gross):
            return "discount"
        whole = step.amount * step.months / 12 if step.months else None
        if (whole is not None and alike(deal.amount, whole)) or alike(deal.amount * 12, step.amount):
            return "scope"
        return ""

    def _otherwise_paid(self, deal: Deal, step: Step) -> bool:
        """Whether the numbers agree but not the currency, or at another of its rates."""
        if step.own_amount is None or deal.own_currency == step.own_currency:
            return False
        if self.tolerances.alike(deal.own_amount, step.own_amount):
            return True
        rates = self.exchange.between(step.own_currency, deal.own_currency)
        if rates is None or not step.own_amount:
            return False
        low, high = (step.own_amount * rate for rate in rates)
        slack = max(self.tolerances.amount, self.tolerances.share * abs(deal.own_amount))
        return low - slack <= deal.own_amount <= high + slack


@dataclass
class _Open:
    """What is not matched yet of one company."""

    deals: list[Deal]
    steps: list[Step]
    matches: list[Match] = field(default_factory=list[Match])

    def take(self, match: Match) -> None:
        self.matches.append(match)
        self.deals = [deal for deal in self.deals if deal not in match.deals]
        self.steps = [step for step in self.steps if step not in match.steps]


def matched(deals: Sequence[Deal], steps: Sequence[Step], likeness: Likeness) -> list[Match]:
    """Every deal and every step of one company, each in exactly one match."""
    left = _Open(list(deals), list(steps))
    _pairs(left, likeness, lambda deal, step: likeness.same(deal, step) == "rounding")
    _several(left, likeness)
    _pairs(left, likeness, lambda deal, step: bool(likeness.same(deal, step)))
    _pairs(left, likeness, lambda deal, step: not step.renews and deal.expands == (step.kind == "expansion"))
    _pairs(left, likeness, lambda deal, step: not step.renews and not deal.one_off)
    alone = [*(Match((deal,), ()) for deal in left.deals), *(Match((), (step,)) for step in left.steps)]
    return [*left.matches, *alone]


def _pairs(left: _Open, likeness: Likeness, fits: Callable[[Deal, Step], bool]) -> None:
    """Match single deals and steps that fit, those nearest in time first."""
    days = likeness.tolerances.days
    found = [
        (abs((step.day - deal.day).days), deal.day, deal.record, step.customer, n, m)
        for n, deal in enumerate(left.deals)
        for m, step in enumerate(left.steps)
        if abs((step.day - deal.day).days) <= days and fits(deal, step)
    ]
    deals, steps, used = list(left.deals), list(left.steps), set[tuple[str, int]]()
    for *_, n, m in sorted(found):
        if ("deal", n) not in used and ("step", m) not in used:
            used |= {("deal", n), ("step", m)}
            left.take(Match((deals[n],), (steps[m],)))


def _several(left: _Open, likeness: Likeness) -> None:
    """Match several deals that are one step together, and several steps that are one deal."""
    tolerances = likeness.tolerances
    for step in list(left.steps):
        near = [deal for deal in left.deals if abs((deal.day - step.day).days) <= tolerances.days]
        whole = sum((deal.amount for deal in near), Decimal(0))
        if 1 < len(near) <= MOST and tolerances.alike(whole, step.amount):
            left.take(Match(tuple(near), (step,)))
    for deal in list(left.deals):
        close = [step for step in left.steps if abs((deal.day - step.day).days) <= tolerances.days]
        whole = sum((step.amount for step in close), Decimal(0))
        if 1 < len(close) <= MOST and tolerances.alike(whole, deal.amount):
            left.take(Match((deal,), tuple(close)))
