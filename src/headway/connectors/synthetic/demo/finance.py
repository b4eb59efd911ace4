"""Spend by source and segment, and the ledger: revenue as it is earned, payroll, programmes and the other costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from headway.connectors.synthetic.chance import lognormal
from headway.connectors.synthetic.demo.billing import Billing, Line
from headway.connectors.synthetic.demo.company import Company
from headway.connectors.synthetic.demo.truth import Employee, World

PROGRAMMES = (
    ("inbound", "6110", "Advertising", "Search advertising network", 0.52, "EUR"),
    ("inbound", "6120", "Content", "Content studio", 0.22, "EUR"),
    ("inbound", "6130", "Fairs and events", "Trade fair organiser", 0.26, "GBP"),
    ("outbound", "6210", "Sales data and tools", "Contact data provider", 1.0, "EUR"),
    ("partner", "6310", "Partner programme", "Reseller marketing fund", 1.0, "EUR"),
    ("plg", "6410", "Free edition", "Product tour platform", 1.0, "EUR"),
)
PAYROLL = {
    "s&m": ("6000", "Payroll sales and marketing"), "cs": ("6500", "Payroll customer success"),
    "cogs": ("5000", "Payroll support and operations"), "r&d": ("7000", "Payroll product and engineering"),
    "g&a": ("8000", "Payroll general and administration"),
}  # fmt: skip
ACCOUNTS = {
    "cost_of_revenue": ("50*", "51*"),
    "customer_success": ("6500",),
    "sales_and_marketing": ("6000", "61*", "62*", "63*", "6410"),
    "research_and_development": ("7000",),
    "general_and_administration": ("80*", "81*", "82*", "83*"),
}
"""Which accounts are the costs of which function, as the company's finance people would say it."""


@dataclass(frozen=True, slots=True)
class Spend:
    """A posting of programme spend, in cents."""

    day: date
    account: str
    account_name: str
    vendor: str
    channel: str
    segment: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Posting:
    """A line of the ledger, in cents; revenue and costs are both positive."""

    day: date
    account: str
    account_name: str
    kind: str
    amount: int
    currency: str
    customer: int = 0


def months(first: date, last: date) -> Iterator[tuple[date, date]]:
    """The first day of each month and of the one after it."""
    start = first.replace(day=1)
    while start <= last:
        following = (start + timedelta(days=32)).replace(day=1)
        yield start, following
        start = following


def spend(company: Company, rng: np.random.Generator, world: World) -> tuple[list[Spend], list[tuple[int, str, str]]]:
    """Each month's programme spend, and which lines were posted to the wrong channel, with the right one."""
    made: list[Spend] = []
    weekly: dict[str, list[tuple[date, float]]] = defaultdict(list)
    for week in world.weeks:
        weekly[week.source].append((week.monday, week.spend))
    for start, following in months(company.first_day, company.last_day):
        posted = min(following - timedelta(days=1), company.last_day)
        for channel, account, name, vendor, part, currency in PROGRAMMES:
            total = part * sum(each / 7 * _overlap(monday, start, posted) for monday, each in weekly[channel])
            rate = company.pound if currency == "GBP" else 1.0
            shares = [share * lognormal(rng, 1, 0.12) for share in company.source(channel).segments]
            for segment, share in zip(company.segments, shares, strict=True):
                amount = round(100 * total * share / sum(shares) / rate)
                made.append(Spend(posted, account, name, vendor, channel, segment.name, amount, currency))
    return _misposted(company, rng, made)


def _misposted(
    company: Company, rng: np.random.Generator, made: list[Spend]
) -> tuple[list[Spend], list[tuple[int, str, str]]]:
    wrong: list[tuple[int, str, str]] = []
    for number in range(company.habits.misposted_spend):
        step = len(made) / company.habits.misposted_spend
        place = int((number + float(rng.random())) * step)
        right = made[place].channel
        made[place] = replace(made[place], channel="outbound" if right == "inbound" else "inbound")
        wrong.append((place + 1, "misposted_spend", right))
    return made, wrong


def _overlap(monday: date, first: date, last: date) -> int:
    return max(0, (min(monday + timedelta(days=6), last) - max(monday, first)).days + 1)


def earned(line: Line) -> Iterator[tuple[date, int]]:
    """A line's revenue by month, evenly by day; the months add up to the line to the cent."""
    days, done = (line.end - line.start).days, 0
    for start, following in months(line.start, line.end - timedelta(days=1)):
        passed = (min(following, line.end) - line.start).days
        total = round(line.amount * passed / days)
        yield start, total - done
        done = total


def ledger(
    company: Company, rng: np.random.Generator, world: World, billing: Billing, lines: list[Spend]
) -> list[Posting]:
    """The books of every closed month."""
    revenue: dict[tuple[date, int], int] = defaultdict(int)
    currency = {customer.number: customer.account.currency for customer in billing.customers}
    for invoice in billing.invoices:
        for line in invoice.lines:
            for month, amount in earned(line):
                revenue[month, invoice.customer.number] += amount
    by_month: dict[date, list[tuple[int, int]]] = defaultdict(list)
    for (month, number), amount in sorted(revenue.items()):
        by_month[month].append((number, amount))
    made: list[Posting] = []
    for start, following in months(company.first_day, company.books_closed):
        day = following - timedelta(days=1)
        made += [
            Posting(day, "4000", "Subscription revenue", "revenue", amount, currency[number], number)
            for number, amount in by_month[start]
            if amount
        ]
        made += _payroll(world.people, start, following)
        made += _programmes(lines, start, day)
        euros = sum(a * (company.pound if currency[n] == "GBP" else 1) for n, a in by_month[start])
        made += _fixed(company, rng, day, euros)
    return made


def _payroll(people: tuple[Employee, ...], start: date, following: date) -> list[Posting]:
    """A month's share of everybody's annual cost, by days employed."""
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for person in people:
        days = (min(person.end or following, following) - max(person.start, start)).days
        if days > 0:
            totals[person.job.function, person.job.currency] += round(
                person.job.cost * 100 / 12 * days / (following - start).days
            )
    day = following - timedelta(days=1)
    return [
        Posting(day, *PAYROLL[function], "cost", amount, money) for (function, money), amount in sorted(totals.items())
    ]


def _programmes(lines: list[Spend], start: date, day: date) -> list[Posting]:
    totals: dict[tuple[str, str, str], int] = defaultdict(int)
    for line in lines:
        if start <= line.day <= day:
            totals[line.account, line.account_name, line.currency] += line.amount
    return [Posting(day, a, name, "cost", amount, money) for (a, name, money), amount in sorted(totals.items())]


def _fixed(company: Company, rng: np.random.Generator, day: date, revenue: float) -> list[Posting]:
    costs, euro = company.costs, company.currency
    hosting = round(revenue * costs.hosting * lognormal(rng, 1, 0.03))
    rest = (
        ("5100", "Hosting", hosting),
        ("8100", "Office", costs.office * 100),
        ("8200", "Software and tools", costs.tools * 100),
        ("8300", "Insurance and audit", costs.insurance * 100),
    )
    return [Posting(day, account, name, "cost", amount, euro) for account, name, amount in rest]
