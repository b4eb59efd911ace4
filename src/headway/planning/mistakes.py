"""What can be wrong with a plan once it meets its model: every sort of mistake this room reports."""

from __future__ import annotations

from headway.core.diagnostics import DATA_PROBLEM, Mistake

MISSING_ASSUMPTION = Mistake(
    "missing-assumption",
    "A number the target depends on and nobody has assumed",
    "A plan assumes every input its target needs. Inputs that only other lines read may stay open.",
)
UNKNOWN_ASSUMPTION = Mistake(
    "unknown-assumption",
    "An assumption the model has no place for",
    "An assumption carries the name of an input of the model, or of a line whose place it takes.",
)
ASSUMPTION_UNIT = Mistake(
    "assumption-unit",
    "An assumption in another unit than the model's",
    "The unit written on an assumption is checked against the input or line it stands for. A rate over time must say "
    "whether it is per month or per year.",
)
ANNUAL_ASSUMPTION = Mistake(
    "annual-assumption",
    "A yearly rate where the model expects a monthly one",
    "The plan runs by month, so a yearly rate must be converted: nothing is divided by twelve in silence.",
)
ASSUMPTION_DIMENSIONS = Mistake(
    "assumption-dimensions",
    "An assumption broken down by something its input is not",
    "An assumption may be given by any of the dimensions its input has, and by no other.",
)
ASSUMPTION_MEMBERS = Mistake(
    "assumption-members",
    "An assumption with members missing or too many",
    "An assumption given by a dimension needs one value for each member of it, and none for anything else.",
)
REPEATED_COUNT = Mistake(
    "repeated-count",
    "A count that would be repeated for every member",
    "A rate given once holds for every member; a count or an amount given once would be multiplied by their number.",
)
VALUE_OUT_OF_RANGE = Mistake(
    "value-out-of-range",
    "A value that cannot be",
    "A share or a conversion lies between 0 and 1 (0% and 100%); a count or an amount is not negative.",
)
PARTS_OF_WHOLE = Mistake(
    "parts-of-whole",
    "Parts that do not make a whole",
    "Shares over the members of a dimension add up to 1; over the months of a lag, to 1 at most.",
)
PLAN_DIMENSION = Mistake(
    "plan-dimension",
    "A breakdown the model does not have",
    "A plan names the members of the dimensions its model has.",
)
UNKNOWN_TARGET = Mistake(
    "unknown-target",
    "A target on something the model does not have",
    "A target names a line of the model that adds up: money or a count, not a ratio.",
)
TARGET_OUTSIDE_HORIZON = Mistake(
    "target-outside-horizon",
    "A target due outside the plan",
    "The target is due in one of the months the plan covers.",
)
HISTORY_TOO_THIN = Mistake(
    "history-too-thin",
    "A history too short to plan from",
    "Rates need something to be rates of: at least one opportunity created and one deal won in the period.",
    DATA_PROBLEM,
)
