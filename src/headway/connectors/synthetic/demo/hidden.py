"""The truth as tables of its own, for whoever scores a method against it; no importer reads them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from headway.connectors.synthetic.demo.billing import Billing
from headway.connectors.synthetic.demo.company import Company
from headway.connectors.synthetic.demo.habits import Crm
from headway.connectors.synthetic.demo.leads import acceptance
from headway.connectors.synthetic.demo.money_files import customer_id
from headway.connectors.synthetic.demo.truth import WON, Deal, World
from headway.connectors.synthetic.demo.written import day, minute, money, table

_WHOLE = 270
"""Days after which practically every deal has ended, so that a cohort's rate is whole."""


def truth_tables(company: Company, world: World, crm: Crm, billing: Billing) -> dict[str, str]:
    """Each table's file name and text."""
    return {
        "true_deals.csv": _deals(crm),
        "true_customers.csv": _customers(billing),
        "true_rates.csv": _rates(company, world),
        "true_breaks.csv": _breaks(company),
        "true_shocks.csv": table("Quarter, Factor", ((day(start), f"{factor:.6f}") for start, factor in world.shocks)),
        "true_demand.csv": table(
            "Week, Source, Spend, Visits, Leads",
            ((day(w.monday), w.source, f"{w.spend:.2f}", w.visits, w.leads) for w in world.weeks),
        ),
        "misstatements.csv": table("Record, Habit, Truth", ((w.record, w.habit, w.truth) for w in crm.wrong)),
    }


def _deals(crm: Crm) -> str:
    rows = (
        (
            shown.number,
            "duplicate" if shown.twin else shown.deal.motion,
            shown.deal.source,
            shown.deal.account.segment.name,
            minute(shown.deal.created),
            shown.deal.stage,
            minute(shown.deal.closed) if shown.deal.closed else "",
            money(shown.deal.value),
            f"{shown.deal.frailty:.6f}",
        )
        for shown in crm.shown
    )
    return table("Record ID, Motion, Source, Segment, Created, Stage, Closed, Value, Frailty", rows)


def _customers(billing: Billing) -> str:
    rows = ((customer_id(c.number), c.account.segment.name, f"{c.churn:.6f}") for c in billing.customers)
    return table("Customer, Segment, Chance to leave in a year", rows)


def _rates(company: Company, world: World) -> str:
    """What became of all opportunities of a source and segment that are old enough, and of their leads."""
    cells: dict[tuple[str, str], list[Deal]] = defaultdict(list)
    for deal in world.deals:
        if deal.motion == "new" and (company.last_day - deal.created.date()).days > _WHOLE:
            cells[deal.source, deal.account.segment.name].append(deal)
    rows: list[Sequence[object]] = []
    for source in company.sources:
        for segment in company.segments:
            deals = cells[source.name, segment.name]
            wins = sum(deal.stage == WON for deal in deals)
            rows.append((source.name, segment.name, len(deals), wins, f"{wins / len(deals):.4f}" if deals else ""))
    return table("Source, Segment, Opportunities, Won, Win rate", rows)


def _breaks(company: Company) -> str:
    rows = (
        (
            broken.source,
            day(broken.since),
            "acceptance by sales",
            f"{company.source(broken.source).accepted:.4f}",
            f"{acceptance(company, company.source(broken.source), broken.since):.4f}",
        )
        for broken in company.breaks
    )
    return table("Source, Since, Step, Before, After", rows)
