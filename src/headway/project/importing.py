"""Exports in: read, propose, agree, load."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import cast

from headway.connectors.files import Choices, DateOrder, LandedFile, Proposal, propose, read_file
from headway.core.diagnostics import Diagnostic
from headway.core.errors import UserMistake
from headway.core.mapping import Connector, Thing
from headway.core.rows import Rows
from headway.core.settings import Settings
from headway.project.documents import read_connectors
from headway.project.mistakes import CANNOT_WRITE
from headway.tables import BuildReport, LandedEntry, ListedRow, RunManifest, Store, landing_path, load, rebuild
from headway.tables.engine import Engine
from headway.tables.landing import discard_unfinished
from headway.text import write_connector

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


def choices(
    settings: Settings,
    connector: str | None,
    dates: str | None,
    decimal: str | None,
    currency: str | None,
    things: Mapping[str, Thing],
) -> Choices:
    """What the user settled beforehand; the company's currency stands in where amounts name none."""
    mark = {"point": ".", "comma": ","}[decimal] if decimal else None
    order = cast(DateOrder | None, dates)
    return Choices(order, mark, currency or settings.currency, things, connector)


Accept = Callable[[Proposed], bool]


def import_files(
    folder: Path, files: Sequence[Path], choices: Choices, day: date, now: datetime, accept: Accept | None
) -> ImportAnswer:
    """Land the files, propose a mapping, and load under it once it is accepted; without `accept` change nothing."""
    known = read_connectors(folder)
    run = now.strftime("%Y%m%dT%H%M%S")
    if not files:
        return _answer(folder, rebuild(folder, known, run), _NOTHING, ())
    place = landing_path(folder, run, "any").parent
    try:
        with Engine() as engine:
            landed = _read(files, engine, place)
            proposal = propose(landed, engine, known, choices)
        return _load(folder, run, landed, proposal, known, day, now, accept)
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
    folder: Path,
    run: str,
    landed: Sequence[LandedFile],
    proposal: Proposal,
    known: Sequence[Connector],
    day: date,
    now: datetime,
    accept: Accept | None,
) -> ImportAnswer:
    if not proposal.possible:
        raise UserMistake(proposal.diagnostics)
    kept = f"connectors/{proposal.connector.name}.yaml"
    noticed = proposal.diagnostics
    proposed = Proposed(kept, proposal.evidence, noticed, proposal.connector in known)
    if accept is None or not accept(proposed):
        return ImportAnswer(run, None, _NOTHING, proposal.evidence, _NOTHING, noticed, "Nothing was loaded.")
    if not proposed.unchanged:
        _keep(folder / kept, proposal.connector)
    manifest = RunManifest(run, now, day, tuple(_entry(one, proposal) for one in landed))
    others = [c for c in known if c.name != proposal.connector.name]
    report = load(folder, manifest, [*others, proposal.connector])
    return _answer(folder, report, proposal.evidence, noticed)


def _entry(landed: LandedFile, proposal: Proposal) -> LandedEntry:
    listed = tuple(ListedRow(row.row, row.reason, row.text) for row in landed.listed)
    mapping = proposal.mappings[landed.title]
    total = landed.rows + len(listed)
    return LandedEntry(
        landed.title, landed.sha256, proposal.connector.name, mapping, total, landed.landing.name, listed
    )


def _keep(file: Path, connector: Connector) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(write_connector(connector), encoding="utf-8")
    except OSError as error:
        raise UserMistake([CANNOT_WRITE.at(None, f"cannot write {file}: {error.strerror}")]) from error


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
