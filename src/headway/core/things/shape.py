"""What is said of a thing to give it a table: its fields, how exports call them, what dates it, what it points at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Thing = Literal[
    "opportunity",
    "account",
    "user",
    "product",
    "stage_history",
    "lead",
    "activity",
    "touch",
    "customer",
    "subscription",
    "subscription_item",
    "invoice",
    "invoice_line",
    "spend_line",
    "ledger_line",
    "employee_position",
    "onboarding",
    "fx_rate",
    "quota",
    "forecast",
    "other",
]
Kind = Literal["text", "date", "moment", "money", "number", "percent", "share", "flag"]


@dataclass(frozen=True)
class Field:
    """One column of a thing's table and the spellings exports give it, run together in lower case, the likeliest first.

    `told_by` names the dates of the same record that tell of it: looked back to from a later export, the field is not
    known before the first of them, and is shown as `meanwhile` until then. Without it, a field is as its export has it.
    A `signed` amount is below zero as a matter of course.
    """

    kind: Kind
    spellings: str = ""
    told_by: tuple[str, ...] = ()
    meanwhile: str = ""
    signed: bool = False


@dataclass(frozen=True)
class Link:
    """What a record belongs to: another thing, by the first pair of (own field, its field) that names exactly one.

    `id` is the source id on either side. The pair that matched is the link's method.
    """

    to: Thing
    by: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Dated:
    """The day a record came to be, before which it is not known: the first of its own `fields` that is filled.

    Where none is, that of the record it belongs to counts, if `through` says which link leads there; else the load that
    first shows it. `always` is for what others point at and nothing counts by itself: without a date, it was there.
    """

    fields: tuple[str, ...]
    through: Thing | None = None
    always: bool = False


@dataclass(frozen=True)
class Record:
    """A thing whose exports hold one record a row.

    `signs` weigh groups of column names that tell such an export, each group once; `needs` are fields of which each
    group must have one; `key` tells rows apart that carry no id.
    """

    fields: Mapping[str, Field]
    signs: tuple[tuple[float, str], ...]
    needs: tuple[tuple[str, ...], ...]
    dated: Dated
    key: tuple[str, ...]
    links: tuple[Link, ...] = ()
    file_words: tuple[str, ...] = ()
    own_words: tuple[str, ...] = field(default=())

    def of_kind(self, *kinds: Kind) -> frozenset[str]:
        """The names of its fields of these kinds."""
        return frozenset(name for name, one in self.fields.items() if one.kind in kinds)
