"""Findings somebody has taken in hand: bound to what they saw, and told as it stood then where it has changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import sha256

from headway.core import formatting
from headway.core.finding import Finding
from headway.core.record import Record


def seen_of(finding: Finding | None) -> str:
    """The hash of a finding as it stands: what an acknowledgement is bound to."""
    return "" if finding is None else hashed(f"{finding.what}: {finding.evidence}")


def in_hand(finding: Finding, acknowledged: Mapping[str, Record], day: date) -> str:
    """Who has taken a finding in hand, and whether it has changed since; empty where nobody has."""
    record = acknowledged.get(finding.where)
    if record is None:
        return ""
    since = "" if record.subject_hash == seen_of(finding) else ", as it stood then"
    words = f": {record.text}" if record.text else ""
    return f"In hand: {record.actor}, {formatting.day(record.time.date(), day.year)}{since}{words}"


def hashed(text: str) -> str:
    """The hash of a text, as records keep it."""
    return sha256(text.encode()).hexdigest()
