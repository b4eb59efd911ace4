"""What each import read: the manifest of a run, kept beside its landed files, and all runs in order."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from shutil import rmtree
from typing import Any

from headway.core.diagnostics import Diagnostic
from headway.core.errors import UserMistake
from headway.tables.engine import Engine, parquet_rows
from headway.tables.layout import STORE_FORMAT, landing, write_whole, writing
from headway.tables.mistakes import LANDING_DAMAGED, STORE_TOO_NEW


@dataclass(frozen=True)
class ListedRow:
    """A source row that is no data: a footer, a ragged or a torn row, with the reason it was set aside."""

    row: int
    reason: str
    text: str = ""


@dataclass(frozen=True)
class LandedEntry:
    """One export as it was landed in `parquet`. `rows` counts every source row there was: landed and listed ones."""

    name: str
    sha256: str
    connector: str
    mapping: str
    rows: int
    parquet: str
    listed: tuple[ListedRow, ...] = ()

    @property
    def landed(self) -> int:
        """How many of its rows were landed as data."""
        return self.rows - len(self.listed)


@dataclass(frozen=True)
class RunManifest:
    """One import: its id, when it was loaded, the day the systems were exported on, and the files.

    `day_assumed` where nobody told that day, so that the day of loading stands in.
    """

    run: str
    loaded_at: datetime
    exported_on: date
    files: tuple[LandedEntry, ...]
    day_assumed: bool = False


def landed_runs(folder: Path) -> tuple[RunManifest, ...]:
    """All runs that were landed whole, in the order of the days they tell of."""
    manifests = [read_manifest(file) for file in sorted(landing(folder).glob("*/run.json"))]
    return tuple(sorted(manifests, key=lambda m: (m.exported_on, m.loaded_at, m.run)))


def write_manifest(folder: Path, manifest: RunManifest) -> None:
    """Keep the manifest beside its landed files; from here on the run counts."""
    said = asdict(manifest) | {
        "format": STORE_FORMAT,
        "loaded_at": manifest.loaded_at.isoformat(),
        "exported_on": manifest.exported_on.isoformat(),
    }
    with writing(folder):
        place = landing(folder) / manifest.run
        place.mkdir(parents=True, exist_ok=True)
        write_whole(place / "run.json", json.dumps(said, indent=1, ensure_ascii=False) + "\n")


def discard_unfinished(folder: Path, run: str) -> None:
    """Remove what an import landed before it was broken off; a run that was landed whole stays."""
    place = landing(folder) / run
    if place.is_dir() and not (place / "run.json").exists():
        with writing(folder):
            rmtree(place)


def damages(engine: Engine, folder: Path, manifests: Sequence[RunManifest]) -> list[Diagnostic]:
    """Landed files that are gone, unreadable, or hold another number of rows than was written."""
    found: list[Diagnostic] = []
    for manifest in manifests:
        for entry in manifest.files:
            rows = parquet_rows(engine, landing(folder) / manifest.run / entry.parquet)
            if rows != entry.landed:
                state = "cannot be read" if rows is None else f"holds {rows:,} rows instead of {entry.landed:,}"
                message = f"'{entry.name}' as landed in run {manifest.run} {state}"
                remedy = f"restore {landing(folder) / manifest.run} from a copy, or remove it and import the file again"
                found.append(LANDING_DAMAGED.at(None, message, remedy=remedy))
    return found


def read_manifest(file: Path) -> RunManifest:
    """What a run says of itself; raises where that cannot be read."""
    try:
        said: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if int(said.get("format", 1)) > STORE_FORMAT:
            message = f"run {file.parent.name} was landed by a newer Headway (format {said['format']})"
            raise UserMistake([STORE_TOO_NEW.at(None, message, remedy="use the Headway that wrote it, or a newer one")])
        loaded_at, exported_on = datetime.fromisoformat(said["loaded_at"]), date.fromisoformat(said["exported_on"])
        assumed = bool(said.get("day_assumed", exported_on == loaded_at.date()))
        return RunManifest(said["run"], loaded_at, exported_on, tuple(map(_entry, said["files"])), assumed)
    except (ValueError, KeyError, TypeError) as error:
        message = f"'{file}' does not tell what was imported"
        raise UserMistake([LANDING_DAMAGED.at(None, message, remedy="restore it from a copy")]) from error


def _entry(said: Mapping[str, Any]) -> LandedEntry:
    listed = tuple(ListedRow(row["row"], row["reason"], row["text"]) for row in said["listed"])
    return LandedEntry(
        said["name"], said["sha256"], said["connector"], said["mapping"], said["rows"], said["parquet"], listed
    )
