"""The file of records opened: brought to the newest form, read or written, every failure told as what it is."""

from __future__ import annotations

import fcntl
import os
import re
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from headway.core.errors import Fault, UserMistake
from headway.records import mistakes

if TYPE_CHECKING:
    from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"
PATIENCE = 20.0
"""Seconds to wait for somebody else who is writing."""

_NEW = "0000"
_MEND = "give yourself the right to write there, free some space, or name another file in HEADWAY_RECORDS"


@contextmanager
def reading(path: Path, scripts: Path = MIGRATIONS) -> Generator[Connection | None]:
    """The records as they stand, to be read; None where nothing was ever written."""
    if not path.exists():
        yield None
        return
    with _told(path):
        if not _is_current(path, scripts):
            _bring_up(path, scripts)
        with _connected(
            f"{_uri(path)}?mode={'ro&immutable=1' if _cannot_share(path) else 'ro'}", "BEGIN"
        ) as connection:
            yield connection


@contextmanager
def writing(path: Path, scripts: Path = MIGRATIONS) -> Generator[Connection]:
    """The records, to be added to, by one writer at a time; what is added is kept when the block ends, or not at all."""
    with _told(path):
        if not _is_current(path, scripts):
            _bring_up(path, scripts)
        with _connected(f"{_uri(path)}?mode=rw", "BEGIN IMMEDIATE") as connection:
            yield connection


def waits(path: Path, scripts: Path = MIGRATIONS) -> bool:
    """Whether there are records in an older form, which the next reading brings up; changes nothing."""
    with _told(path):
        return path.exists() and not _is_current(path, scripts)


def newest(scripts: Path = MIGRATIONS) -> str:
    """The form this Headway writes."""
    return max(path.name[:4] for path in (scripts / "versions").glob("[0-9]*.py"))


def copy_name(path: Path, form: str) -> Path:
    """Where the records are copied to before they leave a form."""
    return path.with_name(f"{path.stem}-form-{form}{path.suffix}")


def _is_current(path: Path, scripts: Path) -> bool:
    """Whether the file has the form this Headway writes; raises if it is newer."""
    found, known = _form(path), newest(scripts)
    if found > known:
        message = f"'{path.name}' has form {found}; this Headway knows up to {known}"
        remedy = "use the Headway that wrote it, or a newer one; nothing has been changed"
        raise UserMistake([mistakes.RECORDS_TOO_NEW.at(None, message, remedy=remedy)])
    return found == known


def _form(path: Path) -> str:
    """The form a file has; that of nothing where it is missing or empty."""
    if not path.exists() or not path.stat().st_size:
        return _NEW
    shared = "ro&immutable=1" if _cannot_share(path) else "ro"
    with closing(sqlite3.connect(f"{_uri(path)}?mode={shared}", uri=True, timeout=PATIENCE)) as opened:
        tables = {str(name) for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables:
            return _NEW
        rows = opened.execute("SELECT version_num FROM alembic_version").fetchall() if "records" in tables else []
    if len(rows) != 1 or not re.fullmatch(r"\d{4}", str(rows[0][0])):
        raise sqlite3.DatabaseError("it holds something else than records")
    return str(rows[0][0])


def _bring_up(path: Path, scripts: Path) -> None:
    """The file made, or brought to the newest form in one transaction, after a copy of it was made and checked."""
    from alembic import command
    from alembic.config import Config

    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path.parent):
        form = _form(path)
        if form == newest(scripts):
            return
        if form != _NEW:
            _copy(path, copy_name(path, form))
        with closing(sqlite3.connect(path, timeout=PATIENCE)) as opened:
            opened.execute("PRAGMA journal_mode = WAL")
        config = Config(attributes={})
        config.set_main_option("script_location", str(scripts).replace("%", "%%"))
        with _connected(f"{_uri(path)}?mode=rw", "BEGIN IMMEDIATE") as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _copy(path: Path, to: Path) -> None:
    """A whole copy beside the file, put in place only once it is found to hold the same."""
    beside = to.with_name(f".{to.name}")
    beside.unlink(missing_ok=True)
    with closing(sqlite3.connect(path, timeout=PATIENCE)) as old, closing(sqlite3.connect(beside)) as new:
        old.backup(new)
        whole = new.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        same = list(old.iterdump()) == list(new.iterdump())
    if not whole or not same:
        raise sqlite3.DatabaseError("a copy of it does not hold the same, so it was left as it is")
    handle = os.open(beside, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
    beside.replace(to)


@contextmanager
def _alone(folder: Path) -> Generator[None]:
    """One process at a time makes the file or brings it up; the others wait and find it done."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def _connected(uri: str, begin: str) -> Generator[Connection]:
    """One transaction on one connection, begun as said; sqlite3's own habit of beginning late is switched off."""
    from sqlalchemy import NullPool, create_engine

    def connect() -> sqlite3.Connection:
        opened = sqlite3.connect(uri, uri=True, timeout=PATIENCE, isolation_level=None)
        opened.execute("PRAGMA synchronous = FULL")
        return opened

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(begin)
        try:
            yield connection
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise
        connection.exec_driver_sql("COMMIT")


def _cannot_share(path: Path) -> bool:
    """Whether readers cannot coordinate with a writer, because nothing can be written here: then there is none."""
    beside = path.with_name(f"{path.name}-wal")
    return not os.access(path.parent, os.W_OK, effective_ids=True) and not beside.exists()


def _uri(path: Path) -> str:
    return f"file:{quote(str(path.absolute()))}"


@contextmanager
def _told(path: Path) -> Generator[None]:
    """Turn what the database or the machine says into the user's mistake that it is."""
    from sqlalchemy.exc import DBAPIError

    try:
        yield
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error
    except sqlite3.Error as error:
        raise _meant(path, error) from error
    except DBAPIError as error:
        if not isinstance(error.orig, sqlite3.Error):
            raise
        raise _meant(path, error.orig) from error


def _meant(path: Path, error: sqlite3.Error) -> Exception:
    said = str(error)
    if "locked" in said or "busy" in said:
        message = f"somebody else has been writing '{path.name}' for more than {PATIENCE:g} seconds"
        return UserMistake([mistakes.RECORDS_BUSY.at(None, message, remedy="try again in a moment")])
    if isinstance(error, sqlite3.OperationalError) and re.search("readonly|unable to open|full|disk I/O", said):
        return _unwritable(path, said)
    if isinstance(error, sqlite3.IntegrityError):
        return Fault(f"a record was refused: {said}")
    message = f"'{path.name}' cannot be read as records: {said}"
    remedy = "put back a copy of the file, or move it away to begin anew"
    return UserMistake([mistakes.RECORDS_DAMAGED.at(None, message, remedy=remedy)])


def _unwritable(path: Path, said: str) -> UserMistake:
    return UserMistake([mistakes.RECORDS_UNWRITABLE.at(None, f"'{path}' cannot be written: {said}", remedy=_MEND)])
