"""One row for each seller and month: the quota in force, the month in role, what was booked and credited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction

from headway.core.calendar import Period, months
from headway.core.definition import Selling
from headway.core.formatting import plural
from headway.metrics.currencies import in_one_currency
from headway.metrics.estimate import as_count
from headway.metrics.facts import Facts, once
from headway.metrics.question import Parameters
from headway.metrics.selling.quotas import Quota, in_force, quotas
from headway.metrics.selling.ramps import carried
from headway.metrics.selling.sellers import Position, Sellers, sellers

ZERO = Fraction(0)
_BANDS = ((3, "months 01 to 03"), (6, "months 04 to 06"), (12, "months 07 to 12"), (24, "months 13 to 24"))
_LONGER = "months 25 on"


@dataclass(frozen=True)
class SellerMonth:
    """A month of one person in one currency.

    `full` is the quota as a ramped person carries it for the days in the window and the role, `quota` that in force,
    ramped as well. `worked` is the share of the month in the job, `in_role` the month in role from 1, `schedule` how many
    months the ramp takes, `factor` how far it has come.
    """

    who: str
    name: str
    span: Period
    currency: str | None
    full: Fraction = ZERO
    quota: Fraction = ZERO
    has_quota: bool = False
    booked: Fraction = ZERO
    deals: int = 0
    unvalued: int = 0
    in_role: int | None = None
    schedule: int | None = None
    factor: Fraction = Fraction(1)
    worked: Fraction = Fraction(1)
    carries: bool = False
    leaves: date | None = None
    traits: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def ramping(self) -> bool | None:
        """Whether the ramp is not over yet; not known where nothing says how long it takes."""
        if self.schedule is None or self.in_role is None:
            return None
        return self.in_role <= self.schedule

    @property
    def tenure(self) -> str | None:
        """The band of the months in role."""
        if self.in_role is None:
            return None
        return next((name for most, name in _BANDS if self.in_role <= most), _LONGER)


@dataclass(frozen=True)
class Laid:
    """The months of a window, who sells, and what is to be known of how they were laid."""

    window: Period | None
    months: Sequence[SellerMonth]
    people: Sellers
    quotas: Sequence[Quota]
    notes: tuple[str, ...] = ()


def laid(facts: Facts, policy: Selling, window: Period | None, parameters: Parameters) -> Laid:
    """The months of every seller in a window, under a policy; without a window, from the first quota or win up to the day."""
    how = (policy.quotas, policy.lasts, policy.first_month, policy.renewals)
    key = ("seller months", how, window, parameters.base, parameters.currency)
    return once(facts, key, Laid, lambda: _laid(facts, policy, window, parameters))


def _laid(facts: Facts, policy: Selling, window: Period | None, parameters: Parameters) -> Laid:
    people = sellers(facts)
    every, converted = quotas(facts, people, policy, parameters)
    span = window or _all_time(facts, every)
    if span is None:
        return Laid(None, (), people, every)
    wins, booked_note = _bookings(facts, people, policy, span, parameters)
    by_person = dict[str, list[Quota]]()
    for quota in every:
        by_person.setdefault(quota.who, []).append(quota)
    who = dict.fromkeys((*by_person, *people.positions, *(person for person, _ in wins)))
    made = [
        one
        for person in who
        for part in months(span)
        for one in _month(
            person, part, span, by_person.get(person, []), people, policy, wins.get((person, part.start), {})
        )
    ]
    made = [one for one in _with_currency(made, parameters.base) if parameters.currency in (None, one.currency)]
    notes = (
        *_notes(people, every, made, policy),
        *_unset(every, span, facts.day),
        *dict.fromkeys(filter(None, (converted, booked_note))),
    )
    return Laid(span, tuple(made), people, every, notes)


def _with_currency(made: Sequence[SellerMonth], base: str | None) -> list[SellerMonth]:
    """The months; those without money stand with the currency that the person otherwise sells in."""
    usual = {one.who: one.currency for one in reversed(made) if one.currency is not None}
    return [one if one.currency is not None else replace(one, currency=usual.get(one.who, base)) for one in made]


def _all_time(facts: Facts, every: Sequence[Quota]) -> Period | None:
    found = facts.run("SELECT min(closed_date) FROM opportunity WHERE status = 'won'")[0][0]
    starts = [quota.span.start for quota in every] + ([found] if isinstance(found, date) else [])
    first = min(starts, default=None)
    if first is None or first > facts.day:
        return None
    return Period(first.replace(day=1), facts.day + timedelta(days=1), "all time", "range")


Won = dict[str | None, tuple[str, Fraction, int, int]]
"""By currency what somebody won in a month: their name, the value, the deals, those without a value."""


def _bookings(
    facts: Facts, people: Sellers, policy: Selling, span: Period, parameters: Parameters
) -> tuple[dict[tuple[str, date], Won], str]:
    """What each person won in each month, and how currencies were made one."""
    made, note = dict[tuple[str, date], Won](), ""
    for relation in ("opportunity", "renewal") if policy.renewals == "count" else ("opportunity",):
        schema = facts.schema(relation)
        read_from = in_one_currency(relation, facts, schema, parameters.base, ())
        owner_id = "owner_id" if "owner_id" in schema else "NULL"
        note = note or read_from.note
        found = facts.run(
            f"SELECT {owner_id} AS owner_id, owner, CAST(date_trunc('month', closed_date) AS DATE) AS month, currency, "
            f"sum(amount), count(*), count(*) FILTER (amount IS NULL) FROM {read_from.relation} "
            f"WHERE status = 'won' AND closed_date >= ? AND closed_date < ? GROUP BY ALL ORDER BY ALL",
            [span.start, span.end],
        )
        for id_, owner, day, currency, amount, deals, unvalued in found:
            if not isinstance(day, date):
                continue
            code = str(currency) if currency is not None else parameters.base
            who = people.key(id_, owner)
            own = made.setdefault((who, day), {})
            before = own.get(code, ("", ZERO, 0, 0))
            worth = Fraction(str(amount)) if amount is not None else ZERO
            label = people.label(who, owner if owner is not None else id_)
            own[code] = (label, before[1] + worth, before[2] + as_count(deals), before[3] + as_count(unvalued))
    return made, note


def _month(
    who: str, part: Period, window: Period, own: Sequence[Quota], people: Sellers, policy: Selling, won: Won
) -> Iterator[SellerMonth]:
    inside = part.clip(window)
    position, held = people.held(who, part), in_force(own, part)
    if inside is None or not (held or won or position):
        return
    number = position.month_in_role(part.start, policy) if position else None
    ramp = position.ramp if position else None
    factor, in_role = carried(ramp, number), _in_role(who, position, inside, people)
    codes = dict.fromkeys((*(quota.currency for quota in held), *won))
    for code in codes or {None: None}:
        here = [quota for quota in held if quota.currency == code]
        set_ = sum((quota.in_month(part, window) for quota in here), ZERO)
        full = set_ * in_role if policy.quotas == "ramp" else set_
        label, booked, deals, unvalued = won.get(code, ("", ZERO, 0, 0))
        yield SellerMonth(
            who=who,
            name=people.label(who, next((quota.name for quota in held), label or who)),
            span=inside,
            currency=code,
            full=full,
            quota=full * factor if policy.quotas == "ramp" else full,
            has_quota=bool(here),
            booked=booked,
            deals=deals,
            unvalued=unvalued,
            in_role=number,
            schedule=len(ramp) if ramp is not None else None,
            factor=factor,
            worked=position.worked(inside) if position else Fraction(1),
            carries=bool(held) or (position is not None and position.carries),
            leaves=position.end if position else None,
            traits={**people.traits.get(who, {}), **(position.traits if position else {}), **_segment(held)},
        )


def _in_role(who: str, position: Position | None, inside: Period, people: Sellers) -> Fraction:
    """The share of the days in the job, whatever share of a full time is worked: quotas are set for the person."""
    if position is None:
        return ZERO if people.positions.get(who) else Fraction(1)
    return position.worked(inside) / position.fte if position.fte else ZERO


def _segment(held: Sequence[Quota]) -> dict[str, str]:
    told = {quota.segment for quota in held if quota.segment}
    return {"segment": told.pop() if len(told) == 1 else "several"} if told else {}


def _unset(every: Sequence[Quota], window: Period, day: date) -> Iterator[str]:
    """That no quota is known yet for the end of the window, where it lies ahead."""
    ahead = [part for part in months(window) if part.start > day]
    unset = [part for part in ahead if not any(quota.span.clip(part) for quota in every)]
    if every and unset:
        yield f"no quota is known on {day} from {unset[0].label} on"


def _notes(people: Sellers, every: Sequence[Quota], made: Sequence[SellerMonth], policy: Selling) -> Iterator[str]:
    if policy.quotas == "ramp":
        changed = {one.who for one in made if one.has_quota and one.quota != one.full}
        if changed:
            yield f"quotas of {plural(len(changed), 'person', 'people')} ramped by their profile"
        if people.unread and any(one.has_quota for one in made):
            yield f"no ramp can be read in the profile {' or '.join(repr(p) for p in people.unread[:3])}"
    kinds = {quota.kind for quota in every if quota.kind}
    if len(kinds) > 1:
        yield f"quotas of {len(kinds)} kinds are added: {', '.join(sorted(kinds)[:4])}"
