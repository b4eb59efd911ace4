"""Exports in: read, propose, agree, load."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from headway.connectors.files import Choices, LandedFile, Proposal, propose, read_files
from headway.core.diagnostics import Diagnostic
from headway.core.errors import UserMistake
from headway.core.mapping import Connector
from headway.core.reading import Reading
from headway.core.rows import Rows
from headway.core.settings import Settings
from headway.project.documents import read_connectors
from headway.tables import (
    BuildReport,
    LandedEntry,
    ListedRow,
    RunManifest,
    Store,
    claim_run,
    landing_path,
    load,
    rebuild,
)
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
    folder, stamp = settings.folder, now.strftime("%Y%m%dT%H%M%S")
    wrong = reading.mistakes(now.date())
    if wrong:
        raise UserMistake(wrong)
    known = read_connectors(folder)
    if not files:
        return _answer(folder, rebuild(folder, known, stamp), _NOTHING, ())
    run = claim_run(folder, stamp)
    place = landing_path(folder, run, "any").parent
    currency = reading.currency.upper() if reading.currency else settings.currency
    choices = Choices(reading.dates, reading.decimal, currency, reading.things, reading.connector)
    try:
        with Engine() as engine:
            landed = read_files(files, engine, place)
            proposal = propose(landed, engine, known, choices)
        if not proposal.possible:
            raise UserMistake(proposal.diagnostics)
        files_read = tuple(_entry(one, proposal) for one in proposal.files)
        told = reading.exported_on
        manifest = RunManifest(run, now, told or now.date(), files_read, day_assumed=told is None)
        return _load(folder, manifest, proposal, known, accept)
    finally:
        discard_unfinished(folder, run)


def _load(
    folder: Path, manifest: RunManifest, proposal: Proposal, known: Sequence[Connector], accept: Accept | None
) -> ImportAnswer:
    kept = f"connectors/{proposal.connector.name}.yaml"
    noticed = proposal.diagnostics
    proposed = Proposed(kept, proposal.evidence, noticed, proposal.connector in known)
    accepted = accept is not None and accept(proposed)
    if accept is not None and not proposed.unchanged:
        before = (folder / kept).read_text(encoding="utf-8") if (folder / kept).is_file() else ""
        save(folder, {kept: write_connector(proposal.connector, before)}, replace=True)
    if not accepted:
        message = f"Nothing was loaded. Read {kept}, edit what is wrong in it, then run again with --yes."
        if accept is None:
            message = f"Nothing was loaded, nothing written. With --yes, this mapping is kept in {kept}."
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
    found = (*noticed, *report.diagnostics)
    message = report.sentence(store.last_load)
    return ImportAnswer(report.run, store.last_load, report.rows, evidence, listed, found, message)


def _of_run(rows: Rows, run: str) -> Rows:
    return Rows(rows.columns, tuple(record for record in rows.records if record[0] == run))
