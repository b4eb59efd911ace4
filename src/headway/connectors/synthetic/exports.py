"""The files a HubSpot portal would have given on the last day: deals, companies, owners and the price list."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np

from headway.connectors.synthetic.chance import happens
from headway.connectors.synthetic.company import Company
from headway.connectors.synthetic.life import LOST, WON, Account, Deal, World
from headway.connectors.synthetic.names import domain

_DEALS, _COMPANIES, _PRODUCTS = 38_410_000_000, 21_730_000_000, 1_960_000_000
"""Where record numbers start: as long as a portal's own, and telling deals from companies."""


def exports(company: Company, world: World, rng: np.random.Generator) -> dict[str, str]:
    """Each export's file name and its text; the draws decide which fields people left empty or misspelt."""
    return {
        "deals.csv": _deals(company, world, rng),
        "companies.csv": _companies(world),
        "owners.csv": _owners(world),
        "products.csv": _products(company),
    }


def _deals(company: Company, world: World, rng: np.random.Generator) -> str:
    stages = [*(stage.name for stage in company.stages), WON, LOST]
    header = [
        "Record ID", "Deal Name", "Deal Stage", "Pipeline", "Amount", "Currency", "Close Date", "Create Date",
        "Deal owner", "Associated Company", "Associated Company IDs", "Original Source", "Deal Type", "Product",
        "Closed Lost Reason", "Last Activity Date", *(f'Date entered "{stage}"' for stage in stages),
    ]  # fmt: skip
    return _csv(header, (_deal(company, deal, stages, rng) for deal in world.deals))


def _deal(company: Company, deal: Deal, stages: Sequence[str], rng: np.random.Generator) -> list[object]:
    entered = dict(deal.entered)
    product = deal.product.misspelt if happens(rng, company.misspelling) else deal.product.name
    source = "" if happens(rng, company.missing_source) else deal.source.name
    return [
        _DEALS + 7 * deal.id,
        f"{deal.account.name} - {deal.product.name}",
        deal.stage,
        "Sales Pipeline",
        "" if deal.amount is None else deal.amount,
        company.currency,
        _minute(deal.closed) if deal.closed else f"{deal.expected} 17:00",
        _minute(deal.created),
        deal.account.owner.name,
        deal.account.name,
        _number(deal.account),
        source,
        "Existing Business" if deal.existing_business else "New Business",
        product,
        deal.reason,
        _minute(deal.moved),
        *(_minute(entered[stage]) if stage in entered else "" for stage in stages),
    ]


def _companies(world: World) -> str:
    header = [
        "Record ID", "Company name", "Company Domain Name", "Company owner", "Industry", "Number of Employees",
        "Segment", "Country/Region", "Create Date",
    ]  # fmt: skip
    return _csv(header, (_company(account) for account in world.accounts))


def _company(account: Account) -> list[object]:
    return [
        _number(account),
        account.name,
        domain(account.name),
        account.owner.name,
        account.industry,
        account.employees,
        account.segment.name,
        account.owner.country,
        _minute(account.created),
    ]


def _owners(world: World) -> str:
    records = ([owner.name, f"Sales {owner.region}", owner.region] for owner in world.owners)
    return _csv(["Owner", "Team", "Region"], records)


def _products(company: Company) -> str:
    records = ([_PRODUCTS + 11 * i, product.name, product.price] for i, product in enumerate(company.products, start=1))
    return _csv(["Record ID", "Product name", "Unit price"], records)


def _number(account: Account) -> int:
    return _COMPANIES + 13 * account.id


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _csv(header: Sequence[str], records: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(records)
    return text.getvalue()
