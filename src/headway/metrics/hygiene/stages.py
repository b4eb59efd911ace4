"""What became of deals from each stage on: the chance to win by history, beside the probability the system is set to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from headway.core.rows import Cell, Column, Rows
from headway.metrics.facts import once
from headway.metrics.hygiene.conditions import RECORD
from headway.metrics.hygiene.seen import Look
from headway.statistics.survival import Ages, Curve, aalen_johansen, eventual_interval

ENOUGH = 20
"""How many decided deals make a stage's chance one to go by."""

_STAGE_COLUMNS = (
    Column("stage"),
    *(Column("open_deals", "integer"), Column("value", "money"), Column("configured", "number")),
    *(Column("history", "number"), Column("low", "number"), Column("high", "number"), Column("n", "integer")),
    *(Column("expected_configured", "money"), Column("expected_history", "money"), Column("note")),
)


def chances(look: Look) -> dict[str, tuple[float | None, int]]:
    """For each open stage: the share won in the end of the deals that entered it, and how many of them are decided."""
    return {stage: (made.eventual, made.decided) for stage, made in curves(look).items()}


def curves(look: Look) -> dict[str, Curve]:
    """For each open stage of the way: what becomes of deals from the day they first entered it.

    Aalen-Johansen, as for the eventual win rate: winning and losing compete, and a deal still open counts for as long as
    it was seen, so that slow deals do not make a stage look worse or better than it is.
    """
    return dict(once(look.facts, ("stage curves", look.relation, look.way), _Curves, lambda: _Curves(_curves(look))))


class _Curves(dict[str, Curve]):
    """Curves by stage, kept with the facts they are of."""


def stage_table(look: Look) -> Rows:
    """Each open stage: the configured probability beside that from history with its interval and n, and both in money."""
    configured = look.column("probability")
    told = {
        str(stage).lower(): cells
        for stage, *cells in look.facts.run(
            f"SELECT stage, count(*), sum(value), avg({configured}), min({configured}), max({configured}) "
            f"FROM {look.relation} {RECORD} WHERE status = 'open' AND stage IS NOT NULL GROUP BY 1"
        )
    }
    known = curves(look)
    records = [_stage(stage, told.get(stage.lower(), (0, 0, None, None, None)), known.get(stage)) for stage in look.way]
    return Rows.of(_STAGE_COLUMNS, records)


def _stage(stage: str, told: Sequence[Cell], made: Curve | None) -> tuple[Cell, ...]:
    deals, value, probability, low_set, high_set = told
    worth = float(str(value or 0))
    configured = None if probability is None else float(str(probability))
    history, n = (made.eventual, made.decided) if made else (None, 0)
    low, high = (eventual_interval(made) if made and history is not None else None) or (None, None)
    notes = list[str]()
    if configured is None and deals:
        notes.append("no probability is exported")
    elif low_set != high_set:
        notes.append("deals of the stage carry several probabilities: their mean")
    if n < ENOUGH:
        notes.append(f"n = {n}: cannot tell yet" if n else "no deal that entered it is decided")
    elif configured is not None and low is not None and high is not None and not low <= configured <= high:
        notes.append(
            "configured above what history shows" if configured > high else "configured below what history shows"
        )
    expected = [None if share is None else worth * share for share in (configured, history)]
    return (stage, deals, value, configured, history, low, high, n, *expected, "; ".join(notes))


def _curves(look: Look) -> dict[str, Curve]:
    records = look.facts.run(
        f"SELECT lower(stage), age, status, count(*) FROM (SELECT s.stage, {RECORD}.id, {RECORD}.status, greatest(0, "
        f"date_diff('day', min(s.entered_at), any_value(coalesce({RECORD}.closed_date, {look.today})))) AS age "
        f"FROM {look.spans} s JOIN {look.relation} {RECORD} ON {RECORD}.id = s.opportunity_id WHERE NOT s.closing "
        f"GROUP BY s.stage, {RECORD}.id, {RECORD}.status) GROUP BY ALL"
    )
    made: dict[str, Curve] = {}
    for stage in look.way:
        own = [(int(str(age)), str(status), int(str(n))) for name, age, status, n in records if name == stage.lower()]
        if found := curve_of(own):
            made[stage] = found
    return made


def curve_of(records: Sequence[tuple[int, str, int]]) -> Curve | None:
    """What becomes of deals by age, from how many of each status there are at each; None where there are none."""
    return aalen_johansen(_ages(records)) if records else None


def _ages(records: Sequence[tuple[int, str, int]]) -> Ages:
    length = max(age for age, _, _ in records) + 1
    counts = {status: np.zeros(length, dtype=np.int64) for status in ("won", "lost", "open")}
    for age, status, n in records:
        counts[status][age] += n
    entries = np.zeros(length, dtype=np.int64)
    entries[0] = sum(n for _, _, n in records)
    return Ages(entries, counts["won"] + counts["lost"] + counts["open"], counts["won"], counts["lost"])
