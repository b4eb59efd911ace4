"""What a number means: definitions as data, measured on the facts, week by week, and explained."""

from headway.metrics.changes import changes
from headway.metrics.curve import by_age
from headway.metrics.drivers import measured_drivers
from headway.metrics.eventual import curve, win_curve
from headway.metrics.explain import explain
from headway.metrics.facts import Facts
from headway.metrics.formula_text import linked
from headway.metrics.history import measured_history
from headway.metrics.journey import MeasuredJourney, measured_journey
from headway.metrics.library import catalogue, check_definitions, resolve, shipped
from headway.metrics.measure import measure, side_by_side
from headway.metrics.policies import another_policy, policy_bridge
from headway.metrics.question import Parameters, check_columns, dimensions
from headway.metrics.weekly import weekly

__all__ = [
    "Facts",
    "MeasuredJourney",
    "Parameters",
    "another_policy",
    "by_age",
    "catalogue",
    "changes",
    "check_columns",
    "check_definitions",
    "curve",
    "dimensions",
    "explain",
    "linked",
    "measure",
    "measured_drivers",
    "measured_history",
    "measured_journey",
    "policy_bridge",
    "resolve",
    "shipped",
    "side_by_side",
    "weekly",
    "win_curve",
]
