"""The one writer of the user's text: new files only, unless told to write over what is there; whole or not at all."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from headway.core.diagnostics import CONFLICT, FAILURE, Mistake
from headway.core.errors import UserMistake

ALREADY_THERE = Mistake(
    "already-there",
    "Something of that name is there already",
    "Headway never writes over text that may have been edited, unless it is told to.",
    CONFLICT,
)
CANNOT_WRITE = Mistake(
    "cannot-write",
    "A folder that cannot be written to",
    "Proposed mappings and plans are kept as text in the project folder, so Headway needs to write there.",
    FAILURE,
)


def save(folder: Path, files: Mapping[str, str], *, replace: bool = False) -> tuple[str, ...]:
    """Write files under a folder, and give their names; raises before anything is written if one is there already."""
    there = sorted(name for name in files if (folder / name).exists())
    if there and not replace:
        message = f"{there[0]} is there already in '{folder.name or folder}'"
        raise UserMistake([ALREADY_THERE.at(None, message, remedy="it is left as it is; choose another name")])
    with _writing(folder):
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            _write_whole(folder / name, text)
    return tuple(files)


@contextmanager
def alone_in(folder: Path) -> Generator[None]:
    """One editor of a folder's files at a time; the others wait, so that each sees what the one before it wrote."""
    with _writing(folder):
        handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write_whole(path: Path, text: str) -> None:
    """The text beside the file first, then in its place: who reads meanwhile, or after a crash, sees one of the two."""
    there = path.resolve()
    mode = there.stat().st_mode & 0o7777 if there.exists() else 0o666 & ~_mask()
    with NamedTemporaryFile("wb", dir=there.parent, prefix=f".{there.name}.", delete=False) as beside:
        try:
            beside.write(text.encode("utf-8"))
            beside.flush()
            os.fsync(beside.fileno())
            os.fchmod(beside.fileno(), mode)
            Path(beside.name).replace(there)
        except BaseException:
            with suppress(OSError):
                Path(beside.name).unlink()
            raise


def _mask() -> int:
    """The rights new files go without; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


@contextmanager
def _writing(folder: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        message = f"cannot write in '{folder}': {error.strerror or error}"
        remedy = "give yourself the right to write there, or use another folder"
        raise UserMistake([CANNOT_WRITE.at(None, message, remedy=remedy)]) from error
