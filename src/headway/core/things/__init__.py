"""The things Headway keeps a table of. Each beyond the deal and its references is one declaration, of one shape."""

from __future__ import annotations

from collections.abc import Mapping

from headway.core.things import billing, company, demand, selling
from headway.core.things.shape import Dated, Field, Kind, Link, Record, Thing

RECORDS: Mapping[Thing, Record] = {
    "lead": demand.LEAD,
    "activity": demand.ACTIVITY,
    "touch": demand.TOUCH,
    "customer": billing.CUSTOMER,
    "subscription": billing.SUBSCRIPTION,
    "subscription_item": billing.SUBSCRIPTION_ITEM,
    "invoice": billing.INVOICE,
    "invoice_line": billing.INVOICE_LINE,
    "spend_line": company.SPEND_LINE,
    "ledger_line": company.LEDGER_LINE,
    "employee_position": company.EMPLOYEE_POSITION,
    "onboarding": company.ONBOARDING,
    "fx_rate": company.FX_RATE,
    "quota": selling.QUOTA,
    "forecast": selling.FORECAST,
}
"""Every further thing, by name. An entry here is all it takes: its table, its mapping, its view as known on a day."""


def record_of(thing: str) -> Record | None:
    """The declaration of a thing, if it is one of the further things."""
    return next((record for name, record in RECORDS.items() if name == thing), None)


__all__ = ["RECORDS", "Dated", "Field", "Kind", "Link", "Record", "Thing", "record_of"]
