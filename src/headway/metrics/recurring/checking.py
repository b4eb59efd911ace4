"""What can be wrong with a question to the ledger of recurring revenue."""

from __future__ import annotations

from collections.abc import Iterator

from headway.core.diagnostics import Diagnostic, did_you_mean
from headway.metrics.currencies import CURRENCY
from headway.metrics.facts import Facts, quoted
from headway.metrics.mistakes import NO_DECIDING_DATE, UNKNOWN_DIMENSION, UNKNOWN_FILTER_VALUE
from headway.metrics.question import GRAINS, NONE, Question
from headway.metrics.recurring.customers import CUSTOMER, dimensions, laid_attributes
from headway.metrics.recurring.estimates import RENEWING, take_of
from headway.metrics.recurring.grouping import AGES, COHORTS


def check_movements(question: Question, facts: Facts) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with such a question, at once."""
    known = (*dimensions(facts), *COHORTS)
    found = [*_times(question)]
    for dimension in (*question.dimensions, *question.where):
        if dimension not in (*known, *(AGES if dimension not in question.where else ())):
            message = f"'{dimension}' is not a dimension of customers"
            remedy = did_you_mean(dimension, (*known, *AGES, *GRAINS))
            found.append(UNKNOWN_DIMENSION.at(None, message, remedy=remedy))
    for dimension, member in () if found else question.where.items():
        if dimension in (CURRENCY, CUSTOMER, *COHORTS) or member == NONE:
            continue
        members = _members(dimension, facts)
        if member not in members:
            message = f"no customer known on {facts.day} has {dimension} '{member}'"
            found.append(UNKNOWN_FILTER_VALUE.at(None, message, remedy=did_you_mean(member, (NONE, *members))))
    return tuple(found)


def _times(question: Question) -> Iterator[Diagnostic]:
    """What is wrong with the spans of time it is asked by: one at most, and an age beside its own cohort."""
    name, asked = question.definition.name, [n for n in question.by if n in GRAINS or n in AGES]
    if len(asked) > 1:
        yield NO_DECIDING_DATE.at(
            None, f"{name} is asked by {' and '.join(asked)} at once", remedy="ask by one of them"
        )
        return
    ages = [n for n in asked if n in AGES]
    for age in ages:
        if take_of(question.definition) in RENEWING:
            message = f"{name} is about contracts, which have no age of their own"
            yield NO_DECIDING_DATE.at(None, message, remedy="ask by cohort and by month, quarter or year")
            continue
        cohort = next(c for c, grain in COHORTS.items() if grain == AGES[age])
        if cohort not in question.by:
            message = f"{name} is asked by {age}, and nothing says the age since when"
            yield NO_DECIDING_DATE.at(None, message, remedy=f"ask --by {cohort} --by {age}")


def _members(dimension: str, facts: Facts) -> tuple[str, ...]:
    column = quoted(dimension)
    found = facts.run(
        f"SELECT DISTINCT {column} FROM {laid_attributes(facts, facts.day)} WHERE grain = 'customer' "
        f"AND {column} IS NOT NULL ORDER BY 1"
    )
    return tuple(str(member) for (member,) in found)
