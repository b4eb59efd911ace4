"""How much of what the connected systems export is read: the columns nobody reads, and the fields nobody fills."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from headway.core.checkup import Check
from headway.core.diagnostics import TEXT_MISTAKE
from headway.core.finding import Finding
from headway.core.formatting import plural
from headway.core.mapping import Connector, FileMapping

NEEDED = {
    "an amount": ("amount",),
    "the day of creation": ("created_date",),
    "the day of closing": ("close_date", "closed_date", "won_date"),
    "a stage": ("stage", "status", "is_won"),
}
"""What deals need so that they can be measured, and the canonical fields any of which gives it."""

_LOST = {
    "an amount": "money cannot be measured",
    "the day of creation": "win rates, cycles and volumes cannot be measured",
    "the day of closing": "won value and cycles cannot be measured",
    "a stage": "won and lost cannot be told apart",
}


def mapping_check(connectors: Sequence[Connector]) -> Check:
    """Whether every column of the exports is read or set aside, and the deals have what they are measured by."""
    pairs = [(connector, mapping) for connector in connectors for mapping in connector.files]
    found = [finding for connector, mapping in pairs for finding in _of(connector, mapping)]
    headers = sum(len(mapping.headers) for _, mapping in pairs)
    unread = sum(len(unread_columns(mapping)) for _, mapping in pairs)
    told = f"{headers - unread} of {plural(headers, 'column')} read or set aside, in {plural(len(pairs), 'file')}"
    return Check("mapping", told if pairs else "no system is connected yet", tuple(found), TEXT_MISTAKE)


def unread_columns(mapping: FileMapping) -> tuple[str, ...]:
    """The columns of an export that its mapping neither reads, nor keeps as a dimension, nor ignores."""
    named = (*(column.column for column in mapping.columns), *mapping.key, *mapping.dimensions, *mapping.ignored)
    known = {name.casefold() for name in (*named, *mapping.stage_entries.values())}
    return tuple(header for header in mapping.headers if header.casefold() not in known)


def _of(connector: Connector, mapping: FileMapping) -> Iterator[Finding]:
    file = f"connectors/{connector.name}.yaml"
    if mapping.thing == "other":
        words = f"'{mapping.name}' is kept and not read: what its rows are is not known"
        remedy = f"write its object into {file}, or import it with --as FILE=THING"
        yield Finding(words, file, "", severity="note", remedy=remedy)
        return
    unread = unread_columns(mapping)
    if unread:
        words = f"{plural(len(unread), 'column')} of '{mapping.name}' {'is' if len(unread) == 1 else 'are'} not read"
        remedy = f"name them in {file} under columns or dimensions, or under ignore"
        yield Finding(words, file, ", ".join(unread), severity="note", remedy=remedy)
    for what, fields in NEEDED.items() if mapping.thing == "opportunity" else ():
        if not any(mapping.column(name) for name in fields):
            remedy = f"name its column in {file}, as {fields[0]}: COLUMN"
            yield Finding(
                f"'{mapping.name}' gives no deal {what}", file, _LOST[what], severity="warning", remedy=remedy
            )
