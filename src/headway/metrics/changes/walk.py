"""One deal on its way from one day to another: what it did to the open pipeline, step by step.

A deal is walked from how it stood on the first day to how it stands on the second, one change at a time and always in the
same order: it comes (created, reopened), moves, is dated anew, is worth more or less, is counted at another rate, goes (won,
lost, deleted). What a step does to the pipeline asked about is its line, so the steps of a deal add up to its difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from headway.core import formatting
from headway.core.changes import END, START, PipelineScope
from headway.metrics.changes.deals import Deal, Rates
from headway.metrics.currencies import CURRENCY
from headway.metrics.question import NONE

Place = tuple[tuple[str, ...], str | None]
"""What an amount counts under: the members of the breakdown, and the currency."""


@dataclass(frozen=True, slots=True)
class Stand:
    """How an open deal stands: what decides whether, where and for how much it counts."""

    members: tuple[str, ...]
    renews: bool
    due: date | None
    worth: Decimal | None
    basis: str
    currency: str | None
    rates: Rates

    @property
    def amount(self) -> Decimal:
        """What it adds to the pipeline; nothing, where its worth is not known."""
        return Decimal() if self.worth is None else self.rates.amount(self.worth, self.currency)


@dataclass(frozen=True, slots=True)
class Move:
    """A deal in one line of the bridge: what it adds there, by how many deals (one more, one less, none), and why."""

    line: str
    place: Place
    value: Decimal
    deals: int
    known: bool
    before: str
    after: str


@dataclass(frozen=True)
class View:
    """The pipeline asked about, with the columns its breakdown and filter name.

    `of_outcome` are those of the columns which closing a deal itself changes.
    """

    pipeline: PipelineScope
    columns: tuple[str, ...]
    of_outcome: frozenset[str]

    def place(self, stand: Stand | None) -> Place | None:
        """What a deal counts under; nothing where it is none of this pipeline."""
        if stand is None or stand.renews or not self.holds(stand.due):
            return None
        if not self.columns:
            return (), stand.rates.counted_in(stand.currency)
        own = dict(zip(self.columns, stand.members, strict=True))
        if CURRENCY in own:  # it goes with the amount, not with the place
            own[CURRENCY] = stand.currency or NONE
        if any(own[name] != member for name, member in self.pipeline.where.items()):
            return None
        return tuple(own[name] for name in self.pipeline.by), stand.rates.counted_in(stand.currency)

    def holds(self, due: date | None) -> bool:
        """Whether a day lies in the period; any does, and none too, where no period is asked about."""
        closing = self.pipeline.closing
        return closing is None or (due is not None and closing.holds(due))

    def is_late(self, due: date | None) -> bool:
        """Whether a day outside the period lies after it; no day at all counts as later."""
        closing = self.pipeline.closing
        return due is None or (closing is not None and due >= closing.end)


@dataclass(frozen=True)
class Walk:
    """The two days and rates between which deals are walked, and the pipeline that is asked about."""

    view: View
    since: date
    until: date
    rates: Rates
    rates_then: Rates

    def moves(self, before: Deal | None, after: Deal | None) -> Iterator[Move]:
        """Every line of the bridge that a deal is in, start and end among them."""
        stand = _stand(before, self.rates) if before and before.is_open else None
        last = _stand(after, self.rates_then) if after and after.is_open else None
        yield from self._standing(START, stand)
        for cause, following in self._steps(before, after) if stand is None or stand != last else ():
            if following != stand:
                yield from self._move(cause, stand, following, before, after)
            stand = following
        yield from self._standing(END, last)

    def undated(self, deals: Sequence[tuple[Deal | None, Deal | None]]) -> Iterator[str]:
        """How many open deals are left out because nobody says when they are expected to close."""
        anywhen = replace(self.view, pipeline=replace(self.view.pipeline, closing=None))
        for side, day, rates in ((0, self.since, self.rates), (1, self.until, self.rates_then)):
            known = (deal for pair in deals if (deal := pair[side]) and deal.is_open and deal.close_date is None)
            count = sum(1 for deal in known if anywhen.place(_stand(deal, rates)))
            if count and self.view.pipeline.closing:
                yield f"{formatting.plural(count, 'deal')} open on {day} without an expected close date: in no period"

    def _steps(self, before: Deal | None, after: Deal | None) -> Iterator[tuple[str, Stand | None]]:
        if before is None or not before.is_open:
            yield from self._coming(before, after)
        elif after is None:
            yield "deleted", None
        else:
            yield from self._staying(before, after)

    def _coming(self, before: Deal | None, after: Deal | None) -> Iterator[tuple[str, Stand | None]]:
        """A deal that was not open: it comes as it stands on the second day, and goes if it has closed since the first."""
        if after is None:
            return
        is_new = before is None and (after.created_date is None or after.created_date > self.since)
        closed_anew = after.closed_date is not None and after.closed_date > self.since
        if not (is_new or after.is_open or closed_anew):
            return
        due = after.closed_date if after.status == "won" else after.close_date or after.closed_date
        members = after.members if after.is_open else self._members(("",) * len(self.view.columns), after)
        yield "created" if is_new else "reopened", replace(_stand(after, self.rates_then), due=due, members=members)
        if not after.is_open:
            yield after.status, None

    def _staying(self, before: Deal, after: Deal) -> Iterator[tuple[str, Stand | None]]:
        """A deal that was open: what changed about it, and that it goes if it has closed.

        A won deal stands where it was won, on its day and for its amount; a lost one on the day it was last to close.
        """
        goes, stand = not after.is_open, _stand(before, self.rates)
        members = self._members(before.members, after) if goes else after.members
        stand = replace(stand, members=members, renews=after.renews)
        yield "moved", stand
        if after.status != "lost":
            stand = replace(stand, due=after.closed_date if goes else after.close_date)
        yield "dated", stand
        if not goes or after.basis == "amount":
            stand = replace(stand, worth=after.worth, basis=after.basis, currency=after.currency)
        yield "worth", stand
        yield "rates", replace(stand, rates=self.rates_then)
        if goes:
            yield after.status, None

    def _members(self, before: tuple[str, ...], after: Deal) -> tuple[str, ...]:
        """Where a deal stood last before it closed: closing itself moves it nowhere."""
        three = zip(self.view.columns, before, after.members, strict=True)
        return tuple((then or NONE) if name in self.view.of_outcome else now for name, then, now in three)

    def _standing(self, line: str, stand: Stand | None) -> Iterator[Move]:
        place = self.view.place(stand)
        if stand is not None and place is not None:
            yield Move(line, place, stand.amount, 1, stand.worth is not None, "", _due(stand))

    def _move(
        self, cause: str, old: Stand | None, new: Stand | None, before: Deal | None, after: Deal | None
    ) -> Iterator[Move]:
        """What one step does to the pipeline: out of one place and into another, or more or less in the same."""
        left, entered = self.view.place(old), self.view.place(new)
        if old is not None and new is not None and left is not None and left == entered:
            change, learned = new.amount - old.amount, old.basis != new.basis
            if change or (old.worth is None) != (new.worth is None):
                words = self._words(cause, old, new, before, after)
                yield Move(_change(cause, change, learned), left, change, 0, True, *words)
            return
        if old is not None and left is not None:
            words = self._words(cause, old, new, before, after)
            yield Move(self._line(cause, new, "out"), left, -old.amount, -1, old.worth is not None, *words)
        if new is not None and entered is not None:
            words = self._words(cause, old, new, before, after)
            yield Move(self._line(cause, old, "in"), entered, new.amount, 1, new.worth is not None, *words)

    def _line(self, cause: str, elsewhere: Stand | None, way: str) -> str:
        """The line of a step across the border of a place, by where the deal stands on the other side of it."""
        if cause in ("moved", "worth"):
            return f"moved_{way}"
        if cause == "rates":
            return "revalued"
        if cause != "dated" or elsewhere is None:
            return cause
        is_pull = self.view.is_late(elsewhere.due) == (way == "in")
        return f"{'pulled' if is_pull else 'pushed'}_{way}"

    def _words(
        self, cause: str, old: Stand | None, new: Stand | None, before: Deal | None, after: Deal | None
    ) -> tuple[str, str]:
        """What a deal was before a step and after it, as people read it."""
        if old is None or new is None:
            return _border(cause, before, after)
        match cause:
            case "dated":
                return _due(old), after.outcome if after and not after.is_open else _due(new)
            case "worth":
                return _worth(old), _worth(new)
            case "rates":
                return old.rates.words(old.currency), new.rates.words(new.currency)
            case _:
                return self._apart(old, new), self._apart(new, old)

    def _apart(self, stand: Stand, other: Stand) -> str:
        """The members in which a stand differs from another."""
        if stand.renews != other.renews:
            return "a renewal" if stand.renews else "no renewal"
        three = zip(self.view.columns, stand.members, other.members, strict=True)
        return ", ".join(f"{name.replace('_', ' ')} {own}" for name, own, another in three if own != another)


def _stand(deal: Deal, rates: Rates) -> Stand:
    return Stand(deal.members, deal.renews, deal.close_date, deal.worth, deal.basis, deal.currency, rates)


def _border(cause: str, before: Deal | None, after: Deal | None) -> tuple[str, str]:
    """What a deal was before it came into the open pipeline or went out of it, and what it was then."""
    if cause == "created":
        return "", f"created {(after and after.created_date) or 'on an unknown day'}"
    if cause == "reopened":
        return before.outcome if before else "deleted", "open"
    return "open", after.outcome if after else "gone"


def _change(cause: str, change: Decimal, learned: bool) -> str:
    if cause == "rates":
        return "revalued"
    return "valued" if learned else "increased" if change > 0 else "decreased"


def _due(stand: Stand) -> str:
    return f"to close {stand.due}" if stand.due else "no close date"


def _worth(stand: Stand) -> str:
    amount = formatting.exact_money(stand.worth, stand.currency)
    return f"{amount} (list price)" if stand.basis == "list_price" else amount
