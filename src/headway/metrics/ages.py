"""Opportunities counted by day of age, compiled to SQL: who comes under observation, who leaves it, and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from headway.metrics.expressions import Column, compiler, group_columns, sql, table

READ = ("status", "created_date", "closed_date")
FIRST, LAST = "observed_first", "observed_last"
"""The window's first and last day, put beside every record by whoever runs the query."""


def ages_query(schema: Mapping[str, str], by: Sequence[str]) -> str:
    """Per group and age: age, entries, exits, wins, losses.

    A deal enters at its age on the first day observed, or at 0, and leaves at its age when it closed, or on the last
    day observed if it was open then. What closed before the window, or was created after it, is not there.
    """
    schema = {**schema, FIRST: "DATE", LAST: "DATE"}
    seen = _seen(table(schema, (*READ, *by, FIRST, LAST)))
    groups = {name: seen[column].cast("string") for name, column in zip(group_columns(by), by, strict=True)}
    entering = _counted(seen, groups, "entry", {"entries": seen["entry"].count()})
    leaving = {
        "exits": seen["exit"].count(),
        "wins": (seen["decided"] & (seen["status"] == "won")).sum(),
        "losses": (seen["decided"] & (seen["status"] == "lost")).sum(),
    }
    together = entering.union(_counted(seen, groups, "exit", leaving))
    totals = {name: together[name].sum().cast("int64") for name in ("entries", "exits", "wins", "losses")}
    grouped = together.group_by(*groups, "age").agg(**totals)
    return sql(grouped)


def deals_query(schema: Mapping[str, str], shown: Sequence[str]) -> str:
    """The deals behind such counts: what is shown of each, its age when first and last observed, what became of it."""
    schema = {**schema, FIRST: "DATE", LAST: "DATE"}
    seen = _seen(table(schema, (*READ, *shown, FIRST, LAST)))
    outcome = compiler().ifelse(seen["decided"], seen["status"], "open")
    return sql(seen.select(*shown, "entry", "exit", outcome=outcome))


def _seen(records: Column) -> Column:
    ibis = compiler()
    closed = records["status"].isin(["won", "lost"])
    records = records.filter(
        records["created_date"].notnull(),
        ~closed | (records["closed_date"] >= records["created_date"]).fill_null(False),
    )
    decided = records["status"].isin(["won", "lost"]) & (records["closed_date"] <= records[LAST])
    leaves = ibis.ifelse(decided, records["closed_date"], records[LAST])
    enters = ibis.greatest(records["created_date"], records[FIRST])
    inside = (records["created_date"] <= records[LAST]) & (leaves >= enters)
    return records.filter(inside).mutate(
        decided=decided,
        entry=enters.delta(records["created_date"], unit="day"),
        exit=leaves.delta(records["created_date"], unit="day"),
    )


def _counted(seen: Column, groups: Mapping[str, Column], age: str, counts: Mapping[str, Column]) -> Column:
    ibis = compiler()
    counted = seen.group_by(**groups, age=seen[age]).agg(**{name: c.cast("int64") for name, c in counts.items()})
    missing = [name for name in ("entries", "exits", "wins", "losses") if name not in counts]
    filled = counted.mutate(**{name: ibis.literal(0, type="int64") for name in missing})
    return filled.select(*groups, "age", "entries", "exits", "wins", "losses")
