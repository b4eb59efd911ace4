"""The one writer of the user's text: new files only, unless told to write over what is there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

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
    try:
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"cannot write in '{folder}': {error.strerror or error}"
        remedy = "give yourself the right to write there, or use another folder"
        raise UserMistake([CANNOT_WRITE.at(None, message, remedy=remedy)]) from error
    return tuple(files)
