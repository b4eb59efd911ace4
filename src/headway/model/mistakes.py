"""What can be wrong with a model's text: every sort of mistake this room reports."""

from __future__ import annotations

from headway.core.diagnostics import USAGE_MISTAKE, Mistake

SYNTAX = Mistake(
    "syntax",
    "A formula that cannot be read",
    "A formula is arithmetic on names: parentheses must close and every sign needs something on both sides.",
)
NOT_IN_LANGUAGE = Mistake(
    "not-in-language",
    "Something the formula language does not have",
    "Formulas know + - * / **, comparisons inside where(...) and when=, x[member], and the functions listed in the "
    "formula reference. Text, loops, conditions with if, rounding and functions of your own are not part of it.",
)
UNKNOWN_NAME = Mistake(
    "unknown-name",
    "A name nobody defined",
    "Every name in a formula is a line, an input, a unit, a calendar term, or the name of a month count.",
)
UNKNOWN_FUNCTION = Mistake(
    "unknown-function",
    "A function the language does not have",
    "The functions are where, min, max, previous, spread, sum, product and last.",
)
CALL_ARGUMENTS = Mistake(
    "call-arguments",
    "A function with the wrong arguments",
    "Each function takes a fixed set of arguments; over= and when= belong to sum and product, when= to last.",
)
UNIT_MISMATCH = Mistake(
    "unit-mismatch",
    "Two units that do not go together",
    "Only like can be added to, subtracted from or compared with like: a count of accounts is not money.",
)
UNIT_DECLARED = Mistake(
    "unit-declared",
    "A line whose formula gives another unit than it declares",
    "The unit written on a line is checked against what its formula yields.",
)
UNKNOWN_UNIT = Mistake(
    "unknown-unit",
    "A unit that cannot be read",
    "Units are words joined by * and /, such as deal/opportunity or currency/year; a plain number is rate or share.",
)
ANNUAL_RATE = Mistake(
    "annual-rate-in-monthly-line",
    "A yearly figure used as if it were monthly",
    "The plan runs by month. A figure per year must be converted before it acts on a month.",
)
DIMENSION_MISMATCH = Mistake(
    "dimension-mismatch",
    "A formula that varies by more than it may",
    "A line holds one number for each combination of what it is by; its formula cannot vary by more than that.",
)
NOT_BY_DIMENSION = Mistake(
    "not-by-dimension",
    "A breakdown that the value does not have",
    "Only a value that is by a dimension can be summed over it or picked from it.",
)
AMBIGUOUS_PICK = Mistake(
    "ambiguous-pick",
    "A pick that could mean two things",
    "x[member] must name one member of one dimension; write x[dimension.member] where a name occurs in two.",
)
GROUP_OUTSIDE_SUM = Mistake(
    "group-outside-sum",
    "A group picked where no sum adds it up",
    "A group stands for several members, so x[group] has one meaning only: as what a sum or product over that "
    "dimension is limited to.",
)
MISSING_BEFORE = Mistake(
    "missing-before",
    "Nothing is known about the months before the plan",
    "A formula that looks back needs to know what held before the first month; `before:` says it.",
)
RING_IN_MONTH = Mistake(
    "ring-in-month",
    "Lines that need each other in the same month",
    "Lines may feed each other from one month to the next, through previous(...), but not inside one month.",
)
MONTH_AGGREGATE_IN_RING = Mistake(
    "month-aggregate-in-ring",
    "A figure over all months that the months themselves depend on",
    "A sum, product or last over the months is known when all months are; a line it is made of cannot read it.",
)
SELF_READING_LINE = Mistake(
    "self-reading-line",
    "A line that reads itself and does not say what it is",
    "A line that reads its own past must state its unit, and what it is by, so that its formula can be checked.",
)
UNUSED_INPUT = Mistake(
    "unused-input",
    "An input no line reads",
    "Changing it would change nothing: it is left over, or a formula forgot it.",
)
DUPLICATE_MEMBER = Mistake(
    "duplicate-member",
    "A member listed twice",
    "Members and groups of a dimension need different names, and a breakdown names each dimension once.",
)
NAME_TAKEN = Mistake(
    "name-taken",
    "A name that cannot be used",
    "Lines and inputs share one set of names, made of letters, digits, _ and dots; words of the language and "
    "dimensions are taken.",
)
KIND_DECLARED = Mistake(
    "kind-declared",
    "A kind that the unit contradicts",
    "A flow adds up over months and a stock is what stands at month end; a conversion such as deal/opportunity does "
    "neither: it is a ratio.",
)
MISSING_INPUT = Mistake(
    "missing-input",
    "An input without a value",
    "The lines asked for read this input, so it needs a value.",
)
NOT_IN_PLAN = Mistake(
    "not-in-plan",
    "Something the plan does not have",
    "A number of the plan can be explained for a line of its model, or an assumption, in months the plan has.",
    USAGE_MISTAKE,
)

MISTAKES = (
    SYNTAX,
    NOT_IN_LANGUAGE,
    UNKNOWN_NAME,
    UNKNOWN_FUNCTION,
    CALL_ARGUMENTS,
    UNIT_MISMATCH,
    UNIT_DECLARED,
    UNKNOWN_UNIT,
    ANNUAL_RATE,
    DIMENSION_MISMATCH,
    NOT_BY_DIMENSION,
    AMBIGUOUS_PICK,
    GROUP_OUTSIDE_SUM,
    MISSING_BEFORE,
    RING_IN_MONTH,
    MONTH_AGGREGATE_IN_RING,
    SELF_READING_LINE,
    UNUSED_INPUT,
    DUPLICATE_MEMBER,
    NAME_TAKEN,
    KIND_DECLARED,
    MISSING_INPUT,
    NOT_IN_PLAN,
)
