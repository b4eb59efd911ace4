"""How much of the exports is read: every column is accounted for once, and what deals lack is named."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from headway.connectors.coverage import NEEDED, mapping_check, unread_columns
from headway.core.mapping import ColumnMapping, Connector, FileMapping

FIELDS = ("id", "stage", "amount", "created_date", "close_date")
DEALS = FileMapping(
    "deals", "opportunity", FIELDS, tuple(ColumnMapping(name, name) for name in FIELDS), ("id",), dimensions=()
)


def crm(*files: FileMapping) -> Connector:
    return Connector("crm", "crm", "main", files)


def test_a_mapping_that_reads_everything_is_sound() -> None:
    check = mapping_check([crm(DEALS)])
    assert check.findings == () and check.seen == "5 of 5 columns read or set aside, in 1 file"
    assert mapping_check([]).findings == ()


@given(st.lists(st.sampled_from(["column", "dimension", "ignored", "key", "entry", "nobody"]), max_size=8))
def test_each_column_is_read_by_somebody_or_named(uses: list[str]) -> None:
    names = [f"Column {n}" for n in range(len(uses))]

    def used(use: str) -> tuple[str, ...]:
        return tuple(name for name, one in zip(names, uses, strict=True) if one == use)

    mapping = replace(
        DEALS,
        headers=(*FIELDS, *names),
        columns=(*DEALS.columns, *(ColumnMapping("name", name.lower()) for name in used("column"))),
        key=("id", *used("key")),
        dimensions=used("dimension"),
        ignored=used("ignored"),
        stage_entries={name: name for name in used("entry")},
    )
    assert unread_columns(mapping) == used("nobody")
    (found,) = mapping_check([crm(mapping)]).findings or (None,)
    assert (found is None) == (not used("nobody"))
    assert found is None or (found.severity == "note" and found.evidence == ", ".join(used("nobody")))


def test_deals_without_what_they_are_measured_by_are_warned_of() -> None:
    for what, fields in NEEDED.items():
        columns = tuple(column for column in DEALS.columns if column.field not in fields)
        bare = replace(DEALS, columns=columns, ignored=fields)
        (found,) = mapping_check([crm(bare)]).findings
        assert found.severity == "warning" and what in found.what and found.evidence and fields[0] in found.remedy
        other = replace(bare, columns=(*columns, ColumnMapping(fields[-1], fields[0])), ignored=())
        assert mapping_check([crm(other)]).findings == ()


def test_a_file_that_is_kept_and_not_read_is_noted() -> None:
    (found,) = mapping_check([crm(replace(DEALS, name="odd", thing="other"))]).findings
    assert found.severity == "note" and "'odd'" in found.what and "--as" in found.remedy
