"""Rules about what a record's own columns say: empty ones, conditions, fields a stage asks for, categories, twins."""

from __future__ import annotations

from collections.abc import Sequence

from headway.core.hygiene import Near, Rule
from headway.metrics.facts import literal, quoted
from headway.metrics.hygiene.conditions import RECORD, all_hold, columns_of, is_empty, unknown
from headway.metrics.hygiene.seen import Answer, Look, Seen, Unjudged, source_id, words
from headway.metrics.hygiene.stages import chances

CHANCES_FROM = 20
"""How many decided deals a stage's chance must rest on before it can contradict anybody."""


def missing(rule: Rule, look: Look) -> Answer:
    """Records that lack a field; fields that no record at all carries are not asked for."""
    asked = [name for name in rule.missing if look.carried(name)]
    if not asked:
        return Unjudged(f"no record carries a {words(rule.missing[0])}: export it to have it judged")
    return Seen(_lacking(rule, look, asked))


def when(rule: Rule, look: Look) -> Answer:
    """Records of which every condition holds."""
    strange = unknown(columns_of(rule.when), look.schema)
    if strange:
        return Unjudged(f"there is no column '{strange[0]}'")
    told = [f"'{words(name)} ', coalesce(CAST({RECORD}.{quoted(name)} AS VARCHAR), 'empty')" for name in rule.when]
    why = "concat(" + ", ', ', ".join(told) + ")"
    return Seen(f"SELECT {RECORD}.id, {why} AS why {look.among(rule)} AND {all_hold(rule.when, look.facts.day)}")


def required(rule: Rule, look: Look) -> Answer:
    """Deals that lack fields their stage, or one they have passed, asks for."""
    ranks = {stage.lower(): place for place, stage in enumerate(look.way, start=1)}
    strange = [stage for stage in rule.required if stage.lower() not in ranks]
    if strange:
        return Unjudged(f"there is no open stage '{strange[0]}'; there are: {', '.join(look.way) or 'none'}")
    asked = [(ranks[stage.lower()], name) for stage, names in rule.required.items() for name in names]
    absent = unknown((name for _, name in asked), look.schema)
    if absent:
        return Unjudged(f"there is no column '{absent[0]}': map it in connectors/ to have it judged")
    cases = ", ".join(
        f"CASE WHEN way.rank >= {rank} AND {is_empty(name)} THEN {literal(words(name))} END" for rank, name in asked
    )
    return Seen(
        f"SELECT id, concat('no ', lacking) AS why FROM (SELECT {RECORD}.id, "
        f"concat_ws(', ', {cases}) AS lacking FROM {look.relation} {RECORD} "
        f"JOIN {look.ranks()} ON lower(way.stage) = lower({RECORD}.stage) "
        f"WHERE {all_hold(rule.among, look.facts.day)}) WHERE lacking <> ''"
    )


def category(rule: Rule, look: Look) -> Answer:
    """Open deals whose forecast category contradicts that they are open, their stage, or what came of it before."""
    asked = rule.category
    if asked is None or not look.carried("forecast_category"):
        return Unjudged("no record carries a forecast category: export it to have it judged")
    cases = [f"WHEN {_is_one(asked.closed)} THEN concat({RECORD}.forecast_category, ' while it is open')"]
    for stage, (share, n) in chances(look).items():
        if share is not None and n >= CHANCES_FROM and share < float(asked.at_least):
            told = f" in {stage}, of which {share:.0%} were won (n = {n})"
            cases.append(
                f"WHEN {_is_one(asked.sure)} AND lower({RECORD}.stage) = {literal(stage.lower())} "
                f"THEN concat({RECORD}.forecast_category, {literal(told)})"
            )
    for name, stages in asked.allowed.items():
        listed = ", ".join(literal(stage.lower()) for stage in stages) or "''"
        cases.append(
            f"WHEN {_is_one((name,))} AND lower(coalesce({RECORD}.stage, '')) NOT IN ({listed}) "
            f"THEN concat({RECORD}.forecast_category, ' in ', coalesce({RECORD}.stage, 'no stage'))"
        )
    case = f"CASE {' '.join(cases)} END"
    return Seen(f"SELECT * FROM (SELECT {RECORD}.id, {case} AS why {look.among(rule)}) WHERE why IS NOT NULL")


def alike(rule: Rule, look: Look) -> Answer:
    """The later of two records alike in every column of a group, open at the same time, and near each other if asked."""
    groups = [group for group in rule.alike if not unknown(group, look.schema)]
    if not groups:
        return Unjudged(f"there is no column '{unknown(rule.alike[0], look.schema)[0]}'")
    pairs = " UNION ".join(_pairs(group, look, rule.near) for group in groups)
    return Seen(
        f"SELECT id, concat('alike ', string_agg(DISTINCT twin, ' and ')) AS why FROM ({pairs}) "
        f"WHERE id IN (SELECT {RECORD}.id {look.among(rule)}) GROUP BY id"
    )


def _pairs(group: Sequence[str], look: Look, near: Near | None) -> str:
    keys = " AND ".join(f"lower(trim(one.{quoted(name)})) = lower(trim({RECORD}.{quoted(name)}))" for name in group)
    filled = " AND ".join(f"NOT ({is_empty(name)})" for name in group)
    begun, ended = ("created_date", "closed_date") if "closed_date" in look.schema else ("start_date", "end_date")
    dated = {begun, ended} <= look.schema.keys()
    ends = [name for name in (ended, "ended_at", "cancel_at") if name in look.schema]
    over = f"least({', '.join(f'CAST(one.{name} AS DATE)' for name in ends)})"
    together = f"({over} IS NULL OR {over} >= {RECORD}.{begun})" if dated else "TRUE"
    order = f"(one.{begun}, one.key) < ({RECORD}.{begun}, {RECORD}.key)" if dated else f"one.key < {RECORD}.key"
    owner = ", coalesce(concat(' of ', one.owner), '')" if "owner" in look.schema else ""
    return (
        f"SELECT {RECORD}.id, concat({source_id('one.key')}{owner}) AS twin FROM {look.relation} {RECORD} "
        f"JOIN {look.relation} one ON {keys} WHERE {filled} AND {order} AND {together} AND {_near(look, near)}"
    )


def _near(look: Look, near: Near | None) -> str:
    """Whether two records were entered soon after each other, for much the same amount."""
    told = list[str]()
    if near and "created_date" in look.schema:
        told.append(f"abs({RECORD}.created_date - one.created_date) <= {near.days}")
    if near and "amount" in look.schema:
        amounts = f"one.amount, {RECORD}.amount"
        apart = f"greatest({amounts}) - least({amounts}) > {float(near.amount)!r} * greatest({amounts})"
        told.append(f"NOT coalesce(one.amount + {RECORD}.amount IS NOT NULL AND {apart}, FALSE)")
    return " AND ".join(told) or "TRUE"


def _lacking(rule: Rule, look: Look, asked: Sequence[str]) -> str:
    cases = ", ".join(f"CASE WHEN {is_empty(name)} THEN {literal(words(name))} END" for name in asked)
    return (
        f"SELECT id, concat('no ', lacking) AS why FROM (SELECT {RECORD}.id, "
        f"concat_ws(', ', {cases}) AS lacking {look.among(rule)}) "
        f"WHERE lacking <> ''"
    )


def _is_one(names: Sequence[str]) -> str:
    plain = f"regexp_replace(lower({RECORD}.forecast_category), '[^a-z0-9]', '', 'g')"
    listed = ", ".join(literal("".join(c for c in name.lower() if c.isalnum())) for name in names)
    return f"{plain} IN ({listed})" if listed else "FALSE"
