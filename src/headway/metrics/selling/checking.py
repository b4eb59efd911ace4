"""What can be wrong with a question to the months of sellers."""

from __future__ import annotations

from collections.abc import Iterator

from headway.core.diagnostics import Diagnostic, did_you_mean
from headway.metrics.facts import Facts
from headway.metrics.mistakes import NO_DECIDING_DATE, UNKNOWN_DIMENSION, UNKNOWN_FILTER_VALUE
from headway.metrics.question import GRAINS, NONE, Parameters, Question
from headway.metrics.selling.measures import OWN, member, months_of
from headway.metrics.selling.sellers import traits

_SPANS = tuple(name for name in GRAINS if name != "week")


def check_selling(question: Question, facts: Facts) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with such a question, at once."""
    known = (*OWN, *(name for name in traits(facts) if name not in OWN))
    found = [*_times(question)]
    for name in (*question.dimensions, *question.where):
        if name not in known:
            message = f"'{name}' is not a dimension of sellers"
            found.append(UNKNOWN_DIMENSION.at(None, message, remedy=did_you_mean(name, (*known, *GRAINS))))
    return tuple(found) or tuple(_members(question, facts))


def _times(question: Question) -> Iterator[Diagnostic]:
    name, asked = question.definition.name, [n for n in question.by if n in GRAINS]
    if len(asked) > 1:
        message = f"{name} is asked by {' and '.join(asked)} at once"
        yield NO_DECIDING_DATE.at(None, message, remedy="ask by one of them")
    elif "week" in asked:
        message = f"{name} is kept by months, and a week may lie in two"
        yield NO_DECIDING_DATE.at(None, message, remedy=f"ask by {', '.join(_SPANS)}")


def _members(question: Question, facts: Facts) -> Iterator[Diagnostic]:
    """Filters that keep nobody, with who there is."""
    if not question.where:
        return
    kept, _ = months_of(Question(question.definition), facts, Parameters())
    for name, asked in question.where.items():
        there = sorted({member(name, one) for one in kept.months})
        if kept.months and asked != NONE and asked not in there:
            message = f"no seller known on {facts.day} has {name} '{asked}'"
            yield UNKNOWN_FILTER_VALUE.at(None, message, remedy=did_you_mean(asked, there))
