"""Are we on the way: plan against actual by week, the verdict in a sentence, and what to look at."""

from __future__ import annotations

from headway.core.review import Evidence
from headway.tracking.beliefs import Times, beliefs
from headway.tracking.bets import ordered, to_price, with_bets
from headway.tracking.day import day_to_follow
from headway.tracking.milestones import Context
from headway.tracking.pace import PACE, SMALL_SAMPLE
from headway.tracking.review import review

__all__ = [
    "PACE",
    "SMALL_SAMPLE",
    "Context",
    "Evidence",
    "Times",
    "beliefs",
    "day_to_follow",
    "ordered",
    "review",
    "to_price",
    "with_bets",
]
