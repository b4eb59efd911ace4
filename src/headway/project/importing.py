"""Exports in: read, propose, agree, load."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from headway.connectors.files import Choices, Proposal, propose, read_files
from headway.core.answers import NOTHING, Accept, ImportAnswer, Proposed
from headway.core.diagnostics import Diagnostic
from headway.core.errors import UserMistake, sound
from headway.core.mapping import Connector
from headway.core.progress import Progress, untold
from headway.core.reading import Reading
from headway.core.rows import Rows
from headway.core.settings import Settings
from headway.tables import BuildReport, RunManifest, Store, claim_run, landing_path, load, rebuild
from headway.tables.engine import Engine
from headway.tables.landing import discard_unfinished
from headway.text import connector_file, keep_connector, read_connectors


def import_files(
    settings: Settings,
    files: Sequence[Path],
    reading: Reading,
    now: datetime,
    accept: Accept | None,
    progress: Progress = untold,
) -> ImportAnswer:
    """Land the files, propose a mapping, and load under it once it is accepted; without `accept` change nothing."""
    folder, stamp = settings.folder, now.strftime("%Y%m%dT%H%M%S")
    wrong = reading.mistakes(now.date())
    if wrong:
        raise UserMistake(wrong)
    known = sound(read_connectors(folder))
    if not files:
        return _answer(folder, rebuild(folder, known, stamp, progress), NOTHING, ())
    run = claim_run(folder, stamp)
    currency = reading.currency.upper() if reading.currency else settings.currency
    choices = Choices(reading.dates, reading.decimal, currency, reading.things, reading.connector)
    try:
        with Engine() as engine:
            landed = read_files(files, engine, landing_path(folder, run, "any").parent, progress)
            progress("looking at what the columns mean", 0, 0)
            proposal = propose(landed, engine, known, choices)
        if not proposal.possible:
            raise UserMistake(proposal.diagnostics)
        day, assumed = reading.exported_on or now.date(), reading.exported_on is None
        manifest = RunManifest(run, now, day, proposal.entries, assumed)
        return _load(folder, manifest, proposal, known, accept, progress)
    finally:
        discard_unfinished(folder, run)


def _load(
    folder: Path,
    manifest: RunManifest,
    proposal: Proposal,
    known: Sequence[Connector],
    accept: Accept | None,
    progress: Progress,
) -> ImportAnswer:
    made, noticed = proposal.connector, proposal.diagnostics
    proposed = Proposed(connector_file(made), proposal.evidence, noticed, made in known)
    accepted = accept is not None and accept(proposed)
    if accept is not None and not proposed.unchanged:
        keep_connector(folder, made)
    if not accepted:
        return proposed.not_loaded(manifest.run, asked=accept is not None)
    report = load(folder, manifest, [*(one for one in known if one.name != made.name), made], progress)
    return _answer(folder, report, proposal.evidence, noticed)


def _answer(folder: Path, report: BuildReport, evidence: Rows, noticed: Sequence[Diagnostic]) -> ImportAnswer:
    store, found = Store.open(folder), (*noticed, *report.diagnostics)
    day, listed = store.last_load, store.rejected(report.run)
    return ImportAnswer(report.run, day, report.rows, evidence, listed, found, report.sentence(day))
