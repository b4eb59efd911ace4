"""Load a run, or build the tables again: all landings, in order, into one new file that then takes the old one's place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from headway.core.diagnostics import Diagnostic, errors
from headway.core.errors import UserMistake
from headway.core.mapping import Connector, FileMapping
from headway.core.progress import Progress, untold
from headway.core.rows import Cell, Column, Rows
from headway.tables import catalogue, history, ledger, spans
from headway.tables.engine import Engine, literal
from headway.tables.landing import LandedEntry, RunManifest, damages, discard_unfinished, landed_runs, write_manifest
from headway.tables.layout import alone, building, current_tables, landing, opened, publish, writing
from headway.tables.mistakes import MAPPING_MISSING, nothing_imported
from headway.tables.schema import VERSIONED, table_columns
from headway.tables.staging import Load, Source, stage

_COUNTED = ("seen", "new", "changed", "unchanged", "deleted", "rejected", "listed")


@dataclass(frozen=True)
class BuildReport:
    """What a build did: per run and thing the rows seen, new, changed, unchanged, deleted, rejected and listed.

    `already_loaded` names the earlier run of each file that was imported before with the same content, `redated` those
    of them that were given another day.
    """

    run: str
    rows: Rows
    diagnostics: tuple[Diagnostic, ...] = ()
    already_loaded: Mapping[str, str] | None = None
    built: bool = True
    redated: tuple[str, ...] = ()

    def sentence(self, day: date | None) -> str:
        """What became of the import, in a sentence; `day` is what the tables now tell of."""
        before = ", ".join(sorted(set((self.already_loaded or {}).values())))
        if self.redated:
            runs = ", ".join(self.redated)
            return f"The same files as in run {runs}, which now tells of the day given; as of {day}."
        if not self.built:
            return f"Nothing has changed: loaded before, in run {before}."
        if len(self.rows) and not len(_only(self.rows, self.run)):
            return f"Built again from every load kept, under the mapping as it stands; as of {day}."
        return f"Loaded as run {self.run}; as of {day}."


def load(folder: Path, run: RunManifest, connectors: Sequence[Connector], progress: Progress = untold) -> BuildReport:
    """Take a landed run into the tables. Files that are all known already change nothing, and the report says so."""
    with alone(folder):
        known = landed_runs(folder)
        repeated = _repeated(run, known)
        if known and len(repeated) == len(run.files):
            dated = _dated_now(run, known, repeated)
            if dated:
                return _redate(folder, run, connectors, known, dated, progress)
            return _already(folder, run, connectors, known, repeated, progress)
        runs = _in_order((*known, run))
        report = _build(folder, runs, connectors, run.run, progress, new=[run])
        shown = _only(report.rows, run.run)
        return replace(report, rows=shown, already_loaded=repeated)


def rebuild(folder: Path, connectors: Sequence[Connector], run_id: str, progress: Progress = untold) -> BuildReport:
    """Build the tables again from everything landed, as after an edited mapping; `run_id` names the new file."""
    with alone(folder):
        runs = landed_runs(folder)
        if not runs:
            raise UserMistake([nothing_imported(folder)])
        return _build(folder, runs, connectors, run_id, progress)


def fingerprint(connectors: Iterable[Connector], runs: Iterable[RunManifest]) -> str:
    """What tables depend on: what the mappings mean, and the runs."""
    files = sorted(repr((c.name, c.system, c.instance, f.meaning)) for c in connectors for f in c.files)
    return sha256(repr((files, [(m.run, m.exported_on) for m in runs])).encode()).hexdigest()


def _repeated(run: RunManifest, known: Sequence[RunManifest]) -> dict[str, str]:
    seen = {(e.sha256, e.connector, e.mapping): m.run for m in reversed(known) for e in m.files}
    keys = {e.name: (e.sha256, e.connector, e.mapping) for e in run.files}
    return {name: seen[key] for name, key in keys.items() if key in seen}


def _dated_now(run: RunManifest, known: Sequence[RunManifest], repeated: Mapping[str, str]) -> list[RunManifest]:
    """The earlier runs of these files with the day that is told now, where an earlier one than this was only assumed."""
    day, runs = run.exported_on, set(repeated.values())
    earlier = [] if run.day_assumed else [m for m in known if m.run in runs and m.day_assumed and m.exported_on > day]
    return [replace(manifest, exported_on=day, day_assumed=False) for manifest in earlier]


def _redate(
    folder: Path,
    run: RunManifest,
    connectors: Sequence[Connector],
    known: Sequence[RunManifest],
    dated: Sequence[RunManifest],
    progress: Progress,
) -> BuildReport:
    """Build again with the day these runs really tell of."""
    discard_unfinished(folder, run.run)
    now = {manifest.run: manifest for manifest in dated}
    runs = _in_order(now.get(manifest.run, manifest) for manifest in known)
    report = _build(folder, runs, connectors, run.run, progress, new=dated)
    return replace(report, redated=tuple(sorted(now)))


def _in_order(runs: Iterable[RunManifest]) -> tuple[RunManifest, ...]:
    return tuple(sorted(runs, key=lambda m: (m.exported_on, m.loaded_at, m.run)))


def _already(
    folder: Path,
    run: RunManifest,
    connectors: Sequence[Connector],
    known: Sequence[RunManifest],
    repeated: Mapping[str, str],
    progress: Progress,
) -> BuildReport:
    """Nothing new was landed; the tables are built again only where a mapping changed or a build was broken off."""
    discard_unfinished(folder, run.run)
    if current_fingerprint(folder) == fingerprint(connectors, known):
        return BuildReport(run.run, _counts([]), (), repeated, built=False)
    report = _build(folder, known, connectors, run.run, progress)
    return replace(report, already_loaded=repeated)


def current_fingerprint(folder: Path) -> str:
    """What the tables that hold were built from; empty where there are none to read."""
    try:
        tables = current_tables(folder)
        engine = opened(tables) if tables else None
        if engine is None:
            return ""
        with engine:
            records = engine.run("SELECT value FROM about WHERE name = 'fingerprint'")
    except UserMistake:
        return ""
    return str(records[0][0]) if records else ""


def _build(
    folder: Path,
    runs: Sequence[RunManifest],
    connectors: Sequence[Connector],
    run_id: str,
    progress: Progress,
    new: Sequence[RunManifest] = (),
) -> BuildReport:
    loads = loads_of(folder, runs, connectors)
    with writing(folder), building(folder, run_id) as file:
        with Engine(file) as engine:
            damaged = damages(engine, folder, runs)
            if damaged:
                raise UserMistake(damaged)
            engine.run(f"ATTACH {literal(f'{file}.scratch')} AS scratch")
            found = _fill(engine, loads, runs, connectors, new[-1].run if new else runs[-1].run, progress)
            counts = engine.run(ledger.COUNTS)
            engine.run("DETACH scratch")
            engine.run("CHECKPOINT")
        for manifest in new:
            write_manifest(folder, manifest)
        publish(folder, run_id, file)
    return BuildReport(run_id, _counts(counts), tuple(found))


def loads_of(folder: Path, runs: Sequence[RunManifest], connectors: Sequence[Connector]) -> list[Load]:
    """One load per run and mapping, numbered in the order of the days they tell of."""
    known = {(c.name, f.name): (c, f) for c in connectors for f in c.files}
    missing = mappings_missing(runs, connectors)
    if missing:
        raise UserMistake(missing)
    loads: list[Load] = []
    for manifest in runs:
        scopes = sorted({(e.connector, e.mapping) for e in manifest.files}, key=lambda s: (_turn(known[s][1]), s))
        for scope in scopes:
            connector, mapping = known[scope]
            if mapping.thing != "other":
                entries = [e for e in manifest.files if (e.connector, e.mapping) == scope]
                sources = tuple(_source(folder, manifest, n, entry) for n, entry in enumerate(entries, start=1))
                loads.append(Load(len(loads) + 1, manifest, connector, mapping, sources))
    return loads


def _turn(mapping: FileMapping) -> int:
    """Deals go before their histories, which may know them by name only."""
    return 1 if mapping.thing == "stage_history" else 0


def mappings_missing(runs: Iterable[RunManifest], connectors: Iterable[Connector]) -> tuple[Diagnostic, ...]:
    """The landed files that no mapping reads any more."""
    known = {(c.name, f.name) for c in connectors for f in c.files}
    landed = {(e.connector, e.mapping, e.name) for m in runs for e in m.files}
    return tuple(_mapping_missing(*one) for one in sorted(landed) if one[:2] not in known)


def _mapping_missing(connector: str, mapping: str, file: str) -> Diagnostic:
    message = f"'{file}' was imported with the mapping '{mapping}' of connector '{connector}', which is not there"
    remedy = f"put it back into connectors/{connector}.yaml, under that name, or import the file again"
    return MAPPING_MISSING.at(None, message, remedy=remedy)


def _source(folder: Path, manifest: RunManifest, number: int, entry: LandedEntry) -> Source:
    return Source(number, entry, landing(folder) / manifest.run / entry.parquet)


def _fill(
    engine: Engine,
    loads: Sequence[Load],
    runs: Sequence[RunManifest],
    connectors: Sequence[Connector],
    told_of: str,
    progress: Progress,
) -> list[Diagnostic]:
    """Fill empty tables from all loads; give the mistakes of any, and what is worth knowing of the run `told_of`."""
    mappings = [f for c in connectors for f in c.files]
    history.create_tables(engine, mappings)
    spans.create_entries(engine)
    ledger.create_tables(engine)
    found: list[Diagnostic] = []
    for number, one in enumerate(loads):
        progress(f"building {one.mapping.name} as of {one.manifest.exported_on}", number, len(loads))
        said = _one(engine, one)
        found += [d for d in said if d.is_error or one.manifest.run == told_of]
    if errors(found):
        raise UserMistake(errors(found))
    progress("building what changed between loads", 0, 0)
    history.check_identity(engine)
    history.record_changes(engine, table_columns("opportunity", mappings))
    spans.record_native_changes(engine)
    spans.lay_moves(engine)
    ledger.record_runs(engine, runs)
    catalogue.record(engine, mappings)
    about = {"format": "1", "fingerprint": fingerprint(connectors, runs), "runs": json.dumps([m.run for m in runs])}
    engine.insert("about", list(about.items()))
    return [*found, *ledger.odd_dates(engine), *ledger.history_disagrees(engine)]


def _one(engine: Engine, load: Load) -> list[Diagnostic]:
    found = stage(engine, load)
    if errors(found):
        return found
    if load.mapping.thing in VERSIONED:
        counts, partial = history.merge(engine, load)
        found += partial
        if load.mapping.stage_entries and load.mapping.thing == "opportunity":
            spans.add_entry_columns(engine, load)
    else:
        counts = spans.add_history(engine, load)
    return [*found, *ledger.record_load(engine, load, counts)]


def _counts(records: Sequence[tuple[Cell, ...]]) -> Rows:
    columns = [Column(name) for name in ("run", "thing", "connector", "mapping")]
    return Rows.of([*columns, *(Column(name, "integer") for name in _COUNTED), Column("coverage")], records)


def _only(rows: Rows, run: str) -> Rows:
    return Rows(rows.columns, tuple(record for record in rows.records if record[0] == run))
