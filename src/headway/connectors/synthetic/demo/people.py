"""Who works for the company: seats that open, people who join, ramp, move at the reorganisation and leave."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import numpy as np

from headway.connectors.synthetic.chance import lognormal
from headway.connectors.synthetic.demo.company import Company, Job
from headway.connectors.synthetic.demo.draws import between, waiting, workday
from headway.connectors.synthetic.demo.truth import Account, Employee

_LONGEST_BEFORE = 900
_AT_LEAST = 260


class Roster:
    """The people of the company, asked by role, region and day."""

    def __init__(self, company: Company, rng: np.random.Generator) -> None:
        self._company = company
        self.people = _hired(company, rng)
        self._by_role: dict[str, list[Employee]] = defaultdict(list)
        for person in self.people:
            self._by_role[person.job.role].append(person)
        self._turn: dict[str, int] = defaultdict(int)
        self._known: dict[tuple[str, date, str], list[Employee]] = {}

    def working(self, role: str, day: date, region: str = "") -> list[Employee]:
        """Who has this role on a day, in a region or in all."""
        key = role, day, region
        if key not in self._known:
            able = [person for person in self._by_role[role] if person.works(day)]
            self._known[key] = [p for p in able if not region or region_on(self._company, p, day) == region]
        return self._known[key]

    def next_for(self, role: str, day: date, country: str = "") -> Employee:
        """Whose turn it is: the people of the country's region one after the other, or all where it has none."""
        region = region_of(self._company, country, day) if country else ""
        able = self.working(role, day, region) or self.working(role, day) or self._by_role[role]
        key = f"{role} {region}"
        self._turn[key] += 1
        return able[self._turn[key] % len(able)]

    def success_of(self, account: Account, day: date) -> Employee:
        """The CSM who looks after an account on a day."""
        able = self.working("CSM", day)
        return able[account.number % len(able)]


def region_of(company: Company, country: str, day: date) -> str:
    """The region a country belongs to on a day."""
    change = company.reorganisation
    region = next(r.name for r in company.regions if country in [name for name, _, _ in r.countries])
    if day < change.day:
        return region
    return dict(change.countries).get(country) or dict(change.renamed).get(region, region)


def region_on(company: Company, person: Employee, day: date) -> str:
    """The region somebody belongs to on a day."""
    return person.region if day < company.reorganisation.day else person.region_now


def ramped(person: Employee, day: date) -> float:
    """How much of their pace a seller has: six months to the whole of it."""
    return min(1.0, 0.55 + 0.45 * (day - person.start).days / 182)


def _hired(company: Company, rng: np.random.Generator) -> tuple[Employee, ...]:
    hired: list[Employee] = []
    for job in company.jobs:
        for seat, opens in enumerate(_openings(company, job, rng)):
            start: date | None = opens
            while start is not None and start <= company.last_day:
                end = _leaves(company, job, start, rng)
                hired.append(_employee(company, job, seat, start, end, rng))
                start = None if end is None else workday(end + timedelta(days=40 + waiting(rng, 30)))
    hired.sort(key=lambda person: (person.start, person.job.role, person.region, person.skill))
    counted: dict[tuple[str, str], int] = defaultdict(int)
    for person in hired:
        key = person.job.role, person.name
        counted[key] += 1
        single = person.job.first == person.job.last == 1 and not person.job.leaving
        words = [person.job.role, person.name, "" if single else str(counted[key])]
        person.number, person.name = counted[key], " ".join(word for word in words if word)
    return tuple(hired)


def _openings(company: Company, job: Job, rng: np.random.Generator) -> list[date]:
    """The first day of each seat: before the first day for those that were there, spread over the years for the rest."""
    there = [company.warm_up - timedelta(days=int(between(rng, 20, _LONGEST_BEFORE))) for _ in range(job.first)]
    new = job.last - job.first
    span = (company.last_day - company.first_day).days - 150
    later = [
        company.first_day + timedelta(days=int(span * (place + between(rng, 0.2, 0.8)) / new)) for place in range(new)
    ]
    return [workday(day) for day in [*there, *(day.replace(day=1) for day in later)]]


def _leaves(company: Company, job: Job, start: date, rng: np.random.Generator) -> date | None:
    """The first day without somebody; those who were there at the start of the warm-up have stayed until then."""
    if not job.leaving:
        return None
    known = max(start + timedelta(days=_AT_LEAST), company.warm_up + timedelta(days=60))
    end = known + timedelta(days=waiting(rng, 365 / job.leaving))
    return end.replace(day=1) if end <= company.last_day else None


def _employee(
    company: Company, job: Job, seat: int, start: date, end: date | None, rng: np.random.Generator
) -> Employee:
    change = company.reorganisation
    now = dict(change.renamed).get(job.region, job.region)
    if job.region == change.dissolved:
        now = change.people[seat % len(change.people)]
    if end is not None and end <= change.day:
        now = job.region
    region = job.region if start < change.day else now
    skill = lognormal(rng, 1.0, company.market.skill)
    return Employee(region, job, region, now, start, end, skill)
