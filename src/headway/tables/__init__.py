"""The canonical tables: facts, dated and kept; DuckDB is spoken to here and nowhere else."""

from headway.tables.build import BuildReport, load, rebuild
from headway.tables.facts import Facts
from headway.tables.landing import LandedEntry, ListedRow, RunManifest, landed_runs
from headway.tables.layout import claim_run, landing_path
from headway.tables.schema import snake_case
from headway.tables.store import Store

__all__ = [
    "BuildReport",
    "Facts",
    "LandedEntry",
    "ListedRow",
    "RunManifest",
    "Store",
    "claim_run",
    "landed_runs",
    "landing_path",
    "load",
    "rebuild",
    "snake_case",
]
