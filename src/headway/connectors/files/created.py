"""When each opportunity came to be: the column that says so, or the one whose dates come before the close."""

from __future__ import annotations

from headway.connectors.files.dates import DateOrder, parsed, read_dates
from headway.connectors.files.names import counted, words
from headway.connectors.files.profiling import one
from headway.connectors.files.proposal import Draft
from headway.connectors.mistakes import NO_CREATED_DATE
from headway.core.positions import Location
from headway.tables.engine import Engine, quoted

_NOT_CREATION = frozenset(
    ("modified", "updated", "activity", "contacted", "entered", "exited", "stage", "last", "next", "due")
)
_NEARLY_ALL = 0.95


def created_by_order(draft: Draft, engine: Engine, chosen: DateOrder | None) -> None:
    """Where no column is named so, take the date column that comes before the close date on nearly all rows."""
    close = draft.column("closed_date", "close_date", "won_date")
    if draft.column("created_date") or not close:
        return
    candidates = [
        name
        for name, column in draft.profiled.columns.items()
        if column.kind == "date" and draft.is_free(name) and not _NOT_CREATION & set(words(name))
    ]
    readings = read_dates(draft.profiled, [close, *candidates], engine, chosen)
    until = readings[close].pattern
    found: list[tuple[float, int, str]] = []
    for name in candidates:
        pattern = readings[name].pattern
        if pattern and until:
            start, end = parsed(name, pattern), parsed(close, until)
            asked = f"count(CASE WHEN {start} IS NOT NULL THEN {end} END), count_if({start} <= {end})"
            both, before = one(engine, f"SELECT {asked} FROM {draft.profiled.relation}")
            if both >= 0.2 * draft.rows and before >= _NEARLY_ALL * both:
                found.append((before / both, both, name))
    if found:
        share, both, name = max(found)
        words_for = f"on {share:.0%} of {both:,} rows not after '{close}'; no column is named a created date"
        draft.match("created_date", name, words_for, sure=False)


def count_undated(draft: Draft, engine: Engine) -> None:
    """Name the rows that have no created date."""
    column = draft.column("created_date")
    missing = draft.rows
    if column:
        (missing,) = one(engine, f"SELECT count(*) - count({quoted(column)}) FROM {draft.profiled.relation}")
    if not missing:
        return
    message = f"{draft.title}: {missing:,} of {draft.rows:,} rows have no created date"
    if not column:
        message = f"{draft.title} has no column for the created date"
    draft.conclude("created_date", column, f"{counted(missing, 'row')} without one", sure=bool(column))
    draft.diagnostics.append(
        NO_CREATED_DATE.at(
            Location(str(draft.profiled.landed.path), 1),
            message,
            detail="closed ones count from the day they closed, others from the import that first shows them; cycles and "
            "cohorts leave them out",
            remedy="add the created date to the export if the system has it",
            severity="warning",
        )
    )
