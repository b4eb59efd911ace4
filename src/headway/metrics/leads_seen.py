"""What a reader of shares must know: wins and closings from before the record begins, and leads too young to be judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from headway.core.definition import Definition
from headway.metrics.estimate import Estimate, as_number
from headway.metrics.facts import Facts, once
from headway.metrics.question import GRAINS, Question

_EXPECTED_AT_LEAST = 5
"""So many wins expected and none seen happen by chance less than once in a hundred (Poisson: e^-5)."""

_WON, _CLOSED = "won_date", "closed_date"
_NINE_IN_TEN = (
    "SELECT quantile_cont(date_diff('day', created_date, closed_date), 0.9) FROM opportunity "
    "WHERE closed_date >= created_date"
)
_LEADS = "SELECT created_date AS came, won_date AS won FROM lead WHERE created_date IS NOT NULL"
_CLOSINGS = "SELECT created_date AS came, closed_date AS won FROM opportunity WHERE created_date IS NOT NULL"
_SEEN = (
    "WITH one AS ({0}), "
    "begins AS (SELECT min(won) AS day FROM one), "
    "later AS (SELECT came, won FROM one, begins WHERE came >= day), "
    "lags AS (SELECT date_diff('day', came, won) AS lag, count(*) AS wins FROM later WHERE won >= came GROUP BY 1), "
    "before AS (SELECT date_diff('day', came, day) AS room, count(*) AS leads FROM one, begins WHERE came < day GROUP BY 1) "
    "SELECT (SELECT day FROM begins), (SELECT max(came) FROM one), "
    "(SELECT sum(b.leads * l.wins) FROM before b JOIN lags l ON l.lag < b.room) / (SELECT count(*) FROM later)"
)


def with_what_was_seen(question: Question, facts: Facts, made: Sequence[Estimate]) -> tuple[Estimate, ...]:
    """The estimates; of a metric that asks which leads were won, with a note where the record cannot tell."""
    definition = question.definition
    if _of_closed(definition):
        return _with_closings(question, facts, made)
    if definition.shape != "ratio" or definition.records != "lead" or _WON not in definition.columns:
        return tuple(made)
    first, newest, expected = facts.run(_SEEN.format(_LEADS))[0]
    if not isinstance(first, date) or not isinstance(newest, date):
        return tuple(made)
    wins = float(as_number(expected) or 0)
    unseen = _unseen(first, wins, any(name in GRAINS for name in question.by))
    days = max((part.within_days for part in definition.parts), default=0)
    young_from = facts.day - timedelta(days=days - 1) if days else None
    return tuple(
        replace(
            e,
            notes=(
                *e.notes,
                *([unseen] if wins >= _EXPECTED_AT_LEAST and _reaches(question, e, first, True) else []),
                *(
                    [f"its youngest leads have not had {days} days yet"]
                    if young_from and young_from <= newest and _reaches(question, e, young_from, False)
                    else []
                ),
            ),
        )
        for e in made
    )


def _of_closed(definition: Definition) -> bool:
    """Whether it is a share of the deals that closed, won and lost."""
    below = definition.denominator
    whole = below is not None and {"won", "lost"} == set(below.status)
    return whole and definition.shape == "ratio" and definition.records == "opportunity" and definition.date == _CLOSED


def _with_closings(question: Question, facts: Facts, made: Sequence[Estimate]) -> tuple[Estimate, ...]:
    """The estimates, with a note where deals closed before the first closing known, and so only quick ones are seen at first.

    That is over once the deals of that day have had as long as nine in ten take.
    """
    found = once(facts, "closings seen", tuple, lambda: (*facts.run(_SEEN.format(_CLOSINGS)), *facts.run(_NINE_IN_TEN)))
    (first, _, expected), (days,) = found
    if not isinstance(first, date) or days is None or float(as_number(expected) or 0) < _EXPECTED_AT_LEAST:
        return tuple(made)
    settled = first + timedelta(days=round(float(str(days))))
    last = min(question.period.last_day, facts.day) if question.period else facts.day
    begins = question.period.start if question.period else first
    if begins >= settled:
        return tuple(made)
    note = (
        f"no closing is recorded before {first}, where about {float(as_number(expected) or 0):,.0f} were to be expected"
    )
    note += ": " + ("few but quick deals are in it" if last < settled else "deals that closed before are not in it")
    return tuple(replace(one, notes=(*one.notes, note)) for one in made)


def _unseen(first: date, wins: float, over_time: bool) -> str:
    so = "later ones only seem better" if over_time else "the share is too low"
    expected = f"no win is recorded before {first}, where about {wins:,.0f} were to be expected"
    return f"{expected}: earlier leads were won unseen, so {so}"


def _reaches(question: Question, made: Estimate, day: date, before: bool) -> bool:
    """Whether an estimate is about leads that came before a day, or from that day on."""
    period = question.period
    if period and (period.start >= day if before else period.last_day < day):
        return False
    labels = [(GRAINS[n](day), label) for n, label in zip(question.by, made.members, strict=True) if n in GRAINS]
    return all(label <= of_day if before else label >= of_day for of_day, label in labels)
