"""The third shape: something to act on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What was found, where, on what evidence, what it is worth, and who answers; the price is in the company's currency."""

    what: str
    where: str
    evidence: str
    price: float | None = None
    owner: str = ""
