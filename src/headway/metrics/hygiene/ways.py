"""Rules about the way of a deal: stages skipped, gone back from or begun beyond, and the evidence a move asks for."""

from __future__ import annotations

from headway.core.hygiene import Evidence, Rule
from headway.metrics.facts import literal, quoted
from headway.metrics.hygiene.conditions import RECORD, all_hold, is_empty, unknown
from headway.metrics.hygiene.seen import Answer, Look, Seen, Unjudged, words

_MOVES = {
    "skipped": (
        "skipped AND ord > first",
        "concat('from ', coalesce(before, 'nowhere'), ' to ', stage, ' on ', entered_at)",
    ),
    "back": ("regression", "concat('back to ', stage, ' on ', entered_at)"),
    "reopened": ("closed_before AND NOT closing", "concat('open again in ', stage, ' on ', entered_at)"),
    "late_start": ("first > 1 AND ord = first", "concat('began in ', stage, ' on ', entered_at)"),
}


def moves(rule: Rule, look: Look) -> Answer:
    """Deals that moved in a way they should not have."""
    if not look.facts.run(f"SELECT 1 FROM {look.spans} LIMIT 1"):
        return Unjudged("no stage history is loaded")
    if rule.moves == "late_start" and not _begins_at_first(look):
        return Unjudged("the stage history does not say where deals begin")
    condition, why = _MOVES[rule.moves or "skipped"]
    spans = (
        "SELECT *, min(ord) FILTER (NOT closing) OVER deal AS first, lag(stage) OVER w AS before, "
        "coalesce(bool_or(closing) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), FALSE) AS closed_before "
        f"FROM {look.spans} WINDOW w AS (PARTITION BY opportunity_id ORDER BY entered_at, exited_at NULLS LAST), "
        "deal AS (PARTITION BY opportunity_id)"
    )
    return Seen(
        f"SELECT opportunity_id AS id, string_agg({why}, '; ' ORDER BY entered_at) AS why FROM ({spans}) "
        f"WHERE {condition} AND opportunity_id IN (SELECT {RECORD}.id {look.among(rule)}) GROUP BY 1"
    )


def _begins_at_first(look: Look) -> bool:
    """Whether most histories begin at the first stage of all; one that only keeps the last moves would accuse everybody."""
    found = look.facts.run(
        "SELECT count(*) FILTER (first = 1) * 2 > count(*) FROM "
        f"(SELECT min(ord) FILTER (NOT closing) AS first FROM {look.spans} GROUP BY opportunity_id)"
    )
    return bool(found[0][0])


def evidence(rule: Rule, look: Look) -> Answer:
    """Deals that entered or left a stage without what that takes.

    A field whose changes are known is judged as it stood on the day; of any other, today's value stands in.
    """
    asked = rule.evidence or Evidence("entry")
    if not look.facts.run(f"SELECT 1 FROM {look.spans} LIMIT 1"):
        return Unjudged("no stage history is loaded")
    if asked.activities and not look.has_activities:
        return Unjudged("no activity that belongs to a deal is loaded")
    if strange := unknown(asked.fields, look.schema):
        return Unjudged(f"there is no column '{strange[0]}'")
    fields = [name for name in asked.fields if look.carried(name)]
    if asked.fields and not fields:
        return Unjudged(f"no record carries a {words(asked.fields[0])}: export it to have it judged")
    day = "s.entered_at" if asked.at == "entry" else "s.exited_at"
    cases = [f"CASE WHEN {_empty_then(name, look, f'{day} + {asked.late}')} THEN {literal('no ' + words(name))} END"
             for name in fields]  # fmt: skip
    if asked.activities:
        cases.append(_too_few(asked, look, day))
    named = ", ".join(literal(stage.lower()) for stage in asked.stages)
    meant = f"lower(s.stage) IN ({named})" if named else f"s.ord > {asked.after}"
    verb = "entered" if asked.at == "entry" else "left"
    spans = (
        f"SELECT {RECORD}.id, concat('{verb} ', s.stage, ' on ', {day}, ': ') AS told, "
        f"concat_ws(', ', {', '.join(cases)}) AS faults, {day} AS moved FROM {look.relation} {RECORD} "
        f"JOIN {look.spans} s ON s.opportunity_id = {RECORD}.id "
        f"WHERE {all_hold(rule.among, look.facts.day)} AND NOT s.closing AND {meant} AND {day} IS NOT NULL"
    )
    return Seen(f"SELECT id, arg_max(concat(told, faults), moved) AS why FROM ({spans}) WHERE faults <> '' GROUP BY id")


def _empty_then(name: str, look: Look, day: str) -> str:
    """Whether a field said nothing on a day, by what changed before it, else by what it was changed from after it."""
    if name not in look.dated_fields:
        return is_empty(name)
    of = f"FROM {look.changes} c WHERE c.id = {RECORD}.id AND c.field = {literal(name)} AND c.changed_on"
    filled = "CASE WHEN coalesce(trim(c.new_value), '') = '' THEN '0' ELSE '1' END"
    before = f"(SELECT arg_max(coalesce(c.new_value, ''), concat(c.changed_on, {filled})) {of} <= {day})"
    after = f"(SELECT arg_min(coalesce(c.old_value, ''), c.changed_on) {of} > {day})"
    return f"trim(coalesce({before}, {after}, CAST({RECORD}.{quoted(name)} AS VARCHAR), '')) = ''"


def _too_few(asked: Evidence, look: Look, day: str) -> str:
    outcomes = ", ".join(literal(one.lower()) for one in asked.outcomes)
    held = f" AND lower(a.outcome) IN ({outcomes})" if outcomes else " AND a.held"
    counted = (
        f"(SELECT count(*) FROM {look.activities} a WHERE a.deal = {RECORD}.id AND a.day <= {day} + {asked.late}{held})"
    )
    few = "no activity" if asked.activities == 1 else f"fewer than {asked.activities} activities"
    return f"CASE WHEN {counted} < {asked.activities} THEN '{few} by then' END"
