"""The files of billing and finance: subscriptions, invoices, spend, the ledger, people, onboarding and rates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from headway.connectors.synthetic.chance import happens
from headway.connectors.synthetic.demo.billing import Billing, Invoice
from headway.connectors.synthetic.demo.company import Company
from headway.connectors.synthetic.demo.crm_files import team
from headway.connectors.synthetic.demo.draws import normal
from headway.connectors.synthetic.demo.finance import Posting, Spend, months
from headway.connectors.synthetic.demo.habits import Crm
from headway.connectors.synthetic.demo.names import domain
from headway.connectors.synthetic.demo.people import Roster
from headway.connectors.synthetic.demo.truth import Customer, Employee, Subscription
from headway.connectors.synthetic.demo.written import account_number, day, money, table

_PRODUCTS = 1_960_000_000


@dataclass(frozen=True)
class Books:
    """What the files of billing and finance are written from."""

    company: Company
    rng: np.random.Generator
    billing: Billing
    crm: Crm
    roster: Roster
    spend: Sequence[Spend]
    ledger: Sequence[Posting]


def money_files(books: Books) -> dict[str, str]:
    """Each file's name and text."""
    return {
        "products.csv": _products(books.company),
        "customers.csv": _customers(books),
        "subscriptions.csv": _subscriptions(books),
        "subscription_items.csv": _items(books),
        "invoices.csv": _invoices(books),
        "invoice_lines.csv": _lines(books),
        "spend.csv": _spend(books.spend),
        "ledger.csv": _ledger(books.ledger),
        "people.csv": _people(books),
        "onboarding.csv": _onboarding(books),
        "fx_rates.csv": _rates(books),
    }


def _products(company: Company) -> str:
    rows = (
        (_PRODUCTS + 11 * n, product.name, f"{product.price(company.last_day, company.currency)}.00", company.currency)
        for n, product in enumerate(company.products, start=1)
    )
    return table("Product ID, Product name, Unit price, Currency", rows)


def _customers(books: Books) -> str:
    rows = (
        (
            customer_id(customer.number),
            customer.account.name,
            domain(customer.account.name),
            customer.account.currency,
            day(customer.since),
            account_number(customer.account.number),
        )
        for customer in books.billing.customers
    )
    return table("id, name, email_domain, currency, created, metadata_hubspot_company_id", rows)


def customer_id(number: int) -> str:
    """A customer's number in billing."""
    return f"cus_{number:04d}"


def _subscription_id(subscription: Subscription) -> str:
    return f"sub_{subscription.number:04d}"


def _each(books: Books) -> Iterable[tuple[Customer, Subscription]]:
    return ((customer, subscription) for customer in books.billing.customers for subscription in customer.subscriptions)


def _subscriptions(books: Books) -> str:
    last = books.company.last_day
    rows = (
        (
            _subscription_id(sub),
            customer_id(customer.number),
            "canceled" if sub.ended and sub.ended <= last else "active",
            day(sub.start),
            day(sub.term_start),
            day(sub.term_end),
            day(sub.ended),
            day(sub.notice),
            day(sub.ended) if sub.ended and sub.ended <= last else "",
            sub.reason,
        )
        for customer, sub in _each(books)
    )
    header = (
        "id, customer, status, start_date, current_term_start, current_term_end, cancel_at, canceled_at, ended_at, "
        "cancel_reason"
    )
    return table(header, rows)


def _items(books: Books) -> str:
    header = (
        "id, subscription, product, price, quantity, unit_amount, currency, interval, interval_count, discount_percent, "
        "valid_from, valid_to"
    )
    rows = (
        (
            f"si_{item.number:05d}",
            _subscription_id(sub),
            item.terms.product,
            f"price_{item.terms.product.lower()}_{customer.account.currency.lower()}_{item.terms.interval}",
            item.terms.seats,
            money(item.terms.unit),
            customer.account.currency,
            item.terms.interval,
            1,
            item.terms.discount,
            day(item.start),
            day(item.end),
        )
        for customer, sub in _each(books)
        for item in sub.items
    )
    return table(header, rows)


def _invoices(books: Books) -> str:
    header = "id, customer, subscription, number, created, due_date, status, currency, total"
    return table(header, (_invoice(books, invoice) for invoice in books.billing.invoices))


def _invoice(books: Books, invoice: Invoice) -> Sequence[object]:
    due = invoice.created + timedelta(days=14 if invoice.subscription.terms.interval == "month" else 30)
    late = happens(books.rng, 0.04)
    paid = invoice.credit or due + timedelta(days=45 if late else 0) <= books.company.last_day
    return (
        f"in_{invoice.number:05d}",
        customer_id(invoice.customer.number),
        _subscription_id(invoice.subscription),
        f"{'CN' if invoice.credit else 'HV'}-{invoice.number:05d}",
        day(invoice.created),
        day(due),
        "paid" if paid else "open",
        invoice.customer.account.currency,
        money(invoice.total),
    )


def _lines(books: Books) -> str:
    header = (
        "id, invoice, subscription_item, description, amount, currency, period_start, period_end, proration, recurring"
    )
    rows = (
        (
            f"il_{line.number:05d}",
            f"in_{invoice.number:05d}",
            f"si_{line.item.number:05d}",
            f"{'Credit: ' if invoice.credit else ''}{line.item.terms.product}",
            money(line.amount),
            invoice.customer.account.currency,
            day(line.start),
            day(line.end),
            "true" if line.proration else "false",
            "true",
        )
        for invoice in books.billing.invoices
        for line in invoice.lines
    )
    return table(header, rows)


def _spend(lines: Sequence[Spend]) -> str:
    rows = (
        (
            day(s.day),
            s.account,
            s.account_name,
            "s&m.program",
            s.vendor,
            s.channel,
            s.segment,
            money(s.amount),
            s.currency,
        )
        for s in lines
    )
    return table("Date, Account Code, Account Name, Category, Vendor, Channel, Segment, Amount, Currency", rows)


def _ledger(postings: Sequence[Posting]) -> str:
    rows = (
        (
            day(p.day),
            p.account,
            p.account_name,
            p.kind,
            money(p.amount),
            p.currency,
            customer_id(p.customer) if p.customer else "",
        )
        for p in postings
    )
    return table("Date, Account Code, Account Name, Kind, Amount, Currency, Customer", rows)


def _people(books: Books) -> str:
    header = (
        "Employee, Role, Team, Manager, Start Date, End Date, FTE, Annual Cost, Currency, Quota Carrying, Ramp Profile"
    )
    return table(header, (_person(books, person) for person in books.roster.people))


def _person(books: Books, person: Employee) -> Sequence[object]:
    job = person.job
    managers = books.roster.working(job.reports_to, books.company.last_day) if job.reports_to else []
    places = [region.name for region in books.company.regions]
    turn = places.index(job.region) if job.region else 0
    manager = managers[turn % len(managers)].name if managers else ""
    quota = "yes" if job.quota else "no"
    return (
        person.name, job.role, team(person), manager, day(person.start), day(person.end), "1.0", job.cost, job.currency,
        quota, job.ramp,
    )  # fmt: skip


def _onboarding(books: Books) -> str:
    last = books.company.last_day
    rows: list[Sequence[object]] = []
    for customer in books.billing.customers:
        way = customer.onboarding
        if way is None or customer.since < books.company.first_day or way.started > last:
            continue
        done = way.first_value <= last
        status = "completed" if done else "overdue" if way.due < last else "in progress"
        rows.append(
            (
                customer_id(customer.number),
                books.crm.number(customer.subscriptions[0].deal) or "",
                day(way.started),
                day(way.due),
                day(way.first_value) if done else "",
                status,
                "Onboarding",
            )
        )
    return table("Customer, Deal ID, Started, Due, First Value Date, Status, Team", rows)


def _rates(books: Books) -> str:
    """The pound at each month's end and middle, since before the oldest subscription."""
    rows: list[Sequence[object]] = []
    level = 0.0
    for start, following in months(date(2021, 10, 1), books.company.last_day):
        for when in (start.replace(day=15), following - timedelta(days=1)):
            level = 0.94 * level + 0.006 * normal(books.rng)
            if when <= books.company.last_day:
                rows.append((day(when), "GBP", f"{books.company.pound * (1 + level):.4f}"))
    return table("Date, Currency, Rate", rows)
