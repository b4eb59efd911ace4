"""Can the data support the numbers a plan is about to be committed to: metric by metric, with what to mend first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from headway.core.formatting import listed, plural
from headway.core.rows import Column, Rows

UNDEFINED = ""
"""The grade of a metric that has no value at all."""


@dataclass(frozen=True)
class Standing:
    """How far one metric can be trusted: a grade from A to D, none where it has no value, and what speaks against it."""

    metric: str
    title: str
    grade: str
    because: str = ""


@dataclass(frozen=True)
class Repair:
    """Something to mend: what is wrong, what to do, and the metrics that have no value, or a lower grade, because of it."""

    what: str
    remedy: str
    without: tuple[str, ...] = ()
    lowered: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[int, int, str]:
        """What brings most metrics to life comes first, then what lifts most of them."""
        return -len(self.without), -len(self.lowered), self.what


@dataclass(frozen=True)
class Readiness:
    """Every metric's standing over the twelve months up to a day, and the repairs in the order they pay."""

    as_of: date
    standings: tuple[Standing, ...]
    repairs: tuple[Repair, ...]

    @property
    def sentence(self) -> str:
        """How many metrics stand, how many are to be read with care, and what to do first."""
        firm = sum(one.grade in ("A", "B") for one in self.standings)
        weak = sum(one.grade in ("C", "D") for one in self.standings)
        none = sum(one.grade == UNDEFINED for one in self.standings)
        said = f"Of {plural(len(self.standings), 'metric')}, {firm} can be committed to, {weak} with care, {none} not at all."
        return f"{said} First: {self.repairs[0].remedy}." if self.repairs else said

    @property
    def metrics(self) -> Rows:
        """One row for each metric, the weakest first."""
        ranked = sorted(self.standings, key=lambda one: (one.grade != UNDEFINED, -ord(one.grade or "Z"), one.metric))
        columns = [Column(name) for name in ("metric", "grade", "because")]
        return Rows.of(columns, [(one.metric, one.grade or "none", one.because) for one in ranked])

    @property
    def to_mend(self) -> Rows:
        """One row for each repair, in order: what to do, why, and which metrics it is for."""
        columns = [
            Column("first"),
            Column("what"),
            Column("no value", "integer"),
            Column("weaker", "integer"),
            Column("for"),
        ]
        return Rows.of(
            columns,
            [
                (one.remedy, one.what, len(one.without), len(one.lowered), _some((*one.without, *one.lowered)))
                for one in self.repairs
            ],
        )


def _some(names: tuple[str, ...], most: int = 4) -> str:
    more = len(names) - most
    return listed([*names[:most], plural(more, "more", "more")]) if more > 0 else listed(names)
