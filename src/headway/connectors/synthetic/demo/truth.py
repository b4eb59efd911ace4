"""What really happens, hidden from every export: leads, deals, customers and the luck that drives them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from headway.connectors.synthetic.demo.company import Job, Segment

Motion = Literal["new", "expansion", "renewal"]
WON, LOST = "Closed Won", "Closed Lost"


@dataclass(slots=True)
class Employee:
    """Someone known by role, region and number; `region` is where they were hired, `region_now` where they are."""

    name: str
    job: Job
    region: str
    region_now: str
    start: date
    end: date | None
    skill: float = 1.0
    number: int = 0

    def works(self, day: date) -> bool:
        """Whether they are employed on a day."""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(slots=True)
class Account:
    """A company that buys, or does not."""

    name: str
    industry: str
    employees: int
    segment: Segment
    country: str
    currency: str
    source: str
    created: datetime
    number: int = 0
    owner: Employee | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What is signed: seats at a price in cents per interval, less a discount, for some months."""

    product: str
    seats: int
    unit: int
    discount: int
    interval: Literal["month", "year"]
    months: int

    @property
    def arr(self) -> int:
        """The yearly value in hundredths of a cent, exact."""
        return self.seats * self.unit * (100 - self.discount) * (12 if self.interval == "month" else 1)


@dataclass(slots=True)
class Meeting:
    """An appointment with a lead or about a deal, and what became of it."""

    moment: datetime
    outcome: str
    host: Employee
    number: int = 0


@dataclass(slots=True)
class Deal:
    """A possible sale as it truly went; `frailty` is its own luck, `value` the final yearly amount in cents."""

    motion: Motion
    account: Account
    source: str
    product: str
    created: datetime
    steps: list[tuple[str, datetime]]
    seller: Employee
    expected: date
    value: int = 0
    frailty: float = 1.0
    reason: str = ""
    terms: Terms | None = None
    meetings: list[Meeting] = field(default_factory=list[Meeting])

    @property
    def stage(self) -> str:
        """The stage it truly stands in."""
        return self.steps[-1][0]

    @property
    def closed(self) -> datetime | None:
        """When it was truly won or lost; None while it is open."""
        return self.steps[-1][1] if self.stage in (WON, LOST) else None


@dataclass(slots=True)
class Lead:
    """Someone who may buy, with the day of each step reached."""

    source: str
    segment: Segment
    created: datetime
    owner: Employee
    account: Account | None = None
    mql: date | None = None
    sql: date | None = None
    accepted: date | None = None
    rejected: date | None = None
    reason: str = ""
    meetings: list[Meeting] = field(default_factory=list[Meeting])
    deal: Deal | None = None
    number: int = 0


@dataclass(slots=True)
class Item:
    """Seats at a price from a day until another day on which they no longer count."""

    terms: Terms
    start: date
    end: date | None = None
    number: int = 0


@dataclass(slots=True)
class Subscription:
    """What a customer has bought and until when; `ended` is the first day without it, known from `notice` on."""

    start: date
    terms: Terms
    items: list[Item]
    term_start: date
    term_end: date
    notice: date | None = None
    ended: date | None = None
    reason: str = ""
    early: bool = False
    deal: Deal | None = None
    number: int = 0


@dataclass(slots=True)
class Onboarding:
    """The way from the first day to the first value."""

    started: date
    due: date
    first_value: date


@dataclass(slots=True)
class Customer:
    """A paying account; `churn` is its own chance to leave in a year, which nobody sees."""

    account: Account
    churn: float
    since: date
    subscriptions: list[Subscription]
    onboarding: Onboarding | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Week:
    """What one source brought in one week: its spend, its visits and the leads they became."""

    source: str
    monday: date
    spend: float
    visits: int
    leads: int


@dataclass(frozen=True)
class World:
    """Everything that truly happened."""

    people: tuple[Employee, ...]
    weeks: tuple[Week, ...]
    shocks: tuple[tuple[date, float], ...]
    accounts: tuple[Account, ...]
    leads: tuple[Lead, ...]
    deals: tuple[Deal, ...]
    customers: tuple[Customer, ...]
