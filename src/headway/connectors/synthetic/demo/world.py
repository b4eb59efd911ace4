"""The weekly loop: demand, leads, deals and the customers they become, from the warm-up to the last day."""

from __future__ import annotations

from datetime import date

from headway.connectors.synthetic.demo.company import Company
from headway.connectors.synthetic.demo.customers import Office, opening, won
from headway.connectors.synthetic.demo.deals import live, opened
from headway.connectors.synthetic.demo.demand import shocks, weeks
from headway.connectors.synthetic.demo.draws import Streams
from headway.connectors.synthetic.demo.leads import Register, leads_of
from headway.connectors.synthetic.demo.people import Roster
from headway.connectors.synthetic.demo.truth import Customer, Deal, Lead, World


def simulate(company: Company, draws: Streams, roster: Roster) -> World:
    """The company's true life; nothing of it is what a CRM shows."""
    register = Register()
    deals: list[Deal] = []
    leads: list[Lead] = []
    office = Office(company, draws.customers, roster, deals)
    customers = opening(office, register)
    made = weeks(company, draws.market)
    common = shocks(company, draws.market)
    for week in made:
        for lead in leads_of(company, draws.leads, week, roster, register):
            leads.append(lead)
            lead.deal = opened(company, draws.deals, lead, roster)
            if lead.deal:
                live(company, draws.deals, lead.deal, roster, common)
                _follow(office, lead.deal, customers)
    return World(
        roster.people, made, common, tuple(register.accounts), _numbered(company, leads), tuple(deals), tuple(customers)
    )


def _follow(office: Office, deal: Deal, customers: list[Customer]) -> None:
    """Note a deal, and the customer it became."""
    office.deals.append(deal)
    customer = won(office, deal) if deal.stage == "Closed Won" else None
    if customer:
        customers.append(customer)


def _numbered(company: Company, leads: list[Lead]) -> tuple[Lead, ...]:
    """The leads the CRM has seen: those created since the first day, and those of deals that were open on it."""
    first = company.first_day
    kept = [lead for lead in leads if lead.created.date() >= first or _open_on(lead.deal, first)]
    kept.sort(key=lambda lead: (lead.created, lead.source))
    for number, lead in enumerate(kept, start=1):
        lead.number = number
    return tuple(kept)


def _open_on(deal: Deal | None, day: date) -> bool:
    return deal is not None and (deal.closed is None or deal.closed.date() >= day)
