"""What a reader of lead conversions must know: wins from before the record begins, and leads too young to be judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from headway.metrics.estimate import Estimate, as_number
from headway.metrics.facts import Facts
from headway.metrics.question import GRAINS, Question

_EXPECTED_AT_LEAST = 5
"""So many wins expected and none seen happen by chance less than once in a hundred (Poisson: e^-5)."""

_WON = "won_date"
_SEEN = (
    "WITH one AS (SELECT created_date AS came, won_date AS won FROM lead WHERE created_date IS NOT NULL), "
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
    if definition.shape != "ratio" or definition.records != "lead" or _WON not in definition.columns:
        return tuple(made)
    first, newest, expected = facts.run(_SEEN)[0]
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
