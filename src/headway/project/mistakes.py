"""What can be wrong with a project as a whole."""

from __future__ import annotations

from headway.core.diagnostics import USAGE_MISTAKE, Mistake

NO_PROJECT = Mistake(
    "no-project",
    "No project here",
    "A project is a folder with headway.yaml in it, made by `headway init`. Headway looks in the folder named with -C "
    "and walks up from there.",
)
NO_PLAN = Mistake(
    "no-plan",
    "No such plan",
    "Plans are folders under plans/ with a plan.yaml in them.",
)
NO_MODEL = Mistake(
    "no-model",
    "No such model",
    "A plan names a revenue model: one that ships with Headway, or a file under models/ in the project.",
)
OUTSIDE_PLAN = Mistake(
    "outside-plan",
    "A day the plan says nothing about",
    "A plan is tracked on days inside its horizon.",
    USAGE_MISTAKE,
)
