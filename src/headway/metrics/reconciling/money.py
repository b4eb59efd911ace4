"""Amounts of several systems in one currency, all at one rate, as the ledger of recurring revenue has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from headway.metrics.currencies import Rate, rates
from headway.metrics.facts import Facts

FOUR = Decimal("0.0001")


@dataclass(frozen=True)
class Exchange:
    """The company's currency, the one rate each other currency is taken at, and the span of rates it ever had."""

    own: str | None
    rates: Mapping[str, Rate]
    spans: Mapping[str, tuple[Decimal, Decimal]]

    def base(self, amount: Decimal, currency: str | None) -> Decimal | None:
        """An amount in the company's currency; None where no rate is known."""
        if currency in (None, self.own) or self.own is None:
            return amount
        rate = self.rates.get(currency or "")
        return None if rate is None else (amount * rate.rate).quantize(FOUR)

    def between(self, one: str | None, other: str | None) -> tuple[Decimal, Decimal] | None:
        """The lowest and the highest rate that ever was of one currency in another, by way of the company's."""
        first, second = self._span(one), self._span(other)
        return None if first is None or second is None else (first[0] / second[1], first[1] / second[0])

    def _span(self, code: str | None) -> tuple[Decimal, Decimal] | None:
        one = Decimal(1)
        return (one, one) if code in (None, self.own) else self.spans.get(code or "")

    @property
    def words(self) -> str:
        """The rates used, as they are told."""
        return ", ".join(rate.words for rate in self.rates.values())


def exchange(facts: Facts, base: str | None) -> Exchange:
    """The rates known on the day of the facts."""
    if base is None:
        return Exchange(None, {}, {})
    found = facts.run(
        "SELECT currency, min(rate), max(rate) FROM fx_rate WHERE date <= ? AND rate > 0 GROUP BY 1", [facts.day]
    )
    spans = {str(c): (low, high) for c, low, high in found if isinstance(low, Decimal) and isinstance(high, Decimal)}
    return Exchange(base, rates(facts, base), spans)
