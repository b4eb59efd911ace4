"""What the billing system holds: subscriptions, their items, invoices by term or month, credit notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from headway.connectors.synthetic.chance import happens
from headway.connectors.synthetic.demo.company import Company
from headway.connectors.synthetic.demo.customers import month_after
from headway.connectors.synthetic.demo.draws import between
from headway.connectors.synthetic.demo.truth import Customer, Item, Subscription, World


@dataclass(slots=True)
class Line:
    """A line of an invoice, in cents; credits are negative; `end` is the first day it no longer covers."""

    item: Item
    amount: int
    start: date
    end: date
    proration: bool = False
    number: int = 0


@dataclass(slots=True)
class Invoice:
    """What was asked of a customer on a day."""

    customer: Customer
    subscription: Subscription
    created: date
    lines: list[Line]
    credit: bool = False
    number: int = 0

    @property
    def total(self) -> int:
        """The sum of its lines, in cents."""
        return sum(line.amount for line in self.lines)


@dataclass
class Billing:
    """The billing system's records, numbered."""

    customers: list[Customer] = field(default_factory=list[Customer])
    invoices: list[Invoice] = field(default_factory=list[Invoice])
    unbilled: list[Customer] = field(default_factory=list[Customer])


def billed(company: Company, rng: np.random.Generator, world: World) -> Billing:
    """Every customer's subscriptions and invoices up to the last day, but for those billed by hand elsewhere."""
    customers = sorted(world.customers, key=lambda customer: (customer.since, customer.account.number))
    recent = [c for c in customers if 20 < (company.last_day - c.since).days < 120 and len(c.subscriptions) == 1]
    unbilled = recent[:: max(1, len(recent) // max(company.habits.unbilled, 1))][: company.habits.unbilled]
    made = Billing([customer for customer in customers if customer not in unbilled], [], unbilled)
    subscriptions = items = 0
    for number, customer in enumerate(made.customers, start=1):
        customer.number = number
        for subscription in customer.subscriptions:
            subscriptions += 1
            subscription.number = subscriptions
            for item in subscription.items:
                items += 1
                item.number = items
            made.invoices.extend(_invoices(company, rng, customer, subscription))
    made.invoices.sort(key=lambda invoice: (invoice.created, invoice.subscription.number, invoice.credit))
    lines = 0
    for number, invoice in enumerate(made.invoices, start=1):
        invoice.number = number
        for line in invoice.lines:
            lines += 1
            line.number = lines
    return made


def price(item: Item) -> int:
    """What an item costs for one interval, in cents, halves up."""
    terms = item.terms
    return (terms.seats * terms.unit * (100 - terms.discount) + 50) // 100


def _invoices(
    company: Company, rng: np.random.Generator, customer: Customer, subscription: Subscription
) -> Iterator[Invoice]:
    step = 1 if subscription.terms.interval == "month" else 12
    until = min(subscription.ended or company.last_day + timedelta(days=1), company.last_day + timedelta(days=1))
    count = 0
    while (start := month_after(subscription.start, count * step)) < until:
        end = month_after(subscription.start, (count + 1) * step)
        count += 1
        lines = [Line(item, price(item), start, end) for item in subscription.items if _live(item, start)]
        invoices = [Invoice(customer, subscription, start, lines), *_added(customer, subscription, start, end)]
        if subscription.early and subscription.ended and start < subscription.ended < end:
            invoices.append(_refund(customer, subscription, invoices, subscription.ended))
        if happens(rng, company.renewals.credit_note / (1 if step == 12 else 6)):
            given = start + timedelta(days=int(between(rng, 8, 26)))
            part = round(lines[0].amount * between(rng, 0.08, 0.25))
            credit = Line(lines[0].item, -part, given, end)
            if given < min(until, lines[0].item.end or end):
                invoices.append(Invoice(customer, subscription, given, [credit], credit=True))
        yield from (i for i in invoices if i.lines and company.billing_since <= i.created <= company.last_day)


def _live(item: Item, day: date) -> bool:
    return item.start <= day and (item.end is None or day < item.end)


def _added(customer: Customer, subscription: Subscription, start: date, end: date) -> Iterator[Invoice]:
    """What joined in the middle of a period, for the rest of it; a larger item less the one it replaced."""
    for item in subscription.items:
        if not start < item.start < end:
            continue
        replaced = [
            old for old in subscription.items if old.end == item.start and old.terms.product == item.terms.product
        ]
        more = price(item) - sum(price(old) for old in replaced)
        part = round(more * (end - item.start).days / (end - start).days)
        yield Invoice(customer, subscription, item.start, [Line(item, part, item.start, end, proration=True)])


def _refund(customer: Customer, subscription: Subscription, invoices: list[Invoice], ended: date) -> Invoice:
    """The unused rest of everything paid for the period, given back."""
    lines = [
        Line(
            line.item,
            -round(line.amount * (line.end - ended).days / (line.end - line.start).days),
            ended,
            line.end,
            True,
        )
        for invoice in invoices
        for line in invoice.lines
        if line.start < ended
    ]
    return Invoice(customer, subscription, ended, lines, credit=True)
