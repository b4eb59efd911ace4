"""What the months of sellers come to: attainment and its spread, revenue for each seller, productivity by month in role."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np

from headway.core.calendar import Period, months
from headway.core.definition import Definition, Selling
from headway.core.formatting import plural
from headway.metrics.estimate import Estimate, ordered, small
from headway.metrics.expressions import SHARES
from headway.metrics.facts import Facts
from headway.metrics.question import GRAINS, NONE, Parameters, Question
from headway.metrics.selling.months import ZERO, Laid, SellerMonth, laid
from headway.statistics.intervals import around_quantile, around_ratio_of, wilson

Group = tuple[tuple[str, ...], str | None]
MONTH_IN_ROLE = "month_in_role"
OWN = ("owner", "tenure", "ramped", MONTH_IN_ROLE, "segment", "currency")
"""What the months of sellers can be broken down by, beside what is known of the people."""

NO_QUOTAS = "undefined: no quotas are loaded; import who carries how much for which period"
NO_PEOPLE = "undefined: no people are loaded; import who works in which role since when"
_TO_DATE = ("per_rep", "productivity", "time_to_productive")
_BY_QUOTA = ("quota", "bookings", "attainment", "spread", "share", "capacity")
_NOTHING = "undefined: there is nothing to divide by"


@dataclass(frozen=True)
class Side:
    """One person's months taken together: what was booked, and what that is held against."""

    who: str
    name: str
    booked: Fraction
    against: Fraction

    @property
    def ratio(self) -> float | None:
        """The one over the other; undefined where there is nothing to divide by."""
        return float(self.booked / self.against) if self.against else None


def policy_of(definition: Definition) -> Selling:
    """The policy a metric of sellers is kept under."""
    return definition.selling or Selling()


def aggregated(question: Question, facts: Facts, parameters: Parameters) -> tuple[Estimate, ...]:
    """One estimate for each group and currency of the months of sellers."""
    kept, chosen = months_of(question, facts, parameters)
    why = lacking(question, kept)
    if why:
        return (undefined(question, why),)
    groups = grouped(question, chosen)
    take = policy_of(question.definition).take
    selling = {group: own for group, own in groups.items() if any(_counts(one, take) for one in own)}
    made = [_estimate(question, group, own, kept) for group, own in selling.items()]
    if not made and not question.by:
        made = [undefined(question, "undefined: nobody who sells is known in it")]
    return tuple(sorted(made, key=ordered))


def _counts(one: SellerMonth, take: str) -> bool:
    return one.has_quota or (take != "quota" and (one.carries or one.deals > 0))


def undefined(question: Question, why: str) -> Estimate:
    """The answer where there is none, for every group."""
    return Estimate(tuple(NONE for _ in question.by), None, 0, notes=(why,))


def lacking(question: Question, kept: Laid) -> str:
    """What has to be loaded before there is an answer; nothing where it is."""
    policy = policy_of(question.definition)
    by_quota = policy.take in _BY_QUOTA or (policy.take != "per_rep" and policy.against == "quota")
    if by_quota and not kept.quotas:
        return NO_QUOTAS
    role_needed = policy.take in ("productivity", "time_to_productive") or policy.among != "all"
    if role_needed and not kept.people.positions:
        return NO_PEOPLE
    if policy.take == "per_rep" and not any(one.carries for one in kept.months):
        return NO_PEOPLE if not kept.people.positions else "undefined: nobody is said to carry a quota"
    return ""


def months_of(question: Question, facts: Facts, parameters: Parameters) -> tuple[Laid, list[SellerMonth]]:
    """The months laid for a question, and those of them that it is about."""
    policy, window = policy_of(question.definition), question.period
    if window and policy.take in _TO_DATE and window.end > facts.day:
        end = max(window.start, facts.day + timedelta(days=1))
        window = replace(window, end=min(window.end, end))
    kept = laid(facts, policy, window, parameters)
    last = min(kept.window.last_day, facts.day) if kept.window else facts.day
    during_ramp = policy.take == "productivity" and MONTH_IN_ROLE not in question.by
    among = "ramping" if during_ramp else policy.among
    grain = any(name in GRAINS for name in question.by) and policy.take not in ("quota", "capacity")
    found = list[SellerMonth]()
    for one in kept.months:
        wanted = among == "all" or one.ramping is (among == "ramping")
        gone = policy.leavers == "leave_out" and one.leaves is not None and one.leaves <= last
        ahead = grain and one.span.start > facts.day
        if wanted and not gone and not ahead and all(member(n, one) == m for n, m in question.where.items()):
            found.append(one)
    return kept, found


def member(name: str, one: SellerMonth) -> str:
    """What a month of a seller belongs to."""
    match name:
        case "owner":
            found: str | None = one.name
        case "tenure":
            found = one.tenure
        case "ramped":
            found = None if one.ramping is None else "ramping" if one.ramping else "ramped"
        case "month_in_role":
            found = None if one.in_role is None else str(one.in_role)
        case "currency":
            found = one.currency
        case _ if name in GRAINS:
            found = GRAINS[name](one.span.start)
        case _:
            found = one.traits.get(name)
    return NONE if found is None else found


def grouped(question: Question, chosen: Sequence[SellerMonth]) -> Mapping[Group, list[SellerMonth]]:
    """The months by the members asked and their currency; those of nobody's money stand with the only currency there is."""
    codes = {one.currency for one in chosen if one.currency is not None}
    only = next(iter(codes)) if len(codes) == 1 else None
    groups = defaultdict[Group, list[SellerMonth]](list)
    for one in chosen:
        groups[tuple(member(n, one) for n in question.by), one.currency or only].append(one)
    return groups


def sides(policy: Selling, own: Sequence[SellerMonth], kept: Laid) -> list[Side]:
    """Each person of a group with what was booked and what that is held against, under a policy."""
    found = dict[str, Side]()
    peers = peer_rates(kept) if policy.take == "productivity" and policy.against == "peers" else {}
    for one in own:
        against = _against(policy, one, peers)
        if against is None:
            continue
        before = found.get(one.who, Side(one.who, one.name, ZERO, ZERO))
        found[one.who] = replace(before, booked=before.booked + one.booked, against=before.against + against)
    return list(found.values())


def peer_rates(kept: Laid) -> dict[tuple[str, str | None], Fraction]:
    """What ramped people of a role book in a month they work, by role and currency."""
    totals = defaultdict[tuple[str, str | None], list[Fraction]](lambda: [ZERO, ZERO])
    only = {one.currency for one in kept.months if one.currency}
    for one in kept.months:
        if one.carries and one.ramping is False:
            code = one.currency or (next(iter(only)) if len(only) == 1 else None)
            total = totals[one.traits.get("role", NONE), code]
            total[0] += one.booked
            total[1] += worked(one)
    return {key: booked / time for key, (booked, time) in totals.items() if time}


def worked(one: SellerMonth) -> Fraction:
    """The time worked, in months: a month cut by the window counts for its share."""
    return one.worked * Fraction(one.span.days, months(one.span)[0].days)


def full_of(policy: Selling, one: SellerMonth, peers: Mapping[tuple[str, str | None], Fraction]) -> Fraction | None:
    """What full productivity would have booked in a month; none where it is not known."""
    if policy.against == "quota":
        return one.full if one.has_quota else None
    if not one.carries:
        return None
    role = one.traits.get("role", NONE)
    rate = peers.get((role, one.currency)) or next((r for (of, _), r in peers.items() if of == role), None)
    return None if rate is None else rate * worked(one)


def _against(policy: Selling, one: SellerMonth, peers: Mapping[tuple[str, str | None], Fraction]) -> Fraction | None:
    if policy.take == "productivity":
        return full_of(policy, one, peers)
    if policy.take == "per_rep":
        return worked(one) * (one.factor if policy.heads == "ramped" else 1) if one.carries else None
    return one.quota if one.has_quota else None


def _estimate(question: Question, group: Group, own: Sequence[SellerMonth], kept: Laid) -> Estimate:
    definition, policy, (members, currency) = question.definition, policy_of(question.definition), group
    each = sides(policy, own, kept)
    uncredited = [one for one in own if not (one.has_quota if policy.take in _BY_QUOTA else one.carries)]
    excluded = sum(one.deals for one in uncredited)
    notes = [f"{plural(excluded, 'deal')} left out: whose owner carries no quota"] if excluded else []
    unvalued = sum(one.unvalued for one in own if one not in uncredited)
    notes += [f"{unvalued:,} left out: no amount"] if unvalued else []
    n, value, (low, high) = len(each), None, (None, None)
    pairs = [(float(side.booked), float(side.against)) for side in each]
    booked, against = (sum((getattr(side, name) for side in each), ZERO) for name in ("booked", "against"))
    match policy.take:
        case "quota":
            return Estimate(members, exact(against), n, currency, notes=kept.notes)
        case "bookings":
            credited = sum(one.deals for one in own if one.has_quota)
            return Estimate(members, exact(booked), credited, currency, None, None, excluded, (*notes, *kept.notes))
        case "spread":
            value, low, high, n = _spread(definition, each)
        case "share":
            value, low, high, n = _share(policy, each)
        case "per_rep":
            time = months_in(question, members, kept)
            value = float(booked / against * time) if against else None
            low, high = (
                (end * float(time) for end in around_ratio_of(pairs) or ()) if n > 1 and against else (None, None)
            )
        case _:
            value = float(booked / against) if against else None
            low, high = around_ratio_of(pairs) or (None, None)
    if "owner" in (*question.by, *question.where) and policy.take not in ("spread", "share"):
        n = sum(
            one.deals for one in own if one not in uncredited
        )  # one person is all there is; the deals are the records
    told = [_NOTHING] if value is None else [small(definition, n)]
    return Estimate(members, value, n, currency, low, high, excluded, tuple(filter(None, (*told, *notes, *kept.notes))))


Value = tuple[float | None, float | None, float | None, int]


def _spread(definition: Definition, each: Sequence[Side]) -> Value:
    """The attainment that a share of people stay below, with its interval."""
    ratios = [ratio for side in each if (ratio := side.ratio) is not None]
    if not ratios:
        return None, None, None, 0
    share = definition.percentile / 100
    values = [float(value) for value in np.quantile(ratios, SHARES)]
    low, high = around_quantile(share, SHARES, values, len(ratios)) or (None, None)
    return float(np.quantile(ratios, share)), low, high, len(ratios)


def _share(policy: Selling, each: Sequence[Side]) -> Value:
    """The share of people at or above a share of their quota, with its interval."""
    held = [side for side in each if side.against]
    reached = sum(1 for side in held if side.booked * 100 >= side.against * policy.at_least)
    low, high = wilson(reached, len(held)) or (None, None)
    return (reached / len(held) if held else None), low, high, len(held)


def months_in(question: Question, members: tuple[str, ...], kept: Laid) -> Fraction:
    """How many months the question's window holds, or the part of it that a group is of."""
    if kept.window is None:
        return ZERO
    grain = next((name for name in question.by if name in GRAINS), "")
    label = members[question.by.index(grain)] if grain else ""
    parts = [part for part in months(kept.window) if not grain or GRAINS[grain](part.start) == label]
    inside: list[tuple[Period, Period | None]] = [(part, part.clip(kept.window)) for part in parts]
    return sum((Fraction(cut.days, part.days) for part, cut in inside if cut), ZERO)


def exact(amount: Fraction) -> Decimal:
    """An amount as it is kept: to a hundredth of a cent."""
    scaled = round(amount * 10_000)
    return Decimal(scaled).scaleb(-4)
