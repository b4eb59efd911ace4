"""What sellers can be expected to book: quota in force, times attainment, times who is still there, times the season."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from headway.core.calendar import Period, add_months, month
from headway.core.definition import Selling
from headway.metrics.estimate import Estimate, ordered
from headway.metrics.facts import Facts
from headway.metrics.question import Parameters, Question
from headway.metrics.selling.measures import Side, exact, grouped, lacking, months_of, policy_of, sides, undefined
from headway.metrics.selling.months import ZERO, Laid, SellerMonth, laid
from headway.statistics.intervals import around_ratio_of

_FEW = 5
"""So many people, at the least, whose attainment stands for that of others like them."""

NO_PAST = "undefined: nobody carried a quota in the twelve months before, so there is no attainment to go by"


@dataclass(frozen=True)
class Attained:
    """What people attained, with its interval and how many they were."""

    value: Fraction
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Learned:
    """What the twelve months before teach: attainment of ramped and ramping people, leavers a month, the season."""

    span: Period
    everyone: Attained
    ramped: Attained
    ramping: Attained
    leaving: Fraction
    season: tuple[Fraction, ...] = ()
    seasonless: bool = False

    def of(self, one: SellerMonth) -> Attained:
        """The attainment to be expected of somebody in a month."""
        return self.everyone if one.ramping is None else self.ramping if one.ramping else self.ramped

    def still_there(self, one: SellerMonth, day: date) -> Fraction:
        """The share of people of today who will still be there in a month."""
        start = one.span.start
        ahead = (start.year - day.year) * 12 + start.month - day.month
        return (1 - self.leaving) ** max(0, ahead)

    def seasonal(self, one: SellerMonth) -> Fraction:
        """How a month compares to the mean of its year."""
        return self.season[one.span.start.month - 1] if self.season else Fraction(1)

    @property
    def words(self) -> str:
        """What was learned, in a sentence."""
        parts = [f"attainment of {self.everyone.n} people {float(self.everyone.value):.0%}"]
        if self.ramping is not self.everyone or self.ramped is not self.everyone:
            parts = [
                f"attainment {float(one.value):.0%} of {one.n} {word}"
                for one, word in ((self.ramped, "ramped"), (self.ramping, "ramping"))
            ]
        parts += ["no season: fewer than two whole years are known"] if self.seasonless else []
        return f"{', '.join(parts)}; {float(self.leaving):.1%} leave a month; learned from {self.span.label}"


def capacity_estimates(question: Question, facts: Facts, parameters: Parameters) -> tuple[Estimate, ...]:
    """What the people known on the day can be expected to book in the period, for each group and currency."""
    kept, chosen = months_of(question, facts, parameters)
    known = learned(question, facts, parameters)
    why = lacking(question, kept) or ("" if known else NO_PAST)
    if why or known is None:
        return (undefined(question, why),)
    made = list[Estimate]()
    for (members, currency), own in grouped(question, chosen).items():
        carried = [one for one in own if one.has_quota]
        value = sum((expected(one, known, facts.day) for one in carried), ZERO)
        low, high = (
            sum(float(one.quota * known.still_there(one, facts.day) * known.seasonal(one)) * end for one, end in ends)
            for ends in (
                [(one, known.of(one).low) for one in carried],
                [(one, known.of(one).high) for one in carried],
            )
        )
        n = len({one.who for one in carried})
        few = f"n = {known.everyone.n}: cannot tell yet" if known.everyone.n < question.definition.enough else ""
        notes = tuple(filter(None, (few, known.words, *kept.notes)))
        made.append(Estimate(members, exact(value), n, currency, low, high, notes=notes))
    return tuple(sorted(made, key=ordered))


def expected(one: SellerMonth, known: Learned, day: date) -> Fraction:
    """What somebody can be expected to book in a month."""
    return one.quota * known.of(one).value * known.still_there(one, day) * known.seasonal(one)


def learned(question: Question, facts: Facts, parameters: Parameters) -> Learned | None:
    """What the whole months of the last twelve teach; none where nobody carried a quota in them."""
    policy = policy_of(question.definition)
    end = month(facts.day).end if month(facts.day).last_day == facts.day else month(facts.day).start
    span = Period(
        add_months(end, -12), end, f"{add_months(end, -12)} to {month(add_months(end, -1)).last_day}", "range"
    )
    past = laid(facts, replace(policy, take="attainment"), span, parameters)
    everyone = _attained(past.months, past)
    if everyone is None:
        return None
    ramped, ramping = (_attained([m for m in past.months if m.ramping is told], past) for told in (False, True))
    at_work = [one for one in past.months if one.carries and past.people.positions.get(one.who)]
    months_at_work = {(one.who, one.span.start) for one in at_work}
    left = {one.who for one in at_work if one.leaves is not None and span.holds(one.leaves)}
    leaving = Fraction(len(left), len(months_at_work)) if months_at_work else ZERO
    season = _season(facts, policy, end, parameters) if policy.season == "history" else ()
    enough = [one if one and one.n >= _FEW else everyone for one in (ramped, ramping)]
    seasonless = policy.season == "history" and not season
    return Learned(span, everyone, enough[0], enough[1], leaving, season, seasonless)


def _attained(own: Sequence[SellerMonth], kept: Laid) -> Attained | None:
    each: list[Side] = sides(Selling(), own, kept)
    booked, quota = (sum((getattr(side, name) for side in each), ZERO) for name in ("booked", "against"))
    if not quota:
        return None
    value = booked / quota
    low, high = around_ratio_of([(float(s.booked), float(s.against)) for s in each]) or (float(value), float(value))
    return Attained(value, max(0.0, low), high, len(each))


def _season(facts: Facts, policy: Selling, end: date, parameters: Parameters) -> tuple[Fraction, ...]:
    """Each calendar month's bookings against the mean month, over the whole years before, up to three; none without two."""
    first = facts.run("SELECT min(closed_date) FROM opportunity WHERE status = 'won'")[0][0]
    whole = next((n for n in (3, 2) if isinstance(first, date) and add_months(end, -12 * n) >= first.replace(day=1)), 0)
    if not whole:
        return ()
    span = Period(add_months(end, -12 * whole), end, "the years before", "range")
    totals = defaultdict[int, Fraction](lambda: ZERO)
    for one in laid(facts, replace(policy, take="attainment"), span, parameters).months:
        totals[one.span.start.month] += one.booked
    every = sum(totals.values(), ZERO)
    return tuple(totals[number] * 12 / every for number in range(1, 13)) if every else ()
