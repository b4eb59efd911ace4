"""A draft told field by field: how sure each column is, what stands in it, and which others it could be."""

from __future__ import annotations

from collections.abc import Iterator

from headway.connectors.coverage import NEEDED
from headway.connectors.files.columns import fits
from headway.connectors.files.landed import DELETED
from headway.connectors.files.names import spellings
from headway.connectors.files.profiling import ColumnProfile, counts_of
from headway.connectors.files.proposal import Draft
from headway.connectors.files.vocabulary import ALIASES
from headway.core.suggestion import AUTOMATIC, Suggestion
from headway.core.things import record_of
from headway.tables.engine import Engine

_SEEN = 3
_MOST_OTHERS = 3
_HARDLY_FILLED = 0.05


def suggestions(draft: Draft, engine: Engine) -> Iterator[Suggestion]:
    """Every mapped field of a file with its evidence, then what such a file needs and this one lacks."""
    if draft.thing == "other":
        return
    doubted = {inference.subject for inference in draft.inferences if not inference.sure}
    for match in draft.matches.values():
        column = draft.profiled.columns.get(match.column)
        if column:
            others = _others(draft, match.field, match.column)
            sure = match.field not in doubted
            confidence = _confidence(draft, match.field, column, others, sure=sure)
            seen = tuple(counts_of(engine, draft.profiled, match.column, _SEEN))
            told = [match.evidence, *_told_elsewhere(draft, match.field, match.column, match.evidence)]
            yield Suggestion(
                draft.title, draft.thing, match.field, match.column, confidence, "; ".join(filter(None, told)),
                column.filled, draft.rows, column.distinct, seen, others,
            )  # fmt: skip
    for field, why in _lacking(draft):
        yield Suggestion(draft.title, draft.thing, field, "", 0.0, why, 0, draft.rows, 0, (), _others(draft, field, ""))


def _confidence(draft: Draft, field: str, column: ColumnProfile, others: tuple[str, ...], *, sure: bool) -> float:
    """From 0 to 1: near one for a plain name whose values suit, less where the name is unusual, blank or rivalled.

    What was not sure when it was concluded stays below the mark from which nothing is asked.
    """
    aliases = ALIASES[draft.thing].get(field, "").split()
    places = [aliases.index(form) for form in spellings(column.name, draft.thing) if form in aliases]
    value = 0.99 - 0.05 * min(places) / max(1, len(aliases)) if places else 0.85
    share = column.filled / draft.rows if draft.rows else 0.0
    value -= 0.02 * len(others) + (0.04 if share < _HARDLY_FILLED else 0.0)
    value = max(value, AUTOMATIC) if sure and places else value
    return round(min(value, 0.99) if sure else min(value, AUTOMATIC - 0.2), 2)


def _others(draft: Draft, field: str, chosen: str) -> tuple[str, ...]:
    """Columns that bear a name of the field and whose values suit, and that nothing else is read from."""
    aliases = ALIASES[draft.thing].get(field, "").split()
    taken = {match.column for match in draft.matches.values()} | {chosen}
    found = [
        (aliases.index(form), name)
        for name, column in draft.profiled.columns.items()
        if name not in taken and name not in draft.ignored and column.filled and chosen != DELETED
        for form in spellings(name, draft.thing)
        if form in aliases and fits(draft.thing, field, column)
    ]
    return tuple(dict.fromkeys(name for _, name in sorted(found)))[:_MOST_OTHERS]


def _told_elsewhere(draft: Draft, field: str, column: str, evidence: str) -> Iterator[str]:
    """What was concluded of a column beside its name: how its dates are read, how many of its values join."""
    for inference in draft.inferences:
        about = inference.subject in ("dates", "currency", "key") and inference.column == column
        if (about or inference.subject == field) and inference.evidence not in evidence:
            yield inference.evidence


def _lacking(draft: Draft) -> Iterator[tuple[str, str]]:
    if draft.thing == "opportunity":
        for what, fields in NEEDED.items():
            if not any(name in draft.matches for name in fields):
                yield fields[0], f"no column gives {what}"
        return
    record = record_of(draft.thing)
    for fields in record.needs if record else ():
        if not any(name in draft.matches for name in fields):
            yield fields[0], f"no column gives {' or '.join(fields)}"
