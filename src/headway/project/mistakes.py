"""What can be wrong with a project as a whole."""

from __future__ import annotations

from headway.core.diagnostics import DATA_PROBLEM, USAGE_MISTAKE, Mistake

NO_PROJECT = Mistake(
    "no-project",
    "No project here",
    "A project is a folder with headway.yaml in it, made by `headway init`. Headway looks in the folder named with -C "
    "and walks up from there.",
)
ALREADY_THERE = Mistake(
    "already-there",
    "Something of that name is there already",
    "Headway never writes over text you may have edited, unless it is told to.",
)
CANNOT_WRITE = Mistake(
    "cannot-write",
    "A folder that cannot be written to",
    "The project keeps its loads in .headway/ and its text beside it, so it needs to write there.",
    1,
)
NO_PLAN = Mistake(
    "no-plan",
    "No such plan",
    "Plans are folders under plans/ with a plan.yaml in them.",
)
NO_HISTORY = Mistake(
    "no-history",
    "The history does not carry a plan",
    "A plan is proposed from deals created and deals won in the months named; where there are none, no rate can be "
    "measured.",
    DATA_PROBLEM,
)
UNREADABLE_OPTION = Mistake(
    "unreadable-option",
    "An option that cannot be read",
    "Options of the command line follow the same spellings as the text files.",
    USAGE_MISTAKE,
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
