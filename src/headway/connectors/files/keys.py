"""What tells the rows of a file apart: an id, a name that is unique, or a key put together from other columns."""

from __future__ import annotations

import re

from headway.connectors.files.landed import ROW
from headway.connectors.files.names import counted
from headway.connectors.files.profiling import one
from headway.connectors.files.proposal import Draft
from headway.connectors.mistakes import DUPLICATE_IDS, MADE_KEY, MISSING_IDS
from headway.core.positions import Location
from headway.core.things import Record, record_of
from headway.tables.engine import Engine, quoted

_NAMING = ("name", "account", "created_date")
_FURTHER = ("account_id", "product", "product_id", "owner", "owner_id", "source_channel", "motion")
_SALESFORCE = re.compile(r"[A-Za-z0-9]{15}([A-Z0-5]{3})?")
_STRIPE = re.compile(r"(cus|sub|si|in|il|price|prod|plan)_[A-Za-z0-9]{8,}")
_ENOUGH_IDS = 0.8


def find_key(draft: Draft, engine: Engine) -> None:
    """Choose the key of a file, and say what is wrong with it: blank ids, repeated ones, none at all."""
    named = draft.column("id")
    if draft.thing == "stage_history":
        _history_key(draft)
    elif named and _take_id(draft, engine):
        return
    elif record := record_of(draft.thing):
        _declared_key(draft, record, engine)
    elif draft.thing in ("account", "user", "product") and draft.column("name", "email"):
        _take_name(draft, engine)
    elif draft.thing == "opportunity" and not named and _take_lead(draft, engine):
        return
    elif draft.thing == "opportunity":
        _make_key(draft, engine, f"usable id, as '{named}' is blank or repeated on too many rows" if named else "id")


def is_salesforce(values: tuple[str, ...]) -> bool:
    """Whether values are record ids as Salesforce writes them: 15 characters, or 18, with digits and letters mixed."""
    return bool(values) and all(
        _SALESFORCE.fullmatch(v) and re.search(r"\d", v) and re.search(r"[A-Za-z]", v) for v in values
    )


def is_stripe(values: tuple[str, ...]) -> bool:
    """Whether values are record ids as Stripe writes them: `sub_` and a long word, and so on."""
    return bool(values) and all(_STRIPE.fullmatch(value) for value in values)


def short_id(value: str) -> str:
    """The part of a Salesforce id that its 15 and 18 character forms share; any other id as it is."""
    return value[:15] if len(value) == 18 and is_salesforce((value,)) else value


def check_key(draft: Draft, engine: Engine) -> None:
    """Say what is wrong with the ids of a later export: blank or repeated ones."""
    if len(draft.key) != 1 or draft.made_key or draft.key[0] not in draft.profiled.columns:
        return
    column = draft.key[0]
    filled, different = one(
        engine, f"SELECT count({quoted(column)}), count(DISTINCT {quoted(column)}) FROM {draft.profiled.relation}"
    )
    if filled < draft.rows:
        _missing(draft, column, draft.rows - filled, engine)
    if different < filled:
        _repeated(draft, column, filled - different, engine)


def _take_id(draft: Draft, engine: Engine) -> bool:
    column = draft.column("id")
    filled, different = one(
        engine, f"SELECT count({quoted(column)}), count(DISTINCT {quoted(column)}) FROM {draft.profiled.relation}"
    )
    if filled < _ENOUGH_IDS * draft.rows or different < 0.5 * filled:
        why = f"'{column}' is filled on {filled:,} of {draft.rows:,} rows with {different:,} different values"
        draft.conclude("key", column, f"not used as id: {why}", sure=False)
        del draft.matches["id"]
        return False
    draft.key = (column,)
    form = ", Salesforce ids" if is_salesforce(draft.profiled.columns[column].sample) else ""
    draft.conclude("key", column, f"{different:,} different ids on {filled:,} of {draft.rows:,} rows{form}")
    check_key(draft, engine)
    return True


def _missing(draft: Draft, column: str, count: int, engine: Engine) -> None:
    (row,) = one(engine, f"SELECT min({ROW}) FROM {draft.profiled.relation} WHERE {quoted(column)} IS NULL")
    message = f"{draft.title}: {counted(count, 'row')} without '{column}'; they will be rejected and listed"
    remedy = "export them again with their ids"
    place = Location(str(draft.profiled.landed.path), row)
    draft.diagnostics.append(MISSING_IDS.at(place, message, remedy=remedy, severity="warning"))


def _repeated(draft: Draft, column: str, count: int, engine: Engine) -> None:
    records = engine.run(
        f"SELECT {quoted(column)}, min({ROW}) AS first, max({ROW}) FROM {draft.profiled.relation} "
        f"WHERE {quoted(column)} IS NOT NULL GROUP BY ALL HAVING count(*) > 1 ORDER BY first LIMIT 3"
    )
    detail = "; ".join(f"'{value}' on rows {first} and {last}" for value, first, last in records)
    message = f"{draft.title}: {counted(count, 'row')} with a '{column}' seen before; the last of each stands"
    place = Location(str(draft.profiled.landed.path), int(str(records[0][2])))
    remedy = "export one row for each deal, without products or contacts joined in"
    draft.diagnostics.append(DUPLICATE_IDS.at(place, message, detail=detail, remedy=remedy, severity="warning"))


def _take_name(draft: Draft, engine: Engine) -> None:
    column = draft.column("name", "email")
    (different,) = one(engine, f"SELECT count(DISTINCT {quoted(column)}) FROM {draft.profiled.relation}")
    draft.key = (column,)
    draft.conclude("key", column, f"no id; {different:,} different names on {draft.rows:,} rows serve as one")
    check_key(draft, engine)


def _take_lead(draft: Draft, engine: Engine) -> bool:
    """Where no deal has an id but each names a lead of its own, the lead's id tells the deals apart."""
    column = draft.column("lead_id")
    if not column or _apart(draft, [column], engine) < draft.rows or draft.profiled.columns[column].filled < draft.rows:
        return False
    draft.key = (column,)
    draft.conclude(
        "key", column, f"no id of their own; {draft.rows:,} different leads on {draft.rows:,} rows serve as one"
    )
    return True


def _make_key(draft: Draft, engine: Engine, lacking: str) -> None:
    """What names a deal and hardly changes, and as many more columns as it takes to tell the rows apart."""
    chosen = [column for field in _NAMING if (column := draft.column(field))]
    apart = _apart(draft, chosen, engine)
    for field in _FURTHER:
        column = draft.column(field)
        if column and apart < draft.rows:
            count = _apart(draft, [*chosen, column], engine)
            if count > apart:
                chosen, apart = [*chosen, column], count
    draft.key, draft.made_key = tuple(chosen) or tuple(draft.profiled.columns), True
    named = ", ".join(f"'{column}'" for column in draft.key)
    rest = "" if apart == draft.rows else "; rows alike in all of them are counted"
    words = f"no {lacking}; together these tell {apart:,} of {draft.rows:,} rows apart{rest}"
    draft.conclude("key", named, words, sure=False)
    draft.diagnostics.append(
        MADE_KEY.at(
            Location(str(draft.profiled.landed.path), 1),
            f"{draft.title} has no {lacking}; rows are told apart by {named}",
            detail="a later export in which one of these changed will show the row as a new one",
            remedy="add the record id to the export if you can",
            severity="warning",
        )
    )


def _declared_key(draft: Draft, record: Record, engine: Engine) -> None:
    """What tells such records apart where they carry no id; rows alike in all of it are counted."""
    chosen = [column for name in record.key if (column := draft.column(name))]
    draft.key = tuple(dict.fromkeys(chosen)) or tuple(draft.profiled.columns)
    apart = _apart(draft, list(draft.key), engine)
    draft.made_key = len(draft.key) > 1 or apart < draft.rows
    named = ", ".join(f"'{column}'" for column in draft.key)
    rest = "" if apart == draft.rows else "; rows alike in all of them are counted"
    draft.conclude("key", named, f"no id; together these tell {apart:,} of {draft.rows:,} rows apart{rest}")


def _apart(draft: Draft, columns: list[str], engine: Engine) -> int:
    if not columns:
        return 0
    parts = ", ".join(f"coalesce({quoted(name)}, '')" for name in columns)
    (count,) = one(engine, f"SELECT count(DISTINCT row({parts})) FROM {draft.profiled.relation}")
    return count


def _history_key(draft: Draft) -> None:
    own = next((n for n in draft.profiled.columns if n.casefold() in ("id", "external_id__c", "history id")), "")
    parts = tuple(filter(None, (draft.column(f) for f in ("opportunity_id", "opportunity", "stage", "entered_at"))))
    draft.key = (own,) if own and draft.is_free(own) else parts
    draft.conclude("key", ", ".join(f"'{name}'" for name in draft.key), "one row for each stage a deal entered")
