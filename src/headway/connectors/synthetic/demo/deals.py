"""A deal's life, week by week: it moves on, skips, falls back, is won or lost; and the tidier paths of repeat business."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import numpy as np

from headway.connectors.synthetic.chance import happens, lognormal, one_of, working_moment
from headway.connectors.synthetic.demo.company import Company, Stage
from headway.connectors.synthetic.demo.demand import mondays
from headway.connectors.synthetic.demo.draws import between, moment_on, pick, workday
from headway.connectors.synthetic.demo.people import Roster, ramped, region_of, region_on
from headway.connectors.synthetic.demo.truth import LOST, WON, Account, Deal, Lead, Meeting, Terms

REASONS = (
    ("Price", 0.24), ("No decision", 0.27), ("Went with a competitor", 0.21), ("No budget", 0.15),
    ("Missing feature", 0.13),
)  # fmt: skip
_AGES = (2, 4, 7, 12, 20)
_HANDOVER_WEEKS, _HANDOVER_PACE = 6, 0.7


def opened(company: Company, rng: np.random.Generator, lead: Lead, roster: Roster) -> Deal | None:
    """The opportunity a lead's meeting led to, if it did, followed to where it stands on the last day."""
    held = next((meeting for meeting in lead.meetings if meeting.outcome == "Completed"), None)
    source = company.source(lead.source)
    if held is None or lead.account is None or not happens(rng, source.qualified):
        return None
    created = held.moment + timedelta(minutes=20 + int(float(rng.random()) * 600))
    if created.date() > company.last_day:
        return None
    terms = signed(company, rng, lead.account, created.date(), source.value)
    seller = roster.next_for("AE", created.date(), lead.account.country)
    days = round(lognormal(rng, lead.segment.expected_days, 0.25))
    return Deal(
        "new", lead.account, lead.source, terms.product, created, [(company.stages[0].name, created)], seller,
        workday(created.date() + timedelta(days=days)), terms.arr // 100, lognormal(rng, 1, company.market.frailty),
        terms=terms,
    )  # fmt: skip


def signed(
    company: Company, rng: np.random.Generator, account: Account, day: date, scale: float = 1.0, value: float = 0.0
) -> Terms:
    """What an account of this segment would sign on a day."""
    segment = account.segment
    months = 24 if happens(rng, segment.two_years) else 12
    monthly = months == 12 and happens(rng, segment.monthly)
    discount = pick(rng, company.renewals.discounts)
    price = company.product(segment.product).price(day, account.currency)
    amount = lognormal(rng, value or segment.value, segment.value_spread) * scale
    euros = company.product(segment.product).price(day, "EUR") * (100 - discount) / 100
    seats = max(4, round(amount / euros))
    unit = price * 100 // 12 if monthly else price * 100
    return Terms(segment.product, seats, unit, discount, "month" if monthly else "year", months)


def live(
    company: Company, rng: np.random.Generator, deal: Deal, roster: Roster, shock: Sequence[tuple[date, float]]
) -> None:
    """Take a deal through every week up to the last day."""
    segment, source = deal.account.segment, company.source(deal.source)
    names = [stage.name for stage in company.stages]
    place, age, handed = 0, 0, 0
    asleep: date | None = None
    for monday in mondays(deal.created.date() + timedelta(days=7), company.last_day):
        moment = working_moment(rng, monday)
        if moment.date() > company.last_day or moment < deal.steps[-1][1]:
            continue
        if asleep is not None:
            if moment.date() < asleep:
                continue
            asleep, place, age = None, 1, 0
            deal.steps.append((names[1], moment))
            continue
        if _orphaned(company, deal, moment.date()):
            deal.seller, handed = roster.next_for("AE", moment.date(), deal.account.country), _HANDOVER_WEEKS
        pace = segment.pace * (_HANDOVER_PACE if handed > 0 else 1.0)
        handed -= 1
        own = deal.frailty * deal.seller.skill * ramped(deal.seller, moment.date()) * segment.win * source.win
        advance, loss = _chances(company, company.stages[place], age, moment.date(), shock)
        age += 1
        draw = float(rng.random())
        if draw < min(advance * pace * own, 0.85):
            place, age = _next(company, rng, place), 0
            deal.steps.append((names[place] if place < len(names) else WON, moment))
            if place == len(names):
                return
            _meet(company, rng, deal, moment)
        elif draw > 1 - min(loss * pace, 0.85):
            deal.steps.append((LOST, moment))
            deal.reason = reason(rng)
            if not happens(rng, company.market.reopen):
                return
            asleep = moment.date() + timedelta(days=int(between(rng, 20, 60)))
        elif place > 0 and happens(rng, company.market.regress):
            place, age = place - 1, 0
            deal.steps.append((names[place], moment))


def _orphaned(company: Company, deal: Deal, day: date) -> bool:
    """Whether its seller has left, or the reorganisation gave its country to another region."""
    if deal.seller.end and day >= deal.seller.end:
        return True
    change = company.reorganisation.day
    moved = deal.created.date() < change <= day
    return moved and region_of(company, deal.account.country, day) != region_on(company, deal.seller, day)


def _chances(
    company: Company, stage: Stage, age: int, day: date, shock: Sequence[tuple[date, float]]
) -> tuple[float, float]:
    """The week's chances of this stage at this age, before the deal's own luck."""
    bucket = sum(age >= limit for limit in _AGES)
    common = next(factor for start, factor in reversed(shock) if start <= day)
    advance = stage.advance * company.market.age_advance[bucket] * common
    if stage is company.stages[-1]:
        advance *= company.market.quarter_rhythm[_week_of_quarter(day)]
    return advance, stage.loss * company.market.age_loss[bucket]


def _next(company: Company, rng: np.random.Generator, place: int) -> int:
    """The following stage, or the one after it; the last is never skipped."""
    skips = place + 2 < len(company.stages) and happens(rng, company.market.skip)
    return place + (2 if skips else 1)


def _week_of_quarter(day: date) -> int:
    return (day - date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)).days // 7


def _meet(company: Company, rng: np.random.Generator, deal: Deal, moment: datetime) -> None:
    """A meeting that goes with a move, now and then."""
    if happens(rng, 0.45):
        outcome = "Completed" if happens(rng, 0.93) else "Canceled"
        day = workday(moment.date() - timedelta(days=int(between(rng, 0, 3))))
        if deal.created.date() < day <= company.last_day:
            deal.meetings.append(Meeting(moment_on(rng, day), outcome, deal.seller))


def reason(rng: np.random.Generator) -> str:
    """Why a deal is lost."""
    return one_of(rng, [name for name, _ in REASONS], [weight for _, weight in REASONS])


def path(
    company: Company, rng: np.random.Generator, stages: Sequence[str], created: datetime, closed: datetime, end: str
) -> list[tuple[str, datetime]]:
    """The stages between a creation and a known end, in working hours, cut at the last day."""
    places = sorted(float(rng.random()) for _ in stages[1:])
    reached = len(stages) if end == WON else 1 + int(float(rng.random()) * len(stages))
    between_them = sorted(_worked(created, closed, place) for place in places)
    steps = [*zip(stages, [created, *between_them][:reached], strict=False), (end, closed)]
    return [(stage, moment) for stage, moment in steps if moment.date() <= company.last_day]


def _worked(created: datetime, closed: datetime, place: float) -> datetime:
    """A working moment this far between two others."""
    day = workday((created + (closed - created) * place).date())
    moment = datetime.combine(day, time(8)) + timedelta(minutes=int(place * 1_000 % 1 * 540))
    return min(max(moment, created), closed)
