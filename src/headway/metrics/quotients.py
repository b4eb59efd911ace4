"""A ratio whose sides are of different records, or whole metrics: each measured by itself, then divided group by group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from math import floor

from headway.core.calendar import Period, same_day
from headway.core.definition import Definition, Part
from headway.metrics.estimate import Estimate, ordered, small
from headway.metrics.facts import Facts
from headway.metrics.question import Parameters, Question, many
from headway.statistics.intervals import wilson

Measured = Callable[[Question, Facts, Parameters], tuple[Estimate, ...]]
_Key = tuple[tuple[str, ...], str | None]
_NOTHING = "undefined: there is nothing to divide by"


def quotients(question: Question, facts: Facts, parameters: Parameters, measured: Measured) -> tuple[Estimate, ...]:
    """One estimate for each group and currency; `measured` answers for a side.

    A side without money holds for every currency of the other. Its n is that of the denominator. Where not one record of
    an amount above is known, the ratio is undefined, not zero.
    """
    definition, notes = question.definition, list[str]()
    found = list[Mapping[_Key, Estimate]]()
    for part in definition.parts:
        asked, note = earlier(question, part, facts, parameters, measured)
        answer = () if asked is None else measured(asked, facts, parameters)
        notes += [note, *dict.fromkeys(note for e in answer for note in e.notes if note.startswith("in "))]
        found.append({(e.members, e.currency): e for e in answer})
    above, below = found
    first = definition.side(definition.parts[0])
    unknown = first.shape != "count" and not any(e.n for e in above.values())
    nothing = f"undefined: not one of the {many(first.records)} it needs is known" if unknown else ""
    kept = tuple(dict.fromkeys(note for note in notes if note))
    made = [
        _divided(
            definition,
            members,
            currency,
            above.get((members, currency), above.get((members, None))),
            below.get((members, currency), below.get((members, None))),
            nothing,
            kept,
        )
        for members in {members for members, _ in (*above, *below)}
        for currency in {c for _, c in (*above, *below) if c} or {None}
    ]
    return tuple(sorted(made, key=ordered))


def earlier(
    question: Question, part: Part, facts: Facts, parameters: Parameters, measured: Measured
) -> tuple[Question | None, str]:
    """The question for one side, as long before the period as its lag says, and a note on that; none without a lag."""
    side = replace(question, definition=question.definition.side(part))
    if not part.lag:
        return side, f"{many(side.definition.records)} of {part.lag_days} days before" if part.lag_days else ""
    end = question.period.end if question.period else facts.day + timedelta(days=1)
    end = min(end, facts.day + timedelta(days=1))
    past = Period(same_day(end, -12), end, "", "range")
    lag = question.definition.others[part.lag]
    (known,) = measured(Question(lag, past), facts, parameters)
    if known.value is None:
        return None, f"undefined: no {lag.title.lower()} in the twelve months up to {past.last_day}"
    days = floor(float(known.value) + 0.5)
    why = f"{lag.title.lower()} of the twelve months up to {past.last_day}, n = {known.n}"
    words = f"{many(side.definition.records)} of {days} days before ({why})"
    return replace(side, definition=replace(side.definition, lag_days=days)), words


def _divided(
    definition: Definition,
    members: tuple[str, ...],
    currency: str | None,
    above: Estimate | None,
    below: Estimate | None,
    nothing: str,
    notes: tuple[str, ...],
) -> Estimate:
    top, bottom = (float(side.value) if side and side.value is not None else 0.0 for side in (above, below))
    n, excluded = below.n if below else 0, sum(side.excluded for side in (above, below) if side)
    left_out = [note for side in (above, below) if side for note in side.notes if "left out" in note]
    unknown = above.notes[0] if above and above.value is None and above.notes else ""
    if nothing or unknown or not bottom:
        nothing = nothing or unknown
        undefined = next((note for note in notes if note.startswith("undefined")), nothing or _NOTHING)
        told = (undefined, *left_out, *(note for note in notes if note != undefined))
        return Estimate(members, None, n, currency, excluded=excluded, notes=told)
    first = definition.side(definition.parts[0])
    counts = all(definition.side(part).shape == "count" for part in definition.parts)
    empty = "" if above or first.shape == "count" else f"no {many(first.records)} in it"
    low, high = (wilson(round(top), n) if counts and top <= n else None) or (None, None)
    told = tuple(note for note in (small(definition, n), empty, *left_out, *notes) if note)
    return Estimate(members, top / bottom, n, currency, low, high, excluded, told)
