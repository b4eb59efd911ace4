"""What is measured of recurring revenue: stocks at a day, movements in a period, retention of those there at its start."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from headway.core.calendar import Period, same_day
from headway.core.definition import Definition, Ledger
from headway.metrics.currencies import CURRENCY, Rate, rates
from headway.metrics.estimate import Estimate, small
from headway.metrics.facts import Facts, once
from headway.metrics.question import GRAINS, NONE, Parameters, Question
from headway.metrics.recurring.customers import CUSTOMER, Attributes, accounts, attributes
from headway.metrics.recurring.movements import ZERO, Holder, Movement, Span, movements
from headway.metrics.recurring.renewals import Renewal, renewals
from headway.metrics.recurring.spans import Running, running
from headway.statistics.intervals import around_ratio_of, wilson

FLOWS = ("new", "expansion", "contraction", "churn", "reactivation")
STOCKS = ("arr", "mrr", "arpa", "customers")
ADDING = (*FLOWS, *STOCKS, "due", "renewed")
RENEWING = ("due", "renewed", "renewal_rate")
_LOGOS = ("customers", "logo_retention", "logo_churn")
_EXACT = Decimal("0.0001")

NO_TERMS = "undefined: no subscription says when its term ends"
NOTHING = "undefined: no subscriptions and no invoices with service periods are loaded"


@dataclass(frozen=True)
class Window:
    """A span of days a number is taken over, both ends included, under its label; stocks are taken at its end."""

    label: str
    first: date
    last: date

    @property
    def eve(self) -> date:
        """The day before it."""
        return self.first - timedelta(days=1)


@dataclass(frozen=True)
class Book:
    """The ledger as known on a day, in one currency or in each customer's own, and who the customers are."""

    day: date
    entries: tuple[Movement, ...]
    read: Running
    note: str = ""
    spans: Sequence[Span] = ()

    def at(self, day: date) -> Mapping[Holder, Decimal]:
        """The ARR of each customer at the end of a day; worked out from the nearest day before that was asked for."""
        place = bisect_right(self._days, day)
        if place not in self._levels:
            before = max((known for known in self._levels if known < place), default=0)
            found = dict(self._levels.get(before, {}))
            for m in self.entries[before:place]:
                found[m.customer, m.currency] = found.get((m.customer, m.currency), ZERO) + m.amount
            self._levels[place] = found
        return self._levels[place]

    def within(self, window: Window) -> Sequence[Movement]:
        """The movements inside a window."""
        return self.entries[bisect_left(self._days, window.first) : bisect_right(self._days, window.last)]

    @cached_property
    def holders(self) -> tuple[Holder, ...]:
        """Everybody who ever had recurring revenue."""
        return tuple(dict.fromkeys((m.customer, m.currency) for m in self.entries))

    @cached_property
    def _days(self) -> list[date]:
        return [m.day for m in self.entries]

    @cached_property
    def _levels(self) -> dict[int, dict[Holder, Decimal]]:
        """The levels after so many entries."""
        return {}

    @cached_property
    def contracts(self) -> tuple[Renewal, ...]:
        """Every contract whose term ended or will end, on the day after."""
        return tuple(renewals(self.spans))


def book(question: Question, facts: Facts, parameters: Parameters) -> Book:
    """The ledger a question is about; the same one for every measure of the same policy."""
    policy = replace(question.definition.ledger or Ledger(), take="arr")
    total_in = parameters.base if CURRENCY not in (*question.by, *question.where) else None
    key = ("book", policy, parameters.currency, total_in)
    return once(facts, key, Book, lambda: _written(facts, policy, parameters.currency, total_in))


def _written(facts: Facts, policy: Ledger, currency: str | None, total_in: str | None) -> Book:
    """The ledger under a policy: of one currency where it is named, and all in one where a total is asked for."""
    read = running(facts, policy)
    spans: Sequence[Span] = read.spans
    if policy.grain == "account":
        owners = accounts(facts)
        spans = [replace(span, customer=owners.get(span.customer, span.customer)) for span in spans]
    if currency:
        spans = [span for span in spans if span.currency == currency]
    note = ""
    if policy.fx == "constant" and total_in:
        spans, note = _in_one_currency(spans, total_in, facts)
    entries = movements(spans, facts.day, policy.gap_days, policy.step)
    return Book(facts.day, tuple(entries), read, note, tuple(spans))


def _in_one_currency(spans: Sequence[Span], base: str, facts: Facts) -> tuple[Sequence[Span], str]:
    """The spans at one rate for each currency, so that no rate moves ARR; as they are where one rate is missing."""
    currencies = {span.currency or base for span in spans}
    if len(currencies) < 2:
        return spans, ""
    known = rates(facts, base)
    foreign = sorted(currencies - {base})
    if missing := [code for code in foreign if code not in known]:
        return spans, f"no total in {base}: no rate for {', '.join(missing)}"
    used = ", ".join(known[code].words for code in foreign)
    return [_converted(span, base, known) for span in spans], f"in {base}: {used}, one rate for all days"


def _converted(span: Span, base: str, known: Mapping[str, Rate]) -> Span:
    if span.currency in (None, base):
        return replace(span, currency=base)
    return replace(span, currency=base, arr=(span.arr * known[span.currency or ""].rate).quantize(_EXACT))


def windows(question: Question, kept: Book) -> tuple[Window, ...]:
    """What the question asks for: one window for each step of the grain, or a single one; none begins after the day."""
    take, day = _take(question.definition), kept.day
    grain = next((name for name in question.by if name in GRAINS), "")
    first = kept.entries[0].day if kept.entries else day
    period = question.period
    if period is None:
        start = first if grain or take in (*FLOWS, *RENEWING) else _year_before(day) if take not in STOCKS else day
        period = Period(min(start, day), day + timedelta(days=1), "", "range")
    last = period.last_day if take == "due" else min(period.last_day, day)  # what is due lies ahead, too
    if not grain:
        return (Window("", period.start, last),) if period.start <= last else ()
    made: dict[str, Window] = {}
    for offset in range((last - period.start).days + 1):
        step = period.start + timedelta(days=offset)
        label = GRAINS[grain](step)
        made[label] = replace(made[label], last=step) if label in made else Window(label, step, step)
    return tuple(made.values())


def _year_before(day: date) -> date:
    """The first day of the twelve months that end on a day."""
    return same_day(day + timedelta(days=1), -12)


def movement_estimates(question: Question, facts: Facts, parameters: Parameters) -> tuple[Estimate, ...]:
    """One estimate for each window, group and currency."""
    kept = book(question, facts, parameters)
    definition, take = question.definition, _take(question.definition)
    if not kept.read.spans:
        return () if question.by else (Estimate((), None, 0, notes=(NOTHING, *_left_out(kept))),)
    known: dict[int, dict[Holder, Group]] = {}
    made = [one for window in windows(question, kept) for one in _of_window(question, facts, kept, window, known)]
    if not made and not question.by:
        made = [Estimate((), 0 if take in ADDING else None, 0)]
    notes = (*_left_out(kept), *((kept.note,) if kept.note else ()))
    excluded = sum(kept.read.left_out.values())
    small_notes = [(e, small(definition, e.n) if take not in ADDING else "") for e in made]
    return tuple(
        replace(e, excluded=excluded, notes=tuple(filter(None, (*e.notes, note, *notes)))) for e, note in small_notes
    )


def _left_out(kept: Book) -> tuple[str, ...]:
    return tuple(f"{count:,} left out: {why}" for why, count in sorted(kept.read.left_out.items()))


def _of_window(
    question: Question, facts: Facts, kept: Book, window: Window, known: dict[int, dict[Holder, Group]]
) -> list[Estimate]:
    """The estimates of one window; `known` keeps the groups of customers as long as nothing is known to have changed."""
    take = _take(question.definition)
    who = attributes(facts, kept.day if take in (*ADDING, *RENEWING) else window.eve)
    if id(who) not in known:
        known[id(who)] = grouped(kept.holders, who, question, take in _LOGOS)
    made = _taken(take, kept, window, known[id(who)])
    if not any(name in GRAINS for name in question.by):
        return made
    return [replace(e, members=_labelled(e.members, question, window)) for e in made]


def _labelled(members: tuple[str, ...], question: Question, window: Window) -> tuple[str, ...]:
    return tuple(window.label if n in GRAINS else member for n, member in zip(question.by, members, strict=True))


def _taken(take: str, kept: Book, window: Window, groups: Mapping[Holder, Group]) -> list[Estimate]:
    if take in RENEWING:
        return _renewing(take, kept, window, groups)
    if take in FLOWS:
        return _flows(take, kept.within(window), groups)
    closing = kept.at(window.last)
    if take in STOCKS:
        return _stocks(take, closing, groups)
    opening = {holder: level for holder, level in kept.at(window.eve).items() if level > 0}
    return _retained(take, opening, closing, kept.within(window), groups)


Group = tuple[tuple[str, ...], str | None]


def grouped(holders: Iterable[Holder], who: Attributes, question: Question, heads: bool) -> dict[Holder, Group]:
    """The group each customer is in, where the filter keeps it: its members, and its currency unless heads are counted.

    Where a question is by a span of time, its place among the members is left empty.
    """
    found: dict[Holder, Group] = {}
    for customer, currency in holders:
        named = {CUSTOMER: customer, **who.get(customer, {}), CURRENCY: currency or NONE}
        if any(named.get(name, NONE) != member for name, member in question.where.items()):
            continue
        members = tuple("" if name in GRAINS else named.get(name, NONE) for name in question.by)
        found[customer, currency] = members, None if heads else currency
    return found


def _renewing(take: str, kept: Book, window: Window, groups: Mapping[Holder, Group]) -> list[Estimate]:
    """What was due, what of it was renewed, or the one divided by the other, of the contracts whose term ended then."""
    if not kept.contracts:
        return [Estimate(members, None, 0, code, notes=(NO_TERMS,)) for members, code in dict.fromkeys(groups.values())]
    held: dict[Group, list[Renewal]] = {group: [] for group in groups.values()}
    for one in kept.contracts:
        group = groups.get((one.customer, one.currency))
        if group is not None and window.first <= one.day <= window.last:
            held[group].append(one)
    made = list[Estimate]()
    for (members, code), own in held.items():
        if take == "renewal_rate":
            made.append(_ratio(take, members, code, [(one.renewed, one.due) for one in own]))
        else:
            total = sum((one.due if take == "due" else one.renewed for one in own), ZERO)
            made.append(Estimate(members, total, len(own), code))
    return made


def _flows(take: str, entries: Sequence[Movement], groups: Mapping[Holder, Group]) -> list[Estimate]:
    sums: dict[Group, Decimal] = dict.fromkeys(groups.values(), ZERO)
    counts: dict[Group, int] = defaultdict(int)
    for m in entries:
        group = groups.get((m.customer, m.currency))
        if group is not None and m.kind == take:
            sums[group] += abs(m.amount)
            counts[group] += 1
    return [Estimate(members, total, counts[members, code], code) for (members, code), total in sums.items()]


def _stocks(take: str, closing: Mapping[Holder, Decimal], groups: Mapping[Holder, Group]) -> list[Estimate]:
    sums: dict[Group, Decimal] = dict.fromkeys(groups.values(), ZERO)
    active: dict[Group, set[str]] = defaultdict(set)
    for holder, group in groups.items():
        level = closing.get(holder, ZERO)
        sums[group] += level
        if level > 0:
            active[group].add(holder[0])
    made = list[Estimate]()
    for group, total in sums.items():
        members, code = group
        count = len(active[group])
        if take == "customers":
            made.append(Estimate(members, count, count))
        elif take == "arpa":
            note = () if count else ("undefined: there is nothing to divide by",)
            made.append(Estimate(members, total / count if count else None, count, code, notes=note))
        else:
            made.append(Estimate(members, total / 12 if take == "mrr" else total, count, code))
    return made


def _retained(
    take: str,
    opening: Mapping[Holder, Decimal],
    closing: Mapping[Holder, Decimal],
    entries: Sequence[Movement],
    groups: Mapping[Holder, Group],
) -> list[Estimate]:
    cohorts: dict[Group, list[Holder]] = {group: [] for group in groups.values()}
    for holder in opening:
        if holder in groups:
            cohorts[groups[holder]].append(holder)
    lost: dict[Holder, Decimal] = defaultdict(Decimal)
    for m in entries:
        if m.kind in ("churn", "contraction"):
            lost[m.customer, m.currency] -= m.amount
    made = list[Estimate]()
    for (members, code), holders in cohorts.items():
        if take in ("logo_retention", "logo_churn"):
            made.append(_logos(take, members, holders, closing))
            continue
        pairs = [(kept_of(take, opening[h], closing.get(h, ZERO), lost[h]), opening[h]) for h in holders]
        made.append(_ratio(take, members, code, pairs))
    return made


def kept_of(take: str, opening: Decimal, closing: Decimal, lost: Decimal) -> Decimal:
    """What of a customer's opening ARR counts as kept: all it has now, no more than it had, or what movements left."""
    if take == "nrr":
        return closing
    return min(closing, opening) if take == "grr" else opening - lost


def _ratio(take: str, members: tuple[str, ...], code: str | None, pairs: Sequence[tuple[Decimal, Decimal]]) -> Estimate:
    above, below = (sum((pair[side] for pair in pairs), ZERO) for side in (0, 1))
    if not below:
        nothing = "nothing was up for renewal" if take == "renewal_rate" else "nothing ran at the start"
        return Estimate(members, None, 0, code, notes=(f"undefined: {nothing}",))
    floats = [(float(a), float(b)) for a, b in pairs]
    interval = around_ratio_of(floats)
    low, high = interval or (None, None)
    if take in ("grr", "renewal_rate") and high is not None:
        high = min(high, 1.0)
    return Estimate(members, float(above / below), len(pairs), code, low, high)


def _logos(
    take: str, members: tuple[str, ...], holders: Sequence[Holder], closing: Mapping[Holder, Decimal]
) -> Estimate:
    there = {customer for customer, _ in holders}
    still = {customer for (customer, _), level in closing.items() if level > 0} & there
    count = len(still) if take == "logo_retention" else len(there - still)
    if not there:
        return Estimate(members, None, 0, notes=("undefined: no customer was there at the start",))
    low, high = wilson(count, len(there)) or (None, None)
    return Estimate(members, count / len(there), len(there), None, low, high)


def _take(definition: Definition) -> str:
    return (definition.ledger or Ledger()).take
