"""Facts for the metrics: a small set made by hand, and the reference CRM in the shape the tables give it."""

from __future__ import annotations

COLUMNS = {
    "id": "BIGINT",
    "key": "VARCHAR",
    "name": "VARCHAR",
    "status": "VARCHAR",
    "stage": "VARCHAR",
    "pipeline": "VARCHAR",
    "amount": "DECIMAL(18,4)",
    "list_price": "DECIMAL(18,4)",
    "value": "DECIMAL(18,4)",
    "value_basis": "VARCHAR",
    "created_value": "DECIMAL(18,4)",
    "currency": "VARCHAR",
    "created_date": "DATE",
    "close_date": "DATE",
    "closed_date": "DATE",
    "account": "VARCHAR",
    "owner": "VARCHAR",
    "source_channel": "VARCHAR",
    "segment": "VARCHAR",
    "is_partner": "BOOLEAN",
    "reconstructed": "BOOLEAN",
}
