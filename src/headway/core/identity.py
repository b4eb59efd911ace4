"""Who a record is: a natural key kept once as text, and its 64-bit hash everywhere else."""

from __future__ import annotations

from hashlib import sha256


def natural_key(system: str, instance: str, thing: str, source_id: str) -> str:
    """The record's name across systems: `system:instance:object:source id`; no two records share one."""
    parts = (part.replace("%", "%25").replace(":", "%3A") for part in (system, instance, thing))
    return ":".join((*parts, source_id))


def surrogate(key: str) -> int:
    """The signed 64-bit hash that stands for a natural key; the same key gives the same number on any machine.

    The first eight bytes of SHA-256, which every table engine can compute by itself.
    """
    return int.from_bytes(sha256(key.encode()).digest()[:8], "big", signed=True)
