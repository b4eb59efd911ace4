"""From landed files to a proposed mapping, every inference with its evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from headway.connectors.files.columns import match_columns, name_stage_entries
from headway.connectors.files.created import count_undated, created_by_order
from headway.connectors.files.keys import check_key, find_key, is_salesforce, is_stripe
from headway.connectors.files.known import draft_again, home_of, mapping_of
from headway.connectors.files.landed import LandedFile
from headway.connectors.files.names import listed
from headway.connectors.files.profiling import Profile, profile
from headway.connectors.files.proposal import Choices, Draft, Proposal, Proposals, evidence_rows
from headway.connectors.files.references import join_references
from headway.connectors.files.stage_order import order_stages
from headway.connectors.files.stage_spellings import spell_histories_alike
from headway.connectors.files.stages import read_stages
from headway.connectors.files.suggesting import suggestions
from headway.connectors.files.things import identify
from headway.connectors.files.together import brought_up_to_date, joined, once, told_apart
from headway.connectors.files.values import settle_amounts, settle_dates
from headway.connectors.mistakes import NO_OPPORTUNITIES, UNKNOWN_FILE, UNKNOWN_TABLE
from headway.core.diagnostics import Diagnostic
from headway.core.mapping import FIELDS, Connector, FileMapping, Thing
from headway.core.positions import Location
from headway.core.things import RECORDS
from headway.tables.engine import Engine


def propose(
    landed: Sequence[LandedFile], engine: Engine, known: Sequence[Connector] = (), choices: Choices | None = None
) -> Proposal:
    """Say what each landed file holds and how its columns are read; reuse what a known connector already says.

    Nothing is loaded and nothing stops here: what cannot be settled comes back as diagnostics (errors stand in the way
    of loading) and as questions (proposed, not sure; none are left when the choices say yes to everything).
    """
    choices = choices or Choices()
    landed, repeated = once(landed)
    landed = told_apart(landed)
    profiles = [profile(file, engine) for file in landed]
    home = home_of(profiles, known, choices.connector)
    pairs = [_start(profiled, home, engine, choices) for profiled in profiles]
    drafts = [draft for draft, _ in pairs]
    for draft, mapping in pairs:
        _columns(draft, mapping, engine, choices)
    join_references(drafts, engine)
    for draft, mapping in pairs:
        _values(draft, mapping, engine, choices)
    spell_histories_alike(drafts, known, engine)
    order_stages(drafts, known, engine)
    diagnostics = [*_unknown_choices(landed, choices), *repeated, *_without_deals(drafts, known)]
    for file in landed:
        diagnostics += file.diagnostics
    for draft in drafts:
        diagnostics += draft.diagnostics
    connector, mappings = _connector(pairs, home, known, choices)
    inferences = [inference for draft in drafts for inference in draft.inferences]
    questions = () if choices.yes else tuple(inference for inference in inferences if not inference.sure)
    suggested = tuple(one for draft in drafts for one in suggestions(draft, engine))
    return Proposal(connector, mappings, questions, tuple(diagnostics), evidence_rows(inferences), landed, suggested)


def propose_each(
    landed: Sequence[LandedFile], engine: Engine, known: Sequence[Connector] = (), choices: Choices | None = None
) -> Proposals:
    """A proposal for each schema or folder the files lie in, since each is a system of its own; a name joins them all."""
    choices = choices or Choices()
    groups = list(dict.fromkeys("" if choices.connector else file.group for file in landed))
    made: list[Proposal] = []
    for group in groups:
        files = [file for file in landed if choices.connector or file.group == group]
        meant = {name: thing for name, thing in choices.things.items() if len(groups) == 1 or _is_one_of(name, files)}
        found = propose(files, engine, known, replace(choices, things=meant))
        taken = {one.connector.name for one in made}
        if found.connector not in known and (
            (found.connector.system == "files" and group) or found.connector.name in taken
        ):
            name = re.sub(r"\W+", "-", group).strip("-") or "files"
            found = replace(
                found, connector=replace(found.connector, name=_free(name, {*taken, *(c.name for c in known)}))
            )
        made.append(found)
    return Proposals(tuple(made))


def _is_one_of(name: str, files: Sequence[LandedFile]) -> bool:
    return any(name in (file.title, file.path.name, file.path.stem, file.name) for file in files)


def _start(
    profiled: Profile, home: Connector | None, engine: Engine, choices: Choices
) -> tuple[Draft, FileMapping | None]:
    chosen, held = _chosen_thing(profiled.landed, choices), profiled.landed.holds
    mapping = mapping_of(profiled, home, chosen or held) if home else None
    if mapping:
        return draft_again(profiled, mapping), mapping
    if chosen:
        draft = Draft(profiled, chosen)
        draft.conclude("file", "", f"holds {chosen} rows, as chosen")
        return _noted(draft), None
    if held:
        draft = Draft(profiled, held)
        draft.conclude("file", "", f"{held}: by its columns and the tables beside it; {draft.rows:,} rows")
        return _noted(draft), None
    found = identify(profiled, engine)
    draft = Draft(profiled, found.thing)
    draft.conclude("file", "", f"{found.thing}: {found.words}; {draft.rows:,} rows", sure=found.sure)
    if found.thing == "other":
        draft.diagnostics.append(_no_table(draft, found.words))
    return _noted(draft), None


def _noted(draft: Draft) -> Draft:
    """The draft, with how its table was made plain where it comes from a warehouse."""
    if draft.profiled.landed.notes:
        draft.conclude("landing", "", "; ".join(draft.profiled.landed.notes))
    return draft


def _chosen_thing(file: LandedFile, choices: Choices) -> Thing | None:
    names = (file.title, file.path.name, file.path.stem, file.name)
    return next((choices.things[name] for name in names if name in choices.things), None)


def _no_table(draft: Draft, why: str) -> Diagnostic:
    name = draft.profiled.landed.path.name
    remedy = f"if it holds something Headway keeps, say so: --as '{name}=THING' ({', '.join(FIELDS)})"
    place = Location(str(draft.profiled.landed.path), 1)
    return UNKNOWN_TABLE.at(place, f"{draft.title} is kept and not used: {why}", remedy=remedy, severity="warning")


def _columns(draft: Draft, mapping: FileMapping | None, engine: Engine, choices: Choices) -> None:
    if mapping is None:
        match_columns(draft)
        if draft.thing == "opportunity":
            created_by_order(draft, engine, choices.dates)


def _values(draft: Draft, mapping: FileMapping | None, engine: Engine, choices: Choices) -> None:
    settle_dates(draft, engine, choices)
    settle_amounts(draft, engine, choices, mapping.decimal if mapping else None)
    if draft.thing == "opportunity":
        read_stages(draft, engine)
        name_stage_entries(draft)
        count_undated(draft, engine)
    if mapping:
        check_key(draft, engine)
    else:
        find_key(draft, engine)


def _unknown_choices(landed: Sequence[LandedFile], choices: Choices) -> list[Diagnostic]:
    names = {name for file in landed for name in (file.title, file.path.name, file.path.stem, file.name)}
    remedy = f"imported are {listed(sorted({file.path.name for file in landed}), 8)}"
    return [
        UNKNOWN_FILE.at(None, f"a choice is made for '{name}', and no file of that name is imported", remedy=remedy)
        for name in sorted(choices.things)
        if name not in names
    ]


def _without_deals(drafts: Sequence[Draft], known: Sequence[Connector]) -> list[Diagnostic]:
    before = {mapping.thing for connector in known for mapping in connector.files}
    if {"opportunity", *RECORDS} & (before | {draft.thing for draft in drafts}):
        return []
    message = "none of the files holds opportunities"
    detail = "; ".join(f"{draft.title}: {draft.thing}" for draft in drafts)
    remedy = "import the export of your deals too; if it is among these files, say so: --as FILE=opportunity"
    return [NO_OPPORTUNITIES.at(None, message, detail=detail, remedy=remedy, severity="warning")]


def _connector(
    pairs: Sequence[tuple[Draft, FileMapping | None]],
    home: Connector | None,
    known: Sequence[Connector],
    choices: Choices,
) -> tuple[Connector, Mapping[str, str]]:
    """The connector these files belong to: the known one with its mappings brought up to date, or a new one."""
    drafts = [draft for draft, _ in pairs]
    system = _system(drafts)
    if home is None and not choices.connector:
        home = _extended(system, drafts, known)
    files = {mapping.name: mapping for mapping in home.files} if home else {}
    mappings: dict[str, str] = {}
    for draft, mapping in pairs:
        name = _placed(draft, mapping, files, set(mappings.values()))
        mappings[draft.title] = name
    if home:
        return Connector(home.name, home.system, home.instance, tuple(files.values()), home.location), mappings
    name = choices.connector or _free(system, {connector.name for connector in known})
    return Connector(name, system, "default", tuple(files.values())), mappings


def _placed(draft: Draft, mapping: FileMapping | None, files: dict[str, FileMapping], of_this_import: set[str]) -> str:
    """Put a draft among the mappings: into the known one, together with a file of its own shape, or by itself."""
    if mapping:
        made = _finished(draft, mapping.name, mapping)
        met = mapping.name in of_this_import
        files[mapping.name] = brought_up_to_date(mapping, files[mapping.name], made) if met else made
        return mapping.name
    alone = _finished(draft, _free(draft.profiled.landed.name, files), None)
    for name in sorted(of_this_import):
        both = joined(files[name], alone)
        if both:
            files[name] = both
            return name
    files[alone.name] = alone
    return alone.name


def _extended(system: str, drafts: Sequence[Draft], known: Sequence[Connector]) -> Connector | None:
    """A known connector of the same system that has none of these things yet: the new files complete it."""
    things = {draft.thing for draft in drafts} - {"other"}
    for connector in known:
        if connector.system == system and not things & {mapping.thing for mapping in connector.files}:
            return connector
    return None


def _system(drafts: Iterable[Draft]) -> str:
    """The system an export comes from, by its ids, its column names and its footer."""
    return next((system for draft in drafts if (system := _system_of(draft))), "files")


def _system_of(draft: Draft) -> str:
    names = draft.profiled.landed.columns
    folded = {name.casefold() for name in names}
    ids = [column for field in draft.matches if field.endswith("id") and (column := draft.column(field))]
    footer = " ".join(row.text for row in draft.profiled.landed.listed).casefold()
    if "salesforce" in footer or any(is_salesforce(draft.profiled.columns[column].sample) for column in ids):
        return "salesforce"
    if any(name.endswith(("__c", "__r")) for name in names):
        return "salesforce"
    if "livemode" in folded or any(is_stripe(draft.profiled.columns[column].sample) for column in ids):
        return "stripe"
    if {"stagename", "forecastcategoryname"} <= {re.sub(r"\W|_", "", name) for name in folded}:
        return "salesforce"
    if any(name.startswith("Deal - ") for name in names):
        return "pipedrive"
    own = {"deal stage", "company name", "create date", "lifecycle stage"}
    internal = {"dealname", "dealstage"} <= folded
    if (
        internal
        or any(name.startswith(("hs_", "property_", "properties_")) for name in folded)
        or ("record id" in folded and folded & own)
    ):
        return "hubspot"
    return ""


def _finished(draft: Draft, name: str, mapping: FileMapping | None) -> FileMapping:
    """The draft as a file mapping; where nothing new was inferred, the known one just as the user left it."""
    free = tuple(column for column in draft.profiled.columns if draft.is_free(column))
    before = mapping.dimensions if mapping else ()
    headers = tuple(dict.fromkeys((*(mapping.headers if mapping else ()), *draft.profiled.columns)))
    made = FileMapping(
        name=name,
        thing=draft.thing,
        headers=headers,
        columns=tuple(draft.matches.values()),
        key=draft.key,
        made_key=draft.made_key,
        dimensions=tuple(dict.fromkeys((*before, *free))),
        ignored=tuple(draft.ignored),
        dates=draft.dates,
        decimal=draft.decimal,
        currency=draft.currency,
        stages=draft.stages,
        repairs={column: spellings for column, spellings in draft.repairs.items() if spellings},
        stage_entries=draft.stage_entries,
        coverage=mapping.coverage if mapping else "full",
        notes=(dict(mapping.notes) if mapping else {}) | {c: why for c, why in draft.ignored.items() if why},
        location=mapping.location if mapping else None,
    )
    return mapping if mapping and mapping.meaning == made.meaning else made


def _free(name: str, taken: Iterable[str]) -> str:
    names, candidate, count = set(taken), name, 1
    while candidate in names:
        count += 1
        candidate = f"{name}-{count}"
    return candidate
