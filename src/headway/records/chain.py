"""The chain: each record's hash holds the one before it, so that nothing can be changed or taken out unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from headway.core.record import Record

START = ""
"""What the first record has before it."""


def body_text(record: Record) -> str:
    """A record's body as it is kept and hashed: one spelling for one meaning."""
    return json.dumps(dict(record.body), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(before: str, record: Record) -> str:
    """The hash of a record and of all before it."""
    said = [record.number, record.kind, record.subject, record.subject_hash, record.actor, record.time.isoformat()]
    return hashlib.sha256(json.dumps([before, *said, body_text(record)]).encode()).hexdigest()


def first_broken(kept: Iterable[tuple[Record, str]]) -> int | None:
    """The number that should stand where the chain breaks first; None if it holds."""
    before = START
    for number, (record, its_digest) in enumerate(kept, start=1):
        if record.number != number or digest(before, record) != its_digest:
            return number
        before = its_digest
    return None
