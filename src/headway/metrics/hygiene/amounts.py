"""Amounts in another unit: in thousands, by the month, in cents, seen by what deals of the same kind come to."""

from __future__ import annotations

from math import log

from headway.core.hygiene import Rule, WrongUnit
from headway.metrics.facts import literal, quoted
from headway.metrics.hygiene.conditions import RECORD
from headway.metrics.hygiene.seen import Answer, Look, Seen, Unjudged

ENOUGH = 20
"""How many peers say what is usual among them."""

_WITHIN = 2.0
"""How many deviations from the middle of its peers an amount must be, once it is taken in the other unit."""

_LEAST_SPREAD = 0.25
"""Peers are never taken to lie closer together than this, in logarithms: prices that hardly vary would accuse a discount."""


def wrong_unit(rule: Rule, look: Look) -> Answer:
    """Amounts far from those of their peers that are usual ones in another unit.

    Far is by the modified z-score of logarithms, from the median and the median absolute deviation, which a few wrong
    amounts cannot move: beyond 3.5 by default (Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers).
    """
    asked = rule.wrong_unit or WrongUnit()
    peers = [name for name in asked.peers if look.carried(name)]
    groups = ", ".join(f"lower(CAST({RECORD}.{quoted(name)} AS VARCHAR))" for name in peers)
    group = f"concat_ws(' ', {groups})" if groups else "'deals'"
    units = [(name, log(float(factor))) for name, factor in asked.factors.items() if factor > 0]
    if not units:
        return Unjudged("it names no factor of another unit")
    nearest = ", ".join(f"{{'off': abs(l + {shift!r} - middle), 'unit': {literal(name)}}}" for name, shift in units)
    sql = (
        f"WITH one AS (SELECT {RECORD}.id, ln(CAST({RECORD}.amount AS DOUBLE)) AS l, {group} AS kind "
        f"{look.among(rule)} AND {RECORD}.amount > 0), "
        f"middle AS (SELECT kind, median(l) AS middle, count(*) AS n FROM one GROUP BY 1), "
        f"spread AS (SELECT kind, any_value(middle) AS middle, any_value(n) AS n, "
        f"greatest({_LEAST_SPREAD}, 1.4826 * median(abs(l - middle))) AS spread "
        f"FROM one JOIN middle USING (kind) GROUP BY 1) "
        f"SELECT id, concat('looks as if ', best.unit, ': ', kind, ' come to about ', CAST(round(exp(middle)) AS BIGINT), "
        f"' (n = ', n, ')') AS why FROM (SELECT *, list_sort([{nearest}])[1] AS best FROM one JOIN spread USING (kind)) "
        f"WHERE n >= {ENOUGH} AND abs(l - middle) > {float(asked.beyond)} * spread AND best.off < {_WITHIN} * spread"
    )
    return Seen(sql)
