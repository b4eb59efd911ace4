"""How the exports write numbers, moments and tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime

COMPANIES, CONTACTS, ACTIVITIES = 7_210_000_000, 5_140_000_000, 8_360_000_000


def account_number(number: int) -> int:
    """A company's record number."""
    return COMPANIES + 13 * (number + 1)


def twin_number(number: int) -> int:
    """The record number of the second record of the same company."""
    return COMPANIES + 13 * (number + 1) + 5


def contact_number(number: int) -> int:
    """A contact's record number."""
    return CONTACTS + 3 * number


def money(cents: int | None) -> str:
    """Cents as an amount with two decimals; nothing where there is none."""
    if cents is None:
        return ""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def minute(moment: datetime) -> str:
    """A moment to the minute."""
    return moment.isoformat(" ", "minutes")


def day(value: date | None) -> str:
    """A day, or nothing."""
    return value.isoformat() if value else ""


def table(header: str, records: Iterable[Sequence[object]]) -> str:
    """A table as comma-separated text; the header is given with its commas."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([name.strip() for name in header.split(",")])
    writer.writerows(records)
    return text.getvalue()
