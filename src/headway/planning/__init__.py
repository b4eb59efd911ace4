"""What must be true for the target: plans bound to their model, evaluated, bridged, solved and explained by driver."""

from __future__ import annotations

from pathlib import Path

from headway.core.history import Amounts, Figure, History, Measured, Rate
from headway.planning.attribution import ActualDrivers, Attribution, attribute, causes, replacements
from headway.planning.binding import bind, bind_as_read
from headway.planning.bound import BoundPlan, newest_covering
from headway.planning.bridge import Bridge, bridge, gap_words, take_apart
from headway.planning.capacity import capacity, capacity_words
from headway.planning.evaluation import by_month, evaluate, reached, standing_on
from headway.planning.proposal import NO_JUDGEMENT, Judgement, aimed_at, left_after, propose
from headway.planning.required import Required, required
from headway.planning.sensitivity import family_of, sensitivity
from headway.planning.sheet import effects, sheet
from headway.planning.timing import last_create_dates, last_create_words
from headway.planning.weekly import openings, to_date, weekly, weeks_until

MODELS = Path(__file__).parent / "models"
"""Where the shipped revenue models lie: one YAML file each, named as plans name their model."""

__all__ = [
    "MODELS",
    "NO_JUDGEMENT",
    "ActualDrivers",
    "Amounts",
    "Attribution",
    "BoundPlan",
    "Bridge",
    "Figure",
    "History",
    "Judgement",
    "Measured",
    "Rate",
    "Required",
    "aimed_at",
    "attribute",
    "bind",
    "bind_as_read",
    "bridge",
    "by_month",
    "capacity",
    "capacity_words",
    "causes",
    "effects",
    "evaluate",
    "family_of",
    "gap_words",
    "last_create_dates",
    "last_create_words",
    "left_after",
    "newest_covering",
    "openings",
    "propose",
    "reached",
    "replacements",
    "required",
    "sensitivity",
    "sheet",
    "standing_on",
    "take_apart",
    "to_date",
    "weekly",
    "weeks_until",
]
