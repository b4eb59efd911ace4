"""The book of records: append, and read by subject or by kind."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from headway.core.errors import Fault, UserMistake
from headway.core.record import Record, Told
from headway.core.settings import Settings
from headway.records import mistakes
from headway.records.chain import START, body_text, digest, first_broken
from headway.records.opening import MIGRATIONS, reading, writing

if TYPE_CHECKING:
    from sqlalchemy import Select

_FILE = re.compile(r"sqlite:///(?P<path>[^?#]+)")


@dataclass(frozen=True)
class Book:
    """The records of a company, in one file that is only ever added to."""

    path: Path
    scripts: Path = MIGRATIONS

    def append(self, record: Record) -> Record:
        """Keep a record for good; gives it with its number. Once this returns, it outlives a crash."""
        from sqlalchemy import insert, select

        from headway.records.tables import RECORDS

        if record.time.tzinfo is None:
            raise Fault("a record needs a time with its zone")
        with writing(self.path, self.scripts) as connection:
            last = select(RECORDS.c.number, RECORDS.c.digest).order_by(RECORDS.c.number.desc()).limit(1)
            row = connection.execute(last).one_or_none()
            number, before = (int(row[0]), str(row[1])) if row else (0, START)
            kept = replace(record, number=number + 1, time=record.time.astimezone(UTC))
            connection.execute(insert(RECORDS).values(**_columns(kept), digest=digest(before, kept)))
        return kept

    def of(self, subject: str) -> tuple[Record, ...]:
        """What was said about a subject, in the order it was said."""
        from sqlalchemy import select

        from headway.records.tables import RECORDS

        wanted = select(RECORDS).where(RECORDS.c.subject == subject).order_by(RECORDS.c.number)
        return tuple(record for record, _ in self._read(wanted))

    def latest(self, kind: str) -> dict[str, Record]:
        """The newest record of a kind about each subject."""
        from sqlalchemy import func, select

        from headway.records.tables import RECORDS

        newest = select(func.max(RECORDS.c.number)).where(RECORDS.c.kind == kind).group_by(RECORDS.c.subject)
        wanted = select(RECORDS).where(RECORDS.c.number.in_(newest)).order_by(RECORDS.c.number)
        return {record.subject: record for record, _ in self._read(wanted)}

    def everything(self) -> tuple[Record, ...]:
        """All records, after the chain was followed from the first to the last; raises where it breaks."""
        from sqlalchemy import select

        from headway.records.tables import RECORDS

        kept = self._read(select(RECORDS).order_by(RECORDS.c.number))
        broken = first_broken(kept)
        if broken is not None:
            message = f"record {broken} in '{self.path.name}' is missing, or is not what was written"
            remedy = "put back a copy of the file; the records before this one are sound"
            raise UserMistake([mistakes.RECORDS_DAMAGED.at(None, message, remedy=remedy)])
        return tuple(record for record, _ in kept)

    def _read(self, wanted: Select[Any]) -> list[tuple[Record, str]]:
        with reading(self.path, self.scripts) as connection:
            return list(self._records(connection.execute(wanted).mappings())) if connection else []

    def _records(self, rows: Any) -> Iterator[tuple[Record, str]]:
        for row in rows:
            try:
                time, body = datetime.fromisoformat(row["time"]), json.loads(row["body"])
            except ValueError as error:
                raise self._altered(row) from error
            if not isinstance(body, dict):
                raise self._altered(row)
            said = (row["kind"], row["subject"], row["subject_hash"], row["actor"])
            yield Record(*said, time, cast("dict[str, Told]", body), row["number"]), row["digest"]

    def _altered(self, row: Any) -> UserMistake:
        message = f"record {row['number']} in '{self.path.name}' is not what was written"
        return UserMistake([mistakes.RECORDS_DAMAGED.at(None, message, remedy="put back a copy of the file")])


def book_of(settings: Settings, address: str = "") -> Book:
    """The book at an address, else at the one in headway.yaml, else in the project's hidden folder."""
    named = address or settings.records or "sqlite:///.headway/records.sqlite"
    found = _FILE.fullmatch(named)
    if found is None:
        message = "the records are to be kept in a database that Headway does not know"
        remedy = "write sqlite:///path/to/records.sqlite (from the project folder), or leave it out"
        raise UserMistake([mistakes.RECORDS_ADDRESS.at(None, message, remedy=remedy)])
    return Book(settings.folder / found["path"])


def _columns(record: Record) -> dict[str, object]:
    return {
        "number": record.number,
        "kind": record.kind,
        "subject": record.subject,
        "subject_hash": record.subject_hash,
        "actor": record.actor,
        "time": record.time.isoformat(),
        "body": body_text(record),
    }
