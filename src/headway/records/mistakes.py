"""What can be in the way of keeping or reading records."""

from __future__ import annotations

from headway.core.diagnostics import CONFLICT, DATA_PROBLEM, FAILURE, TEXT_MISTAKE, Mistake

RECORDS_ADDRESS = Mistake(
    "records-address",
    "Records in a place Headway cannot use",
    "Records are kept in an SQLite file, .headway/records.sqlite unless `records` in headway.yaml or the variable "
    "HEADWAY_RECORDS names another as sqlite:///path. Other databases are not supported yet.",
    TEXT_MISTAKE,
)
RECORDS_UNWRITABLE = Mistake(
    "records-unwritable",
    "Records that cannot be written",
    "Comments and acknowledgements are written into the file of records; without the right to write there, or without "
    "room on the disk, nothing is kept, and what was there before stays as it was.",
    FAILURE,
)
RECORDS_BUSY = Mistake(
    "records-busy",
    "Somebody else is writing records",
    "One process at a time writes records, each for a moment. Headway waits a while before it gives up.",
    CONFLICT,
)
RECORDS_TOO_NEW = Mistake(
    "records-too-new",
    "Records written by a newer Headway",
    "The file of records carries the number of its form; an older Headway leaves newer ones alone instead of guessing.",
    DATA_PROBLEM,
)
RECORDS_DAMAGED = Mistake(
    "records-damaged",
    "Records that are damaged or were altered",
    "Each record carries a hash of itself and of the one before it. The file cannot be read, or a record is not what "
    "was written, so what people agreed to can no longer be relied upon.",
    DATA_PROBLEM,
)
