"""From what runs when to change points: one row for each customer and day on which its ARR changes, and none between.

Amounts are whole ten-thousandths of the currency. Everything a ledger answers is a sum over these rows.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from headway.metrics.facts import Facts
from headway.metrics.recurring.movements import Kind

KINDS: tuple[Kind, ...] = ("new", "expansion", "contraction", "churn", "reactivation")
"""The kinds of movement, by their numbers in the table of changes."""

Step = Literal["day", "month"]


def lay_changes(
    facts: Facts,
    table: str,
    spans: str,
    until: date,
    *,
    gap_days: int = 0,
    step: Step = "day",
    currencies: int = 1,
) -> None:
    """A table of the changes that spans make up to a day.

    `spans` is a query of who, code (of the currency), starts, ends, arr. A row says whose ARR changes (`who`, `code`), on
    which `day`, by what `kind` and `amount`, to what (`after`), which holds `until` the next change; `since` when the
    customer has had any, and how much it then began with (`opened`).
    """
    keys = "who" if currencies == 1 else "who, code"
    netted = _bridged(_netted(spans, until, step, keys), gap_days, keys)
    facts.run(f"CREATE OR REPLACE TEMP TABLE {table} AS {_walked(netted, keys)}")
    if facts.run(
        f"SELECT 1 FROM {table} WHERE opened <= 0 LIMIT 1"
    ):  # credits first: who began when must be looked for
        facts.run(f"CREATE OR REPLACE TEMP TABLE {table} AS {_walked_from_credit(netted, keys)}")


def _netted(spans: str, until: date, step: Step, keys: str) -> str:
    """What each customer's ARR changes by on each day, or in each month at its end."""
    limit = f"DATE '{until}'"
    day = "day" if step == "day" else f"least(last_day(day), {limit})"
    return (
        f"SELECT {keys}, {day} AS day, CAST(sum(amount) AS BIGINT) AS amount FROM (SELECT {keys}, "
        f"unnest([starts, ends]) AS day, unnest([arr, -arr]) AS amount FROM ({spans}) "
        f"WHERE starts <= {limit} AND (ends IS NULL OR ends > starts)) WHERE day <= {limit} "
        "GROUP BY ALL HAVING sum(amount) <> 0"
    )


def _bridged(netted: str, gap_days: int, keys: str) -> str:
    """The changes of customers who are back within the gap taken as if they had stayed until the day of return."""
    if not gap_days:
        return netted
    over = f"WINDOW x AS (PARTITION BY {keys} ORDER BY day)"
    levels = (
        "SELECT *, sum(amount) OVER x AS level, lead(amount) OVER x AS more, lead(day) OVER x AS following "
        f"FROM ({netted})"
    )
    kept = (
        f"SELECT {keys}, day, level FROM ({levels} {over}) WHERE NOT coalesce(level - amount > 0 AND level <= 0 "
        f"AND level + more > 0 AND following - day <= {gap_days:d}, FALSE)"
    )
    steps = f"SELECT {keys}, day, CAST(level - lag(level, 1, 0) OVER x AS BIGINT) AS amount FROM ({kept}) {over}"
    return f"SELECT * FROM ({steps}) WHERE amount <> 0"


def _walked(netted: str, keys: str) -> str:
    return _kinds(
        f"SELECT {keys}, day, amount, CAST(sum(amount) OVER x AS BIGINT) AS after, lead(day) OVER x AS until, "
        f"first_value(day) OVER x AS since, first_value(amount) OVER x AS opened FROM ({netted}) "
        f"WINDOW x AS (PARTITION BY {keys} ORDER BY day)",
        keys,
    )


def _walked_from_credit(netted: str, keys: str) -> str:
    levels = (
        f"SELECT {keys}, day, amount, CAST(sum(amount) OVER x AS BIGINT) AS after, lead(day) OVER x AS until "
        f"FROM ({netted}) WINDOW x AS (PARTITION BY {keys} ORDER BY day)"
    )
    return _kinds(
        f"SELECT *, min(day) FILTER (after > 0) OVER y AS since, arg_min(after, day) FILTER (after > 0) OVER y AS opened "
        f"FROM ({levels}) WINDOW y AS (PARTITION BY {keys})",
        keys,
    )


def _kinds(walked: str, keys: str) -> str:
    kind = (
        "CASE WHEN after > 0 AND after <= amount THEN CASE WHEN day = since THEN 0 ELSE 4 END "
        "WHEN after <= 0 AND after > amount THEN 3 WHEN amount > 0 THEN 1 ELSE 2 END"
    )
    code = "" if "code" in keys else "CAST(0 AS TINYINT) AS code, "
    return f"SELECT {keys}, {code}day, CAST({kind} AS TINYINT) AS kind, amount, after, until, since, opened FROM ({walked})"
