"""Exports in: read, propose, agree, load."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from headway.connectors.files import Choices, LandedFile, Proposal, propose, read_file
from headway.core.diagnostics import Diagnostic
from headway.core.errors import UserMistake
from headway.core.mapping import Connector
from headway.core.reading import Reading
from headway.core.rows import Rows
from headway.core.settings import Settings
from headway.project.documents import read_connectors
from headway.tables import BuildReport, LandedEntry, ListedRow, RunManifest, Store, landing_path, load, rebuild
from headway.tables.engine import Engine
from headway.tables.landing import discard_unfinished
from headway.text import save, write_connector

_NOTHING = Rows.of([], [])


@dataclass(frozen=True)
class Proposed:
    """What an import would do, put before the user: the mapping with its evidence, and where it will be kept."""

    file: str
    evidence: Rows
    diagnostics: tuple[Diagnostic, ...]
    unchanged: bool


@dataclass(frozen=True)
class ImportAnswer:
    """What an import did: rows per table, every row not loaded by reason, the mapping, one sentence."""

    run: str
    as_of: date | None
    rows: Rows
    evidence: Rows
    listed: Rows
    diagnostics: tuple[Diagnostic, ...]
    message: str
    loaded: bool = True


Accept = Callable[[Proposed], bool]


def import_files(
    settings: Settings, files: Sequence[Path], reading: Reading, now: datetime, accept: Accept | None
) -> ImportAnswer:
    """Land the files, propose a mapping, and load under it once it is accepted; without `accept` change nothing."""
    folder, run = settings.folder, now.strftime("%Y%m%dT%H%M%S")
    known = read_connectors(folder)
    if not files:
        return _answer(folder, rebuild(folder, known, run), _NOTHING, ())
    place = landing_path(folder, run, "any").parent
    currency = reading.currency or settings.currency
    choices = Choices(reading.dates, reading.decimal, currency, reading.things, reading.connector)
    try:
        with Engine() as engine:
            landed = _read(files, engine, place)
            proposal = propose(landed, engine, known, choices)
        if not proposal.possible:
            raise UserMistake(proposal.diagnostics)
        files_read = tuple(_entry(one, proposal) for one in landed)
        manifest = RunManifest(run, now, reading.exported_on or now.date(), files_read)
        return _load(folder, manifest, proposal, known, accept)
    finally:
        discard_unfinished(folder, run)


def _read(files: Sequence[Path], engine: Engine, place: Path) -> tuple[LandedFile, ...]:
    landed: list[LandedFile] = []
    wrong: list[Diagnostic] = []
    for file in files:
        read = read_file(file, engine, place)
        if isinstance(read, list):
            wrong += read
        else:
            landed += read
    if wrong:
        raise UserMistake(wrong)
    return tuple(landed)


def _load(
    folder: Path, manifest: RunManifest, proposal: Proposal, known: Sequence[Connector], accept: Accept | None
) -> ImportAnswer:
    kept = f"connectors/{proposal.connector.name}.yaml"
    noticed = proposal.diagnostics
    proposed = Proposed(kept, proposal.evidence, noticed, proposal.connector in known)
    accepted = accept is not None and accept(proposed)
    if accept is not None and not proposed.unchanged:
        save(folder, {kept: write_connector(proposal.connector)}, replace=True)
    if not accepted:
        message = f"Nothing was loaded. Read {kept}, edit what is wrong in it, then run again with --yes."
        return ImportAnswer(manifest.run, None, _NOTHING, proposal.evidence, _NOTHING, noticed, message, loaded=False)
    others = [c for c in known if c.name != proposal.connector.name]
    return _answer(folder, load(folder, manifest, [*others, proposal.connector]), proposal.evidence, noticed)


def _entry(landed: LandedFile, proposal: Proposal) -> LandedEntry:
    listed = tuple(ListedRow(row.row, row.reason, row.text) for row in landed.listed)
    mapping = proposal.mappings[landed.title]
    total = landed.rows + len(listed)
    return LandedEntry(
        landed.title, landed.sha256, proposal.connector.name, mapping, total, landed.landing.name, listed
    )


def _answer(folder: Path, report: BuildReport, evidence: Rows, noticed: Sequence[Diagnostic]) -> ImportAnswer:
    store = Store.open(folder)
    listed = _of_run(store.rejected(), report.run)
    repeated = report.already_loaded or {}
    message = f"Loaded as run {report.run}; as of {store.last_load}."
    if repeated and not report.built:
        message = f"Nothing has changed: loaded before, in run {', '.join(sorted(set(repeated.values())))}."
    found = (*noticed, *report.diagnostics)
    return ImportAnswer(report.run, store.last_load, report.rows, evidence, listed, found, message)


def _of_run(rows: Rows, run: str) -> Rows:
    return Rows(rows.columns, tuple(record for record in rows.records if record[0] == run))
