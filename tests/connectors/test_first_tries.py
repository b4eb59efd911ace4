"""What somebody tries first that cannot work: the answer says what to type instead."""

from __future__ import annotations

from pathlib import Path

from headway.connectors.files.sniffing import sniff
from headway.core.diagnostics import Diagnostic
from tests.connectors.inlet import Inlet, Write


def test_a_folder_without_tables_is_said_to_be_one(tmp_path: Path) -> None:
    folder = tmp_path / "my exports"
    folder.mkdir()
    found = sniff(folder)
    assert isinstance(found, Diagnostic) and "is a folder in which no CSV, TSV or XLSX" in found.message


def test_a_table_of_something_else_is_said_to_be_unknown(write: Write, inlet: Inlet) -> None:
    proposal = inlet.propose(write("recipe.csv", "ingredient,grams\nflour,500\nsalt,9\n"))
    told = " ".join(found.message for found in proposal.diagnostics)
    assert "no columns of a table we know" in told and "only ;" not in told
