"""What another policy makes of a metric: both values, and each customer's or seller's part in the difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Literal, get_args, get_origin, get_type_hints

from headway.core.calendar import Period, trailing_year
from headway.core.definition import Definition, Ledger
from headway.core.diagnostics import Diagnostic, did_you_mean
from headway.core.policies import PolicyBridge
from headway.core.rows import Column, Rows
from headway.metrics.estimate import Estimate
from headway.metrics.facts import Facts
from headway.metrics.measure import estimates, wrong_with
from headway.metrics.mistakes import UNKNOWN_POLICY
from headway.metrics.question import Parameters, Question, asked
from headway.metrics.recurring.customers import CUSTOMER
from headway.metrics.selling.parts import parts_by_person

Holder = tuple[str, str | None]

_LOGOS = ("logo_retention", "logo_churn")
_KEPT = ("nrr", "grr", "grr_by_movements", *_LOGOS)
_SAME = 1e-9


@dataclass(frozen=True)
class Pair:
    """What a customer adds to the upper and the lower side of a ratio; an amount has no lower one."""

    above: float
    below: float | None = None


def another_policy(definition: Definition, said: Mapping[str, str]) -> Definition | tuple[Diagnostic, ...]:
    """A metric under the policies said, or everything that is wrong with them."""
    kept, found = definition.kept_under, list[Diagnostic]()
    if kept is None:
        return _not_kept(definition)
    hints, values = get_type_hints(type(kept)), dict[str, object]()
    for name, word in said.items():
        choices = [str(choice) for choice in get_args(hints.get(name))] if _is_choice(hints.get(name)) else []
        if name == "take" or name not in hints:
            known = [field.name for field in fields(kept) if field.name != "take"]
            found.append(UNKNOWN_POLICY.at(None, f"there is no policy '{name}'", remedy=did_you_mean(name, known)))
        elif choices and word not in choices:
            message = f"{name} is {' or '.join(choices)}, not '{word}'"
            found.append(UNKNOWN_POLICY.at(None, message, remedy=did_you_mean(word, choices)))
        elif not choices and not (word.isascii() and word.isdigit() and len(word) < 5):
            steps = name.partition("_")[2]
            counted = steps in ("days", "months")
            message = f"{name} is a {f'number of {steps}' if counted else 'whole number'}, not '{word}'"
            remedy = f"write {name}={12 if steps == 'months' else 30}, or as many {steps} as you mean"
            remedy = remedy if counted else f"write {name}=30, or another whole number"
            found.append(UNKNOWN_POLICY.at(None, message, remedy=remedy))
        else:
            values[name] = word if choices else int(word)
    block = "ledger" if definition.ledger else "selling" if definition.selling else "calling"
    return tuple(found) or replace(definition, **{block: replace(kept, **values)})  # type: ignore[arg-type]


def policy_bridge(
    definition: Definition,
    other: Definition,
    facts: Facts,
    period: Period | None,
    where: Mapping[str, str],
    parameters: Parameters,
) -> PolicyBridge | tuple[Diagnostic, ...]:
    """A metric under its own policy and under that of another definition of it, customer by customer."""
    selling = definition.selling
    ever = selling is not None and selling.take in ("productivity", "time_to_productive")
    span = period or (None if ever else trailing_year(facts.day))
    questions = [asked(d, facts, span, (), where) for d in (definition, other)]
    wrong = [d for question in questions for d in (*_not_kept(question.definition), *wrong_with(question, facts))]
    if wrong:
        return tuple(dict.fromkeys(wrong))
    answers = [estimates(question, facts, parameters) for question in questions]
    values = [made[0] if len(made) == 1 else Estimate((), None, 0) for made in answers]
    one, two = (_value(made) for made in values)
    grains = {(question.definition.ledger or Ledger()).grain for question in questions}
    yearly = (definition.ledger or Ledger()).take == "renewal_rate_a_year"
    comparable = one is not None and two is not None and len(grains) == 1 and not yearly
    rows = _rows(questions, facts, parameters, one) if one is not None and comparable else _EMPTY
    policies = [_told(question.definition, questions[1 - i].definition) for i, question in enumerate(questions)]
    notes = tuple(dict.fromkeys(note for made in answers for e in made for note in e.notes))
    if len(grains) > 1:
        notes = (*notes, "customers and accounts are counted differently, so no single one makes the difference")
    if yearly:
        notes = (
            *notes,
            "rates of several years are brought to one together, so no single customer makes the difference",
        )
    if definition.ledger is None and comparable and not len(rows) and one != two:
        notes = (*notes, "it is not made of what single people add, so nobody's part in the difference can be told")
    return PolicyBridge(
        definition.name,
        definition.title,
        definition.unit,
        values[0].currency,
        span.label if span else "all time",
        facts.day,
        policies[0],
        policies[1],
        one,
        two,
        rows,
        notes,
        "customer" if definition.ledger else "owner",
    )


def effects(
    one: Mapping[Holder, Pair], other: Mapping[Holder, Pair], value: float, below: float
) -> dict[Holder, float]:
    """Each customer's part in the difference between two policies; together they are the whole of it.

    Of an amount, what it changes. Of a ratio a/b that becomes a'/b': (a' - a) less the ratio times (b' - b), over all b',
    which sums to a'/b' - a/b exactly.
    """
    found = dict[Holder, float]()
    for holder in {**one, **other}:
        a, b = one.get(holder, Pair(0.0, 0.0)), other.get(holder, Pair(0.0, 0.0))
        above, under = b.above - a.above, (b.below or 0.0) - (a.below or 0.0)
        found[holder] = (above - value * under) / below if below else above
    return found


_EMPTY = Rows.of([CUSTOMER], [])


def _is_choice(hint: object) -> bool:
    return get_origin(hint) is Literal


def _not_kept(definition: Definition) -> tuple[Diagnostic, ...]:
    """What is to be said of a metric whose policy is in its parts: its own text changes it."""
    if definition.kept_under is not None:
        return ()
    message = f"{definition.name} has no policies that can be switched one by one"
    remedy = "name one that has, such as nrr, arr, attainment or forecast_accuracy"
    return (UNKNOWN_POLICY.at(None, message, remedy=remedy),)


def _value(made: Estimate) -> float | None:
    return None if made.value is None else float(made.value)


def _told(definition: Definition, other: Definition) -> str:
    """The policies in which a definition differs from another, in words."""
    own, theirs = definition.kept_under or Ledger(), other.kept_under or Ledger()
    apart = [f.name for f in fields(own) if getattr(own, f.name) != getattr(theirs, f.name)]
    said = [f"{name.replace('_', ' ')} {str(getattr(own, name)).replace('_', ' ')}" for name in apart]
    return " and ".join(said) or f"the policy of {definition.label}"


def _rows(questions: Sequence[Question], facts: Facts, parameters: Parameters, one: float) -> Rows:
    """The customers, or owners, that are not the same under both policies, the largest effect first."""
    ledger = questions[0].definition.ledger is not None
    found_by = (
        [_pairs(replace(question, by=(CUSTOMER,)), facts, parameters) for question in questions] if ledger else []
    )
    pairs = found_by or [_by_person(question, facts, parameters) for question in questions]
    who = CUSTOMER if ledger else "owner"
    ratio = any(pair.below is not None for pair in pairs[1].values())
    below = sum(pair.below or 0.0 for pair in pairs[1].values()) if ratio else 0.0
    found = effects(pairs[0], pairs[1], one, below)
    differs = {
        holder: effect for holder, effect in found.items() if not _alike(pairs[0].get(holder), pairs[1].get(holder))
    }
    columns = [Column(who, "dimension"), Column("effect", "number", questions[0].definition.unit)]
    sides = ("above", "below") if ratio else ("above",)
    names = {"above": "counted", "below": "of"} if ratio else {"above": "counted"}
    columns += [Column(f"{names[side]}{after}", "number") for after in ("", "_other") for side in sides]
    records = [
        (customer, effect, *(_side(p.get((customer, code)), side) for p in pairs for side in sides))
        for (customer, code), effect in sorted(differs.items(), key=lambda item: (-abs(item[1]), item[0][0]))
    ]
    return Rows.of(columns, records)


def _by_person(question: Question, facts: Facts, parameters: Parameters) -> dict[Holder, Pair]:
    """What each seller, or owner of a forecast, adds to the metric."""
    found = parts_by_person(question, facts, parameters) or {}
    return {holder: Pair(above, below) for holder, (above, below) in found.items()}


def _side(pair: Pair | None, side: str) -> float | None:
    return None if pair is None else getattr(pair, side)


def _alike(one: Pair | None, other: Pair | None) -> bool:
    a, b = one or Pair(0.0, 0.0), other or Pair(0.0, 0.0)
    return abs(a.above - b.above) < _SAME and abs((a.below or 0.0) - (b.below or 0.0)) < _SAME


def _pairs(question: Question, facts: Facts, parameters: Parameters) -> dict[Holder, Pair]:
    """What each customer adds to the metric."""
    take, span = (question.definition.ledger or Ledger()).take, question.period
    own = _by_customer(question, take, span, facts, parameters)
    if take == "renewal_rate":
        return _over(
            _by_customer(question, "renewed", span, facts, parameters),
            _by_customer(question, "due", span, facts, parameters),
        )
    if take == "arpa":
        levels = _by_customer(question, "arr", span, facts, parameters)
        return {holder: Pair(level, 1.0) for holder, level in levels.items() if level > 0}
    if take not in _KEPT or span is None:
        return {holder: Pair(value) for holder, value in own.items()}
    eve = Period(span.start - timedelta(days=1), span.start, "", "range")
    opening = _by_customer(question, "arr", eve, facts, parameters)
    if take in _LOGOS:
        return {
            (customer, None): Pair(own.get((customer, None), 0.0), 1.0) for (customer, _), v in opening.items() if v > 0
        }
    return {holder: Pair(own.get(holder, 0.0) * level, level) for holder, level in opening.items() if level > 0}


def _over(above: Mapping[Holder, float], below: Mapping[Holder, float]) -> dict[Holder, Pair]:
    return {holder: Pair(above.get(holder, 0.0), under) for holder, under in below.items() if under}


def _by_customer(
    question: Question, take: str, period: Period | None, facts: Facts, parameters: Parameters
) -> dict[Holder, float]:
    """What the ledger gives of each customer, under the question's policy and inside its filter."""
    definition = replace(question.definition, ledger=replace(question.definition.ledger or Ledger(), take=take))  # type: ignore[arg-type]
    asked_by = replace(question, definition=definition, period=period)
    made = estimates(asked_by, facts, parameters)
    return {(e.members[0], e.currency): float(e.value) for e in made if e.value is not None}
