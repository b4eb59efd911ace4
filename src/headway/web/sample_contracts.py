"""A file of contracts to fill in: the columns that tell what runs, with three made-up rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from headway.core.rows import Column, Rows

_DAYS = ("Start date", "End date", "Current term start", "Current term end")

CONTRACTS = Rows.of(
    [
        *(Column(name) for name in ("Subscription ID", "Customer ID", "Customer")),
        *(Column(name, "date") for name in _DAYS),
        Column("Currency"),
        Column("MRR", "money"),
    ],
    [
        ("sub_1", "cus_1", "Customer 1", date(2026, 1, 1), None, date(2026, 1, 1), date(2026, 12, 31), "EUR", Decimal(400)),
        ("sub_2", "cus_2", "Customer 2", date(2025, 6, 1), date(2026, 5, 31), date(2025, 6, 1), date(2026, 5, 31), "EUR",
         Decimal(250)),
        ("sub_3", "cus_1", "Customer 1", date(2026, 4, 1), None, date(2026, 4, 1), date(2027, 3, 31), "EUR", Decimal(120)),
    ],
)  # fmt: skip
"""What runs, by customer: a subscription that goes on, one that ended, and a second one of the first customer."""
