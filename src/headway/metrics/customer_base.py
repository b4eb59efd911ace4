"""The base a plan starts from: the recurring revenue and the customers there are, and how both move in a month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from headway.core.calendar import Period, add_months, month, months
from headway.core.formatting import percent
from headway.core.history import Figure, Key, Measured
from headway.metrics.look import Look
from headway.metrics.recurring.billed import is_billed
from headway.metrics.renewing import Monthly, Renewing
from headway.statistics.intervals import around_ratio_of, wilson

RATES = {
    "churn_rate": ("churned_arr", "ARR of customers who left"),
    "contraction_rate": ("contraction_arr", "ARR given up by customers who stayed"),
    "expansion_rate": ("expansion_arr", "ARR added by customers"),
}
"""The share of the ARR of a month's start that moves in it, and the movement it is measured by."""

ROUNDING = 1e-9
"""What sums of the same amounts in another order may differ by, as a share."""


def base_drivers(look: Look, by: Key) -> Iterator[tuple[str, Measured]]:
    """What billing shows of the base, by the dimension asked for; nothing where it does not tell its groups apart."""
    if not is_billed(look.facts) or not look.whole("arr").n:
        return
    if by and not look.parts("arr", by):
        return
    arr, customers = _Base.of(look, "arr", by), _Base.of(look, "customers", by)
    yield "arr_at_start", _at_start(look, "arr", by)
    yield "customers_at_start", _at_start(look, "customers", by)
    renewing = Renewing.of(look, by)
    for name, (metric, words) in RATES.items():
        made = _moving(look, metric, words, by, arr, customers, renewing)
        if made.whole is not None and (made.whole.value or not renewing):
            yield name, made
    if renewing:
        yield from renewing.drivers()
    yield "logo_churn_rate", _leaving(look, by, customers)
    if look.whole("reactivated_arr").n:
        yield "winbacks", _won_back(look, by)
    won, begun = look.whole("won_value"), look.whole("new_arr")
    if won.value and begun.value:
        told = f"won value {float(won.value):,.2f} for new ARR {float(begun.value):,.2f}, {look.period}"
        yield "contract_term", Measured(told, Figure(float(won.value) / float(begun.value), n=won.n))


@dataclass(frozen=True)
class _Base:
    """What was there at the start of each month, by group."""

    there: Monthly

    @classmethod
    def of(cls, look: Look, stock: str, by: Key) -> _Base:
        """A stock at the end of the months one before those of the period."""
        before = Period(add_months(look.period.start, -1), month(look.period.last_day).start, "", "range")
        following = {
            before_.label: then.label for before_, then in zip(months(before), months(look.period), strict=True)
        }
        found = _monthly(look.over(before), stock, by)
        return cls({key: {following[label]: value for label, value in own.items()} for key, own in found.items()})

    def total(self, key: Key) -> float:
        """What was there at the starts of all months together: as many times as it could move."""
        return sum(self.there.get(key, {}).values())

    def mean(self, key: Key) -> float:
        """What was there at a month's start, on average."""
        return self.total(key) / max(1, len(self.there.get(key, {})))


def _monthly(look: Look, name: str, by: Key) -> Monthly:
    found: dict[Key, dict[str, float]] = {}
    for group in ((), by) if by else ((),):
        for key, e in look.parts(name, ("month", *group)).items():
            found.setdefault(key[1:], {})[key[0]] = float(e.value or 0)
    return found


def _at_start(look: Look, name: str, by: Key) -> Measured:
    """What is there at the period's end."""
    return _shared_out(look, name, by, f"as billed on {look.period.last_day}", 1)


def _shared_out(look: Look, name: str, by: Key, told: str, months: int) -> Measured:
    """An amount for each month; what names no member is shared out as the rest, so that the total stands."""
    whole, parts = look.whole(name), look.parts(name, by) if by else {}
    total, known = float(whole.value or 0), sum(float(e.value or 0) for e in parts.values())
    if parts and total > known * (1 + ROUNDING):
        told += f"; {percent(1 - known / total)} of it without a {by[0]}, shared out as the others"
    scale = total / known / months if known else 1 / months
    figures = {key: Figure(float(e.value or 0) * scale, n=e.n) for key, e in parts.items()}
    return Measured(told, Figure(total / months, n=whole.n), by if parts else (), figures)


def _moving(
    look: Look, metric: str, words: str, by: Key, arr: _Base, customers: _Base, renewing: Renewing | None
) -> Measured:
    """A monthly rate: what moved in all months, divided by what was there at their starts; months differ as they did.

    What moved when contracts were renewed is told by the renewals, and left out here.
    """
    moved, events = _monthly(look, metric, by), _events(look, metric, by)
    if renewing:
        moved, events = renewing.besides(metric, moved, events)
        words += " between renewals"
    figures = {key: _rate(moved.get(key, {}), arr, key, events.get(key, 0), customers) for key in arr.there}
    told = f"{words} in a month, of that at its start, {look.period}: {events[()]:,} times"
    return _measured(told, by, figures)


def _events(look: Look, metric: str, by: Key) -> dict[Key, int]:
    parts = look.parts(metric, by) if by else {}
    return {(): look.whole(metric).n, **{key: e.n for key, e in parts.items()}}


def _rate(moved: Mapping[str, float], arr: _Base, key: Key, events: int, customers: _Base) -> Figure | None:
    below = arr.total(key)
    if not below:
        return None
    pairs = [(moved.get(label, 0.0), there) for label, there in arr.there[key].items()]
    above = sum(a for a, _ in pairs)
    low, high = around_ratio_of(pairs) or (None, None)
    exposed = round(customers.total(key))
    if not events and exposed:  # nothing seen is not nothing possible
        high = (wilson(0, exposed) or (0.0, 1.0))[1]
    n = round(customers.mean(key))
    return Figure(above / below, None if low is None else max(0.0, low), high, n)


def _leaving(look: Look, by: Key, customers: _Base) -> Measured:
    """The share of customers that leaves in a month, of those there at its start."""
    lost = _events(look, "churned_arr", by)
    figures: dict[Key, Figure | None] = {}
    for key in customers.there:
        exposed = round(customers.total(key))
        low, high = wilson(min(lost.get(key, 0), exposed), exposed) or (None, None)
        rate = Figure(lost.get(key, 0) / exposed, low, high, round(customers.mean(key))) if exposed else None
        figures[key] = rate
    return _measured(f"customers who left in a month, of those at its start, {look.period}: {lost[()]:,}", by, figures)


def _won_back(look: Look, by: Key) -> Measured:
    told = f"ARR of customers who came back, for a month, {look.period}: {look.whole('reactivated_arr').n:,} of them"
    return _shared_out(look, "reactivated_arr", by, told, look.length)


def _measured(told: str, by: Key, figures: Mapping[Key, Figure | None]) -> Measured:
    parts = {key: one for key, one in figures.items() if key and one is not None}
    return Measured(told, figures.get(()), by if parts else (), parts)
