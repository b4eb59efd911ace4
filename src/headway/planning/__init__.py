"""What must be true for the target: plans bound to their model, evaluated, bridged, solved and explained by driver."""

from __future__ import annotations

from pathlib import Path

from headway.planning.attribution import ActualDrivers, Attribution, attribute, causes, replacements
from headway.planning.binding import bind
from headway.planning.bound import BoundPlan
from headway.planning.bridge import Bridge, bridge, gap_words, take_apart
from headway.planning.evaluation import by_month, evaluate, reached
from headway.planning.proposal import Amounts, History, Rate, propose
from headway.planning.required import Required, required
from headway.planning.weekly import JOURNEY, to_date, weekly, weeks_until

MODELS = Path(__file__).parent / "models"
"""Where the shipped revenue models lie: one YAML file each, named as plans name their model."""

__all__ = [
    "JOURNEY",
    "MODELS",
    "ActualDrivers",
    "Amounts",
    "Attribution",
    "BoundPlan",
    "Bridge",
    "History",
    "Rate",
    "Required",
    "attribute",
    "bind",
    "bridge",
    "by_month",
    "causes",
    "evaluate",
    "gap_words",
    "propose",
    "reached",
    "replacements",
    "required",
    "take_apart",
    "to_date",
    "weekly",
    "weeks_until",
]
