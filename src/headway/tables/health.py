"""Whether the facts of a project are sound: what was landed, the tables built from it, and the place they lie in."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from shutil import disk_usage

from headway.core.checkup import Check
from headway.core.diagnostics import CONFLICT, DATA_PROBLEM, TEXT_MISTAKE, Diagnostic
from headway.core.errors import UserMistake
from headway.core.finding import Finding
from headway.core.formatting import plural
from headway.core.mapping import Connector
from headway.tables.build import current_fingerprint, fingerprint, mappings_missing, rebuild
from headway.tables.engine import Engine, unreadable
from headway.tables.landing import RunManifest, damages, discard_unfinished, landed_runs, read_manifest
from headway.tables.layout import alone, current_tables, hidden, is_outdated, landing, opened
from headway.tables.mistakes import IMPORT_RUNNING, STORE_TOO_NEW, TABLES_DAMAGED

AGEING, OLD = 7, 31
"""The days after which data is worth a remark, and a warning: plans are followed by the week."""

ROOM = 500_000_000
"""Free bytes below which an import of ordinary size may fail."""

BROKEN_OFF = timedelta(days=1)
"""An import that has not ended after this long never will."""

IMPORT = "headway import"
REBUILD = "the tables are built again from every load kept"
SWEEP = "what imports that were broken off left behind is removed"


def place_checks(folder: Path) -> tuple[Check, ...]:
    """Whether there is the right to write, room to write in, and nobody else at work."""
    return _writing(folder), _space(folder), _running(folder)


def facts_checks(folder: Path, connectors: Sequence[Connector] | None, now: datetime) -> tuple[Check, ...]:
    """Whether what was landed is whole, and the tables are sound, up to date with the mapping, and fresh.

    connectors: the mappings as they stand; None where their text has mistakes, so that they cannot be told.
    """
    return (
        _landings(folder, now),
        tables_check(folder, throughout=True),
        rebuild_check(folder, connectors),
        age_check(folder, now.date()),
    )


def rebuild_check(folder: Path, connectors: Sequence[Connector] | None) -> Check:
    """Whether the tables say what the mappings mean now."""
    runs = _runs(folder)
    if connectors is None or not runs or _opens(folder) is not None:
        told = "cannot be told while the text has mistakes" if connectors is None else "nothing to build from"
        return Check("rebuild", told if connectors is None or not runs else "waits for tables that can be opened")
    missing = mappings_missing(runs, connectors)
    if missing:
        return Check("rebuild", "", tuple(_finding(one) for one in missing), TEXT_MISTAKE)
    if is_outdated(folder):
        words, why = "the tables were built by an earlier Headway", "no number can be measured on them"
        found = Finding(words, ".headway/", why, severity="error", remedy=IMPORT)
        return Check("rebuild", "", (found,), DATA_PROBLEM, REBUILD)
    if current_fingerprint(folder) == fingerprint(connectors, runs):
        return Check("rebuild", "the tables say what the mapping means")
    words = "the mapping was edited, and the tables do not follow it yet"
    found = Finding(words, "connectors/", "numbers still use the mapping of before", severity="warning", remedy=IMPORT)
    return Check("rebuild", "", (found,), DATA_PROBLEM, REBUILD)


def age_check(folder: Path, today: date) -> Check:
    """How old the newest data is."""
    runs = _runs(folder)
    if not runs:
        found = Finding("there is no data yet", "", "", severity="note", remedy=f"{IMPORT} your-export.csv")
        return Check("age", "", (found,))
    days = (today - runs[-1].exported_on).days
    told = f"data of {runs[-1].exported_on}, {plural(max(days, 0), 'day')} old"
    if days <= AGEING:
        return Check("age", told)
    remedy = f"{IMPORT} a-newer-export.csv"
    sort = "warning" if days > OLD else "note"
    found = Finding(told, runs[-1].run, f"every answer is as of {runs[-1].exported_on}", severity=sort, remedy=remedy)
    return Check("age", told, (found,))


def last_load(folder: Path) -> date | None:
    """The day the newest export tells of, as far as the landings can be read."""
    runs = _runs(folder)
    return runs[-1].exported_on if runs else None


def mend(folder: Path, connectors: Sequence[Connector] | None, now: datetime) -> tuple[str, ...]:
    """Do what loses nothing: remove what broken-off imports left, and build tables again that are damaged or behind.

    Raises where another import is at work, and where the tables cannot be built.
    """
    mended: list[str] = []
    left = _left_behind(folder, now)
    for run in left:
        discard_unfinished(folder, run)
    if left:
        mended.append(f"{SWEEP}: {', '.join(left)}")
    wanting = bool(tables_check(folder, throughout=True).mends or rebuild_check(folder, connectors).mends)
    if connectors is not None and wanting and _runs(folder) and _landings(folder, now).is_sound:
        rebuild(folder, connectors, now.strftime("%Y%m%dT%H%M%S"))
        mended.append(REBUILD)
    return tuple(mended)


def _writing(folder: Path) -> Check:
    found: list[Finding] = []
    for place in (folder, hidden(folder), landing(folder)):
        if place.exists() and not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
            reason = "you may not write there" if place.is_dir() else "it is a file where a folder should be"
            remedy = "give yourself the right to write there, or move the project" if place.is_dir() else "move it away"
            found.append(Finding(f"'{place}' cannot be written", str(place), reason, severity="error", remedy=remedy))
    return Check("writing", f"{folder} can be written", tuple(found))


def _space(folder: Path) -> Check:
    free = disk_usage(folder).free
    largest = max((file.stat().st_size for file in hidden(folder).glob("tables-*.duckdb")), default=0)
    told = f"{free / 1e9:,.1f} GB free"
    if free >= max(ROOM, 3 * largest):
        return Check("space", told)
    evidence = f"the tables take {largest / 1e9:,.1f} GB and are built anew beside the old ones"
    found = Finding(f"only {told}", str(folder), evidence, severity="warning", remedy="free some space on this disk")
    return Check("space", told, (found,))


def _running(folder: Path) -> Check:
    """Whether an import holds the project; looking takes its lock for an instant, and only where there is one."""
    if not (hidden(folder) / "lock").exists() or not _writing(folder).is_sound:
        return Check("lock", "nobody else is at work")
    try:
        with alone(folder):
            return Check("lock", "nobody else is at work")
    except UserMistake as mistake:
        sort = CONFLICT if mistake.diagnostics[0].mistake == IMPORT_RUNNING else DATA_PROBLEM
        found = tuple(_finding(one, "warning") for one in mistake.diagnostics)
        return Check("lock", "", found, sort)


def _landings(folder: Path, now: datetime) -> Check:
    found: list[Finding] = []
    sound: list[RunManifest] = []
    for file in sorted(landing(folder).glob("*/run.json")):
        try:
            sound.append(read_manifest(file))
        except UserMistake as mistake:
            found += [_finding(one) for one in mistake.diagnostics]
    if sound:
        with Engine() as engine:
            found += [_finding(one) for one in damages(engine, folder, sound)]
    left = _left_behind(folder, now)
    if left:
        words = f"{plural(len(left), 'import')} broken off left files behind"
        remedy = "headway doctor --fix"
        found.append(Finding(words, ", ".join(left), "no answer rests on them", severity="note", remedy=remedy))
    files = sum(len(manifest.files) for manifest in sound)
    told = f"{plural(len(sound), 'load')} of {plural(files, 'file')}, whole" if sound else "nothing landed yet"
    return Check("landings", told, tuple(found), DATA_PROBLEM, SWEEP if left else "")


def tables_check(folder: Path, *, throughout: bool = False) -> Check:
    """Whether the tables can be opened by this Headway, and, where asked `throughout`, every value in them be read."""
    wrong = _opens(folder, throughout)
    if wrong is not None:
        mends = REBUILD if wrong.mistake != STORE_TOO_NEW and _runs(folder) else ""
        return Check("tables", "", (_finding(wrong),), DATA_PROBLEM, mends)
    tables = current_tables(folder)
    return Check("tables", f"{tables.name} can be read" if tables else "none yet")


def _opens(folder: Path, throughout: bool = False) -> Diagnostic | None:
    """Why the tables cannot be read; None where they can, or there are none and nothing to build them from."""
    try:
        tables = current_tables(folder)
        if tables is not None:
            opened(tables).close()
            table = unreadable(tables) if throughout else ""
            words = f"'{tables.name}' cannot be read to its end, from '{table}' on"
            return TABLES_DAMAGED.at(None, words, remedy=IMPORT) if table else None
    except UserMistake as mistake:
        return mistake.diagnostics[0]
    if _runs(folder):
        return TABLES_DAMAGED.at(None, "there are loads and no tables built from them", remedy=IMPORT)
    return None


def _runs(folder: Path) -> tuple[RunManifest, ...]:
    try:
        return landed_runs(folder)
    except UserMistake:
        return ()


def _left_behind(folder: Path, now: datetime) -> list[str]:
    """Landings without a manifest that are too old for their import to be still at work."""
    unfinished = [place for place in landing(folder).glob("*") if place.is_dir() and not (place / "run.json").exists()]
    return sorted(
        place.name for place in unfinished if now.timestamp() - place.stat().st_mtime > BROKEN_OFF.total_seconds()
    )


def _finding(one: Diagnostic, severity: str | None = None) -> Finding:
    where = str(one.location) if one.location else ""
    sort = one.severity if severity is None else "warning"
    return Finding(one.message, where, one.detail, severity=sort, remedy=_command(one.remedy))


def _command(remedy: str) -> str:
    return IMPORT if remedy.startswith(f"run `{IMPORT}` without files") else remedy
