"""Two exports a month apart, without any change history: what the second says differently is what changed."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.walk.conftest import _Silent, run_headway

Run = Callable[..., Any]
HEADER = ("Deal ID", "Deal Name", "Owner", "Segment", "Deal Type", "Stage", "Create Date", "Close Date", "Amount")
STAYS = ("Negotiation", "2026-07-01", "2026-11-30")
BEFORE = [
    (1, "AE North 1", "mid", "New Business", *STAYS, 1000),
    (2, "AE North 1", "mid", "New Business", *STAYS, 2000),
    (3, "AE North 1", "mid", "New Business", *STAYS, 3000),
    (4, "AE South 1", "smb", "New Business", *STAYS, 4000),
    (5, "AE South 1", "smb", "New Business", "Closed Lost", "2026-07-01", "2026-08-20", 5000),
    (6, "AE South 1", "smb", "New Business", *STAYS, 6000),
    (7, "AE South 1", "smb", "New Business", *STAYS, 7000),
    (8, "AE South 1", "smb", "New Business", "Qualified", "2026-07-01", "2027-02-28", 8000),
    (9, "AE South 1", "smb", "New Business", *STAYS, 9000),
    (10, "AE South 1", "smb", "New Business", *STAYS, 10000),
]
AFTER = [
    (1, "AE North 1", "mid", "New Business", *STAYS, 1000),
    (2, "AE South 1", "mid", "New Business", *STAYS, 2500),
    (3, "AE North 1", "mid", "New Business", "Closed Won", "2026-07-01", "2026-10-01", 3300),
    (4, "AE South 1", "smb", "New Business", "Closed Lost", "2026-07-01", "2026-09-10", 4000),
    (5, "AE South 1", "smb", "New Business", "Qualified", "2026-07-01", "2026-12-15", 5000),
    (6, "AE South 1", "smb", "New Business", "Negotiation", "2026-07-01", "2027-01-31", 6000),
    (8, "AE South 1", "smb", "New Business", "Qualified", "2026-07-01", "2026-12-31", 8000),
    (9, "AE South 1", "smb", "Renewal", *STAYS, 9000),
    (10, "AE South 1", "smb", "New Business", *STAYS, 9500),
    (11, "AE North 1", "mid", "New Business", "Qualified", "2026-09-15", "2026-12-31", 11000),
    (12, "AE North 1", "mid", "New Business", "Closed Won", "2026-09-15", "2026-09-30", 12000),
]


def export(file: Path, rows: list[tuple[object, ...]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADER)
        writer.writerows((number, f"Deal {number}", *rest) for number, *rest in rows)
    return file


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("exports")
    made = place / "acme"
    assert run_headway(("init", made, "--currency", "EUR"), _Silent()).code == 0
    for day, rows in (("2026-09-01", BEFORE), ("2026-10-02", AFTER)):
        file = export(place / "deals.csv", rows)
        assert run_headway(("-C", made, "import", file, "--yes", "--exported-on", day), _Silent()).code == 0
    return made


def told(headway: Run, folder: Path, *scope: str) -> list[tuple[str, float, int]]:
    rows = headway("-C", folder, "changes", "--since", "2026-09-01", *scope, "--json").rows
    return [(row["line"], row["value"], row["n"]) for row in rows]


def test_the_whole_pipeline(headway: Run, folder: Path) -> None:
    assert told(headway, folder) == [
        ("start", 50000, 9),
        ("created", 23000, 2),
        ("reopened", 5000, 1),
        ("increased", 800, 2),
        ("decreased", -500, 1),
        ("moved_out", -9000, 1),
        ("won", -15300, 2),
        ("lost", -4000, 1),
        ("deleted", -7000, 1),
        ("end", 43000, 7),
    ]


def test_what_is_to_close_in_a_quarter(headway: Run, folder: Path) -> None:
    assert told(headway, folder, "--closing", "2026-Q4") == [
        ("start", 42000, 8),
        ("created", 11000, 1),
        ("reopened", 5000, 1),
        ("pulled_in", 8000, 1),
        ("increased", 800, 2),
        ("decreased", -500, 1),
        ("pushed_out", -6000, 1),
        ("moved_out", -9000, 1),
        ("won", -3300, 1),
        ("lost", -4000, 1),
        ("deleted", -7000, 1),
        ("end", 37000, 6),
    ]


def test_one_owner(headway: Run, folder: Path) -> None:
    assert told(headway, folder, "--where", "Owner=AE North 1") == [
        ("start", 6000, 3),
        ("created", 23000, 2),
        ("increased", 300, 1),
        ("moved_out", -2000, 1),
        ("won", -15300, 2),
        ("end", 12000, 2),
    ]


def test_the_deals_of_a_line_as_they_are_listed(headway: Run, folder: Path) -> None:
    answer = headway("-C", folder, "changes", "--since", "2026-09-01", "--closing", "2026-Q4", "--list", "pushed_out")
    assert answer.out.splitlines()[2:] == [
        "Pushed out",
        "name    owner           value  currency  before               after",
        "Deal 6  AE South 1  -6,000.00  EUR       to close 2026-11-30  to close 2027-01-31",
    ]
