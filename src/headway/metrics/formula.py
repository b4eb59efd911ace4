"""A metric written as a formula of others: each measured for every group, then put together as the formula says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import floor

from headway.core.calendar import FiscalCalendar, Period, add_months, trailing_year
from headway.core.definition import Definition
from headway.core.diagnostics import Diagnostic
from headway.metrics.estimate import Estimate, ordered, small
from headway.metrics.facts import Facts
from headway.metrics.formula_text import PERIOD, Asked, asked_in, metrics_of, parsed
from headway.metrics.mistakes import NO_DECIDING_DATE
from headway.metrics.question import GRAINS, NONE, Parameters, Question, many
from headway.model.syntax import Call, Name, Negation, Number, Operation, Syntax

Measured = Callable[[Question, Facts, Parameters], tuple[Estimate, ...]]
Checked = Callable[[Question, Facts], tuple[Diagnostic, ...]]
Key = tuple[tuple[str, ...], str | None]

_NOTHING = "undefined: there is nothing to divide by"
_AMOUNTS = frozenset(["count", "sum", "movements"])
_DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Answered:
    """What one metric of a formula came to for each group, and what is to be known about it."""

    definition: Definition
    found: Mapping[Key, Estimate]
    whole: bool
    place: int | None
    unknown: str = ""
    notes: tuple[str, ...] = ()

    def of(self, key: Key) -> Estimate | None:
        """Its estimate for a group and currency; one without a currency holds for all."""
        members, currency = key
        if self.whole:
            members = () if self.place is None else members[self.place : self.place + 1]
        return self.found.get((members, currency)) or self.found.get((members, None))


class _Undefined(Exception):  # noqa: N818 - a way out of a formula, not a mistake
    """Why a formula has no value for a group."""


def check_formula(question: Question, facts: Facts, checked: Checked) -> tuple[Diagnostic, ...]:
    """Everything wrong with asking each of a formula's metrics so, at once."""
    found = dict[Diagnostic, None]()
    tree = parsed(question.definition)
    for asked, _ in metrics_of(tree) if tree else ():
        if _moves(asked) and question.period is None and not _grain(question):
            message = f"{question.definition.name} sets one period against another"
            found |= {NO_DECIDING_DATE.at(None, message, remedy="name one: --period 2026-Q3"): None}
        found |= dict.fromkeys(checked(_question(question, asked), facts))
    return tuple(found)


def formula_estimates(
    question: Question, facts: Facts, parameters: Parameters, measured: Measured
) -> tuple[Estimate, ...]:
    """One estimate for each group and currency; `measured` answers for each metric named.

    A metric without money holds for every currency of the others. n is that of what it is divided by. Where not one record
    of an amount is known anywhere, the metric is undefined, not zero.
    """
    tree = parsed(question.definition)
    if tree is None:
        return ()
    answers = dict[Asked, Answered]()
    metrics = list(dict.fromkeys(asked for asked, _ in metrics_of(tree)))
    for asked in sorted(metrics, key=_moves):  # what is moved takes the groups that the others have
        answers[asked] = answered(question, asked, facts, parameters, measured, tuple(answers.values()))
    told = tuple(dict.fromkeys(note for asked in metrics for note in answers[asked].notes))
    made = [_estimate(question, tree, key, answers, told, facts.day) for key in _keys(question, answers)]
    return tuple(sorted(made, key=ordered))


def answered(
    question: Question,
    asked: Asked,
    facts: Facts,
    parameters: Parameters,
    measured: Measured,
    others: tuple[Answered, ...] = (),
) -> Answered:
    """One metric of a formula, asked as the formula says."""
    side, grain = _question(question, asked), _grain(question)
    place = question.by.index(grain) if grain else None
    days, note, unknown = _lag(question, asked, facts, parameters, measured)
    if unknown:
        return Answered(side.definition, {}, asked.whole, place, unknown)
    made = list[Estimate]()
    for label, window in _windows(question, asked, days, others):
        one = replace(side, period=window, by=tuple(name for name in side.by if not label or name not in GRAINS))
        for e in measured(one, facts, parameters):
            members = list(e.members)
            if label:
                members.insert(0 if asked.whole else place or 0, label)
            made.append(replace(e, members=tuple(members)))
    rates = tuple(dict.fromkeys(note for e in made for note in e.notes if note.startswith("in ")))
    if side.definition.shape in {"sum", "movements"} and not any(e.n for e in made):
        unknown = f"undefined: no {side.definition.title.lower()} is known"
        if side.definition.shape == "movements":
            unknown = next((n for e in made for n in e.notes if n.startswith("undefined")), "")
    found = {(e.members, e.currency): e for e in made}
    return Answered(side.definition, found, asked.whole, place, unknown, tuple(filter(None, (note, *rates))))


def sides(
    question: Question, facts: Facts, parameters: Parameters, measured: Measured
) -> tuple[tuple[str, Question, str], ...]:
    """Each metric of a formula as it is written there, the question it answers, and a note on that."""
    tree, made = parsed(question.definition), list[tuple[str, Question, str]]()
    written = {asked: span.text for asked, span in metrics_of(tree)} if tree else {}
    for asked, text in written.items():
        days, note, unknown = _lag(question, asked, facts, parameters, measured)
        side = _question(question, asked)
        period = window_of(side.period, asked, days) if side.period else None
        made.append((text, replace(side, period=period), note or unknown))
    return tuple(made)


def window_of(period: Period, asked: Asked, days: int) -> Period:
    """The period one metric of a formula is asked for, where the whole is asked for another."""
    for _ in range(asked.before):
        period = _before(period)
    if asked.year:
        return trailing_year(period.last_day)
    if asked.year_start:
        first = _first_of_year(period)
        return Period(first - timedelta(days=1), first, f"before {first}", "range")
    if days:
        start, end = (day - timedelta(days=days) for day in (period.start, period.end))
        return Period(start, end, f"{start}..{end - timedelta(days=1)}", "range")
    return period


def _question(question: Question, asked: Asked) -> Question:
    definition = question.definition.others[asked.name]
    return Question(
        definition, question.period, () if asked.whole else question.by, {} if asked.whole else question.where
    )


def _moves(asked: Asked) -> bool:
    return bool(asked.before or asked.days or asked.lag or asked.year or asked.year_start)


def _grain(question: Question) -> str:
    return next((name for name in question.by if name in GRAINS), "")


def _windows(
    question: Question, asked: Asked, days: int, others: tuple[Answered, ...]
) -> list[tuple[str, Period | None]]:
    """The periods a metric is asked for, each with the label of the span it is set against where there is a grain."""
    grain = _grain(question)
    if not grain or not (_moves(asked) or asked.whole):
        return [("", window_of(question.period, asked, days) if question.period else None)]
    place = question.by.index(grain)
    labels = sorted({key[0][place] for other in others if not other.whole for key in other.found})
    spans = [(label, FiscalCalendar().parse(label)) for label in labels]
    return [(label, window_of(span, asked, days)) for label, span in spans if isinstance(span, Period)]


def _first_of_year(period: Period) -> date:
    """The first day of the year a period begins in: a fiscal one where its label says so, otherwise the calendar's."""
    quarter = re.search(r"-?Q([1-4])$", period.label)
    if quarter:
        return add_months(period.start, -3 * (int(quarter[1]) - 1))
    return period.start if period.grain == "year" else date(period.start.year, 1, 1)


def _before(period: Period) -> Period:
    """The period of the same length just before: whole months as months, others by their days."""
    if period.start.day == 1 and period.end.day == 1:
        months = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month
        return Period(add_months(period.start, -months), period.start, f"before {period.label}", "range")
    return Period(period.start - timedelta(days=period.days), period.start, f"before {period.label}", "range")


def _years(period: Period) -> float:
    """The length of a period in years: whole months as months, others by their days."""
    if period.start.day == 1 and period.end.day == 1:
        return ((period.end.year - period.start.year) * 12 + period.end.month - period.start.month) / 12
    return period.days / _DAYS_A_YEAR


def _lag(
    question: Question, asked: Asked, facts: Facts, parameters: Parameters, measured: Measured
) -> tuple[int, str, str]:
    """How many days earlier a metric is asked, what is to be said of that, and why it cannot be told."""
    things = many(question.definition.others[asked.name].records)
    if not asked.lag:
        return asked.days, f"{things} of {asked.days} days before" if asked.days else "", ""
    lag = question.definition.others[asked.lag]
    last = min(question.period.last_day, facts.day) if question.period else facts.day
    (known,) = measured(Question(lag, trailing_year(last)), facts, parameters)
    if known.value is None:
        return 0, "", f"undefined: no {lag.title.lower()} in the twelve months up to {last}"
    days = floor(float(known.value) + 0.5)
    why = f"{lag.title.lower()} of the twelve months up to {last}, n = {known.n}"
    return days, f"{things} of {days} days before ({why})", ""


def _keys(question: Question, answers: Mapping[Asked, Answered]) -> list[Key]:
    own = [answer for answer in answers.values() if not answer.whole]
    members = dict.fromkeys(key[0] for answer in own for key in answer.found) or {(): None}
    currencies = {key[1] for answer in answers.values() for key in answer.found if key[1]} or {None}
    if not question.by:
        members = {(): None}
    return [(group, currency) for group in members for currency in sorted(currencies, key=str)]


def _estimate(
    question: Question, tree: Syntax, key: Key, answers: Mapping[Asked, Answered], told: tuple[str, ...], day: date
) -> Estimate:
    definition, (members, currency) = question.definition, key
    parts = [found for answer in answers.values() if (found := answer.of(key))]
    left_out = [note for part in parts for note in part.notes if "left out" in note]
    excluded, n = sum(part.excluded for part in parts), _n(tree, key, answers)
    span = _span(question, members)
    years = _years(span) if span else None
    left_out += _unattributed(question, key, answers)
    try:
        if span and span.last_day > day and any(asked.before for asked in answers):
            raise _Undefined(
                f"undefined: a period is set against the one before it once it is over, on {span.last_day}"
            )
        value = _value(tree, key, answers, years)
    except _Undefined as why:
        return Estimate(members, None, n, currency, excluded=excluded, notes=(str(why), *left_out, *told))
    empty = [
        f"no {many(answer.definition.records)} in it"
        for answer in answers.values()
        if answer.of(key) is None and answer.definition.shape == "sum"
    ]
    notes = tuple(note for note in (small(definition, n), *empty, *left_out, *told) if note)
    return Estimate(members, value, n, currency, None, None, excluded, notes)


def _unattributed(question: Question, key: Key, answers: Mapping[Asked, Answered]) -> list[str]:
    """How much of each amount belongs to no member of what is broken down by, so that the rows add up to all of it."""
    members, currency = key
    if NONE not in members or _grain(question):
        return []
    told = list[str]()
    for answer in answers.values():
        if answer.whole or answer.definition.adds_up == "ratio":
            continue
        every = [one for one in answer.found.values() if one.currency in (currency, None) and one.value is not None]
        own, total = answer.of(key), sum(float(one.value or 0) for one in every)
        if total:
            told.append(f"{answer.definition.title.lower()} {float((own and own.value) or 0):,.0f} of {total:,.0f}")
    return [f"not attributed: {', '.join(told)}"] if told else []


def _span(question: Question, members: tuple[str, ...]) -> Period | None:
    grain = _grain(question)
    if not grain or not members:
        return question.period
    span = FiscalCalendar().parse(members[question.by.index(grain)])
    return span if isinstance(span, Period) else None


def _value(node: Syntax, key: Key, answers: Mapping[Asked, Answered], years: float | None) -> float:
    asked = asked_in(node)
    if asked is not None:
        return _named(answers[asked], key)
    match node:
        case Number():
            return node.value
        case Name(name=name) if name == PERIOD:
            if years is None:
                raise _Undefined("undefined: it is asked for a period")
            return years
        case Name():
            return 1.0
        case Negation():
            return -_value(node.operand, key, answers, years)
        case Operation():
            left, right = (_value(part, key, answers, years) for part in (node.left, node.right))
            if node.sign == "/" and not right:
                raise _Undefined(_NOTHING)
            return _put_together(node.sign, left, right)
        case Call():
            values = [_value(part, key, answers, years) for part in node.arguments]
            return min(values) if node.function.name == "min" else max(values)
        case _:
            raise _Undefined("undefined: its formula cannot be read")


def _put_together(sign: str, left: float, right: float) -> float:
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            return left / right


def _named(answer: Answered, key: Key) -> float:
    if answer.unknown:
        raise _Undefined(answer.unknown)
    found = answer.of(key)
    if found is None:
        if answer.definition.shape in _AMOUNTS and answer.definition.adds_up != "ratio":
            return 0.0
        raise _Undefined(f"undefined: there is no {answer.definition.title.lower()}")
    if found.value is None:
        why = next((note for note in found.notes if note.startswith("undefined")), "undefined")
        raise _Undefined(f"{why} ({answer.definition.title.lower()})")
    return float(found.value)


def _n(node: Syntax, key: Key, answers: Mapping[Asked, Answered]) -> int:
    """The records a formula rests on: those of what it divides by, else of the first metric it names."""
    asked = asked_in(node)
    if asked is not None:
        found = answers[asked].of(key)
        return found.n if found else 0
    match node:
        case Operation(sign="/"):
            return _first(node.right, node.left, key, answers)
        case Operation(sign="*"):
            return _first(node.left, node.right, key, answers)
        case Operation():
            return _n(node.left, key, answers) + _n(node.right, key, answers)
        case Negation():
            return _n(node.operand, key, answers)
        case Call():
            return next((_n(part, key, answers) for part in node.arguments if any(metrics_of(part))), 0)
        case _:
            return 0


def _first(one: Syntax, other: Syntax, key: Key, answers: Mapping[Asked, Answered]) -> int:
    return _n(one if any(True for _ in metrics_of(one)) else other, key, answers)
