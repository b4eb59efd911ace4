"""The whole answer: each pair of systems there is data for, what is unmatched, the links, and what to know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from headway.core.calendar import Period
from headway.core.errors import UserMistake
from headway.core.reconciliation import ZERO, Pair, Reconciliation, Tolerances, Unmatched
from headway.metrics.facts import Facts
from headway.metrics.mistakes import CURRENCIES_APART
from headway.metrics.reconciling.billing import Billing, billing
from headway.metrics.reconciling.churn import customers_pair
from headway.metrics.reconciling.crm import Crm, crm
from headway.metrics.reconciling.ledger import Booked, closed_months, ledger, once_in
from headway.metrics.reconciling.linking import Groups, groups, lay_links
from headway.metrics.reconciling.matching import Likeness
from headway.metrics.reconciling.money import exchange
from headway.metrics.reconciling.run_rate import run_rate_pair
from headway.metrics.reconciling.service import booked_pair, service_pair
from headway.metrics.reconciling.won import UP, Sides, won_pair

_CURRENCIES = " UNION ".join(
    f"SELECT DISTINCT currency FROM {thing}"
    for thing in (
        "opportunity",
        "customer",
        "subscription",
        "subscription_item",
        "invoice",
        "invoice_line",
        "ledger_line",
    )
)


def reconcile(facts: Facts, base: str | None, tolerances: Tolerances, period: Period | None = None) -> Reconciliation:
    """CRM, billing and the books held against each other in a period (else the twelve months up to the facts' day)."""
    lay_links(facts)
    base = base or _only_currency(facts)
    rates = exchange(facts, base)
    sold, billed, booked = crm(facts, rates), billing(facts, rates), ledger(facts, rates)
    span = _known(period or _year(facts), facts)
    arr = billed.arr(span.last_day)
    known = groups(facts, arr, _won(sold))
    likeness = Likeness(rates, tolerances)
    sides = Sides(sold, billed.steps, likeness, known.of, known.name, known.waiting, facts.day)

    def name(customer: str) -> str:
        return billed.names.get(customer) or known.name(known.of(customer))

    return Reconciliation(
        facts.day,
        str(span),
        base,
        tolerances,
        tuple(_pairs(sides, billed, booked, span, tolerances, name)),
        tuple(_unmatched(sides, billed, booked, known, arr, span)),
        known.links,
        (*_notes(sold, billed, booked, span, rates.words), *_strangers(facts), *facts.notes),
        facts.provenance,
    )


def _only_currency(facts: Facts) -> str | None:
    """The one currency there is, where the company names none; raises where there are several."""
    found = {str(code) for (code,) in facts.run(_CURRENCIES) if code}
    if len(found) > 1:
        message = (
            f"amounts are in {', '.join(sorted(found))}, and headway.yaml names no currency to hold them together in"
        )
        remedy = "write `currency: ...` in headway.yaml, and import exchange rates"
        raise UserMistake([CURRENCIES_APART.at(None, message, remedy=remedy)])
    return next(iter(found), None)


def _year(facts: Facts) -> Period:
    end = facts.day + timedelta(days=1)
    start = (
        end.replace(year=end.year - 1) if (end.month, end.day) != (2, 29) else end.replace(year=end.year - 1, day=28)
    )
    return Period(start, end, f"{start}..{facts.day}", "range")


def _known(period: Period, facts: Facts) -> Period:
    """The part of a period that has been: nothing that lies ahead is compared."""
    end = min(period.end, facts.day + timedelta(days=1))
    return replace(period, end=max(end, period.start))


def _won(sold: Crm) -> dict[str, Decimal]:
    sums = defaultdict[str, Decimal](Decimal)
    for deal in sold.deals:
        sums[deal.account] += deal.amount
    return sums


def _pairs(
    sides: Sides, billed: Billing, booked: Booked, span: Period, tolerances: Tolerances, name: Callable[[str], str]
) -> Iterator[Pair]:
    """The pairs both of whose sides there are."""
    if sides.crm.deals and billed.steps:
        yield won_pair(sides, span)
    if sides.crm.accounts and billed.steps:
        yield customers_pair(sides, billed, span.last_day)
    if billed.running and billed.invoiced:
        yield service_pair(billed, span, tolerances, sides.day, name)
    pair = booked_pair(billed, booked, span, tolerances, name) if billed.steps else None
    if pair is not None:
        yield pair
    pair = run_rate_pair(billed, booked, span, tolerances, name) if billed.steps else None
    if pair is not None:
        yield pair


def _unmatched(
    sides: Sides, billed: Billing, booked: Booked, known: Groups, arr: Mapping[str, Decimal], span: Period
) -> Iterator[Unmatched]:
    """What belongs to nothing on the other side: each a number of its own."""
    customers = {customer for customer, _ in billed.kept.holders}
    if sides.crm.accounts:
        alone = {c: level for c, level in arr.items() if c not in known.linked}
        yield _apart("billing ARR of customers linked to no account", alone, billed.names)
        sums = defaultdict[str, Decimal](Decimal)
        billed_companies = {known.of(customer) for customer in customers}
        for deal in sides.crm.deals:
            if span.holds(deal.day) and known.of(deal.account) not in billed_companies:
                sums[deal.account] += deal.amount
        yield _apart("won by accounts that are no customer in billing", sums, sides.crm.accounts)
    if booked.span:
        found = booked.by_customer(span)
        strangers = {who or "(no customer named)": a for who, a in found.items() if who not in customers and a}
        yield _apart("revenue of nobody known in billing", strangers, billed.names)
        if once := once_in(booked, span):
            yield Unmatched("revenue that does not recur, left out", once, 0)


def _apart(what: str, found: Mapping[str, Decimal], names: Mapping[str, str]) -> Unmatched:
    largest = max(found.items(), key=lambda one: (abs(one[1]), one[0]), default=None)
    words = f"{names.get(largest[0], largest[0])} ({largest[1]:,.2f})" if largest else ""
    return Unmatched(what, sum(found.values(), ZERO), len(found), words)


def _notes(sold: Crm, billed: Billing, booked: Booked, span: Period, rates: str) -> Iterator[str]:
    """What a reader should know, and which systems are not there to be compared."""
    if sold.deals:
        yield from sold.notes
        began = sold.began
        if began and span.start < began:
            yield f"the CRM's first won deal is of {began}: what was billed before has no deal"
    elif not sold.accounts:
        yield "no CRM export is loaded: nothing won to hold billing against"
    if not billed.steps:
        yield "no billing export is loaded: no recurring revenue to hold the others against"
    yield from billed.notes
    if not billed.invoiced and billed.steps:
        yield "no invoice lines with service periods are loaded: subscriptions are not held against invoices"
    yield from booked.notes
    if booked.span is None:
        yield "no revenue in a general ledger is loaded: nothing is held against the books"
    else:
        closed = closed_months(booked, span)
        if closed is None:
            yield f"no whole month of {span} is closed in the books: nothing is held against them"
        elif closed.days < span.days:
            yield f"the books are held against the whole months that are closed: {closed.start} to {closed.last_day}"
    if rates and not any(rates in note for note in billed.notes):
        yield f"one rate for all days: {rates}"
    if any(step.kind in UP and step.renews for step in billed.steps) and sold.deals:
        yield "what grows as a term is renewed is kept business: it is told as scope, not as a missing deal"


def _strangers(facts: Facts) -> Iterator[str]:
    """What links/ names that is not loaded."""
    for customer, account, no_customer, no_account in facts.run(
        "SELECT customer, account, a_id IS NULL, b_id IS NULL FROM said_link WHERE a_id IS NULL OR b_id IS NULL ORDER BY ALL"
    ):
        if no_customer:
            yield f"links/: no customer '{customer}' is loaded"
        elif no_account:
            yield f"links/: no account '{account}' is loaded, named for customer '{customer}'"
