"""Which column is which: by its name in the alias tables, confirmed by what stands in it."""

from __future__ import annotations

import re
from collections import Counter

from headway.connectors.files.keys import is_salesforce
from headway.connectors.files.landed import DELETED
from headway.connectors.files.names import fold, is_loaders_own, scale_in, spellings, words
from headway.connectors.files.profiling import ColumnProfile
from headway.connectors.files.proposal import Draft
from headway.connectors.files.stages import status_of
from headway.connectors.files.vocabulary import ALIASES, CONVERTED, MOTIONS, sort_of
from headway.core.mapping import Thing

_DATE_WORDS = frozenset(("date", "time", "at", "on", "day", "timestamp"))
_ENTERED = re.compile(r"^(hs_v2_)?date[ _]entered[ _]+[\"']?(?P<stage>.+?)[\"']?$", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\s*\([^)]*\)$")
_MANY = 50
_MADE_UP = re.compile(r"column \d+")


def match_columns(draft: Draft) -> None:
    """Map every canonical field that has a column by name; the rest stay dimensions, loaders' own columns are ignored."""
    for name, column in draft.profiled.columns.items():
        if is_loaders_own(name):
            draft.ignored[name] = "added by the tool that copied the data"
        elif not column.filled and _MADE_UP.fullmatch(name):
            draft.ignored[name] = "has neither name nor values"
    if draft.thing == "other":
        return
    if draft.thing == "opportunity":
        _stage_entries(draft)
    if DELETED in draft.profiled.columns and "is_deleted" not in ALIASES[draft.thing]:
        draft.ignored[DELETED] = "what refers to it stays, so it is kept though its system has deleted it"
    for field, names in ALIASES[draft.thing].items():
        _match(draft, field, names.split())


def _match(draft: Draft, field: str, aliases: list[str]) -> None:
    candidates = sorted(
        (0 if column.filled or name == DELETED else 1, -1 if name == DELETED else aliases.index(form), name)
        for name, column in draft.profiled.columns.items()
        if draft.is_free(name)
        for form in spellings(name, draft.thing)
        if form in aliases and fits(draft.thing, field, column)
    )
    if not candidates:
        return
    name = candidates[0][2]
    column = draft.profiled.columns[name]
    others = list(dict.fromkeys(other for _, _, other in candidates[1:] if other != name))
    rivals = [other for other in others if _rival(draft, field, other)]
    evidence = f"named '{name}'; {_filled(draft, column)}" + _also(others)
    scale = scale_in(name) if sort_of(draft.thing, field) == "amount" else ""
    if scale:
        evidence += f"; counted in {scale}, by its name"
    if not scale and sort_of(draft.thing, field) == "amount" and is_minor(draft, column):
        evidence += "; beside 'livemode', so counted in the smallest unit of the currency"
        draft.match(field, name, evidence, sure=not rivals, form="minor")
        return
    form = "filled" if name == DELETED else id_form(field, column)
    draft.match(field, name, evidence, sure=not rivals and not scale, form=scale or form)


def is_minor(draft: Draft, column: ColumnProfile) -> bool:
    """Whether amounts are counted in the smallest unit of their currency, as Stripe does wherever it says `livemode`."""
    return bool(column.filled) and any(fold(name) == "livemode" for name in draft.profiled.columns)


def _rival(draft: Draft, field: str, other: str) -> bool:
    """Whether another column could as well be the amount; what deals were won for, or a converted amount, is no rival."""
    known = {*ALIASES[draft.thing].get("won_amount", "").split(), *CONVERTED}
    apart = not known.isdisjoint(spellings(other, draft.thing))
    return field == "amount" and bool(draft.profiled.columns[other].filled) and not apart


def fits(thing: Thing, field: str, column: ColumnProfile) -> bool:
    """Whether the values suit the field; a column plainly named a date is taken at its word, so that it gets checked."""
    if column.kind == "empty":
        return True
    sort = sort_of(thing, field)
    if sort == "date":
        named = bool(_DATE_WORDS & set(words(column.name)))
        epoch = all(re.fullmatch(r"1\d{9}|1\d{12}", value) for value in column.sample[:20])
        return column.kind == "date" or epoch or (named and column.kind == "text")
    if sort == "flag":
        return column.kind == "flag" or column.name == DELETED
    if sort == "amount":
        return column.kind in ("number", "flag") or (column.kind == "text" and _mostly_digits(column))
    if sort == "number":
        return column.kind in ("number", "percent", "flag")
    if thing == "opportunity" and field in ("owner", "owner_id") and _each_once(column):
        return False
    if field == "motion":
        return any(part in fold(value) for value in column.sample for part in MOTIONS)
    if field in ("owner", "name", "account", "product"):
        return column.kind not in ("date", "percent")
    return True


def _each_once(column: ColumnProfile) -> bool:
    """Whether no value stands on two rows, of many: whoever owns deals owns several."""
    return column.filled >= _MANY and column.distinct == column.filled


def _mostly_digits(column: ColumnProfile) -> bool:
    with_digits = sum(1 for value in column.sample if re.search(r"\d", value) and len(value) < 24)
    return with_digits >= 0.5 * len(column.sample)


def id_form(field: str, column: ColumnProfile) -> str:
    """How the text of an id is taken: of a list its first, of a Salesforce id what its two forms share."""
    if not field.endswith("id"):
        return ""
    if is_salesforce(column.sample):
        return "salesforce_id"
    return "first" if any(";" in value for value in column.sample) else ""


def _filled(draft: Draft, column: ColumnProfile) -> str:
    kind = {"empty": "", "text": "", "flag": ", yes or no"}.get(column.kind, f", {column.kind}s")
    about = f", {column.distinct:,} different" if column.filled and column.kind == "text" else ""
    return f"{column.filled:,} of {draft.rows:,} rows filled{kind}{about}"


def _also(others: list[str]) -> str:
    return f"; also there: {', '.join(repr(other) for other in others[:4])}" if others else ""


def _stage_entries(draft: Draft) -> None:
    """Columns such as `Date entered Negotiation`: when each stage was entered."""
    for name, column in draft.profiled.columns.items():
        found = _ENTERED.match(name)
        if not found or column.kind not in ("date", "empty", "number"):
            continue
        label = found["stage"].strip(" \"'")
        if label.casefold() in ("current stage", "stage", "current_stage"):
            continue
        draft.stage_entries[label] = name
        draft.conclude("stage entry", name, f"says when '{label}' was entered; {_filled(draft, column)}")


def name_stage_entries(draft: Draft) -> None:
    """Give stage entry columns the spelling of the stage labels, where the pipeline or the case differs.

    A stage that several pipelines have keeps the pipeline in brackets, so that each of its columns is read.
    """
    labels = {label.casefold(): label for label in draft.stages}
    squashed = {re.sub(r"\W", "", label): whole for label, whole in labels.items()}
    meant: dict[str, str] = {}
    for label in draft.stage_entries:
        bare = _IN_BRACKETS.sub("", label).strip(" \"'")
        found = labels.get(label.casefold()) or labels.get(bare.casefold())
        meant[label] = found or squashed.get(re.sub(r"[\W_]", "", bare.casefold()), bare)
    shared = Counter(meant.values())
    renamed: dict[str, str] = {}
    for label, column in draft.stage_entries.items():
        stage, pipeline = meant[label], _IN_BRACKETS.search(label)
        if shared[stage] > 1:
            draft.stages.setdefault(stage, status_of(stage) or "open")
        name = f"{stage} {pipeline[0].strip()}" if shared[stage] > 1 and pipeline else stage
        renamed[label if name in renamed else name] = column
    draft.stage_entries = renamed
