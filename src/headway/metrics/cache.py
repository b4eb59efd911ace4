"""Compiled queries kept on disk, so that a command that asks the same again need not load the compiler."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from tempfile import NamedTemporaryFile

FORM = "6"
"""Changes whenever the compiler would write another query for the same definition."""


def compiled(folder: Path | None, key: object, compile_query: Callable[[], str]) -> str:
    """The query kept under a key, compiled and kept where it is not there yet; a folder it cannot write to is no harm."""
    if folder is None:
        return compile_query()
    file = folder / f"{blake2b(f'{FORM} {key!r}'.encode(), digest_size=16).hexdigest()}.sql"
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        sql = compile_query()
        _keep(file, sql)
        return sql


def _keep(file: Path, sql: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, delete=False) as unfinished:
            unfinished.write(sql)
        Path(unfinished.name).replace(file)
    except OSError:
        return
