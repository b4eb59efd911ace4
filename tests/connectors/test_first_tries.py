"""What somebody tries first that cannot work: the answer says what to type instead."""

from __future__ import annotations

from pathlib import Path

from headway.connectors.files.sniffing import sniff
from headway.core.diagnostics import Diagnostic
from tests.connectors.inlet import Inlet, Write


def remedy_for(folder: Path) -> str:
    found = sniff(folder)
    assert isinstance(found, Diagnostic) and found.mistake.code == "file-unreadable"
    return found.remedy


def test_a_folder_of_exports_is_named_by_its_files(tmp_path: Path) -> None:
    folder = tmp_path / "my exports"
    folder.mkdir()
    assert "holds no CSV" in remedy_for(folder)
    (folder / "deals.csv").write_text("a,b\n1,2\n")
    (folder / "team.xlsx").write_bytes(b"")
    assert f"headway import '{folder}'/*.csv '{folder}'/*.xlsx" in remedy_for(folder)


def test_a_table_of_something_else_is_said_to_be_unknown(write: Write, inlet: Inlet) -> None:
    proposal = inlet.propose(write("recipe.csv", "ingredient,grams\nflour,500\nsalt,9\n"))
    told = " ".join(found.message for found in proposal.diagnostics)
    assert "no columns of a table we know" in told and "only ;" not in told
