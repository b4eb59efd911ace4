"""Several files in one import: parts of one export, files of one name, a file given twice."""

from __future__ import annotations

from pathlib import Path

from inlet import Inlet, Write, codes, mapping_of

HEAD = "Deal ID,Company,Stage,Amount,Created,Close Date\n"
ONE = HEAD + "1,Alpha,Won,5,2024-01-13,2024-02-02\n2,Beta,Lost,5,2024-01-14,2024-02-02\n"
OTHER = HEAD + "3,Alpha,Demo,5,2025-01-13,2025-02-02\n4,Beta,Won,5,2025-01-14 09:30,2025-02-02\n"


def test_parts_of_one_export_are_read_by_one_mapping(inlet: Inlet, write: Write) -> None:
    files = write("deals-one.csv", ONE), write("deals-two.csv", OTHER)
    proposal = inlet.propose(*files)
    found = mapping_of(proposal, "opportunity")
    assert set(proposal.mappings.values()) == {found.name}
    assert found.stages == {"Won": "won", "Lost": "lost", "Demo": "open"}
    assert set(found.dates["Created"].split(" | ")) == {"%Y-%m-%d", "%Y-%m-%d %H:%M"}
    assert inlet.propose(*files, known=(proposal.connector,)).connector == proposal.connector


def test_what_two_later_parts_add_is_all_kept(inlet: Inlet, write: Write) -> None:
    known = inlet.propose(write("deals.csv", ONE)).connector
    parts = write("a.csv", OTHER), write("b.csv", OTHER.replace("Demo", "Closed Lost").replace("3,", "5,"))
    found = mapping_of(inlet.propose(*parts, known=(known,)), "opportunity")
    assert found.stages == {"Won": "won", "Lost": "lost", "Demo": "open", "Closed Lost": "lost"}


def test_parts_with_dates_in_different_orders_keep_their_own_mappings(inlet: Inlet, write: Write) -> None:
    day = HEAD + "1,Alpha,Won,5,13/01/2024,28/02/2024\n"
    month = HEAD + "2,Alpha,Won,5,01/13/2024,02/28/2024\n"
    proposal = inlet.propose(write("eu.csv", day), write("us.csv", month))
    assert len(set(proposal.mappings.values())) == 2


def test_the_same_content_is_read_once(inlet: Inlet, write: Write) -> None:
    proposal = inlet.propose(write("deals.csv", ONE), write("copy.csv", ONE))
    assert set(proposal.mappings) == {"deals.csv"} == {file.title for file in proposal.files}
    assert codes(proposal, "warning") == {"repeated-file"}


def test_files_of_one_name_are_told_apart_by_their_folder(inlet: Inlet, tmp_path: Path) -> None:
    for folder, text in (("emea", ONE), ("apac", OTHER)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "deals.csv").write_text(text)
    proposal = inlet.propose(tmp_path / "emea" / "deals.csv", tmp_path / "apac" / "deals.csv")
    assert set(proposal.mappings) == {"emea/deals.csv", "apac/deals.csv"}
