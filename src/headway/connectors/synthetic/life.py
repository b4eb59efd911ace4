"""Week by week: deals are created, move on, are lost, won or forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from headway.connectors.synthetic.chance import count, happens, lognormal, one_of, working_moment
from headway.connectors.synthetic.company import Company, Product, Segment, Source, Stage
from headway.connectors.synthetic.names import company_name, industries

WON, LOST = "Closed Won", "Closed Lost"
REASONS = ("Price", "No budget", "Went with a competitor", "No decision", "Missing feature")


@dataclass(frozen=True)
class Owner:
    """A seller, known by role, region and number."""

    name: str
    region: str
    country: str


@dataclass(frozen=True)
class Account:
    """A company that buys, or does not."""

    id: int
    name: str
    industry: str
    employees: int
    segment: Segment
    owner: Owner
    created: datetime


@dataclass(frozen=True)
class Deal:
    """A deal as it stands on the last day; `entered` holds each stage it has seen and when."""

    account: Account
    source: Source
    product: Product
    existing_business: bool
    created: datetime
    entered: tuple[tuple[str, datetime], ...]
    moved: datetime
    expected: date
    amount: int | None = None
    reason: str = ""
    id: int = 0

    @property
    def stage(self) -> str:
        """The stage it stands in."""
        return self.entered[-1][0]

    @property
    def closed(self) -> datetime | None:
        """When it was won or lost; None while it is open."""
        return self.entered[-1][1] if self.stage in (WON, LOST) else None


@dataclass(frozen=True)
class World:
    """Everything the exports are written from."""

    owners: tuple[Owner, ...]
    accounts: tuple[Account, ...]
    deals: tuple[Deal, ...]


def simulate(company: Company, rng: np.random.Generator) -> World:
    """The company's life from its start to its last day, without the deals that closed before the first day."""
    owners = _owners(company)
    deals: list[Deal] = []
    taken: set[str] = set()
    for monday in _mondays(company.start, company.last_day):
        customers = _customers(deals, monday)
        for _ in range(count(rng, company.deals_per_week * company.season[monday.month - 1])):
            new = _created(company, rng, monday, owners, customers, taken)
            if new.created.date() <= company.last_day:
                deals.append(_lived(company, rng, new, monday))
    return _exported(company, owners, deals)


def _owners(company: Company) -> tuple[Owner, ...]:
    return tuple(
        Owner(f"AE {region.name} {number}", region.name, region.country)
        for region in company.regions
        for number in range(1, region.sellers + 1)
    )


def _customers(deals: list[Deal], monday: date) -> list[Account]:
    return [deal.account for deal in deals if deal.stage == WON and deal.entered[-1][1].date() < monday]


def _created(
    company: Company,
    rng: np.random.Generator,
    monday: date,
    owners: tuple[Owner, ...],
    customers: list[Account],
    taken: set[str],
) -> Deal:
    moment = working_moment(rng, monday)
    existing = bool(customers) and happens(rng, company.repeat_business)
    account = one_of(rng, customers) if existing else _account(company, rng, moment, one_of(rng, owners), taken)
    source = one_of(rng, company.sources, [source.share for source in company.sources])
    product = one_of(rng, [p for p in company.products if p.name == account.segment.product])
    expected = moment.date() + timedelta(days=round(lognormal(rng, 75, 0.25)))
    return Deal(account, source, product, existing, moment, ((company.stages[0].name, moment),), moment, expected)


def _account(company: Company, rng: np.random.Generator, moment: datetime, owner: Owner, taken: set[str]) -> Account:
    segment = one_of(rng, company.segments, [segment.share for segment in company.segments])
    low, high = segment.employees
    industry = one_of(rng, industries())
    name = company_name(rng, industry, taken)
    employees = round(low * (high / low) ** float(rng.random()))
    return Account(len(taken), name, industry, employees, segment, owner, moment - timedelta(minutes=3))


def _lived(company: Company, rng: np.random.Generator, deal: Deal, monday: date) -> Deal:
    """The deal after every week up to the last day; one that goes stale is never touched again."""
    for week in _mondays(monday + timedelta(days=7), company.last_day):
        moment = working_moment(rng, week)
        if deal.closed or moment.date() > company.last_day or happens(rng, company.going_stale):
            break
        stage = next(stage for stage in company.stages if stage.name == deal.stage)
        deal = _week(company, rng, deal, stage, moment)
    return replace(deal, amount=_amount(company, rng, deal))


def _week(company: Company, rng: np.random.Generator, deal: Deal, stage: Stage, moment: datetime) -> Deal:
    advance, loss = _chances(company, deal, stage, moment.date())
    if happens(rng, advance):
        following = WON if stage is company.stages[-1] else company.stages[company.stages.index(stage) + 1].name
        return replace(deal, entered=(*deal.entered, (following, moment)), moved=moment)
    if happens(rng, loss):
        return replace(deal, entered=(*deal.entered, (LOST, moment)), moved=moment, reason=one_of(rng, REASONS))
    return replace(deal, moved=moment) if happens(rng, 0.7) else deal


def _chances(company: Company, deal: Deal, stage: Stage, day: date) -> tuple[float, float]:
    """The week's chance to move on, and to be lost if it does not."""
    pace = deal.account.segment.pace
    advance, loss = stage.advance * pace, stage.loss * pace
    if stage is company.stages[-1]:
        advance *= deal.source.win * company.quarter_rhythm[_week_of_quarter(day)]
    for broken in company.breaks:
        if broken.source == deal.source.name and day >= broken.since:
            advance, loss = advance * broken.advance, loss * broken.loss
    return min(advance, 0.9), min(loss, 0.9)


def _week_of_quarter(day: date) -> int:
    return (day - date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)).days // 7


def _amount(company: Company, rng: np.random.Generator, deal: Deal) -> int | None:
    amount = int(round(lognormal(rng, deal.product.price, company.amount_spread), -2))
    missing = happens(rng, company.missing_amount)
    return None if missing and deal.stage != WON else amount


def _exported(company: Company, owners: tuple[Owner, ...], deals: list[Deal]) -> World:
    kept = [deal for deal in deals if deal.closed is None or deal.closed.date() >= company.first_day]
    kept.sort(key=lambda deal: (deal.created, deal.account.name))
    numbered = tuple(replace(deal, id=number) for number, deal in enumerate(kept, start=1))
    accounts = {deal.account.id: deal.account for deal in numbered}
    return World(owners, tuple(accounts[key] for key in sorted(accounts)), numbered)


def _mondays(start: date, last: date) -> Iterator[date]:
    monday = start - timedelta(days=start.weekday())
    while monday <= last:
        yield monday
        monday += timedelta(days=7)
