"""What can be wrong with a question to the ledger of recurring revenue."""

from __future__ import annotations

from headway.core.diagnostics import Diagnostic, did_you_mean
from headway.metrics.currencies import CURRENCY
from headway.metrics.facts import Facts
from headway.metrics.mistakes import NO_DECIDING_DATE, UNKNOWN_DIMENSION, UNKNOWN_FILTER_VALUE
from headway.metrics.question import GRAINS, NONE, Question
from headway.metrics.recurring.customers import CUSTOMER, attributes, dimensions


def check_movements(question: Question, facts: Facts) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with such a question, at once."""
    name, known = question.definition.name, dimensions(facts)
    found = list[Diagnostic]()
    asked = [grain for grain in question.by if grain in GRAINS]
    if len(asked) > 1:
        message = f"{name} is asked by {' and '.join(asked)} at once"
        found.append(NO_DECIDING_DATE.at(None, message, remedy="ask by one of them"))
    for dimension in (*question.dimensions, *question.where):
        if dimension not in known:
            message = f"'{dimension}' is not a dimension of customers"
            found.append(UNKNOWN_DIMENSION.at(None, message, remedy=did_you_mean(dimension, (*known, *GRAINS))))
    if not found:
        who = attributes(facts, facts.day).values() if question.where else ()
        for dimension, member in question.where.items():
            members = sorted({named[dimension] for named in who if dimension in named})
            if dimension not in (CURRENCY, CUSTOMER) and member != NONE and member not in members:
                message = f"no customer known on {facts.day} has {dimension} '{member}'"
                found.append(UNKNOWN_FILTER_VALUE.at(None, message, remedy=did_you_mean(member, (NONE, *members))))
    return tuple(found)
