"""What each stage label says: open, won or lost; by the system's own flags, by its words, by what the data shows."""

from __future__ import annotations

import re

from headway.connectors.files.names import counted, fold, listed
from headway.connectors.files.profiling import counts_of, whole
from headway.connectors.files.proposal import Draft
from headway.connectors.files.stage_spellings import MOST_LABELS, spell_alike
from headway.connectors.files.vocabulary import LOST, LOST_PHRASES, NOT_WON, OPEN, WON
from headway.connectors.mistakes import NO_STAGE, UNKNOWN_STAGE
from headway.core.mapping import Status
from headway.core.positions import Location
from headway.tables.engine import Engine, quoted

_YES = "('true', 'yes', 'y', '1', '1.0')"


def read_stages(draft: Draft, engine: Engine) -> None:
    """Give each label of the stage and status columns its status; a label nobody knows counts as open, with a warning."""
    fields = [name for name in ("status", "stage") if draft.column(name)]
    if not fields:
        _without_stage(draft)
        return
    spell_alike(draft, engine)
    for field in fields:
        column = draft.column(field)
        mended = draft.repairs.get(column, {})
        flags = _flag_shares(draft, column, engine)
        _blank(draft, field, column)
        for label, count in counts_of(engine, draft.profiled, column, MOST_LABELS).items():
            if label not in draft.stages and label not in mended:
                _label(draft, field, label, count, flags.get(label))


def _blank(draft: Draft, field: str, column: str) -> None:
    blank = draft.rows - draft.profiled.columns[column].filled
    if blank:
        draft.conclude(f"{field} blank", column, f"{counted(blank, 'row')} without one counted as open", sure=False)


def status_of(label: str) -> Status | None:
    """What the words of a stage label say; None where they say nothing."""
    if fold(label) in ("w", "l"):
        return "won" if fold(label) == "w" else "lost"
    found = {fold(word) for word in re.findall(r"[^\W_]+", _split(label))}
    if found & WON:
        return "lost" if found & NOT_WON else "won"
    if found & LOST or any(phrase in fold(label) for phrase in LOST_PHRASES):
        return "lost"
    return "open" if found & OPEN and "closed" not in found else None


def _split(label: str) -> str:
    """`closedwon` and `ClosedWon` as two words."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", label)
    return re.sub(r"^closed(?=won|lost)", "closed ", apart, flags=re.IGNORECASE)


def _label(draft: Draft, field: str, label: str, count: int, flagged: tuple[int, int, int] | None) -> None:
    by_flag = _by_flag(flagged)
    by_words = status_of(label)
    if by_flag and flagged:
        draft.stages[label] = by_flag
        rows, closed, won = flagged
        draft.conclude(
            f"{field} '{label}'", draft.column(field), f"{by_flag}: {won:,} won, {closed:,} closed of {rows:,}"
        )
    elif by_words:
        draft.stages[label] = by_words
        draft.conclude(f"{field} '{label}'", draft.column(field), f"{by_words} by its words; {counted(count, 'row')}")
    else:
        draft.stages[label] = "open"
        _unknown(draft, field, label, count)


def _by_flag(flagged: tuple[int, int, int] | None) -> Status | None:
    """What the system's own won and closed columns say, where they agree on every row of the label."""
    if not flagged:
        return None
    rows, closed, won = flagged
    if won == rows:
        return "won"
    if closed == rows and won == 0:
        return "lost"
    return "open" if closed == 0 and won == 0 else None


def _flag_shares(draft: Draft, column: str, engine: Engine) -> dict[str, tuple[int, int, int]]:
    """For each label: rows, closed ones, won ones; by is_closed and is_won, else by a probability of 100 % or 0 %."""
    closed, won, chance = draft.column("is_closed"), draft.column("is_won"), draft.column("probability")
    if closed and won:
        closed_sql, won_sql = (f"lower({quoted(name)}) IN {_YES}" for name in (closed, won))
    elif chance:
        number = f"try_cast(replace(rtrim({quoted(chance)}, '% '), ',', '.') AS DOUBLE)"
        top = whole(
            engine.run(f"SELECT coalesce(max({number}) >= 1, false)::INTEGER FROM {draft.profiled.relation}")[0][0]
        )
        full = f"(SELECT CASE WHEN max({number}) > 1 THEN 100 ELSE 1 END FROM {draft.profiled.relation})"
        won_sql = f"({number} = {full})" if top else "false"
        closed_sql = f"({number} = 0 OR {won_sql})"
    else:
        return {}
    records = engine.run(
        f"SELECT {quoted(column)}, count(*), count_if({closed_sql}), count_if({won_sql}) FROM {draft.profiled.relation} "
        f"WHERE {quoted(column)} IS NOT NULL GROUP BY ALL LIMIT {MOST_LABELS}"
    )
    shares = {str(label): (whole(n), whole(c), whole(w)) for label, n, c, w in records}
    if closed and won:
        return shares
    return {label: s for label, s in shares.items() if status_of(label) is None and s[1] == s[0]}


def _unknown(draft: Draft, field: str, label: str, count: int) -> None:
    column = draft.column(field)
    draft.conclude(
        f"{field} '{label}'", column, f"no word we know; {counted(count, 'row')} counted as open", sure=False
    )
    path = str(draft.profiled.landed.path)
    draft.diagnostics.append(
        UNKNOWN_STAGE.at(
            Location(path, 1),
            f"{draft.title}: '{label}' in '{column}' says neither won nor lost; {counted(count, 'row')} counted as open",
            remedy="if it is a closed stage, give it its status under `stages` in the connector's mapping",
            severity="warning",
        )
    )


def _without_stage(draft: Draft) -> None:
    """Flags alone tell the status where there are both; one that tells won only leaves the lost among the open."""
    column = draft.column("is_won", "won_date", "closed_date")
    place = Location(str(draft.profiled.landed.path), 1)
    if column and (draft.column("is_closed") or draft.column("lost_date")):
        draft.conclude("status", column, "tells how deals ended")
    elif column and draft.profiled.columns[column].filled == draft.rows and column == draft.column("won_date"):
        draft.conclude("status", column, f"won: all {draft.rows:,} rows have the day; open and lost deals are not here")
        message = f"{draft.title}: every row has a '{column}', so these are won deals only"
        detail = "win rate, pipeline and coverage need the open and the lost ones; what became of leads does not"
        remedy = "export all deals with their stage or status if the system has it"
        draft.diagnostics.append(NO_STAGE.at(place, message, detail=detail, remedy=remedy, severity="warning"))
    elif column:
        draft.conclude("status", column, "tells won from the rest; the rest counts as open", sure=False)
        message = f"{draft.title}: '{column}' tells which deals are won; the rest counts as open"
        remedy = "export it again with the stage or the status"
        draft.diagnostics.append(NO_STAGE.at(place, message, remedy=remedy, severity="warning"))
    else:
        message = f"{draft.title} has no column that tells open, won and lost apart"
        detail = f"its columns: {listed(draft.profiled.columns, 12)}"
        remedy = "export it again with the stage or the status, or name that column in the connector's mapping"
        draft.diagnostics.append(NO_STAGE.at(place, message, detail=detail, remedy=remedy))
