"""Which tool copied a table, by the columns it adds: when a row came, whether it is deleted, from when to when it held."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from headway.connectors.files.names import is_loaders_own


@dataclass(frozen=True)
class Loader:
    """A loading tool as one table shows it; a column it does not have there is empty.

    `stamps` say when a row was copied, the finest first; `deleted` are flags, `deleted_at` are filled once a row is gone;
    `start` and `end` bound the time a version held, `active` flags the one that holds. `appends`: whether the tool may
    leave an older copy of a row beside the newer one.
    """

    name: str
    stamps: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    deleted_at: tuple[str, ...] = ()
    start: str = ""
    end: str = ""
    active: str = ""
    appends: bool = False


_LOADERS = (
    Loader(
        "Fivetran",
        ("_fivetran_synced",),
        ("_fivetran_deleted",),
        (),
        "_fivetran_start",
        "_fivetran_end",
        "_fivetran_active",
    ),
    Loader(
        "Airbyte",
        ("_airbyte_extracted_at", "_airbyte_emitted_at"),
        (),
        ("_ab_cdc_deleted_at",),
        appends=True,
    ),
    Loader("dlt", ("_dlt_load_id",), (), (), "_dlt_valid_from", "_dlt_valid_to", appends=True),
    Loader("Stitch", ("_sdc_batched_at", "_sdc_received_at"), (), ("_sdc_deleted_at",), appends=True),
    Loader("dbt snapshot", ("dbt_updated_at",), ("dbt_is_deleted",), (), "dbt_valid_from", "dbt_valid_to"),
)
_MARKS = {
    "Fivetran": ("_fivetran_synced", "_fivetran_deleted", "_fivetran_active", "_fivetran_start"),
    "Airbyte": (
        "_airbyte_raw_id",
        "_airbyte_extracted_at",
        "_airbyte_ab_id",
        "_airbyte_emitted_at",
        "_ab_cdc_deleted_at",
    ),
    "dlt": ("_dlt_id", "_dlt_load_id", "_dlt_parent_id"),
    "Stitch": ("_sdc_batched_at", "_sdc_received_at", "_sdc_sequence"),
    "dbt snapshot": ("dbt_valid_from", "dbt_scd_id"),
}
_INNER_SCHEMAS = ("airbyte_internal", "fivetran_audit", "fivetran_log", "fivetran_metadata", "fivetran_platform")
_INNER_TABLES = ("_dlt_", "_airbyte_", "_fivetran_", "fivetran_audit", "_sdc_")
_TECHNICAL = ("_ab_cdc_", "dbt_scd_id", "dbt_updated_at", "dbt_valid_", "dbt_is_deleted", "source_relation")


def loader_of(columns: Iterable[str]) -> Loader | None:
    """The tool whose columns a table has, with those it has there; None for a table nobody's tool has marked."""
    own = {name.casefold(): name for name in columns}

    def there(name: str) -> str:
        return own.get(name, "")

    for known in _LOADERS:
        if any(mark in own for mark in _MARKS[known.name]):
            start, active = there(known.start), there(known.active)
            return Loader(
                known.name,
                tuple(filter(None, map(there, known.stamps))),
                tuple(filter(None, map(there, known.deleted))),
                tuple(filter(None, map(there, known.deleted_at))),
                start,
                there(known.end),
                active,
                known.appends,
            )
    return None


def is_technical(column: str) -> bool:
    """Whether a column only serves the copying: it says nothing of the company, and changes with every copy."""
    return is_loaders_own(column) or column.casefold().startswith(_TECHNICAL)


def is_inner(schema: str, table: str) -> bool:
    """Whether a table is the loading tool's own book-keeping."""
    return schema.casefold() in _INNER_SCHEMAS or table.casefold().startswith(_INNER_TABLES)
