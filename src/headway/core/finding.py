"""The third shape: something to act on."""

from __future__ import annotations

from dataclasses import dataclass

from headway.core.diagnostics import Severity


@dataclass(frozen=True)
class Finding:
    """What was found, where, on what evidence, what it is worth, and who answers; the price is in the company's currency.

    `severity` says whether work must stop for it, `remedy` what to do: a command to type, or a sentence.
    """

    what: str
    where: str
    evidence: str
    price: float | None = None
    owner: str = ""
    severity: Severity = "note"
    remedy: str = ""
