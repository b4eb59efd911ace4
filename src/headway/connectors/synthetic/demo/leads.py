"""A lead's life: created, marketing-qualified, sales-qualified, accepted or rejected, met, and perhaps an opportunity."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache

import numpy as np

from headway.connectors.synthetic.chance import happens
from headway.connectors.synthetic.demo.company import Company, Segment, Source
from headway.connectors.synthetic.demo.draws import Choice, choice, moment_on, waiting, workday
from headway.connectors.synthetic.demo.names import company_name
from headway.connectors.synthetic.demo.people import Roster
from headway.connectors.synthetic.demo.truth import Account, Lead, Meeting, Week

REASONS = choice(
    (
        ("No budget", 0.26),
        ("Too small", 0.24),
        ("Not a fit", 0.22),
        ("Student or competitor", 0.12),
        ("No response", 0.16),
    )
)
_CREATION = choice(enumerate((1.0, 1.1, 1.1, 1.05, 0.85, 0.25, 0.25)))
_HOST = {"partner": "Partner Manager"}


@dataclass
class Register:
    """The accounts known so far and the names taken."""

    accounts: list[Account] = field(default_factory=list[Account])
    taken: set[int] = field(default_factory=set[int])

    def opened(
        self, company: Company, rng: np.random.Generator, segment: Segment, source: str, moment: datetime
    ) -> Account:
        """A new account of a segment, somewhere in the market."""
        country, currency = _countries(company).draw(rng)
        name, industry = company_name(rng, self.taken)
        low, high = segment.employees
        employees = round(low * (high / low) ** float(rng.random()))
        account = Account(name, industry, employees, segment, country, currency, source, moment, len(self.accounts))
        self.accounts.append(account)
        return account


def leads_of(company: Company, rng: np.random.Generator, week: Week, roster: Roster, register: Register) -> list[Lead]:
    """The leads of a source's week, each followed to where it stands on the last day."""
    source = company.source(week.source)
    segments = Choice(company.segments, source.segments)
    made: list[Lead] = []
    for _ in range(week.leads):
        day = week.monday + timedelta(days=_CREATION.draw(rng))
        if day > company.last_day:
            continue
        minute = int(float(rng.random()) * 14 * 60)
        moment = datetime.combine(day, time(7)) + timedelta(minutes=minute)
        segment = segments.draw(rng)
        lead = Lead(source.name, segment, moment, roster.next_for(_HOST.get(source.name, "SDR"), day))
        _qualified(company, rng, source, lead)
        _known(company, rng, lead, register)
        if lead.sql:
            _handed_over(company, rng, source, lead, roster)
        made.append(lead)
    return made


@cache
def _countries(company: Company) -> Choice[tuple[str, str]]:
    """The countries of the market with their currencies."""
    return choice(
        ((name, currency), weight) for region in company.regions for name, weight, currency in region.countries
    )


def acceptance(company: Company, source: Source, day: date) -> float:
    """The chance that sales accepts a qualified lead on a day."""
    chance = source.accepted
    for broken in company.breaks:
        if broken.source == source.name and day >= broken.since:
            chance *= broken.acceptance
    return chance


def _qualified(company: Company, rng: np.random.Generator, source: Source, lead: Lead) -> None:
    """How far marketing takes it."""
    if not happens(rng, source.mql):
        return
    mql = lead.created.date() + timedelta(days=waiting(rng, source.mql_days))
    if mql > company.last_day:
        return
    lead.mql = mql
    if happens(rng, source.sql):
        sql = workday(mql + timedelta(days=waiting(rng, source.sql_days)))
        lead.sql = sql if sql <= company.last_day else None
    elif happens(rng, 0.4):
        rejected = workday(mql + timedelta(days=2 + waiting(rng, 6)))
        if rejected <= company.last_day:
            lead.rejected, lead.reason = rejected, REASONS.draw(rng)


def _known(company: Company, rng: np.random.Generator, lead: Lead, register: Register) -> None:
    """Its account: a new one for whoever may buy, often a known one for others, none for those nobody looked at."""
    if lead.sql:
        lead.account = register.opened(company, rng, lead.segment, lead.source, lead.created - timedelta(minutes=2))
    elif lead.mql or lead.source in ("outbound", "partner"):
        near = register.accounts[-400:]
        if near and happens(rng, 0.45):
            lead.account = near[int(float(rng.random()) * len(near))]
            lead.segment = lead.account.segment
        else:
            lead.account = register.opened(company, rng, lead.segment, lead.source, lead.created - timedelta(minutes=2))


def _handed_over(company: Company, rng: np.random.Generator, source: Source, lead: Lead, roster: Roster) -> None:
    """Sales accepts or rejects it, and meets those it accepts."""
    if lead.sql is None or lead.account is None:
        return
    decided = workday(lead.sql + timedelta(days=waiting(rng, 1.8)))
    if decided > company.last_day:
        return
    if not happens(rng, acceptance(company, source, decided)):
        broken = [b for b in company.breaks if b.source == source.name and decided >= b.since]
        lead.rejected = decided
        lead.reason = broken[0].reason if broken and happens(rng, 0.55) else REASONS.draw(rng)
        return
    lead.accepted = decided
    seller = roster.next_for("AE", decided, lead.account.country)
    day = workday(decided + timedelta(days=2 + waiting(rng, 4)))
    for _ in range(3):
        outcome = "Scheduled" if day > company.last_day else _met(company, rng)
        if day <= company.last_day + timedelta(days=21):
            lead.meetings.append(Meeting(moment_on(rng, day), outcome, seller))
        if outcome != "No show" and outcome != "Canceled":
            break
        day = workday(day + timedelta(days=3 + waiting(rng, 5)))


def _met(company: Company, rng: np.random.Generator) -> str:
    place = float(rng.random())
    if place < company.market.show_up:
        return "Completed"
    return "Canceled" if place < company.market.show_up + company.market.cancelled else "No show"
