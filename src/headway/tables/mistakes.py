"""What can be wrong with landed data, the project folder and the tables built from it."""

from __future__ import annotations

from pathlib import Path

from headway.core.diagnostics import CONFLICT, DATA_PROBLEM, FAILURE, TEXT_MISTAKE, Diagnostic, Mistake

FOLDER_NOT_WRITABLE = Mistake(
    "folder-not-writable",
    "The project folder cannot be written",
    "Imports keep what they read under .headway in the project folder; without the right to write there nothing "
    "is imported, and what was there before stays as it was.",
    FAILURE,
)
IMPORT_RUNNING = Mistake(
    "import-running",
    "Another import is running",
    "One process at a time builds the tables of a project. Readers are never kept waiting.",
    CONFLICT,
)
NOTHING_IMPORTED = Mistake(
    "nothing-imported",
    "No data yet",
    "The question needs facts, and nothing has been imported into this project.",
    DATA_PROBLEM,
)
STORE_TOO_NEW = Mistake(
    "store-too-new",
    "Tables written by a newer Headway",
    "The tables carry a format number; an older Headway leaves newer ones alone instead of guessing.",
    DATA_PROBLEM,
)
STORE_TOO_OLD = Mistake(
    "store-too-old",
    "Tables built by an earlier Headway",
    "The tables lack what this Headway reads. They are built from what was landed, so nothing is lost: build them again.",
    DATA_PROBLEM,
)
TABLES_DAMAGED = Mistake(
    "tables-damaged",
    "The tables are missing or damaged",
    "The pointer names tables that are not there or cannot be opened. They are built from what was landed, "
    "so nothing is lost: build them again.",
    DATA_PROBLEM,
)
LANDING_DAMAGED = Mistake(
    "landing-damaged",
    "Landed data is missing or damaged",
    "What an import read is kept under .headway/landing and is the truth the tables are built from. "
    "A part of it is gone, unreadable, or holds fewer rows than were written.",
    DATA_PROBLEM,
)
MAPPING_MISSING = Mistake(
    "mapping-missing",
    "A landed file has no mapping",
    "Each landed file is read by a mapping in connectors/*.yaml; the one it was imported with is no longer there.",
    TEXT_MISTAKE,
)
COLUMN_ABSENT = Mistake(
    "column-absent",
    "A mapped column is not in the file",
    "The mapping names a source column that the file does not have. Without a key column nothing can be loaded; "
    "any other column is left empty for that file.",
    TEXT_MISTAKE,
)
DATE_PATTERN = Mistake(
    "date-pattern",
    "A date pattern that cannot be read",
    "Date patterns are written as %Y-%m-%d: year, month and day, and a time where there is one; "
    "or epoch_s, epoch_ms for counted seconds.",
    TEXT_MISTAKE,
)
ROWS_REJECTED = Mistake(
    "rows-rejected",
    "Rows that were not loaded",
    "A row without a key, with a date or an amount that cannot be read, or standing twice in one file is listed "
    "with its reason instead of being loaded; every source row is either loaded or listed.",
    DATA_PROBLEM,
)
UNKNOWN_STAGE = Mistake(
    "unknown-stage",
    "A stage without a status",
    "Each stage counts as open, won or lost; one the mapping does not name counts as open until it says otherwise.",
    DATA_PROBLEM,
)
PARTIAL_EXPORT = Mistake(
    "partial-export",
    "An export that holds fewer than half of the known records",
    "Records missing from a full export count as deleted. When most are missing the export is taken as partial: "
    "what it holds is updated, nothing is deleted.",
    DATA_PROBLEM,
)
ODD_DATES = Mistake(
    "odd-dates",
    "Deals closed before they were created, or in the future",
    "The rows are kept as the system gives them and listed as findings, since cycle times and history rest on them.",
    DATA_PROBLEM,
)
HISTORY_DISAGREES = Mistake(
    "history-disagrees",
    "A change history that ends otherwise than the deals stand",
    "Amounts and close dates are told twice: by the export of deals as they stand, and by the last change of their history. "
    "Where the two differ, one of the files is older, or a field was changed without its history.",
    DATA_PROBLEM,
)
OLD_EXPORT = Mistake(
    "old-export",
    "An export that ends long before the day it is taken for",
    "Without being told otherwise, an export shows its system as of today. When its newest date is more than a month "
    "back, it was more likely taken then, and what is open today is not known.",
    DATA_PROBLEM,
)
VALUES_UNREAD = Mistake(
    "values-unread",
    "Values that could not be read and were left empty",
    "A probability or an unknown spelling of yes and no leaves its field empty; the row itself is loaded.",
    DATA_PROBLEM,
)
UNKNOWN_SCOPE = Mistake(
    "unknown-scope",
    "A scope that names no column of opportunities",
    "A plan may be about some opportunities only: `scope` in plan.yaml, or --where when it is proposed, names a column and "
    "the value they have in it, such as motion: New Business.",
    DATA_PROBLEM,
)

MISTAKES = (
    FOLDER_NOT_WRITABLE,
    IMPORT_RUNNING,
    NOTHING_IMPORTED,
    STORE_TOO_NEW,
    STORE_TOO_OLD,
    TABLES_DAMAGED,
    LANDING_DAMAGED,
    MAPPING_MISSING,
    COLUMN_ABSENT,
    DATE_PATTERN,
    ROWS_REJECTED,
    UNKNOWN_STAGE,
    PARTIAL_EXPORT,
    ODD_DATES,
    HISTORY_DISAGREES,
    OLD_EXPORT,
    VALUES_UNREAD,
    UNKNOWN_SCOPE,
)


def tables_damaged(message: str) -> Diagnostic:
    """That tables cannot be read, and how they are built again."""
    return TABLES_DAMAGED.at(None, message, remedy="run `headway import` without files to build them again")


def tables_outdated(folder: Path) -> Diagnostic:
    """That tables were built by an earlier Headway, and how they are built again."""
    message = f"the tables in '{folder.name}' were built by an earlier Headway"
    return STORE_TOO_OLD.at(None, message, remedy="run `headway import` without files to build them again")


def nothing_imported(folder: Path) -> Diagnostic:
    """That a project has no facts yet."""
    message = f"nothing has been imported into '{folder.name}' yet"
    return NOTHING_IMPORTED.at(None, message, remedy="run `headway import FILES...` first")
