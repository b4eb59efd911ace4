"""How long until somebody sells at full pace: by month in role, with leaving as the competing end (Aalen and Johansen 1978).

People who joined before the first month that can be judged enter late, and only if they were not at full pace already when
they were first seen: of those who were, nobody knows since when.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

import numpy as np

from headway.core.calendar import month
from headway.core.definition import Selling
from headway.metrics.estimate import Estimate, ordered, small
from headway.metrics.facts import Facts
from headway.metrics.question import GRAINS, Parameters, Question
from headway.metrics.selling.measures import full_of, lacking, member, months_of, peer_rates, policy_of, undefined
from headway.metrics.selling.months import ZERO, SellerMonth
from headway.statistics.survival import Ages, Curve, aalen_johansen, eventual_interval

HALF = 0.5
_NOBODY = 1e-12


@dataclass(frozen=True)
class Hire:
    """One person's way in a role: seen from a month in role to another, and what ended it there."""

    who: str
    name: str
    joined: date
    entry: int
    exit: int
    outcome: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Hires:
    """The people a question is about, those who cannot be judged, and why there is no answer, if there is none."""

    people: Sequence[Hire]
    left_out: int
    notes: tuple[str, ...]
    why: str = ""

    def by_group(self) -> Mapping[tuple[str, ...], list[Hire]]:
        """The people by their group."""
        groups = defaultdict[tuple[str, ...], list[Hire]](list)
        for hire in self.people:
            groups[hire.members].append(hire)
        return groups


def productive_estimates(question: Question, facts: Facts, parameters: Parameters) -> tuple[Estimate, ...]:
    """The month in role by which half of those who joined sell at full pace, for each group."""
    found = hires(question, facts, parameters)
    if found.why:
        return (undefined(question, found.why),)
    groups = found.by_group() or ({(): list[Hire]()} if not question.by else {})
    made = [_estimate(question, members, own, found) for members, own in groups.items()]
    return tuple(sorted(made, key=ordered))


def hires(question: Question, facts: Facts, parameters: Parameters) -> Hires:
    """Who joined, in the period where one is asked for, and what became of each."""
    policy = policy_of(question.definition)
    everyone = replace(question, period=None, by=())
    kept, chosen = months_of(everyone, facts, parameters)
    why = lacking(everyone, kept)
    peers = peer_rates(kept) if policy.against == "peers" else {}
    if not why and policy.against == "peers" and not peers:
        why = "undefined: nobody ramped is known to hold others against"
    if why:
        return Hires((), 0, (), why)
    rows = defaultdict[tuple[str, date], list[SellerMonth]](list)
    judged = {one.span.start for one in chosen if _full(policy, one, peers)}
    for one in chosen:
        position = kept.people.held(one.who, month(one.span.start))
        if position is not None and one.in_role is not None:
            rows[one.who, position.start].append(one)
    made, unseen = list[Hire](), 0
    for (who, joined), own in rows.items():
        if question.period and not question.period.holds(joined):
            continue
        if not any(one.carries for one in own):
            continue
        hire = _hire(question, facts, (who, joined), own, peers, min(judged, default=date.max))
        if hire is None:
            unseen += 1
        else:
            made.append(hire)
    notes = (f"{unseen:,} left out: too new, or at full pace before they were first seen",) if unseen else ()
    return Hires(made, unseen, (*notes, *kept.notes))


def curve_of(own: Sequence[Hire]) -> Ages:
    """People by month in role, as the counts the estimator takes."""
    size = 1 + max((hire.exit for hire in own), default=-1)
    entries, exits, wins, losses = (np.zeros(size, dtype=np.int64) for _ in range(4))
    for hire in own:
        entries[hire.entry] += 1
        exits[hire.exit] += 1
        wins[hire.exit] += hire.outcome == "productive"
        losses[hire.exit] += hire.outcome == "left"
    return Ages(entries, exits, wins, losses)


def up_to(ages: Ages, last: int) -> Curve:
    """The curve of what was seen up to a month in role."""
    end = last + 1
    return aalen_johansen(Ages(ages.entries[:end], ages.exits[:end], ages.wins[:end], ages.losses[:end]))


def _estimate(question: Question, members: tuple[str, ...], own: Sequence[Hire], found: Hires) -> Estimate:
    definition, ages = question.definition, curve_of(own)
    oldest = len(ages.entries) - 1
    whole = aalen_johansen(ages)
    if whole.eventual is None:
        why = "undefined: nobody has come to full pace yet" if own else "undefined: nobody who joined can be judged"
        return Estimate(members, None, len(own), None, excluded=found.left_out, notes=(why, *found.notes))
    value, low, high = None, None, None
    for number in range(1, oldest + 1):
        seen = up_to(ages, number)
        bounds = eventual_interval(seen) or (0.0, 0.0)
        value = number if value is None and (seen.eventual or 0.0) >= HALF else value
        low = number if low is None and bounds[1] >= HALF else low
        high = number if high is None and bounds[0] >= HALF else high
    ended = next((number for number in range(1, oldest + 1) if whole.open[number] < _NOBODY), oldest)
    last = "the oldest seen" if ended == oldest else "when the last of those at risk then was"
    told = f"{whole.eventual:.0%} at full pace and {float(whole.loss[-1]):.0%} gone by month {ended}, {last}"
    notes = (
        [small(definition, whole.total)] if value is not None else [f"undefined: fewer than half are by month {oldest}"]
    )
    return Estimate(
        members, value, whole.total, None, low, high, found.left_out, tuple(filter(None, (*notes, told, *found.notes)))
    )


def _full(policy: Selling, one: SellerMonth, peers: Mapping[tuple[str, str | None], Fraction]) -> Fraction:
    return full_of(policy, one, peers) or ZERO


def _hire(
    question: Question,
    facts: Facts,
    of: tuple[str, date],
    own: Sequence[SellerMonth],
    peers: Mapping[tuple[str, str | None], Fraction],
    first: date,
) -> Hire | None:
    """What became of somebody; none where that cannot be judged."""
    policy, (who, joined) = policy_of(question.definition), of
    by_month = defaultdict[int, list[Fraction]](lambda: [ZERO, ZERO])
    last = 0
    for one in own:
        whole = one.span.days == month(one.span.start).days
        if one.in_role is None or not whole or one.span.start < first:
            continue
        by_month[one.in_role][0] += one.booked
        by_month[one.in_role][1] += _full(policy, one, peers)
        last = max(last, one.in_role)
    left = own[0].leaves if own[0].leaves is not None and own[0].leaves <= facts.day else None
    seen_from = min(by_month, default=0)
    judged = seen_from + policy.over - 1
    entry = (
        1 if seen_from == 1 else judged + 1
    )  # who is judged for the first time cannot come to full pace in that month
    reached = next((m for m in sorted(by_month) if _at_pace(policy, by_month, m, seen_from)), None)
    gone = max((one.in_role or 0 for one in own), default=0) if left else None
    if not by_month or (seen_from > 1 and reached == judged):
        return None
    exit_, outcome = (reached, "productive") if reached else (gone, "left") if gone else (last, "still ramping")
    if exit_ < entry:
        return None
    newest = own[-1]
    members = tuple(member(n, newest) if n not in GRAINS else GRAINS[n](joined) for n in question.by)
    return Hire(who, newest.name, joined, entry, exit_, outcome, members)


def _at_pace(policy: Selling, by_month: Mapping[int, Sequence[Fraction]], number: int, seen_from: int) -> bool:
    """Whether the months up to this one, taken together, are at the stated share of what full pace would book."""
    taken = range(number - policy.over + 1, number + 1)
    if taken.start < max(seen_from, 1):
        return False
    booked = sum((by_month[m][0] for m in taken if m in by_month), ZERO)
    full = sum((by_month[m][1] for m in taken if m in by_month), ZERO)
    return full > 0 and booked * 100 >= full * policy.at_least
