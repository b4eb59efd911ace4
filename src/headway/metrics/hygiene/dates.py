"""Rules about time: deals untouched or older than wins are, close dates pushed out or heaped on a quarter's end."""

from __future__ import annotations

from headway.core.hygiene import Clustered, Rule
from headway.core.rows import Cell
from headway.metrics.hygiene.conditions import RECORD, all_hold
from headway.metrics.hygiene.seen import Answer, Look, Seen, Unjudged
from headway.statistics.exact import binomial_tail

ENOUGH = 20
"""How many won deals a comparison with won deals needs."""

CHANCE = 0.01
"""How unlikely a heap of close dates must be before it is one."""


def untouched(rule: Rule, look: Look) -> Answer:
    """Deals without activity, and in the same stage, for too long.

    A deal as it was before the load that tells of it may have had activity that a later one has replaced: where no dated
    activity belongs to it, it is not judged.
    """
    days = rule.untouched.days if rule.untouched else 0
    touched = look.column("last_activity_date")
    known = f"coalesce(NOT {look.column('reconstructed')}, TRUE) OR a.day IS NOT NULL OR {touched} IS NOT NULL"
    last = f"greatest({RECORD}.created_date, TRY_CAST({touched} AS DATE), a.day, s.day)"
    sql = (
        f"SELECT {RECORD}.id, date_diff('day', {last}, {look.today}) AS quiet FROM {look.relation} {RECORD} "
        f"LEFT JOIN (SELECT deal, max(day) AS day FROM {look.activities} WHERE day <= {look.today} GROUP BY 1) a "
        f"ON a.deal = {RECORD}.id LEFT JOIN (SELECT opportunity_id, max(entered_at) AS day FROM {look.spans} GROUP BY 1) s "
        f"ON s.opportunity_id = {RECORD}.id WHERE {all_hold(rule.among, look.facts.day)} AND ({known})"
    )
    dated = look.has_activities or look.carried("last_activity_date")
    note = "" if dated else "no activity is loaded: only a move to another stage counts as touched"
    return Seen(f"SELECT id, concat('untouched for ', quiet, ' days') AS why FROM ({sql}) WHERE quiet > {days}", note)


def older(rule: Rule, look: Look) -> Answer:
    """Deals older than a share of won deals were when they were won."""
    share = float(rule.older.than) if rule.older else 1.0
    found = look.facts.run(
        f"SELECT count(*), quantile_cont(date_diff('day', created_date, closed_date), ?) FROM {look.relation} {RECORD} "
        f"WHERE status = 'won' AND closed_date >= created_date",
        [share],
    )
    n, limit = found[0]
    if limit is None or not isinstance(n, int) or n < ENOUGH:
        return Unjudged(f"n = {n} won deals with both dates: cannot tell yet how old deals get")
    age = f"date_diff('day', {RECORD}.created_date, {look.today})"
    return Seen(
        f"SELECT {RECORD}.id, concat({age}, ' days old') AS why {look.among(rule)} AND {age} > {limit}",
        f"{share:.0%} of won deals were won within {float(str(limit)):.0f} days (n = {n:,})",
    )


def pushed(rule: Rule, look: Look) -> Answer:
    """Deals whose close date was moved out again and again."""
    if not look.facts.run("SELECT 1 FROM deal_change WHERE field = 'close_date' LIMIT 1"):
        return Unjudged("no change of a close date is known: load a change history, or further exports")
    times = rule.pushed.times if rule.pushed else 1
    moved = "date_diff('day', TRY_CAST(old_value AS DATE), TRY_CAST(new_value AS DATE))"
    return Seen(
        f"SELECT id, concat('pushed ', count(*), ' times, by ', sum(moved), ' days') AS why FROM (SELECT id, {moved} AS "
        f"moved FROM deal_change WHERE field = 'close_date' AND {moved} > 0) "
        f"WHERE id IN (SELECT {RECORD}.id {look.among(rule)}) GROUP BY id HAVING count(*) >= {times}"
    )


def clustered(rule: Rule, look: Look) -> Answer:
    """Deals due on the last days of a month or quarter, if more of them fall there than chance puts there.

    Chance is the share of won deals that closed on such days, or what an even spread would put there if that is more;
    the test is the exact upper tail of the binomial distribution.
    """
    asked = rule.clustered or Clustered()
    at_end = _at_end(f"{RECORD}.close_date", asked, look.first_month)
    due = _count(look, f"SELECT count(*) {look.among(rule)} AND {RECORD}.close_date >= {look.today}")
    there = _count(look, f"SELECT count(*) {look.among(rule)} AND {RECORD}.close_date >= {look.today} AND {at_end}")
    ended = _at_end(f"{RECORD}.closed_date", asked, look.first_month)
    won = _count(
        look, f"SELECT count(*) FROM {look.relation} {RECORD} WHERE status = 'won' AND closed_date IS NOT NULL"
    )
    then = _count(look, f"SELECT count(*) FROM {look.relation} {RECORD} WHERE status = 'won' AND {ended}")
    even = asked.days / (91 if asked.at == "quarter" else 30)
    usual = max(even, then / won) if won >= ENOUGH else even
    chance = binomial_tail(there, due, usual)
    compared = f"{then} of {won:,} won deals closed on such a day" if won else "no deal is won yet to compare with"
    note = f"{there} of {due} open deals are due on such a day; {compared}; by chance with p = {chance:.2g}"
    if chance > CHANCE:
        return Seen(f"SELECT {RECORD}.id, '' AS why {look.among(rule)} AND FALSE", note)
    return Seen(
        f"SELECT {RECORD}.id, concat('due ', {RECORD}.close_date) AS why {look.among(rule)} "
        f"AND {RECORD}.close_date >= {look.today} AND {at_end}",
        note,
    )


def entered_late(rule: Rule, look: Look) -> Answer:
    """Deals with activity that was held before they were created; one that fell through may only have been a lead's."""
    if not look.has_activities:
        return Unjudged("no activity that belongs to a deal is loaded")
    days = rule.entered_late or 0
    first = f"(SELECT deal, min(day) AS day FROM {look.activities} WHERE held GROUP BY 1)"
    return Seen(
        f"SELECT {RECORD}.id, concat('activity on ', a.day, ', created ', {RECORD}.created_date) AS why "
        f"FROM {look.relation} {RECORD} JOIN {first} a ON a.deal = {RECORD}.id "
        f"WHERE {all_hold(rule.among, look.facts.day)} AND a.day < {RECORD}.created_date - {days}"
    )


def _at_end(column: str, asked: Clustered, first_month: int) -> str:
    """Whether a date is among the last days of a month, or of a quarter of the fiscal year."""
    last = f"last_day({column}) - {column} < {asked.days}"
    return last if asked.at == "month" else f"({last} AND (month({column}) + 12 - {first_month}) % 3 = 2)"


def _count(look: Look, sql: str) -> int:
    found: Cell = look.facts.run(sql)[0][0]
    return found if isinstance(found, int) else 0
