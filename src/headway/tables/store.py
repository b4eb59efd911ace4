"""The door to a project's facts: open what holds, look back to any day, see every load and what it did."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from headway.core.errors import UserMistake
from headway.core.finding import Finding
from headway.core.reconciliation import LinkSaid
from headway.core.rows import Column, Rows
from headway.core.settings import Settings
from headway.tables.facts import Facts
from headway.tables.layout import current_tables, is_outdated, opened
from headway.tables.ledger import ODD, odd_sql
from headway.tables.mistakes import nothing_imported, tables_outdated

_RUNS = (
    "SELECT r.run, r.exported_on, r.loaded_at, f.connector, f.mapping, f.thing, f.file, f.rows, f.loaded, f.rejected, "
    "f.listed, f.sha256 FROM load_file f JOIN run r USING (run) ORDER BY r.seq, f.connector, f.mapping, f.file"
)
_REJECTED = "SELECT run, connector, mapping, file, row, kind, reason, text FROM rejected ORDER BY seq, file, row, kind"
_CHANGES = (
    'SELECT key, field, old_value, new_value, changed_at, observed_run, origin, "precision" FROM opportunity_change '
    "ORDER BY changed_at, key, field, seq, new_value"
)


@dataclass(frozen=True)
class Store:
    """The tables that hold in a project folder; they never change while they are open.

    `accounts` says which accounts of the ledger are the costs of which function, `links` which accounts customers are.
    """

    folder: Path
    tables: Path | None
    accounts: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    links: tuple[LinkSaid, ...] = ()

    @classmethod
    def open(cls, folder: Path) -> Store:
        """The store of a project folder, empty before the first import."""
        return cls(folder, current_tables(folder))

    @classmethod
    def of(cls, settings: Settings) -> Store:
        """The store of a company, its ledger's accounts and its customers' links read as its text says."""
        return cls(settings.folder, current_tables(settings.folder), settings.accounts, settings.links)

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been imported yet."""
        return self.tables is None

    @property
    def first_load(self) -> date | None:
        """The day the earliest export tells of."""
        return self._day("min")

    @property
    def last_load(self) -> date | None:
        """The day the newest export tells of."""
        return self._day("max")

    def as_of(self, day: date | None = None, scope: Mapping[str, str] | None = None, *, memory: str = "1GB") -> Facts:
        """The facts as known on a day; without one, everything as the newest load has it.

        scope: columns and their values, to see only the opportunities (and renewals) that have them.
        memory: how much of it answers may take before they are worked out on disk.
        """
        if self.tables is None:
            raise UserMistake([nothing_imported(self.folder)])
        if is_outdated(self.folder):
            raise UserMistake([tables_outdated(self.folder)])
        return Facts(self.tables, day, scope or {}, self.accounts, self.links, memory)

    @contextmanager
    def days(self, scope: Mapping[str, str] | None = None) -> Generator[Callable[[date | None], Facts]]:
        """The facts of any day that is asked for, each opened once; all are let go of together."""
        with ExitStack() as opened:

            @cache
            def on(day: date | None) -> Facts:
                return opened.enter_context(self.as_of(day, scope))

            yield on

    def runs(self) -> Rows:
        """Every file of every load: what it held, what of it was loaded, rejected, listed."""
        names = ("run", "exported_on", "loaded_at", "connector", "mapping", "thing", "file", "rows", "loaded")
        return self._rows(_RUNS, (*names, "rejected", "listed", "sha256"))

    def rejected(self, run: str | None = None) -> Rows:
        """Every source row that was not loaded, with its reason and its text; of one run, or of all."""
        rows = self._rows(_REJECTED, ["run", "connector", "mapping", "file", "row", "kind", "reason", "text"])
        return rows if run is None else Rows(rows.columns, tuple(one for one in rows.records if one[0] == run))

    def changes(self) -> Rows:
        """What changed about deals, when, and where we know it from."""
        names = ["key", "field", "old_value", "new_value", "changed_at", "observed_run", "origin", "precision"]
        return self._rows(_CHANGES, names)

    def findings(self) -> tuple[Finding, ...]:
        """Deals of the newest load whose dates cannot be right; they are kept as the system gives them."""
        if self.tables is None:
            return ()
        found: list[Finding] = []
        with opened(self.tables) as engine:
            for words, condition in ODD.items():
                for source_id, _, created, closed, amount, owner in engine.run(odd_sql(condition)):
                    evidence = f"created {created or 'on an unknown date'}, closed {closed}"
                    price = None if amount is None else float(str(amount))
                    found.append(
                        Finding(f"deal {words}", f"opportunity {source_id}", evidence, price, str(owner or ""))
                    )
        return tuple(found)

    def _day(self, which: str) -> date | None:
        if self.tables is None:
            return None
        with opened(self.tables) as engine:
            day = engine.run(f"SELECT {which}(exported_on) FROM run")[0][0]
        return day if isinstance(day, date) else None

    def _rows(self, sql: str, columns: Sequence[str]) -> Rows:
        if self.tables is None:
            return Rows(tuple(Column(name) for name in columns), ())
        with opened(self.tables) as engine:
            return engine.rows(sql)
