"""Stage conversion: of those that entered a stage, who has got further since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from headway.core.rows import Cell
from headway.metrics import cache, expressions
from headway.metrics.estimate import Estimate, as_count, small
from headway.metrics.expressions import Column, group_columns, sql, table
from headway.metrics.facts import Facts
from headway.metrics.question import NONE, Parameters, Question, filtered, opportunities
from headway.statistics.intervals import wilson

_SPANS = {
    "opportunity_id": "BIGINT",
    "stage": "VARCHAR",
    "ord": "INTEGER",
    "entered_at": "DATE",
    "asked": "BOOLEAN",
    "again": "BOOLEAN",
}
_READ = ("id", "status", "stage")


def stage_estimates(question: Question, facts: Facts, parameters: Parameters) -> tuple[Estimate, ...]:
    """For each stage in order, and each group: the share of those that entered it in the period that got further."""
    schema = facts.schema("opportunity")
    read = {name: schema[name] for name in (*_READ, *question.by) if name in schema}
    key = ("stages", read, question.by)
    query = cache.compiled(parameters.cache, key, lambda: stages_query(read, question.by))
    conditions, values = filtered(question.where)
    spans, days = _spans(question)
    asked = expressions.over(query, scope=opportunities(conditions), spans=spans)
    answer = sorted(facts.rows(asked, [*values, *days]), key=lambda record: _order(question, record))
    return tuple(_estimate(question, record) for record in answer) or (_nothing(question),)


def _nothing(question: Question) -> Estimate:
    """What to say where no stage was entered that could be counted."""
    note = "undefined: no stage is known to have been entered; import a stage history, or columns of entry dates"
    if question.period or question.where:
        note = "undefined: no stage is known to have been entered there"
    return Estimate((NONE,) * (1 + len(question.by)), None, 0, notes=(note,))


def stages_query(schema: Mapping[str, str], by: Sequence[str]) -> str:
    """Per stage and group: stage, how many entered it, how many got further.

    An opportunity gets as far as the latest of its stages; being lost is no stage, and being won is beyond them all.
    Stages that hold only lost, or only won, opportunities are such ends.
    """
    deals = table(schema, (*_READ, *by))
    spans = table(_SPANS, tuple(_SPANS), name="spans")
    spans = spans.anti_join(_ends(deals), "stage")
    reached = spans.group_by("opportunity_id").agg(furthest=spans["ord"].max())
    entered = spans.filter(spans["asked"], ~spans["again"]).select("opportunity_id", "stage", place=spans["ord"])
    groups = {name: deals[column].cast("string") for name, column in zip(group_columns(by), by, strict=True)}
    owners = deals.select(opportunity_id=deals["id"], status=deals["status"], **groups)
    passed = entered.join(reached, "opportunity_id").join(owners, "opportunity_id")
    further = (passed["furthest"] > passed["place"]) | (passed["status"] == "won")
    counted = passed.group_by("stage", *groups).agg(
        place=passed["place"].min(), n=passed["place"].count(), further=further.sum().cast("int64")
    )
    return sql(counted)


def _ends(deals: Column) -> Column:
    """Stages whose opportunities are all won, or all lost."""
    staged = deals.filter(deals["stage"].notnull())
    counted = staged.group_by("stage").agg(
        deals=staged["status"].count(),
        won=(staged["status"] == "won").sum(),
        lost=(staged["status"] == "lost").sum(),
    )
    return counted.filter((counted["won"] == counted["deals"]) | (counted["lost"] == counted["deals"])).select("stage")


def _spans(question: Question) -> tuple[str, list[object]]:
    """Every span, with whether it began in the period; without a period every one is asked about."""
    asked, days = "TRUE", list[object]()
    if question.period:
        asked = "COALESCE(entered_at >= ? AND entered_at < ?, FALSE)"
        days += [question.period.start, question.period.end]
    return (
        f"SELECT opportunity_id, stage, ord, entered_at, again, {asked} AS asked FROM stage_span "
        "WHERE closing IS NOT TRUE",
        days,
    )


def _order(question: Question, record: Mapping[str, Cell]) -> tuple[int, str, list[tuple[bool, str]]]:
    groups = [record[name] for name in group_columns(question.by)]
    return as_count(record["place"]), str(record["stage"]), [(cell is None, str(cell)) for cell in groups]


def _estimate(question: Question, record: Mapping[str, Cell]) -> Estimate:
    n, further = as_count(record["n"]), as_count(record["further"])
    cells = [record["stage"], *(record[name] for name in group_columns(question.by))]
    members = tuple(NONE if cell is None else str(cell) for cell in cells)
    low, high = wilson(further, n) or (None, None)
    note = small(question.definition, n)
    return Estimate(members, further / n, n, None, low, high, 0, (note,) if note else ())
