"""Exports in: read, propose, agree, load."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from headway.connectors.files import Choices, Proposals, propose_each, read_files
from headway.core.answers import NOTHING, Accept, ImportAnswer, Proposed
from headway.core.diagnostics import Diagnostic
from headway.core.errors import UserMistake, sound
from headway.core.mapping import Connector
from headway.core.progress import Progress, untold
from headway.core.proof import Receipt
from headway.core.reading import Reading
from headway.core.rows import Rows
from headway.core.settings import Settings
from headway.core.suggestion import Suggested
from headway.tables import BuildReport, RunManifest, Store, claim_run, landing_path, load, rebuild, receipts
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
    with _proposed(settings, files, reading, stamp, known, progress) as (run, proposal):
        if not proposal.possible:
            raise UserMistake(proposal.diagnostics)
        day, assumed = reading.exported_on or now.date(), reading.exported_on is None
        manifest = RunManifest(run, now, day, proposal.entries, assumed)
        return _load(folder, manifest, proposal, known, accept, progress)


def suggest(
    settings: Settings, files: Sequence[Path], reading: Reading, now: datetime, write: bool, progress: Progress
) -> Suggested:
    """How these files would be read, field by field; nothing is kept of it, but with `write` the mapping."""
    folder, known = settings.folder, sound(read_connectors(settings.folder))
    if wrong := reading.mistakes(now.date()):
        raise UserMistake(wrong)
    with _proposed(settings, files, reading, now.strftime("%Y%m%dT%H%M%S"), known, progress) as (_, proposal):
        made = [one.connector for one in proposal.each]
        kept = [keep_connector(folder, one) for one in made if write and proposal.possible and one not in known]
        return Suggested(proposal.suggestions, tuple(map(connector_file, made)), proposal.diagnostics, tuple(kept))


def proofs(folder: Path, name: str | None, now: datetime | None) -> tuple[Receipt, ...]:
    """The receipts of the mappings, proved `now`, or without a moment as they were last."""
    known = sound(read_connectors(folder))
    return receipts.prove(folder, known, name, now) if now else receipts.last(folder, known, name)


@contextmanager
def _proposed(
    settings: Settings,
    files: Sequence[Path],
    reading: Reading,
    stamp: str,
    known: Sequence[Connector],
    progress: Progress,
) -> Generator[tuple[str, Proposals]]:
    """The files landed under a run of their own, with what is proposed for them; what is not loaded by the end is gone."""
    run = claim_run(settings.folder, stamp)
    currency = reading.currency.upper() if reading.currency else settings.currency
    choices = Choices(reading.dates, reading.decimal, currency, reading.things, reading.connector)
    try:
        with Engine() as engine:
            wanted = {*reading.things, *(mapping.name for one in known for mapping in one.files)}
            place = landing_path(settings.folder, run, "any").parent
            landed = read_files(files, engine, place, progress, wanted)
            progress("looking at what the columns mean", 0, 0)
            proposal = propose_each(landed, engine, known, choices)
        yield run, proposal
    finally:
        discard_unfinished(settings.folder, run)


def _load(
    folder: Path,
    manifest: RunManifest,
    proposal: Proposals,
    known: Sequence[Connector],
    accept: Accept | None,
    progress: Progress,
) -> ImportAnswer:
    made, noticed = [one.connector for one in proposal.each], proposal.diagnostics
    files, unchanged = ", ".join(map(connector_file, made)), all(one in known for one in made)
    proposed = Proposed(files, proposal.evidence, noticed, unchanged)
    accepted = accept is not None and accept(proposed)
    for one in made if accept is not None else ():
        if one not in known:
            keep_connector(folder, one)
    if not accepted:
        return proposed.not_loaded(manifest.run, asked=accept is not None)
    names = {one.name for one in made}
    report = load(folder, manifest, [*(one for one in known if one.name not in names), *made], progress)
    return _answer(folder, report, proposal.evidence, noticed)


def _answer(folder: Path, report: BuildReport, evidence: Rows, noticed: Sequence[Diagnostic]) -> ImportAnswer:
    store, found = Store.open(folder), (*noticed, *report.diagnostics)
    day, listed = store.last_load, store.rejected(report.run)
    return ImportAnswer(report.run, day, report.rows, evidence, listed, found, report.sentence(day))
