"""The shipped metrics, and the reference CRM, for every test of this room."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from headway.core.definition import Definition
from headway.metrics import linked, shipped
from headway.tables.engine import Engine
from headway.text.documents import read_mapping_of
from tests.metrics.handmade import CRM, HandMade


@pytest.fixture(scope="session")
def definitions() -> dict[str, Definition]:
    """The shipped metrics, read from their texts."""
    merged: dict[str, Definition] = {}
    for file in shipped():
        found, diagnostics = read_mapping_of(file, Definition)
        assert not diagnostics, [d.render() for d in diagnostics]
        merged.update(found)
    return linked(merged)


@pytest.fixture(scope="session")
def crm(reference_data: Path) -> HandMade:
    """The reference CRM as it stands at the end, one misspelt product repaired, in the shape of the tables."""
    engine = Engine()
    folder = reference_data / "maven_crm"
    for name in ("sales_pipeline", "products", "sales_teams", "accounts"):
        engine.run(f"CREATE TABLE {name} AS SELECT * FROM read_csv('{folder / name}.csv', header=true)")
    engine.run(CRM)
    return HandMade(engine, date(2017, 12, 31))
