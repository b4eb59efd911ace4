"""What a file is, told by its bytes and not by its name: kind, encoding, fingerprint."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Literal

from headway.connectors.mistakes import EMPTY_FILE, FILE_MISSING, FILE_UNREADABLE, MIXED_ENCODINGS, NOT_A_TABLE
from headway.core.diagnostics import Diagnostic
from headway.core.positions import Location

Kind = Literal["text", "workbook"]

_BLOCK = 1 << 20
_AS_CSV = "export it again as CSV, or open it in a spreadsheet and save it as CSV or XLSX"
_SIGNATURES = (
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)", "save it as XLSX or CSV"),
    (b"%PDF", "a PDF document", _AS_CSV),
    (b"\x1f\x8b", "a compressed file (gzip)", "unpack it first"),
    (b"SQLite format 3", "a database file", _AS_CSV),
    (b"\x89PNG", "a picture", _AS_CSV),
)
_MARKUP = (b"<!doctype", b"<html", b"<table", b"<head", b"<meta", b"<style", b"<?xml", b"<div")


@dataclass(frozen=True)
class Sniffed:
    """What a file turned out to be; `encoding` is empty for a workbook."""

    kind: Kind
    sha256: str
    encoding: str = ""


def sniff(path: Path) -> Sniffed | Diagnostic:
    """Tell what a file holds, reading it once; or the reason why it cannot be used."""
    here = Location(str(path), 1)
    if not path.exists():
        return FILE_MISSING.at(here, f"'{path}' does not exist", remedy="check the spelling and the folder")
    try:
        with path.open("rb") as handle:
            return _sniff(path, handle)
    except OSError as error:
        folder = "is a folder in which no CSV, TSV or XLSX file can be read"
        what = folder if path.is_dir() else f"cannot be opened: {error.strerror}"
        return FILE_UNREADABLE.at(here, f"'{path}' {what}", remedy="name a file you may read")


def _sniff(path: Path, handle: BinaryIO) -> Sniffed | Diagnostic:
    start = handle.read(1 << 16)
    handle.seek(0)
    here = Location(str(path), 1)
    if not start.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        return EMPTY_FILE.at(here, f"{path.name} is empty", remedy="export it again")
    if start[:4] == b"PK\x03\x04":
        return _archive(path, handle)
    wide = _wide_encoding(start)
    refused = None if wide else _refused(start)
    if refused:
        return NOT_A_TABLE.at(here, f"{path.name} is {refused[0]}, not CSV or XLSX", remedy=refused[1])
    if wide:
        return Sniffed("text", _fingerprint(handle), wide)
    return _narrow(path, handle, start.startswith(b"\xef\xbb\xbf"))


def _archive(path: Path, handle: BinaryIO) -> Sniffed | Diagnostic:
    try:
        with zipfile.ZipFile(handle) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile:
        names = set[str]()
    if "xl/workbook.xml" in names:
        handle.seek(0)
        return Sniffed("workbook", _fingerprint(handle))
    what = "an archive or another office document" if names else "a damaged archive or workbook"
    message = f"{path.name} is {what}, not CSV or XLSX"
    return NOT_A_TABLE.at(Location(str(path), 1), message, remedy="unpack it, or save it as CSV or XLSX")


def _refused(start: bytes) -> tuple[str, str] | None:
    for signature, what, remedy in _SIGNATURES:
        if start.startswith(signature):
            return what, remedy
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith(_MARKUP):
        return "a web page (some systems name it .xls)", _AS_CSV
    if text.startswith((b"{", b"[{", b"[[", b"[\n", b"[\r", b"[ ")):
        return "JSON", _AS_CSV
    return ("a binary file", _AS_CSV) if b"\x00" in start else None


def _wide_encoding(start: bytes) -> str:
    """UTF-16, by its mark or by every other byte being zero."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    even, odd = start[::2], start[1::2]
    if len(start) >= 8 and odd.count(0) > 0.8 * len(odd) and even.count(0) < 0.2 * len(even):
        return "utf-16-le"
    if len(start) >= 8 and even.count(0) > 0.8 * len(even) and odd.count(0) < 0.2 * len(odd):
        return "utf-16-be"
    return ""


def _fingerprint(handle: BinaryIO) -> str:
    digest = sha256()
    for block in iter(lambda: handle.read(_BLOCK), b""):
        digest.update(block)
    return digest.hexdigest()


@dataclass
class _Bytes:
    """What the bytes above 127 say, row by row."""

    digest: str = ""
    utf8: list[tuple[int, bytes]] = field(default_factory=list[tuple[int, bytes]])
    older: list[tuple[int, bytes]] = field(default_factory=list[tuple[int, bytes]])
    beyond_1252: bool = False
    zero: int = 0


def _narrow(path: Path, handle: BinaryIO, marked: bool) -> Sniffed | Diagnostic:
    found = _scan(handle)
    here = Location(str(path), found.zero or 1)
    if found.zero:
        message = f"{path.name} holds a zero byte on row {found.zero}: it is damaged or no text file"
        return NOT_A_TABLE.at(here, message, remedy=_AS_CSV)
    if found.older and (found.utf8 or marked):
        return _mixed(path, found)
    if found.older:
        return Sniffed("text", found.digest, "latin-1" if found.beyond_1252 else "cp1252")
    return Sniffed("text", found.digest, "utf-8-sig")


def _scan(handle: BinaryIO) -> _Bytes:
    found, digest, row = _Bytes(), sha256(), 0
    for lines in _blocks(handle):
        block = b"".join(lines)
        digest.update(block)
        if not found.zero and b"\x00" in block:
            found.zero = row + next(i for i, line in enumerate(lines, 1) if b"\x00" in line)
        if not block.isascii():
            for i, line in enumerate(lines, row + 1):
                if not line.isascii():
                    _weigh(found, i, line)
        row += len(lines)
    found.digest = digest.hexdigest()
    return found


def _blocks(handle: BinaryIO) -> Iterator[list[bytes]]:
    while lines := handle.readlines(_BLOCK):
        yield lines


def _weigh(found: _Bytes, row: int, line: bytes) -> None:
    line = line.removeprefix(b"\xef\xbb\xbf") if row == 1 else line
    if line.isascii():
        return
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(found.older) < 3:
            found.older.append((row, line[error.start : error.start + 2]))
        found.beyond_1252 |= any(byte in line for byte in b"\x81\x8d\x8f\x90\x9d")
    else:
        if len(found.utf8) < 3:
            start = next(i for i, byte in enumerate(line) if byte > 127)
            found.utf8.append((row, line[start : start + 2]))


def _mixed(path: Path, found: _Bytes) -> Diagnostic:
    row, odd = found.older[0]
    detail = f"row {row} holds the byte {odd[:1].hex()}, which is no UTF-8 ('{odd[:1].decode('latin-1')}' elsewhere)"
    if found.utf8:
        other, pair = found.utf8[0]
        detail = f"row {other} holds the bytes {pair.hex(' ')}, a character of UTF-8; {detail}"
    else:
        detail = f"the file is marked as UTF-8; {detail}"
    rows = ", ".join(str(number) for number, _ in found.older)
    return MIXED_ENCODINGS.at(
        Location(str(path), row),
        f"{path.name} is written in two encodings (UTF-8, and an older one from row {rows})",
        detail=detail,
        remedy="export it again as UTF-8, or import the two parts as files of their own",
    )
