"""The receipts of proofs: kept beside the facts, one file for each, and never written over."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from headway.core.checkup import Check
from headway.core.diagnostics import DATA_PROBLEM
from headway.core.errors import UserMistake
from headway.core.finding import Finding
from headway.core.formatting import plural
from headway.core.mapping import Connector, named
from headway.core.proof import Receipt, receipt_of
from headway.tables.landing import RunManifest, landed_runs
from headway.tables.layout import hidden, write_whole, writing
from headway.tables.proving import proved


def prove(folder: Path, connectors: Sequence[Connector], name: str | None, now: datetime) -> tuple[Receipt, ...]:
    """Prove the mapping of each connector, or of the one named, and keep a receipt of it."""
    made: list[Receipt] = []
    runs = landed_runs(folder)
    for connector in _meant(connectors, name):
        tests = proved(folder, connectors, connector)
        day = max((m.exported_on for m in runs if _files(m, connector)), default=now.date()).isoformat()
        mapping, data = mapping_hash(connector), data_hash(runs, connector)
        receipt = Receipt(connector.name, now.isoformat(timespec="seconds"), day, mapping, data, tests)
        _keep(folder, receipt, now)
        made.append(receipt)
    return tuple(made)


def last(folder: Path, connectors: Sequence[Connector], name: str | None = None) -> tuple[Receipt, ...]:
    """The newest receipt of each connector that has one, with what has changed since."""
    runs = landed_runs(folder)
    found: list[Receipt] = []
    for connector in _meant(connectors, name):
        receipt = _newest(folder, connector.name)
        if receipt:
            changed = [
                what
                for what, was, now in (
                    ("the mapping has changed", receipt.mapping_hash, mapping_hash(connector)),
                    ("data has come", receipt.data_hash, data_hash(runs, connector)),
                )
                if was != now
            ]
            found.append(replace(receipt, outdated=" and ".join(changed)))
    return tuple(found)


def proof_check(folder: Path, connectors: Sequence[Connector] | None) -> Check:
    """Whether each mapping was proved as it stands, by the receipts that were kept."""
    try:
        runs = landed_runs(folder)
    except UserMistake:  # a load that cannot be read is a finding of its own
        return Check("proof", "cannot be told while a load is damaged")
    loaded = [one for one in connectors or () if any(_files(manifest, one) for manifest in runs)]
    if not loaded:
        return Check("proof", "nothing to prove yet")
    receipts = {receipt.connector: receipt for receipt in last(folder, loaded)}
    findings: list[Finding] = []
    for one in loaded:
        remedy, receipt = f"headway map check {one.name}", receipts.get(one.name)
        place = f"connectors/{one.name}.yaml"
        if receipt and not receipt.holds:
            first = receipt.failed[0] if receipt.failed else None
            evidence = f"{first.mapping}: {first.test}: {first.seen}" if first else ""
            severity = "warning" if first else "note"
            findings.append(Finding(receipt.sentence, place, evidence, severity=severity, remedy=remedy))
    proofs = [receipt.checked_at[:10] for receipt in receipts.values()]
    never = ", ".join(one.name for one in loaded if one.name not in receipts)
    told = f"{plural(len(proofs), 'mapping')} proved, the last on {max(proofs)}" if proofs else ""
    told += f"{'; ' if told else ''}not proved yet: {never} (headway map check)" if never else ""
    return Check("proof", told, tuple(findings), DATA_PROBLEM)


def mapping_hash(connector: Connector) -> str:
    """What a connector's mapping means, as a hash: comments and evidence leave it as it is."""
    files = sorted(repr((connector.system, connector.instance, mapping.meaning)) for mapping in connector.files)
    return sha256(repr(files).encode()).hexdigest()


def data_hash(runs: Sequence[RunManifest], connector: Connector) -> str:
    """What was loaded under a connector's mapping, as a hash."""
    files = [(m.run, m.exported_on, file) for m in runs for file in _files(m, connector)]
    return sha256(repr(files).encode()).hexdigest()


def _files(manifest: RunManifest, connector: Connector) -> list[tuple[str, str]]:
    return sorted((e.mapping, e.sha256) for e in manifest.files if e.connector == connector.name)


def _meant(connectors: Sequence[Connector], name: str | None) -> list[Connector]:
    named(name, connectors)
    return [one for one in connectors if name in (None, one.name)]


def _place(folder: Path, name: str) -> Path:
    return hidden(folder) / "receipts" / name


def _keep(folder: Path, receipt: Receipt, now: datetime) -> None:
    with writing(folder):
        place = _place(folder, receipt.connector)
        place.mkdir(parents=True, exist_ok=True)
        stamp, number = now.strftime("%Y%m%dT%H%M%S"), 1
        while (file := place / f"{stamp}-{number:03}.json").exists():
            number += 1
        write_whole(file, json.dumps({"format": 1, **receipt.kept()}, indent=1, ensure_ascii=False) + "\n")


def _newest(folder: Path, name: str) -> Receipt | None:
    """The newest receipt that can be read."""
    for file in sorted(_place(folder, name).glob("*.json"), reverse=True):
        try:
            return receipt_of(json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return None
