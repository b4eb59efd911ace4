"""A small world for the tests of this room: exports landed by hand, and mappings written by hand."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from headway.core.mapping import ColumnMapping, Connector, FileMapping
from headway.core.rows import Rows
from headway.tables import BuildReport, LandedEntry, ListedRow, RunManifest, Store, landing_path, load
from headway.tables.engine import Engine, literal, quoted

DEALS_HEADERS = ("Deal ID", "Deal Name", "Owner", "Company", "Product", "Stage", "Created", "Closed", "Amount")


def deals_mapping(**changes: Any) -> FileMapping:
    """The mapping of a plain deals export."""
    fields = {
        **{"id": "Deal ID", "name": "Deal Name", "owner": "Owner", "account": "Company", "product": "Product"},
        **{"stage": "Stage", "created_date": "Created", "close_date": "Closed", "amount": "Amount"},
    }
    made = FileMapping(
        name="deals",
        thing="opportunity",
        headers=DEALS_HEADERS,
        columns=tuple(ColumnMapping(name, column) for name, column in fields.items()),
        key=("Deal ID",),
        dates={"Created": "%Y-%m-%d", "Closed": "%Y-%m-%d"},
        stages={"Talking": "open", "Won": "won", "Lost": "lost"},
    )
    return replace(made, **changes)


def connector(*files: FileMapping, system: str = "crm") -> Connector:
    """One connected system with these exports."""
    return Connector("crm", system, "main", files)


def mapping(name: str, thing: Any, fields: Mapping[str, str], **changes: Any) -> FileMapping:
    """A mapping of any thing; the key is the column of its id, else of its name."""
    columns = tuple(ColumnMapping(field, column) for field, column in fields.items())
    key = (fields.get("id") or fields["name"],)
    return replace(FileMapping(name, thing, (), columns, key), **changes)


def deal(number: int | str, **cells: str) -> dict[str, str]:
    """One row of the deals export."""
    row = {"Deal ID": f"D{number}" if isinstance(number, int) else number, "Deal Name": f"Deal {number}"}
    row |= {"Owner": "Ada", "Company": "Nord", "Product": "Basic", "Stage": "Talking", "Created": "2024-01-10"}
    return dict.fromkeys(DEALS_HEADERS, "") | row | {name.replace("_", " "): cell for name, cell in cells.items()}


@dataclass(frozen=True)
class Export:
    """One export to be landed: file name, mapping, rows, and rows set aside when it was read."""

    mapping: FileMapping
    rows: Sequence[Mapping[str, str]]
    file: str = ""
    listed: tuple[ListedRow, ...] = ()
    headers: Sequence[str] = field(default=())


def land(folder: Path, run: str, day: date, exports: Sequence[Export]) -> RunManifest:
    """Write exports as landed Parquet, the way a connector leaves them, and give the manifest of the run."""
    entries: list[LandedEntry] = []
    for export in exports:
        name = export.file or f"{export.mapping.name}.csv"
        headers = list(export.headers or export.mapping.headers or export.rows[0])
        path = landing_path(folder, run, name)
        _write_parquet(path, headers, export.rows)
        digest = hashlib.sha256(repr((headers, [list(r.items()) for r in export.rows])).encode()).hexdigest()
        rows = len(export.rows) + len(export.listed)
        entries.append(LandedEntry(name, digest, "crm", export.mapping.name, rows, path.name, export.listed))
    return RunManifest(run, datetime(2025, 1, 1, 9) + timedelta(minutes=len(run)), day, tuple(entries))


def bring(
    folder: Path, run: str, day: str, *exports: Export, system: str = "crm", day_assumed: bool = False
) -> BuildReport:
    """Land and load exports of one day under their own mappings."""
    manifest = replace(land(folder, run, date.fromisoformat(day), exports), day_assumed=day_assumed)
    return load(folder, manifest, [connector(*(export.mapping for export in exports), system=system)])


def read_csv(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file as text."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def content(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Everything the tables hold, in a fixed order."""
    tables = Store.open(folder).tables
    assert tables is not None
    with Engine(tables, read_only=True) as engine:
        names = [str(r[0]) for r in engine.run("SELECT table_name FROM information_schema.tables ORDER BY 1")]
        return {name: sorted(engine.run(f"FROM {name}"), key=repr) for name in names}


def ask(folder: Path, sql: str, day: date | None = None) -> Rows:
    """One question to the facts as known on a day."""
    with Store.open(folder).as_of(day) as facts:
        return facts.rows(sql)


def _write_parquet(path: Path, headers: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    table = path.with_suffix(".csv")
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*headers, "_row"])
        writer.writerows([*(row.get(h, "") for h in headers), str(n)] for n, row in enumerate(rows, start=2))
    with Engine() as engine:
        columns = ", ".join(
            [*(f"nullif({quoted(h)}, '') AS {quoted(h)}" for h in headers), "CAST(_row AS BIGINT) AS _row"]
        )
        source = f"read_csv({literal(str(table))}, all_varchar = true, header = true, delim = ',', quote = '\"')"
        engine.run(f"COPY (SELECT {columns} FROM {source}) TO {literal(str(path))} (FORMAT parquet)")
    table.unlink()
