"""What sellers make of their first months, as curves by month in role: productivity, and who has come to full pace."""

from __future__ import annotations

from dataclasses import replace

from headway.core.rows import Cell, Column, Rows
from headway.metrics.estimate import small
from headway.metrics.facts import Facts
from headway.metrics.question import Parameters, Question
from headway.metrics.selling.measures import MONTH_IN_ROLE, aggregated, grouped, months_of
from headway.metrics.selling.productive import curve_of, hires, up_to
from headway.statistics.survival import eventual_interval

SHOWN = 24
"""How many months in role are shown."""


def ramp_curve(question: Question, facts: Facts, parameters: Parameters) -> Rows:
    """Observed productivity by month in role, beside the share that the profiles assume."""
    asked = replace(question, by=(*question.by, MONTH_IN_ROLE))
    _, chosen = months_of(asked, facts, parameters)
    assumed = dict[tuple[str, ...], float]()
    for (members, _), own in grouped(asked, chosen).items():
        known = [one.factor for one in own if one.schedule is not None and one.carries]
        if known:
            assumed[members] = float(sum(known) / len(known))
    columns = [*_about(question), Column("age", "integer", "month")]
    columns += [Column(name, "number", "share") for name in ("value", "low", "high", "assumed")]
    records = list[tuple[Cell, ...]]()
    for e in aggregated(asked, facts, parameters):
        number = e.members[-1]
        if not e.n and e.value is None and not number.isdigit():
            records.append(
                (*_who(question, facts), *e.members[:-1], None, None, None, None, None, e.n, "; ".join(e.notes))
            )
        elif number.isdigit() and int(number) <= SHOWN and e.n:
            values = (e.value, e.low, e.high, assumed.get(e.members))
            records.append((*_who(question, facts), *e.members[:-1], int(number), *values, e.n, "; ".join(e.notes)))
    return Rows.of([*columns, Column("n", "integer"), Column("note")], records)


def pace_curve(question: Question, facts: Facts, parameters: Parameters) -> Rows:
    """By month in role: the share of those who joined that sells at full pace, has left, is still ramping."""
    found = hires(question, facts, parameters)
    columns = [*_about(question), Column("age", "integer", "month")]
    columns += [Column(name, "number", "share") for name in ("value", "low", "high", "lost", "open")]
    columns += [Column(name, "integer") for name in ("n", "at_risk", "wins", "losses")]
    records = list[tuple[Cell, ...]]()
    if found.why:
        records.append((*_who(question, facts), *("(none)" for _ in question.by), *(None,) * 6, 0, 0, 0, 0, found.why))
    for members, own in sorted(found.by_group().items()):
        ages = curve_of(own)
        for number in range(1, min(SHOWN, len(ages.entries) - 1) + 1):
            seen = up_to(ages, number)
            low, high = eventual_interval(seen) or (None, None)
            known = seen.eventual is not None
            shares = (
                seen.eventual,
                low,
                high,
                *(float(part[-1]) if known else None for part in (seen.loss, seen.open)),
            )
            counts = (seen.total, int(seen.at_risk[-1]), int(seen.wins.sum()), int(seen.losses.sum()))
            note = "; ".join(filter(None, (small(question.definition, len(own)), *found.notes)))
            records.append((*_who(question, facts), *members, number, *shares, *counts, note))
    return Rows.of([*columns, Column("note")], records)


def _about(question: Question) -> list[Column]:
    names = [Column("metric"), Column("definition"), Column("as_of", "date")]
    return [*names, *(Column(name, "dimension") for name in question.by)]


def _who(question: Question, facts: Facts) -> tuple[Cell, ...]:
    return question.definition.name, question.definition.label, facts.day
