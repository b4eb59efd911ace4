"""Later exports of a system we know: which mapping reads a file, and what changed since it was made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from headway.connectors.files.names import listed
from headway.connectors.files.profiling import Profile
from headway.connectors.files.proposal import Draft
from headway.connectors.mistakes import COLUMNS_CHANGED
from headway.core.mapping import Connector, FileMapping, Thing
from headway.core.positions import Location

_ALIKE = 0.75


def home_of(profiles: Sequence[Profile], known: Sequence[Connector], chosen: str | None) -> Connector | None:
    """The known connector that reads most of the files; the chosen one where there is a choice."""
    if chosen:
        return next((connector for connector in known if connector.name == chosen), None)
    counts = [(sum(1 for p in profiles if mapping_of(p, connector)), connector) for connector in known]
    most, best = max(counts, key=lambda item: item[0], default=(0, None))
    return best if most else None


def mapping_of(profiled: Profile, connector: Connector, thing: Thing | None = None) -> FileMapping | None:
    """The mapping whose column names are most like the file's; None where none is alike enough."""
    names = _folded(profiled.landed.columns)
    scored = [
        (len(names & before) / len(names | before), mapping)
        for mapping in connector.files
        if (before := _folded(mapping.headers)) and thing in (None, mapping.thing)
    ]
    score, best = max(scored, key=lambda item: item[0], default=(0.0, None))
    return best if score >= _ALIKE else None


def draft_again(profiled: Profile, mapping: FileMapping) -> Draft:
    """The known mapping as a draft over the new file; columns that came or went are named."""
    spelt = {header.casefold(): header for header in mapping.headers}
    columns = {
        (known := spelt.get(name.casefold(), name)): replace(column, name=known)
        for name, column in profiled.columns.items()
    }
    draft = Draft(
        profiled=Profile(profiled.landed, columns),
        thing=mapping.thing,
        matches={column.field: column for column in mapping.columns},
        key=mapping.key,
        made_key=mapping.made_key,
        ignored={column: mapping.notes.get(column, "") for column in mapping.ignored},
        dates=dict(mapping.dates),
        decimal=mapping.decimal,
        currency=mapping.currency,
        stages=dict(mapping.stages),
        repairs={column: dict(spellings) for column, spellings in mapping.repairs.items()},
        stage_entries=dict(mapping.stage_entries),
        settled=frozenset(mapping.headers),
        settled_stages=frozenset(mapping.stages),
    )
    draft.conclude(
        "file", "", f"a later export of '{mapping.name}': {len(columns)} columns, {len(mapping.headers)} before"
    )
    _changes(draft, mapping)
    return draft


def _changes(draft: Draft, mapping: FileMapping) -> None:
    now, before = set(draft.profiled.columns), set(mapping.headers)
    came = [name for name in draft.profiled.columns if name not in before]
    went = [name for name in mapping.headers if name not in now]
    place = Location(str(draft.profiled.landed.path), 1)
    lost_keys = [name for name in mapping.key if name not in now]
    if lost_keys:
        message = f"{draft.title} no longer has {listed(lost_keys)}, which tells its rows apart"
        remedy = "export it again with that column, or import it as another connector: --connector NAME"
        draft.diagnostics.append(COLUMNS_CHANGED.at(place, message, remedy=remedy))
    parts = [f"new: {listed(came, 8)}, kept as dimensions" if came else "", f"gone: {listed(went, 8)}" if went else ""]
    if came or (went and not lost_keys):
        message = f"{draft.title} has other columns than the export '{mapping.name}' was mapped from"
        detail = "; ".join(filter(None, parts))
        remedy = "nothing to do if that is meant"
        draft.diagnostics.append(COLUMNS_CHANGED.at(place, message, detail=detail, remedy=remedy, severity="warning"))


def _folded(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.casefold() for name in names)
