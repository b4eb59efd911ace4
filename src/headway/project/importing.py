"""Exports in: read, propose, agree, load."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
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


@dataclass(frozen=True)
class Importing:
    """Files on their way into a project: how they are to be read, and the moment it is."""

    settings: Settings
    files: Sequence[Path]
    reading: Reading
    now: datetime
    progress: Progress = untold

    @cached_property
    def known(self) -> tuple[Connector, ...]:
        """How each connected system is read so far; raises for options of the reading that cannot be, too."""
        if wrong := self.reading.mistakes(self.now.date()):
            raise UserMistake(wrong)
        return sound(read_connectors(self.settings.folder))

    @property
    def stamp(self) -> str:
        """The moment, as a run is called after it."""
        return self.now.strftime("%Y%m%dT%H%M%S")

    def load(self, accept: Accept | None) -> ImportAnswer:
        """Land the files, propose a mapping, and load under it once it is accepted; without `accept` change nothing."""
        folder, known = self.settings.folder, self.known
        if not self.files:
            return _answer(folder, rebuild(folder, known, self.stamp, self.progress), NOTHING, ())
        with self._proposed() as (run, proposal):
            if not proposal.possible:
                raise UserMistake(proposal.diagnostics)
            made, noticed = [one.connector for one in proposal.each], proposal.diagnostics
            files, new = ", ".join(map(connector_file, made)), [one for one in made if one not in known]
            proposed = Proposed(files, proposal.evidence, noticed, not new)
            accepted = accept is not None and accept(proposed)
            for one in new if accept is not None else ():
                keep_connector(folder, one)
            if not accepted:
                return proposed.not_loaded(run, asked=accept is not None)
            day, assumed = self.reading.exported_on or self.now.date(), self.reading.exported_on is None
            manifest, names = RunManifest(run, self.now, day, proposal.entries, assumed), {one.name for one in made}
            report = load(folder, manifest, [*(one for one in known if one.name not in names), *made], self.progress)
            return _answer(folder, report, proposal.evidence, noticed)

    def suggest(self, write: bool) -> Suggested:
        """How these files would be read, field by field; nothing is kept of it, but with `write` the mapping."""
        folder, known = self.settings.folder, self.known
        with self._proposed() as (_, proposal):
            made = [one.connector for one in proposal.each]
            kept = [keep_connector(folder, one) for one in made if write and proposal.possible and one not in known]
            return Suggested(proposal.suggestions, tuple(map(connector_file, made)), proposal.diagnostics, tuple(kept))

    @contextmanager
    def _proposed(self) -> Generator[tuple[str, Proposals]]:
        """The files landed under a run of their own, with what is proposed for them; gone by the end, unless loaded."""
        own, known, said = self.settings, self.known, self.reading
        run = claim_run(own.folder, self.stamp)
        currency = said.currency.upper() if said.currency else own.currency
        choices = Choices(said.dates, said.decimal, currency, said.things, said.connector)
        try:
            with Engine() as engine:
                wanted = {*said.things, *(mapping.name for one in known for mapping in one.files)}
                place = landing_path(own.folder, run, "any").parent
                landed = read_files(self.files, engine, place, self.progress, wanted)
                self.progress("looking at what the columns mean", 0, 0)
                proposal = propose_each(landed, engine, known, choices)
            yield run, proposal
        finally:
            discard_unfinished(own.folder, run)


def proofs(folder: Path, name: str | None, now: datetime | None) -> tuple[Receipt, ...]:
    """The receipts of the mappings, proved `now`, or without a moment as they were last."""
    known = sound(read_connectors(folder))
    return receipts.prove(folder, known, name, now) if now else receipts.last(folder, known, name)


def _answer(folder: Path, report: BuildReport, evidence: Rows, noticed: Sequence[Diagnostic]) -> ImportAnswer:
    store, found = Store.open(folder), (*noticed, *report.diagnostics)
    day, listed = store.last_load, store.rejected(report.run)
    return ImportAnswer(report.run, day, report.rows, evidence, listed, found, report.sentence(day))
