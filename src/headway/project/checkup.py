"""Is all well: the installation, and a project's text, place and facts, looked at and mended."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from headway.connectors.coverage import mapping_check
from headway.core.checkup import Check, Checkup, text_check
from headway.core.diagnostics import errors
from headway.core.machine import clock_check, installation_checks
from headway.core.mapping import Connector
from headway.core.settings import Settings
from headway.project.documents import check
from headway.records import records_check
from headway.tables.health import age_check, facts_checks, last_load, mend, place_checks, rebuild_check, tables_check
from headway.tables.receipts import proof_check
from headway.text import read_connectors, read_settings


def looked_at(folder: Path, now: datetime, records: str) -> Checkup:
    """Everything there is to look at in a project; `records` is where agreements are kept, if not where its text says."""
    text, settings, connectors = _text(folder)
    now = settings.at(now)
    facts = facts_checks(folder, connectors, now)
    clock = clock_check(settings, now, last_load(folder))
    mapping = mapping_check(connectors or ())
    place, kept = place_checks(folder), records_check(settings, records)
    proof = proof_check(folder, connectors)
    return Checkup((*installation_checks(), clock, *place, text, mapping, proof, *facts, kept))


def mended(folder: Path, now: datetime, records: str) -> Checkup:
    """What can be mended without loss is; then everything is looked at again."""
    _, settings, connectors = _text(folder)
    done = mend(folder, connectors, settings.at(now))
    return replace(looked_at(folder, now, records), mended=done)


def at_a_glance(folder: Path, now: datetime) -> Checkup:
    """What most often stands in the way of an answer: the text, damaged tables, or behind the mapping, old data."""
    text, settings, connectors = _text(folder)
    facts = (tables_check(folder), rebuild_check(folder, connectors), age_check(folder, settings.at(now).date()))
    return Checkup((text, *facts))


def _text(folder: Path) -> tuple[Check, Settings, tuple[Connector, ...] | None]:
    """The text as far as it can be read; no connectors where what they say is not certain."""
    found, files = check(folder)
    connectors, wrong = read_connectors(folder)
    settings = read_settings(folder / "headway.yaml")[0] or Settings(folder.name, folder)
    return text_check(found, files), settings, None if errors(wrong) else connectors
