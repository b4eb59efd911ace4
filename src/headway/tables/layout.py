"""Where facts lie under a project folder, and how new tables take the place of old ones without a gap."""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from headway.core.errors import UserMistake
from headway.tables.engine import Engine, open_to_read
from headway.tables.mistakes import FOLDER_NOT_WRITABLE, IMPORT_RUNNING, STORE_TOO_NEW, tables_damaged

STORE_FORMAT = 1
"""The version of landing, pointer and tables this Headway writes."""

TABLES_FORMAT = 2
"""The version of the tables this Headway builds and reads; those of an earlier one are built again from the landings."""

_BUILDING = ".building"


@dataclass(frozen=True)
class Pointer:
    """What the file `current` says: which tables hold, which held before, and which version they have."""

    tables: Path
    previous: str
    tables_format: int = 1


def hidden(folder: Path) -> Path:
    """The folder inside a project that Headway alone writes."""
    return folder / ".headway"


def landing(folder: Path) -> Path:
    """Where what was read from exports is kept for good."""
    return hidden(folder) / "landing"


def claim_run(folder: Path, stamp: str) -> str:
    """A run of its own, named by when it began; its folder is made, so that no other import can take the name."""
    number, name = 2, stamp
    with writing(folder):
        landing(folder).mkdir(parents=True, exist_ok=True)
        while True:
            try:
                (landing(folder) / name).mkdir()
            except FileExistsError:
                name, number = f"{stamp}-{number}", number + 1
            else:
                return name


def landing_path(folder: Path, run: str, file: str) -> Path:
    """The Parquet file one export lands in; its folder is made when it is not there."""
    place = landing(folder) / run
    with writing(folder):
        place.mkdir(parents=True, exist_ok=True)
    return place / f"{re.sub(r'[^A-Za-z0-9._-]+', '_', file)}.parquet"


@contextmanager
def writing(folder: Path) -> Generator[None]:
    """Turn a folder that cannot be written into the user's mistake that it is."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        message = f"'{hidden(folder)}' cannot be written: {reason}"
        remedy = "give yourself the right to write there, free some space, or use another project folder"
        raise UserMistake([FOLDER_NOT_WRITABLE.at(None, message, remedy=remedy)]) from error


@contextmanager
def alone(folder: Path) -> Generator[None]:
    """Hold the project's build lock; a second import at the same time is told so."""
    with writing(folder):
        hidden(folder).mkdir(parents=True, exist_ok=True)
        handle = os.open(hidden(folder) / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        message = f"another import is writing to '{folder.name}' right now"
        raise UserMistake([IMPORT_RUNNING.at(None, message, remedy="wait until it is done, then try again")]) from error
    try:
        yield
    finally:
        os.close(handle)


def read_pointer(folder: Path) -> Pointer | None:
    """Which tables hold; None before the first import."""
    file = hidden(folder) / "current"
    if not file.exists():
        return None
    try:
        said: Mapping[str, object] = json.loads(file.read_text(encoding="utf-8"))
        version, name = int(str(said["format"])), str(said["tables"])
        built = int(str(said.get("tables_format", 1)))
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise UserMistake([tables_damaged(f"'{file}' does not say which tables hold")]) from error
    if version > STORE_FORMAT or built > TABLES_FORMAT:
        newer, known = (version, STORE_FORMAT) if version > STORE_FORMAT else (built, TABLES_FORMAT)
        message = f"the tables in '{folder.name}' have format {newer}; this Headway knows {known}"
        raise UserMistake([STORE_TOO_NEW.at(None, message, remedy="use the Headway that wrote them, or a newer one")])
    return Pointer(hidden(folder) / name, str(said.get("previous", "")), built)


def is_outdated(folder: Path) -> bool:
    """Whether the tables that hold were built by an earlier Headway."""
    pointer = read_pointer(folder)
    return pointer is not None and pointer.tables_format < TABLES_FORMAT


def current_tables(folder: Path) -> Path | None:
    """The file of tables that holds; None before the first import."""
    pointer = read_pointer(folder)
    if pointer is None:
        return None
    if not pointer.tables.is_file():
        raise UserMistake([tables_damaged(f"'{pointer.tables.name}' is missing")])
    return pointer.tables


def opened(tables: Path, memory: str = "1GB") -> Engine:
    """The tables, open to be read; answers that need more memory are worked out on disk."""
    engine = open_to_read(tables, memory)
    if engine is None:
        raise UserMistake([tables_damaged(f"'{tables.name}' cannot be opened")])
    return engine


@contextmanager
def building(folder: Path, run: str) -> Generator[Path]:
    """A fresh place to build tables in; what is not published by the end is removed, as is what a crash left."""
    hidden(folder).mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    try:
        yield hidden(folder) / f"tables-{run}.duckdb{_BUILDING}"
    finally:
        _sweep(folder)


def _sweep(folder: Path) -> None:
    for left in hidden(folder).glob(f"tables-*{_BUILDING}*"):
        if left.is_dir():
            rmtree(left)
        else:
            left.unlink()


def publish(folder: Path, run: str, built: Path) -> Path:
    """Make freshly built tables the ones that hold: rename, then turn the pointer, then drop all but the last two."""
    with writing(folder):
        before = _pointer_or_none(folder)
        target = _free_name(folder, run)
        _sync(built)
        built.replace(target)
        previous = before.tables.name if before else ""
        said = {"format": STORE_FORMAT, "tables_format": TABLES_FORMAT, "tables": target.name, "previous": previous}
        write_whole(hidden(folder) / "current", json.dumps(said) + "\n")
        for old in hidden(folder).glob("tables-*.duckdb"):
            if old.name not in (target.name, previous):
                old.unlink()
    return target


def write_whole(file: Path, text: str) -> None:
    """Write a small file so that a reader sees the old text or the new one, never a part."""
    beside = file.with_name(file.name + ".new")
    beside.write_text(text, encoding="utf-8")
    _sync(beside)
    beside.replace(file)
    _sync(file.parent)


def _pointer_or_none(folder: Path) -> Pointer | None:
    try:
        return read_pointer(folder)
    except UserMistake:
        return None


def _free_name(folder: Path, run: str) -> Path:
    number, name = 2, f"tables-{run}.duckdb"
    while (hidden(folder) / name).exists():
        name, number = f"tables-{run}.{number}.duckdb", number + 1
    return hidden(folder) / name


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
