"""What loading tools call the tables of well-known systems: where a tool copied a table, its name says what it holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from headway.connectors.files.things import names_a_field
from headway.connectors.warehouse.plain import Plain
from headway.core.mapping import Thing
from headway.core.things import record_of

_THINGS: Mapping[str, Thing] = {
    "account": "account",
    "company": "account",
    "companie": "account",
    "organization": "account",
    "user": "user",
    "owner": "user",
    "product": "product",
    "product_2": "product",
    "product2": "product",
    "lead": "lead",
    "customer": "customer",
    "subscription": "subscription",
    "invoice": "invoice",
    "invoice_line_item": "invoice_line",
    "invoice_line": "invoice_line",
}
_OTHERS = frozenset(
    (
        *(
            "contact",
            "ticket",
            "case",
            "order",
            "order_item",
            "quote",
            "quote_line_item",
            "contract",
            "campaign_member",
        ),
        *(
            "charge",
            "payment_intent",
            "payment_method",
            "refund",
            "payout",
            "transfer",
            "balance_transaction",
            "dispute",
        ),
        *(
            "credit_note",
            "credit_note_line_item",
            "checkout_session",
            "invoice_item",
            "setup_intent",
            "card",
            "bank_account",
        ),
        *(
            "owner_team",
            "team_user",
            "team",
            "user_role",
            "role",
            "profile",
            "permission_set",
            "opportunity_contact_role",
        ),
        *("opportunity_line_item", "opportunity_stage", "line_item", "pricebook_entry", "pricebook_2", "record_type"),
        *(
            "form",
            "form_submission",
            "contact_list",
            "email_campaign",
            "email_event",
            "property",
            "property_option",
            "page",
        ),
    )
)
_SYSTEM = re.compile(r"^(hubspot|hs|salesforce|sf|sfdc|stripe|pipedrive|chargebee|recurly)_+")
_VERSIONS = re.compile(r"_(history|snapshot|snapshots|data|raw)$")


def known_name(plain: Plain) -> Thing | Literal["other"] | None:
    """What a copied table holds by its name; "other" where Headway keeps no such thing, None where the name is not known."""
    if plain.loader is None or plain.has("chargesenabled"):
        return None if plain.loader is None else "other"
    name = _SYSTEM.sub("", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plain.table.name).casefold())
    name = _VERSIONS.sub("", name)
    names = (name, name.removesuffix("s"), name.removesuffix("es"))
    thing: Thing | None = next((known for one in names if (known := _THINGS.get(one))), None)
    if thing and _has_what_it_takes(plain, thing):
        return thing
    return "other" if any(one in _OTHERS for one in names) else None


def _has_what_it_takes(plain: Plain, thing: Thing) -> bool:
    record = record_of(thing)
    needs = record.needs if record else (("id", "name", "first_name"),)
    return all(names_a_field(plain.columns, thing, *fields) for fields in needs)
