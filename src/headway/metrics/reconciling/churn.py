"""Who is a customer: by the CRM, and by what billing runs; churn that only one of them knows of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from headway.core.reconciliation import ZERO, Difference, Evidence, Pair
from headway.metrics.reconciling.billing import Billing
from headway.metrics.reconciling.crm import Renewing
from headway.metrics.reconciling.won import Sides


@dataclass(frozen=True)
class _Known:
    """What is known of each company: the ARR that runs, its renewals, and the words of the CRM for its having left."""

    arr: Mapping[str, Decimal]
    renewals: Mapping[str, list[Renewing]]
    left: Mapping[str, str]


def customers_pair(sides: Sides, billing: Billing, day: date) -> Pair:
    """The ARR of those whom the CRM counts as customers on a day against what billing runs.

    The CRM holds no ARR: each customer is worth what billing runs for it, or ran last.
    """
    arr = _by_company(billing.arr(day), sides)
    known = _Known(arr, _renewals(sides.crm.renewals, sides), _left(sides))
    made = [*_still_billed(sides, billing, known, day), *_ended(sides, billing, known, day)]
    running = sum(arr.values(), ZERO)
    counted = running - sum((one.amount for one in made), ZERO)
    words = "the CRM holds no ARR: a customer of its is worth what billing runs, or ran last"
    ended = sum(1 for one in made if one.amount < 0)
    n_left = len(arr) - (len(made) - ended) + ended
    sides_of = ("CRM customers", "billing ARR", counted, running)
    return Pair("customers", *sides_of, tuple(made), words=words, n_left=n_left, n_right=len(arr))


def _by_company(arr: Mapping[str, Decimal], sides: Sides) -> Mapping[str, Decimal]:
    sums = defaultdict[str, Decimal](Decimal)
    for customer, level in arr.items():
        sums[sides.of(customer)] += level
    return sums


def _renewals(found: Iterable[Renewing], sides: Sides) -> Mapping[str, list[Renewing]]:
    held = defaultdict[str, list[Renewing]](list)
    for one in found:
        held[sides.of(one.account)].append(one)
    return held


def _left(sides: Sides) -> Mapping[str, str]:
    """The companies an account of whom says that it has left."""
    return {sides.of(account): words for account, words in sides.crm.left.items()}


def _still_billed(sides: Sides, billing: Billing, known: _Known, day: date) -> Iterator[Difference]:
    """Those the CRM says have left while billing runs: a column of theirs does, or a lost renewal whose term has ended."""
    ends = defaultdict[str, list[date]](list)
    for contract in billing.kept.contracts:
        ends[sides.of(contract.customer)].append(contract.day)
    sold = dict[str, date]()
    for deal in sides.crm.deals:
        company = sides.of(deal.account)
        sold[company] = max(deal.day, sold.get(company, deal.day))
    for company, level in sorted(known.arr.items()):
        words, records = known.left.get(company, ""), list[Evidence]()
        lost = [one for one in known.renewals[company] if one.status == "lost" and one.day]
        last = max(lost, key=lambda one: (one.day or day, one.record), default=None)
        if last is not None and last.day is not None and not words:
            since = min((end for end in ends[company] if end >= last.day), default=last.day)
            later = any(one.status == "won" and one.day and one.day >= last.day for one in known.renewals[company])
            later = later or sold.get(company, last.day - timedelta(days=1)) >= last.day
            if since <= day and not later and (day - since).days > sides.likeness.tolerances.days:
                words = f"its renewal was lost on {last.day}, its term ended on {since}"
                records.append(Evidence("left", "renewal", last.record, last.day, last.amount))
        if words:
            records.append(Evidence("right", "ARR", company.rsplit(":", 1)[-1], day, level))
            reason = f"left by the CRM ({words}), and billing runs on"
            yield Difference(sides.name(company), "unlogged_churn", level, reason, tuple(records), company)


def _ended(sides: Sides, billing: Billing, known: _Known, day: date) -> Iterator[Difference]:
    """Those who left in billing while a renewal is still open in the CRM."""
    churned = dict[str, tuple[date, Decimal]]()
    for step in billing.steps:
        if step.kind == "churn" and step.day <= day:
            churned[sides.of(step.customer)] = step.day, -step.amount
    for company, (when, lost) in sorted(churned.items()):
        open_ones = [one for one in known.renewals[company] if one.status == "open"]
        if known.arr.get(company) or company in known.left or not open_ones:
            continue
        records = [Evidence("left", "open renewal", one.record, one.day, one.amount) for one in open_ones]
        records.append(Evidence("right", "churn", company.rsplit(":", 1)[-1], when, -lost))
        words = f"ended in billing on {when}, and its renewal is still open in the CRM"
        yield Difference(sides.name(company), "unlogged_churn", -lost, words, tuple(records), company)
