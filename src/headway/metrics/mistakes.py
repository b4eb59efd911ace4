"""What can be wrong with a metric's text, or with the question asked of it."""

from __future__ import annotations

from headway.core.diagnostics import DATA_PROBLEM, USAGE_MISTAKE, Mistake

UNKNOWN_METRIC = Mistake(
    "unknown-metric",
    "No metric of that name",
    "Metrics are named metric.variant; a metric's bare name stands for all its variants. `headway metrics list` shows "
    "the shipped ones and those of the project's metrics/ folder.",
    USAGE_MISTAKE,
)
METRIC_FORMULA = Mistake(
    "metric-formula",
    "A formula of metrics that cannot be measured",
    "A formula names other metrics, numbers and units, with + - * / and the functions before, lagged, trailing_year, "
    "whole, min and max. What it comes to must be in the unit of the metric, and no metric may be made of itself.",
)
NO_CURVE = Mistake(
    "no-curve",
    "A metric without a curve over ages",
    "Curves are the eventual win rate by age of the deal, logo retention by age of the customer, productivity and time to "
    "productivity by month in role, and forecasts by the days before the end of their period. Others are one number.",
    USAGE_MISTAKE,
)
UNKNOWN_POLICY = Mistake(
    "unknown-policy",
    "No policy of that name or value",
    "Recurring revenue, sellers and forecasts are each kept under policies of their own, such as gap_days, churn_on, "
    "quotas, leavers or horizon. The reference of the metrics says what each may be. Another is tried with name=value.",
    USAGE_MISTAKE,
)
UNKNOWN_DIMENSION = Mistake(
    "unknown-dimension",
    "No dimension of that name",
    "Numbers can be broken down and filtered by every mapped text column of opportunities and of the accounts, users "
    "and products they belong to, and broken down by week, month, quarter or year of the date that decides the period.",
    USAGE_MISTAKE,
)
UNKNOWN_FILTER_VALUE = Mistake(
    "unknown-filter-value",
    "No record has that value",
    "A filter names a value as it stands in the data, in the same spelling; (none) stands for records without one.",
    USAGE_MISTAKE,
)
NO_DECIDING_DATE = Mistake(
    "no-deciding-date",
    "A metric that cannot be broken down by time",
    "A stock is taken on one day, and a curve over ages looks at a whole window; neither has one date for each record "
    "that would put it into a week or month. Ask for another as-of day or another period instead.",
    USAGE_MISTAKE,
)
MISSING_COLUMN = Mistake(
    "missing-column",
    "A metric needs a column that was not loaded",
    "Each metric reads certain columns. The ones every export has are always there; others must be mapped first, in "
    "connectors/*.yaml.",
    DATA_PROBLEM,
)
CURRENCIES_APART = Mistake(
    "currencies-apart",
    "Amounts in several currencies",
    "Amounts in different currencies are never added. Ask for one currency at a time.",
    DATA_PROBLEM,
)
INCOMPLETE_METRIC = Mistake(
    "incomplete-metric",
    "A metric's text does not say enough",
    "A count, sum, mean, median or quantile says in `of` what it is taken of; a ratio has a numerator and a "
    "denominator; a flow names the date that decides its period.",
)
NOTHING_WON = Mistake(
    "nothing-won",
    "A history in which nothing was won",
    "A plan goes on as the history went: without a single win there is no win rate, no cycle and no deal size to go on "
    "with.",
    DATA_PROBLEM,
)
SINCE_AFTER_UNTIL = Mistake(
    "since-after-until",
    "A span of days that ends before it begins",
    "Changes are told from the end of one day to the end of a later one: --since names the first, --until the second.",
    USAGE_MISTAKE,
)
INCOMPLETE_RULE = Mistake(
    "incomplete-rule",
    "A hygiene rule that does not say enough",
    "A hygiene rule says in exactly one way how a record is seen to be wrong: a field that is missing, a condition, an age, "
    "a move between stages, twins, and so on. Conditions are values, or words such as `empty` and `before today`.",
)
WAIVED_RULE_UNKNOWN = Mistake(
    "waived-rule-unknown",
    "A waiver of a rule that there is not",
    "A waiver names the rule it waives: a shipped one, or one of the project's hygiene/ folder. See `headway hygiene`.",
)
