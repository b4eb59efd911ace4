"""A customer's life: onboarding, terms that end on their dates, price uplifts, more or fewer seats, leaving, coming back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import numpy as np

from headway.connectors.synthetic.chance import happens, lognormal, one_of
from headway.connectors.synthetic.demo.company import Company
from headway.connectors.synthetic.demo.deals import path, reason, signed
from headway.connectors.synthetic.demo.draws import between, moment_on, pick, share, workday
from headway.connectors.synthetic.demo.leads import Register
from headway.connectors.synthetic.demo.people import Roster
from headway.connectors.synthetic.demo.truth import (
    LOST,
    WON,
    Account,
    Customer,
    Deal,
    Item,
    Onboarding,
    Subscription,
    Terms,
)

CHURN_REASONS = (
    ("Price", 0.24),
    ("Low usage", 0.27),
    ("Went with a competitor", 0.2),
    ("Merged or closed", 0.14),
    ("Project ended", 0.15),
)
_RENEWAL_STAGES = ("Discovery", "Proposal", "Negotiation")
_LATE_ONBOARDING = 1.7
_STAYED = 0.80


@dataclass(frozen=True)
class Office:
    """What a customer's life needs of the company around it."""

    company: Company
    rng: np.random.Generator
    roster: Roster
    deals: list[Deal]

    @property
    def last(self) -> date:
        """The last day."""
        return self.company.last_day


def month_after(day: date, months: int) -> date:
    """The same day some months later, or the last one that month has."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    return date(year, month + 1, 28)


def opening(office: Office, register: Register) -> list[Customer]:
    """The customers of before the first day, with the terms they were in."""
    company, rng = office.company, office.rng
    found: list[Customer] = []
    for segment in company.segments:
        for _ in range(segment.opening_customers):
            source = one_of(rng, company.sources, [0.42, 0.30, 0.18, 0.10]).name
            start = company.first_day - timedelta(days=1 + int(between(rng, 0, 730)))
            account = register.opened(
                company, rng, segment, source, datetime.combine(start, time(9)) - timedelta(days=70)
            )
            terms = signed(company, rng, account, start, value=segment.opening_value)
            term_start = start
            while month_after(term_start, terms.months) <= company.first_day:
                term_start = month_after(term_start, terms.months)
            churn = share(rng, segment.churn * (_STAYED if term_start > start else 1.0), segment.churn_spread)
            found.append(_customer(office, account, churn, start, term_start, terms, None))
    return found


def won(office: Office, deal: Deal) -> Customer | None:
    """The customer a won deal became, once the subscription has begun."""
    closed, terms, segment = deal.closed, deal.terms, deal.account.segment
    if closed is None or terms is None:
        return None
    start = closed.date() + timedelta(days=pick(office.rng, ((0, 0.3), (1, 0.25), (3, 0.15), (5, 0.15), (9, 0.15))))
    churn = share(office.rng, segment.churn, segment.churn_spread)
    if start > office.last:
        return None
    return _customer(office, deal.account, churn, start, start, terms, deal)


def _customer(
    office: Office, account: Account, churn: float, start: date, term_start: date, terms: Terms, deal: Deal | None
) -> Customer:
    account.owner = office.roster.success_of(account, office.last)
    subscription = _subscription(start, term_start, terms, deal)
    customer = Customer(account, churn, start, [subscription])
    if deal is not None:
        customer.onboarding = _onboarding(office, account, start)
    _lived(office, customer, subscription)
    if subscription.ended and not subscription.early and happens(office.rng, office.company.renewals.win_back):
        _back(office, customer, subscription)
    return customer


def _subscription(start: date, term_start: date, terms: Terms, deal: Deal | None) -> Subscription:
    end = month_after(term_start, terms.months)
    return Subscription(start, terms, [Item(terms, start)], term_start, end, deal=deal)


def _onboarding(office: Office, account: Account, start: date) -> Onboarding:
    """How long first value takes: a part of customers needs far longer than agreed."""
    segment = account.segment
    started = workday(start + timedelta(days=1 + int(between(office.rng, 0, 6))))
    days = lognormal(office.rng, segment.onboarding_days * 0.86, 0.35)
    return Onboarding(
        started, started + timedelta(days=segment.onboarding_days), workday(started + timedelta(days=round(days)))
    )


def _lived(office: Office, customer: Customer, subscription: Subscription) -> None:
    """Term after term until the customer leaves or the last day comes."""
    first = True
    while subscription.term_start <= office.last:
        if _left_early(office, subscription):
            return
        _grown(office, customer, subscription)
        stays = not happens(office.rng, _leaving(customer, subscription, first))
        lead_in = subscription.term_end - timedelta(days=office.company.renewals.deal_days)
        if subscription.term_end <= office.company.first_day:
            stays = True
        if not stays:
            _leave(office, customer, subscription)
        elif lead_in <= office.last:
            _renewed(office, customer, subscription)
        if not stays or subscription.term_end > office.last:
            return
        first = False
        subscription.term_start = subscription.term_end
        subscription.term_end = month_after(subscription.term_start, subscription.terms.months)


def _leaving(customer: Customer, subscription: Subscription, first: bool) -> float:
    """The chance to leave at the end of this term; a late start costs loyalty at the first one."""
    chance = customer.churn * subscription.terms.months / 12
    late = customer.onboarding is not None and customer.onboarding.first_value > customer.onboarding.due
    return min(chance * (_LATE_ONBOARDING if first and late else 1.0), 0.9)


def _left_early(office: Office, subscription: Subscription) -> bool:
    """Whether they stop in the middle of a term, as the insolvent do."""
    if not happens(office.rng, office.company.renewals.early_end):
        return False
    days = (subscription.term_end - subscription.term_start).days
    ended = subscription.term_start + timedelta(days=int(days * between(office.rng, 0.3, 0.8)))
    if not office.company.first_day < ended <= office.last:
        return False
    _end(subscription, ended, ended, "Merged or closed")
    subscription.early = True
    return True


def _leave(office: Office, customer: Customer, subscription: Subscription) -> None:
    low, high = office.company.renewals.notice
    notice = subscription.term_end - timedelta(days=int(between(office.rng, low, high)))
    reasons = one_of(office.rng, [name for name, _ in CHURN_REASONS], [weight for _, weight in CHURN_REASONS])
    _renewal_deal(office, customer, subscription, LOST, moment_on(office.rng, workday(notice)), reasons)
    if notice <= office.last:
        _end(subscription, subscription.term_end, notice, reasons)


def _end(subscription: Subscription, ended: date, notice: date, why: str) -> None:
    subscription.ended, subscription.notice, subscription.reason = ended, notice, why
    for item in subscription.items:
        if item.end is None:
            item.end = ended


def _renewed(office: Office, customer: Customer, subscription: Subscription) -> None:
    """A new term: a price uplift, sometimes fewer seats."""
    company, rng, day = office.company, office.rng, subscription.term_end
    uplift = pick(rng, company.renewals.uplifts)
    fewer = between(rng, *company.renewals.contraction_size) if happens(rng, company.renewals.contraction) else 0.0
    value = 0
    for item in [item for item in subscription.items if item.end is None]:
        seats = max(2, round(item.terms.seats * (1 - fewer)))
        terms = replace(item.terms, seats=seats, unit=round(item.terms.unit * (100 + uplift) / 100))
        value += terms.arr // 100
        if terms != item.terms and day <= office.last and day > company.first_day:
            item.end = day
            subscription.items.append(Item(terms, day))
    decided = day - timedelta(days=int(between(rng, 2, 45)))
    _renewal_deal(office, customer, subscription, WON, moment_on(rng, workday(decided)), "", value)


def _renewal_deal(
    office: Office, customer: Customer, subscription: Subscription, end: str, closed: datetime, why: str, value: int = 0
) -> None:
    """The renewal as sales works on it, from some months before the term ends."""
    company, rng = office.company, office.rng
    opened = subscription.term_end - timedelta(days=company.renewals.deal_days + int(between(rng, 0, 14)))
    created = moment_on(rng, workday(opened))
    if created.date() > company.last_day or created >= closed:
        return
    live = [item for item in subscription.items if item.end is None or item.end >= subscription.term_end]
    live = [item for item in live if item.start < subscription.term_end]
    due = sum(item.terms.arr for item in live) // 100
    steps = path(company, rng, _RENEWAL_STAGES, created, closed, end)
    owner = office.roster.success_of(customer.account, min(closed.date(), company.last_day))
    known = closed.date() <= company.last_day
    office.deals.append(
        Deal(
            "renewal",
            customer.account,
            customer.account.source,
            subscription.terms.product,
            created,
            steps,
            owner,
            subscription.term_end,
            value if known and end == WON else due,
            reason=why if known else "",
        )
    )


def _grown(office: Office, customer: Customer, subscription: Subscription) -> None:
    """Month by month within a term: more seats or the add-on, when the deal for it is won."""
    company, rng = office.company, office.rng
    day = month_after(subscription.term_start, 2)
    while day < subscription.term_end - timedelta(days=25) and day <= office.last + timedelta(days=40):
        if day > company.first_day and happens(rng, company.renewals.expansion):
            _expansion(office, customer, subscription, workday(day + timedelta(days=int(between(rng, 0, 24)))))
        day = month_after(day, 1)


def _expansion(office: Office, customer: Customer, subscription: Subscription, day: date) -> None:
    company, rng = office.company, office.rng
    product = subscription.terms.product
    main = next(i for i in reversed(subscription.items) if i.terms.product == product and i.end is None)
    has_addon = any(item.terms.product == company.renewals.addon for item in subscription.items)
    if not has_addon and happens(rng, company.renewals.addon_share):
        price = company.product(company.renewals.addon).price(day, customer.account.currency) * 100
        unit = price // 12 if main.terms.interval == "month" else price
        terms = replace(main.terms, product=company.renewals.addon, unit=unit, discount=0)
        added = terms.arr
    else:
        more = max(1, round(main.terms.seats * between(rng, *company.renewals.expansion_size)))
        terms = replace(main.terms, seats=main.terms.seats + more)
        added = terms.arr - main.terms.arr
    end = WON if happens(rng, company.renewals.expansion_win) else LOST
    created = moment_on(rng, workday(day - timedelta(days=int(lognormal(rng, 36, 0.5)) + 2)))
    if created.date() > office.last:
        return
    closed = moment_on(rng, day)
    steps = path(company, rng, [stage.name for stage in company.stages], created, closed, end)
    seller = office.roster.next_for("AE", min(day, office.last), customer.account.country)
    why = reason(rng) if end == LOST and day <= office.last else ""
    office.deals.append(
        Deal(
            "expansion",
            customer.account,
            customer.account.source,
            terms.product,
            created,
            steps,
            seller,
            day,
            added // 100,
            reason=why,
            terms=terms,
        )
    )
    if end == WON and day <= office.last and day < subscription.term_end:
        if terms.product == main.terms.product:
            main.end = day
        subscription.items.append(Item(terms, day))


def _back(office: Office, customer: Customer, left: Subscription) -> None:
    """Somebody who left signs again some months later."""
    if left.ended is None:
        return
    rng = office.rng
    day = workday(left.ended + timedelta(days=int(between(rng, 100, 260))))
    if day > office.last:
        return
    terms = signed(office.company, rng, customer.account, day)
    created, closed = moment_on(rng, workday(day - timedelta(days=40))), moment_on(rng, day)
    steps = path(office.company, rng, [stage.name for stage in office.company.stages], created, closed, WON)
    seller = office.roster.next_for("AE", day, customer.account.country)
    deal = Deal(
        "new", customer.account, customer.account.source, terms.product, created, steps, seller, day,
        terms.arr // 100, terms=terms,
    )  # fmt: skip
    office.deals.append(deal)
    subscription = _subscription(day, day, terms, deal)
    customer.subscriptions.append(subscription)
    _lived(office, customer, subscription)
