"""The table of records in its newest form; the migrations under migrations/ make it."""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, Table, Text

RECORDS = Table(
    "records",
    MetaData(),
    Column("number", Integer, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("kind", "subject", "subject_hash", "actor", "time", "body")),
    Column("digest", Text, nullable=False),
)
