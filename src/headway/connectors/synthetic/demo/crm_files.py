"""The files the HubSpot portal exports: deals and their history, companies, contacts, meetings and owners."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from headway.connectors.synthetic.chance import happens, one_of
from headway.connectors.synthetic.demo.company import Company
from headway.connectors.synthetic.demo.demand import mondays
from headway.connectors.synthetic.demo.draws import between
from headway.connectors.synthetic.demo.habits import Crm, Shown
from headway.connectors.synthetic.demo.names import domain
from headway.connectors.synthetic.demo.people import Roster, region_of, region_on
from headway.connectors.synthetic.demo.truth import LOST, WON, Account, Employee, Lead, Meeting, World
from headway.connectors.synthetic.demo.written import (
    ACTIVITIES,
    account_number,
    contact_number,
    day,
    minute,
    money,
    table,
    twin_number,
)

_OWNERS = ("AE", "SDR", "CSM", "Partner Manager", "Sales Manager")
_TYPES = {"new": "New Business", "expansion": "Expansion", "renewal": "Renewal"}
_WEEKDAYS = (0.18, 0.19, 0.19, 0.18, 0.14, 0.05, 0.07)
_CLICKS = 0.16


@dataclass(frozen=True)
class Portal:
    """What the CRM's files are written from."""

    company: Company
    rng: np.random.Generator
    world: World
    crm: Crm
    roster: Roster


def crm_files(portal: Portal) -> dict[str, str]:
    """Each file's name and text."""
    sources = {
        lead.number: "" if happens(portal.rng, portal.company.habits.missing_contact_source) else lead.source
        for lead in portal.world.leads
    }
    return {
        "deals.csv": _deals(portal),
        "deal-history.csv": _history(portal),
        "companies.csv": _companies(portal),
        "contacts.csv": _contacts(portal, sources),
        "meetings.csv": _meetings(portal, sources),
        "owners.csv": _owners(portal),
        "touches.csv": _touches(portal, sources),
    }


def _deals(portal: Portal) -> str:
    header = (
        "Record ID, Deal Name, Deal Stage, Pipeline, Amount, Currency, Close Date, Create Date, Deal owner, "
        "Associated Company, Associated Company IDs, Original Source, Deal Type, Product, Closed Lost Reason, "
        "Forecast category, Next step, Last Activity Date"
    )
    return table(header, (_deal(portal, shown) for shown in portal.crm.shown))


def _deal(portal: Portal, shown: Shown) -> Sequence[object]:
    deal, now = shown.deal, shown.changes[-1]
    account = deal.account
    doubled = shown.twin and account.number in portal.crm.twins
    return (
        shown.number,
        f"{account.name} - {portal.company.product(deal.product).name}"
        + (" renewal" if deal.motion == "renewal" else ""),
        now.stage,
        "Renewals" if deal.motion == "renewal" else "Sales Pipeline",
        money(now.amount),
        account.currency,
        day(now.close),
        minute(shown.created),
        shown.owner,
        _twin_name(account) if doubled else account.name,
        twin_number(account.number) if doubled else account_number(account.number),
        shown.source,
        _TYPES[deal.motion],
        shown.product,
        shown.reason,
        now.category,
        shown.next_step,
        day(shown.active),
    )


def _history(portal: Portal) -> str:
    records = (
        (shown.number, change.stage, money(change.amount), day(change.close), change.category, minute(change.moment))
        for shown in portal.crm.shown
        for change in shown.changes
    )
    return table("Record ID, Deal Stage, Amount, Close Date, Forecast category, Changed At", records)


def _companies(portal: Portal) -> str:
    header = (
        "Record ID, Company name, Company Domain Name, Company owner, Industry, Number of Employees, Segment, "
        "Country/Region, Create Date"
    )
    world, crm = portal.world, portal.crm
    known = {lead.account.number for lead in world.leads if lead.account}
    known |= {shown.deal.account.number for shown in crm.shown}
    known |= {customer.account.number for customer in world.customers}
    records: list[Sequence[object]] = []
    for account in world.accounts:
        if account.number in known:
            records.append(_company(portal, account, False))
            if account.number in crm.twins:
                records.append(_company(portal, account, True))
    return table(header, records)


def _company(portal: Portal, account: Account, twin: bool) -> Sequence[object]:
    owner = account.owner or _territory(portal, account)
    return (
        twin_number(account.number) if twin else account_number(account.number),
        _twin_name(account) if twin else account.name,
        domain(account.name),
        owner.name,
        account.industry,
        account.employees,
        account.segment.name,
        account.country,
        minute(account.created),
    )


def _twin_name(account: Account) -> str:
    return f"{account.name} {'Ltd' if account.currency == 'GBP' else 'Group'}"


def _territory(portal: Portal, account: Account) -> Employee:
    """Who owns a company that is no customer: a seller of its region, by turns."""
    last = portal.company.last_day
    region = region_of(portal.company, account.country, last)
    sellers = [person for person in portal.roster.working("AE", last) if person.region_now == region]
    return sellers[account.number % len(sellers)]


def _contacts(portal: Portal, sources: dict[int, str]) -> str:
    header = (
        "Record ID, Associated Company IDs, Contact owner, Lifecycle Stage, Lead Status, Original Source, Create Date, "
        "Became MQL Date, Became SQL Date, Accepted Date, Rejected Date, Rejection Reason, Associated Deal IDs"
    )
    records = (
        (
            contact_number(lead.number),
            account_number(lead.account.number) if lead.account else "",
            lead.owner.name,
            *_standing(portal, lead),
            sources[lead.number],
            minute(lead.created),
            day(lead.mql),
            day(lead.sql),
            day(lead.accepted),
            day(lead.rejected),
            lead.reason,
            portal.crm.number(lead.deal) or "",
        )
        for lead in portal.world.leads
    )
    return table(header, records)


def _standing(portal: Portal, lead: Lead) -> tuple[str, str]:
    """The life-cycle stage and the lead status."""
    if portal.crm.number(lead.deal) is not None and lead.deal is not None:
        if lead.deal.stage == WON:
            return "Customer", "Connected"
        return "Opportunity", "Unqualified" if lead.deal.stage == LOST else "Open Deal"
    new = (portal.company.last_day - lead.created.date()).days < 10
    status = (
        "Unqualified" if lead.rejected else "Connected" if lead.accepted else "New" if new else "Attempted to Contact"
    )
    stage = "Sales Qualified Lead" if lead.sql else "Marketing Qualified Lead" if lead.mql else "Lead"
    return stage, status


def _meetings(portal: Portal, sources: dict[int, str]) -> str:
    header = (
        "Activity ID, Activity type, Activity date, Meeting outcome, Activity assigned to, Associated Contact IDs, "
        "Associated Deal IDs, Original Source"
    )
    records = [*_meetings_of_leads(portal, sources), *_meetings_of_deals(portal)]
    records.sort(key=lambda record: (record[0].moment, str(record[2]), str(record[3])))
    rows = (
        (ACTIVITIES + 3 * n, "Meeting", minute(m.moment), m.outcome, m.host.name, contact, deal, source)
        for n, (m, source, contact, deal) in enumerate(records, start=1)
    )
    return table(header, rows)


def _meetings_of_leads(portal: Portal, sources: dict[int, str]) -> Iterator[tuple[Meeting, str, object, object]]:
    for lead in portal.world.leads:
        for meeting in lead.meetings:
            if meeting.moment.date() >= portal.company.first_day:
                yield meeting, sources[lead.number], contact_number(lead.number), portal.crm.number(lead.deal) or ""


def _meetings_of_deals(portal: Portal) -> Iterator[tuple[Meeting, str, object, object]]:
    for shown in portal.crm.shown:
        for meeting in shown.deal.meetings if not shown.twin else ():
            if meeting.moment.date() >= portal.company.first_day:
                yield meeting, shown.source, "", shown.number


def _owners(portal: Portal) -> str:
    records: list[Sequence[object]] = []
    owners = [person for person in portal.world.people if person.job.role in _OWNERS]
    for number, person in enumerate(owners, start=1):
        region = region_on(portal.company, person, portal.company.last_day) if person.region else ""
        records.append(
            (
                501_000 + 7 * number,
                person.name,
                person.job.role,
                team(person),
                region,
                day(person.start),
                day(person.end),
            )
        )
    return table("Owner ID, Owner, Role, Team, Region, Start Date, End Date", records)


def team(person: Employee) -> str:
    """The team somebody is in, sellers by region."""
    return f"Sales {person.region_now}" if person.job.role == "AE" else person.job.team


def _touches(portal: Portal, sources: dict[int, str]) -> str:
    """Visits and ad clicks as daily counts, forms and webinars by contact; in order of days."""
    company, rng = portal.company, portal.rng
    records: list[Sequence[object]] = []
    by_week = {(week.monday, week.source): week for week in portal.world.weeks}
    for monday in mondays(company.first_day, company.last_day):
        for source in company.sources:
            visits = by_week[monday, source.name].visits
            for number, weight in enumerate(_WEEKDAYS):
                count = round(visits * weight * between(rng, 0.9, 1.1))
                when = day(monday + timedelta(days=number))
                records.append((when, source.name, "visit", "", "", count))
                if source.name in ("inbound", "plg"):
                    clicks = round(count * _CLICKS * between(rng, 0.8, 1.2))
                    records.append((when, source.name, "ad_click", source.campaigns[0], "", clicks))
    for lead in portal.world.leads:
        source = company.source(lead.source)
        if lead.created.date() < company.first_day or not source.lead_touch:
            continue
        campaign, contact = one_of(rng, source.campaigns), contact_number(lead.number)
        kind = "webinar" if campaign == "Webinars" else source.lead_touch
        records.append((day(lead.created.date()), sources[lead.number], kind, campaign, contact, 1))
        if lead.mql and happens(rng, 0.25):
            records.append((day(lead.mql), sources[lead.number], "webinar", "Webinars", contact, 1))
    records.sort(key=lambda record: (str(record[0]), str(record[1]), str(record[2]), str(record[4])))
    return table("Date, Source, Kind, Campaign, Contact ID, Count", records)
