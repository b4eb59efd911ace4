"""What a warehouse keeps apart from its deals and belongs to them: labels of stages, merges, companies, histories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from headway.connectors.files.names import fold, spellings, words
from headway.connectors.files.profiling import one
from headway.connectors.files.vocabulary import ALIASES
from headway.connectors.warehouse.plain import CHANGED_AT, Plain
from headway.core.mapping import DATED_FIELDS
from headway.tables.engine import Engine, literal, quoted

_PRIMARY = "5"
"""The number HubSpot gives the one company that counts for a deal."""


@dataclass(frozen=True)
class Derived:
    """A table that is made of another: its rows as SQL, its columns, how rows are ordered, and how it was made."""

    name: str
    select: str
    columns: tuple[str, ...]
    notes: tuple[str, ...]


def is_deals(plain: Plain) -> bool:
    """Whether rows are deals with their stage and their worth, and no history of them."""
    stage, key = plain.named("opportunity", "stage"), plain.named("opportunity", "id")
    worth = plain.named("opportunity", "amount") and plain.named("opportunity", "close_date")
    line = plain.has("quantity", "pricebookentryid", "opportunitylineitemid")
    other = plain.has("opportunityid") and plain.has("id")
    return bool(stage and key and stage != key and worth) and not line and not other


def is_stage_list(plain: Plain) -> bool:
    """Whether rows say what the stages of deals are called and which of them end a deal."""
    named = plain.has("stageid", "id") and plain.has("label") and not _of_tickets(plain)
    return bool(named and _ends(plain)) and not plain.has("dealname", "amount")


def is_pipeline_list(plain: Plain) -> bool:
    """Whether rows say what the pipelines of deals are called."""
    return bool(
        plain.has("pipelineid", "id")
        and plain.has("label")
        and not plain.has("stageid")
        and not _ends(plain)
        and "pipeline" in plain.table.name.casefold()
        and not _of_tickets(plain)
    )


def is_merge_list(plain: Plain) -> bool:
    """Whether rows say which deal was merged into which."""
    return bool(plain.has("dealid") and plain.has("mergeddealid"))


def is_company_link(plain: Plain) -> bool:
    """Whether rows link deals with companies."""
    return bool(plain.has("dealid") and plain.has("companyid")) and len(plain.columns) <= 8


def is_property_history(plain: Plain) -> bool:
    """Whether rows are changes of one field of a deal each: which, to what, when."""
    field, value, at, deal = _change(plain)
    of_deals = {"deal", "deals", "opportunity", "opportunities"} & set(words(plain.table.name))
    return bool(field and value and at and deal) and bool(of_deals or fold(deal) in ("dealid", "opportunityid"))


def is_stage_timing(plain: Plain) -> bool:
    """Whether rows say when a deal entered a stage."""
    return bool(_timed_deal(plain) and plain.has("value", "stage", "stageid") and _entered(plain)) and not plain.has(
        "dealname", "amount"
    )


def completed(plain: Plain, others: Sequence[Plain], engine: Engine) -> Plain:
    """The deals with the labels of their stages and pipelines, their company, and a word on those merged away."""
    for other in others:
        if is_stage_list(other):
            plain = _labelled(plain, other, plain.named("opportunity", "stage"), engine)
    for other in others:
        if is_pipeline_list(other):
            plain = _pipelines_named(plain, other, engine)
    for other in others:
        if is_merge_list(other):
            plain = _merged_by_list(plain, other)
        if is_company_link(other) and not plain.named("opportunity", "account_id"):
            plain = _with_company(plain, other)
    return _merged_by_survivor(plain)


def timing(plain: Plain, others: Sequence[Plain], engine: Engine) -> Derived:
    """Stage entries under the names a history has, the stages by their labels."""
    stage, deal, entered = plain.has("value", "stage", "stageid"), _timed_deal(plain), _entered(plain)
    for other in others:
        if is_stage_list(other):
            plain = _labelled(plain, other, stage, engine)
    label = plain.columns.get("stage", plain.cell(stage))
    cells = {"opportunity_id": plain.cell(deal), "stage": label, CHANGED_AT: plain.cell(entered)}
    made = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in cells.items())
    select = f'SELECT DISTINCT {made}, {plain.cell(entered)} AS "~order" FROM {plain.source}'
    return Derived(plain.table.name, select, tuple(cells), (*plain.notes, "one row for each stage a deal entered"))


def versions_as_history(plain: Plain) -> Derived:
    """Every version of the deals, as the dated history of their stage and of what they were worth."""
    carried = {
        name: quoted(column)
        for name in ("stage", *DATED_FIELDS)
        if (column := plain.named("opportunity", name)) and column in plain.columns
    }
    cells = {"opportunity_id": quoted(plain.key), CHANGED_AT: quoted(CHANGED_AT), **carried}
    made = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in cells.items())
    select = (
        f'SELECT DISTINCT {made}, "~order" FROM ({plain.select(history=True)}) WHERE {quoted(CHANGED_AT)} IS NOT NULL'
    )
    notes = (*plain.notes[:1], "every version kept, with the moment it began")
    return Derived(f"{plain.table.name} versions", select, tuple(cells), notes)


def fields_as_history(plain: Plain, others: Sequence[Plain], engine: Engine) -> Derived | None:
    """Changes of single fields as rows with all values as they then stood; what came twice counts once."""
    field, value, at, deal = (plain.cell(name) for name in _change(plain))
    words_there = _field_names(plain, field, engine)
    tracked = {name: found for name in ("stage", *DATED_FIELDS) if (found := _likeliest(name, words_there))}
    if "stage" not in tracked:
        return None
    cases = " ".join(f"WHEN {field} = {literal(found)} THEN {literal(name)}" for name, found in tracked.items())
    moment = (
        f"CASE WHEN regexp_full_match({value}, '1[0-9]{{12}}') THEN strftime(make_timestamp(CAST({value} AS BIGINT)"
    )
    said = f"{moment} * 1000), '%Y-%m-%d %H:%M:%S') ELSE {value} END"
    changes = (
        f"SELECT DISTINCT {deal} AS deal, {_raw_moment(plain)} AS moment, {at} AS shown, CASE {cases} END AS field, "
        f"coalesce(CASE WHEN CASE {cases} END = 'close_date' THEN {said} ELSE {value} END, '') AS value FROM {plain.source}"
    )
    together = ", ".join(f"max(value) FILTER (field = {literal(n)}) AS {n}" for n in tracked)
    filled = ", ".join(f"nullif(last_value({n} IGNORE NULLS) OVER w, '') AS {n}" for n in tracked)
    select = (
        f'SELECT deal AS opportunity_id, shown AS {CHANGED_AT}, {filled}, epoch(moment) AS "~order" '
        f"FROM (SELECT deal, moment, min(shown) AS shown, {together} FROM ({changes}) WHERE field IS NOT NULL "
        f"AND deal IS NOT NULL AND moment IS NOT NULL GROUP BY deal, moment) WINDOW w AS (PARTITION BY deal ORDER BY moment)"
    )
    for other in others:
        if is_stage_list(other):
            select = _stages_labelled(select, tuple(tracked), other)
    notes = (*plain.notes, f"changes of {', '.join(tracked)} laid beside each other; repeated ones once")
    return Derived(plain.table.name, select, ("opportunity_id", CHANGED_AT, *tracked), notes)


def _field_names(plain: Plain, field: str, engine: Engine) -> list[str]:
    found = engine.run(
        f"SELECT DISTINCT {field} AS word FROM {plain.source} WHERE {field} IS NOT NULL ORDER BY 1 LIMIT 5000"
    )
    return [str(word) for (word,) in found]


def _likeliest(name: str, words_there: Sequence[str]) -> str:
    """Of the fields whose changes a history holds, the one that is most likely this field of a deal; "" where none is."""
    wanted = ALIASES["opportunity"][name].split()
    found = [
        (wanted.index(form), word) for word in words_there for form in spellings(word, "opportunity") if form in wanted
    ]
    return min(found)[1] if found else ""


def _labelled(plain: Plain, stages: Plain, stage: str, engine: Engine) -> Plain:
    """The stage by its label, and whether it ends a deal, where the list of stages knows it."""
    found = _stage_list(stages)
    code = plain.cell(stage)
    joined = f"LEFT JOIN ({found}) sl ON sl.code = {code}"
    filled, known = one(engine, f"SELECT count({code}), count(sl.code) FROM {plain.source} {joined}")
    if not known or any(" sl ON " in join for join in plain.joins):
        return plain
    words_for = f"stages by their label in {stages.table.name}: {known:,} of {filled:,} rows"
    made = {"stage": f"coalesce(sl.label, {code})"}
    if is_deals(plain):
        ends = {"is_closed": "sl.closed", "is_won": "sl.won", "probability": "sl.probability"}
        there = {name: plain.named("opportunity", name) for name in ends}
        made |= {name: sql for name, sql in ends.items() if not there[name]}
    return plain.with_columns(made, joined, note=words_for)


def _stage_list(stages: Plain) -> str:
    closed, won = stages.has("isclosed", "metadataisclosed"), stages.has("closedwon", "iswon", "metadataiswon")
    chance = stages.has("probability", "metadataprobability")
    number = f"try_cast({stages.cell(chance)} AS DOUBLE)" if chance else "NULL"
    yes = "lower({0}) IN ('true', '1', 'yes')"
    is_closed = yes.format(stages.cell(closed)) if closed else f"({number} IN (0, 1))"
    is_won = yes.format(stages.cell(won)) if won else f"({is_closed} AND {number} = 1)"
    if not closed and won:
        is_closed = f"({is_won} OR {number} = 0)"
    code = stages.cell(stages.has("stageid", "id"))
    return (
        f"SELECT {code} AS code, any_value({stages.cell(stages.has('label'))}) AS label, "
        f"CASE WHEN bool_or({is_closed}) THEN 'true' ELSE 'false' END AS closed, "
        f"CASE WHEN bool_or({is_won}) THEN 'true' ELSE 'false' END AS won, "
        f"CAST(any_value({number}) AS VARCHAR) AS probability FROM {stages.source} WHERE {code} IS NOT NULL GROUP BY ALL"
    )


def _stages_labelled(select: str, tracked: Sequence[str], stages: Plain) -> str:
    others = "".join(f", h.{name}" for name in tracked if name != "stage")
    return (
        f'SELECT h.opportunity_id, h.{CHANGED_AT}, coalesce(sl.label, h.stage) AS stage{others}, h."~order" '
        f"FROM ({select}) h LEFT JOIN ({_stage_list(stages)}) sl ON sl.code = h.stage"
    )


def _pipelines_named(plain: Plain, pipelines: Plain, engine: Engine) -> Plain:
    own = plain.named("opportunity", "pipeline")
    if not own or any(" pl ON " in join for join in plain.joins):
        return plain
    code, label = pipelines.cell(pipelines.has("pipelineid", "id")), pipelines.cell(pipelines.has("label"))
    named = f"SELECT {code} AS code, any_value({label}) AS label FROM {pipelines.source}"
    listed = f"{named} WHERE {code} IS NOT NULL GROUP BY ALL"
    joined = f"LEFT JOIN ({listed}) pl ON pl.code = {plain.cell(own)}"
    (known,) = one(engine, f"SELECT count(pl.code) FROM {plain.source} {joined}")
    if not known:
        return plain
    made = {"pipeline": f"coalesce(pl.label, {plain.cell(own)})"}
    return plain.with_columns(made, joined, note=f"pipelines by their label in {pipelines.table.name}")


def _merged_by_list(plain: Plain, merges: Plain) -> Plain:
    own, into = merges.cell(merges.has("mergeddealid")), merges.cell(merges.has("dealid"))
    listed = f"SELECT {own} AS gone, any_value({into}) AS kept FROM {merges.source} WHERE {own} <> {into} GROUP BY ALL"
    joined = f"LEFT JOIN ({listed}) ml ON ml.gone = {plain.cell(plain.named('opportunity', 'id'))}"
    reason = "CASE WHEN ml.gone IS NOT NULL THEN concat('merged into ', ml.kept) END"
    return plain.gone(reason, joined, note=f"deals merged away by {merges.table.name}")


def _merged_by_survivor(plain: Plain) -> Plain:
    """Where a deal lists the ids it took over, those are gone, whether or not their rows are still there."""
    own, listed = plain.named("opportunity", "id"), plain.has("mergedobjectids", "hsmergedobjectids")
    if not listed or not own:
        return plain
    ids = f"trim(unnest(string_split(replace({plain.cell(listed)}, ',', ';'), ';')))"
    taken = (
        f"SELECT gone, any_value(kept) AS kept FROM (SELECT {ids} AS gone, {plain.cell(own)} AS kept "
        f"FROM {plain.table.relation} t WHERE {plain.cell(listed)} IS NOT NULL) WHERE gone <> kept GROUP BY gone"
    )
    joined = f"LEFT JOIN ({taken}) ms ON ms.gone = {plain.cell(own)}"
    reason = "CASE WHEN ms.gone IS NOT NULL THEN concat('merged into ', ms.kept) END"
    return plain.gone(reason, joined, note=f"deals merged away by '{listed}'")


def _with_company(plain: Plain, link: Plain) -> Plain:
    kind = link.has("typeid", "associationtypeid")
    first = f"CASE WHEN {link.cell(kind)} = '{_PRIMARY}' THEN 0 ELSE 1 END" if kind else "0"
    deal, company = link.cell(link.has("dealid")), link.cell(link.has("companyid"))
    listed = (
        f"SELECT {deal} AS deal, arg_min({company}, ({first}, {company})) AS company FROM {link.source} GROUP BY ALL"
    )
    joined = f"LEFT JOIN ({listed}) cl ON cl.deal = {plain.cell(plain.named('opportunity', 'id'))}"
    return plain.with_columns({"company_id": "cl.company"}, joined, note=f"company by {link.table.name}")


def _ends(plain: Plain) -> str:
    return plain.has("isclosed", "closedwon", "metadataisclosed", "probability", "metadataprobability")


def _of_tickets(plain: Plain) -> bool:
    return bool(plain.has("ticketstate", "ticketid")) or "ticket" in plain.table.name.casefold()


def _change(plain: Plain) -> tuple[str, str, str, str]:
    field = plain.has("propertyname", "property", "fieldname", "field", "name")
    value = plain.has("newvalue", "value")
    at = plain.has("timestamp", "timestampinstant", "changedat", "createddate", "createdat")
    return field, value, at, plain.has("dealid", "opportunityid", "objectid", "id")


def _raw_moment(plain: Plain) -> str:
    name = _change(plain)[2]
    column = next(own for own in plain.table.columns if own == name)
    text = f"CAST(t.{quoted(column)} AS VARCHAR)"
    unit = f"CASE WHEN length({text}) > 11 THEN 1000 ELSE 1000000 END"
    counted = f"make_timestamp(CAST(try_cast({text} AS BIGINT) * {unit} AS BIGINT))"
    return f"coalesce(try_cast({text} AS TIMESTAMPTZ)::TIMESTAMP, {counted})"


def _timed_deal(plain: Plain) -> str:
    return plain.has("dealid", "opportunityid", "id")


def _entered(plain: Plain) -> str:
    return plain.has("dateentered", "v2dateentered", "hsv2dateentered", "enteredat", "dateenteredstage")
