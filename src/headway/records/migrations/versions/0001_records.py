"""The table of records. Rows are numbered without gaps; the database itself refuses to change or remove one."""

from alembic import op
from sqlalchemy import Column, Integer, Text

revision = "0001"
down_revision = None


def upgrade() -> None:
    """From nothing to the first form."""
    words = ("kind", "subject", "subject_hash", "actor", "time", "body", "digest")
    op.create_table(
        "records", Column("number", Integer, primary_key=True), *(Column(w, Text, nullable=False) for w in words)
    )
    op.create_index("records_by_subject", "records", ["subject"])
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER records_no_{verb.lower()} BEFORE {verb} ON records "
            "BEGIN SELECT RAISE(ABORT, 'records are never changed or removed'); END"
        )
    # INSERT OR REPLACE would take a row out without asking the trigger above, so a number is taken once, in order.
    op.execute(
        "CREATE TRIGGER records_in_order BEFORE INSERT ON records "
        "WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM records) "
        "BEGIN SELECT RAISE(ABORT, 'records are numbered in order, without gaps'); END"
    )
