"""What a file holds: opportunities, what they refer to, their stages, a further thing, or what we have no table for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from headway.connectors.files.names import spellings, words
from headway.connectors.files.profiling import Profile, one
from headway.connectors.files.vocabulary import ALIASES, SIGNS
from headway.core.mapping import Thing
from headway.core.things import RECORDS, record_of
from headway.tables.engine import Engine, quoted

_OURS: tuple[Thing, ...] = ("opportunity", "account", "user", "product", *RECORDS)
_FILE_WORDS = {
    "opportunity": ("opportunity", "opportunities", "deal", "deals", "pipeline", "opps"),
    "account": ("account", "accounts", "company", "companies", "customer", "customers", "organizations", "clients"),
    "user": ("user", "users", "owner", "owners", "team", "teams", "reps", "agents", "salespeople"),
    "product": ("product", "products", "catalog", "catalogue"),
    "contact": ("contact", "contacts", "people"),
    **{thing: record.file_words for thing, record in RECORDS.items()},
}
_ENOUGH = 5.0
_ENOUGH_SMALL = 4.0
_ENOUGH_FURTHER = 5.5
_SURE_BY = 1.5


@dataclass(frozen=True)
class Identified:
    """What a file was taken for, why, and whether we are sure."""

    thing: Thing
    words: str
    sure: bool


def identify(profiled: Profile, engine: Engine) -> Identified:
    """Weigh the column names, and the file's own name a little, for each thing; the heaviest wins."""
    history = _history(profiled, engine)
    if history:
        return Identified("stage_history", history, True)
    able = [kind for kind in SIGNS if kind not in RECORDS or _usable(profiled, kind)]
    scores = {kind: _score(profiled, kind) for kind in able}
    ranked = sorted(scores.items(), key=lambda item: (-item[1][0], list(SIGNS).index(item[0])))
    (best, (weight, seen)), (second, (runner_up, _)) = ranked[0], ranked[1]
    named = ", ".join(f"'{name}'" for name in seen[:5])
    from_leads = _won_from_leads(profiled, able)
    if from_leads and (best not in _OURS or best == "opportunity" or not _usable(profiled, best)):
        return Identified("opportunity", from_leads, True)
    if best not in _OURS:
        what = f"looks like {best}: {named}" if weight >= _ENOUGH else "no columns of a table we know"
        return Identified("other", what, weight >= _ENOUGH)
    thing: Thing = next(own for own in _OURS if own == best)
    enough = _ENOUGH_FURTHER if best in RECORDS else _ENOUGH if best == "opportunity" else _ENOUGH_SMALL
    if weight < enough or not _usable(profiled, best):
        what = f"too little of {best}: only {named}" if named else "no columns of a table we know"
        return Identified("other", what, False)
    sure = weight - runner_up >= _SURE_BY
    doubt = "" if sure else f"; {second} comes close"
    return Identified(thing, f"has {named}{doubt}", sure)


def _won_from_leads(profiled: Profile, able: Sequence[str]) -> str:
    """Why these are deals although they carry no id of their own: they name the lead and the day it was won or lost."""
    lead = _column(profiled, ALIASES["opportunity"]["lead_id"])
    ended = _column(profiled, f"{ALIASES['opportunity']['won_date']} {ALIASES['opportunity']['lost_date']}")
    if not lead or not ended or "lead" in able or _named(profiled, "opportunity", "id", "name"):
        return ""
    return f"names the lead ('{lead}') and the day it ended ('{ended}')"


def _score(profiled: Profile, kind: str) -> tuple[float, list[str]]:
    total, seen = 0.0, list[str]()
    forms = {name: set(spellings(name, "")) for name in profiled.columns}
    for weight, names in SIGNS[kind]:
        signs = set(names.split())
        found = next((name for name, spelt in forms.items() if spelt & signs), None)
        if found:
            total += weight
            seen.append(found)
    if total >= 3 and set(words(profiled.landed.name)) & set(_FILE_WORDS.get(kind, ())):
        total += 1.5
    return total, list(dict.fromkeys(seen))


def _usable(profiled: Profile, thing: str) -> bool:
    """Whether the least a thing needs is there: a name or id; for opportunities also what tells how they ended."""
    record = record_of(thing)
    if record:
        return all(_named(profiled, thing, *fields) for fields in record.needs)
    if not _named(profiled, thing, "id", "name", "first_name"):
        return (
            thing == "opportunity" and _named(profiled, thing, "stage", "status") and _named(profiled, thing, "amount")
        )
    if thing != "opportunity":
        return True
    if _named(profiled, thing, "stage", "is_won", "won_date"):
        return True
    told = _named(profiled, thing, "status") and _named(profiled, thing, "amount")
    if told and any({"opportunity", "deal"} & set(words(name)) for name in profiled.columns):
        return True
    belongs = _named(profiled, thing, "owner", "owner_id", "account", "account_id", "close_date", "closed_date")
    return belongs and _named(profiled, thing, "status", "close_date")


def _named(profiled: Profile, thing: str, *fields: str) -> bool:
    return names_a_field(profiled.columns, thing, *fields)


def names_a_field(columns: Iterable[str], thing: str, *fields: str) -> bool:
    """Whether one of the columns bears a name that one of these fields of a thing is known by."""
    known = {alias for field in fields for alias in ALIASES[thing].get(field, "").split()}
    return any(known & set(spellings(name, thing)) for name in columns)


def _history(profiled: Profile, engine: Engine) -> str:
    """Why this is a stage history: one row for each deal and stage it entered; empty where it is none."""
    key = _column(profiled, "opportunityid dealid recordid objectid opportunityname dealname opportunity deal")
    stage = _column(profiled, "tostage stagename stage dealstage newstage stagelabel")
    entered = _column(profiled, ALIASES["stage_history"]["entered_at"])
    explicit = _column(profiled, "tostage fromstage dateenteredstage dateentered enteredstage stageentered")
    if not key or not entered or key == stage:
        return ""
    if explicit and "current" not in words(explicit) and (stage or _column(profiled, "value")):
        again = _repeats(profiled, key, stage or key, entered, engine)
        if again or not _column(profiled, "dealname opportunityname closedate"):
            return f"has '{key}' and '{explicit}', one row for each stage entered"
    own = _column(profiled, "id historyid opportunityhistorykey") or "history" in words(profiled.landed.name)
    if stage and own and own != key and _repeats(profiled, key, stage, entered, engine):
        return f"has '{key}' on several rows with different '{stage}' or '{entered}'"
    return ""


def _repeats(profiled: Profile, key: str, stage: str, entered: str, engine: Engine) -> bool:
    """Whether keys stand on several rows, and mostly with another stage or on another day each time."""
    step = f"({quoted(key)}, {quoted(stage)}, {quoted(entered)})"
    rows, keys, pairs = one(
        engine,
        f"SELECT count(*), count(DISTINCT {quoted(key)}), count(DISTINCT {step}) FROM {profiled.relation}",
    )
    return keys < 0.9 * rows and pairs > keys + 0.5 * (rows - keys)


def _column(profiled: Profile, aliases: str) -> str:
    known = aliases.split()
    found = [(known.index(form), name) for name in profiled.columns for form in spellings(name) if form in known]
    return min(found)[1] if found else ""
