"""What can be wrong with the question whether a plan is on track."""

from __future__ import annotations

from headway.core.diagnostics import USAGE_MISTAKE, Mistake

OUTSIDE_PLAN = Mistake(
    "outside-plan",
    "A day the plan says nothing about",
    "A plan is tracked on days inside its horizon.",
    USAGE_MISTAKE,
)
